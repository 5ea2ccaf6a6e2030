package import Adoption
internal import FoundationEssentials
internal import GRDB

/// A store as it was: a view that can be asked everything that the store itself can, and goes away when it is let go.
package struct Rewound {
    package let store: Store
    /// The dossiers, by their numbers, of which something has changed since.
    let touched: Set<Int>
}

extension Store {
    /// The store as it was at an earlier position; itself when nothing has happened since.
    ///
    /// Every version of every record and of every row of a register is kept with the import that brought it and the one that took it back, so
    /// what stood at any import can be worked out. The view is made by that in a copy of the file, and then counted anew, so
    /// that whatever can be asked of a store needs no second way of asking it.
    package func rewound(to position: Position) throws -> Rewound {
        let now = try self.position()
        if position == now { return Rewound(store: self, touched: []) }
        guard position.dataVersion >= 0, position.dataVersion <= now.dataVersion else {
            throw InputError("there is no data version \(position.dataVersion); the store has 0 to \(now.dataVersion)")
        }
        do {
            let copy = try TemporaryDatabase()
            try copy.fill(from: queue)
            var touched: Set<Int> = []
            try copy.queue.write { db in
                try Rewinding(db, to: position.dataVersion).run(&touched, isNewest: position.dataVersion == now.dataVersion)
                try forgetActs(db, after: position.act)
            }
            return Rewound(store: Store(view: copy, codes: codes), touched: touched)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_FULL {
            throw InputError("\(FileManager.default.temporaryDirectory.path): has no room for a view of the store as it was; free some, or name another folder with TMPDIR")
        }
    }

    /// The half-months of a period by the state of the store from which they are counted: those that were frozen at some time as it was then, the
    /// others as it is.
    package func parts(of period: Period) throws -> [(store: Store, halfMonths: Set<HalfMonth>)] {
        let frozen = try queue.read { try frozenHalfMonths($0, in: period.halfMonths) }
        let all = (period.halfMonths.lowerBound.index...period.halfMonths.upperBound.index).map(HalfMonth.init(index:))
        let acts = Dictionary(uniqueKeysWithValues: try acts().map { ($0.number, $0) })
        return try Dictionary(grouping: all) { frozen[$0.index] ?? 0 }.sorted { $0.key < $1.key }.map { number, halfMonths in
            guard let act = acts[number] else { return (self, Set(halfMonths)) }
            return (try rewound(to: act.position).store, Set(halfMonths))
        }
    }

    private func forgetActs(_ db: Database, after act: Int) throws {
        for table in appendOnlyTables {
            for change in ["update", "delete", "replace"] { try db.execute(sql: "DROP TRIGGER IF EXISTS \(table)_no_\(change)") }
        }
        let publications = "SELECT id FROM publication WHERE act_id > ?"
        for table in ["publication_file", "publication_recipient", "publication_section", "publication_figure", "publication_line"] {
            try db.execute(sql: "DELETE FROM \(table) WHERE publication_id IN (\(publications))", arguments: [act])
        }
        for table in ["frozen_half_month", "frozen_tally", "frozen_figure", "figure_revision_cause", "figure_revision", "explanation", "publication"] {
            try db.execute(sql: "DELETE FROM \(table) WHERE act_id > ?", arguments: [act])
        }
        try db.execute(sql: "DELETE FROM act WHERE id > ?", arguments: [act])
    }
}

/// Brings the records and registers of a copy back to what they were after an import.
private struct Rewinding {
    let db: Database
    let version: Int
    let records: RecordTable

    init(_ db: Database, to version: Int) throws {
        self.db = db
        self.version = version
        records = try RecordTable(db)
    }

    func run(_ touched: inout Set<Int>, isNewest: Bool) throws {
        if isNewest { return }
        touched = try rewindDossiers()
        touched.formUnion(try rewindPayments())
        for table in VersionedTable.all { try rewind(table) }
        try db.execute(sql: """
            DELETE FROM brought_record WHERE import_id > \(version);
            DELETE FROM refusal WHERE import_file_id IN (SELECT id FROM import_file WHERE import_id > \(version));
            DELETE FROM import_file WHERE import_id > \(version);
            DELETE FROM import WHERE id > \(version);
            """)
        try countAnew(db)
    }

    private func forgetHistory(_ table: String) throws {
        try db.execute(sql: "DELETE FROM \(table) WHERE import_id > \(version)")
        try db.execute(sql: "UPDATE \(table) SET withdrawn_in = NULL WHERE withdrawn_in > \(version)")
    }

    /// Those that were brought by then and taken back since stood among the versions of their record.
    private func keys(_ column: String, of table: String) throws -> Set<Int> {
        try Int.fetchSet(db, sql: "SELECT DISTINCT \(column) FROM \(table) WHERE import_id <= ? AND withdrawn_in > ?", arguments: [version, version])
    }

    /// - Returns: the numbers of those that were brought back, or made to go.
    private func rewindDossiers() throws -> Set<Int> {
        var touched = try keys("dossier_key", of: "dossier_history")
        try forgetHistory("dossier_history")
        // Entries of which only payments are left, or nothing, are not met on the way.
        var missing = touched
        try records.entries.editAll { entry in
            missing.remove(entry.key)
            let isLater = entry.dossier != nil && entry.importID > version
            guard isLater || touched.contains(entry.key) else { return false }
            touched.insert(entry.key)
            try rewind(&entry, isLater: isLater)
            return true
        }
        try records.entries.edit(missing.sorted()) { entry, _ in
            try rewind(&entry, isLater: false)
            return true
        }
        return touched
    }

    private func rewind(_ entry: inout Entry, isLater: Bool) throws {
        let before = entry
        if let dossier = entry.dossier, !isLater { try records.dossierHistory.keep(dossier, of: entry.key, from: entry.importID) }
        let (best, firstImportID) = try records.dossierHistory.restore(entry.key)
        entry.dossier = best?.dossier
        (entry.importID, entry.firstImportID) = (best?.importID ?? 0, firstImportID)
        try records.awaited.mark(before, entry)
    }

    /// - Returns: the numbers of the dossiers under which something changed.
    private func rewindPayments() throws -> Set<Int> {
        var keys = try keys("payment_key", of: "payment_history")
        try forgetHistory("payment_history")
        var touched: Set<Int> = []
        try records.entries.walk { entry in
            for kept in entry.payments where kept.importID > version { keys.insert(kept.key) }
        }
        for key in keys.sorted() {
            let place = try records.places.item(key)?.dossierKey ?? 0
            if place != 0, let kept = try records.entries.item(place)?.payment(key) {
                if kept.importID <= version { try records.paymentHistory.keep(kept.payment, of: key, dossierKey: place, from: kept.importID) }
                try records.remove(key, from: place)
                touched.insert(place)
            }
            guard let version = try records.bestPayment(key) else { continue }
            try records.add(KeptPayment(key: key, payment: version.payment, importID: version.importID), to: version.dossierKey)
            try records.paymentHistory.delete(version)
            touched.insert(version.dossierKey)
        }
        return touched
    }

    /// The row that stood is the last that was brought by then and not taken back by then.
    private func rewind(_ table: VersionedTable) throws {
        let (name, columns) = (table.name, (["id"] + table.key + table.content + ["import_id"]).joined(separator: ", "))
        let withdrawn = try Int.fetchSet(
            db, sql: "SELECT DISTINCT id FROM \(name)_history WHERE import_id <= ? AND withdrawn_in > ?", arguments: [version, version])
        let later = try Int.fetchSet(db, sql: "SELECT id FROM \(name) WHERE import_id > ?", arguments: [version])
        try forgetHistory(name + "_history")
        // All go before any comes back: a key may have stood under another number meanwhile.
        for id in later.union(withdrawn) {
            if !later.contains(id) { try db.execute(sql: "INSERT INTO \(name)_history SELECT *, NULL FROM \(name) WHERE id = ?", arguments: [id]) }
            try db.execute(sql: "DELETE FROM \(name) WHERE id = ?", arguments: [id])
        }
        for id in later.union(withdrawn).sorted() {
            let row = try Int.fetchOne(
                db, sql: "SELECT rowid FROM \(name)_history WHERE id = ? AND withdrawn_in IS NULL ORDER BY import_id DESC LIMIT 1", arguments: [id])
            guard let row else { continue }
            try db.execute(sql: "INSERT INTO \(name) (\(columns)) SELECT \(columns) FROM \(name)_history WHERE rowid = ?", arguments: [row])
            try db.execute(sql: "DELETE FROM \(name)_history WHERE rowid = ?", arguments: [row])
        }
    }
}
