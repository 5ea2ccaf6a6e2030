/// The rate of one procedure at one unit.
package struct LocalRate: Hashable, Sendable {
    package let unitKey: String
    /// Units are compared with others of the same group only, such as a level: like with like.
    package let groupKey: String
    package let procedureKey: String
    package let rate: Rate

    package init(unitKey: String, groupKey: String, procedureKey: String, rate: Rate) {
        self.unitKey = unitKey
        self.groupKey = groupKey
        self.procedureKey = procedureKey
        self.rate = rate
    }
}

/// What a unit would gain with a procedure if it did as well as the best of its peers.
package struct Opportunity: Hashable, Sendable {
    package let local: LocalRate
    /// The other unit of the same group that has the highest rate with the same procedure.
    package let peer: LocalRate
    /// This many more dossiers would count at the peer's rate: ⌈peer's rate · d⌉ − n, at least 1.
    package let gainDossiers: Int
    /// By how much the province's rate would rise, in hundredths of a percentage point: rounded once, 0 when it is less than half of one.
    package let riseHundredths: Int

    /// Where a push brings most: the greatest gain first, then in the order of unit and procedure.
    ///
    /// Among peers with the same rate the one with more dossiers is named, then the first by its key. Without data of the province,
    /// there is nothing that could rise, and the list is empty.
    /// - Parameters:
    ///   - locals: each unit once with each procedure; their order does not matter.
    ///   - minimum: from how many dossiers on a unit is an example for others; one lucky dossier is none.
    package static func all(in locals: [LocalRate], province: Rate, minimum: Int = 10) -> [Opportunity] {
        guard !province.isNoData else { return [] }
        let alike = Dictionary(grouping: locals) { Likeness(groupKey: $0.groupKey, procedureKey: $0.procedureKey) }
        return alike.values.flatMap { opportunities(among: $0, province, minimum) }.sorted {
            ($1.gainDossiers, $0.local.unitKey, $0.local.procedureKey, $0.local.groupKey)
                < ($0.gainDossiers, $1.local.unitKey, $1.local.procedureKey, $1.local.groupKey)
        }
    }

    private struct Likeness: Hashable {
        let groupKey: String
        let procedureKey: String
    }

    private static func opportunities(among alike: [LocalRate], _ province: Rate, _ minimum: Int) -> [Opportunity] {
        let examples = alike.filter { !$0.rate.isNoData && $0.rate.denominator >= minimum }
        guard let peer = examples.min(by: isBetterExample) else { return [] }
        // Nobody is greater than itself: the best unit has no opportunity, and for all others it is another unit.
        return alike.filter { !$0.rate.isNoData && peer.rate.isGreater(than: $0.rate) }.map { local in
            let reached = (peer.rate.numerator * local.rate.denominator).dividedRoundingUp(by: peer.rate.denominator)
            let gain = reached - local.rate.numerator
            return Opportunity(
                local: local, peer: peer, gainDossiers: gain,
                riseHundredths: roundedQuotient(10_000 * Int128(gain), Int128(province.denominator)))
        }
    }

    private static func isBetterExample(_ a: LocalRate, than b: LocalRate) -> Bool {
        if a.rate.isGreater(than: b.rate) || b.rate.isGreater(than: a.rate) { return a.rate.isGreater(than: b.rate) }
        return (b.rate.denominator, a.unitKey) < (a.rate.denominator, b.unitKey)
    }
}
