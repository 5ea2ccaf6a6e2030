/// Which procedures of a unit a rate is about, and which of them count.
///
/// What holds is asked of the registers on the period's last day. A procedure that several units offer is one procedure, so that the
/// counts of a province are no sums of its units' (as the national portal counts them).
package struct ProcedureQuestion: Hashable, Sendable {
    /// Only procedures that are offered at one of these levels; nil for all.
    package let offered: Set<ServiceLevel>?
    /// Only procedures with a fee, or without; nil for all.
    package let bearsFee: Bool?
    /// Those count that are offered at one of these levels; nil for all.
    package let countsOffered: Set<ServiceLevel>?
    /// Those count under which at least one dossier meets the indicator's condition.
    package let countsUsed: Bool

    package init(offered: Set<ServiceLevel>? = nil, bearsFee: Bool? = nil, countsOffered: Set<ServiceLevel>? = nil, countsUsed: Bool = false) {
        self.offered = offered
        self.bearsFee = bearsFee
        self.countsOffered = countsOffered
        self.countsUsed = countsUsed
    }
}

/// What every unit offers on one day, found once for many questions.
package struct Offerings: Sendable {
    private let register: Register
    private let present: Set<Int>
    /// For each number of a unit, the level of each procedure that it offers.
    private var levels: [Int: [Int: ServiceLevel]] = [:]
    /// For each number of a unit, the procedures that the register gives to it by code.
    private var named: [Int: Set<Int>] = [:]

    package init(_ register: Register, on day: Day) {
        self.register = register
        let units = register.agencies(on: day)
        present = Set(units.map(\.id))
        if register.services.isEmpty { return }
        for procedureID in register.procedures.keys {
            for (id, agency) in units {
                let services = register.services.services(of: procedureID, at: agency, on: day)
                if let level = services.first(where: { $0.level != .unknown })?.level { levels[id, default: [:]][procedureID] = level }
                if services.contains(where: \.isOfOneUnit) { named[id, default: []].insert(procedureID) }
            }
        }
    }

    /// - Parameters:
    ///   - agencies: the numbers of the unit and of those below it.
    ///   - used: the procedures under which a dossier of theirs meets the indicator's condition.
    /// - Returns: no data where the question is about what is offered and the register says nothing of any service.
    package func rate(_ question: ProcedureQuestion, of agency: Agency, agencies: Set<Int>, used: Set<Int>) -> Rate {
        let units = agencies.intersection(present)
        // A unit that ended within the period has no last day of it.
        if units.isEmpty { return .none }
        if register.services.isEmpty, question.offered != nil || question.countsOffered != nil { return .none }
        func isOffered(_ procedureID: Int, _ asked: Set<ServiceLevel>?) -> Bool {
            asked.map { asked in units.contains { levels[$0]?[procedureID].map(asked.contains) == true } } ?? true
        }
        let asked = procedures(of: agency, units).filter { id in
            (question.bearsFee == nil || register.procedures[id]?.bearsFee == question.bearsFee) && isOffered(id, question.offered)
        }
        return Rate(asked.count { (!question.countsUsed || used.contains($0)) && isOffered($0, question.countsOffered) }, of: asked.count)
    }

    /// The procedures under a unit's authority: of a province all; of a district or a commune those that are settled at its level, and those that
    /// the services register gives to it, or to a unit below it, by code. Departments differ in their fields: theirs are those given by code,
    /// and only where there are none those of their level.
    private func procedures(of agency: Agency, _ units: Set<Int>) -> Set<Int> {
        if agency.level == .province { return Set(register.procedures.keys) }
        let own = units.reduce(into: Set<Int>()) { $0.formUnion(named[$1] ?? []) }
        if !own.isEmpty, agency.level == .department || agency.level == .other { return own }
        return own.union(register.procedures.filter { $0.value.authority == nil || $0.value.authority == agency.level }.keys)
    }
}

extension Service {
    fileprivate var isOfOneUnit: Bool {
        if case .agency = coverage { return true }
        return false
    }
}
