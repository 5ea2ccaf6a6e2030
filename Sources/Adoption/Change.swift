/// Why a rate moved from one period to another: which parts changed their own rate, and which their share of the dossiers.
package struct Change<Key: Hashable & Comparable & Sendable>: Hashable, Sendable {
    /// A unit or a procedure in both periods; a side without data is `Rate.none`.
    package struct Part: Hashable, Sendable {
        package let key: Key
        package let before: Rate
        package let after: Rate

        package init(key: Key, before: Rate, after: Rate) {
            self.key = key
            self.before = before
            self.after = after
        }
    }

    /// What one part adds to the change, in hundredths of a percentage point.
    package struct Effect: Hashable, Sendable {
        package let part: Part
        /// What its own rate added: ((w0 + w1) / 2) · (r1 − r0). 0 for a part that is there on one side only.
        package let rateHundredths: Int
        /// What its share of the dossiers added: (w1 − w0) · ((r0 + r1) / 2 − (R0 + R1) / 2). To grow helps only above the average.
        package let mixHundredths: Int

        package var hundredths: Int { rateHundredths + mixHundredths }
    }

    /// Of all parts together.
    package let before: Rate
    package let after: Rate
    /// Of the exact rates, rounded once; it may differ by 1 from the difference of the two as they are drawn.
    package let hundredths: Int
    /// The greatest effect in either direction first, then in the order of the keys; parts without any data are left out.
    package let effects: [Effect]

    package var rateHundredths: Int { effects.reduce(0) { $0 + $1.rateHundredths } }
    package var mixHundredths: Int { effects.reduce(0) { $0 + $1.mixHundredths } }

    /// Takes the change apart so that the effects add up to it, as they are shown and to the last hundredth.
    ///
    /// Why they add up: with w = d/D and M = (R0 + R1)/2, the two effects of a part make up w1·r1 − w0·r0 − (w1 − w0)·M, since
    /// ((w0 + w1)/2)(r1 − r0) + (w1 − w0)((r0 + r1)/2) = w1·r1 − w0·r0. Over all parts Σw·r = R on each side, and Σ(w1 − w0) =
    /// 1 − 1 = 0: what remains is R1 − R0, and no residue. A part without data on one side has w = 0 there, so that any rate may
    /// stand for the missing one; the rate of the other side makes its whole contribution a mix effect.
    ///
    /// Nil when either side has no data at all.
    /// - Parameter parts: each key once; their order does not matter.
    package init?(_ parts: [Part]) {
        let parts = parts.filter { !$0.before.isNoData || !$0.after.isNoData }.sorted { $0.key < $1.key }
        before = parts.reduce(.none) { $0 + $1.before }
        after = parts.reduce(.none) { $0 + $1.after }
        guard let total = before.changeHundredths(to: after) else { return nil }
        hundredths = total
        let shown = allot(total, to: Change.exactEffects(of: parts, before, after))
        effects = parts.indices
            .map { Effect(part: parts[$0], rateHundredths: shown[2 * $0], mixHundredths: shown[2 * $0 + 1]) }
            .sorted { (abs($1.hundredths), $0.part.key) < (abs($0.hundredths), $1.part.key) }
    }

    /// The rate effect and the mix effect of each part in turn, in parts of `oneHundredth`.
    private static func exactEffects(of parts: [Part], _ before: Rate, _ after: Rate) -> [Int128] {
        let twiceMean = share(before.numerator, of: before.denominator) + share(after.numerator, of: after.denominator)
        return parts.flatMap { part in
            let earlier = part.before.isNoData ? part.after : part.before
            let later = part.after.isNoData ? part.before : part.after
            let (r0, r1) = (share(earlier.numerator, of: earlier.denominator), share(later.numerator, of: later.denominator))
            let w0 = share(part.before.denominator, of: before.denominator)
            let w1 = share(part.after.denominator, of: after.denominator)
            return [(w0 + w1) * (r1 - r0), (w1 - w0) * (r0 + r1 - twiceMean)]
        }
    }
}

extension Rate {
    /// How far it is to another rate, in hundredths of a percentage point: of the exact rates, rounded once, halves away from 0.
    ///
    /// Nil when either has no data.
    package func changeHundredths(to other: Rate) -> Int? {
        if isNoData || other.isNoData { return nil }
        let (n0, d0, n1, d1) = (Int128(numerator), Int128(denominator), Int128(other.numerator), Int128(other.denominator))
        return roundedQuotient(10_000 * (n1 * d0 - n0 * d1), d0 * d1)
    }
}

/// The nearest whole number to a quotient with a positive divisor, halves away from 0, so that to and fro are equally far.
func roundedQuotient(_ dividend: Int128, _ divisor: Int128) -> Int {
    let size = Int((2 * abs(dividend) + divisor) / (2 * divisor))
    return dividend < 0 ? -size : size
}

/// Shares are held in parts of 10^16, since a common denominator of all parts would fit no integer. An effect is then wrong by less
/// than 10^-11 of a hundredth: that can never break the sum, only decide which of two nearly equal remainders is rounded up.
private let scale: Int128 = 10_000_000_000_000_000

/// 1 as the product of two shares is `scale` · `scale`, and twice that since the halves of the formula are left undivided.
private let oneHundredth: Int128 = 2 * scale * scale / 10_000

private func share(_ part: Int, of whole: Int) -> Int128 { Int128(part) * scale / Int128(whole) }

/// Rounds each value up or down so that together they are the total: up where the largest remainders are, by order where they are equal.
///
/// The total is the rounded sum of the values, so there are never fewer values with a remainder than have to be rounded up.
private func allot(_ total: Int, to values: [Int128]) -> [Int] {
    let floors = values.map { value in
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: oneHundredth)
        return remainder < 0 ? (whole: Int(quotient) - 1, rest: remainder + oneHundredth) : (whole: Int(quotient), rest: remainder)
    }
    let upward = total - floors.reduce(0) { $0 + $1.whole }
    let order = floors.indices.sorted { (floors[$1].rest, $0) < (floors[$0].rest, $1) }
    var shown = floors.map(\.whole)
    for index in order.prefix(upward) { shown[index] += 1 }
    return shown
}
