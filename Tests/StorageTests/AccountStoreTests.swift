import Adoption
import GRDB
import Glibc
import Testing
import TestSupport

@testable import Storage

/// Who gets in, for how long, and how often one may guess.
@Suite struct AccountStoreTests {
    private static let start = 1_750_000_000
    private let hour = 3_600

    /// So many seconds after the first of all.
    private func at(_ seconds: Int) -> Instant { Instant(secondsSinceEpoch: AccountStoreTests.start + seconds) }

    /// A hash of the right length; the store never looks into it.
    private func hash(_ letter: Character) -> String { String(repeating: letter, count: 64) }

    private func accounts(_ path: String? = nil) throws -> AccountStore {
        let accounts = try AccountStore(path: path)
        try accounts.add("root", role: .administrator, scope: Account.everything, displayName: "Quản trị", now: at(-9))
        try accounts.add("An", role: .clerk, scope: "616", now: at(-9))
        return accounts
    }

    private func session(_ accounts: AccountStore, _ letter: Character, at seconds: Int) throws -> (Session, Account)? {
        try accounts.session(tokenHash: hash(letter), now: at(seconds), idleSeconds: hour, absoluteSeconds: 10 * hour)
    }

    // Accounts

    @Test func anAccountIsFoundWhateverItsCapitals() throws {
        let accounts = try accounts()
        let account = try #require(try accounts.account(named: "aN"))
        #expect(account == Account(name: "an", role: .clerk, scope: "616", created: at(-9)))
        #expect(try accounts.accounts().map(\.name) == ["an", "root"])
        #expect(try accounts.account(named: "nobody") == nil)
    }

    @Test(arguments: ["", "An", "a b", "Ân", "a/b", "a\n", "<b>", String(repeating: "a", count: 65)])
    func aNameThatIsTakenOrHasOtherSignsIsRefused(_ name: String) throws {
        let accounts = try accounts()
        #expect(throws: InputError.self) { try accounts.add(name, role: .head, scope: "616", now: at(1)) }
        #expect(try accounts.accounts().count == 2)
    }

    @Test func aNameMayBeAnAddress() throws {
        let accounts = try accounts()
        try accounts.add("le.van-an_1@kontum.gov.vn", role: .head, scope: "616", now: at(1))
        #expect(try accounts.account(named: "Le.Van-An_1@kontum.gov.vn")?.role == .head)
    }

    @Test func theLastAdministratorStays() throws {
        let accounts = try accounts()
        for change in [{ try accounts.disable("root") }, { try accounts.setRole(.auditor, scope: "62", of: "root") }] as [() throws -> Void] {
            let error = #expect(throws: InputError.self) { try change() }
            #expect(error?.description.contains("last administrator") == true)
        }
        try accounts.setRole(.administrator, scope: Account.everything, of: "root")
        try accounts.setRole(.administrator, scope: Account.everything, of: "an")
        try accounts.disable("root")
        #expect(throws: InputError.self) { try accounts.disable("an") }
        #expect(throws: InputError.self, "a disabled one is nobody") { try accounts.setRole(.clerk, scope: "62", of: "an") }
        try accounts.enable("root")
        try accounts.disable("an")
        #expect(try accounts.accounts().map(\.isDisabled) == [true, false])
    }

    @Test func aDemotionEndsTheSessionsOfThatAccountOnly() throws {
        let accounts = try accounts()
        try accounts.openSession(tokenHash: hash("a"), csrf: "c", for: "an", now: at(0))
        try accounts.openSession(tokenHash: hash("b"), csrf: "c", for: "root", now: at(0))
        try accounts.setRole(.clerk, scope: "616", of: "an")
        #expect(try session(accounts, "a", at: 1)?.0 != nil, "nothing was changed")
        try accounts.setRole(.auditor, scope: "616", of: "an")
        #expect(try session(accounts, "a", at: 1)?.0 == nil)
        #expect(try session(accounts, "b", at: 1)?.1.name == "root")
        try accounts.openSession(tokenHash: hash("a"), csrf: "c", for: "an", now: at(2))
        try accounts.setRole(.auditor, scope: "62", of: "an")
        #expect(try session(accounts, "a", at: 3)?.0 == nil, "another scope is another right")
    }

    @Test func aDisabledAccountHasNoWayIn() throws {
        let accounts = try accounts()
        try accounts.openSession(tokenHash: hash("a"), csrf: "c", for: "an", now: at(0))
        try accounts.openSession(tokenHash: hash("b"), csrf: "c", for: "root", now: at(0))
        try accounts.setSeeAs("An", tokenHash: hash("b"))
        #expect(try session(accounts, "b", at: 0)?.0.seeAs == "an")
        try accounts.addToken(id: "1", hash: hash("t"), account: "an", label: "", scopes: [.read], validUntil: at(hour), now: at(0))
        try accounts.makeLink(for: "an", secretHash: hash("l"), validUntil: at(hour), now: at(0))
        try accounts.disable("an")
        #expect(try session(accounts, "a", at: 1)?.0 == nil)
        #expect(try accounts.token(hash: hash("t"), now: at(1))?.0 == nil)
        #expect(try accounts.useLink(secretHash: hash("l"), now: at(1)) == nil)
        let (looking, _) = try #require(try session(accounts, "b", at: 1))
        #expect(looking.seeAs == nil)
        for way in [
            { try accounts.openSession(tokenHash: hash("c"), csrf: "c", for: "an", now: at(1)) }, { try accounts.setSeeAs("an", tokenHash: hash("b")) },
            { try accounts.makeLink(for: "an", secretHash: hash("l"), validUntil: at(hour), now: at(1)) },
            { try accounts.addToken(id: "2", hash: hash("u"), account: "an", label: "", scopes: [.read], validUntil: at(hour), now: at(1)) },
        ] as [() throws -> Void] {
            #expect(throws: InputError.self) { try way() }
        }
        try accounts.enable("an")
        #expect(try session(accounts, "a", at: 1)?.0 == nil, "what has ended does not begin again")
        #expect(try accounts.tokens().isEmpty)
    }

    @Test func aPersonOfSingleSignOnHasOneAccount() throws {
        let accounts = try accounts()
        try accounts.link(subject: "sub-1", to: "an")
        #expect(try accounts.account(subject: "sub-1")?.name == "an")
        #expect(throws: InputError.self) { try accounts.link(subject: "sub-1", to: "root") }
        try accounts.link(subject: nil, to: "an")
        #expect(try accounts.account(subject: "sub-1") == nil)
        for subject in ["", "Ân", "a\nb", String(repeating: "x", count: 256)] { #expect(throws: InputError.self, "\(subject)") { try accounts.link(subject: subject, to: "an") } }
    }

    // Mail

    @Test func anAccountHasAnAddressForMailOrNone() throws {
        let accounts = try accounts()
        #expect(try accounts.account(named: "an")?.mail == nil)
        try accounts.setMail("VP.Sa-Thay+bao_cao@sathay.example.vn", of: "An")
        #expect(try accounts.accounts().map(\.mail) == ["VP.Sa-Thay+bao_cao@sathay.example.vn", nil])
        try accounts.setMail("VP.Sa-Thay+bao_cao@sathay.example.vn", of: "root")
        try accounts.openSession(tokenHash: hash("a"), csrf: "c", for: "an", now: at(0))
        #expect(try session(accounts, "a", at: 1)?.1.mail == "VP.Sa-Thay+bao_cao@sathay.example.vn", "an office's address may be that of two accounts")
        try accounts.setMail(nil, of: "an")
        #expect(try accounts.account(named: "an")?.mail == nil)
        #expect(throws: InputError.self) { try accounts.setMail("a@example.vn", of: "nobody") }
    }

    private static let longName = String(repeating: "a", count: 64)
    private static let longDomain = [63, 63, 61].map { String(repeating: "b", count: $0) }.joined(separator: ".")

    @Test(arguments: ["a@b", "a@example.vn", "a.b@example.vn", "!#$%&'*+-/=?^_`{|}~@example.vn", longName + "@" + longDomain])
    func anAddressIsTaken(_ address: String) throws {
        let accounts = try accounts()
        try accounts.setMail(address, of: "an")
        #expect(try accounts.account(named: "an")?.mail == address)
    }

    @Test(arguments: [
        "", "@", "a", "a@", "@example.vn", "a@b@example.vn", "a b@example.vn", " a@example.vn", "a@example.vn ", "a@example.vn\r\nBcc: b@example.vn", "a@example.vn\n", "a\u{0}@example.vn",
        "a\t@example.vn", "a,b@example.vn", "a@example.vn,b@example.vn", "a@example.vn;b@example.vn", "<a@example.vn>", "An <a@example.vn>", "\"a\"@example.vn", "a:b@example.vn", "a(b)@example.vn",
        "a\\b@example.vn", "ân@example.vn", "a@xã.example.vn", ".a@example.vn", "a.@example.vn", "a..b@example.vn", "a@.vn", "a@example..vn", "a@example.vn.", "a@-example.vn", "a@example-.vn",
        "a@exa_mple.vn", "a@[127.0.0.1]", "a\u{7F}@example.vn", "a" + longName + "@example.vn", "a@" + String(repeating: "b", count: 64) + ".vn", longName + "@b" + longDomain,
    ])
    func whatIsNoAddressIsRefusedAndNotRepeated(_ text: String) throws {
        let accounts = try accounts()
        try accounts.setMail("before@example.vn", of: "an")
        let error = #expect(throws: InputError.self) { try accounts.setMail(text, of: "an") }
        #expect(error?.description.hasPrefix("this is no address for mail: ") == true)
        #expect(text.utf8.count < 3 || text == "@example.vn" || error?.description.contains(text) == false)
        #expect(try accounts.account(named: "an")?.mail == "before@example.vn")
    }

    @Test func theAccountsOfTheVersionBeforeHaveNoAddressYet() throws {
        let folder = try Folder()
        let path = folder.path + "/uptake-accounts.sqlite"
        do {
            let queue = try DatabaseQueue(path: path)
            try accountMigrations.migrate(queue, upTo: "accounts, links, sessions, tokens, attempts, access log")
            try queue.write { try $0.execute(sql: "INSERT INTO account VALUES ('an', 'clerk', '616', 'An', 0, NULL, NULL, 'sub-1', 7)") }
            try queue.close()
        }
        let accounts = try AccountStore(path: path)
        #expect(try accounts.accounts() == [Account(name: "an", role: .clerk, scope: "616", displayName: "An", created: Instant(secondsSinceEpoch: 7), subject: "sub-1")])
        try accounts.setMail("a@example.vn", of: "an")
        #expect(try AccountStore(path: path).account(named: "an")?.mail == "a@example.vn")
    }

    // Passwords and links

    @Test func anotherPasswordEndsSessionsAndLinks() throws {
        let accounts = try accounts()
        #expect(try accounts.passwordHash(of: "an") == nil)
        try accounts.openSession(tokenHash: hash("a"), csrf: "c", for: "an", now: at(0))
        try accounts.makeLink(for: "an", secretHash: hash("l"), validUntil: at(hour), now: at(0))
        try accounts.setPassword(hash: "$argon2id$one", of: "An", now: at(5))
        #expect(try session(accounts, "a", at: 6)?.0 == nil)
        #expect(try accounts.linkHolder(secretHash: hash("l"), now: at(6)) == nil)
        #expect(try accounts.passwordHash(of: "AN") == "$argon2id$one")
        try accounts.openSession(tokenHash: hash("b"), csrf: "c", for: "an", now: at(6))
        try accounts.renewPassword(hash: "$argon2id$two", of: "an")
        #expect(try session(accounts, "b", at: 7)?.1.passwordChanged == at(5), "the same password, hashed anew")
        #expect(throws: DatabaseError.self, "the password itself is never taken for a hash") { try accounts.setPassword(hash: "correct horse battery", of: "an", now: at(8)) }
    }

    @Test func aLinkWorksOnce() throws {
        let accounts = try accounts()
        try accounts.makeLink(for: "an", secretHash: hash("l"), validUntil: at(100), now: at(0))
        for _ in 1...2 { #expect(try accounts.linkHolder(secretHash: hash("l"), now: at(99))?.name == "an", "looking does not use it") }
        #expect(try accounts.useLink(secretHash: hash("x"), now: at(99)) == nil)
        #expect(try accounts.useLink(secretHash: hash("l"), now: at(99))?.name == "an")
        #expect(try accounts.useLink(secretHash: hash("l"), now: at(99)) == nil)
        #expect(try accounts.linkHolder(secretHash: hash("l"), now: at(99)) == nil)
    }

    @Test func aLinkEndsWithItsTimeAndWithANewerOne() throws {
        let accounts = try accounts()
        try accounts.makeLink(for: "an", secretHash: hash("l"), validUntil: at(100), now: at(0))
        #expect(try accounts.useLink(secretHash: hash("l"), now: at(100)) == nil)
        try accounts.makeLink(for: "an", secretHash: hash("m"), validUntil: at(200), now: at(50))
        #expect(try accounts.useLink(secretHash: hash("l"), now: at(51)) == nil)
        #expect(try accounts.useLink(secretHash: hash("m"), now: at(51))?.name == "an")
    }

    // Sessions

    @Test func aSessionEndsAnHourAfterTheLastRequest() throws {
        let accounts = try accounts()
        try accounts.openSession(tokenHash: hash("a"), csrf: "secret", for: "an", now: at(0))
        #expect(try session(accounts, "a", at: 59)?.0.lastSeen == at(0), "noted once a minute")
        #expect(try session(accounts, "a", at: 60)?.0.lastSeen == at(60))
        let (kept, account) = try #require(try session(accounts, "a", at: 3_659))
        #expect(kept == Session(tokenHash: hash("a"), account: "an", csrf: "secret", created: at(0), lastSeen: at(3_659), seeAs: nil))
        #expect(try account == accounts.account(named: "an"), "its account as it is, not as of the session")
        #expect(try session(accounts, "a", at: 3_659 + 3_600)?.0 == nil)
        #expect(try session(accounts, "a", at: 3_660)?.0 == nil, "what has ended does not begin again")
    }

    @Test func aSessionEndsTenHoursAfterTheSignIn() throws {
        let accounts = try accounts()
        try accounts.openSession(tokenHash: hash("a"), csrf: "c", for: "an", now: at(0))
        for half in 1...19 { #expect(try session(accounts, "a", at: half * 1_800)?.0 != nil) }
        #expect(try session(accounts, "a", at: 35_999)?.0 != nil)
        #expect(try session(accounts, "a", at: 36_000)?.0 == nil)
    }

    @Test func aSignOutEndsOneSessionAndAnotherOneAllOthers() throws {
        let accounts = try accounts()
        for letter: Character in ["a", "b", "c"] { try accounts.openSession(tokenHash: hash(letter), csrf: "c", for: "an", now: at(0)) }
        try accounts.openSession(tokenHash: hash("r"), csrf: "c", for: "root", now: at(0))
        try accounts.closeSession(tokenHash: hash("a"))
        #expect(try session(accounts, "a", at: 1)?.0 == nil)
        try accounts.closeSessions(of: "An", exceptHash: hash("b"))
        #expect(try session(accounts, "b", at: 1)?.0 != nil)
        #expect(try session(accounts, "c", at: 1)?.0 == nil)
        try accounts.closeSessions(of: "an")
        #expect(try session(accounts, "b", at: 1)?.0 == nil)
        #expect(try session(accounts, "r", at: 1)?.0 != nil)
    }

    @Test func whatHasEndedIsClearedAway() throws {
        let accounts = try accounts()
        try accounts.openSession(tokenHash: hash("a"), csrf: "c", for: "an", now: at(0))
        try accounts.openSession(tokenHash: hash("b"), csrf: "c", for: "an", now: at(100))
        try accounts.makeLink(for: "an", secretHash: hash("l"), validUntil: at(100), now: at(0))
        try accounts.removeExpired(now: at(3_600), idleSeconds: hour, absoluteSeconds: 10 * hour)
        #expect(try accounts.queue.read { try String.fetchAll($0, sql: "SELECT token_hash FROM session UNION SELECT secret_hash FROM link") } == [hash("b")])
    }

    // Tokens

    @Test func aTokenIsGoodUntilItRunsOutOrIsRevoked() throws {
        let accounts = try accounts()
        try accounts.addToken(id: "1", hash: hash("t"), account: "An", label: "một cửa", scopes: [.write, .read], validUntil: at(1_000), now: at(0))
        let (token, account) = try #require(try accounts.token(hash: hash("t"), now: at(10)))
        #expect(token == Token(id: "1", account: "an", label: "một cửa", scopes: [.read, .write], created: at(0), validUntil: at(1_000), lastUsed: at(10)))
        #expect(account.role == .clerk)
        #expect(try accounts.token(hash: hash("t"), now: at(69))?.0.lastUsed == at(10), "noted once a minute")
        #expect(try accounts.token(hash: hash("t"), now: at(70))?.0.lastUsed == at(70))
        #expect(try accounts.token(hash: hash("t"), now: at(1_000))?.0 == nil)
        #expect(try accounts.tokens().map(\.lastUsed) == [at(70)])
        #expect(try accounts.revokeToken(id: "1")?.account == "an")
        #expect(try accounts.token(hash: hash("t"), now: at(71))?.0 == nil)
        #expect(try accounts.revokeToken(id: "1") == nil)
        #expect(throws: InputError.self) { try accounts.addToken(id: "2", hash: hash("u"), account: "an", label: "", scopes: [], validUntil: at(9), now: at(0)) }
        #expect(throws: InputError.self) { try accounts.addToken(id: "2", hash: hash("u"), account: "an", label: "", scopes: [.read], validUntil: at(0), now: at(0)) }
    }

    // Guesses

    @Test func eachFailureAfterTheFourthDoublesTheWait() throws {
        let accounts = try accounts()
        var (moment, waits): (Int, [Int]) = (0, [])
        for _ in 1...16 {
            try accounts.noteFailure(name: "an", address: "1.1.1.1", now: at(moment))
            waits.append(try accounts.attemptDelay(name: "AN", address: "1.1.1.1", now: at(moment)))
            moment += waits.last ?? 0
        }
        #expect(waits == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900])
        #expect(try accounts.attemptDelay(name: "an", address: "1.1.1.1", now: at(moment - 1)) == 1)
        #expect(try accounts.attemptDelay(name: "an", address: "1.1.1.1", now: at(moment)) == 0)
        // A quarter of an hour later all is forgotten; a second before, it was not.
        try accounts.noteFailure(name: "an", address: "1.1.1.1", now: at(moment + 899))
        #expect(try accounts.attemptDelay(name: "an", address: "1.1.1.1", now: at(moment + 899)) == 900)
        moment += 899 + 900
        try accounts.noteFailure(name: "an", address: "1.1.1.1", now: at(moment + 900))
        #expect(try accounts.attemptDelay(name: "an", address: "1.1.1.1", now: at(moment + 900)) == 0)
    }

    @Test func manyAttemptsAtOnceDoNotSlipThrough() throws {
        let accounts = try accounts()
        let waits = try (1...8).map { _ in try accounts.takeAttempt(name: "an", address: "1.1.1.1", now: at(0)) }
        #expect(waits == [0, 0, 0, 0, 0, 1, 1, 1])
        #expect(try accounts.takeAttempt(name: "an", address: "1.1.1.1", now: at(1)) == 0)
        #expect(try accounts.takeAttempt(name: "an", address: "1.1.1.1", now: at(1)) == 2)
    }

    @Test func anAttackerAtOneAddressDoesNotKeepTheOwnerOutAtAnother() throws {
        let accounts = try accounts()
        var moment = 0
        for _ in 1...300 {
            moment += try accounts.attemptDelay(name: "an", address: "6.6.6.6", now: at(moment))
            try accounts.noteFailure(name: "an", address: "6.6.6.6", now: at(moment))
            #expect(try accounts.attemptDelay(name: "an", address: "1.1.1.1", now: at(moment)) == 0)
        }
        #expect(moment > 285 * 900, "three days")
    }

    @Test func anAddressThatTriesManyNamesWaitsWithAllButThoseWhoAreKnownThere() throws {
        let accounts = try accounts()
        try accounts.noteSuccess(name: "an", address: "1.1.1.1", now: at(0))
        for number in 1...19 { try accounts.noteFailure(name: "guess\(number)", address: "1.1.1.1", now: at(1)) }
        #expect(try accounts.attemptDelay(name: "root", address: "1.1.1.1", now: at(1)) == 0)
        for (number, seconds) in [(20, 1), (21, 2), (22, 4)] {
            try accounts.noteFailure(name: "guess\(number)", address: "1.1.1.1", now: at(1))
            #expect(try accounts.attemptDelay(name: "root", address: "1.1.1.1", now: at(1)) == seconds)
        }
        #expect(try accounts.attemptDelay(name: "an", address: "1.1.1.1", now: at(1)) == 0)
        #expect(try accounts.attemptDelay(name: "root", address: "2.2.2.2", now: at(1)) == 0)
    }

    @Test func aNameThatIsTriedFromManyAddressesWaitsAtAllButThoseWhereItIsKnown() throws {
        let accounts = try accounts()
        try accounts.noteSuccess(name: "an", address: "1.1.1.1", now: at(0))
        for number in 1...49 { try accounts.noteFailure(name: "an", address: "6.6.6.\(number)", now: at(1)) }
        #expect(try accounts.attemptDelay(name: "an", address: "2.2.2.2", now: at(1)) == 0)
        try accounts.noteFailure(name: "an", address: "6.6.6.50", now: at(1))
        #expect(try accounts.attemptDelay(name: "an", address: "2.2.2.2", now: at(1)) == 1)
        #expect(try accounts.attemptDelay(name: "an", address: "1.1.1.1", now: at(1)) == 0)
        #expect(try accounts.attemptDelay(name: "root", address: "2.2.2.2", now: at(1)) == 0)
        // 90 days later the address is a stranger again.
        let later = 90 * 86_400
        for number in 1...50 { try accounts.noteFailure(name: "an", address: "6.6.6.\(number)", now: at(later)) }
        #expect(try accounts.attemptDelay(name: "an", address: "1.1.1.1", now: at(later)) == 1)
    }

    @Test func aNetworkOfOneMachineIsOneAddress() throws {
        let accounts = try accounts()
        for number in 1...5 { try accounts.noteFailure(name: "an", address: "2001:db8:0:1::\(number)", now: at(0)) }
        #expect(try accounts.attemptDelay(name: "an", address: "2001:db8:0:1:ffff::9", now: at(0)) == 1)
        #expect(try accounts.attemptDelay(name: "an", address: "2001:db8:0:2::1", now: at(0)) == 0)
        for address in ["1.1.1.1", "::ffff:1.1.1.1", "1.1.1.1", "::ffff:101:101", "1.1.1.1"] { try accounts.noteFailure(name: "root", address: address, now: at(0)) }
        #expect(try accounts.attemptDelay(name: "root", address: "::ffff:1.1.1.1", now: at(0)) == 1)
        // Without an address: all of these are one too.
        for _ in 1...5 { try accounts.noteFailure(name: "root", address: "", now: at(0)) }
        #expect(try accounts.attemptDelay(name: "root", address: "", now: at(0)) == 1)
        #expect(try accounts.attemptDelay(name: "root", address: "2.2.2.2", now: at(0)) == 0)
    }

    @Test func aSuccessForgetsTheFailuresOfItsOwnNameThere() throws {
        let accounts = try accounts()
        for number in 1...19 { try accounts.noteFailure(name: "guess\(number)", address: "1.1.1.1", now: at(0)) }
        for _ in 1...4 { try accounts.noteFailure(name: "an", address: "1.1.1.1", now: at(0)) }
        // 23 failures at this address: the fourth that waits.
        #expect(try accounts.attemptDelay(name: "root", address: "1.1.1.1", now: at(0)) == 8)
        try accounts.noteSuccess(name: "An", address: "1.1.1.1", now: at(0))
        #expect(try accounts.attemptDelay(name: "root", address: "1.1.1.1", now: at(0)) == 0, "19 are left")
        for _ in 1...4 { try accounts.noteFailure(name: "an", address: "1.1.1.1", now: at(0)) }
        #expect(try accounts.attemptDelay(name: "an", address: "1.1.1.1", now: at(0)) == 0)
    }

    /// What stands in the field of the name may be a password.
    @Test func anUnknownNameWaitsLikeAKnownOneAndIsNotKept() throws {
        let (accounts, other) = (try accounts(), try accounts())
        for accounts in [accounts, other] {
            for _ in 1...6 { try accounts.noteFailure(name: "Mat-Khau-Cua-Toi", address: "1.1.1.1", now: at(0)) }
            #expect(try accounts.attemptDelay(name: "mat-khau-cua-toi", address: "1.1.1.1", now: at(0)) == 2)
            #expect(try accounts.attemptDelay(name: "another", address: "1.1.1.1", now: at(0)) == 0)
            try accounts.noteSuccess(name: "Mat-Khau-Cua-Toi", address: "1.1.1.1", now: at(0))
        }
        let kept = try [accounts, other].map { try $0.queue.read { try String.fetchAll($0, sql: "SELECT name FROM attempt ORDER BY name, address") } }
        // Of any name from this address; of this name from all addresses, and from this one.
        #expect(kept.map(\.count) == [3, 3])
        for names in kept {
            #expect(names[0] == "" && names[1] == names[2] && names[1].hasPrefix("?") && names[1].count == 17)
            #expect(!names.joined().lowercased().contains("mat"))
        }
        #expect(kept[0][1] != kept[1][1], "the mark cannot be made again from the name")
        #expect(try accounts.queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM known_address") } == 0)
    }

    // The log and the file

    @Test func theLogIsReadInPagesFromTheNewest() throws {
        let accounts = try accounts()
        for (index, event) in AccessEvent.allCases.enumerated() { try accounts.logAccess(event, actor: "an", subject: "s", detail: "d", now: at(index)) }
        let first = try accounts.accessLog(limit: 4)
        #expect(first.map(\.event) == ["export", "schedule", "decide", "token"])
        #expect(first.first == AccessEntry(number: 12, moment: at(11), event: "export", actor: "an", subject: "s", detail: "d"))
        #expect(try accounts.accessLog(before: first.last?.number, limit: 100).map(\.event) == ["account", "see-as", "upload", "download", "denied", "sign-out", "sign-in-failed", "sign-in"])
        #expect(try accounts.accessLog(limit: 0).isEmpty)
    }

    @Test(arguments: [
        "UPDATE access_log SET actor = 'other'", "DELETE FROM access_log", "INSERT OR REPLACE INTO access_log VALUES (1, 0, 'sign-in', 'other', '', '')",
    ])
    func theLogRefusesToBeChanged(_ change: String) throws {
        let accounts = try accounts()
        try accounts.logAccess(.signIn, actor: "an", subject: "1.1.1.1", now: at(0))
        let error = #expect(throws: DatabaseError.self) { try accounts.queue.write { try $0.execute(sql: change) } }
        #expect(error?.message == "access_log is append-only")
        #expect(try accounts.accessLog(limit: 9).map(\.actor) == ["an"])
    }

    @Test func theFileIsForItsOwnerOnlyAndKeepsWhatWasSaid() throws {
        let folder = try Folder()
        let path = folder.path + "/uptake-accounts.sqlite"
        do {
            let accounts = try accounts(path)
            try accounts.openSession(tokenHash: hash("a"), csrf: "c", for: "an", now: at(0))
            for name in try folder.files { #expect(mode(of: folder.path + "/" + name) == 0o600, "\(name)") }
            #expect(try accounts.queue.read { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
        }
        #expect(chmod(path, 0o644) == 0)
        let again = try AccountStore(path: path)
        #expect(mode(of: path) == 0o600)
        #expect(try session(again, "a", at: 1)?.1.name == "an")
    }

    private func mode(of path: String) -> UInt32? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : nil
    }

    @Test func whatIsNoFileWithAccountsIsRefused() throws {
        let folder = try Folder()
        let text = try folder.file("a.sqlite", String(repeating: "not a database ", count: 100))
        #expect(throws: InputError.self) { try AccountStore(path: text) }
        #expect(throws: InputError.self) { try AccountStore(path: folder.path + "/nowhere/a.sqlite") }
    }
}
