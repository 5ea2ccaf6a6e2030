package import Adoption
internal import GRDB

/// What is noted about the ways into the server; what was done to the records stands in the store's own log, see `AuditEntry`.
package enum AccessEvent: String, CaseIterable, Sendable {
    case signIn = "sign-in"
    case signInFailed = "sign-in-failed"
    case signOut = "sign-out"
    /// Somebody asked for what the role or the scope does not have.
    case denied
    case download, upload
    case seeAs = "see-as"
    /// An account was added, changed, disabled, enabled or reset.
    case account
    case token
    /// A period was reviewed, frozen, reopened or published.
    case decide
    /// A schedule was run, paused or resumed.
    case schedule
    case export
}

/// One entry of the log of accesses.
package struct AccessEntry: Hashable, Sendable {
    package let number: Int
    package let moment: Instant
    package let event: String
    /// The name of an account or of the system's user; `?` for a stranger.
    package let actor: String
    package let subject: String
    package let detail: String
}

extension AccountStore {
    /// Notes an access for good.
    ///
    /// - Parameter actor: never what was typed into a field for a name that no account has.
    package func logAccess(_ event: AccessEvent, actor: String, subject: String, detail: String = "", now: Instant) throws {
        try writing { db in
            try db.execute(literal: """
                INSERT INTO access_log
                SELECT coalesce(max(id), 0) + 1, \(now.secondsSinceEpoch), \(event.rawValue), \(actor), \(subject), \(detail) FROM access_log
                """)
        }
    }

    /// The newest entries first.
    ///
    /// - Parameter before: the number of the last entry of the page before; nil for the first page.
    package func accessLog(before: Int? = nil, limit: Int) throws -> ListPage<AccessEntry, Int> {
        try queue.read { db in
            let found = try rows(db, "SELECT * FROM access_log WHERE id < \(before ?? Int.max) ORDER BY id DESC LIMIT \(limit + 1)").map { row in
                AccessEntry(
                    number: row["id"], moment: Instant(secondsSinceEpoch: row["happened_at"]), event: row["event"], actor: row["actor"], subject: row["subject"],
                    detail: row["detail"])
            }
            return ListPage(found, limit: limit, previous: try previousNumber(db, "access_log", before, limit), key: \.number)
        }
    }
}
