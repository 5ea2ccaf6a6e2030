import Adoption
import Dispatch
import Foundation
import NIOCore
import Pipeline
import Testing
import TestSupport

@testable import Storage
@testable import Web

/// Files on their way in.
@Suite struct UploadTests {
    private static let header = "dossier_code,procedure_code,unit_code,channel,received_at,state,updated_at"
    private static let good = header + "\n616-250505-9001,9.000001,616,online,2025-05-05,received,2025-05-05\n"
    private static let mixed = good + "616-250505-9002,9.000001,616,web,2025-05-05,received,2025-05-05\n"

    @Test func aFileIsRehearsedConfirmedAndTakenBack() async throws {
        let harness = try Harness()
        let session = try harness.session("c", .clerk)
        let before = try harness.service.stores.read { try $0.dataVersion() }
        let sent = try await harness.upload([("thang 5 – đợt 2.csv", Self.mixed)], session: session, csrf: "csrf-of-c")
        let place = try #require(sent.header("Location"))
        #expect(sent.status == 303 && place.hasPrefix("/upload/"), "\(sent.body)")
        try await harness.rest()
        let result = try await harness.ask("GET", place, session: session)
        #expect(result.status == 200 && result.body.contains("chưa lưu gì") && result.body.contains("thang_5___đợt_2.csv:3:"), "\(result.body)")
        #expect(!result.body.contains(">web<"), "the value itself is never shown")
        #expect(try harness.service.stores.read { try $0.dataVersion() } == before)
        #expect(try await harness.ask("GET", place, session: try harness.session("c2", .clerk)).status == 404, "another clerk does not see it")
        #expect(try await harness.post(place + "/confirm", session: session, as: "c").status == 303)
        try await harness.rest()
        let done = try await harness.ask("GET", place, session: session)
        #expect(done.header("Location") == "/imports/\(before + 1)")
        let shown = try await harness.ask("GET", "/imports/\(before + 1)", session: session)
        #expect(shown.body.contains("Dòng để riêng (1)"))
        let events = try await harness.ask("GET", place + "/events", session: session)
        #expect(events.header("Content-Type")?.hasPrefix("text/event-stream") == true && events.body == "event: done\ndata: {\"location\":\"\(place)\"}\n\n")
        let reviewer = try harness.session("r", .reviewer)
        #expect(try await harness.post("/imports/\(before + 1)/undo", session: reviewer, as: "r").status == 303)
        #expect(try await harness.ask("GET", "/imports/\(before + 1)", session: reviewer).body.contains("đã hoàn tác"))
        #expect(try harness.service.stores.read { try $0.auditLog() }.contains { $0.event == "import" && $0.actor == "c" })
        #expect(try FileManager.default.contentsOfDirectory(atPath: harness.service.settings.uploads).isEmpty, "nothing lies about")
    }

    @Test func aFileThatIsKnownHasNothingNew() async throws {
        let harness = try Harness()
        let session = try harness.session("c", .clerk)
        let file = try String(contentsOfFile: Repository.root + "/examples/kon-tum-2025/corrections.csv", encoding: .utf8)
        let place = try #require(try await harness.upload([("corrections.csv", file)], session: session, csrf: "csrf-of-c").header("Location"))
        try await harness.rest()
        let result = try await harness.ask("GET", place, session: session)
        #expect(result.body.contains("Không có gì mới"), "\(result.body)")
        #expect(try await harness.post(place + "/discard", session: session, as: "c").status == 303)
        #expect(try await harness.ask("GET", place, session: session).status == 404)
    }

    @Test func aFileThatCannotBeUsedIsRefusedInWords() async throws {
        let harness = try Harness()
        let session = try harness.session("c", .clerk)
        let place = try #require(try await harness.upload([("x.csv", "a,b\n1,2\n")], session: session, csrf: "csrf-of-c").header("Location"))
        try await harness.rest()
        let result = try await harness.ask("GET", place, session: session)
        #expect(result.status == 400 && result.body.contains("x.csv") && result.body.contains("Không đọc được tệp"))
        #expect(try await harness.upload([("x.csv", Self.good)], session: session, csrf: "wrong").status == 403)
        #expect(try await harness.upload([], session: session, csrf: "csrf-of-c").status == 400)
    }

    @Test func aClerkOfAUnitLoadsWhatIsTheUnitsOwn() async throws {
        let harness = try Harness()
        let session = try harness.session("c", .clerk, scope: "616")
        let units = try #require(try await harness.upload([("u.csv", "code,name,level,valid_from\n616,x,district,2021-01-01\n")], session: session, csrf: "csrf-of-c").header("Location"))
        try await harness.rest()
        #expect(try await harness.ask("GET", units, session: session).body.contains("only these may be loaded here: accounts, payments, submissions, zeros"))
        let dossiers = try #require(try await harness.upload([("d.csv", Self.good)], session: session, csrf: "csrf-of-c").header("Location"))
        try await harness.rest()
        #expect(try await harness.post(dossiers + "/confirm", session: session, as: "c").status == 303)
        try await harness.rest()
        // The list of imports is the province's.
        let stored = try await harness.ask("GET", dossiers, session: session)
        #expect(stored.status == 200 && stored.body.contains("Đã lưu."), "\(stored.body)")
        let zeros = "unit_code,zero_from,zero_to\n616,2025-05-06,2025-05-06\n611,2025-05-06,2025-05-06\n"
        let place = try #require(try await harness.upload([("z.csv", zeros)], session: session, csrf: "csrf-of-c").header("Location"))
        try await harness.rest()
        let result = try await harness.ask("GET", place, session: session)
        #expect(result.body.contains("z.csv:3:1") && !result.body.contains("z.csv:2:"), "the row of the other unit is kept aside: \(result.body)")
    }

    /// A row in the name of an own unit about a dossier of another, a payment of another's dossier, another's payment for an own dossier, a payment of no
    /// dossier: each is kept aside by its place, and the rest goes in.
    @Test func aClerkOfAUnitChangesNothingOfOthers() throws {
        let harness = try Harness()
        _ = try harness.session("c", .clerk, scope: "616")
        let account = try #require(try harness.service.accounts.account(named: "c"))
        let dossiers = [
            "616-250505-9001,9.000001,616,online,2025-05-05,received,2025-05-05", "611-240315-0001,9.000033,616,counter,2024-03-15,received,2025-06-01", "616-240315-0001,9.000069,616,counter,2024-03-15,received,2025-06-01",
            "611-250505-9002,9.000001,611,online,2025-05-05,received,2025-05-05",
        ]
        let payments = [
            "KT-9001,616-250505-9001,1000,online,paid,2025-05-06,2025-05-06", "KT-9002,611-240315-0001,1000,online,paid,2025-05-06,2025-05-06", "KT-1,616-250505-9001,75000,online,paid,2025-05-06,2025-06-01",
            "KT-9003,616-250505-9999,1000,online,paid,2025-05-06,2025-05-06", "KT-10,616-240318-0001,15000,online,paid,2024-03-19,2025-06-01",
        ]
        let files = [
            try harness.folder.file("p.csv", "payment_id,dossier_code,amount_vnd,method,state,paid_at,updated_at\n" + payments.joined(separator: "\n") + "\n"),
            try harness.folder.file("d.csv", Self.header + "\n" + dossiers.joined(separator: "\n") + "\n"),
        ]
        let outcome = try harness.service.ingest(files, profile: nil, exported: nil, as: Reader(account: account, person: account, session: nil, scopes: nil), keep: true)
        #expect(outcome.refusals.map { "\($0.file):\($0.line):\($0.column) \($0.fault.rawValue)" } == [
            "d.csv:3:1 not-your-unit", "d.csv:5:26 unknown-unit", "p.csv:3:9 not-your-unit", "p.csv:4:1 not-your-unit", "p.csv:5:9 not-your-unit",
        ])
        #expect(outcome.summary.files.map { [$0.counts.stored, $0.counts.corrected, $0.counts.quarantined] } == [[1, 1, 2], [1, 1, 3]])
        // Whoever is the whole province may.
        let root = try #require(try { _ = try harness.session("root", .clerk); return try harness.service.accounts.account(named: "root") }())
        let whole = try harness.service.ingest(files, profile: nil, exported: nil, as: Reader(account: root, person: root, session: nil, scopes: nil), keep: true)
        #expect(whole.refusalsTotal == 0 && whole.summary.files.map { [$0.counts.stored, $0.counts.corrected] } == [[1, 1], [2, 1]])
    }

    /// The store was being written by somebody else: what was rehearsed is not lost.
    @Test func whatFindsTheStoreBusyIsConfirmedAgain() async throws {
        let harness = try Harness()
        let session = try harness.session("c", .clerk)
        let account = try #require(try harness.service.accounts.account(named: "c"))
        let place = try #require(try await harness.upload([("d.csv", Self.good)], session: session, csrf: "csrf-of-c").header("Location"))
        try await harness.rest()
        let upload = try #require(harness.service.uploads.begin(String(place.dropFirst("/upload/".count))))
        #expect(try await harness.post(place + "/confirm", session: session, as: "c").status == 409, "it is being worked on")
        harness.service.end(upload, as: Reader(account: account, person: account, session: nil, scopes: nil), keep: true, .failure(StoreBusy()))
        let page = try await harness.ask("GET", place, session: session)
        #expect(page.status == 200 && page.body.contains("ít phút nữa hãy xác nhận lại") && page.body.contains("chưa lưu gì") && page.body.contains(place + "/confirm"), "\(page.body)")
        #expect(try await harness.post(place + "/confirm", session: session, as: "c").status == 303)
        try await harness.rest()
        #expect(try await harness.ask("GET", place, session: session).header("Location") == "/imports/3")
    }

    @Test(arguments: [(0, 1, [0]), (1, 2, [1, 0]), (2, 3, [1, 2, 0]), (3, 3, [1, 2])])
    func aBusyStoreIsTriedAgainAfterEachPause(busy: Int, tries: Int, waited: [Int]) {
        var (count, pauses): (Int, [Int]) = (0, [])
        func work() throws -> Int {
            count += 1
            if count <= busy { throw StoreBusy() }
            return 0
        }
        do { pauses.append(try patiently([.seconds(1), .seconds(2)], work) { pauses.append(Int($0 / .seconds(1))) }) } catch { #expect(error is StoreBusy) }
        #expect(count == tries && pauses == waited)
    }

    @Test func whatNobodyConfirmsForADayGoes() async throws {
        let harness = try Harness()
        let session = try harness.session("c", .clerk)
        let place = try #require(try await harness.upload([("d.csv", Self.good)], session: session, csrf: "csrf-of-c").header("Location"))
        try await harness.rest()
        let sent = harness.clock.now.secondsSinceEpoch
        harness.service.uploads.removeExpired(now: Instant(secondsSinceEpoch: sent + 86_399))
        #expect(try await harness.ask("GET", place, session: session).status == 200)
        harness.service.uploads.removeExpired(now: Instant(secondsSinceEpoch: sent + 86_400))
        #expect(try await harness.ask("GET", place, session: session).status == 404)
        #expect(try FileManager.default.contentsOfDirectory(atPath: harness.service.settings.uploads).isEmpty)
    }

    /// Neither a clerk nor a program fills the line in which everybody waits.
    @Test func ofOneAccountTwoAreWorkedOnOrWait() async throws {
        let harness = try Harness()
        let (session, other) = (try harness.session("c", .clerk), try harness.session("d", .clerk))
        let token = try harness.service.accounts.issueToken(for: "c", label: "test", scopes: [.write], days: 1, now: harness.clock.now).token
        let latch = DispatchSemaphore(value: 0)
        harness.service.uploads.run("before") { latch.wait() }
        defer { latch.signal() }
        func send(_ session: String, _ name: String) async throws -> Harness.Reply { try await harness.upload([("d.csv", Self.good)], session: session, csrf: "csrf-of-\(name)") }
        #expect(try await send(session, "c").status == 303)
        let second = try await send(session, "c")
        let place = try #require(second.header("Location"))
        #expect(try await harness.ask("GET", place, session: session).body.contains("Đang chờ: còn 2 lần nạp ở trước."))
        let third = try await send(session, "c")
        #expect(third.status == 429 && third.header("Retry-After") == "30" && third.body.contains("chờ lần nạp trước xong"), "\(third.status) \(third.body)")
        let program = try await harness.ask("POST", "/api/v1/records?name=d.csv", bearer: token, body: Array(Self.good.utf8))
        #expect(program.status == 429 && program.header("Retry-After") == "30" && program.body.contains("\"rate-limited\""), "\(program.status) \(program.body)")
        #expect(try await send(other, "d").status == 303, "another account has its own turns")
        latch.signal()
        try await harness.rest()
        #expect(try await send(session, "c").status == 303)
        try await harness.rest()
    }

    /// The room that one was promised is not promised to another.
    @Test func whatIsComingHasItsRoom() throws {
        let harness = try Harness(isFilled: false)
        let (uploads, words) = (harness.service.uploads, Phrases(language: harness.service.settings.language))
        let free = try #require(try FileManager.default.attributesOfFileSystem(forPath: harness.service.settings.uploads)[.systemFreeSize] as? NSNumber).intValue
        try uploads.expect("one", of: "c", bytes: free / 4 * 3, beside: 0, words)
        #expect(throws: Refused.full(words.diskFull)) { try uploads.expect("two", of: "d", bytes: free / 4 * 3, beside: 0, words) }
        uploads.release("one")
        try uploads.expect("two", of: "d", bytes: free / 4 * 3, beside: 0, words)
        try uploads.expect("three", of: "d", bytes: 0, beside: 0, words)
        #expect(throws: Refused.waiting(words.uploadsWait)) { try uploads.expect("four", of: "d", bytes: 0, beside: 0, words) }
    }

    @Test func aDiskThatIsNearlyFullTakesNothing() async throws {
        var margins = Margins()
        margins.room = .max / 2
        let harness = try Harness(isFilled: false, margins: margins)
        let session = try harness.session("root", .administrator)
        let reply = try await harness.upload([("d.csv", Self.good)], session: session, csrf: "csrf-of-root")
        #expect(reply.status == 507 && reply.body.contains("không còn chỗ"), "\(reply.status) \(reply.body)")
        let token = try harness.service.accounts.issueToken(for: "root", label: "test", scopes: [.write], days: 1, now: harness.clock.now).token
        let answer = try await harness.ask("POST", "/api/v1/records?name=d.csv", bearer: token, body: Array(Self.good.utf8))
        #expect(answer.status == 507 && answer.body.contains("\"disk-full\""), "\(answer.status) \(answer.body)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: harness.service.settings.uploads).isEmpty)
    }

    /// Whatever the pieces in which a form comes, it is the same form.
    @Test(arguments: [1, 2, 3, 7, 16, 17, 64, 4_096])
    func formsAreReadInAnyPieces(size: Int) async throws {
        let folder = try Folder()
        let content = "a\r\n--not-the-mark\r\n\u{0}đ\r\n"
        let body = Array("--m\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\ns3\r\n--m\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../etc/pass wd.csv\"\r\n\r\n\(content)\r\n--m\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\r\n\r\n\r\n--m--\r\n".utf8)
        let reading = try Multipart(contentType: "multipart/form-data; boundary=\"m\"", folder: folder.path, limit: 10_000)
        for first in stride(from: 0, to: body.count, by: size) { try reading.take(.init(bytes: body[first..<min(first + size, body.count)])) { #expect($0["csrf"] == "s3") } }
        try reading.finish()
        #expect(reading.files.map(\.name) == ["pass_wd.csv"] && reading.files.map(\.bytes) == [content.utf8.count])
        let file = try #require(reading.files.first)
        #expect(file.path == folder.path + "/2/pass_wd.csv")
        #expect(try Data(contentsOf: URL(filePath: file.path)) == Data(content.utf8))
    }

    @Test(arguments: [
        ("multipart/form-data", "--m--", "boundary"), ("text/plain", "x", "multipart/form-data"), ("multipart/form-data; boundary=m", "--m\r\nX: y\r\n\r\nz\r\n--m--\r\n", "no name"),
        ("multipart/form-data; boundary=m", "--m\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nz", "ends too early"),
        ("multipart/form-data; boundary=m", String(repeating: "\r", count: 100), "does not begin with its boundary"),
    ])
    func aBrokenFormIsRefused(type: String, body: String, message: String) throws {
        let folder = try Folder()
        let error = #expect(throws: Refused.self) {
            let reading = try Multipart(contentType: type, folder: folder.path, limit: 10_000)
            try reading.take(.init(string: body)) { _ in }
            try reading.finish()
        }
        #expect(error.map { "\($0)".contains(message) } == true, "\(String(describing: error))")
    }

    @Test func tooMuchIsRefusedBeforeItIsKept() throws {
        let folder = try Folder()
        let reading = try Multipart(contentType: "multipart/form-data; boundary=m", folder: folder.path, limit: 100)
        #expect(throws: Refused.tooLarge("the files have more than 0 MB together; send them one by one, or packed with gzip")) { try reading.take(.init(bytes: [UInt8](repeating: 65, count: 101))) { _ in } }
    }

    @Test(arguments: [("../../x.csv", "x.csv"), ("C:\\a\\b.xlsx", "b.xlsx"), (".bashrc", "bashrc"), ("", "file"), ("a\u{0}b/c\nd", "c_d"), ("Tháng 5.csv", "Tháng_5.csv"), ("\u{0D4E}/x", "x"), ("a" + String(repeating: "\u{301}", count: 90), "á" + String(repeating: "_", count: 89))])
    func aNameIsNeverAPath(name: String, safe: String) { #expect(Multipart.safeName(name) == safe) }
}
