internal import Adoption
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Every address that is answered, with what it needs of whoever asks: the one list from which the router and the tests of access are made.
extension WebService {
    private static let formLimit = 64 * 1024

    package var routes: [Route] {
        func get(_ path: String, _ access: Access, _ handle: @escaping @Sendable (Ask) async throws -> Answer) -> Route { Route(method: .get, path: path, access: access, formLimit: nil, handle: handle) }
        func post(_ path: String, _ access: Access, _ handle: @escaping @Sendable (Ask) async throws -> Answer) -> Route {
            Route(method: .post, path: path, access: access, formLimit: WebService.formLimit, handle: handle)
        }
        func program(_ path: String, _ queries: Set<String>, _ handle: @escaping @Sendable (Ask) async throws -> Answer) -> Route {
            Route(method: .get, path: "/api/v1" + path, access: ["/openapi.json", "/health"].contains(path) ? .open : .may(.view), formLimit: nil, queries: queries, handle: handle)
        }
        func body(_ path: String, _ access: Access, _ handle: @escaping @Sendable (Ask) async throws -> Answer) -> Route { Route(method: .post, path: path, access: access, formLimit: nil, handle: handle) }
        let doors = [
            get("/login", .open) { self.signInPage($0) }, post("/login", .open) { try await self.signIn($0) }, post("/logout", .signedIn) { try await self.signOut($0) },
            get("/setup/{secret}", .open) { try await self.setupPage($0) }, post("/setup/{secret}", .open) { try await self.setUp($0) },
            get("/sso/start", .open) { try await self.startSignOn($0) }, get("/sso/callback", .open) { try await self.finishSignOn($0) },
            get("/account", .signedIn) { try self.accountPage($0) }, post("/account/password", .signedIn) { try await self.changePassword($0) },
            get("/language/{language}", .open) { try self.chooseLanguage($0) },
            get("/assets/{name}", .open) { try self.assets.answer(try $0.parameter("name"), knownTag: $0.request.headers[.ifNoneMatch]) },
            get("/health", .open) { try await self.health($0) }, get("/metrics", .open) { try await self.metricsPage($0) },
        ]
        let figures = [
            get("/", .may(.view)) { try await self.figurePage("overview", $0) }, get("/units/{code}", .may(.view)) { try await self.figurePage("unit", $0, unit: try $0.parameter("code")) },
            get("/pages/{id}", .may(.view)) { ask in
                let name = try ask.parameter("id")
                if name.hasSuffix(".xlsx") { return try await self.download(ask, page: String(name.dropLast(5)), table: nil, format: "xlsx") }
                return try await self.figurePage(name, ask)
            },
            get("/pages/{id}/{table}", .may(.view)) { ask in
                let parts = try ask.parameter("table").split(separator: ".", omittingEmptySubsequences: false)
                guard parts.count == 2 else { throw Refused.notFound }
                return try await self.download(ask, page: try ask.parameter("id"), table: String(parts[0]), format: String(parts[1]))
            },
            get("/figures", .may(.view)) { try await self.numberPage($0) }, get("/figures.csv", .may(.dossiers)) { try await self.dossierList($0) }, post("/explain", .may(.explain)) { try await self.explain($0) },
            get("/search", .may(.view)) { try await self.searchPage($0) }, get("/slides", .may(.view)) { try await self.slides($0) }, get("/organisation", .may(.view)) { try await self.organisationPage($0) },
        ]
        let records = [
            get("/imports", .may(.view)) { try await self.importsPage($0) }, get("/imports/{number}", .may(.view)) { try await self.importPage($0) },
            post("/imports/{number}/undo", .may(.undo)) { try await self.undoImport($0) }, get("/upload", .may(.upload)) { try await self.uploadPage($0) },
            body("/upload", .may(.upload)) { try await self.takeUpload($0) }, get("/upload/{id}", .may(.upload)) { try await self.uploadResult($0) },
            get("/upload/{id}/events", .may(.upload)) { try self.uploadEvents($0) }, post("/upload/{id}/confirm", .may(.upload)) { try self.confirmUpload($0) },
            post("/upload/{id}/discard", .may(.upload)) { try await self.discardUpload($0) },
        ]
        let decisions = [
            get("/periods", .may(.view)) { try await self.periodsPage($0) }, post("/periods/review", .may(.decide)) { try await self.decide($0, "review") },
            post("/periods/freeze", .may(.decide)) { try await self.decide($0, "freeze") }, post("/periods/reopen", .may(.decide)) { try await self.decide($0, "reopen") },
            get("/publications", .may(.view)) { try await self.publicationsPage($0) }, post("/publications", .may(.decide)) { try await self.publish($0) },
            get("/publications/{number}", .may(.view)) { try await self.publicationPage($0) }, post("/publications/{number}/rebuild", .may(.decide)) { try await self.rebuild($0) },
            get("/audit", .may(.audit)) { try await self.auditPage($0) }, get("/schedules", .may(.audit)) { try await self.schedulesPage($0) },
            get("/schedules/runs/{number}", .may(.audit)) { try await self.schedulePage($0) }, post("/schedules/runs/{number}/again", .may(.schedule)) { try await self.runAgain($0) },
            post("/schedules/{id}/pause", .may(.schedule)) { try await self.changeSchedule($0, "pause") }, post("/schedules/{id}/resume", .may(.schedule)) { try await self.changeSchedule($0, "resume") },
            post("/schedules/{id}/run", .may(.schedule)) { try await self.changeSchedule($0, "run") },
            get("/publications/{number}/{file}", .may(.view)) { try await self.publishedFile($0) },
        ]
        let people = [
            get("/users", .may(.users)) { try await self.usersPage($0) }, post("/users", .may(.users)) { try await self.addUser($0) },
            post("/users/tokens", .may(.users)) { try await self.makeToken($0) }, post("/users/tokens/{id}/revoke", .may(.users)) { try await self.revokeToken($0) },
            post("/users/{name}/role", .may(.users)) { try await self.changeUser($0, "role") }, post("/users/{name}/disable", .may(.users)) { try await self.changeUser($0, "disable") },
            post("/users/{name}/enable", .may(.users)) { try await self.changeUser($0, "enable") }, post("/users/{name}/reset", .may(.users)) { try await self.changeUser($0, "reset") }, post("/users/{name}/mail", .may(.users)) { try await self.changeUser($0, "mail") },
            post("/users/{name}/link", .may(.users)) { try await self.changeUser($0, "link") },
            post("/see-as", .may(.seeAs)) { try await self.seeAs($0) }, post("/see-as/end", .signedIn) { try await self.endSeeAs($0) },
        ]
        let programs = [
            program("/openapi.json", []) { ask in Answer(contentType: "application/json", bytes: ByteBuffer(bytes: ask.service.assets.openAPI)) }, program("/health", []) { try await self.health($0) },
            program("/status", []) { try await self.status($0) }, program("/figures", ["indicator", "unit", "period", "calendar", "procedure", "channel", "lang"]) { try await self.figure($0) },
            program("/indicators", ["lang"]) { try self.indicators($0) }, program("/reports", ["lang"]) { try self.reports($0) },
            program("/reports/{id}", ["period", "calendar", "unit", "format", "lang"]) { try await self.report($0) }, program("/registers/{name}", []) { try await self.register($0) },
            Route(method: .post, path: "/api/v1/records", access: .may(.upload), formLimit: nil, queries: ["name", "dry_run"]) { try await self.records($0) },
        ]
        return doors + figures + records + decisions + people + programs
    }

    /// The methods that an address knows; empty for one that is not there.
    func methods(at path: String) -> [HTTPRequest.Method] {
        let parts = path.split(separator: "/")
        return routes.filter { route in
            let pattern = route.path.split(separator: "/")
            return pattern.count == parts.count && zip(pattern, parts).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }.flatMap { $0.method == .get ? [.get, .head] : [$0.method] }
    }

    /// A choice that stays, in a cookie that says nothing about anybody.
    private func chooseLanguage(_ ask: Ask) throws -> Answer {
        guard let language = ask.visit.parameters.get("language"), ["vi", "en"].contains(language) else { throw Refused.notFound }
        var answer = Answer.redirect(to: WebService.inside(ask.query("next")))
        answer.headers.append((.setCookie, "\(WebService.languageCookie)=\(language); Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000"))
        return answer
    }
}
