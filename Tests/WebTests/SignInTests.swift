import Adoption
import Foundation
import Pipeline
import Storage
import Testing
import TestSupport

@testable import Web

/// The ways in and out.
@Suite struct SignInTests {
    private static let password = "một mật khẩu đủ dài và lạ"

    private func welcomed(_ harness: Harness) async throws -> String {
        let link = try #require(try harness.service.firstLink())
        let path = link.replacing(harness.service.settings.publicURL, with: "")
        #expect(try await harness.ask("GET", path).body.contains("Tài khoản admin"))
        let reply = try await harness.ask("POST", path, form: ["password": Self.password, "again": Self.password])
        #expect(reply.status == 303, "\(reply.body)")
        return try cookie(reply)
    }

    private func cookie(_ reply: Harness.Reply) throws -> String {
        let value = try #require(reply.header("Set-Cookie"))
        #expect(value.contains("; Path=/; Secure; HttpOnly; SameSite=Lax") && value.hasPrefix("__Host-uptake="))
        return String(try #require(value.split(separator: ";").first).dropFirst("__Host-uptake=".count))
    }

    @Test func theFirstStartMakesAnAdministratorWithALinkThatWorksOnce() async throws {
        let harness = try Harness(isFilled: false)
        let link = try #require(try harness.service.firstLink()).replacing(harness.service.settings.publicURL, with: "")
        for (form, fault) in [
            (["password": "ngắn", "again": "ngắn"], "ít nhất 12 ký tự"), (["password": "aaaaaaaaaaaaaaaa", "again": "aaaaaaaaaaaaaaaa"], "một ký tự lặp lại"),
            (["password": Self.password, "again": "khác khác khác"], "không giống nhau"),
        ] {
            let reply = try await harness.ask("POST", link, form: form)
            #expect(reply.status == 400 && reply.body.contains(fault), "\(reply.body)")
        }
        let reply = try await harness.ask("POST", link, form: ["password": Self.password, "again": Self.password])
        #expect(reply.status == 303 && reply.header("Location") == "/")
        #expect(try await harness.ask("GET", link).status == 404, "the link is dead")
        #expect(try harness.service.firstLink() == nil)
        #expect(try await harness.ask("GET", "/users", session: try cookie(reply)).status == 200)
    }

    @Test func aLinkDiesAfterADay() async throws {
        let harness = try Harness(isFilled: false)
        let link = try #require(try harness.service.firstLink()).replacing(harness.service.settings.publicURL, with: "")
        harness.clock.pass(24 * 3_600 + 1)
        #expect(try await harness.ask("POST", link, form: ["password": Self.password, "again": Self.password]).status == 404)
    }

    @Test func signingInMakesANewSessionAndOutEndsIt() async throws {
        let harness = try Harness()
        let first = try await welcomed(harness)
        let reply = try await harness.ask("POST", "/login", session: first, form: ["name": "ADMIN", "password": Self.password, "next": "/imports"])
        #expect(reply.status == 303 && reply.header("Location") == "/imports")
        let second = try cookie(reply)
        #expect(second != first)
        #expect(try await harness.ask("GET", "/", session: first).status == 303, "the former session is dead")
        let csrf = try #require(try await harness.ask("GET", "/account", session: second).field("csrf"))
        #expect(try await harness.ask("POST", "/logout", session: second, form: [:]).status == 403, "without the session's secret nobody is signed out")
        #expect(try await harness.ask("POST", "/logout", session: second, form: ["csrf": csrf]).status == 303)
        #expect(try await harness.ask("GET", "/", session: second).status == 303)
    }

    @Test func sessionsEndWhenIdleAndAfterADay() async throws {
        let harness = try Harness()
        let idle = try await welcomed(harness)
        harness.clock.pass(29 * 60)
        #expect(try await harness.ask("GET", "/", session: idle).status == 200)
        harness.clock.pass(31 * 60)
        #expect(try await harness.ask("GET", "/", session: idle).status == 303)
        let busy = try harness.session("busy", .reviewer)
        for _ in 0..<28 {
            harness.clock.pass(25 * 60)
            #expect(try await harness.ask("GET", "/account", session: busy).status == 200)
        }
        harness.clock.pass(25 * 60)
        #expect(try await harness.ask("GET", "/account", session: busy).status == 303, "12 hours are over")
    }

    /// The answer is the same for a wrong password, a name that nobody has and an account that is closed; whoever guesses is slowed down.
    @Test func nobodyLearnsWhichNamesThereAre() async throws {
        let harness = try Harness(isFilled: false)
        _ = try await welcomed(harness)
        let (wrong, unknown) = (try await harness.ask("POST", "/login", form: ["name": "admin", "password": "falsch falsch falsch"]), try await harness.ask("POST", "/login", form: ["name": "nobody", "password": "falsch falsch falsch"]))
        #expect(wrong.status == 401 && unknown.status == 401 && wrong.body == unknown.body)
        for _ in 0..<5 { _ = try await harness.ask("POST", "/login", form: ["name": "nobody", "password": "falsch falsch falsch"]) }
        let slowed = try await harness.ask("POST", "/login", form: ["name": "nobody", "password": "falsch falsch falsch"])
        #expect(slowed.status == 429 && Int(slowed.header("Retry-After") ?? "") ?? 0 >= 1)
    }

    @Test(arguments: [("/imports", "/imports"), ("//evil.example/x", "/"), ("https://evil.example", "/"), ("/\\evil.example", "/"), ("/a\r\nSet-Cookie: x=1", "/"), ("", "/"), ("/\t/evil.example", "/"), ("//\u{FE0F}evil.example", "/"), ("/\u{FE0F}/evil.example", "/"), ("/figures?name=O1.v1/616/2025-05/administrative", "/figures?name=O1.v1/616/2025-05/administrative")])
    func redirectsStayInside(next: String, place: String) { #expect(WebService.inside(next) == place) }

    @Test func aNewPasswordEndsOtherSessions() async throws {
        let harness = try Harness(isFilled: false)
        let (own, other) = (try await welcomed(harness), try harness.session("admin", .administrator))
        let csrf = try #require(try await harness.ask("GET", "/account", session: own).field("csrf"))
        let new = "một câu khác cũng dài và lạ"
        let refused = try await harness.ask("POST", "/account/password", session: own, form: ["csrf": csrf, "current": "không phải mật khẩu", "password": new, "again": new])
        #expect(refused.status == 400)
        let reply = try await harness.ask("POST", "/account/password", session: own, form: ["csrf": csrf, "current": Self.password, "password": new, "again": new])
        #expect(reply.status == 303, "\(reply.body)")
        #expect(try await harness.ask("GET", "/account", session: other).status == 303)
        #expect(try await harness.ask("GET", "/account", session: own).status == 303)
        #expect(try await harness.ask("GET", "/account", session: try cookie(reply)).status == 200)
    }

    /// By the provider's own name for a person, on the page of accounts, where there is a provider.
    @Test func anAccountIsLinkedToItsPerson() async throws {
        let folder = try Folder()
        let secret = try folder.file("secret", "invented")
        let file = try folder.file("settings.yaml", "sso: {issuer: 'https://sso.example.vn', client_id: uptake, client_secret_file: '\(secret)'}\n")
        let provider = try Settings(path: file, environment: [:]).singleSignOn
        let harness = try Harness(isFilled: false) { $0.singleSignOn = provider }
        let (session, accounts) = (try harness.session("root", .administrator), harness.service.accounts)
        for name in ["an", "binh"] { try accounts.add(name, role: .auditor, scope: Account.everything, now: harness.clock.now) }
        func link(_ name: String, _ subject: String) async throws -> Harness.Reply { try await harness.post("/users/\(name)/link", session: session, as: "root", ["subject": subject]) }
        let linked = try await link("binh", " f7a1-616 ")
        #expect(linked.status == 303 && linked.header("Location") == "/users?done=link", "\(linked.body)")
        #expect(try accounts.account(subject: "f7a1-616")?.name == "binh")
        let page = try await harness.ask("GET", "/users?done=link", session: session)
        #expect(page.body.contains("Đã liên kết đăng nhập một lần.") && page.body.contains("action=\"/users/binh/link\"") && page.body.contains("value=\"f7a1-616\""))
        let taken = try await link("an", "f7a1-616")
        #expect(taken.status == 400 && taken.body.contains("đã gắn với tài khoản ‘binh’"), "\(taken.body)")
        for subject in ["Ân", String(repeating: "x", count: 256)] { #expect(try await link("an", subject).status == 400, "\(subject)") }
        #expect(try await link("nobody", "f7a1-617").status == 404)
        #expect(try await link("binh", "").status == 303)
        #expect(try accounts.account(subject: "f7a1-616") == nil)
        let log = try accounts.accessLog(limit: 20)
        #expect(log.contains { $0.actor == "root" && $0.subject == "binh" && $0.detail == "linked to single sign-on" } && log.contains { $0.detail == "not linked to single sign-on any more" })
        #expect(!log.contains { "\($0)".contains("f7a1") }, "whom the provider means is nobody's business")
        let without = try Harness(isFilled: false)
        let other = try without.session("root", .administrator)
        #expect(try await without.ask("GET", "/users", session: other).body.contains("/link") == false)
        #expect(try await without.post("/users/root/link", session: other, as: "root", ["subject": "f7a1-616"]).status == 404)
    }

    @Test func aFormFromElsewhereIsRefused() async throws {
        let harness = try Harness(isFilled: false)
        _ = try await welcomed(harness)
        for headers in [
            ["Origin": "https://evil.example"], ["Sec-Fetch-Site": "cross-site"], ["Origin": "null"], ["Origin": "null", "Sec-Fetch-Site": "none"], ["Origin": "null", "Sec-Fetch-Site": "cross-site"],
            ["Origin": "https://127.0.0.1:8080"], ["Origin": "http://127.0.0.1"], ["Origin": "http://127.0.0.1:8080.evil.example"],
        ] {
            #expect(try await harness.ask("POST", "/login", form: ["name": "admin", "password": Self.password], headers: headers).status == 403, "\(headers)")
        }
        #expect(try await harness.ask("POST", "/login", form: ["name": "admin", "password": Self.password], headers: ["Origin": "http://127.0.0.1:8080", "Sec-Fetch-Site": "same-origin"]).status == 303)
        // Browsers hide where a form of ours comes from, as our pages ask them to, and say that it is the same place.
        #expect(try await harness.ask("POST", "/login", form: ["name": "admin", "password": Self.password], headers: ["Origin": "null", "Sec-Fetch-Site": "same-origin"]).status == 303)
    }
}
