package import Adoption

/// All rates of some half-months, added up once from the tallies: of each unit and half-month, and of the units' channels and procedures
/// in one period.
package struct RateCube: Sendable {
    private let indicators: [Indicator]
    private let period: Period
    private let halfMonths: ClosedRange<HalfMonth>
    private let places: [String: Int]
    /// The place of each unit in the lists below.
    private var slots: [Int: Int] = [:]
    /// For each unit and half-month, the rate of each indicator.
    private var byHalfMonth: [Rate] = []
    /// For each unit and channel, the same in the period.
    private var byChannel: [Rate] = []
    /// For each unit, the place of each procedure among its rates, and those.
    private var byProcedure: [(starts: [Int: Int], rates: [Rate])] = []
    private var online: [FunnelCount] = []
    private var answers = Answers()
    private var last = (agencyID: -1, slot: 0)

    private static let channels = Channel.allCases.count

    package init(indicators: [Indicator], period: Period, halfMonths: ClosedRange<HalfMonth>) {
        self.indicators = indicators
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
        for index in indicators.indices {
            guard let rate = rate(answer, index, tally) else { continue }
            byHalfMonth[half + index] = byHalfMonth[half + index] + rate
            if isInPeriod { byChannel[channel + index] = byChannel[channel + index] + rate }
        }
        if isInPeriod, tally.basis == .received { online[slot].add(tally) }
    }

    /// - Parameter tally: of one procedure, in the period.
    package mutating func add(ofProcedure tally: Tally) {
        let slot = slot(tally.agencyID)
        var start = 0
        if let known = byProcedure[slot].starts[tally.procedureID] {
            start = known
        } else {
            // A procedure of which no indicator counts anything is in no table.
            guard answers.contains(tally, indicators) else { return }
            start = byProcedure[slot].rates.count
            byProcedure[slot].starts[tally.procedureID] = start
            byProcedure[slot].rates += Array(repeating: .none, count: indicators.count)
        }
        let answer = answers.start(of: tally.traits, indicators)
        for index in indicators.indices {
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
        var sums: [Int: [Rate]] = [:]
        for slot in agencies.lazy.compactMap({ slots[$0] }) {
            let (starts, rates) = byProcedure[slot]
            for (procedureID, start) in starts {
                let own = rates[start..<start + indicators.count]
                sums[procedureID] = sums[procedureID].map { zip($0, own).map { $0 + $1 } } ?? Array(own)
            }
        }
        return sums
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
            byProcedure.append(([:], []))
            online.append(FunnelCount())
        }
        last = (agencyID, slot)
        return slot
    }

    /// What a tally adds to the rate of an indicator; nil for nothing.
    private func rate(_ answer: Int, _ index: Int, _ tally: Tally) -> Rate? {
        guard indicators[index].basis == tally.basis else { return nil }
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

    private var starts: [UInt32: Int] = [:]
    private(set) var list: [Answer] = []
    private var last: (bits: UInt32, start: Int)?

    mutating func start(of traits: Traits, _ indicators: [Indicator]) -> Int {
        if let last, last.bits == traits.bits { return last.start }
        let start = starts[traits.bits] ?? list.count
        if start == list.count {
            starts[traits.bits] = start
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
