package import Adoption
internal import GRDB
internal import Hashing

/// One entry of the log of everything that was done.
package struct AuditEntry: Hashable, Sendable {
    package let number: Int
    package let moment: Instant
    package let actor: String
    /// `import`, `undo`, `register`, `targets`, `review`, `freeze`, `publish`, `export` …
    package let event: String
    package let subject: String
    package let detail: String
}

extension Store {
    /// Notes what was done outside of a transaction of the store's own.
    package func audit(_ event: String, _ subject: String, _ detail: String, at moment: Instant) throws {
        try writing { db in try audit(db, event, subject, detail, at: moment) }
    }

    /// The log, the oldest first.
    ///
    /// - Parameters: nil for all events, and for all days.
    package func auditLog(event: String? = nil, from first: Day? = nil, to last: Day? = nil) throws -> [AuditEntry] {
        let from = first.map { Instant(local: $0).secondsSinceEpoch } ?? 0
        let to = last.map { Instant(local: $0.advanced(by: 1)).secondsSinceEpoch - 1 } ?? Int.max
        return try queue.read { db in
            try rows(db, "SELECT * FROM audit WHERE (\(event) IS NULL OR event = \(event)) AND happened_at BETWEEN \(from) AND \(to) ORDER BY id").map(readEntry)
        }
    }

    /// The newest entries first.
    ///
    /// - Parameter before: the number of the last entry of the page before; nil for the first page.
    package func auditLog(before: Int? = nil, limit: Int) throws -> ListPage<AuditEntry, Int> {
        try queue.read { db in
            let found = try rows(db, "SELECT * FROM audit WHERE id < \(before ?? Int.max) ORDER BY id DESC LIMIT \(limit + 1)").map(readEntry)
            return ListPage(found, limit: limit, previous: try previousNumber(db, "audit", before, limit), key: \.number)
        }
    }

    /// The first entry whose hash is not what its words and the entry before make it; nil when the log is whole.
    package func brokenAuditEntry() throws -> Int? {
        try queue.read { db in
            var (last, expected) = ("", 1)
            let entries = try Row.fetchCursor(db, sql: "SELECT * FROM audit ORDER BY id")
            while let row = try entries.next() {
                let entry = readEntry(row)
                last = Store.hash(of: entry, after: last)
                if entry.number != expected || row["hash"] as String != last { return expected }
                expected += 1
            }
            return nil
        }
    }

    /// Notes something in a store that is not in use; one of an earlier version, which has no log yet, is left as it is.
    package static func note(_ event: String, _ subject: String, _ detail: String, by actor: String, at moment: Instant, in path: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { db in
            if try db.tableExists("audit") { try audit(db, event, subject, detail, by: actor, at: moment) }
        }
        try queue.close()
    }

    func audit(_ db: Database, _ event: String, _ subject: String, _ detail: String, at moment: Instant) throws {
        try Store.audit(db, event, subject, detail, by: actor, at: moment)
    }

    private static func audit(_ db: Database, _ event: String, _ subject: String, _ detail: String, by actor: String, at moment: Instant) throws {
        let last = try Row.fetchOne(db, sql: "SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1")
        let entry = AuditEntry(number: (last?["id"] ?? 0) + 1, moment: moment, actor: actor, event: event, subject: subject, detail: detail)
        let hash = Store.hash(of: entry, after: last?["hash"] ?? "")
        try db.execute(literal: """
            INSERT INTO audit VALUES (\(entry.number), \(moment.secondsSinceEpoch), \(actor), \(event), \(subject), \(detail), \(hash))
            """)
    }

    /// One entry for each file of an import, or one for an undoing.
    func auditImport(_ db: Database, number: Int, at moment: Instant) throws {
        if let undone = try Int.fetchOne(db, sql: "SELECT undoes FROM import WHERE id = ?", arguments: [number]) {
            return try audit(db, "undo", "import \(undone)", "data version \(number)", at: moment)
        }
        for row in try Row.fetchAll(db, sql: "SELECT * FROM import_file WHERE import_id = ? ORDER BY id", arguments: [number]) {
            let kind: String = row["kind"]
            let event = switch kind {
            case "units", "events", "procedures", "services", "attributions": "register"
            case "targets": "targets"
            default: "import"
            }
            let counts = ["stored", "corrected", "older", "unchanged", "quarantined"].map { "\($0) \(row[$0] as Int)" }.joined(separator: ", ")
            // Whoever tries codes of others one by one is seen here.
            let others = try Int.fetchOne(
                db, sql: "SELECT count(DISTINCT row_number) FROM refusal WHERE import_file_id = ? AND fault = ?", arguments: [row["id"] as Int, Fault.notYourUnit.rawValue]) ?? 0
            let strange = others > 0 ? " (\(others) \(Fault.notYourUnit.rawValue))" : ""
            try audit(db, event, "\(row["name"] as String) (\(kind))", "data version \(number); \(counts)\(strange); sha256 \(row["sha256"] as String)", at: moment)
        }
    }

    /// Runs a transaction that writes; another process may have to finish its own first.
    func writing<T>(_ body: (Database) throws -> T) throws -> T {
        do {
            var result: Result<T, any Error>?
            try queue.inTransaction(.immediate) { db in
                result = .success(try body(db))
                return .commit
            }
            guard let result else { throw StoreError("a transaction did nothing") }
            return try result.get()
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            throw StoreBusy()
        }
    }

    private static func hash(of entry: AuditEntry, after last: String) -> String {
        let words = [last, String(entry.number), String(entry.moment.secondsSinceEpoch), entry.actor, entry.event, entry.subject, entry.detail]
        // Each with its length, so that no two entries read the same.
        return Digest.sha256(words.map { "\($0.utf8.count):\($0)" }.joined())
    }
}

private func readEntry(_ row: Row) -> AuditEntry {
    AuditEntry(
        number: row["id"], moment: Instant(secondsSinceEpoch: row["happened_at"]), actor: row["actor"], event: row["event"], subject: row["subject"],
        detail: row["detail"])
}
