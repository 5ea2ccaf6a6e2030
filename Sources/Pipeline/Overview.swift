package import Adoption
package import Reporting
package import Storage
internal import Synchronization

/// What a page about one unit shows: its rates over the last months, and those of every unit below it in the last of them.
package struct Overview: Sendable {
    package struct Line: Hashable, Sendable {
        package let agency: Agency
        /// In the order of the indicators.
        package let rates: [Rate]
    }

    package let indicators: [Indicator]
    /// The oldest first.
    package let months: [Period]
    /// For each month, the unit's rates in the order of the indicators.
    package let trend: [[Rate]]
    /// The unit itself and all units below it, in the order of their codes.
    package let units: [Line]
}

/// Answers what pages ask, again and again, of a store that changes a few times a day.
///
/// What every half-month adds up to for every unit is kept until the records or what was decided changes. It is a class because it keeps that.
package final class Overviews: Sendable {
    private let indicators: [Indicator]
    private let known = Mutex<Known?>(nil)

    private struct Known {
        let position: Position
        let register: Register
        var cubes: [HalfMonth: RateCube] = [:]
    }

    /// - Parameter indicators: those that count procedures are about a whole period, and are left out of pages of months.
    package init(indicators: [Indicator]) { self.indicators = indicators.filter { $0.subject == .dossiers } }

    /// - Parameters:
    ///   - agencyCode: the unit, such as the province.
    ///   - month: the last month.
    /// - Returns: nil when no unit of the month has the code.
    package func overview(_ store: Store, agencyCode: String, endingWith month: Period, months count: Int = 12) throws -> Overview? {
        try known.withLock { known in
            let position = try store.position()
            var current = try known.flatMap { $0.position == position ? $0 : nil } ?? Known(position: position, register: try store.register())
            defer { known = current }
            let register = current.register
            guard let agency = register.agencies(named: agencyCode, in: month).last else { return nil }
            let months = month.trend(months: count)
            func rates(_ agency: Agency, _ month: Period) throws -> [Rate] {
                let agencies = register.subtree(of: agency, in: month)
                let cubes = try (month.halfMonths.lowerBound.index...month.halfMonths.upperBound.index).map { try cube(HalfMonth(index: $0), store, &current) }
                return indicators.map { indicator in cubes.reduce(Rate.none) { $0 + $1.rate(indicator, agencies: agencies, in: month) } }
            }
            let below = register.subtree(of: agency, in: month)
            return Overview(
                indicators: indicators, months: months, trend: try months.map { try rates(agency, $0) },
                units: try register.agencies(in: month).filter { register.number(of: $0).map(below.contains) == true }.map { Overview.Line(agency: $0, rates: try rates($0, month)) })
        }
    }

    private func cube(_ halfMonth: HalfMonth, _ store: Store, _ known: inout Known) throws -> RateCube {
        if let cube = known.cubes[halfMonth] { return cube }
        let month = Period(.calendar, year: halfMonth.index / 24, months: (halfMonth.index / 2 % 12 + 1)...(halfMonth.index / 2 % 12 + 1))
        var cube = RateCube(indicators: indicators, ofProcedures: [], period: month, halfMonths: halfMonth...halfMonth)
        try store.eachTally(TallyQuestion(halfMonth...halfMonth, byProcedure: false)) { cube.add(ofAll: $0) }
        known.cubes[halfMonth] = cube
        return cube
    }
}
