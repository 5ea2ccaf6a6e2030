package import Adoption

/// How small counts are hidden from outsiders.
package struct Disclosure: Sendable {
    /// From which count on a count is not small.
    package let threshold: Int
    /// What outsiders were told before.
    package let earlier: [Publication]

    package init(threshold: Int, earlier: [Publication]) {
        self.threshold = threshold
        self.earlier = earlier.filter(\.order.isExternal)
    }

    /// The first half-month of which they were told.
    package var earliest: HalfMonth? {
        earlier.flatMap(\.lines).flatMap(\.leaves).compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.min().map(HalfMonth.init(index:))
    }
}

/// The counts that external reports of a period show, decided once for all of them: the same line is shown, or hidden, in every table and file.
///
/// Counts are hidden before anything is rounded. A line stands for a unit with those below it in a period; it is the sum of the own records of units in
/// half-months, by which lines of all units, months, quarters, calendars and earlier publications hang together.
package struct PublicCounts: Sendable {
    private var rates: [String: Rate] = [:]
    private var hidden: Set<String> = []
    /// Everything that was shown or hidden, for the register of publications.
    package private(set) var lines: [Publication.Line] = []
    /// Hidden lines with a small count that can be worked out, or nearly, from what was shown before.
    package private(set) var exposed: [String] = []

    func cells(_ indicator: Indicator, _ unit: Agency, _ period: Period) -> (rate: Rate, isHidden: Bool) {
        let key = PublicCounts.key(indicator, unit, period)
        return (rates[key] ?? .none, hidden.contains(key))
    }

    /// - Parameters:
    ///   - months: the periods beside the report's own that are shown.
    init(_ evidence: Evidence, _ indicators: [Indicator], months: [Period], _ disclosure: Disclosure) {
        let units = [evidence.province].compactMap { $0 } + evidence.reportingUnits
        let periods = months.contains(evidence.period) ? months : months + [evidence.period]
        for indicator in indicators {
            var book = LeafBook(evidence, indicator)
            var shown: [Suppression.Line] = []
            let earlier = disclosure.earlier.flatMap(\.lines).filter { $0.indicator == indicator.versionedID }
            let before = Dictionary(earlier.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
            for (unit, period) in units.flatMap({ unit in periods.map { (unit, $0) } }) {
                let key = PublicCounts.key(indicator, unit, period)
                let leaves = book.leaves(of: unit, period)
                let status: Suppression.Status = before[key].flatMap { $0.rate == book.rate(leaves) ? ($0.isHidden ? .hiddenBefore : .shownBefore) : nil } ?? .open
                shown.append(Suppression.Line(
                    key: key, leaves: Set(leaves), status: status, holder: unit.key, isTotal: unit.level == .province))
            }
            // Lines of earlier publications that are not shown now are known all the same. One whose counts have changed since says nothing of today's.
            let keys = Set(shown.map(\.key))
            let others = earlier.filter { !keys.contains($0.key) }.compactMap { line -> Suppression.Line? in
                guard let leaves = book.leaves(named: line.leaves), book.rate(leaves) == line.rate else { return nil }
                return Suppression.Line(key: line.key, leaves: Set(leaves), status: line.isHidden ? .hiddenBefore : .shownBefore)
            }
            let known = Dictionary(others.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
            let decided = Suppression(shown + known.values, leaves: book.rates, threshold: disclosure.threshold)
            hidden.formUnion(decided.hidden)
            exposed += decided.determined.union(decided.confined).intersection(keys).sorted()
            for line in shown {
                let rate = book.rate(Array(line.leaves))
                rates[line.key] = rate
                lines.append(Publication.Line(
                    indicator: indicator.versionedID, key: line.key, leaves: line.leaves.map { book.names[$0] }.sorted(), rate: rate, isHidden: decided.hidden.contains(line.key)))
            }
        }
    }

    private static func key(_ indicator: Indicator, _ unit: Agency, _ period: Period) -> String {
        "\(indicator.versionedID)/\(unit.key)/\(period.id)/\(period.calendar.rawValue)"
    }
}

/// The own records of every unit in every half-month, each under a number.
private struct LeafBook {
    private let evidence: Evidence
    private let indicator: Indicator
    private(set) var names: [String] = []
    private(set) var rates: [Rate] = []
    private var numbers: [String: Int] = [:]

    init(_ evidence: Evidence, _ indicator: Indicator) {
        self.evidence = evidence
        self.indicator = indicator
    }

    func rate(_ leaves: [Int]) -> Rate { leaves.reduce(Rate.none) { $0 + rates[$1] } }

    mutating func leaves(of unit: Agency, _ period: Period) -> [Int] {
        let agencies = evidence.subtree(of: unit, in: period).union(period.first >= evidence.period.first ? evidence.subtree(of: unit) : [])
        return (period.halfMonths.lowerBound.index...period.halfMonths.upperBound.index).flatMap { half in
            agencies.sorted().compactMap { leaf($0, HalfMonth(index: half)) }
        }
    }

    /// Nil when one is of units or days that are not there any more.
    mutating func leaves(named names: [String]) -> [Int]? {
        let byKey = Dictionary(evidence.register.agencies.map { ($0.value.key, $0.key) }, uniquingKeysWith: min)
        var leaves: [Int] = []
        for name in names {
            let parts = name.split(separator: " ").map(String.init)
            guard parts.count == 2, let agencyID = byKey[parts[0]], let half = Int(parts[1]), let leaf = leaf(agencyID, HalfMonth(index: half)) else { return nil }
            leaves.append(leaf)
        }
        return leaves
    }

    private mutating func leaf(_ agencyID: Int, _ halfMonth: HalfMonth) -> Int? {
        guard let agency = evidence.register.agencies[agencyID] else { return nil }
        let name = "\(agency.key) \(halfMonth.index)"
        if let known = numbers[name] { return known }
        numbers[name] = names.count
        names.append(name)
        rates.append(evidence.cube.rate(indicator, agencies: [agencyID], halfMonth: halfMonth))
        return names.count - 1
    }
}

extension Evidence {
    /// What external reports may show.
    package func publicCounts(_ definitions: [ReportDefinition], _ disclosure: Disclosure) -> PublicCounts {
        let ids = definitions.flatMap(\.headlineIDs)
        let months = period.trend(months: definitions.map(\.trendMonths).max() ?? 0)
        return PublicCounts(self, indicators.filter { ids.contains($0.id) }, months: months, disclosure)
    }
}
