package import Adoption
internal import GRDB

/// What the owner is told.
extension DeliveryStore {
    /// Keeps something to tell the owner, unless its key is known.
    ///
    /// - Returns: whether it is new.
    @discardableResult
    package func notify(key: String, subject: String, text: String, now: Instant) throws -> Bool {
        try queue.writing { db in
            try db.execute(literal: """
                INSERT INTO notice (key, subject, text, created_at, changed_at) VALUES (\(key), \(subject), \(text), \(now.secondsSinceEpoch), \(now.secondsSinceEpoch))
                ON CONFLICT (key) DO NOTHING
                """)
            return db.changesCount == 1
        }
    }

    /// What the owner was not told yet and may be told now, oldest first.
    package func openNotices(now: Instant) throws -> [Notice] {
        try queue.read { db in
            try rows(db, "SELECT * FROM notice WHERE sent_at IS NULL AND (next_try_at IS NULL OR next_try_at <= \(now.secondsSinceEpoch)) ORDER BY id").map(readNotice)
        }
    }

    /// - Throws: `StoreError` when there is no such notice, or it was told.
    package func noticeSent(_ number: Int, now: Instant) throws {
        try change(notice: number, "next_try_at = NULL, sent_at = \(now.secondsSinceEpoch)", now)
    }

    /// - Throws: `StoreError` when there is no such notice, or it was told.
    package func retryNotice(_ number: Int, at moment: Instant, now: Instant) throws {
        try change(notice: number, "next_try_at = \(moment.secondsSinceEpoch)", now)
    }

    /// The newest first.
    package func notices(limit: Int) throws -> [Notice] {
        try queue.read { db in try rows(db, "SELECT * FROM notice ORDER BY id DESC LIMIT \(max(0, limit))").map(readNotice) }
    }

    private func change(notice number: Int, _ values: SQL, _ now: Instant) throws {
        try queue.writing { db in
            try db.execute(literal: """
                UPDATE notice SET attempts = attempts + 1, changed_at = \(now.secondsSinceEpoch), \(literal: values) WHERE id = \(number) AND sent_at IS NULL
                """)
            guard db.changesCount == 1 else { throw StoreError("there is no notice \(number) that is still to be told") }
        }
    }
}

private func readNotice(_ row: Row) -> Notice {
    Notice(
        number: row["id"], key: row["key"], subject: row["subject"], text: row["text"], created: Instant(secondsSinceEpoch: row["created_at"]), attempts: row["attempts"],
        nextTry: moment(row, "next_try_at"), sent: moment(row, "sent_at"))
}
