package import Adoption
internal import Foundation
internal import GRDB

extension Store {
    package func register() throws -> Register { try queue.read { try Storage.register($0) } }

    package func targets() throws -> Targets {
        try queue.read { db in
            Targets(try Row.fetchAll(db, sql: "SELECT * FROM target ORDER BY indicator_id, scope, scope_code, valid_from").map { try readTarget($0).target })
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
                dossier.id IN (SELECT dossier_id FROM payment WHERE state = \(Int(PaymentState.paid.rawValue)) AND paid_at BETWEEN \(first) AND \(last))
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

    /// All files of all imports, oldest first.
    package func sources() throws -> [SourceFile] {
        try queue.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM import_file ORDER BY id").map { row in
                var counts = FileCounts()
                counts.read = row["rows_read"]
                counts.stored = row["stored"]
                counts.corrected = row["corrected"]
                counts.older = row["older"]
                counts.unchanged = row["unchanged"]
                counts.quarantined = row["quarantined"]
                return SourceFile(
                    importNumber: row["import_id"], name: row["name"], kind: row["kind"], sha256: row["sha256"],
                    isIllustrative: row["illustrative"], counts: counts)
            }
        }
    }

    package func quarantineCounts() throws -> [QuarantineCount] {
        try queue.read { db in
            try Row.fetchAll(db, sql: """
                SELECT import_id, name, fault, count(*) AS rows FROM (
                  SELECT import_file_id, fault, min(refusal.rowid) FROM refusal GROUP BY import_file_id, row_number
                ) JOIN import_file ON import_file.id = import_file_id
                GROUP BY import_file_id, fault ORDER BY import_file_id, fault
                """).map { row in
                QuarantineCount(importNumber: row["import_id"], file: row["name"], fault: try fault(row["fault"]), rows: row["rows"])
            }
        }
    }

    /// The places that were refused, in the order of the files.
    /// - Parameter importNumber: nil for all imports.
    package func refusals(importNumber: Int?) throws -> [Refusal] {
        try queue.read { db in
            try rows(db, """
                SELECT name, line, column_number, field, fault, allowed FROM refusal JOIN import_file ON import_file.id = import_file_id
                WHERE \(importNumber) IS NULL OR import_id = \(importNumber) ORDER BY refusal.rowid
                """).map { row in
                Refusal(
                    file: row["name"], line: row["line"], column: row["column_number"], field: row["field"], fault: try fault(row["fault"]),
                    allowed: (row["allowed"] as String).split(separator: " ").map(String.init))
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
            try Int.fetchOne(db, sql: "SELECT max(latest_update) FROM import").map(Instant.init(secondsSinceEpoch:))
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
