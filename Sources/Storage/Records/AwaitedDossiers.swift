internal import GRDBSQLite

/// Payments may come before their dossier, and wait for it. It is a class because it owns prepared statements.
final class AwaitedDossiers {
    private let insert: FastStatement
    private let delete: FastStatement

    init(_ connection: OpaquePointer) throws {
        insert = try FastStatement(connection, "INSERT INTO awaited_dossier (dossier_key, payments) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET payments = ?2")
        delete = try FastStatement(connection, "DELETE FROM awaited_dossier WHERE dossier_key = ?")
    }

    func mark(_ before: Entry?, _ after: Entry) throws {
        let (waited, waiting) = (before?.waitingPayments ?? 0, after.waitingPayments)
        if waited == waiting { return }
        let statement = waiting > 0 ? insert : delete
        try statement.bind(1, after.key)
        if waiting > 0 { try statement.bind(2, waiting) }
        try statement.run()
    }
}
