package import Adoption
internal import GRDB
internal import Glibc

/// Something that was looked at, and what is wrong with it.
package struct Finding: Hashable, Sendable {
    package let subject: String
    /// Nil when it is sound.
    package let fault: String?
    package let detail: String

    package init(_ subject: String, fault: String? = nil, detail: String = "") {
        self.subject = subject
        self.fault = fault
        self.detail = detail
    }
}

extension Store {
    /// Copies the store while others read and write it: the copy is one committed state.
    ///
    /// - Throws: `InputError` when the copy cannot be written, or does not hold.
    package func copy(to path: String) throws { try Store.copy(queue, to: path) }

    static func copy(_ queue: DatabaseQueue, to path: String) throws {
        do {
            let copy = try DatabaseQueue(path: path)
            try queue.backup(to: copy)
            // One file, without the journal of the store beside it.
            try copy.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
            if let fault = try Store.damage(copy) { throw InputError("\(path): the copy is damaged: \(fault)") }
            try copy.close()
        } catch let error as DatabaseError where error.resultCode == .SQLITE_FULL || error.resultCode == .SQLITE_CANTOPEN || error.resultCode == .SQLITE_IOERR {
            throw InputError("\(path): cannot be written: \(error.message ?? "is there room?")")
        }
        try Store.sync(path)
    }

    /// A file is a store that can be used.
    ///
    /// - Throws: `InputError` when it is damaged or no store.
    package static func verify(_ path: String) throws -> Position {
        var configuration = Configuration()
        configuration.readonly = true
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            if let fault = try damage(queue) { throw InputError("\(path): is damaged: \(fault)") }
            guard try queue.read({ try $0.tableExists("import") && $0.tableExists("grdb_migrations") }) else { throw InputError("\(path): is not a store of uptake") }
            try checkVersion(queue, path)
            return try queue.read { db in
                guard try db.tableExists("act") else { return Position(dataVersion: try Int.fetchOne(db, sql: "SELECT max(id) FROM import") ?? 0, act: 0) }
                return try Storage.position(db)
            }
        } catch let error as DatabaseError {
            throw InputError("\(path): is not a store that can be read: \(error.message ?? "")")
        }
    }

    /// A store that a newer version has brought over cannot be read by this one.
    static func checkVersion(_ queue: DatabaseQueue, _ path: String?) throws {
        if try queue.read(migrations.hasBeenSuperseded) {
            throw InputError("\(path ?? "the store"): was written by a newer version of uptake; use that one")
        }
    }

    /// Puts everything of a store, or of accounts, into its one file, for moving it.
    ///
    /// - Throws: `InputError` while another process has it open.
    package static func foldJournal(_ path: String) throws {
        do {
            let queue = try DatabaseQueue(path: path)
            // Fails while anybody else has it open.
            try queue.writeWithoutTransaction { db in
                guard try String.fetchOne(db, sql: "PRAGMA journal_mode = DELETE") == "delete" else { throw InputError("\(path): another program has it open; stop it first") }
            }
            try queue.close()
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY || error.resultCode == .SQLITE_LOCKED {
            throw InputError("\(path): another program has it open; stop it first")
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB || error.resultCode == .SQLITE_CORRUPT {
            // A damaged store is put aside as it is.
        }
    }

    static func damage(_ queue: DatabaseQueue) throws -> String? {
        try queue.read { db in
            let found = try String.fetchAll(db, sql: "PRAGMA integrity_check(3)")
            if found != ["ok"] { return found.joined(separator: "; ") }
            if let row = try Row.fetchOne(db, sql: "PRAGMA foreign_key_check") { return "a row of \(row[0] as String) points to nothing" }
            return nil
        }
    }

    private static func sync(_ path: String) throws {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0, fsync(file) == 0 else { throw InputError("\(path): cannot be written: \(String(cString: strerror(errno)))") }
        close(file)
    }

    /// Whether the file is sound and nothing in the store contradicts anything else.
    ///
    /// - Parameter onStep: is told what is looked at next; some of it takes a while.
    package func findings(onStep: (String) -> Void) throws -> [Finding] {
        onStep("the file")
        var findings = [Finding("file", fault: try Store.damage(queue), detail: "integrity and references")]
        if findings[0].fault != nil { return findings }
        let sqlite = try queue.read { try String.fetchOne($0, sql: "SELECT sqlite_version()") ?? "" }
        findings.append(Finding("schema", detail: "\(migrations.migrations.count) steps, SQLite \(sqlite)"))
        onStep("the audit log")
        let (entries, acts) = (try auditLog(), try acts())
        findings.append(Finding("audit log", fault: try brokenAuditEntry().map { "entry \($0) is not what was written" }, detail: "\(entries.count) entries"))
        let guards = try queue.read { try Set(String.fetchAll($0, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger'")) }
        let open = appendOnlyTables.filter { table in !["update", "delete", "replace"].allSatisfy { guards.contains("\(table)_no_\($0)") } }
        findings.append(Finding("append-only", fault: open.isEmpty ? nil : "what must never change can be changed: \(open.joined(separator: ", "))", detail: "\(appendOnlyTables.count) tables"))
        let told = Set(entries.map { "\($0.event) \($0.detail)" })
        let strange = acts.filter { !told.contains("\($0.kind.rawValue) \(Store.auditDetail(of: $0))") }
        findings.append(Finding("acts", fault: strange.first.map { "act \($0.number) is not what the log says of it" }, detail: "\(acts.count) acts"))
        onStep("the records")
        findings.append(try recordFinding())
        onStep("the tallies")
        findings.append(try tallyFinding())
        return findings
    }

    /// Every payment stands under the dossier that its place names, and no other.
    private func recordFinding() throws -> Finding {
        try queue.read { db in
            let records = try RecordTable(db)
            var (dossiers, waiting): (Int, Int) = (0, 0)
            var found: [(payment: Int, dossier: Int)] = []
            try records.entries.walk { entry in
                if entry.dossier != nil { dossiers += 1 }
                waiting += entry.waitingPayments
                for kept in entry.payments { found.append((kept.key, entry.key)) }
            }
            found.sort { $0.payment < $1.payment }
            var (index, fault): (Int, String?) = (0, nil)
            try records.places.walk { place in
                if index >= found.count || found[index] != (place.key, place.dossierKey) { fault = fault ?? "a payment is not where its place says" }
                index += 1
            }
            if index != found.count { fault = fault ?? "\(found.count) payments have \(index) places" }
            let awaited = try Int.fetchOne(db, sql: "SELECT sum(payments) FROM awaited_dossier") ?? 0
            if awaited != waiting { fault = fault ?? "\(waiting) payments wait for a dossier, and \(awaited) are noted" }
            return Finding("records", fault: fault, detail: "\(dossiers) dossiers, \(found.count) payments")
        }
    }

    /// The tallies are what the records add up to: all are counted again in a copy.
    private func tallyFinding() throws -> Finding {
        let copy = try TemporaryDatabase()
        try copy.fill(from: queue)
        do {
            let different = try copy.queue.write { db in
                try db.execute(sql: "CREATE TEMP TABLE kept AS SELECT * FROM tally_block")
                try countAnew(db)
                return try Int.fetchOne(db, sql: """
                    SELECT (SELECT count(*) FROM (SELECT * FROM kept EXCEPT SELECT * FROM tally_block))
                      + (SELECT count(*) FROM (SELECT * FROM tally_block EXCEPT SELECT * FROM kept))
                    """) ?? 0
            }
            return Finding("tallies", fault: different == 0 ? nil : "\(different) blocks are not what the records add up to", detail: "counted again from all records")
        } catch is RecordWithoutRegister {
            return Finding("tallies", fault: "a record points to a unit or a procedure that the register does not have")
        }
    }
}
