import Adoption
import Foundation
import Pipeline
import Storage
import Testing
import TestSupport

@testable import Web

/// Long lists come in pages: their links lead past every row once, and back again.
@Suite struct PagingTests {
    /// What the link of a list's pages leads to; nil where there is none.
    private static func link(_ rel: String, of label: String, in body: String) -> String? {
        guard let start = body.range(of: "<nav class=\"pagination\" aria-label=\"\(label)\">") else { return nil }
        let line = body[start.upperBound...].prefix { $0 != "\n" }
        return line.matches(of: /rel="(\w+)" href="([^"]*)"/).first { $0.1 == rel }.map { String($0.2).replacing("&amp;", with: "&") }
    }

    /// The pages of a list from an address on, each by the link on the one before; twenty at most.
    private func walk(_ harness: Harness, _ session: String, from first: String, _ rel: String = "next", of label: String) async throws -> [(address: String, body: String)] {
        var (pages, next): ([(address: String, body: String)], String?) = ([], first)
        while let address = next, pages.count < 20 {
            let page = try await harness.ask("GET", address, session: session)
            #expect(page.status == 200, "\(address): \(page.status)")
            pages.append((address, page.body))
            next = Self.link(rel, of: label, in: page.body)
        }
        return pages
    }

    private static func texts(_ pattern: Regex<(Substring, Substring)>, in body: String) -> [String] { body.matches(of: pattern).map { String($0.1) } }

    private static func numbers(_ pattern: Regex<(Substring, Substring)>, in body: String) -> [Int] { texts(pattern, in: body).compactMap(Int.init) }

    private static func down(_ last: Int, _ first: Int) -> [Int] { (first...last).reversed() }

    /// The example is imports 1 and 2. With 117 more and an undoing there are 120: 120 to 71, 70 to 21, 20 to 1.
    @Test func importsComeInPagesOfFifty() async throws {
        let harness = try Harness()
        try harness.service.stores.write(as: "c") { store in
            for number in 3...119 {
                try store.record(at: harness.clock.now) { session in
                    try session.beginFile(name: "tep-\(number).csv", kind: "submissions", isIllustrative: false)
                    var counts = FileCounts()
                    counts.count(.stored)
                    try session.endFile(sha256: String(repeating: "b", count: 64), counts: counts)
                }
            }
            _ = try store.undo(importNumber: 60, at: harness.clock.now)
        }
        let session = try harness.session("r", .reviewer)
        let pages = try await walk(harness, session, from: "/imports", of: "Lần nhập")
        #expect(pages.map(\.address) == ["/imports", "/imports?before=71", "/imports?before=21"])
        #expect(pages.map { Self.numbers(/<a href="\/imports\/(\d+)">/, in: $0.body) } == [Self.down(120, 71), Self.down(70, 21), Self.down(20, 1)])
        try #require(pages.count == 3)
        #expect(pages[0].body.contains("Hoàn tác lần nhập 60") && pages[0].body.contains("tep-71.csv") && !pages[0].body.contains("tep-70.csv"))
        #expect(pages[1].body.contains("đã hoàn tác (120)") && pages[1].body.contains("tep-60.csv"))
        let back = try await walk(harness, session, from: "/imports?before=21", "prev", of: "Lần nhập")
        #expect(back.map(\.address) == ["/imports?before=21", "/imports?before=71", "/imports"])
        // The language stays, and what was just done is not told again.
        let english = try await harness.ask("GET", "/imports?done=undone&before=71&lang=en", session: session)
        #expect(Self.link("next", of: "Imports", in: english.body) == "/imports?lang=en&before=21" && Self.link("prev", of: "Imports", in: english.body) == "/imports?lang=en")
        #expect(english.body.contains(">Older</a>") && english.body.contains(">Newer</a>"))
        let nothing = try await harness.ask("GET", "/imports?before=1", session: session)
        #expect(nothing.status == 200 && !nothing.body.contains("Chưa nhập tệp nào") && Self.link("prev", of: "Lần nhập", in: nothing.body) == "/imports?before=51")
        let one = try await harness.ask("GET", "/imports/60", session: session)
        #expect(one.body.contains("tep-60.csv") && !one.body.contains("tep-61.csv") && one.body.contains("đã hoàn tác (120)"))
        #expect(try await harness.ask("GET", "/imports/121", session: session).status == 404)
        // A head of unit does not learn whether a page is there, nor that its address is wrong.
        let head = try harness.session("h", .head, scope: "616")
        for path in ["/imports", "/imports?before=71", "/imports?before=x"] { #expect(try await harness.ask("GET", path, session: head).status == 404, "\(path)") }
    }

    /// Of 120 publications those with odd numbers have a file of unit 616.
    @Test func publicationsComeInPagesAndWithinTheScope() async throws {
        let harness = try Harness()
        try harness.service.stores.write(as: "r") { store in
            let period = Period(.administrative, year: 2025, months: 5...5)
            let order = PublicationOrder(period: period, structure: .then, language: "vi", formats: ["html"], reports: ["unit-monthly"], units: [])
            for number in 1...120 {
                let position = try store.position()
                let file = Publication.File(name: "f.html", report: "r", unitCode: number.isMultiple(of: 2) ? "611" : "616", sha256: String(repeating: "c", count: 64), bytes: 1)
                let publication = Publication(order: order, position: position, files: [file], parts: [], figures: [:], recipients: [], program: "")
                _ = try store.register(publication, ActWords(period: period, moment: harness.clock.now, reason: "r"), since: position)
            }
        }
        func numbers(_ pages: [(address: String, body: String)]) -> [[Int]] { pages.map { Self.numbers(/<a href="\/publications\/(\d+)">/, in: $0.body) } }
        let all = try await walk(harness, try harness.session("r", .reviewer), from: "/publications", of: "Công bố")
        #expect(all.map(\.address) == ["/publications", "/publications?before=71", "/publications?before=21"])
        #expect(numbers(all) == [Self.down(120, 71), Self.down(70, 21), Self.down(20, 1)])
        let head = try harness.session("h", .head, scope: "616")
        let own = try await walk(harness, head, from: "/publications", of: "Công bố")
        // Fifty odd numbers from 119 down are 119 to 21.
        #expect(own.map(\.address) == ["/publications", "/publications?before=21"])
        #expect(numbers(own) == [Array(stride(from: 119, through: 21, by: -2)), Array(stride(from: 19, through: 1, by: -2))])
        let back = try await walk(harness, head, from: "/publications?before=21", "prev", of: "Công bố")
        #expect(Set(numbers(back).joined()) == Set(stride(from: 1, through: 119, by: 2)), "on the way back nothing is left out")
        #expect(try await harness.ask("GET", "/publications/1", session: head).status == 200)
        for path in ["/publications/2", "/publications/121"] { #expect(try await harness.ask("GET", path, session: head).status == 404, "\(path)") }
    }

    /// 230 entries about records, 120 about accesses: a hundred of each on a page, and each log has a place of its own.
    @Test func theTwoLogsHavePagesOfTheirOwn() async throws {
        let harness = try Harness(isFilled: false)
        try harness.service.stores.write(as: "a") { store in
            for number in 1...230 { try store.audit("export", "s\(number)", "", at: harness.clock.now) }
        }
        for _ in 1...120 { try harness.service.accounts.logAccess(.download, actor: "a", subject: "s", now: harness.clock.now) }
        let session = try harness.session("a", .auditor)
        func numbers(_ body: String) -> (records: [Int], access: [Int]) {
            let parts = body.components(separatedBy: "id=\"table-access\"")
            return (Self.numbers(/<tr><td>(\d+)<\/td>/, in: parts[0]), Self.numbers(/<tr><td>(\d+)<\/td>/, in: parts.last ?? ""))
        }
        let records = try await walk(harness, session, from: "/audit", of: "Số liệu và quyết định")
        #expect(records.map(\.address) == ["/audit", "/audit?records=131", "/audit?records=31"])
        #expect(records.map { numbers($0.body).records } == [Self.down(230, 131), Self.down(130, 31), Self.down(30, 1)])
        #expect(records.allSatisfy { numbers($0.body).access == Self.down(120, 21) })
        let access = try await walk(harness, session, from: "/audit?records=131", of: "Truy cập")
        #expect(access.map(\.address) == ["/audit?records=131", "/audit?records=131&before=21"])
        #expect(access.map { numbers($0.body).access } == [Self.down(120, 21), Self.down(20, 1)])
        #expect(access.allSatisfy { numbers($0.body).records == Self.down(130, 31) })
    }

    /// 120 accounts before `root` by name, and 60 tokens of one second: 50, 50 and 21 accounts, 50 and 10 tokens.
    @Test func accountsAndTokensComeInPagesOfFifty() async throws {
        let harness = try Harness(isFilled: false)
        let session = try harness.session("root", .administrator)
        let accounts = harness.service.accounts
        for number in 1_001...1_120 { try accounts.add("canbo-\(number)", role: .head, scope: "616", now: harness.clock.now) }
        let end = Instant(secondsSinceEpoch: harness.clock.now.secondsSinceEpoch + 86_400)
        for number in 101...160 {
            try accounts.addToken(id: "t-\(number)", hash: Secrets.hash("\(number)"), account: "root", label: "", scopes: [.read], validUntil: end, now: harness.clock.now)
        }
        let people = try await walk(harness, session, from: "/users", of: "Tài khoản")
        #expect(people.map(\.address) == ["/users", "/users?after=canbo-1050", "/users?after=canbo-1100"])
        let names = people.map { Self.texts(/action="\/users\/([^\/"]+)\/role"/, in: $0.body) }
        #expect(names.map(\.count) == [50, 50, 21] && Array(names.joined()) == (1_001...1_120).map { "canbo-\($0)" } + ["root"])
        let back = try await walk(harness, session, from: "/users?after=canbo-1100", "prev", of: "Tài khoản")
        #expect(back.map(\.address) == ["/users?after=canbo-1100", "/users?after=canbo-1050", "/users"])
        let programs = try await walk(harness, session, from: "/users?after=canbo-1050", of: "Mã truy cập API")
        #expect(programs.map(\.address) == ["/users?after=canbo-1050", "/users?after=canbo-1050&tokens=1752000000-t-111"])
        let ids = programs.map { Self.texts(/action="\/users\/tokens\/([^\/"]+)\/revoke"/, in: $0.body) }
        #expect(ids == [Self.down(160, 111).map { "t-\($0)" }, Self.down(110, 101).map { "t-\($0)" }])
        // A form that is answered by the page of accounts leads on from the page of accounts.
        let reset = try await harness.post("/users/canbo-1001/reset", session: session, as: "root")
        #expect(reset.status == 200 && Self.link("next", of: "Tài khoản", in: reset.body) == "/users?after=canbo-1050")
    }

    @Test(arguments: [
        ("/imports?before=x", "before"), ("/imports?before=1.5", "before"), ("/imports?before=99999999999999999999", "before"), ("/publications?before=%22%3E", "before"), ("/audit?before=x", "before"),
        ("/audit?before=7&records=x", "records"), ("/users?tokens=12", "tokens"),
    ])
    func aKeyThatIsNoneIsRefusedInWords(place: String, key: String) async throws {
        let harness = try Harness(isFilled: false)
        let reply = try await harness.ask("GET", place, session: try harness.session("root", .administrator))
        #expect(reply.status == 400 && reply.body.contains("‘\(key)’ phải có dạng ") && reply.body.contains("hoặc bỏ đi để xem trang đầu"), "\(reply.status) \(reply.body)")
    }
}
