extension Rate {
    /// Between which two values the share behind the rate lies with 95 % certainty at `z` = 1,96, in hundredths of a percent.
    ///
    /// The score interval of E. B. Wilson (1927): unlike rate ± error it stays between 0 and 100 % and is not empty for 10 of 10.
    /// Each end is rounded to the nearest hundredth, and the rate as it is drawn always lies between them. Nil without data.
    package func wilson(z: Double = 1.96) -> (low: Int, high: Int)? {
        guard let drawn = hundredthsOfPercent else { return nil }
        let (n, d, squared) = (Double(numerator), Double(denominator), z * z)
        let middle = n + squared / 2
        let spread = z * (n * (d - n) / d + squared / 4).squareRoot()
        func hundredths(_ value: Double) -> Int { Int((10_000 * value / (d + squared)).rounded()) }
        return (min(drawn, max(0, hundredths(middle - spread))), max(drawn, min(10_000, hundredths(middle + spread))))
    }
}

/// The place of one unit among others.
package struct Ranked<Key: Hashable & Comparable & Sendable>: Hashable, Sendable {
    package let key: Key
    package let rate: Rate
    /// From 1; units with the same rate share it and the next rank is left free (1, 1, 3). Nil for a unit with too few dossiers.
    package let rank: Int?
}

/// The units with the highest rate first, those with equal rates in the order of their keys.
///
/// A unit with fewer dossiers than the minimum comes after, without a rank and in the order of its key: 1 of 1 is no better than 95 of 100.
/// Units without data come last.
/// - Parameters:
///   - entries: each key once; their order does not matter.
///   - minimum: from how many dossiers on a unit is ranked.
package func ranked<Key>(_ entries: [(key: Key, rate: Rate)], minimum: Int) -> [Ranked<Key>] {
    let byKey = entries.sorted { $0.key < $1.key }
    let compared = byKey.filter { !$0.rate.isNoData && $0.rate.denominator >= minimum }
        .sorted { a, b in a.rate.isGreater(than: b.rate) || (!b.rate.isGreater(than: a.rate) && a.key < b.key) }
    var places: [Ranked<Key>] = []
    for (position, entry) in compared.enumerated() {
        // The one before has at least this rate: if it has no more, the rank is shared.
        let shared = places.last.flatMap { $0.rate.isGreater(than: entry.rate) ? nil : $0.rank }
        places.append(Ranked(key: entry.key, rate: entry.rate, rank: shared ?? position + 1))
    }
    func unranked(_ entries: [(key: Key, rate: Rate)]) -> [Ranked<Key>] {
        entries.map { Ranked(key: $0.key, rate: $0.rate, rank: nil) }
    }
    return places + unranked(byKey.filter { !$0.rate.isNoData && $0.rate.denominator < minimum })
        + unranked(byKey.filter(\.rate.isNoData))
}
