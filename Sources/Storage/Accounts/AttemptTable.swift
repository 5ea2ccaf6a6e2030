package import Adoption
internal import GRDB
internal import Glibc
internal import Hashing

/// How many failures are free, and how long everything after them has to wait.
///
/// Guesses are slowed down in three ways: of one name from one address, of any name from one address, and of one name from all addresses. Each
/// failure beyond the free ones doubles the wait, up to a quarter of an hour, and when a quarter of an hour has passed after that without a failure,
/// all are forgotten: nobody is locked out for good. Who has signed in with this name from this address before only waits for failures of just these
/// two, so that a stranger, at another address or behind the same router, cannot keep an owner out.
private enum Limit {
    static let ofPair = 5
    static let ofAddress = 20
    static let ofName = 50
    static let longestWait = 900
    static let quiet = 900
    static let daysKnown = 90
    /// An address counts so often at most for a name: one that goes on for days does not make the owner wait anywhere else.
    static let pairInName = 15

    /// 1, 2, 4 … 512, 900, 900 … seconds from the first failure on that is not free any more.
    static func wait(after failures: Int, free: Int) -> Int { failures < free ? 0 : min(longestWait, 1 << min(failures - free, 10)) }
}

extension AccountStore {
    /// The seconds that have to pass before a name may be tried from an address; 0 when it may be.
    ///
    /// - Parameter address: as the connection or a trusted proxy says it.
    package func attemptDelay(name: String, address: String, now: Instant) throws -> Int {
        try queue.read { db in try delay(db, key(db, name), place(address), now) }
    }

    /// Asks for one attempt. When it may be made (0) it counts as a failure until `noteSuccess`, so that many at once do not all slip through.
    package func takeAttempt(name: String, address: String, now: Instant) throws -> Int {
        try writing { db in
            let key = try key(db, name)
            let seconds = try delay(db, key, place(address), now)
            if seconds == 0 { try addFailure(db, key, place(address), now) }
            return seconds
        }
    }

    /// What stood in the field of the name is only kept when there is such an account: it may have been a password.
    package func noteFailure(name: String, address: String, now: Instant) throws {
        try writing { db in try addFailure(db, key(db, name), place(address), now) }
    }

    /// Forgets the failures of this name from this address, and remembers the two for 90 days.
    package func noteSuccess(name: String, address: String, now: Instant) throws {
        try writing { db in
            guard let account = try readAccount(db, named: name) else { return }
            let address = place(address)
            let undone = try failures(db, account.name, address)?.count ?? 0
            try db.execute(literal: "DELETE FROM attempt WHERE name = \(account.name) AND address = \(address)")
            try take(db, undone, "", address)
            try take(db, min(undone, Limit.pairInName), account.name, "")
            try db.execute(literal: """
                INSERT INTO known_address VALUES (\(account.name), \(address), \(now.secondsSinceEpoch))
                ON CONFLICT (account, address) DO UPDATE SET signed_in_at = excluded.signed_in_at
                """)
        }
    }

    /// As what an address counts, for whoever else slows down who comes from it.
    package static func client(at address: String) -> String { place(address) }

    func removeOldAttempts(_ db: Database, now: Instant) throws {
        try db.execute(literal: "DELETE FROM attempt WHERE last_failed_at <= \(now.secondsSinceEpoch - Limit.longestWait - Limit.quiet)")
        try db.execute(literal: "DELETE FROM known_address WHERE signed_in_at <= \(now.secondsSinceEpoch - Limit.daysKnown * 86_400)")
    }

    /// The account's name, or `?` and a mark that tells unknown names apart as long as this process lives, and tells nothing about them: were they
    /// all counted together, the waiting would say which names are known.
    private func key(_ db: Database, _ name: String) throws -> String {
        if let account = try readAccount(db, named: name) { return account.name }
        return "?" + Digest.sha256("\(unknownNames) \(name.lowercased())").prefix(16)
    }

    private func delay(_ db: Database, _ key: String, _ address: String, _ now: Instant) throws -> Int {
        let pair = try delay(db, key, address, free: Limit.ofPair, now)
        let knownSince = now.secondsSinceEpoch - Limit.daysKnown * 86_400
        if try !rows(db, "SELECT 1 FROM known_address WHERE account = \(key) AND address = \(address) AND signed_in_at > \(knownSince)").isEmpty { return pair }
        return try max(pair, delay(db, "", address, free: Limit.ofAddress, now), delay(db, key, "", free: Limit.ofName, now))
    }

    private func delay(_ db: Database, _ key: String, _ address: String, free: Int, _ now: Instant) throws -> Int {
        guard let (count, last) = try failures(db, key, address) else { return 0 }
        return max(0, last + Limit.wait(after: count, free: free) - now.secondsSinceEpoch)
    }

    private func addFailure(_ db: Database, _ key: String, _ address: String, _ now: Instant) throws {
        try removeOldAttempts(db, now: now)
        let ofPair = try count(db, key, address, free: Limit.ofPair, now)
        _ = try count(db, "", address, free: Limit.ofAddress, now)
        if ofPair <= Limit.pairInName { _ = try count(db, key, "", free: Limit.ofName, now) }
    }

    /// Counts one more, or the first when those before are forgotten.
    private func count(_ db: Database, _ key: String, _ address: String, free: Int, _ now: Instant) throws -> Int {
        let moment = now.secondsSinceEpoch
        var failuresInARow = 1
        if let (count, last) = try failures(db, key, address), moment < last + Limit.wait(after: count, free: free) + Limit.quiet { failuresInARow = count + 1 }
        try db.execute(literal: """
            INSERT INTO attempt VALUES (\(key), \(address), \(failuresInARow), \(moment))
            ON CONFLICT (name, address) DO UPDATE SET failures = excluded.failures, last_failed_at = excluded.last_failed_at
            """)
        return failuresInARow
    }

    private func take(_ db: Database, _ failures: Int, _ key: String, _ address: String) throws {
        try db.execute(literal: "DELETE FROM attempt WHERE name = \(key) AND address = \(address) AND failures <= \(failures)")
        try db.execute(literal: "UPDATE attempt SET failures = failures - \(failures) WHERE name = \(key) AND address = \(address)")
    }

    private func failures(_ db: Database, _ key: String, _ address: String) throws -> (count: Int, last: Int)? {
        try rows(db, "SELECT failures, last_failed_at FROM attempt WHERE name = \(key) AND address = \(address)").first.map { (count: $0["failures"], last: $0["last_failed_at"]) }
    }
}

/// One machine has all addresses of an IPv6 network (/64): they count as one. An IPv4 address is the same in the dress of IPv6.
private func place(_ address: String) -> String {
    var network = in6_addr()
    guard inet_pton(AF_INET6, address, &network) == 1 else { return address.isEmpty ? "?" : address }
    let bytes = withUnsafeBytes(of: network) { Array($0) }
    if bytes[..<12].elementsEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]) { return bytes[12...].map { String($0) }.joined(separator: ".") }
    return hexadecimal(Array(bytes[..<8])) + "/64"
}
