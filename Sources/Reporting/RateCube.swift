package import Adoption

/// All rates of some half-months, added up once from the tallies: of each unit and half-month, and of the units' channels and procedures
/// in one period.
package struct RateCube: Sendable {
    private let indicators: [Indicator]
    private let ofProcedures: [Indicator]
    private let period: Period
    private let halfMonths: ClosedRange<HalfMonth>
    private let places: [String: Int]
    private let procedurePlaces: [String: Int]
    /// The place of each unit in the lists below.
    private var slots: [Int: Int] = [:]
    /// For each unit and half-month, the rate of each indicator.
    private var byHalfMonth: [Rate] = []
    /// For each unit and channel, the same in the period.
    private var byChannel: [Rate] = []
    /// For each unit, the place of each procedure among its rates, by the procedure's number, and those; −1 for one without.
    private var byProcedure: [(starts: [Int32], rates: [Rate])] = []
    private var online: [FunnelCount] = []
    private var answers: Answers
    private var procedureAnswers: Answers
    private var trendAnswers: Answers
    private var last = (agencyID: -1, slot: 0)

    private static let channels = Channel.allCases.count

    /// - Parameters:
    ///   - indicators: those whose rates of units are asked for.
    ///   - trendIDs: those of them that are also asked for outside the period.
    ///   - ofProcedures: those whose rates of procedures are, too; each costs memory for every unit and procedure.
    package init(
        indicators: [Indicator], trendIDs: Set<String> = [], ofProcedures: [Indicator], period: Period, halfMonths: ClosedRange<HalfMonth>
    ) {
        self.indicators = indicators
        self.ofProcedures = ofProcedures
        self.period = period
        self.halfMonths = halfMonths
        places = Dictionary(indicators.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        procedurePlaces = Dictionary(ofProcedures.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        answers = Answers(indicators)
        procedureAnswers = Answers(ofProcedures)
        trendAnswers = Answers(indicators, trendIDs)
    }

    /// - Parameter tally: of all procedures together.
    package mutating func add(ofAll tally: Tally) {
        let slot = slot(tally.agencyID)
        let isInPeriod = period.contains(tally.halfMonth)
        let half = (slot * halfMonthCount + tally.halfMonth.index - halfMonths.lowerBound.index) * indicators.count
        let channel = (slot * RateCube.channels + Int(tally.traits.code(.channel))) * indicators.count
        for answer in isInPeriod ? answers.answers(to: tally) : trendAnswers.answers(to: tally) {
            let rate = Rate(answer.isCounted ? tally.dossiers : 0, of: tally.dossiers)
            byHalfMonth[half + answer.index] = byHalfMonth[half + answer.index] + rate
            if isInPeriod { byChannel[channel + answer.index] = byChannel[channel + answer.index] + rate }
        }
        if isInPeriod, tally.basis == .received { online[slot].add(tally) }
    }

    /// - Parameter tally: of one procedure, in the period.
    package mutating func add(ofProcedure tally: Tally) {
        // A procedure of which no indicator counts anything is in no table.
        let answers = procedureAnswers.answers(to: tally)
        if answers.isEmpty { return }
        let slot = slot(tally.agencyID)
        let missing = tally.procedureID + 1 - byProcedure[slot].starts.count
        if missing > 0 { byProcedure[slot].starts += Array(repeating: -1, count: missing) }
        var start = Int(byProcedure[slot].starts[tally.procedureID])
        if start < 0 {
            start = byProcedure[slot].rates.count
            byProcedure[slot].starts[tally.procedureID] = Int32(start)
            byProcedure[slot].rates += Array(repeating: .none, count: ofProcedures.count)
        }
        for answer in answers {
            byProcedure[slot].rates[start + answer.index] = byProcedure[slot].rates[start + answer.index] + Rate(answer.isCounted ? tally.dossiers : 0, of: tally.dossiers)
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

    /// The rate of one half-month.
    func rate(_ indicator: Indicator, agencies: Set<Int>, halfMonth: HalfMonth) -> Rate {
        guard let place = places[indicator.id], halfMonths.contains(halfMonth) else { return .none }
        let half = halfMonth.index - halfMonths.lowerBound.index
        return agencies.lazy.compactMap { slots[$0] }.reduce(Rate.none) { $0 + byHalfMonth[($1 * halfMonthCount + half) * indicators.count + place] }
    }

    /// The first day of which anything can be asked.
    var firstDay: Day { halfMonths.lowerBound.first }

    /// The first half-month in which any unit has something.
    var firstHalfMonth: HalfMonth? {
        let places = byHalfMonth.indices.filter { !byHalfMonth[$0].isNoData }.map { $0 / max(1, indicators.count) % halfMonthCount }
        return places.min().map { HalfMonth(index: halfMonths.lowerBound.index + $0) }
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
                    sums += rates[Int(start)..<Int(start) + ofProcedures.count]
                } else {
                    for index in ofProcedures.indices { sums[starts[procedureID] + index] = sums[starts[procedureID] + index] + rates[Int(start) + index] }
                }
            }
        }
        var procedures: [Int: [Rate]] = [:]
        for (procedureID, start) in starts.enumerated() where start >= 0 { procedures[procedureID] = Array(sums[start..<start + ofProcedures.count]) }
        return procedures
    }

    /// The procedures under which some dossier meets the indicator's condition.
    func used(_ indicator: Indicator, agencies: Set<Int>) -> Set<Int> {
        guard let place = procedurePlaces[indicator.id] else { return [] }
        var used: Set<Int> = []
        for (starts, rates) in agencies.lazy.compactMap({ slots[$0] }).map({ byProcedure[$0] }) {
            for (procedureID, start) in starts.enumerated() where start >= 0 && !rates[Int(start) + place].isNoData { used.insert(procedureID) }
        }
        return used
    }

    /// The online filings of the period.
    func filedOnline(agencies: Set<Int>) -> FunnelCount { agencies.lazy.compactMap { slots[$0] }.reduce(FunnelCount()) { $0 + online[$1] } }

    /// Where the indicator stands among the rates of a procedure.
    func procedurePlace(_ indicator: Indicator) -> Int { procedurePlaces[indicator.id] ?? 0 }

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
}

/// What the indicators say to each kind of dossier, asked once.
private struct Answers: Sendable {
    /// An indicator, by its place, that has a kind of dossier in its rate.
    struct Answer { let index: Int, isCounted: Bool }

    private let indicators: [Indicator]
    /// Nil for all of them.
    private let asked: Set<String>?
    /// Where the answers to each kind begin, in a table of open addresses, twice as long as it is full: it is asked for every tally.
    private var slots = [Slot](repeating: Slot(), count: 256)
    private var count = 0
    private var list: [[Answer]] = []
    private var last = Slot()

    init(_ indicators: [Indicator], _ asked: Set<String>? = nil) {
        self.indicators = indicators
        self.asked = asked
    }

    mutating func answers(to tally: Tally) -> [Answer] {
        // The date basis is in the highest bits, which no trait uses.
        let kind = tally.traits.bits | UInt32(tally.basis.rawValue) << 29
        if last.start >= 0, last.kind == kind { return list[Int(last.start)] }
        let place = place(of: kind)
        if slots[place].start < 0 {
            slots[place] = Slot(kind: kind, start: Int32(list.count))
            list.append(indicators.enumerated().compactMap { index, indicator in
                guard indicator.basis == tally.basis, asked?.contains(indicator.id) ?? true else { return nil }
                switch indicator.place(of: tally.traits) {
                case .counted: return Answer(index: index, isCounted: true)
                case .otherwise: return Answer(index: index, isCounted: false)
                case .excluded: return nil
                }
            })
            last = slots[place]
            count += 1
            if count * 2 > slots.count { grow() }
        } else {
            last = slots[place]
        }
        return list[Int(last.start)]
    }

    private struct Slot {
        var kind: UInt32 = 0
        var start: Int32 = -1
    }

    /// Where the kind stands, or would stand.
    private func place(of kind: UInt32) -> Int {
        var place = Int(kind &* 0x9E37_79B1 >> 7) & (slots.count - 1)
        while slots[place].start >= 0, slots[place].kind != kind { place = (place + 1) & (slots.count - 1) }
        return place
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: Slot(), count: old.count * 2)
        for slot in old where slot.start >= 0 { slots[place(of: slot.kind)] = slot }
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
