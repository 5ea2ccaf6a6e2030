internal import Adoption
internal import GRDBSQLite

/// The rows of dossiers, their codes and their former versions, for the loops of an import.
final class DossierTable {
    typealias Known = (dossier: Dossier, importID: Int)

    private let insertCode: FastStatement
    private let selectCode: FastStatement
    private let select: FastStatement
    private let insertNew: FastStatement
    private let update: FastStatement
    private let confirmation: FastStatement
    private let selectHistory: FastStatement
    private let insertHistory: FastStatement
    private let insertWithdrawn: FastStatement
    private let deleteHistory: FastStatement
    private let delete: FastStatement
    private let walkFrom: FastStatement
    private let connection: OpaquePointer
    private let importID: Int

    init(_ connection: OpaquePointer, importID: Int) throws {
        self.connection = connection
        self.importID = importID
        insertCode = try FastStatement(connection, "INSERT INTO dossier_code (code) VALUES (?) ON CONFLICT DO NOTHING")
        selectCode = try FastStatement(connection, "SELECT id FROM dossier_code WHERE code = ?")
        select = try FastStatement(connection, """
            SELECT agency_id, procedure_id, channel, level, applicant, filer, state, delivery, filed_at, received_at, due_at,
              settled_at, amount_due_vnd, updated_at, counted_at, import_id, code, payment_mark
            FROM dossier JOIN dossier_code USING (id) WHERE id = ?
            """)
        insertNew = try FastStatement(connection, "INSERT INTO dossier VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        update = try FastStatement(connection, """
            UPDATE dossier SET agency_id = ?2, procedure_id = ?3, channel = ?4, level = ?5, applicant = ?6, filer = ?7, state = ?8,
              delivery = ?9, filed_at = ?10, received_at = ?11, due_at = ?12, settled_at = ?13, amount_due_vnd = ?14,
              updated_at = ?15, counted_at = ?16, import_id = ?17, payment_mark = ?18 WHERE id = ?1
            """)
        confirmation = try FastStatement(connection, "UPDATE dossier SET updated_at = ?2 WHERE id = ?1")
        selectHistory = try FastStatement(connection, """
            SELECT agency_id, procedure_id, channel, level, applicant, filer, state, delivery, filed_at, received_at, due_at,
              settled_at, amount_due_vnd, updated_at, counted_at, import_id, '', payment_mark, rowid FROM dossier_history
            WHERE dossier_id = ? AND withdrawn_in IS NULL
            """)
        insertHistory = try FastStatement(connection, "INSERT INTO dossier_history VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)")
        insertWithdrawn = try FastStatement(connection, "INSERT INTO dossier_history VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        deleteHistory = try FastStatement(connection, "DELETE FROM dossier_history WHERE rowid = ?")
        delete = try FastStatement(connection, "DELETE FROM dossier WHERE id = ?")
        walkFrom = try FastStatement(connection, """
            SELECT agency_id, procedure_id, channel, level, applicant, filer, state, delivery, filed_at, received_at, due_at,
              settled_at, amount_due_vnd, updated_at, counted_at, import_id, '', payment_mark, id FROM dossier WHERE id > ? ORDER BY id
            """)
    }

    /// The number that stands for a code everywhere else, made when the code is new.
    func id(of code: String) throws -> (id: Int, isNew: Bool) {
        try insertCode.bind(1, code)
        if try insertCode.run() > 0 { return (Int(sqlite3_last_insert_rowid(connection)), true) }
        try selectCode.bind(1, code)
        defer { selectCode.reset() }
        guard try selectCode.step() else { throw StoreError("a dossier code is there and is not found") }
        return (selectCode.int(0), false)
    }

    /// Nil when only payments have spoken of it so far.
    func dossier(_ id: Int) throws -> Known? {
        try select.bind(1, id)
        defer { select.reset() }
        return try select.step() ? (try read(select, code: select.text(16)), select.int(15)) : nil
    }

    func insert(_ dossier: Dossier, id: Int) throws { try write(insertNew, id, dossier, importID) }

    /// A newer row says the same: the version stands from the later moment on.
    func confirm(_ id: Int, at moment: Instant) throws {
        try confirmation.bind(1, id)
        try confirmation.bind(2, moment.secondsSinceEpoch)
        try confirmation.run()
    }

    func replace(_ known: Known, by dossier: Dossier, id: Int) throws {
        try write(insertHistory, id, known.dossier, known.importID)
        try write(update, id, dossier, importID)
    }

    /// Keeps a version that was late; false when it is kept already.
    func keepOlder(_ dossier: Dossier, id: Int) throws -> Bool {
        try selectHistory.bind(1, id)
        defer { selectHistory.reset() }
        while try selectHistory.step() {
            if try read(selectHistory, code: dossier.code) == dossier { return false }
        }
        try write(insertHistory, id, dossier, importID)
        return true
    }

    /// Takes the current version away; the best of the others stands again, or none.
    func withdraw(_ id: Int, _ known: Known, in undo: Int) throws {
        try selectHistory.bind(1, id)
        var best: (dossier: Dossier, importID: Int, row: Int)?
        while try selectHistory.step() {
            let dossier = try read(selectHistory, code: known.dossier.code)
            if best.map({ dossier.supersedes($0.dossier) }) ?? true { best = (dossier, selectHistory.int(15), selectHistory.int(18)) }
        }
        try write(insertWithdrawn, id, known.dossier, known.importID) { try $0.bind(19, undo) }
        if let best {
            try write(update, id, best.dossier, best.importID)
            try deleteHistory.bind(1, best.row)
            try deleteHistory.run()
        } else {
            try delete.bind(1, id)
            try delete.run()
        }
    }

    /// All dossiers with a greater number, in order. Their codes are left out: nothing that is counted needs them.
    func walk(after id: Int, _ visit: (Int, Dossier) throws -> Void) throws {
        try walkFrom.bind(1, id)
        defer { walkFrom.reset() }
        while try walkFrom.step() { try visit(walkFrom.int(18), try read(walkFrom, code: "")) }
    }

    private func write(_ statement: FastStatement, _ id: Int, _ dossier: Dossier, _ importID: Int, more: (FastStatement) throws -> Void = { _ in }) throws {
        try statement.bind(1, id)
        try statement.bind(2, dossier.agencyID)
        try statement.bind(3, dossier.procedureID)
        try statement.bind(4, dossier.channel.rawValue)
        try statement.bind(5, dossier.level.rawValue)
        try statement.bind(6, dossier.applicant.rawValue)
        try statement.bind(7, dossier.filer.rawValue)
        try statement.bind(8, dossier.state.rawValue)
        try statement.bind(9, dossier.delivery.rawValue)
        try statement.bind(10, dossier.filed?.secondsSinceEpoch)
        try statement.bind(11, dossier.received?.secondsSinceEpoch)
        try statement.bind(12, dossier.due?.secondsSinceEpoch)
        try statement.bind(13, dossier.settled?.secondsSinceEpoch)
        try statement.bind(14, dossier.amountDueVND)
        try statement.bind(15, dossier.updated.secondsSinceEpoch)
        try statement.bind(16, dossier.counted.secondsSinceEpoch)
        try statement.bind(17, importID)
        try statement.bind(18, dossier.paymentMark.rawValue)
        try more(statement)
        try statement.run()
    }

    private func read(_ row: FastStatement, code: String) throws -> Dossier {
        try Dossier(
            code: code, agencyID: row.int(0), procedureID: row.int(1), channel: try row.word(2), level: try row.word(3),
            applicant: try row.word(4), filer: try row.word(5), state: try row.word(6), delivery: try row.word(7),
            filed: row.moment(8), received: row.moment(9), due: row.moment(10), settled: row.moment(11),
            amountDueVND: row.optionalInt(12), paymentMark: try row.word(17), updated: Instant(secondsSinceEpoch: row.int(13)))
    }
}

extension FastStatement {
    func moment(_ column: Int32) -> Instant? { optionalInt(column).map(Instant.init(secondsSinceEpoch:)) }

    func word<V: Vocabulary>(_ column: Int32) throws -> V {
        guard let word = UInt8(exactly: int(column)).flatMap(V.init(rawValue:)) else {
            throw StoreError("a record has a word that this version of uptake does not know; use the version that wrote it, or a newer one")
        }
        return word
    }
}
