package import Adoption
internal import GRDB

extension Store {
    /// Takes back what one import brought: every record stands again as it did without it. The versions that it brought are kept as
    /// withdrawn history, and the undoing is an import of its own, so that an earlier data version can still be drawn.
    ///
    /// - Returns: how many versions were withdrawn, and the data version after it.
    /// - Throws: `InputError` when there is no such import, or when a later one rests on it.
    package func undo(importNumber: Int, at moment: Instant) throws -> (versions: Int, dataVersion: Int) {
        var versions = 0
        let version: Int
        do {
            version = try record(at: moment) { session in
                try session.checkUndo(of: importNumber)
                versions = try session.withdraw(importNumber)
            }
        } catch where Store.isForeignKeyFault(error) {
            throw InputError("import \(importNumber) brought units, procedures or payments of which later imports have records; undo those imports first")
        }
        return (versions, version)
    }

    private static func isForeignKeyFault(_ error: any Error) -> Bool {
        (error as? DatabaseError)?.extendedResultCode == .SQLITE_CONSTRAINT_FOREIGNKEY
            || (error as? StoreError)?.code == ResultCode.SQLITE_CONSTRAINT_FOREIGNKEY.rawValue
    }
}

extension ImportSession {
    fileprivate func checkUndo(of importNumber: Int) throws {
        guard let row = try Row.fetchOne(db, sql: "SELECT undoes, (SELECT u.id FROM import u WHERE u.undoes = i.id) AS undone_in FROM import i WHERE id = ? AND id < ?", arguments: [importNumber, number]) else {
            throw InputError("there is no import \(importNumber); `uptake imports list` lists them")
        }
        let (undoes, undoneIn): (Int?, Int?) = (row["undoes"], row["undone_in"])
        if let undoes { throw InputError("import \(importNumber) is the undoing of import \(undoes); load the files of that import again instead") }
        if let undoneIn { throw InputError("import \(importNumber) was undone by import \(undoneIn) already") }
        // A later import that found rows known may have found those of this one; without it they would be lost though a file has them.
        let later = try Row.fetchOne(db, sql: """
            SELECT import_id, sum(unchanged) AS rows FROM import_file
            WHERE import_id > ? AND unchanged > 0 AND kind IN (SELECT kind FROM import_file WHERE import_id = ?)
              AND import_id NOT IN (SELECT undoes FROM import WHERE undoes IS NOT NULL)
            GROUP BY import_id ORDER BY import_id DESC LIMIT 1
            """, arguments: [importNumber, importNumber])
        if let later {
            let (other, rows): (Int, Int) = (later["import_id"], later["rows"])
            throw InputError("import \(other) has \(rows) rows that were known when it was loaded, perhaps from import \(importNumber); undo import \(other) first, and load its files again afterwards")
        }
    }

    fileprivate func withdraw(_ importNumber: Int) throws -> Int {
        try db.execute(sql: "UPDATE import SET undoes = ? WHERE id = ?", arguments: [importNumber, number])
        // Tallies point to units; they are counted anew at the end.
        try db.execute(sql: "DELETE FROM tally_block")
        var versions = try VersionedTable.attempt.withdraw(importID: importNumber, in: number, db)
        versions += try withdrawPayments(importNumber)
        versions += try withdrawDossiers(importNumber)
        for table in VersionedTable.all where table.name != VersionedTable.attempt.name {
            versions += try table.withdraw(importID: importNumber, in: number, db)
        }
        try db.execute(sql: """
            INSERT INTO awaited_dossier SELECT DISTINCT dossier_id FROM payment
            WHERE dossier_id NOT IN (SELECT id FROM dossier) AND dossier_id NOT IN (SELECT id FROM awaited_dossier)
            """)
        try db.execute(sql: "DELETE FROM awaited_dossier WHERE id NOT IN (SELECT dossier_id FROM payment)")
        countAnew()
        return versions
    }

    private func withdrawDossiers(_ importNumber: Int) throws -> Int {
        let ids = try Int.fetchAll(db, sql: "SELECT id FROM dossier WHERE import_id = ? ORDER BY id", arguments: [importNumber])
        try db.execute(sql: "UPDATE dossier_history SET withdrawn_in = ? WHERE import_id = ? AND withdrawn_in IS NULL", arguments: [number, importNumber])
        let replaced = db.changesCount
        for id in ids {
            guard let known = try dossiers.dossier(id) else { continue }
            try dossiers.withdraw(id, known, in: number)
        }
        return ids.count + replaced
    }

    private func withdrawPayments(_ importNumber: Int) throws -> Int {
        let codes = try String.fetchAll(db, sql: "SELECT code FROM payment WHERE import_id = ? ORDER BY id", arguments: [importNumber])
        try db.execute(sql: "UPDATE payment_history SET withdrawn_in = ? WHERE import_id = ? AND withdrawn_in IS NULL", arguments: [number, importNumber])
        let replaced = db.changesCount
        for code in codes {
            guard let known = try payments.payment(code) else { continue }
            try payments.withdraw(known, in: number)
        }
        return codes.count + replaced
    }
}
