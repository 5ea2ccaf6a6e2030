/// What a target demands of the dossiers that are still to come in a period (`domain.md` 4.3, required share).
package enum Demand: Hashable, Sendable {
    /// The target is met at the end even if none of the further dossiers counts.
    case secured
    /// At least `needed` of the `of` further dossiers must count, from 1 to all of them.
    case reachable(needed: Int, of: Int)
    /// Not met even if every further dossier counts, which would give `best`.
    case outOfReach(best: Rate)
}

extension Target {
    /// What the rest of a period owes to the target: max(0, ⌈t(N + V) − n⌉) of V further dossiers.
    ///
    /// Nil when there is no dossier and none is expected: no data is neither met nor missed.
    /// - Parameter further: how many dossiers are expected until the period's end.
    package func demand(of rate: Rate, further: Int) -> Demand? {
        precondition(further >= 0, "no period loses dossiers")
        let end = rate.denominator + further
        guard end > 0 else { return nil }
        let short = basisPoints * end - 10_000 * rate.numerator
        guard short > 0 else { return .secured }
        let needed = short.dividedRoundingUp(by: 10_000)
        return needed <= further
            ? .reachable(needed: needed, of: further) : .outOfReach(best: Rate(rate.numerator + further, of: end))
    }
}

extension Int {
    /// The smallest whole number that is not below the quotient of two numbers that are not negative.
    func dividedRoundingUp(by divisor: Int) -> Int { self / divisor + (self % divisor > 0 ? 1 : 0) }
}
