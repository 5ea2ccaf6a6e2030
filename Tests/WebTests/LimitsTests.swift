import Adoption
import Dispatch
import Foundation
import Glibc
import HummingbirdCore
import Logging
import NIOCore
import Pipeline
import ServiceLifecycle
import Storage
import Synchronization
import Testing
import TestSupport

@testable import Web

/// What is too much, too often, too slow or too large.
@Suite struct LimitsTests {
    /// Whoever has one address of an IPv6 network has all of it.
    @Test(arguments: [
        (["2001:db8:1:2::1", "2001:DB8:1:2:ffff::9", "2001:db8:1:2:3:4:5:6"], "2001:db8:1:3::1"), (["192.0.2.7", "::ffff:192.0.2.7", "::FFFF:c000:207"], "192.0.2.8"), (["::1", "::2", "::3"], "1::1"), (["", "", ""], "unknown"),
    ])
    func oneNetworkIsOneAddress(same: [String], other: String) {
        let throttle = Throttle(perMinute: 2)
        #expect(same.map { throttle.wait($0, now: 0) > 0 } == [false, false, true])
        #expect(throttle.wait(other, now: 0) == 0)
    }

    @Test(arguments: [(0, 66), (999_999, 66), (1_000_000, 72), (50_000_000, 366), (100_000_000, 666)])
    func filesHaveTimeByTheirSize(bytes: Int, seconds: Int) { #expect(Margins().time(forBytes: bytes) == .seconds(seconds)) }

    /// A body that never ends, with nobody's patience.
    @Test(arguments: [("/login", "name="), ("/upload", "--m\r\nContent-Dis"), ("/api/v1/records?name=a.csv", "dossier_code,")])
    func whatComesTooSlowlyIsGivenUp(path: String, beginning: String) async throws {
        var margins = Margins()
        (margins.form, margins.files, margins.megabyte) = (.zero, .zero, .zero)
        let harness = try Harness(isFilled: false, margins: margins)
        let session = try harness.session("root", .administrator)
        let token = try harness.service.accounts.issueToken(for: "root", label: "test", scopes: [.write], days: 1, now: harness.clock.now).token
        let (body, source) = RequestBody.makeStream()
        await source.yield(ByteBuffer(string: beginning))
        let isAPI = path.hasPrefix("/api/")
        let reply = try await harness.ask(
            "POST", path, session: isAPI ? nil : session, bearer: isAPI ? token : nil, stream: body, headers: ["Content-Length": "1000", "Content-Type": "multipart/form-data; boundary=m"])
        source.finish()
        #expect(reply.status == 408 && reply.header("Connection") == "close" && reply.body.contains(isAPI ? "\"too-slow\"" : "Gửi quá chậm"), "\(reply.status) \(reply.body)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: harness.service.settings.uploads).isEmpty)
    }

    /// What was refused may still be on its way: the connection ends with it. What was read to its end keeps the connection.
    @Test(arguments: [("POST", "/nowhere", "10", "close"), ("POST", "/upload", "10", "close"), ("POST", "/nowhere", "0", nil), ("GET", "/login", "10", "close"), ("GET", "/login", nil, nil), ("POST", "/login", "10", nil)] as [(String, String, String?, String?)])
    func anAnswerBeforeTheEndOfARequestEndsTheConnection(method: String, path: String, length: String?, connection: String?) async throws {
        let harness = try Harness(isFilled: false)
        let reply = try await harness.ask(method, path, body: Array("name=x&y=z".utf8), headers: length.map { ["Content-Length": $0] } ?? [:])
        #expect(reply.header("Connection") == connection, "\(reply.status)")
    }

    /// The real server at a real socket: headers that never end, a form that never ends, and a body that goes on after it was refused.
    @Test(.timeLimit(.minutes(1)), arguments: [("GET /login HTTP/1.1\r\nHost: x", ""), ("POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nname=", "HTTP/1.1 408"), ("POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nname=", "HTTP/1.1 404")])
    func nobodyHoldsAConnectionForEver(said: String, answer: String) async throws {
        var margins = Margins()
        (margins.form, margins.rest, margins.silence) = (.milliseconds(100), .milliseconds(200), answer.isEmpty ? .milliseconds(200) : .seconds(50))
        let harness = try Harness(isFilled: false, margins: margins) { $0.port = 0 }
        let (ports, port) = AsyncStream<Int>.makeStream()
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [harness.service.application { port.yield($0) }], logger: Logger(label: "test")))
        let running = Task { try await group.run() }
        var numbers = ports.makeAsyncIterator()
        let number = try #require(await numbers.next())
        let heard = try await onThread { try Conversation.heard(after: said, at: number) }
        await group.triggerGracefulShutdown()
        try await running.value
        #expect(heard.hasEnded && heard.text.hasPrefix(answer) && heard.text.isEmpty == answer.isEmpty, "\(heard)")
    }

    private struct Conversation {
        let text: String
        /// The other end has hung up.
        let hasEnded: Bool

        static func heard(after said: String, at port: Int) throws -> Conversation {
            let end = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(end) }
            var patience = timeval(tv_sec: 30, tv_usec: 0)
            setsockopt(end, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
            let connected = withUnsafePointer(to: &address) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(end, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) } }
            try #require(connected == 0 && send(end, said, said.utf8.count, 0) == said.utf8.count)
            var (bytes, piece) = ([UInt8](), [UInt8](repeating: 0, count: 4_096))
            while true {
                let count = recv(end, &piece, piece.count, 0)
                if count <= 0 { return Conversation(text: String(decoding: bytes, as: UTF8.self), hasEnded: count == 0 || errno == ECONNRESET) }
                bytes += piece[..<count]
            }
        }
    }

    /// Whoever writes may wait for the store; whoever reads, and the monitor, does not wait for them.
    @Test func theServerIsWellWhileWritersWait() async throws {
        let harness = try Harness()
        let session = try harness.session("c", .clerk)
        let latch = DispatchSemaphore(value: 0)
        let begun = [Flag(), Flag()]
        async let first: Void = onWriteThread {
            begun[0].raise()
            latch.wait()
        }
        async let second: Void = onWriteThread {
            begun[1].raise()
            latch.wait()
        }
        while !begun.allSatisfy(\.isRaised) { await Task.yield() }
        async let explained = harness.post("/explain", session: session, as: "c", ["figure": "O1.v1/616/2025-05/administrative", "text": "x"])
        let answers = [try? await harness.ask("GET", "/health"), try? await harness.ask("GET", "/?period=2025-05", session: session), try? await harness.ask("GET", "/api/v1/health")]
        latch.signal()
        latch.signal()
        #expect(answers.map { $0?.status } == [200, 200, 200])
        #expect(try await explained.status == 303)
        _ = try await (first, second)
    }

    /// A proxy is on this machine too: what comes through one is not from here, whatever the settings say of it.
    @Test(arguments: [false, true])
    func numbersForTheMonitorStayOnTheMachine(isBehindProxy: Bool) async throws {
        let harness = try Harness(isFilled: false) { $0.isBehindProxy = isBehindProxy }
        _ = try harness.session("root", .administrator)
        let token = try harness.service.accounts.issueToken(for: "root", label: "monitor", scopes: [.metrics], days: 1, now: harness.clock.now).token
        #expect(try await harness.ask("GET", "/metrics").status == 200)
        for headers in [["X-Forwarded-For": "192.0.2.7"], ["X-Forwarded-For": "127.0.0.1"], ["Forwarded": "for=127.0.0.1"]] {
            #expect(try await harness.ask("GET", "/metrics", headers: headers).status == 404, "\(headers)")
            #expect(try await harness.ask("GET", "/metrics", bearer: token, headers: headers).status == 200, "\(headers)")
        }
    }
}
