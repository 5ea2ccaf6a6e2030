package import Adoption
internal import GRDB

/// Who may sign in, and who has: accounts, one-time links, sessions, tokens, failures to sign in, and the log of accesses.
///
/// It has a file of its own beside the store, because an import holds the store's writer for minutes and a sign-in must not wait for it.
/// Secrets come in as hashes only. It is a class because it owns the connection.
package final class AccountStore: Sendable {
    let queue: DatabaseQueue
    /// Makes names that no account has unreadable, see `AttemptTable`. It is gone with the process.
    let unknownNames = "\(UInt64.random(in: 0...UInt64.max))\(UInt64.random(in: 0...UInt64.max))"

    /// Opens the file, creates it when it is not there, for its owner's eyes only, and brings its schema up to date.
    ///
    /// - Parameter path: nil for accounts in memory.
    package init(path: String?) throws {
        queue = try privateDatabase(path, holding: "accounts", elsewhere: "with --accounts", accountMigrations)
    }

    func writing<T>(_ body: (Database) throws -> T) throws -> T { try queue.writing(body) }
}

extension AccountStore {
    /// All of them, disabled ones too, by name.
    package func accounts() throws -> [Account] {
        try queue.read { db in try Row.fetchAll(db, sql: "SELECT * FROM account ORDER BY name").map(readAccount) }
    }

    /// The same in pages.
    ///
    /// - Parameter after: the last name of the page before; nil for the first page.
    package func accounts(after: String? = nil, limit: Int) throws -> ListPage<Account, String> {
        try queue.read { db in
            let found = try rows(db, "SELECT * FROM account WHERE name > \(after ?? "") ORDER BY name LIMIT \(limit + 1)").map(readAccount)
            let previous = try after.flatMap { try String.fetchOne(db, sql: "SELECT name FROM account WHERE name <= ? ORDER BY name DESC LIMIT 1 OFFSET ?", arguments: [$0, limit]) }
            return ListPage(found, limit: limit, previous: previous, key: \.name)
        }
    }

    /// Capitals do not count.
    package func account(named name: String) throws -> Account? { try queue.read { try readAccount($0, named: name) } }

    /// - Parameter subject: how the provider of single sign-on names the person.
    package func account(subject: String) throws -> Account? {
        try queue.read { db in try rows(db, "SELECT * FROM account WHERE subject = \(subject)").first.map(readAccount) }
    }

    /// Adds an account that has no password yet; a one-time link sets it.
    ///
    /// - Throws: `InputError` when the name is taken or has other signs than letters without marks, digits and `. _ - @`, or there is no scope.
    @discardableResult
    package func add(_ name: String, role: Role, scope: String, displayName: String = "", now: Instant) throws -> Account {
        guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy(isNameSign) else {
            throw InputError("this is no name of an account: it needs 1 to 64 letters without marks, digits and the signs . _ - @")
        }
        try check(role, scope, name)
        let name = name.lowercased()
        return try writing { db in
            if try readAccount(db, named: name) != nil { throw InputError("there is an account '\(name)' already; choose another name") }
            try db.execute(literal: """
                INSERT INTO account (name, role, scope, display_name, is_disabled, created_at)
                VALUES (\(name), \(role.rawValue), \(scope), \(displayName), 0, \(now.secondsSinceEpoch))
                """)
            return try existing(db, name)
        }
    }

    /// Ends the account's sessions when that changes anything.
    ///
    /// - Throws: `InputError` when nobody would be left to manage the accounts.
    package func setRole(_ role: Role, scope: String, of name: String) throws {
        try check(role, scope, name)
        try writing { db in
            let account = try existing(db, name)
            guard account.role != role || account.scope != scope else { return }
            if role != .administrator { try keepAdministrator(db, without: account) }
            try db.execute(literal: "UPDATE account SET role = \(role.rawValue), scope = \(scope) WHERE name = \(account.name)")
            try endSessions(db, of: account)
        }
    }

    /// Ends everything by which the account could still get in: sessions, tokens, the one-time link; and the looking of others through its eyes.
    ///
    /// - Throws: `InputError` when nobody would be left to manage the accounts.
    package func disable(_ name: String) throws {
        try writing { db in
            let account = try existing(db, name)
            try keepAdministrator(db, without: account)
            try db.execute(literal: "UPDATE account SET is_disabled = 1 WHERE name = \(account.name)")
            try endSessions(db, of: account)
            try db.execute(literal: "UPDATE session SET see_as = NULL WHERE see_as = \(account.name)")
            try db.execute(literal: "DELETE FROM token WHERE account = \(account.name)")
            try db.execute(literal: "DELETE FROM link WHERE account = \(account.name)")
        }
    }

    /// The old password is valid again; tokens have to be made anew.
    package func enable(_ name: String) throws {
        try writing { db in
            let account = try existing(db, name)
            try db.execute(literal: "UPDATE account SET is_disabled = 0 WHERE name = \(account.name)")
        }
    }

    /// Ties the account to a person of single sign-on, or to none (nil).
    ///
    /// - Throws: `InputError` when another account is tied to that person, or no provider can name anybody so (OpenID Connect Core 1.0, section 2: at most 255 ASCII signs).
    package func link(subject: String?, to name: String) throws {
        guard subject != "" else { throw InputError("account '\(name)' cannot be linked to an empty subject") }
        if let subject, subject.utf8.count > 255 || !subject.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) {
            throw InputError("account '\(name)' cannot be linked to this subject: a provider names a person by at most 255 letters without marks, digits and signs")
        }
        try writing { db in
            let account = try existing(db, name)
            if let subject, let other = try rows(db, "SELECT name FROM account WHERE subject = \(subject) AND name != \(account.name)").first {
                throw InputError("this person is linked to account '\(other["name"] as String)' already")
            }
            try db.execute(literal: "UPDATE account SET subject = \(subject) WHERE name = \(account.name)")
        }
    }

    /// Says where the account's reports go; nil for nowhere.
    ///
    /// - Throws: `InputError` for what is no address, see `Account.isMailAddress`.
    package func setMail(_ mail: String?, of name: String) throws {
        if let mail, !Account.isMailAddress(mail) {
            throw InputError("this is no address for mail: it needs a name, one @ and a domain, such as vanphong@example.vn, of at most 254 letters without marks, digits and signs")
        }
        try writing { db in
            let account = try existing(db, name)
            try db.execute(literal: "UPDATE account SET mail = \(mail) WHERE name = \(account.name)")
        }
    }

    /// Ends all sessions of the account, the one that asked for it too (open a new one), and its one-time link.
    package func setPassword(hash: String, of name: String, now: Instant) throws {
        try writing { db in
            let account = try existing(db, name)
            try db.execute(literal: "UPDATE account SET password_hash = \(hash), password_changed_at = \(now.secondsSinceEpoch) WHERE name = \(account.name)")
            try endSessions(db, of: account)
            try db.execute(literal: "DELETE FROM link WHERE account = \(account.name)")
        }
    }

    /// Puts another hash of the same password in the old one's place, and ends nothing.
    package func renewPassword(hash: String, of name: String) throws {
        try writing { db in
            let account = try existing(db, name)
            try db.execute(literal: "UPDATE account SET password_hash = \(hash) WHERE name = \(account.name) AND password_hash IS NOT NULL")
        }
    }

    /// Nil when there is no such account, or it has no password.
    package func passwordHash(of name: String) throws -> String? {
        try queue.read { db in try String.fetchOne(db, sql: "SELECT password_hash FROM account WHERE name = ?", arguments: [name.lowercased()]) }
    }

    /// The account, which has to be there.
    func existing(_ db: Database, _ name: String) throws -> Account {
        guard let account = try readAccount(db, named: name) else { throw InputError("there is no account '\(name)'; `uptake users list` lists them") }
        return account
    }

    /// Somebody must be left who can add and change accounts.
    private func keepAdministrator(_ db: Database, without account: Account) throws {
        guard account.role == .administrator, !account.isDisabled else { return }
        let others = try rows(db, "SELECT 1 FROM account WHERE role = 'administrator' AND is_disabled = 0 AND name != \(account.name) LIMIT 1")
        if others.isEmpty { throw InputError("'\(account.name)' is the last administrator; make another account one first") }
    }

    private func endSessions(_ db: Database, of account: Account) throws {
        try db.execute(literal: "DELETE FROM session WHERE account = \(account.name)")
    }
}

func readAccount(_ db: Database, named name: String) throws -> Account? {
    try rows(db, "SELECT * FROM account WHERE name = \(name.lowercased())").first.map(readAccount)
}

func readAccount(_ row: Row) throws -> Account {
    guard let role = Role(rawValue: row["role"]) else { throw StoreError("an account has a role that does not exist") }
    return Account(
        name: row["name"], role: role, scope: row["scope"], displayName: row["display_name"], isDisabled: row["is_disabled"],
        hasPassword: (row["password_hash"] as String?) != nil, created: Instant(secondsSinceEpoch: row["created_at"]),
        passwordChanged: (row["password_changed_at"] as Int?).map { Instant(secondsSinceEpoch: $0) }, subject: row["subject"], mail: row["mail"])
}

private func isNameSign(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "@"): true
    default: false
    }
}

/// A head is of one unit; whoever makes accounts could make one that sees everything, and so must be one that does.
private func check(_ role: Role, _ scope: String, _ name: String) throws {
    if role == .administrator, scope != Account.everything { throw InputError("account '\(name)' would be an administrator, who sees everything; give the scope \(Account.everything), or another role") }
    guard !scope.isEmpty, role != .head || scope != Account.everything else {
        throw InputError("account '\(name)' needs a scope: the code of the unit that it sees, with all below\(role == .head ? "" : ", or \(Account.everything)")")
    }
}
