import Adoption
import Foundation
import Hummingbird
import HTTPTypes
import Pipeline
import Reporting
import Storage
import Testing
import TestSupport

@testable import Web

/// Who may see and do what: every route × every role × in and out of the scope.
@Suite struct AccessTests {
    /// An address for each route, about a unit within the scope of 616 (Sa Thầy) and about one outside it; nil where the unit is not in the address.
    private static func address(_ route: WebService.Route, unit: String) -> String {
        var path = route.path.replacing("{code}", with: unit).replacing("{secret}", with: "nothing").replacing("{id}/{table}", with: "units/shortfall-table.csv")
            .replacing("{number}", with: "1").replacing("{name}", with: route.path.hasPrefix("/api") ? "units" : route.path.hasPrefix("/assets") ? "site.css" : "nobody").replacing("{language}", with: "en")
        if route.path.hasPrefix("/pages/{id}") { path = path.replacing("{id}", with: "units") }
        if route.path.hasPrefix("/api/v1/reports/") { path = path.replacing("{id}", with: "unit-monthly") }
        path = path.replacing("{id}", with: "nothing")
        switch route.path {
        case "/figures", "/figures.csv": return "\(path)?name=O1.v1/\(unit)/2025-05/administrative"
        case "/api/v1/figures": return "\(path)?indicator=O1&unit=\(unit)&period=2025-05"
        case "/api/v1/reports/{id}": return "\(path)?unit=\(unit)&period=2025-05&format=html"
        case "/", "/pages/{id}", "/pages/{id}/{table}", "/slides": return "\(path)?period=2025-05&unit=\(unit)"
        case "/units/{code}": return "\(path)?period=2025-05"
        default: return path
        }
    }

    private static let aboutUnits: Set<String> = ["/figures", "/figures.csv", "/api/v1/figures", "/api/v1/reports/{id}", "/", "/pages/{id}", "/pages/{id}/{table}", "/slides", "/units/{code}"]

    /// What each role may, written down once more and by hand.
    private static let rights: [Role: Set<Permission>] = [
        .administrator: [.view, .dossiers, .upload, .undo, .decide, .schedule, .explain, .audit, .users, .seeAs], .reviewer: [.view, .undo, .decide, .schedule, .audit], .head: [.view, .dossiers, .explain],
        .clerk: [.view, .dossiers, .upload, .explain], .auditor: [.view, .dossiers, .audit],
    ]

    @Test func everyRouteAnswersEachRoleAsItShould() async throws {
        let harness = try Harness()
        var sessions: [Role: String] = [:]
        for role in Role.allCases { sessions[role] = try harness.session("of-\(role.rawValue)", role, scope: role == .administrator ? Account.everything : "616") }
        var asked = 0
        for route in harness.service.routes where route.path != "/logout" && route.path != "/metrics" {
            let method = route.method.rawValue
            // Nobody is signed in.
            let stranger = try await harness.ask(method, Self.address(route, unit: "616"), form: method == "POST" ? [:] : nil)
            if case .open = route.access {
                #expect(stranger.status != 303 || route.path.hasPrefix("/language"), "\(method) \(route.path): \(stranger.status)")
            } else {
                #expect(stranger.status == (route.path.hasPrefix("/api/") ? 401 : 303), "\(method) \(route.path) without a session: \(stranger.status)")
                if stranger.status == 303 { #expect(stranger.header("Location")?.hasPrefix("/login") == true) }
            }
            for role in Role.allCases {
                guard case .may(let permission) = route.access, let session = sessions[role] else { continue }
                let form = method == "POST" && route.formLimit != nil ? ["csrf": "csrf-of-of-\(role.rawValue)"] : nil
                let inside = try await harness.ask(method, Self.address(route, unit: "616"), session: session, form: form)
                let isAllowed = Self.rights[role]?.contains(permission) == true
                asked += 1
                if !isAllowed {
                    #expect(inside.status == 403, "\(method) \(route.path) for a \(role): \(inside.status)")
                    #expect(!inside.body.contains("Sa Thầy"), "\(route.path) tells a \(role) something")
                } else if method == "GET" {
                    #expect([200, 303, 404].contains(inside.status), "\(method) \(route.path) for a \(role): \(inside.status) \(inside.body.prefix(300))")
                    if Self.aboutUnits.contains(route.path) { #expect(inside.status == 200, "\(route.path) for a \(role): \(inside.status) \(inside.body.suffix(400))") }
                } else {
                    #expect(inside.status != 500 && inside.status != 401, "\(method) \(route.path) for a \(role): \(inside.status)")
                }
                // What is outside and what is nowhere are answered alike.
                guard Self.aboutUnits.contains(route.path), role != .administrator else { continue }
                let (outside, nowhere) = (
                    try await harness.ask(method, Self.address(route, unit: "611"), session: session), try await harness.ask(method, Self.address(route, unit: "no-such-unit"), session: session)
                )
                if isAllowed {
                    #expect(outside.status == 404 && nowhere.status == 404, "\(route.path) of another unit for a \(role): \(outside.status), \(nowhere.status)")
                    #expect(outside.body.replacing("611", with: "") == nowhere.body.replacing("no-such-unit", with: ""), "\(route.path) tells what is there")
                }
            }
        }
        #expect(asked > 200, "\(asked)")
    }

    /// Nothing about another unit stands on any page of a head of unit, wherever the links lead.
    @Test func aHeadOfUnitSeesNothingOfOthers() async throws {
        let harness = try Harness()
        let session = try harness.session("head", .head, scope: "616")
        let others = ["Đắk Tô", "Đắk Hà", "Ngọc Hồi", "Ia H'Drai", "Ia H&#39;Drai", "Sở Y tế", "Sở Giáo dục", "thành phố Kon Tum"]
        var (waiting, seen): ([String], Set<String>) = (["/?period=2025-05", "/search?q=so+y+te", "/search?q=dak", "/organisation", "/publications", "/periods?period=2025-05"], [])
        while let address = waiting.popLast(), seen.count < 150 {
            guard seen.insert(address).inserted else { continue }
            let reply = try await harness.ask("GET", address, session: session)
            #expect(reply.status < 400 || reply.status == 404, "\(address): \(reply.status)")
            for other in others where reply.body.contains(other) && !address.hasPrefix("/search") { Issue.record("\(address) tells of \(other)") }
            waiting += reply.body.matches(of: /href="(\/[^"#]*)"/).map { String($0.1).replacing("&amp;", with: "&") }.filter { !$0.hasPrefix("/assets") && !$0.hasPrefix("/language") && !$0.hasSuffix(".xlsx") }
        }
        #expect(seen.count > 40, "\(seen.count)")
        // The search finds what is there for the head, and not what is elsewhere.
        #expect(try await harness.ask("GET", "/search?q=sa+thay", session: session).body.contains("UBND huyện Sa Thầy"))
        let elsewhere = try await harness.ask("GET", "/search?q=so+y+te", session: session)
        #expect(!elsewhere.body.contains("Sở Y tế</a>"))
    }

    /// The reports that a head takes away tell of no other unit either: those of the API, for programs too, and the files that were published.
    @Test func aHeadsReportsTellNothingOfOthers() async throws {
        let harness = try Harness()
        let head = try harness.session("head", .head, scope: "616")
        let token = try harness.service.accounts.issueToken(for: "head", label: "test", scopes: [.read], days: 1, now: harness.clock.now).token
        let root = try harness.session("root", .administrator)
        let home = harness.service.home
        // Documents that define an indicator are cited by their names, whoever wrote them.
        let citations = Set(home.indicators.map(\.source.number)).filter { $0.contains("Sở ") }
        let others = ["Đắk Tô", "Đắk Hà", "Ngọc Hồi", "Ia H' Drai", "Ia H&#39; Drai", "Sở Y tế", "Sở Giáo dục", "Sở Văn hóa", "thành phố Kon Tum", "submissions.csv", "corrections.csv", "payments.csv"]
        func check(_ reply: Harness.Reply, _ what: String) {
            #expect(reply.status == 200 && reply.body.contains("DỮ LIỆU MINH HỌA"), "\(what): \(reply.status)")
            let body = citations.reduce(reply.body) { $0.replacing($1, with: "") }
            for other in others where body.contains(other) { Issue.record("\(what) tells of \(other)") }
        }
        let ids = home.reports.filter { $0.audience == .unit && !$0.isForOutsiders }.map(\.id)
        for id in ids {
            for period in ["2025-05", "2025-Q1"] {
                let address = "/api/v1/reports/\(id)?period=\(period)&unit=616"
                check(try await harness.ask("GET", address + "&format=html", session: head), "\(id) of \(period)")
                check(try await harness.ask("GET", address + "&format=csv", bearer: token), "\(id) of \(period) for a program")
            }
        }
        #expect(ids.count >= 6)
        #expect(try await harness.post("/periods/freeze", session: root, as: "root", ["period": "2025-05", "calendar": "administrative", "why": "QĐ 1", "override": "Sở Y tế nghỉ bù"]).status == 303)
        let published = try await harness.post("/publications", session: root, as: "root", ["period": "2025-05", "calendar": "administrative", "why": "QĐ 1"])
        let place = try #require(published.header("Location"))
        let files = try await harness.ask("GET", place, session: head).body.matches(of: /href="(\/publications\/[0-9]+\/[^"]*\.html)"/).map { String($0.1) }
        #expect(files.count == 1, "\(files)")
        for file in files { check(try await harness.ask("GET", file, session: head), file) }
    }

    /// Whoever tries what is another's is noted, by the words that the store has for it and never by what was typed.
    @Test func whatIsOutsideIsNotedAndWhatIsNowhereIsNot() async throws {
        let harness = try Harness()
        let (head, root) = (try harness.session("head", .head, scope: "616"), try harness.session("root", .administrator))
        #expect(try await harness.post("/publications", session: root, as: "root", ["period": "2025-05", "calendar": "administrative", "why": "thử"]).status == 303)
        for path in ["/units/CANARY?period=2025-05", "/?period=2025-05&unit=CANARY", "/figures?name=O1.v1/CANARY/2025-05/administrative", "/publications/7", "/publications/1/CANARY.xlsx"] {
            #expect(try await harness.ask("GET", path, session: head).status == 404, "\(path)")
        }
        #expect(try !harness.service.accounts.accessLog(limit: 20).contains { $0.event == "denied" }, "what is nowhere was not kept from anybody")
        for (path, route, subject) in [
            ("/units/611?period=2025-05", "GET /units/{code}", "unit 611"), ("/pages/units?period=2025-05&unit=611", "GET /pages/{id}", "unit 611"), ("/figures?name=O1.v1/611/2025-05/administrative", "GET /figures", "unit 611"),
            ("/figures.csv?name=O1.v1/611/2025-05/administrative", "GET /figures.csv", "unit 611"), ("/api/v1/figures?indicator=O1&unit=611&period=2025-05", "GET /api/v1/figures", "unit 611"),
            ("/publications/1/unit-monthly_611_2025-05_administrative.xlsx", "GET /publications/{number}/{file}", "publication 1, unit 611"),
        ] {
            #expect(try await harness.ask("GET", path, session: head).status == 404, "\(path)")
            let newest = try harness.service.accounts.accessLog(limit: 1).first
            #expect(newest?.event == "denied" && newest?.actor == "head" && newest?.subject == route && newest?.detail == subject, "\(path): \(String(describing: newest))")
        }
        #expect(try await harness.post("/explain", session: head, as: "head", ["figure": "O1.v1/611/2025-05/administrative", "text": "CANARY"]).status == 404)
        let log = try harness.service.accounts.accessLog(limit: 50)
        #expect(log.contains { $0.event == "denied" && $0.subject == "POST /explain" && $0.detail == "unit 611" } && !log.contains { "\($0)".contains("CANARY") })
    }

    /// Of a reviewer the figure, of an auditor the dossiers too.
    @Test func codesOfDossiersAreForThoseWhoMaySeeThem() async throws {
        let harness = try Harness()
        let page = "/figures?name=O1.v1/616/2025-05/administrative"
        let auditor = try await harness.ask("GET", page, session: try harness.session("auditor", .auditor))
        let reviewer = try await harness.ask("GET", page, session: try harness.session("reviewer", .reviewer))
        #expect(auditor.body.contains("<code>616-") && auditor.body.contains("63,51%"))
        #expect(!reviewer.body.contains("<code>616-") && reviewer.body.contains("63,51%"))
    }

    /// An administrator who sees as a head sees what the head sees, and can change nothing.
    @Test func seeingAsSomebodyShowsAndChangesNothing() async throws {
        let harness = try Harness()
        _ = try harness.session("head", .head, scope: "616")
        let session = try harness.session("root", .administrator)
        #expect(try await harness.ask("GET", "/?period=2025-05", session: session).body.contains("Đắk Tô"))
        #expect(try await harness.post("/see-as", session: session, as: "root", ["name": "head"]).status == 303)
        let page = try await harness.ask("GET", "/?period=2025-05", session: session)
        #expect(page.body.contains("Đang xem như head") && !page.body.contains("Đắk Tô") && page.body.contains("Sa Thầy"))
        #expect(try await harness.ask("GET", "/users", session: session).status == 403)
        #expect(try await harness.post("/explain", session: session, as: "root", ["figure": "O1.v1/616/2025-05/administrative", "text": "x"]).status == 403)
        #expect(try await harness.post("/see-as/end", session: session, as: "root").status == 303)
        #expect(try await harness.ask("GET", "/users", session: session).status == 200)
        let log = try harness.service.accounts.accessLog(limit: 10)
        #expect(log.contains { $0.event == "see-as" && $0.actor == "root" && $0.subject == "head" })
    }

    /// Whoever sees a part may not make somebody who sees the whole, and what was a province once is not one now.
    @Test func aPartNeverBecomesTheWhole() async throws {
        let harness = try Harness()
        #expect(throws: InputError.self) { try harness.service.accounts.add("part", role: .administrator, scope: "608", now: harness.clock.now) }
        let register = Repository.root + "/examples/registers/"
        let store = try Store.open(harness.folder.path + "/uptake.sqlite", pseudonymKey: nil)
        _ = try? Ingest.run([register + "units.csv", register + "events.csv"], into: store, asOf: harness.clock.now)
        for (name, role) in [("clerk", Role.clerk), ("auditor", .auditor), ("reviewer", .reviewer)] {
            let session = try harness.session(name, role, scope: "616")
            for path in ["/imports", "/imports/1", "/audit"] { #expect([403, 404].contains(try await harness.ask("GET", path, session: session).status), "\(path) for \(name)") }
            #expect(try await harness.post("/imports/1/undo", session: session, as: name).status == 403)
        }
        let reviewer = try harness.session("reviewer", .reviewer, scope: "616")
        let period = ["period": "2025-05", "calendar": "administrative", "why": "x", "override": "y"]
        for path in ["/periods/freeze", "/periods/reopen", "/publications"] { #expect(try await harness.post(path, session: reviewer, as: "reviewer", period).status == 403, "\(path)") }
        // Of the province until 30/6/2025 everything of that time, and nothing after.
        let head = try harness.session("province", .head, scope: "62")
        #expect(try await harness.ask("GET", "/api/v1/reports/provincial-review?period=2025-05&format=html", session: head).status == 200)
        for path in ["/api/v1/reports/provincial-review?period=2025-08&format=html", "/api/v1/figures?indicator=O1&unit=51&period=2025-08"] {
            #expect(try await harness.ask("GET", path, session: head).status == 404, "\(path)")
        }
        let later = try await harness.ask("GET", "/units/51?period=2025-08", session: head)
        #expect(!later.body.contains("Quảng Ngãi"))
    }

    @Test func explanationsAreOfFiguresThatThereAreAndOpen() async throws {
        let harness = try Harness()
        let session = try harness.session("root", .administrator)
        for figure in ["Nonsense.v7/616/2025-05/administrative", "O1/616/2025-05/administrative", "O1.v1/616/online/2025-05/administrative", "O1.v1/616/2025-05/administrative/restated-2024-01-01"] {
            #expect(try await harness.post("/explain", session: session, as: "root", ["figure": figure, "text": "x"]).status >= 400, "\(figure)")
        }
        #expect(try await harness.post("/periods/freeze", session: session, as: "root", ["period": "2025-05", "calendar": "administrative", "why": "x", "override": "y"]).status == 303)
        #expect(try await harness.post("/explain", session: session, as: "root", ["figure": "O1.v1/616/2025-05/administrative", "text": "x"]).status == 409)
    }
}
