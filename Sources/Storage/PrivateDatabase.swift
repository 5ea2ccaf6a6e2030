internal import Adoption
internal import GRDB
internal import Glibc

/// Opens a database beside the store: for its owner's eyes only, kept through a power cut, its schema up to date. It is created when it is not there.
///
/// - Parameters:
///   - path: nil for one in memory.
///   - holding: what is in it: `accounts`.
///   - elsewhere: how another file is named: `with --accounts`.
func privateDatabase(_ path: String?, holding what: String, elsewhere: String, _ migrations: DatabaseMigrator) throws -> DatabaseQueue {
    if let path { try protect(path) }
    var configuration = Configuration()
    configuration.journalMode = .wal
    configuration.busyMode = .timeout(10)
    configuration.foreignKeysEnabled = true
    let name = path ?? "the \(what)"
    do {
        let queue = try path.map { path in try Store.patiently { try DatabaseQueue(path: path, configuration: configuration) } } ?? DatabaseQueue(configuration: configuration)
        // GRDB sets NORMAL itself when it turns to WAL; a session that was ended would live again after a power cut, and a letter that was sent would be sent again.
        try queue.inDatabase { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2 else { throw StoreError("SQLite does not keep synchronous = FULL") }
        }
        try migrate(queue, migrations, name)
        return queue
    } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
        throw InputError("\(name): is not a file with \(what) of uptake; name another one \(elsewhere)")
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
        throw InputError("\(name): is damaged (\(error.message ?? "SQLite cannot read it")); restore it from its backup")
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CANTOPEN {
        throw InputError("\(name): cannot be opened or created; is its folder there, and may it be written?")
    } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
        throw StoreBusy()
    }
}

/// SQLite gives its journals the mode of the file itself.
func protect(_ path: String) throws {
    // An existing file is not opened here: closing it would take away the locks that this process may have on it already.
    let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if file >= 0 {
        close(file)
    } else if errno != EEXIST {
        throw InputError("\(path): cannot be created: \(String(cString: strerror(errno)))")
    }
    var status = stat()
    guard stat(path, &status) == 0 else { throw InputError("\(path): cannot be read: \(String(cString: strerror(errno)))") }
    guard status.st_mode & 0o777 == 0o600 || chmod(path, 0o600) == 0 else {
        throw InputError("\(path): may be read by others, and its mode cannot be changed to 0600: \(String(cString: strerror(errno)))")
    }
}

/// GRDB looks which steps are missing before it takes the lock: of two processes that begin together one fails with a step that the other has made
/// meanwhile, and looks again.
private func migrate(_ queue: DatabaseQueue, _ migrations: DatabaseMigrator, _ name: String) throws {
    var failed: (error: DatabaseError, steps: Int)?
    while true {
        // Within a transaction that writes, so that the table of steps is not being made at this moment.
        let (steps, isNewer) = try queue.writing { (try migrations.appliedIdentifiers($0).count, try migrations.hasBeenSuperseded($0)) }
        if isNewer { throw InputError("\(name): was written by a newer version of uptake; use that one") }
        if let failed, steps <= failed.steps { throw failed.error }
        do { return try migrations.migrate(queue) } catch let error as DatabaseError { failed = (error, steps) }
    }
}

extension DatabaseQueue {
    /// Runs a transaction that writes; another process may have to finish its own first.
    func writing<T>(_ body: (Database) throws -> T) throws -> T {
        do { return try write(body) } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            throw StoreBusy()
        } catch let error as DatabaseError where error.resultCode == .SQLITE_FULL {
            throw StoreError("\(path): the disk is full; nothing was written, make room and try again")
        }
    }
}
