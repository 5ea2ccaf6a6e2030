/// What came in, what went out and what is left of some dossiers in a period: the counts of form II.06 (TT 01/2020/TT-VPCP) and of form 07a/BTP.
///
/// Dossiers that are new or were refused at intake are in none of them but `refused`. A dossier that was withdrawn or stopped ends on the day on
/// which its processing ended; where that day is not recorded it is open.
package struct Flow: Hashable, Sendable {
    /// Received in the period, by the way of filing and the level of the service.
    package var onlineFull = 0
    package var onlinePartial = 0
    package var onlineOther = 0
    package var counter = 0
    package var postal = 0
    /// Received before the period and not settled before it.
    package var carriedOver = 0
    /// Settled in the period.
    package var early = 0
    package var onTime = 0
    package var late = 0
    /// Received and not settled by the end of the period, judged at that end and never by today's clock.
    package var openInTime = 0
    package var openLate = 0
    /// Of those received in the period, by the state in which they are.
    package var stopped = 0
    package var waiting = 0
    package var withdrawn = 0
    package var refused = 0
    /// First paid in the period.
    package var paidOnline = 0
    package var paidOtherwise = 0

    package init() {}

    package var online: Int { onlineFull + onlinePartial + onlineOther }
    package var counterAndPostal: Int { counter + postal }
    /// Column (3): 4 + 5 + 6.
    package var received: Int { online + counterAndPostal + carriedOver }
    /// Column (7): 8 + 9 + 10.
    package var settled: Int { early + onTime + late }
    /// Column (11): 12 + 13.
    package var open: Int { openInTime + openLate }
    package var paid: Int { paidOnline + paidOtherwise }
    package var isNothing: Bool { self == Flow() }

    /// Column 3 = 7 + 11. The three are counted apart from each other: the first two from tallies, the last from the dossiers themselves.
    package var isBalanced: Bool { received == settled + open }

    package static func + (a: Flow, b: Flow) -> Flow {
        var sum = a
        for path in Flow.counts { sum[keyPath: path] += b[keyPath: path] }
        return sum
    }

    private static var counts: [WritableKeyPath<Flow, Int>] {
        [
            \.onlineFull, \.onlinePartial, \.onlineOther, \.counter, \.postal, \.carriedOver, \.early, \.onTime, \.late, \.openInTime, \.openLate, \.stopped,
            \.waiting, \.withdrawn, \.refused, \.paidOnline, \.paidOtherwise,
        ]
    }

    /// - Parameter tally: of any half-month up to the end of the period.
    package mutating func add(_ tally: Tally, in period: Period) {
        let (traits, count, isBefore) = (tally.traits, tally.dossiers, tally.halfMonth < period.halfMonths.lowerBound)
        switch DossierState(rawValue: traits.code(.state)) {
        case .new: return
        case .refused:
            if tally.basis == .received, !isBefore { refused += count }
            return
        default: break
        }
        switch tally.basis {
        case .received where isBefore: carriedOver += count
        case .settled where isBefore: carriedOver -= count
        case .received: addReceived(traits, count)
        case .settled:
            switch Timing(rawValue: traits.code(.timing)) {
            case .early: early += count
            case .late: late += count
            default: onTime += count
            }
        case .collected:
            if isBefore { return }
            if traits.code(.payment) == PaymentMeans.online.rawValue { paidOnline += count } else { paidOtherwise += count }
        }
    }

    private mutating func addReceived(_ traits: Traits, _ count: Int) {
        switch (Channel(rawValue: traits.code(.channel)), ServiceLevel(rawValue: traits.code(.level))) {
        case (.online, .full): onlineFull += count
        case (.online, .partial): onlinePartial += count
        case (.online, _): onlineOther += count
        case (.postal, _): postal += count
        default: counter += count
        }
        switch DossierState(rawValue: traits.code(.state)) {
        case .stopped: stopped += count
        case .supplementAsked, .paymentAsked: waiting += count
        case .withdrawn: withdrawn += count
        default: break
        }
    }

    /// Counts the dossier if it is open at the end of the period. What is due within the last day is not late at its end.
    package mutating func addOpen(_ dossier: Dossier, at period: Period) {
        guard dossier.state != .new, dossier.state != .refused, dossier.counted.day <= period.last, dossier.settled.map({ $0.day > period.last }) ?? true else { return }
        if let due = dossier.due, due < Flow.lastSecond(of: period) { openLate += 1 } else { openInTime += 1 }
    }

    private static func lastSecond(of period: Period) -> Instant {
        Instant(secondsSinceEpoch: Instant(local: period.last.advanced(by: 1)).secondsSinceEpoch - 1)
    }
}

/// The flows of a province by unit and procedure.
package struct Flows: Sendable {
    /// The place of each unit in `flows`.
    private var slots: [Int: Int] = [:]
    /// For each unit, its flows at the numbers of the procedures: every tally of every year is added to one of them.
    private var flows: [[Flow]] = []
    private var last = (agencyID: -1, slot: 0)

    package init() {}

    package mutating func change(agencyID: Int, procedureID: Int, _ change: (inout Flow) -> Void) {
        if last.agencyID != agencyID {
            last = (agencyID, slots[agencyID] ?? flows.count)
            if last.slot == flows.count {
                slots[agencyID] = last.slot
                flows.append([])
            }
        }
        let missing = procedureID + 1 - flows[last.slot].count
        if missing > 0 { flows[last.slot] += Array(repeating: Flow(), count: missing) }
        change(&flows[last.slot][procedureID])
    }

    package func sum(agencies: Set<Int>) -> Flow {
        agencies.reduce(Flow()) { sum, id in (slots[id].map { flows[$0] } ?? []).reduce(sum) { $1.isNothing ? $0 : $0 + $1 } }
    }

    /// Of all units.
    package var total: Flow { sum(agencies: Set(slots.keys)) }

    /// By the number of the procedure; only those of which something is to be told.
    package func procedures(agencies: Set<Int>) -> [Int: Flow] {
        var sums: [Int: Flow] = [:]
        for slot in agencies.compactMap({ slots[$0] }) {
            for (procedureID, flow) in flows[slot].enumerated() where !flow.isNothing { sums[procedureID] = (sums[procedureID] ?? Flow()) + flow }
        }
        return sums
    }

    /// The units and procedures whose counts contradict each other: none, unless the store is damaged.
    package var unbalanced: [(agencyID: Int, procedureID: Int)] {
        slots.flatMap { agencyID, slot in flows[slot].indices.filter { !flows[slot][$0].isBalanced }.map { (agencyID, $0) } }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
    }
}
