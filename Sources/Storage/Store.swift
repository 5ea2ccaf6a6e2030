package import Adoption
internal import GRDB
internal import GRDBSQLite
internal import Glibc
internal import Synchronization

/// The records of one province, in one SQLite file.
///
/// It is a class because it owns the connection.
package final class Store: Sendable {
    let queue: DatabaseQueue
    /// Who does what is done through this store, for the audit log.
    package let actor: String
    let codes: RecordCodes
    let knownRegister = Mutex<(version: Int, register: Register)?>(nil)
    /// Of a store that is only a view of another one.
    private let temporary: TemporaryDatabase?

    /// Opens the store, creates it when it is not there, and brings its schema up to date.
    ///
    /// - Parameters:
    ///   - path: nil for a store in memory.
    ///   - pseudonyms: what makes a pseudonym of a record's code, so that codes themselves are never kept (`keepDossierCodes: false`);
    ///     nil to keep codes. A store that has records keeps to its first choice and its first key.
    ///   - actor: who does what is done through it.
    package init(path: String?, pseudonyms: Pseudonyms? = nil, actor: String = "") throws {
        self.actor = actor
        temporary = nil
        var configuration = Configuration()
        configuration.journalMode = .wal
        // A second process, such as a backup or the command line beside the server, waits for its turn.
        configuration.busyMode = .timeout(10)
        configuration.foreignKeysEnabled = true
        // 128 MiB of pages at most: with SQLite's own 2 MiB a large import reads and writes most pages several times. Only what is used is taken.
        // A block of records fills a page of 8 KiB.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA page_size = 8192; PRAGMA cache_size = -131072") }
        do {
            queue = try path.map { path in try Store.patiently { try DatabaseQueue(path: path, configuration: configuration) } } ?? DatabaseQueue(configuration: configuration)
            // GRDB sets NORMAL itself when it turns to WAL; a committed import would not survive a power cut.
            try queue.inDatabase { db in
                try db.execute(sql: "PRAGMA synchronous = FULL")
                guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2 else { throw StoreError("SQLite does not keep synchronous = FULL") }
            }
            try Store.checkVersion(queue, path)
            try migrations.migrate(queue)
            codes = try RecordCodes(pseudonyms, queue)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            throw InputError("\(path ?? ""): is not a store of uptake; name another file with --store")
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
            throw InputError("\(path ?? ""): the store is damaged (\(error.message ?? "SQLite cannot read it")); restore it from its backup")
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CANTOPEN {
            throw InputError("\(path ?? ""): cannot be opened or created; is its folder there, and may it be written?")
        }
    }

    /// Where its file is; empty for a store in memory.
    package var path: String { queue.path == ":memory:" ? "" : queue.path }

    /// A view of a store, in a file of its own.
    init(view: TemporaryDatabase, codes: RecordCodes) { (queue, self.codes, actor, temporary) = (view.queue, codes, "", view) }

    /// While the first import runs, the store cannot be opened, and SQLite itself does not wait for that; sometimes it does. Ten seconds in all, and what the last try takes.
    static func patiently<T>(_ open: () throws -> T) throws -> T {
        let begun = ContinuousClock.now
        repeat {
            do { return try open() } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY { usleep(100_000) }
        } while ContinuousClock.now - begun < .seconds(10)
        throw StoreBusy()
    }

    /// Runs one import in one transaction: when `body` or anything behind it fails, the store is as before.
    ///
    /// An import that changes nothing and refuses nothing new leaves no trace, so that loading a file twice keeps the data version.
    /// - Parameters:
    ///   - keep: false for a rehearsal.
    ///   - scope: the code of the part of the province whose clerk loads it; empty for the whole province.
    /// - Returns: the data version after it; the old one when nothing was kept.
    @discardableResult
    package func record(at moment: Instant, keep: Bool = true, scope: String = "", _ body: (ImportSession) throws -> Void) throws -> Int {
        do {
            return try transaction(at: moment, keep: keep, scope, body)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            throw StoreBusy()
        }
    }

    /// The code under which a record is kept: its own, or its pseudonym.
    package func recordCode(_ code: String) -> String { codes.kept(code) }

    /// The first import goes straight into the store's file, beside a rollback journal: there is nothing to read yet, and to write all of it into the
    /// write-ahead log and then over again would take half as long once more. Both ways survive a power cut.
    private func transaction(at moment: Instant, keep: Bool, _ scope: String, _ body: (ImportSession) throws -> Void) throws -> Int {
        let isFirst = try queue.inDatabase { try Bool.fetchOne($0, sql: "SELECT NOT EXISTS (SELECT * FROM import)") ?? false }
        if isFirst { try setJournal("TRUNCATE") }
        let outcome = Result { try oneTransaction(at: moment, keep: keep, scope, body) }
        let version = try outcome.get()
        if isFirst { try setJournal("WAL") }
        return version
    }

    private func oneTransaction(at moment: Instant, keep: Bool, _ scope: String, _ body: (ImportSession) throws -> Void) throws -> Int {
        var version = 0
        try queue.inTransaction(.immediate) { db in
            let before = try Int.fetchOne(db, sql: "SELECT max(id) FROM import") ?? 0
            version = before
            let session = try ImportSession(db, number: before + 1, at: moment, scope: scope, codes: codes)
            try body(session)
            guard try session.finish(), keep else { return .rollback }
            try auditImport(db, number: before + 1, at: moment)
            version = before + 1
            return .commit
        }
        return version
    }

    /// Stays with the old one when another process has the store open.
    private func setJournal(_ mode: String) throws {
        try queue.inDatabase { db in
            do { try db.execute(sql: "PRAGMA journal_mode = \(mode)") } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY || error.resultCode == .SQLITE_LOCKED {}
        }
    }

    /// The number of the last import; 0 for an empty store.
    package func dataVersion() throws -> Int {
        try queue.read { try Int.fetchOne($0, sql: "SELECT max(id) FROM import") ?? 0 }
    }
}

/// Another process has been writing the store for longer than this one waits.
package struct StoreBusy: Error, CustomStringConvertible {
    package let description = "another run is writing the store; wait until it has finished and start this one again"
}
