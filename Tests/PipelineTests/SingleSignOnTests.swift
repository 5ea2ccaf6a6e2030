import Adoption
import Foundation
import Hashing
@testable import Pipeline
import Testing
import TestSupport

/// Signing in with an account of another system, against a real provider on this machine.
@Suite struct SingleSignOnTests {
    /// What `scripts/setup.sh test` fetched.
    private static let program = Repository.root + "/.build-checks/oidc/bin/oidc-provider-mock"
    private static let redirect = "http://127.0.0.1:8080/sso/callback"
    private static let now = Records.moment("2025-05-14")

    private func provider() throws -> LocalServer {
        try LocalServer(Self.program, ["--port", "0", "--user-claims", #"{"sub": "an", "name": "Nguyễn Văn An"}"#], mark: "running on http://127.0.0.1:")
    }

    private func signOn(_ issuer: String) throws -> SingleSignOn { try SingleSignOn(issuer: issuer, clientID: "uptake", clientSecret: "invented", redirect: Self.redirect) }

    /// What the browser brings back after somebody chose a name on the provider's page.
    private func code(_ authorization: String, state: String) throws -> String {
        let answer = try HTTPClient().post(authorization, form: [("sub", "an")])
        let back = try #require(answer.redirect.flatMap { URLComponents(string: $0) })
        let items = Dictionary((back.queryItems ?? []).map { ($0.name, $0.value ?? "") }) { first, _ in first }
        #expect(back.string?.hasPrefix(Self.redirect) == true && items["state"] == state)
        return try #require(items["code"])
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: program), "scripts/setup.sh test could not fetch the provider of identities"))
    func somebodySignsInOnce() throws {
        let server = try provider()
        defer { server.stop() }
        let now = Instant(secondsSinceEpoch: Int(Date().timeIntervalSince1970))
        let signOn = try signOn("http://127.0.0.1:\(server.port)")
        let provider = try signOn.discover()
        let (state, nonce, verifier) = (try SingleSignOn.secret(), try SingleSignOn.secret(), try SingleSignOn.secret())
        let code = try code(signOn.authorization(provider, state: state, nonce: nonce, verifier: verifier), state: state)
        let identity = try signOn.identity(provider, code: code, verifier: verifier, nonce: nonce, now: now)
        #expect(identity == SingleSignOn.Identity(subject: "an", name: "Nguyễn Văn An"))
        #expect(throws: SingleSignOnError.refused("invalid_grant"), "a code counts once") {
            try signOn.identity(provider, code: code, verifier: verifier, nonce: nonce, now: now)
        }
        let other = try self.code(signOn.authorization(provider, state: state, nonce: "another", verifier: verifier), state: state)
        #expect(throws: SingleSignOnError.token(.nonce)) { try signOn.identity(provider, code: other, verifier: verifier, nonce: nonce, now: now) }
        #expect(throws: SingleSignOnError.refused("invalid_grant")) { try signOn.identity(provider, code: "guessed", verifier: verifier, nonce: nonce, now: now) }
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: program), "scripts/setup.sh test could not fetch the provider of identities"))
    func aProviderIsTheOneThatWasAsked() throws {
        let server = try provider()
        defer { server.stop() }
        // It calls itself by the name by which it was asked, and never ends it with a stroke.
        let named = try signOn("http://127.0.0.1:\(server.port)/")
        let error = #expect(throws: SingleSignOnError.self) { try named.discover() }
        #expect(error?.description.contains("exactly as it does") == true, "\(error?.description ?? "")")
        let other = try signOn("http://127.0.0.1:\(server.port)/jwks")
        #expect(throws: SingleSignOnError.self) { try other.discover() }
        let nobody = try signOn("http://127.0.0.1:1")
        #expect(throws: SingleSignOnError.self) { try nobody.discover() }
    }

    @Test(arguments: [
        ("http://sso.example.vn", "secret", redirect), ("sso.example.vn", "secret", redirect), ("https://sso.example.vn?x", "secret", redirect),
        ("https://sso.example.vn#x", "secret", redirect), ("https://sso.example.vn", "", redirect), ("https://sso.example.vn", "secret", "http://uptake.example.vn/sso/callback"),
    ])
    func settingsThatCannotBeSafeAreRefused(_ issuer: String, _ secret: String, _ redirect: String) {
        #expect(throws: InputError.self) { try SingleSignOn(issuer: issuer, clientID: "uptake", clientSecret: secret, redirect: redirect) }
    }

    @Test func theClientsSecretStandsAloneInItsFile() throws {
        let folder = try Folder()
        #expect(try SingleSignOn.clientSecret(file: folder.file("a", "s3cr:t\r\n")) == "s3cr:t")
        for content in ["", "\n", "two words", "two\nlines", "secr\u{1}t", "bí mật", String(repeating: "x", count: 4_097)] {
            let path = try folder.file("b", content)
            #expect(throws: InputError.self) { try SingleSignOn.clientSecret(file: path) }
        }
        #expect(throws: InputError.self) { try SingleSignOn.clientSecret(file: folder.path + "/none") }
    }

    /// RFC 7636, appendix B.
    @Test func theChallengeIsTheStandardsOwn() {
        #expect(SingleSignOn.challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    }

    @Test func secretsAreLongAndNeverTheSame() throws {
        let secrets = try (0..<1_000).map { _ in try SingleSignOn.secret() }
        #expect(Set(secrets).count == 1_000)
        #expect(secrets.allSatisfy { $0.count == 43 && SingleSignOn.bytes(base64URL: $0[...])?.count == 32 })
    }

    @Test(arguments: [("", []), ("_-8", [255, 239]), ("AA", [0]), ("AB", nil), ("A", nil), ("AA==", nil), ("+/8", nil), ("A A", nil), ("Ấ", nil)] as [(String, [UInt8]?)])
    func base64IsReadInOneWayOnly(_ text: String, _ bytes: [UInt8]?) {
        #expect(SingleSignOn.bytes(base64URL: text[...]) == bytes)
    }

    // MARK: - ID tokens made by hand

    private static var good: [String: Any] {
        [
            "iss": "https://sso.example.vn", "sub": "an", "aud": "uptake", "nonce": "n-616", "name": "Nguyễn Văn An",
            "exp": now.secondsSinceEpoch + 300, "iat": now.secondsSinceEpoch - 1,
        ]
    }

    private func token(_ claims: [String: Any], head: String = #"{"alg":"RS256"}"#, signature: String = "c2lnbmVk") throws -> String {
        let body = try JSONSerialization.data(withJSONObject: claims)
        return [Array(head.utf8), Array(body)].map { Digest.base64URL($0) }.joined(separator: ".") + "." + signature
    }

    private func identity(_ token: String, nonce: String = "n-616") throws -> SingleSignOn.Identity {
        let signOn = try signOn("https://sso.example.vn")
        return try signOn.identity(signOn.claims(of: token), nonce: nonce, now: Self.now)
    }

    /// Claims that are changed in the good token; null takes one away.
    private static let refusals: [(SingleSignOnError.Fault, String)] = {
        let now = Self.now.secondsSinceEpoch
        return [
            (.issuer, #"{"iss": "https://sso.example.vn/"}"#), (.issuer, #"{"iss": "https://SSO.example.vn"}"#), (.issuer, #"{"iss": ""}"#),
            (.audience, #"{"aud": "other"}"#), (.audience, #"{"aud": []}"#), (.audience, #"{"aud": ["other", "uptake2"]}"#), (.audience, #"{"aud": "Uptake"}"#),
            (.authorizedParty, #"{"aud": ["uptake", "other"]}"#), (.authorizedParty, #"{"aud": ["uptake", "other"], "azp": "other"}"#), (.authorizedParty, #"{"azp": "other"}"#),
            (.expired, #"{"exp": \#(now)}"#), (.expired, #"{"exp": 0}"#), (.expired, #"{"exp": -9223372036854775808}"#),
            (.issuedAt, #"{"iat": \#(now - 601)}"#), (.issuedAt, #"{"iat": \#(now + 601)}"#), (.issuedAt, #"{"iat": -9223372036854775808}"#), (.issuedAt, #"{"iat": 9223372036854775807}"#),
            (.notYetValid, #"{"nbf": \#(now + 601)}"#),
            (.nonce, #"{"nonce": null}"#), (.nonce, #"{"nonce": ""}"#), (.nonce, #"{"nonce": "n-617"}"#), (.nonce, #"{"nonce": "n-616 "}"#),
            (.subject, #"{"sub": ""}"#), (.subject, #"{"sub": "a\nb"}"#), (.subject, #"{"sub": "Ân"}"#), (.subject, #"{"sub": "\#(String(repeating: "x", count: 256))"}"#),
            (.malformed, #"{"iss": null}"#), (.malformed, #"{"sub": null}"#), (.malformed, #"{"aud": null}"#), (.malformed, #"{"exp": null}"#), (.malformed, #"{"iat": null}"#),
            (.malformed, #"{"sub": 616}"#), (.malformed, #"{"sub": ["an"]}"#), (.malformed, #"{"exp": "\#(now + 300)"}"#), (.malformed, #"{"exp": 1e400}"#), (.malformed, #"{"exp": true}"#),
            (.malformed, #"{"aud": {"uptake": 1}}"#), (.malformed, #"{"aud": [1]}"#), (.malformed, #"{"nonce": ["n-616"]}"#), (.malformed, #"{"iat": 1.5}"#),
        ]
    }()

    @Test(arguments: refusals)
    func aClaimThatIsNotAsItShouldBeLetsNobodyIn(_ fault: SingleSignOnError.Fault, _ change: String) throws {
        // The change is put into the text, because a number such as 1e400 is none for those who make tokens here.
        var kept = Self.good
        let names = try #require(change.firstMatch(of: /^\{(.*)\}$/)?.1)
        for name in kept.keys where names.contains("\"\(name)\":") { kept[name] = nil }
        let rest = String(decoding: try JSONSerialization.data(withJSONObject: kept), as: UTF8.self)
        let body = "\(rest.dropLast()), \(names)}"
        let token = [#"{"alg":"RS256"}"#, body].map { Digest.base64URL(Array($0.utf8)) }.joined(separator: ".") + ".c2lnbmVk"
        #expect(throws: SingleSignOnError.token(fault)) { try identity(token) }
    }

    @Test func whatIsAsItShouldBeLetsIn() throws {
        let now = Self.now.secondsSinceEpoch
        let an = SingleSignOn.Identity(subject: "an", name: "Nguyễn Văn An")
        #expect(try identity(token(Self.good)) == an)
        let changes: [[String: Any]] = [
            ["aud": ["uptake"]], ["aud": ["other", "uptake"], "azp": "uptake"], ["azp": "uptake"], ["iat": now - 600], ["iat": now + 600], ["exp": now + 1], ["nbf": now], ["more": ["x": 1]],
        ]
        for change in changes { #expect(try identity(token(Self.good.merging(change) { $1 })) == an, "\(change)") }
        #expect(try identity(token(Self.good.merging(["name": "A\u{202E}n\r\nBình\u{0}"]) { $1 })).name == "AnBình")
        #expect(throws: SingleSignOnError.token(.nonce), "no sign-in is without a nonce") { try identity(token(Self.good.merging(["nonce": ""]) { $1 }), nonce: "") }
    }

    @Test func aTokenIsThreePartsAndSigned() throws {
        for head in [#"{"alg":"none"}"#, #"{"alg":"NONE"}"#, #"{"alg":""}"#] {
            #expect(throws: SingleSignOnError.token(.unsigned)) { try identity(token(Self.good, head: head)) }
        }
        #expect(throws: SingleSignOnError.token(.unsigned)) { try identity(token(Self.good, signature: "")) }
        let whole = try token(Self.good)
        let parts = whole.split(separator: ".").map(String.init)
        let (head, body) = (parts[0], parts[1])
        let broken = [
            "", ".", "..", "...", "x", head, "\(head).\(body)", "\(whole).x", "\(whole).x.y", " \(whole)", "\(body).\(head).x", "\(head)=.\(body).x", "\(head).\(body.dropLast()).x",
            "\(head).W10.x", "\(head).bnVsbA.x",
            try token(Self.good, head: #"{"alg":"RS256","crit":["exp"]}"#), try token(Self.good, head: "{}"), try token(Self.good, head: #"{"alg":1}"#),
        ]
        for token in broken { #expect(throws: SingleSignOnError.token(.malformed), "\(token)") { try identity(token) } }
        let deep = Digest.base64URL(Array(String(repeating: "[", count: 100_000).utf8))
        #expect(throws: SingleSignOnError.token(.malformed)) { try identity("\(head).\(deep).x") }
    }
}
