import Adoption
import Foundation
import Pipeline
import Storage
import Testing
import TestSupport

@testable import Web

/// What pages say.
@Suite struct LivePageTests {
    /// O1 of the province in May 2025 is 313 of 438 (an independent count in SQL checks the same figure in the workbook).
    @Test func theOverviewHasTheNumbersThatMatter() async throws {
        let harness = try Harness()
        let page = try await harness.ask("GET", "/?period=2025-05", session: try harness.session("r", .reviewer))
        #expect(page.status == 200 && page.body.utf8.count < 150_000, "\(page.body.utf8.count)")
        for text in ["71,46%", "313 / 438", "Ba đơn vị thiếu nhiều nhất", "DỮ LIỆU MINH HỌA", "TẠM TÍNH", "15/04/2025 – 14/05/2025", "href=\"/figures?name=O1.v1/62/2025-05/administrative\"", "href=\"/units/616?period=2025-05\""] {
            #expect(page.body.contains(text), "\(text)")
        }
        let english = try await harness.ask("GET", "/?period=2025-05&lang=en", session: try harness.session("r", .reviewer))
        #expect(english.body.contains("71.46%") && english.body.contains("<html lang=\"en\">") && english.body.contains("The three largest contributors"))
    }

    @Test func everyPageOfTheMenuIsThereAndSmall() async throws {
        let harness = try Harness()
        let session = try harness.session("root", .administrator)
        let first = try await harness.ask("GET", "/?period=2025-05", session: session)
        let menu = first.body.matches(of: /<li><a href="([^"]+)"/).map { String($0.1).replacing("&amp;", with: "&") }
        #expect(menu.count > 10)
        for place in menu {
            let page = try await harness.ask("GET", place, session: session)
            #expect(page.status == 200 && page.body.contains("<h1>") && page.body.utf8.count < 150_000, "\(place): \(page.status), \(page.body.utf8.count)")
            #expect(!page.body.contains("style=\"") && !page.body.contains("<script>"), "\(place) needs what its policy forbids")
        }
    }

    @Test func aChosenLanguageStays() async throws {
        let harness = try Harness(isFilled: false)
        let reply = try await harness.ask("GET", "/language/en?next=/login")
        #expect(reply.status == 303 && reply.header("Location") == "/login" && reply.header("Set-Cookie")?.hasPrefix("uptake-language=en; ") == true, "\(String(describing: reply.header("Set-Cookie")))")
        #expect(try await harness.ask("GET", "/login", headers: ["Cookie": "uptake-language=en"]).body.contains("<html lang=\"en\">"))
        #expect(try await harness.ask("GET", "/language/fr").status == 404)
    }

    /// The page of a number says the same as the page that led to it, in every month that the trend shows.
    @Test func aNumberLeadsToItsPage() async throws {
        let harness = try Harness()
        let session = try harness.session("a", .auditor)
        let page = try await harness.ask("GET", "/units/616?period=2025-05", session: session)
        let links = page.body.matches(of: /<a href="(\/figures\?name=[^"]+)">([^<]+)</).map { (String($0.1), String($0.2)) }
        #expect(links.count > 20)
        for (place, text) in links.prefix(60) where text.hasSuffix("%") {
            let figure = try await harness.ask("GET", place, session: session)
            #expect(figure.status == 200 && figure.body.contains("<p class=\"card-number\">\(text)</p>"), "\(place): \(text)")
        }
        let missing = try await harness.ask("GET", "/figures?name=O1.v1/616/online/2025-05/administrative", session: session)
        #expect(missing.body.contains("47 / 47") && missing.body.contains("Hồ sơ 1–47 trong 47."))
    }

    @Test func whatIsSeenIsTakenAway() async throws {
        let harness = try Harness()
        let session = try harness.session("h", .head, scope: "616")
        let list = try await harness.ask("GET", "/pages/unit/procedures-table.csv?period=2025-05&unit=616", session: session)
        #expect(list.status == 200 && list.header("Content-Disposition")?.hasPrefix("attachment; filename=\"unit_616_2025-05_administrative_procedures-table.csv\"") == true)
        #expect(list.body.contains("\"Mã\",\"Thủ tục hành chính\"") && list.body.contains("DỮ LIỆU MINH HỌA"))
        let book = try await harness.ask("GET", "/pages/unit.xlsx?period=2025-05&unit=616", session: session)
        #expect(book.status == 200 && book.header("Content-Type") == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        #expect(try harness.service.accounts.accessLog(limit: 5).contains { $0.event == "download" && $0.actor == "h" })
        #expect(try await harness.ask("GET", "/pages/unit/no-table.csv?period=2025-05&unit=616", session: session).status == 404)
        #expect(try await harness.ask("GET", "/pages/unit/..%2f..%2fetc.csv?period=2025-05", session: session).status == 404)
    }

    @Test func anEmptyServerSaysWhatToDoNext() async throws {
        let harness = try Harness(isFilled: false)
        let page = try await harness.ask("GET", "/", session: try harness.session("root", .administrator))
        #expect(page.status == 200 && page.body.contains("Chưa có số liệu nào.") && page.body.contains("href=\"/upload\""))
        let other = try await harness.ask("GET", "/?period=2019-01", session: try harness.session("r", .reviewer))
        #expect(other.body.contains("Chưa có hồ sơ nào của kỳ 2019-01.") && !other.body.contains("class=\"button\" href=\"/upload\""))
    }

    @Test(arguments: [("/?period=2025-13", "is not a period"), ("/?calendar=lunar", "&#39;calendar&#39; must be"), ("/?view=later", "&#39;view&#39; must be"), ("/figures?name=O1", "must be the name of a figure"), ("/figures", "must be the name of a figure")])
    func aWrongAddressIsAnsweredInWords(place: String, message: String) async throws {
        let harness = try Harness()
        let reply = try await harness.ask("GET", place, session: try harness.session("r", .reviewer))
        #expect(reply.status == 400 && reply.body.contains(message), "\(reply.status) \(reply.body)")
    }

    /// A month goes the way from open to published, rebuilt and opened again.
    @Test func aMonthIsFrozenPublishedAndRebuilt() async throws {
        let harness = try Harness()
        let session = try harness.session("r", .reviewer)
        let period = ["period": "2025-05", "calendar": "administrative", "why": "Thông báo 12"]
        let refused = try await harness.post("/periods/freeze", session: session, as: "r", period)
        #expect(refused.status == 400 && refused.body.contains("override"), "\(refused.body)")
        #expect(try await harness.post("/periods/freeze", session: session, as: "r", period.merging(["override": "nghỉ bù"]) { $1 }).status == 303)
        let page = try await harness.ask("GET", "/?period=2025-05", session: session)
        #expect(page.body.contains("badge final") && page.body.contains("71,46%"))
        let published = try await harness.post("/publications", session: session, as: "r", period)
        #expect(published.status == 303 && published.header("Location") == "/publications/1", "\(published.body)")
        #expect(try await harness.post("/publications/1/rebuild", session: session, as: "r").body.contains("Giống từng byte."))
        let head = try await harness.ask("GET", "/publications/1", session: try harness.session("h", .head, scope: "616"))
        #expect(head.body.contains("unit-monthly_616_") && !head.body.contains("unit-monthly_611_") && !head.body.contains("provincial-review"))
        #expect(try await harness.post("/periods/reopen", session: session, as: "r", period).status == 303)
        let log = try harness.service.stores.read { try $0.auditLog() }
        #expect(log.contains { $0.event == "freeze" && $0.actor == "r" } && log.contains { $0.event == "reopen" && $0.actor == "r" })
    }

    @Test func anExplanationIsPrintedWithItsFigure() async throws {
        let harness = try Harness()
        let session = try harness.session("h", .head, scope: "616")
        let figure = "O1.v1/616/2025-05/administrative"
        #expect(try await harness.post("/explain", session: session, as: "h", ["figure": figure, "text": "Mất mạng ba ngày <b>"]).status == 303)
        #expect(try await harness.ask("GET", "/figures?name=\(figure)", session: session).body.contains("Mất mạng ba ngày &lt;b&gt; (h, "))
        #expect(try await harness.post("/explain", session: session, as: "h", ["figure": "O1.v1/611/2025-05/administrative", "text": "x"]).status == 404)
    }

    /// Once, with its figure, and at once: a page that was drawn before says nothing stale.
    @Test func explanationsStandOnThePageOfTheirUnit() async throws {
        let harness = try Harness()
        let (own, other) = (try harness.session("h", .head, scope: "616"), try harness.session("o", .head, scope: "611"))
        func page() async throws -> String { try await harness.ask("GET", "/units/616?period=2025-05", session: own).body }
        #expect(try await page().contains("Chưa có giải trình nào về số liệu của đơn vị trong kỳ này."))
        func explain(_ indicator: String, _ text: String) async throws {
            harness.clock.pass(60)
            #expect(try await harness.post("/explain", session: own, as: "h", ["figure": "\(indicator).v1/616/2025-05/administrative", "text": text]).status == 303)
        }
        try await explain("O1", "Mất mạng ba ngày <b>")
        let first = try await page()
        #expect(first.ranges(of: "Mất mạng ba ngày &lt;b&gt;").count == 1 && !first.contains("Chưa có giải trình nào"))
        #expect(first.contains("<a href=\"/figures?name=O1.v1/616/2025-05/administrative\">Tỷ lệ hồ sơ trực tuyến (O1 v1)</a>"))
        try await explain("P1", "Máy quét thẻ hỏng")
        try await explain("O1", "Mất điện hai ngày")
        let last = try await page()
        #expect(!last.contains("Mất mạng"))
        let (power, scanner) = (try #require(last.range(of: "Mất điện hai ngày")), try #require(last.range(of: "Máy quét thẻ hỏng")))
        #expect(power.lowerBound < scanner.lowerBound, "the newest stands first")
        #expect(try await !harness.ask("GET", "/units/616?period=2025-04", session: own).body.contains("Mất điện"))
        for address in ["/units/616?period=2025-05", "/units/611?period=2025-05"] {
            #expect(try await !harness.ask("GET", address, session: other).body.contains("Mất điện"), "\(address)")
        }
    }

    /// Sa Thầy ended with the districts (19/2025/QĐ-TTg). Its town went into the commune of the same code, and so did Sa Nhơn, of which the town's page does not tell.
    @Test func aUnitHasItsTimeline() async throws {
        let harness = try Harness()
        let registers = Repository.root + "/examples/registers/"
        let store = try Store.open(harness.folder.path + "/uptake.sqlite", pseudonymKey: nil)
        _ = try Ingest.run([registers + "units.csv", registers + "events.csv"], into: store, asOf: harness.clock.now)
        func timeline(_ unit: String, _ session: String, _ language: String = "vi") async throws -> String {
            let body = try await harness.ask("GET", "/units/\(unit)?period=2025-05&lang=\(language)", session: session).body
            let first = try #require(body.range(of: "<section id=\"section-timeline\"")).lowerBound
            return String(body[first...].prefix(upTo: try #require(body[first...].range(of: "</section>")).lowerBound))
        }
        let district = try await timeline("616", try harness.session("h", .head, scope: "616"))
        for text in ["01/07/2025", "Kết thúc hoạt động", "Huyện Sa Thầy (616)", "19/2025/QĐ-TTg", "65,00%", "15/12/2024", "Chỉ tiêu minh họa 02/2024, điểm 4 (minh họa)", "45,00%", "14/12/2024"] {
            #expect(district.contains(text), "\(text)")
        }
        // The communes changed after the period; departments and communes have targets of their own.
        for text in ["1677/NQ-UBTVQH15", "75,00%", "50,00%"] { #expect(!district.contains(text), "\(text)") }
        let town = try await timeline("23527", try harness.session("t", .head, scope: "23527"), "en")
        #expect(town.contains("Merged") && town.contains("Thị trấn Sa Thầy (23527)") && town.contains("Xã Sa Thầy (23527)") && town.contains("50.00%"))
        #expect(!town.contains("Sa Nhơn") && !town.contains("(616)"))
    }

    @Test func searchKnowsDiacriticsAndDoesWithout() async throws {
        let harness = try Harness()
        let session = try harness.session("r", .reviewer)
        for text in ["Sa Thầy", "sa thay", "SA THAY", "616", "thầy sa"] {
            #expect(try await harness.ask("GET", "/search?q=\(percentEncoded(text))", session: session).body.contains("UBND huyện Sa Thầy"), "\(text)")
        }
        let reports = try await harness.ask("GET", "/search?q=thanh+toan+theo+don+vi", session: session)
        #expect(reports.body.contains("href=\"/api/v1/reports/payment-by-unit?period="), "\(reports.body)")
        #expect(try await harness.ask("GET", "/search?q=dac+ha", session: session).body.contains("0 kết quả"))
        #expect(try await harness.ask("GET", "/search?q=%3Cscript%3E", session: session).body.contains("&lt;script&gt;"))
    }
}
