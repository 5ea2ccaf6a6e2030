internal import Adoption
internal import FoundationEssentials
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import Pipeline
internal import Storage
internal import Synchronization

/// How long the server waits for what is slow, and what it leaves free. No office has to choose; tests do.
package struct Margins: Sendable {
    /// For a form to come whole.
    var form = Duration.seconds(30)
    /// For files to come whole, beside what their size is given.
    var files = Duration.seconds(60)
    /// For each million bytes of files: some 1.3 Mbit/s.
    var megabyte = Duration.seconds(6)
    /// For the rest of what a refused request sends.
    var rest = Duration.seconds(60)
    /// For a request to begin with all its headers, and for each piece of its body.
    var silence = Duration.seconds(75)
    /// Between the tries to store what was confirmed, while somebody else writes the store.
    var pauses = [Duration.seconds(2), .seconds(5), .seconds(10), .seconds(20)]
    /// Bytes of the disk that files which are sent may not take.
    var room = 200_000_000

    package init() {}

    /// For so many bytes of files to come whole.
    func time(forBytes bytes: Int) -> Duration { files + megabyte * (bytes / 1_000_000 + 1) }
}

/// What does not end in time is given up.
func within<T: Sendable>(_ limit: Duration, _ work: @escaping @Sendable () async throws -> T) async throws -> T {
    try await withThrowingTaskGroup(of: T.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await Task.sleep(for: limit)
            throw Refused.tooSlow
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else { throw Refused.tooSlow }
        return first
    }
}

/// How often one address may ask. A bucket fills with one request at a time and holds a minute's worth.
///
/// It is a class because it counts.
final class Throttle: Sendable {
    private let perMinute: Int
    private let buckets = Mutex<[String: (tokens: Double, seen: Double)]>([:])

    init(perMinute: Int) { self.perMinute = perMinute }

    /// The seconds to wait; 0 for none.
    func wait(_ address: String, now: Double) -> Int {
        let address = AccountStore.client(at: address)
        return buckets.withLock { buckets in
            // Whoever has not asked for a minute has a full bucket, which need not be remembered.
            if buckets.count > 10_000 { buckets = buckets.filter { now - $0.value.seen < 60 } }
            let known = buckets[address] ?? (Double(perMinute), now)
            let tokens = min(Double(perMinute), known.tokens + (now - known.seen) * Double(perMinute) / 60)
            buckets[address] = (max(0, tokens - 1), now)
            return tokens >= 1 ? 0 : max(1, Int((1 - tokens) * 60 / Double(perMinute) + 0.999))
        }
    }
}

/// Around every answer: its headers, its line in the log, its error in words, its place in the metrics.
struct Envelope: RouterMiddleware {
    typealias Context = Visit
    let service: WebService

    func handle(_ request: Request, context: Visit, next: (Request, Visit) async throws -> Response) async throws -> Response {
        var visit = context
        if service.settings.isBehindProxy, ["127.0.0.1", "::1"].contains(visit.address), let name = HTTPField.Name("X-Forwarded-For"), let last = request.headers[name]?.split(separator: ",").last {
            visit.address = String(last).trimmed
        }
        let begun = monotonicSeconds()
        // Whoever has not refused a form has read it to its end.
        var isRead = request.method == .post
        var response: Response
        do {
            let wait = service.throttle.wait(visit.address, now: monotonicSeconds())
            if wait > 0 { throw Refused.tooMany(seconds: wait) }
            // Kept for the page of an error, which has the menu of whoever is signed in.
            visit = try await service.recognise(request, visit)
            response = try await next(request, visit)
        } catch {
            isRead = false
            response = answer(to: error, request, visit)
        }
        if !isRead, Envelope.hasBody(request) {
            // Who still sends may end it, but not take for ever.
            response.headers[.connection] = "close"
            visit.hangUp(after: service.margins.rest)
        }
        // What the router does not know is answered like the rest: the head alone.
        if request.method == .head { response = response.createHeadResponse() }
        harden(&response, request)
        let seconds = monotonicSeconds() - begun
        service.metrics.count(status: response.status.code, seconds: seconds)
        service.log.write(request: visit.id, method: request.method.rawValue, route: visit.endpointPath, status: response.status.code, seconds: seconds, bytes: response.body.contentLength)
        return response
    }

    private static func hasBody(_ request: Request) -> Bool { request.headers[.transferEncoding] != nil || request.headers[.contentLength].map { $0 != "0" } ?? false }

    private func answer(to error: any Error, _ request: Request, _ visit: Visit) -> Response {
        let isAPI = request.uri.path.hasPrefix("/api/")
        do { throw error } catch let refused as Refused {
            if case .unauthenticated = refused, !isAPI { return Answer.redirect(to: service.signInAddress(request)).response }
            var answer = service.failure(refused.status, refused.code, refused.message(service.words(request)), field: refused.field, request, visit)
            if let seconds = refused.secondsToWait { answer.headers.append((.retryAfter, String(seconds))) }
            if case .unauthenticated = refused { answer.headers.append((.wwwAuthenticate, "Bearer")) }
            return answer.response
        } catch let error as InputError {
            return service.failure(.badRequest, "bad-request", isAPI ? error.description : service.words(request).inputFault(error.description), field: nil, request, visit).response
        } catch is StoreBusy {
            var answer = service.failure(.serviceUnavailable, "busy", service.words(request).busy, field: nil, request, visit)
            answer.headers.append((.retryAfter, "10"))
            return answer.response
        } catch let error as any HTTPResponseError {
            if error.status.code == 413 {
                let refused = Refused.tooLarge(service.words(request).tooLarge(service.settings.uploadMegabytes))
                return service.failure(refused.status, refused.code, refused.message(service.words(request)), field: nil, request, visit).response
            }
            let methods = service.methods(at: request.uri.path)
            if error.status.code == 404, !methods.isEmpty {
                var answer = service.failure(.methodNotAllowed, "method-not-allowed", service.words(request).otherMethod(methods.map(\.rawValue)), field: nil, request, visit)
                answer.headers.append((.allow, methods.map(\.rawValue).joined(separator: ", ")))
                return answer.response
            }
            let refused: Refused = error.status.code == 404 ? .notFound : .bad("\(error.status)")
            return service.failure(error.status, error.status.code == 405 ? "method-not-allowed" : refused.code, refused.message(service.words(request)), field: nil, request, visit).response
        } catch {
            // Only the number goes out; what happened stays here.
            service.log.note("fault \(visit.id): \(error)")
            return service.failure(.internalServerError, "internal", service.words(request).internalFault(visit.id), field: nil, request, visit).response
        }
    }

    private static let policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    private func harden(_ response: inout Response, _ request: Request) {
        func set(_ name: String, _ value: String) { if let name = HTTPField.Name(name), response.headers[name] == nil { response.headers[name] = value } }
        set("Content-Security-Policy", Envelope.policy)
        set("X-Content-Type-Options", "nosniff")
        set("Referrer-Policy", "same-origin")
        set("Cross-Origin-Opener-Policy", "same-origin")
        set("Cross-Origin-Resource-Policy", "same-origin")
        set("X-Frame-Options", "DENY")
        set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if service.settings.publicURL.hasPrefix("https://") { set("Strict-Transport-Security", "max-age=31536000; includeSubDomains") }
        set("Cache-Control", "no-store")
    }
}

extension String {
    var trimmed: String {
        var text = self[...]
        while let first = text.first, first.isWhitespace { text = text.dropFirst() }
        while let last = text.last, last.isWhitespace { text = text.dropLast() }
        return String(text)
    }
}
