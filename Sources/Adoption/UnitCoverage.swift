/// Which units' records of a period are there: what stands on the cover of a report.
package struct UnitCoverage: Hashable, Sendable {
    /// Units with days, such as those on which records are missing.
    package struct Days: Hashable, Sendable {
        package let agency: Agency
        package let days: Int
    }

    package let units: Int
    /// Nothing has come of them, although something was to be expected.
    package let unreported: [Agency]
    package let missing: [Days]
    package let low: [Days]
    package let late: [Days]
    /// They confirmed that they had nothing on some days.
    package let confirmedZero: [Days]

    /// - Parameter units: in the order in which they are named.
    package init(_ units: [Completeness]) {
        func days(_ find: (Completeness) -> [Day]) -> [Days] {
            units.compactMap { unit in
                let count = find(unit).count
                return count == 0 ? nil : Days(agency: unit.agency, days: count)
            }
        }
        self.units = units.count
        unreported = units.filter(\.isUnreported).map(\.agency)
        missing = days { $0.isUnreported ? [] : $0.missing }
        low = days(\.low)
        late = days(\.late)
        confirmedZero = days(\.confirmedZero)
    }

    /// Nothing seems to be missing. What came late is there.
    package var isComplete: Bool { unreported.isEmpty && missing.isEmpty && low.isEmpty }
}
