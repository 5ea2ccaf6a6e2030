package import Adoption
internal import GRDB
internal import Glibc

/// Copies of the accounts, and whether their file is sound.
extension AccountStore {
    /// Copies the accounts while the server uses them, for their owner's eyes only: the copy is one committed state.
    ///
    /// - Throws: `InputError` when the copy cannot be written, or does not hold.
    package func copy(to path: String) throws {
        try protect(path)
        try Store.copy(queue, to: path)
    }

    /// Whether a file holds accounts; false for one that SQLite cannot read.
    package static func areIn(_ path: String) throws -> Bool {
        do { return try AccountStore.reader(path).read { try $0.tableExists("access_log") } } catch is DatabaseError { return false }
    }

    /// A file with accounts can be used.
    ///
    /// - Returns: how many accounts it has.
    /// - Throws: `InputError` when it is damaged or has none.
    package static func verify(_ path: String) throws -> Int {
        do {
            let queue = try reader(path)
            if let fault = try Store.damage(queue) { throw InputError("\(path): is damaged: \(fault)") }
            guard try queue.read({ try $0.tableExists("account") && $0.tableExists("access_log") }) else { throw InputError("\(path): is not a file with accounts of uptake") }
            guard try !queue.read(accountMigrations.hasBeenSuperseded) else { throw InputError("\(path): was written by a newer version of uptake; use that one") }
            return try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM account") ?? 0 }
        } catch let error as DatabaseError {
            throw InputError("\(path): is not a file with accounts that can be read: \(error.message ?? "")")
        }
    }

    private static func reader(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// Makes a copy fit to be used again: what it would bring back to life is ended, which are the sessions and one-time links of its time; and that is noted.
    ///
    /// - Parameter source: the backup.
    package static func revive(_ path: String, from source: String, by actor: String, at moment: Instant) throws {
        let accounts = try AccountStore(path: path)
        try accounts.writing { db in try db.execute(sql: "DELETE FROM session; DELETE FROM link") }
        try accounts.logAccess(.account, actor: actor, subject: "accounts", detail: "restored from \(source)", now: moment)
        try accounts.queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
        try accounts.queue.close()
    }

    /// Whether the accounts are sound, and nobody but their owner can read them. What has expired is no fault.
    package static func findings(_ path: String) throws -> [Finding] {
        var status = stat()
        guard stat(path, &status) == 0 else { return [Finding("accounts", fault: "\(path): cannot be read: \(String(cString: strerror(errno)))")] }
        let mode = "0" + String(status.st_mode & 0o777, radix: 8)
        let secrecy = Finding("accounts' mode", fault: mode == "0600" ? nil : "others may read them: the mode of \(path) is to be 0600", detail: mode)
        do {
            // Opened as it is: `init` would set right what is looked at.
            let queue = try DatabaseQueue(path: path)
            if let fault = try Store.damage(queue) { return [Finding("accounts", fault: fault), secrecy] }
            let (accounts, guards) = try queue.read { db in
                (try Int.fetchOne(db, sql: "SELECT count(*) FROM account") ?? 0, try Set(String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger'")))
            }
            try queue.close()
            let isOpen = !["update", "delete", "replace"].allSatisfy { guards.contains("access_log_no_\($0)") }
            return [Finding("accounts", fault: isOpen ? "what must never change can be changed: access_log" : nil, detail: "integrity and references, \(accounts) accounts"), secrecy]
        } catch let error as DatabaseError {
            return [Finding("accounts", fault: "\(path): \(error.message ?? "SQLite cannot read it")"), secrecy]
        }
    }
}
