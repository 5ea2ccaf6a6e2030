import Adoption
import Foundation
import HTTPTypes
import Pipeline
import Storage
import Testing
import TestSupport

@testable import Web

/// The interface for programs.
@Suite struct APITests {
    private func object(_ reply: Harness.Reply) throws -> [String: Any] { try #require(try JSONSerialization.jsonObject(with: Data(reply.body.utf8)) as? [String: Any]) }

    private func token(_ harness: Harness, _ scopes: Set<TokenScope>, _ role: Role = .administrator, scope: String = Account.everything) throws -> String {
        let name = "t-\(role.rawValue)-\(scopes.map(\.rawValue).sorted().joined())"
        if try harness.service.accounts.account(named: name) == nil { try harness.service.accounts.add(name, role: role, scope: scope, now: harness.clock.now) }
        return try harness.service.accounts.issueToken(for: name, label: "test", scopes: scopes, days: 1, now: harness.clock.now).token
    }

    @Test func aFigureComesWithItsCounts() async throws {
        let harness = try Harness()
        let figure = try object(try await harness.ask("GET", "/api/v1/figures?indicator=O1&unit=616&period=2025-05", bearer: try token(harness, [.read])))
        #expect(figure["figure"] as? String == "O1.v1/616/2025-05/administrative" && figure["numerator"] as? Int == 47 && figure["denominator"] as? Int == 74 && figure["percent"] as? String == "63.51")
        let target = try #require(figure["target"] as? [String: Any])
        // 47 of 74 at 65 %: 48.1 are needed, so 2 more; 48.1 - 47 = 1.1 over 0.35 is 3.14, so 4 further ones.
        #expect(target["percent"] as? String == "65.00" && target["verdict"] as? String == "missed" && target["convert"] as? Int == 2 && target["add"] as? Int == 4)
        let counter = try object(try await harness.ask("GET", "/api/v1/figures?indicator=O1&unit=616&period=2025-05&channel=counter", bearer: try token(harness, [.read])))
        #expect(counter["numerator"] as? Int == 0 && counter["target"] is NSNull)
    }

    /// The address wins over the cookie, and both over the settings.
    @Test func aProgramChoosesTheLanguage() async throws {
        let harness = try Harness()
        let read = try token(harness, [.read])
        func ask(_ path: String, _ headers: [String: String] = [:]) async throws -> String { try await harness.ask("GET", "/api/v1/" + path, bearer: read, headers: headers).body }
        let figure = "figures?indicator=O1&unit=616&period=2025-05"
        let (usual, english) = (try await ask(figure), try await ask(figure + "&lang=en"))
        #expect(usual.contains("Tỷ lệ hồ sơ trực tuyến") && english.contains("O1.v1/616") && !english.contains("Tỷ lệ hồ sơ trực tuyến"))
        for path in ["indicators", "reports"] {
            let (usual, vietnamese, english) = (try await ask(path), try await ask(path + "?lang=vi", ["Cookie": "\(WebService.languageCookie)=en"]), try await ask(path + "?lang=en"))
            #expect(usual == vietnamese && usual != english, "\(path)")
            #expect(try await ask(path, ["Cookie": "\(WebService.languageCookie)=en"]) == english, "\(path)")
        }
        let report = "reports/unit-monthly?unit=616&period=2025-05&format=html"
        let (drawn, translated) = (try await ask(report), try await ask(report + "&lang=en"))
        #expect(drawn.contains("lang=\"vi\"") && translated.contains("lang=\"en\""))
    }

    /// The example's records and targets are invented, as their files say; a file that says nothing of itself is taken for what it is.
    @Test func whatIsInventedSaysSo() async throws {
        let address = "/api/v1/figures?indicator=O1&unit=616&period=2025-05"
        let invented = try Harness()
        let figure = try object(try await invented.ask("GET", address, bearer: try token(invented, [.read])))
        let target = try #require(figure["target"] as? [String: Any])
        #expect(figure["illustrative"] as? Bool == true && target["illustrative"] as? Bool == true, "\(figure)")
        let real = try Harness(isFilled: false)
        let targets = "targets:\n  - {indicator: O1, scope: province, from: 2024-12-15, to: 2025-12-14, value: 65, document: {number: '1', date: 2024-12-10, clause: '1'}}\n"
        let files = [
            try real.folder.file("units.csv", "code,name,level,parent_code,valid_from,valid_to\n62,UBND tỉnh,province,,2021-01-01,\n616,UBND huyện,district,62,2021-01-01,\n"),
            try real.folder.file("procedures.csv", "code,name,sector,authority,bears_fee\n9.000001,Cấp phép,Xây dựng,district,yes\n"), try real.folder.file("targets.yaml", targets),
            try real.folder.file("submissions.csv", "dossier_code,procedure_code,unit_code,channel,received_at,state,updated_at\n616-250505-9001,9.000001,616,online,2025-05-05,received,2025-05-05\n"),
        ]
        try real.service.stores.write(as: "x") { _ = try Ingest.run(files, into: $0, asOf: real.clock.now, indicatorIDs: { ["O1"] }) }
        let other = try object(try await real.ask("GET", address, bearer: try token(real, [.read])))
        let goal = try #require(other["target"] as? [String: Any])
        #expect(other["numerator"] as? Int == 1 && other["illustrative"] as? Bool == false && goal["illustrative"] as? Bool == false, "\(other)")
    }

    @Test func recordsAreLoadedOnceHoweverOftenTheyAreSent() async throws {
        let harness = try Harness()
        let write = try token(harness, [.read, .write])
        let file = "dossier_code,procedure_code,unit_code,channel,received_at,state,updated_at\n616-250505-9001,9.000001,616,online,2025-05-05,received,2025-05-05\n616-250505-9002,9.000001,616,web,2025-05-05,received,2025-05-05\n"
        func send(_ query: String) async throws -> [String: Any] { try object(try await harness.ask("POST", "/api/v1/records?name=a.csv\(query)", bearer: write, body: Array(file.utf8))) }
        let rehearsal = try await send("&dry_run=true")
        #expect(rehearsal["dry_run"] as? Bool == true && rehearsal["import"] is NSNull && rehearsal["refusals_total"] as? Int == 1, "\(rehearsal)")
        let first = try await send("")
        let version = try #require(first["import"] as? Int)
        #expect((first["files"] as? [[String: Any]])?.first?["stored"] as? Int == 1)
        let again = try await send("")
        #expect(again["import"] is NSNull && again["data_version"] as? Int == version && (again["files"] as? [[String: Any]])?.first?["known"] as? Int == 1, "\(again)")
        let reading = try await harness.ask("POST", "/api/v1/records?name=a.csv", bearer: try token(harness, [.read]), body: Array(file.utf8))
        #expect(reading.status == 403)
        let session = try harness.session("root", .administrator)
        #expect(try await harness.ask("POST", "/api/v1/records?name=a.csv", session: session, body: Array(file.utf8)).status == 403, "a browser's session writes nothing here")
    }

    /// One shape, whatever went wrong.
    @Test(arguments: [
        ("GET", "/api/v1/figures?unit=616&period=2025-05", 400, "bad-request", "indicator"), ("GET", "/api/v1/figures?indicator=O1&unit=616&period=2025-13", 400, "bad-request", "period"),
        ("GET", "/api/v1/figures?indicator=O1&unit=616&period=2025-05&colour=red", 400, "bad-request", "colour"), ("GET", "/api/v1/figures?indicator=O1&unit=616&unit=611&period=2025-05", 400, "bad-request", "unit"),
        ("GET", "/api/v1/figures?indicator=O1&unit=&period=2025-05", 400, "bad-request", "unit"), ("GET", "/api/v1/indicators?lang=fr", 400, "bad-request", "lang"), ("GET", "/api/v1/status?lang=en", 400, "bad-request", "lang"), ("GET", "/api/v1/registers/people", 404, "not-found", ""), ("GET", "/api/v1/nothing", 404, "not-found", ""),
        ("DELETE", "/api/v1/figures", 405, "method-not-allowed", ""), ("GET", "/api/v1/reports/unit-monthly?period=2025-05&format=exe", 400, "bad-request", "format"),
        ("POST", "/api/v1/records?name=a.csv", 400, "bad-request", ""), ("POST", "/api/v1/records?name=..%2Fa.csv", 400, "bad-request", "name"), ("POST", "/api/v1/records", 400, "bad-request", "name"),
    ])
    func errorsHaveOneShape(method: String, path: String, status: Int, code: String, field: String) async throws {
        let harness = try Harness()
        let reply = try await harness.ask(method, path, bearer: try token(harness, [.read, .write]), body: method == "POST" ? [] : nil)
        let error = try #require(try object(reply)["error"] as? [String: Any])
        #expect(reply.status == status && error["code"] as? String == code && (error["field"] as? String ?? "") == field, "\(reply.status) \(reply.body)")
        #expect(Set(error.keys) == ["code", "message", "field", "id"] && reply.header("Content-Type") == "application/json")
        if status == 405 { #expect(reply.header("Allow") == "GET, HEAD") }
    }

    @Test func aTokenNeverHasMoreThanItsAccountAndDies() async throws {
        let harness = try Harness()
        let head = try token(harness, [.read, .write], .head, scope: "616")
        #expect(try await harness.ask("GET", "/api/v1/figures?indicator=O1&unit=616&period=2025-05", bearer: head).status == 200)
        #expect(try await harness.ask("GET", "/api/v1/figures?indicator=O1&unit=611&period=2025-05", bearer: head).status == 404)
        #expect(try await harness.ask("POST", "/api/v1/records?name=a.csv", bearer: head, body: [65]).status == 403)
        #expect(try await harness.ask("GET", "/api/v1/reports/provincial-review?period=2025-05", bearer: head).status == 404)
        #expect(try await harness.ask("GET", "/api/v1/reports/unit-monthly?period=2025-05&format=csv", bearer: head).body.contains("Sa Thầy"))
        #expect(try await harness.ask("GET", "/", bearer: head).status == 403, "pages are for people")
        let units = try await harness.ask("GET", "/api/v1/registers/units", bearer: head)
        #expect(units.body.contains("Sa Thầy") && !units.body.contains("Đăk Tô"))
        harness.clock.pass(86_400 + 1)
        #expect(try await harness.ask("GET", "/api/v1/status", bearer: head).status == 401)
        #expect(try await harness.ask("GET", "/api/v1/status", bearer: "uptk_wrong").status == 401)
    }

    @Test func everyRouteIsInTheDocument() throws {
        let harness = try Harness(isFilled: false)
        let document = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: Repository.root + "/dashboards/openapi.json"))) as? [String: Any])
        let paths = try #require(document["paths"] as? [String: [String: Any]])
        let routes = Set(harness.service.routes.filter { $0.path.hasPrefix("/api/") }.map { "\($0.method.rawValue.lowercased()) \($0.path)" })
        let written = Set(paths.flatMap { path, methods in methods.keys.filter { ["get", "post", "put", "delete"].contains($0) }.map { "\($0) \(path)" } })
        #expect(routes == written && document["openapi"] as? String == "3.1.0")
    }
}
