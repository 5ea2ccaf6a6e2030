internal import Adoption
internal import GRDB

/// A table whose rows have a key and a content, and whose replaced rows are kept in `…_history`.
///
/// Of two versions the one that was loaded last stands: registers and counts do not say when they were changed.
struct VersionedTable: Sendable {
    let name: String
    /// The columns that identify a row, and those that may change.
    let key: [String]
    let content: [String]

    static let agency = VersionedTable(name: "agency", key: ["code", "valid_from"], content: ["valid_to", "name", "level", "parent_code", "aliases"])
    static let procedure = VersionedTable(name: "procedure", key: ["code"], content: ["name", "sector", "authority", "bears_fee"])
    static let service = VersionedTable(
        name: "service", key: ["procedure_code", "applies_to", "valid_from"],
        content: [
            "valid_to", "level", "counter_fee_vnd", "online_fee_vnd", "counter_days", "online_days", "document_number", "document_date",
            "document_clause",
        ])
    static let event = VersionedTable(
        name: "unit_event", key: ["kind", "date", "from_code", "to_code"], content: ["document_number", "document_date", "document_clause"])
    static let target = VersionedTable(
        name: "target", key: ["indicator_id", "scope", "scope_code", "valid_from"],
        content: ["valid_to", "basis_points", "document_number", "document_date", "document_clause", "illustrative"])
    static let attribution = VersionedTable(
        name: "attribution", key: ["dossier_key"], content: ["successor_code", "document_number", "document_date", "document_clause"])
    static let attempt = VersionedTable(
        name: "attempt", key: ["code"], content: ["payment_key", "amount_vnd", "provider", "error_code", "attempted_at"])
    static let accountCount = VersionedTable(name: "account_count", key: ["agency_id", "day"], content: ["registered", "confirmed", "first_filing"])
    static let zeroDays = VersionedTable(name: "zero_days", key: ["agency_id", "first_day"], content: ["last_day"])
    static let officialRecord = VersionedTable(
        name: "official_record", key: ["evaluation", "calendar", "period", "agency_code"],
        content: ["agency_name", "level", "published_hundredths", "counts", "position"])

    /// Those that point to others come first, so that an undo can take their rows away in this order.
    static let all = [attempt, attribution, accountCount, zeroDays, service, event, target, officialRecord, agency, procedure]

    /// Stores a row of an import.
    ///
    /// - Parameter values: those of the key and then those of the content, in the order of the columns.
    /// - Throws: `RegisterConflict.saidTwice` when the same import has brought something else under the key.
    func put(_ values: [(any DatabaseValueConvertible)?], importID: Int, _ db: Database) throws -> Arrival {
        let values = values.map { $0?.databaseValue ?? .null }
        precondition(values.count == key.count + content.count, "\(name) has \(key.count + content.count) columns")
        let keyValues = Array(values.prefix(key.count))
        let condition = key.map { "\($0) = ?" }.joined(separator: " AND ")
        let known = try Row.fetchOne(db, sql: "SELECT id, import_id, \(content.joined(separator: ", ")) FROM \(name) WHERE \(condition)", arguments: StatementArguments(keyValues))
        guard let known else {
            let columns = (key + content + ["import_id"]).joined(separator: ", ")
            let marks = Array(repeating: "?", count: values.count + 1).joined(separator: ", ")
            try db.execute(sql: "INSERT INTO \(name) (\(columns)) VALUES (\(marks))", arguments: StatementArguments(values + [importID.databaseValue]))
            return .stored
        }
        let contentValues = Array(values.dropFirst(key.count))
        if Array(known.databaseValues.dropFirst(2)) == contentValues { return .unchanged }
        if known["import_id"] as Int == importID { throw RegisterConflict.saidTwice }
        let id: Int = known["id"]
        try db.execute(sql: "INSERT INTO \(name)_history SELECT *, NULL FROM \(name) WHERE id = ?", arguments: [id])
        let changes = (content + ["import_id"]).map { "\($0) = ?" }.joined(separator: ", ")
        try db.execute(
            sql: "UPDATE \(name) SET \(changes) WHERE id = ?", arguments: StatementArguments(contentValues + [importID.databaseValue, id.databaseValue]))
        return .corrected
    }

    /// Takes back what an import brought: the version before it stands again, or none.
    ///
    /// - Returns: how many rows it had brought.
    func withdraw(importID: Int, in undo: Int, _ db: Database) throws -> Int {
        let ids = try Int.fetchAll(db, sql: "SELECT id FROM \(name) WHERE import_id = ? ORDER BY id", arguments: [importID])
        try db.execute(sql: "UPDATE \(name)_history SET withdrawn_in = ? WHERE import_id = ? AND withdrawn_in IS NULL", arguments: [undo, importID])
        let replaced = db.changesCount
        let columns = (key + content + ["import_id"]).joined(separator: ", ")
        for id in ids {
            try db.execute(sql: "INSERT INTO \(name)_history SELECT *, ? FROM \(name) WHERE id = ?", arguments: [undo, id])
            let before = try Int.fetchOne(
                db, sql: "SELECT rowid FROM \(name)_history WHERE id = ? AND withdrawn_in IS NULL ORDER BY rowid DESC LIMIT 1", arguments: [id])
            guard let before else {
                try db.execute(sql: "DELETE FROM \(name) WHERE id = ?", arguments: [id])
                continue
            }
            try db.execute(
                sql: "UPDATE \(name) SET (\(columns)) = (SELECT \(columns) FROM \(name)_history WHERE rowid = ?) WHERE id = ?", arguments: [before, id])
            try db.execute(sql: "DELETE FROM \(name)_history WHERE rowid = ?", arguments: [before])
        }
        return ids.count + replaced
    }
}
