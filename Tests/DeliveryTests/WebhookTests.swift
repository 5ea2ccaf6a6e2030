import Adoption
@testable import Delivery
import Foundation
import Hashing
import Testing
import TestSupport

/// Signed messages to a real server, which works the signature out by itself.
@Suite struct WebhookTests {
    private static let now = Records.moment("2025-05-14")
    private static let body = Array(#"{"run":"unit-monthly/2025-05","title":"Báo cáo"}"#.utf8)

    /// It is a class because it owns the server.
    private final class Hook {
        let folder: Folder
        let secretFile: String
        private let server: LocalServer
        let port: Int

        init(_ arguments: [String] = []) throws {
            folder = try Folder()
            secretFile = try folder.file("secret", "0123456789-abcdefghij-of-both-sides\n")
            server = try LocalServer("/usr/bin/python3", [Repository.root + "/Tests/DeliveryTests/hook.py", secretFile, folder.path] + arguments)
            port = server.port
        }

        deinit { server.stop() }

        func webhook(_ path: String = "/hook", secretFile: String? = nil, seconds: Int = 20) throws -> Webhook {
            try Webhook(url: "http://127.0.0.1:\(port)\(path)", secretFile: secretFile ?? self.secretFile, authorities: nil, seconds: seconds)
        }

        struct Line: Decodable, Hashable {
            let path: String
            let key: String?
            let timestamp: String
            let isRight: Bool
            let type: String?
            let body: String
        }

        var log: [Line] {
            get throws {
                guard FileManager.default.fileExists(atPath: folder.path + "/log") else { return [] }
                return try folder.read("log").split(separator: UInt8(ascii: "\n")).map { try JSONDecoder().decode(Line.self, from: Data($0)) }
            }
        }
    }

    /// RFC 4231, test cases 1, 2 and 6.
    @Test func theCodeIsTheStandardsOwn() {
        #expect(messageCode(Array("Hi There".utf8), key: [UInt8](repeating: 0x0B, count: 20)) == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        #expect(messageCode(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8)) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(
            messageCode(Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8), key: [UInt8](repeating: 0xAA, count: 131))
                == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }

    @Test func aMessageProvesWhoseItIs() throws {
        let hook = try Hook()
        try hook.webhook().send(Self.body, key: "unit-monthly/2025-05/administrative/webhook:lgsp", now: Self.now)
        // 1747184400 is 2025-05-14T01:00:00Z.
        #expect(
            try hook.log == [
                Hook.Line(
                    path: "/hook", key: "unit-monthly/2025-05/administrative/webhook:lgsp", timestamp: "1747184400", isRight: true, type: "application/json",
                    body: #"{"run":"unit-monthly/2025-05","title":"Báo cáo"}"#)
            ])
    }

    @Test func anotherSecretProvesNothing() throws {
        let hook = try Hook()
        let webhook = try hook.webhook(secretFile: hook.folder.file("other", "0123456789-abcdefghij-of-one-side\n"))
        #expect(outcome { try webhook.send(Self.body, key: "k", now: Self.now) } == "later", "the office can mend it")
        #expect(try hook.log.map(\.isRight) == [false])
    }

    @Test(arguments: [
        ("200", "sent"), ("201", "sent"), ("202", "sent"), ("204", "sent"), ("301", "later"), ("307", "later"), ("400", "never"), ("401", "later"), ("403", "later"), ("404", "later"),
        ("408", "later"), ("409", "later"), ("410", "never"), ("413", "never"), ("415", "never"), ("422", "never"), ("425", "later"), ("429", "later"), ("500", "later"), ("503", "later"),
        ("502", "uncertain"), ("504", "uncertain"), ("drop", "uncertain"),
    ])
    func theAnswerDecides(_ word: String, _ expected: String) throws {
        let hook = try Hook()
        let webhook = try hook.webhook("/" + word)
        #expect(outcome { try webhook.send(Self.body, key: "k", now: Self.now) } == expected)
        #expect(try hook.log.map(\.path) == ["/" + word], "once, and nowhere else")
    }

    @Test func aServerThatDoesNotAnswerMayHaveIt() throws {
        let hook = try Hook()
        let webhook = try hook.webhook("/late", seconds: 1)
        #expect(outcome { try webhook.send(Self.body, key: "k", now: Self.now) } == "uncertain")
        let nobody = try Webhook(url: "http://127.0.0.1:1/hook", secretFile: hook.secretFile, authorities: nil)
        #expect(outcome { try nobody.send(Self.body, key: "k", now: Self.now) } == "later")
    }

    @Test func onlyAServerThatProvesItsNameIsTold() throws {
        let hook = try Hook(["tls"])
        let authority = hook.folder.path + "/authority.pem"
        try Webhook(url: "https://localhost:\(hook.port)/hook", secretFile: hook.secretFile, authorities: authority).send(Self.body, key: "k", now: Self.now)
        let unknown = try Webhook(url: "https://localhost:\(hook.port)/hook", secretFile: hook.secretFile, authorities: nil)
        let other = try Webhook(url: "https://127.0.0.1:\(hook.port)/hook", secretFile: hook.secretFile, authorities: authority)
        for webhook in [unknown, other] { #expect(outcome { try webhook.send(Self.body, key: "k", now: Self.now) } == "later") }
        #expect(try hook.log.count == 1)
    }

    @Test func theFaultNamesTheServerAndNoSecretOfItsAddress() throws {
        let hook = try Hook()
        let webhook = try hook.webhook("/503?token=canary")
        let fault = #expect(throws: MailFault.self) { try webhook.send(Self.body, key: "k", now: Self.now) }
        #expect(fault?.description.contains("127.0.0.1:\(hook.port)") == true && fault?.description.contains("canary") == false, "\(fault?.description ?? "")")
    }

    @Test func whatCannotBeSafeIsRefused() throws {
        let folder = try Folder()
        let good = try folder.file("good", "0123456789-abcdefghij-of-both-sides")
        for url in ["", "http://example.vn/hook", "ftp://example.vn/", "https://a:b@example.vn/", "example.vn/hook", "https://ví-dụ.vn/"] {
            #expect(throws: InputError.self, "\(url)") { try Webhook(url: url, secretFile: good, authorities: nil) }
        }
        for secret in ["", "short", String(repeating: "a", count: 40)] {
            let file = try folder.file("bad", secret)
            #expect(throws: InputError.self) { try Webhook(url: "https://example.vn/hook", secretFile: file, authorities: nil) }
        }
        #expect(throws: InputError.self) { try Webhook(url: "https://example.vn/hook", secretFile: folder.path + "/none", authorities: nil) }
        #expect(throws: InputError.self) { try Webhook(url: "https://example.vn/hook", secretFile: good, authorities: folder.path + "/none") }
        let webhook = try Webhook(url: "http://127.0.0.1:1/hook", secretFile: good, authorities: nil)
        for key in ["", "a b", "a\r\nX: y", "tháng", String(repeating: "k", count: 256)] { #expect(outcome { try webhook.send(Self.body, key: key, now: Self.now) } == "never", "\(key)") }
    }
}
