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
        } catch where error is RecordWithoutRegister || error is AttemptWithoutPayment || Store.isForeignKeyFault(error) {
            throw InputError("import \(importNumber) brought units, procedures or payments of which later imports, or periods that are final, have records; undo those imports first")
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
        countAnew()
        try db.execute(sql: "DELETE FROM tally_block")
        var versions = try VersionedTable.attempt.withdraw(importID: importNumber, in: number, db)
        versions += try withdrawRecords(importNumber)
        for table in VersionedTable.all where table.name != VersionedTable.attempt.name {
            versions += try table.withdraw(importID: importNumber, in: number, db)
        }
        try checkFrozenProcedures(importNumber)
        return versions
    }

    /// What is final counts dossiers under procedures by their numbers, which no reference holds.
    private func checkFrozenProcedures(_ importNumber: Int) throws {
        let known = try Int.fetchSet(db, sql: "SELECT id FROM procedure")
        let blocks = try FastStatement(try db.connection, "SELECT counts FROM frozen_tally WHERE kind <= 2")
        while try blocks.step() {
            try TallyBlock.counts(blocks.bytes(0)) { count in
                guard known.contains(count.first) else { throw InputError("import \(importNumber) brought procedures under which periods that are final have dossiers; it cannot be undone") }
            }
        }
    }

    private func withdrawRecords(_ importNumber: Int) throws -> Int {
        var versions = 0
        for table in ["dossier_history", "payment_history"] {
            try db.execute(sql: "UPDATE \(table) SET withdrawn_in = ? WHERE import_id = ? AND withdrawn_in IS NULL", arguments: [number, importNumber])
            versions += db.changesCount
        }
        var payments: [(kept: KeptPayment, dossierKey: Int)] = []
        try records.entries.editAll { entry in
            for kept in entry.payments where kept.importID == importNumber { payments.append((kept, entry.key)) }
            guard let dossier = entry.dossier, entry.importID == importNumber else {
                guard entry.dossier != nil, entry.firstImportID == importNumber else { return false }
                let others = try records.dossierHistory.versions(of: entry.key).map(\.importID)
                entry.firstImportID = others.reduce(entry.importID, min)
                return true
            }
            let before = entry
            try records.dossierHistory.keep(dossier, of: entry.key, from: importNumber, withdrawnIn: number)
            let (best, firstImportID) = try records.dossierHistory.restore(entry.key)
            entry.dossier = best?.dossier
            (entry.importID, entry.firstImportID) = (best?.importID ?? 0, firstImportID)
            try records.awaited.mark(before, entry)
            versions += 1
            return true
        }
        for payment in payments { try withdraw(payment.kept, of: payment.dossierKey) }
        return versions + payments.count
    }

    private func withdraw(_ kept: KeptPayment, of dossierKey: Int) throws {
        try records.paymentHistory.keep(kept.payment, of: kept.key, dossierKey: dossierKey, from: kept.importID, withdrawnIn: number)
        try records.remove(kept.key, from: dossierKey)
        guard let version = try records.bestPayment(kept.key) else {
            if try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT * FROM attempt WHERE payment_key = ?)", arguments: [kept.key]) == true { throw AttemptWithoutPayment() }
            return
        }
        try records.add(KeptPayment(key: kept.key, payment: version.payment, importID: version.importID), to: version.dossierKey)
        try records.paymentHistory.delete(version)
    }
}

/// An attempt to pay points to a payment that is gone.
private struct AttemptWithoutPayment: Error {}
