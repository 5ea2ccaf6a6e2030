import Adoption
import Pipeline
import Storage
import Testing

@Suite struct PasswordTests {
    private func at(_ seconds: Int) -> Instant { Instant(secondsSinceEpoch: 1_750_000_000 + seconds) }

    @Test func aPasswordMatchesItsHashAndNoOther() throws {
        let hash = try Passwords.hash("bốn con ngựa ô")
        #expect(hash.hasPrefix("$argon2id$v=19$m=65536,t=2,p=1$"))
        #expect(try Passwords.hash("bốn con ngựa ô") != hash, "each has its own salt")
        #expect(Passwords.matches("bốn con ngựa ô", hash))
        for other in ["bốn con ngựa o", "Bốn con ngựa ô", "bốn con ngựa ô ", ""] { #expect(!Passwords.matches(other, hash), "\(other)") }
        for broken in ["", "bốn con ngựa ô", "$argon2id$", String(hash.dropLast())] { #expect(!Passwords.matches("bốn con ngựa ô", broken), "\(broken)") }
    }

    /// `ế` is one scalar from one keyboard, and three from another.
    @Test func keyboardsMakeNoDifference() throws {
        let (composed, decomposed) = ("ti\u{1EBF}ng vi\u{1EC7}t n\u{E0}y", "tie\u{302}\u{301}ng vie\u{323}\u{302}t na\u{300}y")
        #expect(try Passwords.matches(decomposed, Passwords.hash(composed)))
        #expect(Array(Passwords.normalised(decomposed).unicodeScalars) == Array(composed.unicodeScalars))
    }

    @Test func theDecoyTakesTheWholeWayAndMatchesNothing() throws {
        #expect(Passwords.decoyHash == Passwords.decoyHash)
        #expect(try Passwords.decoyHash.utf8.count == Passwords.hash("x").utf8.count)
        #expect(!Passwords.needsRehash(Passwords.decoyHash), "it has the limits of a real one")
        #expect(!Passwords.matches("", Passwords.decoyHash))
    }

    @Test func aHashWithOtherLimitsIsMadeAnew() {
        #expect(Passwords.needsRehash("$argon2id$v=19$m=8192,t=2,p=1$t483H1wjE6IV3ZAiPEUXDw$MhIfrJ0eTxuJF+e3xcFFvxFTRyp1sXngQNATkytxue4"))
        #expect(Passwords.needsRehash("nonsense"))
    }

    @Test(arguments: [
        ("", PasswordFault.tooShort), ("mười một ký", .tooShort), ("mười hai ký!", nil), ("e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}1", .tooShort),
        (String(repeating: "ab", count: 64), nil), (String(repeating: "ab", count: 64) + "c", .tooLong),
        (String(repeating: "x", count: 12), .oneSign), ("XxXxXxXxXxXx", .oneSign), ("            ", .oneSign),
        ("Le.Van.An@kontum", .isName), ("le.van.an@kontum1", nil),
        ("PassWord1234", .common), ("matkhau@1234", .common), ("Mật khẩu 123", .common), ("123456789012", .common),
        ("một hai ba bốn", nil), ("aaaaaaaaaaab", nil),
    ] as [(String, PasswordFault?)])
    func rulesAreLengthAndWhatIsTriedFirst(_ password: String, _ fault: PasswordFault?) {
        #expect(Passwords.fault(in: password, name: "le.van.an@kontum") == fault, "\(password)")
    }

    @Test func tokensAreLongAndDifferent() {
        let tokens = Set((0..<100).map { _ in Secrets.token() })
        #expect(tokens.count == 100)
        #expect(tokens.allSatisfy { $0.utf8.count == 43 && $0.utf8.allSatisfy { sign in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8.contains(sign) } })
        #expect(Secrets.random(bytes: 5).count == 5 && Secrets.random(bytes: 0).isEmpty)
        // FIPS 180-2, B.1
        #expect(Secrets.hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test func onlyTheSameSecretIsEqual() {
        #expect(Secrets.isEqual("abc", "abc"))
        for (a, b) in [("abc", "abd"), ("abc", "ab"), ("", "a"), ("", "")] { #expect(!Secrets.isEqual(a, b), "\(a) \(b)") }
    }

    // The way in

    private func accounts() throws -> AccountStore {
        let accounts = try AccountStore(path: nil)
        try accounts.add("root", role: .administrator, scope: Account.everything, now: at(0))
        try accounts.add("an", role: .clerk, scope: "616", now: at(0))
        try accounts.setPassword(hash: Passwords.hash("bốn con ngựa ô"), of: "an", now: at(0))
        return accounts
    }

    @Test func onlyTheRightPasswordOfAnEnabledAccountIsWelcome() throws {
        let accounts = try accounts()
        func tries(_ name: String, _ password: String, at seconds: Int = 1) throws -> SignIn { try accounts.signIn(name, password: password, address: "1.1.1.1", now: at(seconds)) }
        let an = try #require(try accounts.account(named: "an"))
        #expect(try tries("an", "bốn con ngựa đen") == .refused)
        #expect(try tries("AN", "bốn con ngựa ô") == .welcome(an))
        #expect(try tries("root", "") == .refused, "it has no password")
        #expect(try tries("bốn con ngựa ô", "an") == .refused)
        try accounts.disable("an")
        #expect(try tries("an", "bốn con ngựa ô") == .refused)
        let log = try accounts.accessLog(limit: 9)
        #expect(log.map { "\($0.event) \($0.actor) \($0.subject) \($0.detail)" } == [
            "sign-in-failed an 1.1.1.1 ", "sign-in-failed ? 1.1.1.1 ", "sign-in-failed root 1.1.1.1 ", "sign-in an 1.1.1.1 ", "sign-in-failed an 1.1.1.1 ",
        ])
    }

    @Test func afterFiveFailuresTheRightPasswordWaitsToo() throws {
        let accounts = try accounts()
        for _ in 1...5 { #expect(try accounts.signIn("an", password: "wrong", address: "1.1.1.1", now: at(1)) == .refused) }
        #expect(try accounts.signIn("an", password: "bốn con ngựa ô", address: "1.1.1.1", now: at(1)) == .wait(seconds: 1))
        let an = try #require(try accounts.account(named: "an"))
        #expect(try accounts.signIn("an", password: "bốn con ngựa ô", address: "1.1.1.1", now: at(2)) == .welcome(an))
        #expect(try accounts.accessLog(limit: 99).count == 6, "what was not tried is not in the log")
    }

    @Test func aLinkAndATokenAreFoundByWhatWasGivenOut() throws {
        let accounts = try accounts()
        let path = try accounts.issueLink(for: "an", now: at(0))
        let secret = path.dropFirst("/setup/".count)
        #expect(path.hasPrefix("/setup/") && secret.count == 43)
        #expect(try accounts.linkHolder(secretHash: Secrets.hash(String(secret)), now: at(86_399))?.name == "an")
        #expect(try accounts.linkHolder(secretHash: Secrets.hash(String(secret)), now: at(86_400)) == nil)
        let (id, token) = try accounts.issueToken(for: "an", label: "x", scopes: [.read], days: 2, now: at(0))
        #expect(token.hasPrefix("uptk_") && id.count == 10)
        #expect(try accounts.token(hash: Secrets.hash(token), now: at(172_799))?.0.id == id)
        #expect(try accounts.token(hash: Secrets.hash(token), now: at(172_800)) == nil)
    }

    /// The table of the roles, row by row.
    @Test func rolesMayWhatTheyNeed() {
        let may = Dictionary(uniqueKeysWithValues: Permission.allCases.map { permission in (permission, Role.allCases.filter { $0.may(permission) }) })
        let expected: [Permission: [Role]] = [
            .view: [.administrator, .reviewer, .head, .clerk, .auditor], .dossiers: [.administrator, .head, .clerk, .auditor], .upload: [.administrator, .clerk],
            .undo: [.administrator, .reviewer], .decide: [.administrator, .reviewer], .schedule: [.administrator, .reviewer], .explain: [.administrator, .head, .clerk],
            .audit: [.administrator, .reviewer, .auditor], .users: [.administrator], .seeAs: [.administrator],
        ]
        #expect(may == expected)
    }
}
