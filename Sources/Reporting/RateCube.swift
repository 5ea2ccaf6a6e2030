package import Adoption

/// All rates of some half-months, added up once from the tallies: of each unit and half-month, and of the units' channels and procedures
/// in one period.
package struct RateCube: Sendable {
    private let indicators: [Indicator]
    private let bases: [DateBasis]
    private let period: Period
    private let halfMonths: ClosedRange<HalfMonth>
    private let places: [String: Int]
    /// The place of each unit in the lists below.
    private var slots: [Int: Int] = [:]
    /// For each unit and half-month, the rate of each indicator.
    private var byHalfMonth: [Rate] = []
    /// For each unit and channel, the same in the period.
    private var byChannel: [Rate] = []
    /// For each unit, the place of each procedure among its rates, by the procedure's number, and those; −1 for one without.
    private var byProcedure: [(starts: [Int32], rates: [Rate])] = []
    private var online: [FunnelCount] = []
    private var answers = Answers()
    private var last = (agencyID: -1, slot: 0)

    private static let channels = Channel.allCases.count

    package init(indicators: [Indicator], period: Period, halfMonths: ClosedRange<HalfMonth>) {
        self.indicators = indicators
        bases = indicators.map(\.basis)
        self.period = period
        self.halfMonths = halfMonths
        places = Dictionary(indicators.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// - Parameter tally: of all procedures together.
    package mutating func add(ofAll tally: Tally) {
        let slot = slot(tally.agencyID)
        let isInPeriod = period.contains(tally.halfMonth)
        let half = (slot * halfMonthCount + tally.halfMonth.index - halfMonths.lowerBound.index) * indicators.count
        let channel = (slot * RateCube.channels + Int(tally.traits.code(.channel))) * indicators.count
        let answer = answers.start(of: tally.traits, indicators)
        for index in bases.indices {
            guard let rate = rate(answer, index, tally) else { continue }
            byHalfMonth[half + index] = byHalfMonth[half + index] + rate
            if isInPeriod { byChannel[channel + index] = byChannel[channel + index] + rate }
        }
        if isInPeriod, tally.basis == .received { online[slot].add(tally) }
    }

    /// - Parameter tally: of one procedure, in the period.
    package mutating func add(ofProcedure tally: Tally) {
        let slot = slot(tally.agencyID)
        let missing = tally.procedureID + 1 - byProcedure[slot].starts.count
        if missing > 0 { byProcedure[slot].starts += Array(repeating: -1, count: missing) }
        var start = Int(byProcedure[slot].starts[tally.procedureID])
        if start < 0 {
            // A procedure of which no indicator counts anything is in no table.
            guard answers.contains(tally, indicators) else { return }
            start = byProcedure[slot].rates.count
            byProcedure[slot].starts[tally.procedureID] = Int32(start)
            byProcedure[slot].rates += Array(repeating: .none, count: indicators.count)
        }
        let answer = answers.start(of: tally.traits, indicators)
        for index in bases.indices {
            guard let rate = rate(answer, index, tally) else { continue }
            byProcedure[slot].rates[start + index] = byProcedure[slot].rates[start + index] + rate
        }
    }

    package func rate(_ indicator: Indicator, agencies: Set<Int>, in period: Period) -> Rate {
        guard let place = places[indicator.id] else { return .none }
        let first = max(period.halfMonths.lowerBound, halfMonths.lowerBound).index - halfMonths.lowerBound.index
        let last = min(period.halfMonths.upperBound, halfMonths.upperBound).index - halfMonths.lowerBound.index
        guard first <= last else { return .none }
        var sum = Rate.none
        for slot in agencies.lazy.compactMap({ slots[$0] }) {
            for half in first...last { sum = sum + byHalfMonth[(slot * halfMonthCount + half) * indicators.count + place] }
        }
        return sum
    }

    /// The rate of the dossiers that were filed in one way, in the period.
    func rate(_ indicator: Indicator, agencies: Set<Int>, channel: Channel) -> Rate {
        guard let place = places[indicator.id] else { return .none }
        return agencies.lazy.compactMap { slots[$0] }.reduce(Rate.none) {
            $0 + byChannel[($1 * RateCube.channels + Int(channel.rawValue)) * indicators.count + place]
        }
    }

    /// The procedures under which the units received, settled or collected anything in the period, with the rate of each indicator.
    func procedures(agencies: Set<Int>) -> [Int: [Rate]] {
        let units = agencies.compactMap { slots[$0] }
        let count = units.map { byProcedure[$0].starts.count }.max() ?? 0
        var starts = [Int](repeating: -1, count: count)
        var sums: [Rate] = []
        for unit in units {
            let (own, rates) = byProcedure[unit]
            for (procedureID, start) in own.enumerated() where start >= 0 {
                if starts[procedureID] < 0 {
                    starts[procedureID] = sums.count
                    sums += rates[Int(start)..<Int(start) + indicators.count]
                } else {
                    for index in bases.indices { sums[starts[procedureID] + index] = sums[starts[procedureID] + index] + rates[Int(start) + index] }
                }
            }
        }
        var procedures: [Int: [Rate]] = [:]
        for (procedureID, start) in starts.enumerated() where start >= 0 { procedures[procedureID] = Array(sums[start..<start + bases.count]) }
        return procedures
    }

    /// The online filings of the period.
    func filedOnline(agencies: Set<Int>) -> FunnelCount { agencies.lazy.compactMap { slots[$0] }.reduce(FunnelCount()) { $0 + online[$1] } }

    func index(_ indicator: Indicator) -> Int { places[indicator.id] ?? 0 }

    private var halfMonthCount: Int { halfMonths.upperBound.index - halfMonths.lowerBound.index + 1 }

    private mutating func slot(_ agencyID: Int) -> Int {
        if last.agencyID == agencyID { return last.slot }
        let slot = slots[agencyID] ?? slots.count
        if slot == slots.count {
            slots[agencyID] = slot
            byHalfMonth += Array(repeating: .none, count: halfMonthCount * indicators.count)
            byChannel += Array(repeating: .none, count: RateCube.channels * indicators.count)
            byProcedure.append(([], []))
            online.append(FunnelCount())
        }
        last = (agencyID, slot)
        return slot
    }

    /// What a tally adds to the rate of an indicator; nil for nothing.
    private func rate(_ answer: Int, _ index: Int, _ tally: Tally) -> Rate? {
        guard bases[index] == tally.basis else { return nil }
        switch answers.list[answer + index] {
        case .counted: return Rate(tally.dossiers, of: tally.dossiers)
        case .otherwise: return Rate(0, of: tally.dossiers)
        case .excluded: return nil
        }
    }
}

/// What the indicators say to each kind of dossier, asked once.
private struct Answers: Sendable {
    enum Answer { case counted, otherwise, excluded }

    /// Where the answers to each kind begin, in a table of open addresses, twice as long as it is full: it is asked for every tally.
    private var slots = [Slot](repeating: Slot(), count: 256)
    private var count = 0
    private(set) var list: [Answer] = []
    private var last: (bits: UInt32, start: Int)?

    mutating func start(of traits: Traits, _ indicators: [Indicator]) -> Int {
        if let last, last.bits == traits.bits { return last.start }
        let place = place(of: traits.bits)
        var start = Int(slots[place].start)
        if start < 0 {
            start = list.count
            slots[place] = Slot(bits: traits.bits, start: Int32(start))
            count += 1
            if count * 2 > slots.count { grow() }
            for indicator in indicators {
                switch indicator.place(of: traits) {
                case .counted: list.append(.counted)
                case .otherwise: list.append(.otherwise)
                case .excluded: list.append(.excluded)
                }
            }
        }
        last = (traits.bits, start)
        return start
    }

    private struct Slot {
        var bits: UInt32 = 0
        var start: Int32 = -1
    }

    /// Where the bits stand, or would stand.
    private func place(of bits: UInt32) -> Int {
        var place = Int(bits &* 0x9E37_79B1 >> 7) & (slots.count - 1)
        while slots[place].start >= 0, slots[place].bits != bits { place = (place + 1) & (slots.count - 1) }
        return place
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: Slot(), count: old.count * 2)
        for slot in old where slot.start >= 0 { slots[place(of: slot.bits)] = slot }
    }

    /// Some indicator counts it.
    mutating func contains(_ tally: Tally, _ indicators: [Indicator]) -> Bool {
        let start = start(of: tally.traits, indicators)
        return indicators.indices.contains { indicators[$0].basis == tally.basis && list[start + $0] != .excluded }
    }
}

/// Online filings that are not new and not refused at intake, and how far they went.
struct FunnelCount: Sendable {
    var filed = 0
    var paid = 0
    var electronicResult = 0

    static func + (a: FunnelCount, b: FunnelCount) -> FunnelCount {
        FunnelCount(filed: a.filed + b.filed, paid: a.paid + b.paid, electronicResult: a.electronicResult + b.electronicResult)
    }

    mutating func add(_ tally: Tally) {
        let state = tally.traits.code(.state)
        guard tally.traits.code(.channel) == Channel.online.rawValue, state != DossierState.new.rawValue, state != DossierState.refused.rawValue else { return }
        let isDone = state == DossierState.settled.rawValue || state == DossierState.returned.rawValue
        filed += tally.dossiers
        if tally.traits.code(.payment) == PaymentMeans.online.rawValue { paid += tally.dossiers }
        if isDone && tally.traits.code(.delivery) == ResultDelivery.electronic.rawValue { electronicResult += tally.dossiers }
    }
}
