package import Adoption
internal import GRDB

/// Somebody who has signed in, for as long as that holds.
package struct Session: Hashable, Sendable {
    /// SHA-256 of the token that the browser has.
    package let tokenHash: String
    package let account: String
    /// What every form of this session has to send back.
    package let csrf: String
    package let created: Instant
    /// Up to a minute too early.
    package let lastSeen: Instant
    /// The account through whose eyes an administrator looks.
    package let seeAs: String?
}

/// What a program signs in with.
package struct Token: Hashable, Sendable {
    /// Names it without telling it.
    package let id: String
    package let account: String
    package let label: String
    package let scopes: Set<TokenScope>
    package let created: Instant
    package let validUntil: Instant
    /// Up to a minute too early; nil when it was never used.
    package let lastUsed: Instant?
}

/// Where a token stands among all by their age: `1752000000-0a1b2c3d4e`. It says so even when the token was revoked.
package struct TokenPlace: Hashable, LosslessStringConvertible, Sendable {
    let created: Int
    let id: String

    init(_ token: Token) { (created, id) = (token.created.secondsSinceEpoch, token.id) }

    package init?(_ text: String) {
        let parts = text.split(separator: "-", maxSplits: 1)
        guard parts.count == 2, let created = Int(parts[0]) else { return nil }
        self.created = created
        id = String(parts[1])
    }

    package var description: String { "\(created)-\(id)" }
}

/// So often at most is noted that a session or a token is in use: every note is a write to the disk.
private let secondsBetweenNotes = 60

extension AccountStore {
    /// Makes the account's one-time link; an older one is void. A disabled account gets none.
    package func makeLink(for name: String, secretHash: String, validUntil: Instant, now: Instant) throws {
        try writing { db in
            let account = try existing(db, name)
            guard !account.isDisabled else { throw InputError("account '\(account.name)' is disabled; enable it first") }
            try db.execute(literal: "DELETE FROM link WHERE account = \(account.name)")
            try db.execute(literal: "INSERT INTO link VALUES (\(secretHash), \(account.name), \(now.secondsSinceEpoch), \(validUntil.secondsSinceEpoch))")
        }
    }

    /// Whose link it is, without using it; nil when there is none, or it is too late.
    package func linkHolder(secretHash: String, now: Instant) throws -> Account? { try queue.read { try holder($0, secretHash, now) } }

    /// Whose link it was: nobody can use it again. Nil when there is none, or it is too late.
    package func useLink(secretHash: String, now: Instant) throws -> Account? {
        try writing { db in
            guard let account = try holder(db, secretHash, now) else { return nil }
            try db.execute(literal: "DELETE FROM link WHERE account = \(account.name)")
            return account
        }
    }

    private func holder(_ db: Database, _ secretHash: String, _ now: Instant) throws -> Account? {
        try rows(db, """
            SELECT account.* FROM link JOIN account ON account.name = link.account
            WHERE secret_hash = \(secretHash) AND valid_until > \(now.secondsSinceEpoch) AND is_disabled = 0
            """).first.map(readAccount)
    }
}

extension AccountStore {
    /// - Throws: `InputError` when the account is disabled: it may have been while somebody signed in.
    package func openSession(tokenHash: String, csrf: String, for name: String, now: Instant) throws {
        try writing { db in
            let account = try existing(db, name)
            guard !account.isDisabled else { throw InputError("account '\(account.name)' is disabled") }
            let moment = now.secondsSinceEpoch
            try db.execute(literal: "INSERT INTO session VALUES (\(tokenHash), \(account.name), \(csrf), \(moment), \(moment), NULL)")
        }
    }

    /// The session and its own account, not the one that it sees as; nil when there is none or it has ended, which ends it on the disk too.
    ///
    /// - Parameters:
    ///   - idleSeconds: it ends so long after the last request; up to a minute earlier, see `Session.lastSeen`.
    ///   - absoluteSeconds: it ends so long after the sign-in, whatever was done.
    package func session(tokenHash: String, now: Instant, idleSeconds: Int, absoluteSeconds: Int) throws -> (Session, Account)? {
        let found = try queue.read { db in
            try rows(db, """
                SELECT account.*, session.*, session.created_at AS opened_at FROM session JOIN account ON account.name = session.account
                WHERE token_hash = \(tokenHash) AND is_disabled = 0
                """).first.map { (readSession($0), try readAccount($0)) }
        }
        guard let (session, account) = found else { return nil }
        let moment = now.secondsSinceEpoch
        guard moment < session.lastSeen.secondsSinceEpoch + idleSeconds, moment < session.created.secondsSinceEpoch + absoluteSeconds else {
            try closeSession(tokenHash: tokenHash)
            return nil
        }
        guard moment >= session.lastSeen.secondsSinceEpoch + secondsBetweenNotes else { return (session, account) }
        try writing { db in
            try db.execute(literal: "UPDATE session SET last_seen_at = \(moment) WHERE token_hash = \(tokenHash) AND last_seen_at < \(moment)")
        }
        let seen = Session(tokenHash: session.tokenHash, account: session.account, csrf: session.csrf, created: session.created, lastSeen: now, seeAs: session.seeAs)
        return (seen, account)
    }

    package func closeSession(tokenHash: String) throws {
        try writing { db in try db.execute(literal: "DELETE FROM session WHERE token_hash = \(tokenHash)") }
    }

    /// - Parameter kept: the hash of the one session that stays; nil to end all.
    package func closeSessions(of name: String, exceptHash kept: String? = nil) throws {
        try writing { db in try db.execute(literal: "DELETE FROM session WHERE account = \(name.lowercased()) AND token_hash IS NOT \(kept)") }
    }

    /// Lets a session look as another account does; nil ends that.
    ///
    /// - Throws: `InputError` when there is no such account, or it is disabled.
    package func setSeeAs(_ name: String?, tokenHash: String) throws {
        try writing { db in
            let other = try name.map { try existing(db, $0) }
            if let other, other.isDisabled { throw InputError("account '\(other.name)' is disabled") }
            try db.execute(literal: "UPDATE session SET see_as = \(other?.name) WHERE token_hash = \(tokenHash)")
        }
    }

    /// Clears away sessions that have ended, links that nobody used, and failures and addresses that no longer count. Tokens stay in the list.
    package func removeExpired(now: Instant, idleSeconds: Int, absoluteSeconds: Int) throws {
        let moment = now.secondsSinceEpoch
        try writing { db in
            try db.execute(literal: "DELETE FROM session WHERE last_seen_at <= \(moment - idleSeconds) OR created_at <= \(moment - absoluteSeconds)")
            try db.execute(literal: "DELETE FROM link WHERE valid_until <= \(moment)")
            try removeOldAttempts(db, now: now)
        }
    }
}

extension AccountStore {
    /// - Parameter hash: SHA-256 of the token as the program will send it.
    /// - Throws: `InputError` when there is no such account, it is disabled, or no scope or a past moment was given.
    package func addToken(id: String, hash: String, account name: String, label: String, scopes: Set<TokenScope>, validUntil: Instant, now: Instant) throws {
        guard !scopes.isEmpty else { throw InputError("a token needs a scope: \(TokenScope.allCases.map(\.rawValue).joined(separator: ", "))") }
        guard validUntil > now else { throw InputError("a token has to be valid for a while; give a later day") }
        try writing { db in
            let account = try existing(db, name)
            guard !account.isDisabled else { throw InputError("account '\(account.name)' is disabled; enable it first") }
            let words = TokenScope.allCases.filter(scopes.contains).map(\.rawValue).joined(separator: " ")
            try db.execute(literal: """
                INSERT INTO token VALUES (\(id), \(hash), \(account.name), \(label), \(words), \(now.secondsSinceEpoch), \(validUntil.secondsSinceEpoch), NULL)
                """)
        }
    }

    /// Nil when there is none, it was revoked or has run out, or its account is disabled.
    package func token(hash: String, now: Instant) throws -> (Token, Account)? {
        let moment = now.secondsSinceEpoch
        let found = try queue.read { db in
            try rows(db, """
                SELECT account.*, token.*, token.created_at AS made_at FROM token JOIN account ON account.name = token.account
                WHERE hash = \(hash) AND valid_until > \(moment) AND is_disabled = 0
                """).first.map { (readToken($0), try readAccount($0)) }
        }
        guard let (token, account) = found else { return nil }
        if let last = token.lastUsed, moment < last.secondsSinceEpoch + secondsBetweenNotes { return (token, account) }
        try writing { db in try db.execute(literal: "UPDATE token SET last_used_at = \(moment) WHERE hash = \(hash)") }
        let used = Token(
            id: token.id, account: token.account, label: token.label, scopes: token.scopes, created: token.created, validUntil: token.validUntil, lastUsed: now)
        return (used, account)
    }

    /// Those that have run out too, by account and age.
    package func tokens() throws -> [Token] {
        try queue.read { db in try Row.fetchAll(db, sql: "SELECT *, created_at AS made_at FROM token ORDER BY account, created_at, id").map(readToken) }
    }

    /// Those that have run out too, the newest first.
    ///
    /// - Parameter before: the place of the last token of the page before; nil for the first page.
    package func tokens(before: TokenPlace? = nil, limit: Int) throws -> ListPage<Token, TokenPlace> {
        try queue.read { db in
            let (created, id) = (before?.created ?? Int.max, before?.id ?? "")
            let found = try rows(db, "SELECT *, created_at AS made_at FROM token WHERE (created_at, id) < (\(created), \(id)) ORDER BY created_at DESC, id DESC LIMIT \(limit + 1)").map(readToken)
            let previous = try rows(db, "SELECT *, created_at AS made_at FROM token WHERE (created_at, id) >= (\(created), \(id)) ORDER BY created_at, id LIMIT 1 OFFSET \(limit)").map(readToken)
            return ListPage(found, limit: limit, previous: previous.first.map(TokenPlace.init), key: TokenPlace.init)
        }
    }

    /// - Returns: what was revoked; nil when there is no such token.
    @discardableResult
    package func revokeToken(id: String) throws -> Token? {
        try writing { db in
            guard let token = try rows(db, "SELECT *, created_at AS made_at FROM token WHERE id = \(id)").first.map(readToken) else { return nil }
            try db.execute(literal: "DELETE FROM token WHERE id = \(id)")
            return token
        }
    }
}

/// Its moment is `opened_at`, because the account beside it has a `created_at` of its own, which GRDB finds first.
private func readSession(_ row: Row) -> Session {
    Session(
        tokenHash: row["token_hash"], account: row["account"], csrf: row["csrf"], created: Instant(secondsSinceEpoch: row["opened_at"]),
        lastSeen: Instant(secondsSinceEpoch: row["last_seen_at"]), seeAs: row["see_as"])
}

private func readToken(_ row: Row) -> Token {
    let words: String = row["scopes"]
    return Token(
        id: row["id"], account: row["account"], label: row["label"], scopes: Set(words.split(separator: " ").compactMap { TokenScope(rawValue: String($0)) }),
        created: Instant(secondsSinceEpoch: row["made_at"]), validUntil: Instant(secondsSinceEpoch: row["valid_until"]),
        lastUsed: (row["last_used_at"] as Int?).map { Instant(secondsSinceEpoch: $0) })
}
