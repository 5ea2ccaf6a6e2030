internal import Adoption
internal import GRDBSQLite

/// The former versions of dossiers, in rows: they are few, and they are looked at one by one.
///
/// It is a class because it owns prepared statements.
final class DossierHistory {
    private let select: FastStatement
    private let insert: FastStatement
    private let delete: FastStatement
    private let withdrawn: FastStatement
    private let importID: Int

    init(_ connection: OpaquePointer, importID: Int) throws {
        self.importID = importID
        select = try FastStatement(connection, """
            SELECT agency_id, procedure_id, channel, level, applicant, filer, state, delivery, filed_at, received_at, due_at, settled_at,
              amount_due_vnd, updated_at, payment_mark, import_id, rowid, digitised, signed FROM dossier_history WHERE dossier_key = ? AND withdrawn_in IS NULL
            """)
        insert = try FastStatement(connection, """
            INSERT INTO dossier_history (dossier_key, agency_id, procedure_id, channel, level, applicant, filer, state, delivery, filed_at,
              received_at, due_at, settled_at, amount_due_vnd, updated_at, payment_mark, import_id, withdrawn_in, digitised, signed)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        delete = try FastStatement(connection, "DELETE FROM dossier_history WHERE rowid = ?")
        withdrawn = try FastStatement(connection, "SELECT 1 FROM dossier_history WHERE dossier_key = ? AND withdrawn_in IS NOT NULL LIMIT 1")
    }

    typealias Version = (dossier: Dossier, importID: Int, row: Int)

    /// Those that were not taken back.
    func versions(of key: Int) throws -> [Version] {
        try select.bind(1, key)
        defer { select.reset() }
        var versions: [Version] = []
        while try select.step() {
            let row = select
            let dossier = try Dossier(
                agencyID: row.int(0), procedureID: row.int(1), channel: try row.word(2), level: try row.word(3),
                applicant: try row.word(4), filer: try row.word(5), state: try row.word(6), delivery: try row.word(7), filed: row.moment(8),
                received: row.moment(9), due: row.moment(10), settled: row.moment(11), amountDueVND: row.optionalInt(12),
                paymentMark: try row.word(14), digitised: try row.word(17), signed: try row.word(18), updated: Instant(secondsSinceEpoch: row.int(13)))
            versions.append((dossier, row.int(15), row.int(16)))
        }
        return versions
    }

    func hasWithdrawn(_ key: Int) throws -> Bool {
        try withdrawn.bind(1, key)
        defer { withdrawn.reset() }
        return try withdrawn.step()
    }

    /// - Parameters:
    ///   - importID: the import that brought the version; nil for this one.
    ///   - undo: the import that takes it back, if it is taken back.
    func keep(_ dossier: Dossier, of key: Int, from importID: Int? = nil, withdrawnIn undo: Int? = nil) throws {
        try insert.bind(1, key)
        try insert.bind(2, dossier.agencyID)
        try insert.bind(3, dossier.procedureID)
        try insert.bind(4, dossier.channel.rawValue)
        try insert.bind(5, dossier.level.rawValue)
        try insert.bind(6, dossier.applicant.rawValue)
        try insert.bind(7, dossier.filer.rawValue)
        try insert.bind(8, dossier.state.rawValue)
        try insert.bind(9, dossier.delivery.rawValue)
        try insert.bind(10, dossier.filed?.secondsSinceEpoch)
        try insert.bind(11, dossier.received?.secondsSinceEpoch)
        try insert.bind(12, dossier.due?.secondsSinceEpoch)
        try insert.bind(13, dossier.settled?.secondsSinceEpoch)
        try insert.bind(14, dossier.amountDueVND)
        try insert.bind(15, dossier.updated.secondsSinceEpoch)
        try insert.bind(16, dossier.paymentMark.rawValue)
        try insert.bind(17, importID ?? self.importID)
        try insert.bind(18, undo)
        try insert.bind(19, dossier.digitised.rawValue)
        try insert.bind(20, dossier.signed.rawValue)
        try insert.run()
    }

    /// False when the version is kept already.
    func keepOlder(_ dossier: Dossier, of key: Int) throws -> Bool {
        if try versions(of: key).contains(where: { $0.dossier.updated == dossier.updated && $0.dossier.agrees(with: dossier) }) { return false }
        try keep(dossier, of: key)
        return true
    }

    /// Takes out the best of the versions, for it stands again.
    func restore(_ key: Int) throws -> (best: Version?, firstImportID: Int) {
        let versions = try versions(of: key)
        let best = versions.dropFirst().reduce(versions.first) { best, version in
            best.map { version.dossier.supersedes($0.dossier) ? version : $0 }
        }
        if let best {
            try delete.bind(1, best.row)
            try delete.run()
        }
        return (best, versions.map(\.importID).min() ?? 0)
    }
}

/// The former versions of payments.
final class PaymentHistory {
    private let select: FastStatement
    private let insert: FastStatement
    private let delete: FastStatement
    private let withdrawn: FastStatement
    private let importID: Int

    init(_ connection: OpaquePointer, importID: Int) throws {
        self.importID = importID
        select = try FastStatement(connection, """
            SELECT amount_vnd, method, provider, state, requested_at, paid_at, refunded_at, updated_at, dossier_key, import_id, rowid
            FROM payment_history WHERE payment_key = ? AND withdrawn_in IS NULL
            """)
        insert = try FastStatement(connection, """
            INSERT INTO payment_history (payment_key, dossier_key, amount_vnd, method, provider, state, requested_at, paid_at, refunded_at,
              updated_at, import_id, withdrawn_in)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        delete = try FastStatement(connection, "DELETE FROM payment_history WHERE rowid = ?")
        withdrawn = try FastStatement(connection, "SELECT 1 FROM payment_history WHERE payment_key = ? AND withdrawn_in IS NOT NULL LIMIT 1")
    }

    typealias Version = (payment: Payment, dossierKey: Int, importID: Int, row: Int)

    /// Those that were not taken back.
    func versions(of key: Int) throws -> [Version] {
        try select.bind(1, key)
        defer { select.reset() }
        var versions: [Version] = []
        while try select.step() {
            let row = select
            let payment = try Payment(
                amountVND: row.int(0), method: try row.word(1), provider: Provider(row.text(2)), state: try row.word(3),
                requested: row.moment(4), paid: row.moment(5), refunded: row.moment(6), updated: row.moment(7))
            versions.append((payment, row.int(8), row.int(9), row.int(10)))
        }
        return versions
    }

    func hasWithdrawn(_ key: Int) throws -> Bool {
        try withdrawn.bind(1, key)
        defer { withdrawn.reset() }
        return try withdrawn.step()
    }

    func keep(_ payment: Payment, of key: Int, dossierKey: Int, from importID: Int? = nil, withdrawnIn undo: Int? = nil) throws {
        try insert.bind(1, key)
        try insert.bind(2, dossierKey)
        try insert.bind(3, payment.amountVND)
        try insert.bind(4, payment.method.rawValue)
        try insert.bind(5, payment.provider.name)
        try insert.bind(6, payment.state.rawValue)
        try insert.bind(7, payment.requested?.secondsSinceEpoch)
        try insert.bind(8, payment.paid?.secondsSinceEpoch)
        try insert.bind(9, payment.refunded?.secondsSinceEpoch)
        try insert.bind(10, payment.updated.secondsSinceEpoch)
        try insert.bind(11, importID ?? self.importID)
        try insert.bind(12, undo)
        try insert.run()
    }

    /// False when the version is kept already.
    func keepOlder(_ payment: Payment, of key: Int, dossierKey: Int) throws -> Bool {
        let isKept = try versions(of: key).contains {
            $0.dossierKey == dossierKey && $0.payment.updated == payment.updated && $0.payment.agrees(with: payment)
        }
        if isKept { return false }
        try keep(payment, of: key, dossierKey: dossierKey)
        return true
    }

    func delete(_ version: Version) throws {
        try delete.bind(1, version.row)
        try delete.run()
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
