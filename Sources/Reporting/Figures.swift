package import Adoption
internal import Synchronization

/// The rates of every unit in one period, from one set of tallies and one register.
package struct Figures: Sendable {
    package let period: Period
    package let register: Register
    let cube: RateCube
    private let offerings: Offerings
    private let subtrees = Subtrees()

    package init(period: Period, register: Register, cube: RateCube) {
        self.period = period
        self.register = register
        self.cube = cube
        offerings = Offerings(register, on: period.last)
    }

    /// The numbers of the unit and of all units below it at some day of the period, or of another one.
    package func subtree(of agency: Agency, in other: Period? = nil) -> Set<Int> { subtrees.numbers(of: agency, in: other ?? period, register) }

    package func rate(_ indicator: Indicator, of agency: Agency) -> Rate {
        let agencies = subtree(of: agency)
        guard case .procedures(let question) = indicator.subject else { return cube.rate(indicator, agencies: agencies, in: period) }
        return offerings.rate(question, of: agency, agencies: agencies, used: question.countsUsed ? cube.used(indicator, agencies: agencies) : [])
    }

    /// The figures of every unit of the period with the units below it; those without data are left out.
    package func all(_ indicators: [Indicator]) -> [FrozenFigure] {
        register.agencies(in: period).flatMap { agency in
            indicators.compactMap { indicator in
                let rate = rate(indicator, of: agency)
                return rate.isNoData ? nil : FrozenFigure(unitKey: agency.key, indicator: indicator.versionedID, rate: rate)
            }
        }
    }
}

/// What stands below each unit, found once: every figure asks for it. It is a class because reports that are composed side by side share it.
private final class Subtrees: Sendable {
    private struct Key: Hashable {
        let agencyKey: String
        let period: Period
    }

    private let known = Mutex<[Key: Set<Int>]>([:])

    func numbers(of agency: Agency, in period: Period, _ register: Register) -> Set<Int> {
        let key = Key(agencyKey: agency.key, period: period)
        if let numbers = known.withLock({ $0[key] }) { return numbers }
        let numbers = register.subtree(of: agency, in: period)
        known.withLock { $0[key] = numbers }
        return numbers
    }
}
