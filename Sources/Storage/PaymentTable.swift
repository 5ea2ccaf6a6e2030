internal import Adoption
internal import GRDBSQLite

/// The rows of payments and their former versions, for the loops of an import.
final class PaymentTable {
    typealias Known = (id: Int, dossierID: Int, importID: Int, payment: Payment)

    private let select: FastStatement
    private let selectOfDossier: FastStatement
    private let insertNew: FastStatement
    private let update: FastStatement
    private let confirmation: FastStatement
    private let selectHistory: FastStatement
    private let insertHistory: FastStatement
    private let insertWithdrawn: FastStatement
    private let deleteHistory: FastStatement
    private let delete: FastStatement
    private let connection: OpaquePointer
    private let importID: Int

    init(_ connection: OpaquePointer, importID: Int) throws {
        self.connection = connection
        self.importID = importID
        select = try FastStatement(connection, """
            SELECT amount_vnd, method, provider, payment.state, requested_at, paid_at, refunded_at, updated_at, dossier_id,
              dossier_code.code, payment.id, import_id
            FROM payment JOIN dossier_code ON dossier_code.id = dossier_id WHERE payment.code = ?
            """)
        selectOfDossier = try FastStatement(connection, """
            SELECT amount_vnd, method, '', state, requested_at, paid_at, refunded_at, updated_at, dossier_id
            FROM payment WHERE dossier_id = ?
            """)
        insertNew = try FastStatement(connection, """
            INSERT INTO payment (code, dossier_id, amount_vnd, method, provider, state, requested_at, paid_at, refunded_at, updated_at, import_id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        update = try FastStatement(connection, """
            UPDATE payment SET dossier_id = ?2, amount_vnd = ?3, method = ?4, provider = ?5, state = ?6, requested_at = ?7,
              paid_at = ?8, refunded_at = ?9, updated_at = ?10, import_id = ?11 WHERE id = ?1
            """)
        confirmation = try FastStatement(connection, "UPDATE payment SET updated_at = ?2 WHERE id = ?1")
        selectHistory = try FastStatement(connection, """
            SELECT amount_vnd, method, provider, state, requested_at, paid_at, refunded_at, updated_at, dossier_id, import_id, rowid
            FROM payment_history WHERE payment_id = ? AND withdrawn_in IS NULL
            """)
        insertWithdrawn = try FastStatement(connection, "INSERT INTO payment_history VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        deleteHistory = try FastStatement(connection, "DELETE FROM payment_history WHERE rowid = ?")
        delete = try FastStatement(connection, "DELETE FROM payment WHERE id = ?")
        insertHistory = try FastStatement(connection, "INSERT INTO payment_history VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)")
    }

    func payment(_ code: String) throws -> Known? {
        try select.bind(1, code)
        defer { select.reset() }
        guard try select.step() else { return nil }
        return (select.int(10), select.int(8), select.int(11), try read(select, code: code, dossierCode: select.text(9)))
    }

    func payments(of dossierID: Int) throws -> [Payment] {
        try selectOfDossier.bind(1, dossierID)
        defer { selectOfDossier.reset() }
        var payments: [Payment] = []
        while try selectOfDossier.step() { payments.append(try read(selectOfDossier, code: "", dossierCode: "")) }
        return payments
    }

    func insert(_ payment: Payment, dossierID: Int) throws {
        try insertNew.bind(1, payment.code)
        try write(insertNew, from: 2, payment, dossierID, importID)
    }

    /// A newer row says the same: the version stands from the later moment on.
    func confirm(_ id: Int, at moment: Instant) throws {
        try confirmation.bind(1, id)
        try confirmation.bind(2, moment.secondsSinceEpoch)
        try confirmation.run()
    }

    func replace(_ known: Known, by payment: Payment, dossierID: Int) throws {
        try insertHistory.bind(1, known.id)
        try write(insertHistory, from: 2, known.payment, known.dossierID, known.importID)
        try update.bind(1, known.id)
        try write(update, from: 2, payment, dossierID, importID)
    }

    /// Keeps a version that was late; false when it is kept already.
    func keepOlder(_ payment: Payment, id: Int, dossierID: Int) throws -> Bool {
        try selectHistory.bind(1, id)
        defer { selectHistory.reset() }
        while try selectHistory.step() {
            if selectHistory.int(8) == dossierID,
                try read(selectHistory, code: payment.code, dossierCode: payment.dossierCode) == payment { return false }
        }
        try insertHistory.bind(1, id)
        try write(insertHistory, from: 2, payment, dossierID, importID)
        return true
    }

    /// Takes the current version away; the best of the others stands again, or none.
    func withdraw(_ known: Known, in undo: Int) throws {
        try selectHistory.bind(1, known.id)
        var best: (payment: Payment, dossierID: Int, importID: Int, row: Int)?
        while try selectHistory.step() {
            let payment = try read(selectHistory, code: known.payment.code, dossierCode: known.payment.dossierCode)
            if best.map({ payment.supersedes($0.payment) }) ?? true { best = (payment, selectHistory.int(8), selectHistory.int(9), selectHistory.int(10)) }
        }
        try insertWithdrawn.bind(1, known.id)
        try insertWithdrawn.bind(12, undo)
        try write(insertWithdrawn, from: 2, known.payment, known.dossierID, known.importID)
        if let best {
            try update.bind(1, known.id)
            try write(update, from: 2, best.payment, best.dossierID, best.importID)
            try deleteHistory.bind(1, best.row)
            try deleteHistory.run()
        } else {
            try delete.bind(1, known.id)
            try delete.run()
        }
    }

    /// The payments of all dossiers with a greater number, in the order of the dossiers.
    func walk(after dossierID: Int) throws -> Walk { try Walk(connection, after: dossierID) }

    /// One payment at a time, without codes and providers, which nothing that is counted needs.
    struct Walk {
        private let statement: FastStatement
        private(set) var current: (dossierID: Int, payment: Payment)?

        fileprivate init(_ connection: OpaquePointer, after dossierID: Int) throws {
            statement = try FastStatement(connection, """
                SELECT amount_vnd, method, '', state, requested_at, paid_at, refunded_at, updated_at, dossier_id
                FROM payment WHERE dossier_id > ? ORDER BY dossier_id
                """)
            try statement.bind(1, dossierID)
            try advance()
        }

        mutating func advance() throws {
            current = try statement.step() ? (statement.int(8), try read(statement, code: "", dossierCode: "")) : nil
        }

        func end() { statement.reset() }
    }

    private func write(_ statement: FastStatement, from first: Int32, _ payment: Payment, _ dossierID: Int, _ importID: Int) throws {
        try statement.bind(first, dossierID)
        try statement.bind(first + 1, payment.amountVND)
        try statement.bind(first + 2, payment.method.rawValue)
        try statement.bind(first + 3, payment.provider)
        try statement.bind(first + 4, payment.state.rawValue)
        try statement.bind(first + 5, payment.requested?.secondsSinceEpoch)
        try statement.bind(first + 6, payment.paid?.secondsSinceEpoch)
        try statement.bind(first + 7, payment.refunded?.secondsSinceEpoch)
        try statement.bind(first + 8, payment.updated.secondsSinceEpoch)
        try statement.bind(first + 9, importID)
        try statement.run()
    }
}

private func read(_ row: FastStatement, code: String, dossierCode: String) throws -> Payment {
    try Payment(
        code: code, dossierCode: dossierCode, amountVND: row.int(0), method: try row.word(1), provider: row.text(2),
        state: try row.word(3), requested: row.moment(4), paid: row.moment(5), refunded: row.moment(6), updated: row.moment(7))
}
