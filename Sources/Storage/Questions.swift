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

    /// The tallies of the half-months, in the order of half-month, basis, unit, procedure and traits.
    package func tallies(in halfMonths: ClosedRange<HalfMonth>) throws -> [Tally] {
        try queue.read { db in
            var tallies: [Tally] = []
            let rows = try Row.fetchCursor(
                db, sql: "SELECT half_month, basis, agency_id, counts FROM tally_block WHERE half_month BETWEEN ? AND ? ORDER BY 1, 2, 3",
                arguments: [halfMonths.lowerBound.index, halfMonths.upperBound.index])
            while let row = try rows.next() {
                guard let basis = UInt8(exactly: row[1] as Int).flatMap(DateBasis.init(rawValue:)) else { throw StoreError("a tally has an unknown date basis") }
                let key = TallyBlock.Key(basis: basis, halfMonth: row[0], agencyID: row[2])
                try TallyBlock.tallies(Array(row[3] as Data), key) { tallies.append($0) }
            }
            return tallies
        }
    }

    /// The tallies of the half-months, each under the unit that its dossiers belong to in the restatement.
    ///
    /// - Throws: `InputError` when dossiers of a divided unit have no attribution: to give them to one heir or to all would be a guess.
    package func tallies(in halfMonths: ClosedRange<HalfMonth>, restated restatement: Restatement?) throws -> [Tally] {
        let tallies = try tallies(in: halfMonths)
        guard let restatement else { return tallies }
        var restated = tallies.filter { restatement.divided[$0.agencyID] == nil }.map { $0.moved(to: restatement.heirs[$0.agencyID] ?? $0.agencyID) }
        let divided = Set(tallies.map(\.agencyID)).filter { restatement.divided[$0] != nil }
        if !divided.isEmpty { restated += try talliesOfDivided(divided, in: halfMonths, restatement) }
        if let homeless = restated.first(where: { restatement.register.agencies[$0.agencyID] == nil }), let agency = try register().agencies[homeless.agencyID] {
            throw InputError("the unit \(agency.key) (\(agency.name)) has records and was not yet there on \(restatement.day.iso); restate to \(agency.validity.first.iso) or later, or report with --structure then")
        }
        return restated
    }

    private func talliesOfDivided(_ agencies: Set<Int>, in halfMonths: ClosedRange<HalfMonth>, _ restatement: Restatement) throws -> [Tally] {
        let register = try register()
        let attributions = try attributions()
        var blocks: [TallyBlock.Key: TallyBlock] = [:]
        var missing: [Int: Int] = [:]
        try everyDossier(of: agencies) { dossier, payments in
            let contributions = Contribution.all(of: dossier, terms: register.terms(of: dossier), payments: payments).filter { halfMonths.contains($0.halfMonth) }
            if contributions.isEmpty { return }
            guard let heir = restatement.heir(of: dossier.agencyID, successorCode: attributions[dossier.code]) else {
                missing[dossier.agencyID, default: 0] += 1
                return
            }
            for contribution in contributions {
                blocks[TallyBlock.Key(basis: contribution.basis, halfMonth: contribution.halfMonth.index, agencyID: heir), default: TallyBlock()].add(contribution, times: 1)
            }
        }
        if let (id, count) = missing.min(by: { $0.key < $1.key }), let agency = register.agencies[id] {
            let heirs = (restatement.divided[id] ?? []).compactMap { restatement.register.agencies[$0]?.code }.sorted().joined(separator: ", ")
            throw InputError(
                "the unit \(agency.key) (\(agency.name)) was divided among \(heirs), and \(count) of its dossiers have no attribution; "
                    + "load a file with dossier_code and successor_code for them, or report with --structure then")
        }
        var tallies: [Tally] = []
        for (key, block) in blocks { try TallyBlock.tallies(try block.encoded(), key) { tallies.append($0) } }
        return tallies
    }

    /// All dossiers of the units, with their payments.
    private func everyDossier(of agencies: Set<Int>, visit: (Dossier, [Payment]) throws -> Void) throws {
        try queue.read { db in
            guard let connection = db.sqliteConnection else { throw StoreError("the store is closed") }
            let payments = try PaymentTable(connection, importID: 0)
            let table = try DossierTable(connection, importID: 0)
            let ids = try SQLRequest<Int>(literal: "SELECT id FROM dossier WHERE agency_id IN \(agencies.sorted())").fetchCursor(db)
            while let id = try ids.next() {
                guard let known = try table.dossier(id) else { continue }
                try visit(known.dossier, try payments.payments(of: id))
            }
        }
    }

    /// The heir's code for each dossier of a divided unit that has one, by the dossier's code.
    package func attributions() throws -> [String: String] {
        try queue.read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT code, successor_code FROM attribution JOIN dossier_code ON dossier_code.id = dossier_id")
            return Dictionary(rows.map { ($0[0], $0[1]) }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// How many dossiers of each unit are attributed to each code.
    package func attributionCounts() throws -> [(agencyID: Int, successorCode: String, dossiers: Int)] {
        try queue.read { db in
            try Row.fetchAll(db, sql: "SELECT agency_id, successor_code, count(*) FROM attribution JOIN dossier ON dossier.id = dossier_id GROUP BY 1, 2 ORDER BY 1, 2")
                .map { ($0[0], $0[1], $0[2]) }
        }
    }

    /// The dossiers that can fall into the period by their date, with their payments, in the order of reception and code.
    ///
    /// - Parameter visit: is asked to count each dossier; it decides by the same rule as the tallies.
    package func dossiers(
        _ basis: DateBasis, in period: Period, agencies: Set<Int>, visit: (Dossier, [Payment]) throws -> Void
    ) throws {
        try queue.read { db in
            let first = Instant(local: period.first).secondsSinceEpoch
            let last = Instant(local: period.last.advanced(by: 1)).secondsSinceEpoch - 1
            let agencyIDs = agencies.sorted()
            let condition: SQL = switch basis {
            case .received: "counted_at BETWEEN \(first) AND \(last)"
            case .settled: "settled_at BETWEEN \(first) AND \(last)"
            case .collected: """
                dossier.id IN (SELECT dossier_id FROM payment WHERE state = \(Int(PaymentState.paid.rawValue)) AND amount_vnd > 0 AND paid_at BETWEEN \(first) AND \(last))
                """
            }
            guard let connection = db.sqliteConnection else { throw StoreError("the store is closed") }
            let payments = try PaymentTable(connection, importID: 0)
            let table = try DossierTable(connection, importID: 0)
            let ids = try SQLRequest<Int>(literal: """
                SELECT dossier.id FROM dossier JOIN dossier_code USING (id)
                WHERE agency_id IN \(agencyIDs) AND \(condition) ORDER BY counted_at, code
                """).fetchCursor(db)
            while let id = try ids.next() {
                guard let known = try table.dossier(id) else { continue }
                try visit(known.dossier, try payments.payments(of: id))
            }
        }
    }

    /// How many dossiers each unit received on each day, whatever their state, and when the first version of the first of them was loaded.
    package func dayCounts(from first: Day, to last: Day) throws -> [DayCount] {
        try queue.read { db in
            let (from, to) = (Instant(local: first).secondsSinceEpoch, Instant(local: last.advanced(by: 1)).secondsSinceEpoch - 1)
            return try rows(db, """
                SELECT agency_id, (counted_at + \(Instant.localOffset)) / 86400 AS day, count(*) AS dossiers, min(recorded_at) AS loaded FROM (
                  SELECT agency_id, counted_at, min(import_id, coalesce(
                    (SELECT min(h.import_id) FROM dossier_history h WHERE h.dossier_id = dossier.id AND h.withdrawn_in IS NULL), import_id)) AS first_import
                  FROM dossier WHERE agency_id IN (SELECT id FROM agency) AND counted_at BETWEEN \(from) AND \(to)
                ) JOIN import ON import.id = first_import GROUP BY 1, 2 ORDER BY 1, 2
                """).map { DayCount(agencyID: $0[0], day: Day(number: $0[1]), dossiers: $0[2], loaded: Instant(secondsSinceEpoch: $0[3])) }
        }
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

    /// Online filings received in the period (not new, not refused at intake), by unit, procedure and day.
    package func onlineFilings(in period: Period) throws -> [OnlineFiling] {
        try queue.read { db in
            let (from, to) = (Instant(local: period.first).secondsSinceEpoch, Instant(local: period.last.advanced(by: 1)).secondsSinceEpoch - 1)
            let (new, refused, online) = (Int(DossierState.new.rawValue), Int(DossierState.refused.rawValue), Int(Channel.online.rawValue))
            return try rows(db, """
                SELECT agency_id, procedure_id, (counted_at + \(Instant.localOffset)) / 86400, count(*) FROM dossier
                WHERE agency_id IN (SELECT id FROM agency) AND counted_at BETWEEN \(from) AND \(to) AND channel = \(online) AND state NOT IN (\(new), \(refused))
                GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
                """).map { OnlineFiling(agencyID: $0[0], procedureID: $0[1], day: Day(number: $0[2]), dossiers: $0[3]) }
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
            try Int.fetchOne(db, sql: "SELECT count(*) FROM awaited_dossier JOIN payment ON dossier_id = awaited_dossier.id") ?? 0
        }
    }

    private func fault(_ name: String) throws -> Fault {
        guard let fault = Fault(rawValue: name) else { throw StoreError("a refusal has the unknown fault '\(name)'") }
        return fault
    }
}
