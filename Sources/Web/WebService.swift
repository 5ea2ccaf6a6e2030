package import Adoption
internal import Delivery
internal import FoundationEssentials
internal import HTTPTypes
internal import Hashing
internal import HummingbirdCore
package import Hummingbird
internal import Logging
internal import NIOCore
package import Pipeline
internal import Rendering
internal import Reporting
internal import Storage
internal import Synchronization

/// The server: what it keeps between requests, and its routes.
///
/// It is a class because it keeps connections, counts and uploads.
package final class WebService: Sendable {
    let settings: Settings
    let home: Home
    let stores: Stores
    let accounts: AccountStore
    let desks: Desks
    /// Bytes of published files that were made again, by their SHA-256: at most 64 MB.
    let publishedBytes = Kept<String, [UInt8]>(most: 64_000_000) { $0.count }
    let throttle: Throttle
    let metrics = Metrics()
    let log: Log
    let uploads: Uploads
    let signOns = SignOns()
    let assets: Assets
    let scheduler: Scheduler
    /// Raised when the server is to end: what is being sent is finished, and nothing more is begun.
    let isEnding = Flag()
    let margins: Margins
    private let clock: @Sendable () -> Instant

    /// - Parameters:
    ///   - home: the definitions.
    ///   - margins: for tests, which do not wait.
    ///   - clock: the time, so that tests can pass it.
    /// - Throws: what is wrong with settings, definitions, store or accounts, before anybody is answered.
    package init(_ settings: Settings, home: Home, margins: Margins = Margins(), clock: @escaping @Sendable () -> Instant) throws {
        self.settings = settings
        self.home = home
        self.margins = margins
        self.clock = clock
        stores = try Stores(path: settings.store, pseudonymKey: settings.pseudonymKey)
        accounts = try AccountStore(path: settings.accounts)
        desks = try Desks(home)
        throttle = Throttle(perMinute: settings.requestsPerMinute)
        log = Log(path: settings.log, clock: clock)
        uploads = try Uploads(folder: settings.uploads)
        assets = try Assets(home)
        let isEnding = isEnding
        var scheduler = try Scheduler(settings, home: home, accounts: accounts)
        scheduler.mayGoOn = { !isEnding.isRaised }
        self.scheduler = scheduler
        if let sso = settings.singleSignOn { _ = try SingleSignOn.clientSecret(file: sso.clientSecretFile) }
    }

    var now: Instant { clock() }

    /// What a route needs of whoever asks.
    package enum Access: Hashable, Sendable {
        /// Anybody.
        case open
        /// Anybody who is signed in.
        case signedIn
        case may(Permission)
    }

    package struct Route: Sendable {
        package let method: HTTPRequest.Method
        /// `/imports/{number}`
        package let path: String
        package let access: Access
        /// The most bytes of a form; nil for a body that the handler reads itself.
        let formLimit: Int?
        /// What the query may hold, each once and not empty; nil where anything is passed over.
        var queries: Set<String>?
        let handle: @Sendable (Ask) async throws -> Answer
    }

    /// The router with everything around it.
    package func router() -> Router<Visit> {
        let router = Router(context: Visit.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: Envelope(service: self))
        for route in routes {
            router.on(RouterPath(route.path), method: route.method) { request, visit in
                try await self.admit(visit, to: route)
                if let queries = route.queries { try Ask.check(request.uri, allows: queries) }
                let ask = try await Ask(request, visit, route, self)
                do { return try await route.handle(ask).response } catch let error as InputError {
                    // What is wrong with records may name units that this reader does not see.
                    guard route.method == .get, visit.reader?.account.seesEverything == false else { throw error }
                    self.log.note("refused \(visit.id): what the records say of it is not for this reader")
                    throw Refused.bad(ask.words.cannotBeShown)
                } catch let refused as Refused {
                    if let what = refused.denied { await self.note(.denied, visit.reader, "\(route.method.rawValue) \(route.path)", what) }
                    throw refused
                }
            }
        }
        return router
    }

    private func admit(_ visit: Visit, to route: Route) async throws {
        switch route.access {
        case .open: return
        case .signedIn:
            guard let reader = visit.reader else { throw Refused.unauthenticated }
            // A program has no session to end and no password to change.
            if reader.scopes != nil, !route.path.hasPrefix("/api/") { throw Refused.forbidden }
        case .may(let permission):
            guard let reader = visit.reader else { throw Refused.unauthenticated }
            guard reader.may(permission), reader.scopes == nil || route.path.hasPrefix("/api/") || route.path == "/metrics" else {
                await note(.denied, reader, "\(route.method.rawValue) \(route.path)")
                throw Refused.forbidden
            }
        }
    }

    /// Notes an access; a log that cannot be written stops nothing but is told of.
    func note(_ event: AccessEvent, _ reader: Reader?, _ subject: String, _ detail: String = "") {
        let actor = reader.map { $0.isLookingOnly ? "\($0.person.name) as \($0.account.name)" : $0.person.name } ?? "?"
        do { try accounts.logAccess(event, actor: actor, subject: subject, detail: detail, now: now) } catch { log.note("the log of accesses cannot be written: \(error)") }
    }

    /// The same for whoever is not on a thread that may wait for the disk.
    func note(_ event: AccessEvent, _ reader: Reader?, _ subject: String, _ detail: String = "") async {
        do { try await onThread { self.note(event, reader, subject, detail) } } catch { log.note("the log of accesses cannot be written: \(error)") }
    }

    // MARK: Who asks

    static let cookie = "__Host-uptake"
    static let languageCookie = "__Host-uptake-language"

    func recognise(_ request: Request, _ visit: Visit) async throws -> Visit {
        var visit = visit
        if let header = request.headers[.authorization] {
            guard header.lowercased().hasPrefix("bearer ") else { throw Refused.unauthenticated }
            let hash = Secrets.hash(String(header.dropFirst(7)).trimmed)
            let now = now
            guard let (token, account) = try await Pools.accounts.run({ try self.accounts.token(hash: hash, now: now) }) else { throw Refused.unauthenticated }
            visit.reader = Reader(account: account, person: account, session: nil, scopes: token.scopes)
        } else if let value = request.cookies[WebService.cookie]?.value {
            let (hash, now) = (Secrets.hash(value), now)
            visit.reader = try await Pools.accounts.run { try self.reader(sessionHash: hash, now: now) }
        }
        return visit
    }

    private func reader(sessionHash: String, now: Instant) throws -> Reader? {
        let limits = (idle: settings.idleMinutes * 60, absolute: settings.absoluteHours * 3_600)
        guard let (session, person) = try accounts.session(tokenHash: sessionHash, now: now, idleSeconds: limits.idle, absoluteSeconds: limits.absolute) else { return nil }
        let other = person.may(.seeAs) ? try session.seeAs.flatMap { try accounts.account(named: $0) } : nil
        return Reader(account: other ?? person, person: person, session: session, scopes: nil)
    }

    // MARK: Phrases and errors

    /// The address says it for once, the cookie for good.
    func words(_ request: Request) -> Phrases {
        let asked = request.uri.queryParameters["lang"].flatMap { Language(rawValue: String($0)) }
        let chosen = request.cookies[WebService.languageCookie].flatMap { Language(rawValue: $0.value) }
        return Phrases(language: asked ?? chosen ?? settings.language)
    }

    func signInAddress(_ request: Request) -> String {
        guard request.method == .get, request.uri.path != "/" else { return "/login" }
        return "/login?next=" + percentEncoded(request.uri.string)
    }

    func chrome(_ request: Request, _ visit: Visit, kept: String = "") -> Chrome {
        let words = words(request)
        let pages = desks.pages.filter { $0.menu != nil }.map { ($0.id, $0.title(words.language)) }
        return Chrome(words: words, reader: visit.reader, pages: pages, here: request.method == .get ? request.uri.string : "/", kept: kept)
    }

    /// An error in words: a page for people, the one shape of errors for programs.
    func failure(_ status: HTTPResponse.Status, _ code: String, _ message: String, field: String?, _ request: Request, _ visit: Visit) -> Answer {
        if request.uri.path.hasPrefix("/api/") {
            do { return try Answer.json(APIError(code: code, message: message, field: field, id: visit.id), status: status) } catch {
                return Answer(status: .internalServerError, contentType: "application/json", bytes: ByteBuffer(string: "{\"error\":{\"code\":\"internal\",\"field\":null,\"id\":\"\",\"message\":\"\"}}"))
            }
        }
        let chrome = chrome(request, visit)
        let content: Markup = "<section class=\"narrow\"><h1>\(chrome.words.errorTitle)</h1>\n<p class=\"flash error\" role=\"alert\">\(message)</p>\n<p><a class=\"button\" href=\"/\">\(chrome.words.backToStart)</a></p></section>\n"
        return Answer.page(chrome.page(chrome.words.errorTitle, content, hasMenu: visit.reader?.session != nil), status: status)
    }
}

/// One request with what its handler needs.
struct Ask: Sendable {
    let request: Request
    let visit: Visit
    let service: WebService
    /// The fields of a form, each once; empty where there is none.
    let form: [String: String]
    private let asked: [String: String]
    private var unit: String?

    /// The same request as if it named a unit.
    init(_ other: Ask, unit: String) {
        (request, visit, service, form, asked) = (other.request, other.visit, other.service, other.form, other.asked)
        self.unit = unit
    }

    init(_ request: Request, _ visit: Visit, _ route: WebService.Route, _ service: WebService) async throws {
        self.request = request
        self.visit = visit
        self.service = service
        asked = Ask.fields(request.uri.query ?? "")
        guard route.method == .post, let limit = route.formLimit else {
            form = [:]
            return
        }
        try Ask.checkOrigin(request, publicURL: service.settings.publicURL)
        let sent = request.body
        let body = try await within(service.margins.form) { try await sent.collect(upTo: limit) }
        form = Ask.fields(String(buffer: body))
        // A form of somebody who is signed in carries the secret of the session; at the door there is none to carry.
        if route.access != .open, let session = visit.reader?.session { guard Secrets.isEqual(form["csrf"] ?? "", session.csrf) else { throw Refused.stale } }
    }

    /// A program that misspells a parameter is told, and not answered as if it had left it out.
    static func check(_ uri: URI, allows known: Set<String>) throws {
        var seen: Set<String> = []
        for (name, value) in pairs(uri.query ?? "") {
            guard known.contains(name) else { throw Refused.bad("'\(name.prefix(40))' is no parameter here; known are \(known.sorted().joined(separator: ", "))", field: String(name.prefix(40))) }
            guard seen.insert(name).inserted else { throw Refused.bad("'\(name)' is there twice; leave one out", field: name) }
            guard !value.isEmpty else { throw Refused.bad("'\(name)' is empty; write a value or leave it out", field: name) }
            guard name != "lang" || Language(rawValue: value) != nil else { throw Refused.bad("'lang' must be \(Language.allCases.map(\.rawValue).joined(separator: " or "))", field: name) }
        }
    }

    /// A browser says from which site a form comes.
    static func checkOrigin(_ request: Request, publicURL: String) throws {
        let site = HTTPField.Name("Sec-Fetch-Site").flatMap { request.headers[$0] }
        if let site, !["same-origin", "none"].contains(site) { throw Refused.stale }
        guard let origin = request.headers[.origin] else { return }
        // A page without an origin of its own sends this; only the browser itself can say that it is ours all the same.
        if origin == "null", site == "same-origin" { return }
        guard let host = (request.head.authority ?? request.headers[.init("Host") ?? .origin])?.lowercased() else { throw Refused.stale }
        let isHere = ["127.0.0.1", "localhost", "[::1]"].contains { host == $0 || host.hasPrefix($0 + ":") }
        // With an https address of its own the server is asked by https; without one a proxy may do what it likes.
        let isPublic = publicURL.hasPrefix("https://")
        let known = (isPublic || !isHere ? ["https://" + host] : []) + (isHere || !isPublic ? ["http://" + host] : [])
        guard known.contains(origin.lowercased()) else { throw Refused.stale }
    }

    /// `a=b&c=d` with `+` for a space.
    static func pairs(_ text: String) -> [(name: String, value: String)] {
        text.split(separator: "&").prefix(200).map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { String($0).replacing("+", with: " ").removingURLPercentEncoding() }
            return (parts[0], parts.count > 1 ? parts[1] : "")
        }
    }

    /// The same by name; of a repeated field the first stands.
    static func fields(_ text: String) -> [String: String] { Dictionary(pairs(text).map { ($0.name, $0.value) }) { first, _ in first } }

    var words: Phrases { service.words(request) }

    /// Somebody, as the route asked for.
    var reader: Reader {
        get throws {
            guard let reader = visit.reader else { throw Refused.unauthenticated }
            return reader
        }
    }

    func query(_ name: String) -> String? {
        if name == "unit", let unit { return unit }
        return asked[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    func parameter(_ name: String) throws -> String {
        guard let text = visit.parameters.get(name) else { throw Refused.notFound }
        return text.removingURLPercentEncoding()
    }

    func number(_ name: String) throws -> Int {
        guard let number = Int(try parameter(name)) else { throw Refused.notFound }
        return number
    }

    /// A page with everything around it.
    func page(_ title: String, kept: String = "", bodyClass: String = "", _ content: Markup) -> Answer {
        let chrome = service.chrome(request, visit, kept: kept)
        return Answer.page(chrome.page(title, content, bodyClass: bodyClass, hasMenu: visit.reader != nil))
    }

    var csrf: Markup { service.chrome(request, visit).token }

    /// What was just done, from the address that a form led back to: a word of a closed list.
    var flash: Markup { Chrome.flash(query("done").flatMap { ["undone", "review", "freeze", "reopen", "explain", "role", "disable", "enable", "link", "mail", "revoke", "pause", "resume", "run"].contains($0) ? words.done($0) : nil }) }
}

extension String {
    /// A text with what percent signs stand for; as it is where they stand for nothing.
    func removingURLPercentEncoding() -> String {
        var bytes: [UInt8] = []
        let all = Array(utf8)
        var place = 0
        func digit(_ byte: UInt8) -> UInt8? {
            switch byte {
            case 0x30...0x39: byte - 0x30
            case 0x41...0x46: byte - 0x37
            case 0x61...0x66: byte - 0x57
            default: nil
            }
        }
        while place < all.count {
            if all[place] == 0x25, place + 2 < all.count, let high = digit(all[place + 1]), let low = digit(all[place + 2]) {
                bytes.append(high << 4 | low)
                place += 3
            } else {
                bytes.append(all[place])
                place += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
