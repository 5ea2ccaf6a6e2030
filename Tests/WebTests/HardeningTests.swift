import Adoption
import Foundation
import HTTPTypes
import Pipeline
import Reporting
import Storage
import Testing
import TestSupport

@testable import Web

/// What holds for every answer, and what is refused before anything starts.
@Suite struct HardeningTests {
    @Test func everyAnswerIsHardened() async throws {
        let harness = try Harness { $0.publicURL = "https://uptake.example" }
        let session = try harness.session("root", .administrator)
        for route in harness.service.routes where route.path != "/logout" {
            let path = route.path.replacing(#/\{[a-z]+\}/#, with: "1")
            for reply in [try await harness.ask(route.method.rawValue, path), try await harness.ask(route.method.rawValue, path, session: session, form: route.method == .post ? [:] : nil)] {
                #expect(reply.header("Content-Security-Policy")?.contains("unsafe") == false && reply.header("Content-Security-Policy")?.hasPrefix("default-src 'none'") == true, "\(path)")
                #expect(reply.header("X-Content-Type-Options") == "nosniff" && reply.header("Referrer-Policy") == "same-origin" && reply.header("Strict-Transport-Security") != nil, "\(path)")
                #expect(reply.header("Cache-Control") == (route.path.hasPrefix("/assets") && reply.status == 200 ? "no-cache" : "no-store"), "\(path)")
                #expect(reply.header("Server") == nil)
            }
        }
    }

    @Test func aFaultInsideTellsANumberAndNothingElse() async throws {
        let harness = try Harness()
        let session = try harness.session("r", .reviewer)
        let first = try await harness.ask("GET", "/figures?name=O1.v1/616/2025-05/administrative&page=99999999999999999999", session: session)
        #expect(first.status == 200, "a number that is none is the first page")
        // The disk has lost all of the store but its first pages: nothing that a reader did.
        let path = harness.folder.path + "/uptake.sqlite"
        let size = try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
        let file = try FileHandle(forUpdating: URL(filePath: path))
        try file.seek(toOffset: 16_384)
        try file.write(contentsOf: Data(repeating: 0xFF, count: size - 16_384))
        try file.close()
        let page = try await harness.ask("GET", "/?period=2024-11", session: session)
        let token = try harness.service.accounts.issueToken(for: "r", label: "x", scopes: [.read], days: 1, now: harness.clock.now).token
        let program = try await harness.ask("GET", "/api/v1/reports/unit-monthly?unit=616&period=2024-10", bearer: token)
        #expect(page.status == 500 && page.body.contains("Có lỗi trong máy chủ"), "\(page.status)")
        #expect(program.status == 500 && program.body.contains("\"code\":\"internal\""), "\(program.body)")
        for reply in [first, page, program] {
            for told in ["SELECT", "SQLite", "malformed", harness.folder.path, ".swift"] { #expect(!reply.body.contains(told), "\(told)") }
        }
        #expect(String(decoding: try harness.folder.read("access.log"), as: UTF8.self).contains(" 500 "))
    }

    /// Payloads in every parameter are answered as any other unknown value is.
    @Test(arguments: ["' OR '1'='1", "1; DROP TABLE import", "<script>alert(1)</script>", "../../../../etc/passwd", "%00", "\u{202E}", String(repeating: "9", count: 3_000)])
    func payloadsAreJustUnknownValues(payload: String) async throws {
        let harness = try Harness()
        let session = try harness.session("r", .reviewer)
        let text = percentEncoded(payload)
        for path in ["/?period=\(text)", "/?unit=\(text)", "/?view=\(text)", "/units/\(text)", "/pages/\(text)", "/pages/units/\(text)", "/figures?name=\(text)", "/search?q=\(text)", "/imports/\(text)", "/publications/\(text)", "/audit?before=\(text)", "/assets/\(text)", "/login?next=\(text)"] {
            let reply = try await harness.ask("GET", path, session: session)
            #expect(reply.status < 500 && !reply.body.contains("<script>alert"), "\(path): \(reply.status)")
        }
        #expect(try harness.service.stores.read { try $0.imports() }.count == 2)
    }

    @Test func whoAsksTooOftenWaits() async throws {
        let harness = try Harness(isFilled: false) { $0.requestsPerMinute = 10 }
        var statuses: [Int] = []
        for _ in 0..<12 { statuses.append(try await harness.ask("GET", "/login").status) }
        #expect(statuses.prefix(10).allSatisfy { $0 == 200 } && statuses.suffix(2).allSatisfy { $0 == 429 }, "\(statuses)")
    }

    /// Canaries in names, codes, queries, passwords and secrets of links are in no log.
    @Test func nothingAboutAnybodyIsInTheLog() async throws {
        let harness = try Harness()
        let session = try harness.session("r", .reviewer)
        _ = try await harness.ask("POST", "/login", form: ["name": "CANARY-NAME", "password": "CANARY-PASSWORD"])
        for path in ["/search?q=CANARY-QUERY", "/units/CANARY-UNIT", "/setup/CANARY-SECRET", "/figures?name=CANARY-FIGURE", "/upload/CANARY-UPLOAD", "/CANARY-NOWHERE", "/users/CANARY-USER/role"] { _ = try await harness.ask("GET", path, session: session) }
        // What is wrong with the asking of somebody who sees a part is not written down either.
        let head = try harness.session("h", .head, scope: "616")
        for path in [
            "/figures?name=CANARY-FIGURE", "/figures?name=CANARY.v1/616/2025-05/administrative", "/figures?name=O1.v1/616/CANARY/2025-05/administrative", "/pages/CANARY", "/pages/units/CANARY.csv", "/assets/CANARY", "/api/v1/CANARY",
            "/api/v1/registers/CANARY", "/?view=CANARY", "/schedules/CANARY/run", "/schedules/runs/CANARY",
        ] { _ = try await harness.ask("GET", path, session: head) }
        let log = String(decoding: try harness.folder.read("access.log"), as: UTF8.self)
        #expect(log.contains("GET /search 200") && log.contains("GET /setup/{secret} 404") && log.contains("GET /pages/{id} 404") && log.contains("GET /* 404") && !log.contains("CANARY"), "\(log)")
        let noted = try harness.service.accounts.accessLog(limit: 50)
        #expect(!noted.contains { "\($0)".contains("CANARY") })
    }

    /// Only the head comes back, for what is there and for what is not.
    @Test(arguments: ["/health", "/login", "/?period=2025-05", "/nowhere", "/units/611"])
    func aHeadIsAnsweredLikeTheWhole(path: String) async throws {
        let harness = try Harness()
        let session = try harness.session("h", .head, scope: "616")
        let (whole, head) = (try await harness.ask("GET", path, session: session), try await harness.ask("HEAD", path, session: session))
        #expect(head.status == whole.status && head.bytes == 0 && whole.bytes > 0, "\(head.status) \(whole.status) \(head.bytes)")
        #expect(head.header("Content-Type") == whole.header("Content-Type") && head.header("Content-Security-Policy") != nil)
    }

    /// Whoever is signed in finds the way on from an error.
    @Test func anErrorHasTheMenuOfWhoeverIsSignedIn() async throws {
        let harness = try Harness()
        let session = try harness.session("h", .head, scope: "616")
        for (path, status) in [("/nowhere", 404), ("/units/611?period=2025-05", 404), ("/users", 403), ("/?period=2025-13", 400)] {
            let reply = try await harness.ask("GET", path, session: session)
            #expect(reply.status == status && reply.body.contains("<nav aria-label=\"Trình đơn\">") && reply.body.contains("action=\"/logout\""), "\(path): \(reply.status)")
            #expect(!reply.body.contains("href=\"/users\""), "\(path)")
        }
        #expect(try await !harness.ask("GET", "/nowhere").body.contains("<nav"))
    }

    @Test func aLogThatWasMovedAwayIsBegunAnew() async throws {
        let harness = try Harness(isFilled: false)
        _ = try await harness.ask("GET", "/login")
        try FileManager.default.moveItem(atPath: harness.folder.path + "/access.log", toPath: harness.folder.path + "/access.log.1")
        _ = try await harness.ask("GET", "/login")
        for name in ["access.log", "access.log.1"] { #expect(String(decoding: try harness.folder.read(name), as: UTF8.self).split(separator: "\n").count == 1, "\(name)") }
    }

    @Test(arguments: [
        ("listen: 0.0.0.0:8080", "put a proxy with TLS before it"), ("listen: nowhere", "settings.yaml:1: 'listen' must be an address and a port"), ("lisen: x", "did you mean 'listen'?"),
        ("session: {idle_minutes: 0}", "'idle_minutes' must be from 1 to 720"), ("limits: {upload_megabytes: 5000}", "from 1 to 1000"), ("language: fr", "'fr' is not known for 'language'"),
        ("public_url: ftp://x", "must begin with https://"), ("sso: {issuer: x}", "'client_id' is missing"),
        ("delivery: {mail: {server: mail.example.vn, from: a@example.vn}}", "settings.yaml:1: 'server' must be a name and a port"), ("delivery: {mail: {server: 'x:25', user: an, from: a@example.vn}}", "'user' and 'password_file' go together"),
        ("delivery: {allowed_domains: [an@example.vn]}", "must be a domain without @"), ("delivery: {keep_days: 0}", "'keep_days' must be from 1 to 10000"), ("delivery: {mail: {server: 'x:25', security: ssl, from: a@example.vn}}", "'ssl' is not known for 'security'"),
    ])
    func settingsAreCheckedAtTheStart(text: String, message: String) throws {
        let folder = try Folder()
        let path = try folder.file("settings.yaml", text + "\n")
        do {
            _ = try Settings(path: path, environment: [:])
            Issue.record("'\(text)' was taken")
        } catch { #expect("\(error)".contains(message), "\(error)") }
    }

    @Test func theSettingsThatAreShippedAreRight() throws {
        let settings = try Settings(path: Repository.root + "/packaging/settings.yaml", environment: ["UPTAKE_LANGUAGE": "en"])
        #expect(settings.language == .english && settings.host == "127.0.0.1")
        let text = try String(contentsOfFile: Repository.root + "/packaging/settings.yaml", encoding: .utf8)
        for key in ["listen", "public_url", "store", "accounts", "pseudonym_key", "home", "uploads", "language", "idle_minutes", "absolute_hours", "upload_megabytes", "requests_per_minute", "log", "proxy", "issuer", "client_id", "client_secret_file", "button"] {
            #expect(text.contains("\(key):"), "\(key) is told of")
        }
        // What is commented out is right as well, with every key of it.
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).drop { $0 != "#delivery:" }
        let folder = try Folder()
        let path = try folder.file("settings.yaml", lines.map { $0.dropFirst($0.hasPrefix("#") ? 1 : 0) }.joined(separator: "\n"))
        let delivery = try Settings(path: path, environment: [:]).delivery
        #expect(delivery.ledger == "/var/lib/uptake/uptake-deliveries.sqlite" && delivery.folder == "/var/lib/uptake/uptake-made" && delivery.keepDays == 400 && delivery.owner == "cntt@example.vn")
        #expect(delivery.allowedDomains == ["example.vn"] && delivery.attachMegabytes == 10 && delivery.folders == ["van-thu": "/srv/bao-cao"] && delivery.webhooks["lgsp"]?.url == "https://lgsp.example.vn/uptake")
        #expect(delivery.mail?.host == "mail.example.vn" && delivery.mail?.port == 587 && delivery.mail?.security == .starttls && delivery.mail?.user == "uptake@example.vn" && delivery.mail?.fromName.isEmpty == false)
    }
}
