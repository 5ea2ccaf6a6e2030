package import Adoption
internal import Foundation
internal import GRDB
internal import Synchronization

extension Store {
    /// The registers; read again only when an import has come since.
    package func register() throws -> Register {
        let version = try dataVersion()
        if let known = knownRegister.withLock({ $0 }), known.version == version { return known.register }
        let (read, register) = try queue.read { (try Int.fetchOne($0, sql: "SELECT max(id) FROM import") ?? 0, try Storage.register($0)) }
        knownRegister.withLock { $0 = (read, register) }
        return register
    }

    package func targets() throws -> Targets {
        try queue.read { db in
            Targets(try Row.fetchAll(db, sql: "SELECT * FROM target ORDER BY indicator_id, scope, scope_code, valid_from").map(readTarget))
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

    func mask(_ agencies: Set<Int>) -> Int { Int(truncatingIfNeeded: agencies.reduce(0 as UInt64) { $0 | Zone.mark($1) }) }

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

    /// All of them, the oldest first.
    package func imports() throws -> [ImportRecord] { try queue.read { try imports($0, "ORDER BY i.id") } }

    /// The newest first.
    ///
    /// - Parameter before: the number of the last import of the page before; nil for the first page.
    package func imports(before: Int? = nil, limit: Int) throws -> ListPage<ImportRecord, Int> {
        try queue.read { db in
            let found = try imports(db, "WHERE i.id < \(before ?? Int.max) ORDER BY i.id DESC LIMIT \(limit + 1)")
            return ListPage(found, limit: limit, previous: try previousNumber(db, "import", before, limit), key: \.number)
        }
    }

    /// Nil when there is none of that number.
    package func importRecord(_ number: Int) throws -> ImportRecord? { try queue.read { try imports($0, "WHERE i.id = \(number)").first } }

    private func imports(_ db: Database, _ which: SQL) throws -> [ImportRecord] {
        try rows(db, "SELECT i.id, i.recorded_at, i.undoes, u.id FROM import i LEFT JOIN import u ON u.undoes = i.id \(which)").map {
            ImportRecord(number: $0[0], recorded: Instant(secondsSinceEpoch: $0[1]), undoes: $0[2], undoneIn: $0[3])
        }
    }

    /// The files of all imports, oldest first.
    /// - Parameter withUndone: also of those that were taken back.
    package func sources(withUndone: Bool = false) throws -> [SourceFile] {
        try sources(where: "\(withUndone) OR import_id NOT IN (SELECT undoes FROM import WHERE undoes IS NOT NULL)")
    }

    /// The files of these imports, taken back or not, oldest first.
    package func sources(ofImports numbers: [Int]) throws -> [SourceFile] { try sources(where: "import_id IN \(numbers)") }

    private func sources(where condition: SQL) throws -> [SourceFile] {
        try queue.read { db in
            try rows(db, "SELECT * FROM import_file WHERE \(condition) ORDER BY id").map { row in
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
