package import Adoption
internal import Hashing
package import Storage

/// How people and programs get into the server; the page and the command line ask here.
extension AccountStore {
    /// Tries a name and a password, and notes what came of it in the log of accesses. The caller opens the session.
    ///
    /// It takes 64 MiB and a tenth of a second, for unknown names too: never more than a few at once.
    /// - Parameter address: as the connection or a trusted proxy says it.
    package func signIn(_ name: String, password: String, address: String, now: Instant) throws -> SignIn {
        let seconds = try takeAttempt(name: name, address: address, now: now)
        if seconds > 0 { return .wait(seconds: seconds) }
        let found = try account(named: name)
        let kept = try found?.isDisabled == false ? passwordHash(of: name) : nil
        let isRight = Passwords.matches(password, kept ?? Passwords.decoyHash)
        guard let account = found, let hash = kept, isRight else {
            try logAccess(.signInFailed, actor: found?.name ?? "?", subject: address, now: now)
            return .refused
        }
        if Passwords.needsRehash(hash) { try renewPassword(hash: Passwords.hash(password), of: account.name) }
        try noteSuccess(name: account.name, address: address, now: now)
        try logAccess(.signIn, actor: account.name, subject: address, now: now)
        return .welcome(account)
    }

    /// Makes a one-time link that sets the account's password within 24 hours; an older link is void.
    ///
    /// - Returns: `/setup/…`, which is nowhere else.
    package func issueLink(for name: String, now: Instant) throws -> String {
        let secret = Secrets.token()
        try makeLink(for: name, secretHash: Secrets.hash(secret), validUntil: Instant(secondsSinceEpoch: now.secondsSinceEpoch + 86_400), now: now)
        return "/setup/\(secret)"
    }

    /// Makes a token for a program, which never may more than its account.
    ///
    /// - Returns: its id, and the token itself (`uptk_…`), which is nowhere else.
    package func issueToken(for name: String, label: String, scopes: Set<TokenScope>, days: Int, now: Instant) throws -> (id: String, token: String) {
        let (id, token) = (hexadecimal(Secrets.random(bytes: 5)), "uptk_" + Secrets.token())
        let end = Instant(secondsSinceEpoch: now.secondsSinceEpoch + days * 86_400)
        try addToken(id: id, hash: Secrets.hash(token), account: name, label: label, scopes: scopes, validUntil: end, now: now)
        return (id, token)
    }
}
