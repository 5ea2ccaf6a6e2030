package import Adoption
internal import GRDB

/// Which tallies are asked for.
package struct TallyQuestion {
    let halfMonths: ClosedRange<HalfMonth>
    /// False for those of all procedures together, under the number 0.
    let byProcedure: Bool
    let bases: [DateBasis]
    /// Nil for all.
    let agencies: Set<Int>?
    /// Half-months of which the records as they stand are asked for, although they may be frozen.
    let live: HalfMonths

    package enum HalfMonths: Sendable {
        case none, all
        case some(Set<HalfMonth>)

        func contains(_ halfMonth: HalfMonth) -> Bool {
            switch self {
            case .none: false
            case .all: true
            case .some(let some): some.contains(halfMonth)
            }
        }
    }

    package init(
        _ halfMonths: ClosedRange<HalfMonth>, byProcedure: Bool, bases: [DateBasis] = DateBasis.allCases, agencies: Set<Int>? = nil, live: HalfMonths = .none
    ) {
        (self.halfMonths, self.byProcedure, self.bases, self.agencies, self.live) = (halfMonths, byProcedure, bases, agencies, live)
    }
}

/// The counts of one kind in the order of half-month, unit and key.
///
/// - Parameters:
///   - agencies: nil for all; few are looked up one by one.
///   - frozen: the act that froze a half-month, whose counts stand in place of those of the records.
func eachCount(
    _ db: Database, _ kind: TallyBlock.Kind, in halfMonths: ClosedRange<HalfMonth>, agencies: Set<Int>? = nil, frozen: [Int: Int] = [:],
    visit: (HalfMonth, Int, TallyBlock.Count) throws -> Void
) throws {
    let live = try FastStatement(try db.connection, "SELECT half_month, agency_id, counts FROM tally_block WHERE id BETWEEN ? AND ? ORDER BY id")
    let kept = try FastStatement(
        try db.connection, "SELECT half_month, agency_id, counts FROM frozen_tally WHERE act_id = ? AND kind = ? AND half_month = ? ORDER BY agency_id")
    func put(_ select: FastStatement) throws {
        defer { select.reset() }
        while try select.step() {
            let (halfMonth, agencyID) = (HalfMonth(index: select.int(0)), select.int(1))
            if let agencies, !agencies.contains(agencyID) { continue }
            try TallyBlock.counts(select.bytes(2)) { try visit(halfMonth, agencyID, $0) }
        }
    }
    func putLive(from first: Int, to last: Int) throws {
        try live.bind(1, first)
        try live.bind(2, last)
        try put(live)
    }
    func putLive(_ first: Int, _ last: Int) throws {
        guard let agencies, agencies.count <= 20, last - first < 100 else {
            return try putLive(from: TallyBlock.Key.id(kind, first, 0), to: TallyBlock.Key.id(kind, last, Int(UInt32.max)))
        }
        for halfMonth in first...last {
            for id in agencies.sorted().map({ TallyBlock.Key.id(kind, halfMonth, $0) }) { try putLive(from: id, to: id) }
        }
    }
    let last = halfMonths.upperBound.index
    var next = halfMonths.lowerBound.index
    for (halfMonth, act) in frozen.sorted(by: { $0.key < $1.key }) {
        if next < halfMonth { try putLive(next, halfMonth - 1) }
        try kept.bind(1, act)
        try kept.bind(2, kind.rawValue)
        try kept.bind(3, halfMonth)
        try put(kept)
        next = halfMonth + 1
    }
    if next <= last { try putLive(next, last) }
}

func dayCounts(_ db: Database, in halfMonths: ClosedRange<HalfMonth>) throws -> [DayCount] {
    let recorded = Dictionary(
        try Row.fetchAll(db, sql: "SELECT id, recorded_at FROM import").map { ($0[0] as Int, Instant(secondsSinceEpoch: $0[1])) }, uniquingKeysWith: { first, _ in first })
    var counts: [DayCount] = []
    /// By the day's place in the half-month, of the block that is read.
    var days: [Int: (dossiers: Int, firstImport: Int)] = [:]
    var current: (halfMonth: HalfMonth, agencyID: Int)?
    func finishBlock() {
        guard let current else { return }
        for (place, day) in days.sorted(by: { $0.key < $1.key }) {
            counts.append(DayCount(
                agencyID: current.agencyID, day: current.halfMonth.first.advanced(by: place), dossiers: day.dossiers,
                loaded: recorded[day.firstImport] ?? Instant(secondsSinceEpoch: 0)))
        }
        days.removeAll(keepingCapacity: true)
    }
    try eachCount(db, .receivedByDay, in: halfMonths) { halfMonth, agencyID, count in
        if current?.halfMonth != halfMonth || current?.agencyID != agencyID {
            finishBlock()
            current = (halfMonth, agencyID)
        }
        let known = days[count.second]
        days[count.second] = ((known?.dossiers ?? 0) + count.dossiers, min(known?.firstImport ?? count.first, count.first))
    }
    finishBlock()
    return counts
}

extension Store {
    /// The tallies of the half-months, in the order of basis, half-month, unit, procedure and traits.
    ///
    /// - Parameter byProcedure: false for those of all procedures together, under the number 0: a few dozen for each unit and half-month,
    ///   whatever the number of dossiers.
    package func tallies(in halfMonths: ClosedRange<HalfMonth>, byProcedure: Bool = true, restated restatement: Restatement? = nil) throws -> [Tally] {
        var tallies: [Tally] = []
        try eachTally(TallyQuestion(halfMonths, byProcedure: byProcedure), restated: restatement) { tallies.append($0) }
        return tallies
    }

    /// Some dossier was received, settled or paid in the half-months.
    package func hasTallies(in halfMonths: ClosedRange<HalfMonth>) throws -> Bool {
        try queue.read { db in
            try Bool.fetchOne(
                db, sql: """
                    SELECT EXISTS (SELECT * FROM tally_block WHERE kind <= ?1 AND half_month BETWEEN ?2 AND ?3)
                      OR EXISTS (SELECT * FROM frozen_tally WHERE half_month BETWEEN ?2 AND ?3)
                    """,
                arguments: [TallyBlock.Kind.collectedOfAll.rawValue, halfMonths.lowerBound.index, halfMonths.upperBound.index]) ?? false
        }
    }

    /// The tallies one by one.
    ///
    /// - Parameter restatement: nil for the units of the time; otherwise each tally comes under the unit that its dossiers belong to, and the
    ///   question's units are those.
    /// - Throws: `InputError` when dossiers of a divided unit have no attribution: to give them to one heir or to all would be a guess.
    package func eachTally(_ question: TallyQuestion, restated restatement: Restatement? = nil, visit: (Tally) -> Void) throws {
        guard let restatement else { return try eachOwnTally(question, visit) }
        var divided: Set<Int> = []
        var homeless: Int?
        func put(_ tally: Tally) {
            if restatement.register.agencies[tally.agencyID] == nil { homeless = tally.agencyID }
            if question.agencies?.contains(tally.agencyID) ?? true, question.bases.contains(tally.basis) { visit(tally) }
        }
        try eachOwnTally(TallyQuestion(question.halfMonths, byProcedure: question.byProcedure, bases: question.bases, live: question.live)) { tally in
            if restatement.divided[tally.agencyID] == nil { put(tally.moved(to: restatement.bearer(of: tally.agencyID))) } else { divided.insert(tally.agencyID) }
        }
        if !divided.isEmpty { try talliesOfDivided(divided, in: question.halfMonths, question.byProcedure, restatement).forEach(put) }
        if let homeless, let agency = try register().agencies[homeless] {
            throw InputError("the unit \(agency.key) (\(agency.name)) has records and was not yet there on \(restatement.day.iso); restate to \(agency.validity.first.iso) or later, or report with --structure then")
        }
    }

    private func eachOwnTally(_ question: TallyQuestion, _ visit: (Tally) -> Void) throws {
        try queue.read { db in
            let frozen = try frozenHalfMonths(db, in: question.halfMonths).filter { !question.live.contains(HalfMonth(index: $0.key)) }
            for basis in question.bases {
                let kind = TallyBlock.Kind(basis)
                guard let kind = question.byProcedure ? kind : kind.ofAll else { continue }
                try eachCount(db, kind, in: question.halfMonths, agencies: question.agencies, frozen: frozen) { halfMonth, agencyID, count in
                    visit(Tally(
                        basis: basis, halfMonth: halfMonth, agencyID: agencyID, procedureID: count.first,
                        traits: Traits(bits: UInt32(truncatingIfNeeded: count.second)), dossiers: count.dossiers, collectedVND: count.collectedVND))
                }
            }
        }
    }

    private func talliesOfDivided(_ agencies: Set<Int>, in halfMonths: ClosedRange<HalfMonth>, _ byProcedure: Bool, _ restatement: Restatement) throws -> [Tally] {
        let register = try register()
        let attributions = try attributions()
        var counts: [Tally.Kind: (dossiers: Int, collectedVND: Int)] = [:]
        var missing: [Int: Int] = [:]
        try everyDossier(of: agencies) { number, dossier, payments in
            let contributions = Contribution.all(of: dossier, terms: register.terms(of: dossier), payments: payments).filter { halfMonths.contains($0.halfMonth) }
            if contributions.isEmpty { return }
            guard let heir = restatement.heir(of: dossier.agencyID, successorCode: attributions[number]) else {
                missing[dossier.agencyID, default: 0] += 1
                return
            }
            for one in contributions {
                let kind = Tally.Kind(one, agencyID: heir, byProcedure: byProcedure)
                let known = counts[kind] ?? (0, 0)
                counts[kind] = (known.dossiers + 1, known.collectedVND + one.collectedVND)
            }
        }
        if let (id, count) = missing.min(by: { $0.key < $1.key }), let agency = register.agencies[id] {
            let heirs = (restatement.divided[id] ?? []).compactMap { restatement.register.agencies[$0]?.code }.sorted().joined(separator: ", ")
            throw InputError(
                "the unit \(agency.key) (\(agency.name)) was divided among \(heirs), and \(count) of its dossiers have no attribution; "
                    + "load a file with dossier_code and successor_code for them, or report with --structure then")
        }
        return counts.map { Tally($0.key, dossiers: $0.value.dossiers, collectedVND: $0.value.collectedVND) }
    }

    /// All dossiers of the units, with their payments, in the order of the store.
    private func everyDossier(of agencies: Set<Int>, visit: (_ number: Int, Dossier, [Payment]) throws -> Void) throws {
        if agencies.isEmpty { return }
        try eachEntry("agencies & \(mask(agencies)) != 0") { entry in
            if let dossier = entry.dossier, agencies.contains(dossier.agencyID) { try visit(entry.key, dossier, entry.payments.map(\.payment)) }
        }
    }
}
