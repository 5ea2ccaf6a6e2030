import Adoption
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOEmbedded
import Pipeline
import Storage
import Synchronization
import TestSupport

@testable import Web

/// The whole server but its socket: requests go into the router, and what comes out is kept.
final class Harness: Sendable {
    struct Reply {
        let status: Int
        let headers: HTTPFields
        let body: String
        let bytes: Int

        func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }

        /// The value of a hidden field of a form.
        func field(_ name: String) -> String? { body.firstMatch(of: try! Regex("name=\"\(name)\" value=\"([^\"]*)\"")).flatMap { $0[1].substring.map(String.init) } }
    }

    let folder: Folder
    let service: WebService
    private let responder: RouterResponder<Visit>

    /// - Parameter isFilled: false for a store without records.
    init(isFilled: Bool = true, margins: Margins = Margins(), settings change: (inout Settings) -> Void = { _ in }) throws {
        folder = try Folder()
        let home = try Home(path: Repository.root, program: "")
        let store = try Store.open(folder.path + "/uptake.sqlite", pseudonymKey: nil)
        if isFilled {
            let example = Repository.root + "/examples/kon-tum-2025/"
            for files in [["units.csv", "procedures.csv", "services.csv", "targets.yaml", "accounts.csv", "submissions.csv", "payments.csv"], ["corrections.csv"]] {
                _ = try Ingest.run(files.map { example + $0 }, into: store, asOf: Instant(secondsSinceEpoch: 1_751_900_000), indicatorIDs: { home.indicators.map(\.id) })
            }
        }
        var settings = try Settings(path: nil, environment: ["UPTAKE_STORE": folder.path + "/uptake.sqlite", "UPTAKE_LOG": folder.path + "/access.log"])
        settings.requestsPerMinute = 100_000
        change(&settings)
        let clock = Clock()
        service = try WebService(settings, home: home, margins: margins, clock: { clock.now })
        self.clock = clock
        responder = service.router().buildResponder()
    }

    /// The time that the server knows. It is a class because tests pass it.
    final class Clock: Sendable {
        private let seconds = Mutex(1_752_000_000)
        var now: Instant { Instant(secondsSinceEpoch: seconds.withLock { $0 }) }
        func pass(_ count: Int) { seconds.withLock { $0 += count } }
    }

    let clock: Clock

    /// An account with a session, as if somebody had signed in.
    func session(_ name: String, _ role: Role, scope: String = Account.everything) throws -> String {
        if try service.accounts.account(named: name) == nil { try service.accounts.add(name, role: role, scope: scope, now: clock.now) }
        let token = Secrets.token()
        try service.accounts.openSession(tokenHash: Secrets.hash(token), csrf: "csrf-of-\(name)", for: name, now: clock.now)
        return token
    }

    /// - Parameters:
    ///   - session: the value of the session's cookie.
    ///   - form: sent as a form with the session's secret, unless it has one of its own.
    ///   - stream: a body that comes by and by.
    func ask(
        _ method: String, _ path: String, session: String? = nil, bearer: String? = nil, form: [String: String]? = nil, body: [UInt8]? = nil, stream: RequestBody? = nil, headers: [String: String] = [:]
    ) async throws -> Reply {
        var head = HTTPRequest(method: HTTPRequest.Method(rawValue: method)!, scheme: "http", authority: "127.0.0.1:8080", path: path)
        if let session { head.headerFields[.cookie] = "\(WebService.cookie)=\(session)" }
        if let bearer { head.headerFields[.authorization] = "Bearer \(bearer)" }
        for (name, value) in headers { head.headerFields[HTTPField.Name(name)!] = value }
        var content = ByteBuffer()
        if let form {
            head.headerFields[.contentType] = "application/x-www-form-urlencoded"
            content = ByteBuffer(string: form.map { "\(percentEncoded($0))=\(percentEncoded($1))" }.joined(separator: "&"))
        } else if let body {
            content = ByteBuffer(bytes: body)
        }
        let request = Request(head: head, body: stream ?? RequestBody(buffer: content))
        var logger = Logger(label: "test")
        logger[metadataKey: "hb.request.id"] = "test"
        let context = Visit(source: ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: logger))
        let response = try await responder.respond(to: request, context: context)
        let collected = Collected()
        try await response.body.write(Writer(collected: collected))
        return Reply(status: response.status.code, headers: response.headers, body: String(buffer: collected.buffer.withLock { $0 }), bytes: collected.buffer.withLock { $0.readableBytes })
    }

    /// A form of somebody who is signed in.
    func post(_ path: String, session: String, as name: String, _ form: [String: String] = [:]) async throws -> Reply {
        try await ask("POST", path, session: session, form: form.merging(["csrf": "csrf-of-\(name)"]) { $1 })
    }

    /// A form with a file, as browsers send it.
    func upload(_ files: [(name: String, content: String)], session: String, csrf: String) async throws -> Reply {
        let mark = "----boundary7d"
        var body = "--\(mark)\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n\(csrf)\r\n"
        // A file field that nobody filled in.
        body += "--\(mark)\r\nContent-Disposition: form-data; name=\"profile\"; filename=\"\"\r\nContent-Type: application/octet-stream\r\n\r\n\r\n"
        for file in files { body += "--\(mark)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(file.name)\"\r\nContent-Type: text/csv\r\n\r\n\(file.content)\r\n" }
        body += "--\(mark)--\r\n"
        return try await ask("POST", "/upload", session: session, body: Array(body.utf8), headers: ["Content-Type": "multipart/form-data; boundary=\(mark)"])
    }

    /// Until nothing is being read or stored any more.
    func rest() async throws { while !service.uploads.isIdle { try await Task.sleep(for: .milliseconds(5)) } }
}

private final class Collected: Sendable { let buffer = Mutex(ByteBuffer()) }

private struct Writer: ResponseBodyWriter {
    let collected: Collected

    mutating func write(_ buffer: ByteBuffer) async throws { _ = collected.buffer.withLock { $0.writeImmutableBuffer(buffer) } }
    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
