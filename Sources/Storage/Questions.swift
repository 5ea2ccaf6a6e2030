package import Adoption
internal import Foundation
internal import GRDB

extension Store {
    package func register() throws -> Register { try queue.read { try Storage.register($0) } }

    package func targets() throws -> Targets {
        try queue.read { db in
            Targets(try Row.fetchAll(db, sql: "SELECT * FROM target ORDER BY indicator_id, scope, scope_code, valid_from").map(readTarget))
        }
    }

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

    /// What is odd about the dossiers received in the period, by the number of the unit.
    package func oddities(in period: Period) throws -> [Int: Oddities] {
        var found: [Int: Oddities] = [:]
        try eachEntry(zone(.received, period)) { entry in
            guard let dossier = entry.dossier else { return }
            found[dossier.agencyID, default: Oddities()].add(dossier, payments: entry.payments.map(\.payment), in: period)
        }
        return found
    }

    /// What was collected in the period, by the unit of the dossier, method and provider; payments that wait for their dossier are left out.
    package func collections(in period: Period) throws -> [CollectedAmount] {
        struct Key: Hashable {
            let agencyID: Int
            let method: PaymentMethod
            let provider: Provider
        }
        let (first, last) = period.seconds
        var sums: [Key: (payments: Int, amountVND: Int)] = [:]
        try eachEntry(zone(.collected, period)) { entry in
            guard let dossier = entry.dossier else { return }
            for kept in entry.payments where kept.payment.state == .paid && kept.payment.amountVND > 0 {
                guard let paid = kept.payment.paid, first...last ~= paid.secondsSinceEpoch else { continue }
                let key = Key(agencyID: dossier.agencyID, method: kept.payment.method, provider: kept.payment.provider)
                let known = sums[key] ?? (0, 0)
                sums[key] = (known.payments + 1, known.amountVND + kept.payment.amountVND)
            }
        }
        return sums.map { CollectedAmount(agencyID: $0.agencyID, method: $0.method, provider: $0.provider, payments: $1.payments, amountVND: $1.amountVND) }
            .sorted { ($0.agencyID, $0.method.rawValue, $0.provider.name) < ($1.agencyID, $1.method.rawValue, $1.provider.name) }
    }

    /// Every dossier that can be open at the end of a day, in the order of the store.
    ///
    /// - Parameter visit: decides; it is given some that were settled by then.
    package func dossiersOpen(at last: Day, visit: (_ number: Int, Dossier) throws -> Void) throws {
        let end = Instant(local: last.advanced(by: 1)).secondsSinceEpoch
        try eachEntry("counted_from < \(end)") { entry in
            if let dossier = entry.dossier { try visit(entry.key, dossier) }
        }
    }

    /// The heir's code for each dossier of a divided unit that has one, by the dossier's number in the store.
    package func attributions() throws -> [Int: String] {
        try queue.read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT dossier_key, successor_code FROM attribution")
            return Dictionary(rows.map { ($0[0], $0[1]) }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// How many dossiers of each unit are attributed to each code.
    package func attributionCounts() throws -> [(agencyID: Int, successorCode: String, dossiers: Int)] {
        try queue.read { db in
            let records = try RecordTable(db)
            var counts: [Int: [String: Int]] = [:]
            for row in try Row.fetchAll(db, sql: "SELECT dossier_key, successor_code FROM attribution") {
                guard let dossier = try records.entries.item(row[0])?.dossier else { continue }
                counts[dossier.agencyID, default: [:]][row[1], default: 0] += 1
            }
            return counts.flatMap { agencyID, codes in codes.map { (agencyID, $0.key, $0.value) } }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
        }
    }

    /// Every dossier that can fall into the period by its date, with its payments, in the order of the store.
    ///
    /// - Parameter visit: is asked to count each dossier; it decides by the same rule as the tallies.
    package func dossiers(
        _ basis: DateBasis, in period: Period, agencies: Set<Int>, visit: (_ number: Int, Dossier, [Payment]) throws -> Void
    ) throws {
        guard let zone = zone(basis, period, agencies) else { return }
        try eachEntry(zone) { entry in
            if let dossier = entry.dossier, agencies.contains(dossier.agencyID) { try visit(entry.key, dossier, entry.payments.map(\.payment)) }
        }
    }

    /// The first of the dossiers that are chosen, by reception and code, with their codes.
    ///
    /// Blocks are read in the order of their first reception, and no further than it can still matter.
    package func firstDossiers(
        _ limit: Int, _ basis: DateBasis, in period: Period, agencies: Set<Int>, choose: (_ number: Int, Dossier, [Payment]) throws -> Bool
    ) throws -> [(code: RecordCode, dossier: Dossier, payments: [Payment])] {
        guard limit > 0, let zone = zone(basis, period, agencies) else { return [] }
        return try queue.read { db in
            let records = try RecordTable(db)
            var best: [(code: RecordCode, dossier: Dossier, payments: [Payment])] = []
            let slack = limit.multipliedReportingOverflow(by: 2).overflow ? Int.max : 2 * limit
            func sort() {
                best.sort { ($0.dossier.counted, $0.code) < ($1.dossier.counted, $1.code) }
                if best.count > limit { best.removeLast(best.count - limit) }
            }
            let blocks = try SQLRequest<Row>(literal: "SELECT first_key, entries, counted_from FROM record_block WHERE \(zone) ORDER BY counted_from").fetchCursor(db)
            while let block = try blocks.next() {
                if best.count >= limit {
                    sort()
                    if let last = best.last, last.dossier.counted.secondsSinceEpoch < block[2] as Int { break }
                }
                try eachEntry(of: block, records) { entry in
                    guard let dossier = entry.dossier, agencies.contains(dossier.agencyID) else { return }
                    if best.count >= slack { sort() }
                    let payments = entry.payments.map(\.payment)
                    guard try choose(entry.key, dossier, payments) else { return }
                    best.append((try records.codes.code(of: entry.key), dossier, payments))
                }
            }
            sort()
            return best
        }
    }

    /// The blocks that can hold dossiers of the units with the date in the period.
    private func zone(_ basis: DateBasis, _ period: Period, _ agencies: Set<Int>) -> SQL? {
        if agencies.isEmpty { return nil }
        return "agencies & \(mask(agencies)) != 0 AND \(zone(basis, period))"
    }

    /// The blocks that can hold dossiers with the date in the period.
    func zone(_ basis: DateBasis, _ period: Period) -> SQL {
        let (first, last) = period.seconds
        return switch basis {
        case .received: "counted_from <= \(last) AND counted_to >= \(first)"
        case .settled: "settled_from <= \(last) AND settled_to >= \(first)"
        case .collected: "paid_from <= \(last) AND paid_to >= \(first)"
        }
    }

    private func mask(_ agencies: Set<Int>) -> Int { Int(truncatingIfNeeded: agencies.reduce(0 as UInt64) { $0 | Zone.mark($1) }) }

    /// The entries of all blocks that meet the condition.
    func eachEntry(_ zone: SQL, visit: (Entry) throws -> Void) throws {
        try queue.read { db in
            let records = try RecordTable(db)
            let blocks = try SQLRequest<Row>(literal: "SELECT first_key, entries FROM record_block WHERE \(zone)").fetchCursor(db)
            while let block = try blocks.next() { try eachEntry(of: block, records, visit) }
        }
    }

    /// - Parameter block: its first two columns are `first_key` and `entries`.
    private func eachEntry(of block: Row, _ records: RecordTable, _ visit: (Entry) throws -> Void) throws {
        try block.withUnsafeData(atIndex: 1) { data in
            try (data ?? Data()).withUnsafeBytes { try records.entries.decode(block[0], $0, visit) }
        }
    }

    /// Every dossier and payment as it stands, in the order of the store.
    ///
    /// - Parameter visit: is given the dossier's code; no dossier when only payments speak of it; and its payments with their codes.
    package func records(visit: (RecordCode, Dossier?, [(code: RecordCode, payment: Payment)]) throws -> Void) throws {
        try queue.read { db in
            let records = try RecordTable(db)
            try records.entries.walk { entry in
                try visit(try records.codes.code(of: entry.key), entry.dossier, try entry.payments.map { (try records.codes.code(of: $0.key), $0.payment) })
            }
        }
    }

    /// How many dossiers each unit received on each day, whatever their state, and when the first version of the first of them was loaded.
    package func dayCounts(from first: Day, to last: Day) throws -> [DayCount] {
        try queue.read { db in try Storage.dayCounts(db, in: HalfMonth(first)...HalfMonth(last)).filter { $0.day >= first && $0.day <= last } }
    }

    package func zeroDays() throws -> [ZeroDays] {
        try queue.read { db in
            try Row.fetchAll(db, sql: "SELECT agency_id, first_day, last_day FROM zero_days ORDER BY 1, 2").map {
                ZeroDays(agencyID: $0[0], validity: Validity(first: Day(number: $0[1]), last: Day(number: $0[2])))
            }
        }
    }

    /// The accounts of the period, by unit and day.
    package func accountCounts(from first: Day, to last: Day) throws -> [AccountCount] {
        try queue.read { db in
            try rows(db, "SELECT agency_id, day, registered, confirmed, first_filing FROM account_count WHERE day BETWEEN \(first.number) AND \(last.number) ORDER BY 1, 2")
                .map { AccountCount(agencyID: $0[0], day: Day(number: $0[1]), registered: $0[2], confirmed: $0[3], firstFiling: $0[4]) }
        }
    }

    /// Online filings received in the period (not new, not refused at intake), by unit, procedure and day; empty while the register has no services.
    package func onlineFilings(in period: Period) throws -> [OnlineFiling] {
        try queue.read { db in
            var filings: [OnlineFiling] = []
            try eachCount(db, .filedOnline, in: period.halfMonths) { halfMonth, agencyID, count in
                filings.append(OnlineFiling(agencyID: agencyID, procedureID: count.first, day: halfMonth.first.advanced(by: count.second), dossiers: count.dossiers))
            }
            return filings
        }
    }

    package func imports() throws -> [ImportRecord] {
        try queue.read { db in
            try Row.fetchAll(db, sql: "SELECT id, recorded_at, undoes, (SELECT u.id FROM import u WHERE u.undoes = i.id) FROM import i ORDER BY id").map {
                ImportRecord(number: $0[0], recorded: Instant(secondsSinceEpoch: $0[1]), undoes: $0[2], undoneIn: $0[3])
            }
        }
    }

    /// The files of all imports, oldest first.
    /// - Parameter withUndone: also of those that were taken back.
    package func sources(withUndone: Bool = false) throws -> [SourceFile] {
        try queue.read { db in
            try rows(db, "SELECT * FROM import_file WHERE \(withUndone) OR import_id NOT IN (SELECT undoes FROM import WHERE undoes IS NOT NULL) ORDER BY id").map { row in
                var counts = FileCounts()
                counts.read = row["rows_read"]
                counts.stored = row["stored"]
                counts.corrected = row["corrected"]
                counts.older = row["older"]
                counts.unchanged = row["unchanged"]
                counts.quarantined = row["quarantined"]
                counts.skipped = row["skipped"]
                return SourceFile(
                    importNumber: row["import_id"], name: row["name"], kind: row["kind"], sha256: row["sha256"],
                    isIllustrative: row["illustrative"], counts: counts, profile: row["profile"])
            }
        }
    }

    /// How many rows are still kept aside, under the first fault of each.
    package func quarantineCounts() throws -> [QuarantineCount] {
        try queue.read { db in
            try Row.fetchAll(db, sql: """
                SELECT import_id, name, fault, count(*) AS rows FROM (
                  SELECT import_id, name, import_file_id, fault, min(position) FROM open_refusal GROUP BY import_file_id, row_number
                ) GROUP BY import_file_id, fault ORDER BY import_file_id, fault
                """).map { row in
                QuarantineCount(importNumber: row["import_id"], file: row["name"], fault: try fault(row["fault"]), rows: row["rows"])
            }
        }
    }

    /// The places that are still refused, in the order of the files.
    /// - Parameter importNumber: everything that this import refused, whatever became of it since; nil for what is open.
    package func refusals(importNumber: Int?) throws -> [Refusal] {
        try queue.read { db in
            let sql: SQL = if let importNumber {
                "SELECT name, r.* FROM refusal r JOIN import_file f ON f.id = r.import_file_id WHERE import_id = \(importNumber) ORDER BY r.rowid"
            } else {
                "SELECT * FROM open_refusal ORDER BY position"
            }
            return try rows(db, sql).map { row in
                Refusal(
                    file: row["name"], line: row["line"], column: row["column_number"], field: row["field"], fault: try fault(row["fault"]),
                    allowed: (row["allowed"] as String).split(separator: "\t").map(String.init), value: row["value"])
            }
        }
    }

    /// The portal's figures for a period, each evaluation in the order of its response.
    package func officialRecords(in period: Period) throws -> [OfficialRecord] {
        try queue.read { db in
            try rows(db, """
                SELECT * FROM official_record WHERE calendar = \(period.calendar.rawValue) AND period = \(period.id) ORDER BY evaluation, position
                """).map(readOfficial)
        }
    }

    /// The latest update among all records; nil without records.
    package func latestUpdate() throws -> Instant? {
        try queue.read { db in
            try Int.fetchOne(db, sql: "SELECT max(latest_update) FROM import WHERE id NOT IN (SELECT undoes FROM import WHERE undoes IS NOT NULL)").map(Instant.init(secondsSinceEpoch:))
        }
    }

    /// Payments that wait for a dossier that no file has brought yet. They are counted in no figure.
    package func paymentsWithoutDossier() throws -> Int {
        try queue.read { db in
            try Int.fetchOne(db, sql: "SELECT sum(payments) FROM awaited_dossier") ?? 0
        }
    }

    private func fault(_ name: String) throws -> Fault {
        guard let fault = Fault(rawValue: name) else { throw StoreError("a refusal has the unknown fault '\(name)'") }
        return fault
    }
}

extension Period {
    /// The first and the last second.
    var seconds: (first: Int, last: Int) {
        (Instant(local: first).secondsSinceEpoch, Instant(local: last.advanced(by: 1)).secondsSinceEpoch - 1)
    }
}

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
