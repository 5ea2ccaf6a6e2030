import Adoption
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOEmbedded
import Pipeline
import Testing
import TestSupport

@testable import Storage
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
        #expect(reply.status == 303 && reply.header("Location") == "/login" && reply.header("Set-Cookie")?.hasPrefix("__Host-uptake-language=en; ") == true, "\(String(describing: reply.header("Set-Cookie")))")
        #expect(try await harness.ask("GET", "/login", headers: ["Cookie": "__Host-uptake-language=en"]).body.contains("<html lang=\"en\">"))
        let once = try await harness.ask("GET", "/login?lang=vi&next=/imports", headers: ["Cookie": "__Host-uptake-language=en"])
        #expect(once.body.contains("<html lang=\"vi\">") && once.body.contains("href=\"/language/en?next=%2Flogin%3Fnext%3D%2Fimports\""), "the choice leads to where the address says no language any more")
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

    @Test(arguments: [("/?period=2025-13", "‘2025-13’ không phải là kỳ"), ("/?calendar=lunar", "Lịch (calendar) phải là"), ("/?view=later", "Cơ cấu (view) phải là"), ("/?period=2025-05&view=1999-01-01", "Ngày 01/01/1999 chưa có đơn vị nào"), ("/figures?name=O1", "Cần có tên (name) của một con số"), ("/figures", "Cần có tên (name) của một con số")])
    func aWrongAddressIsAnsweredInWords(place: String, message: String) async throws {
        let harness = try Harness()
        let reply = try await harness.ask("GET", place, session: try harness.session("r", .reviewer))
        #expect(reply.status == 400 && reply.body.contains(message), "\(reply.status) \(reply.body)")
        #expect(!reply.body.contains("must be") && !reply.body.contains("--structure"))
    }

    /// What is wrong with a form is said in the language of whoever filled it in.
    @Test func aFormAtFaultIsAnsweredInWords() async throws {
        let harness = try Harness()
        let session = try harness.session("root", .administrator)
        let new = ["name": "an", "role": "auditor", "scope": "all"]
        let cases: [(String, [String: String], String, String)] = [
            ("/users", new.merging(["name": "Ân"]) { $1 }, "Tên đăng nhập chỉ gồm", "A name has 1 to 64"), ("/users", new.merging(["name": "ROOT"]) { $1 }, "Đã có tài khoản ‘ROOT’", "There is an account ‘ROOT’"),
            ("/users", new.merging(["role": "king"]) { $1 }, "Vai trò phải là", "The role must be"), ("/users", new.merging(["scope": "999"]) { $1 }, "Danh mục không có đơn vị ‘999’", "The register has no unit ‘999’"),
            ("/users", new.merging(["role": "head", "scope": ""]) { $1 }, "Thủ trưởng đơn vị cần phạm vi", "A head of unit needs a scope"), ("/users", new.merging(["role": "administrator", "scope": "616"]) { $1 }, "Quản trị viên xem toàn bộ", "An administrator sees everything"),
            ("/users/root/disable", [:], "quản trị viên cuối cùng", "the last administrator"), ("/users/root/role", ["role": "auditor", "scope": "all"], "quản trị viên cuối cùng", "the last administrator"),
            ("/users/root/mail", ["mail": "a b"], "Địa chỉ thư phải", "The address must be"), ("/users/tokens", ["name": "root", "label": ""], "Cần một nhãn", "A label and"),
            ("/periods/freeze", ["period": "2025-05", "calendar": "administrative", "why": ""], "Cần có lý do", "The reason or the document"), ("/periods/freeze", ["why": "x"], "Cần có kỳ và lịch", "A period and a calendar"),
            ("/explain", ["figure": "O1.v1/616/2025-05/administrative", "text": ""], "Cần có con số và lời giải trình", "A figure and a text"),
        ]
        for (path, form, vi, en) in cases {
            let reply = try await harness.post(path, session: session, as: "root", form)
            #expect(reply.status == 400 && reply.body.contains(vi) && !reply.body.contains(en), "\(path) \(form): \(reply.status)")
            let english = try await harness.post(path + "?lang=en", session: session, as: "root", form)
            #expect(english.status == 400 && english.body.contains(en) && !english.body.contains(vi), "\(path) \(form): \(english.status)")
        }
        #expect(try harness.service.accounts.accounts().count == 1)
    }

    /// A page is drawn once for all readers, and its links lead each of them to the same, whoever came first.
    @Test(arguments: [true, false])
    func downloadsAreOfTheUnitOnThePage(headComesFirst: Bool) async throws {
        let harness = try Harness()
        let (head, reviewer) = (try harness.session("h", .head, scope: "616"), try harness.session("r", .reviewer))
        var pages: [String] = []
        for session in headComesFirst ? [head, reviewer] : [reviewer, head] {
            let page = try await harness.ask("GET", "/units/616?period=2025-05", session: session).body
            let links = page.matches(of: /href="(\/pages\/unit[^"]*\.(csv|xlsx)[^"]*)"/).map { String($0.1).replacing("&amp;", with: "&") }
            #expect(links.count > 2 && links.allSatisfy { $0.contains("unit=616") }, "\(links)")
            let list = try #require(links.first { $0.hasPrefix("/pages/unit/procedures-table.csv") })
            let file = try await harness.ask("GET", list, session: session)
            #expect(file.status == 200 && file.header("Content-Disposition")?.contains("unit_616_") == true)
            pages.append(String(page[try #require(page.range(of: "<section id=\"section-")).lowerBound...]))
        }
        #expect(pages[0] == pages[1], "what stands below the numbers is the same for both")
    }

    /// Of a unit's page too: whose records are there, and the way to the dossiers that were filed at the counter.
    @Test func aUnitSeesItsCoverageAndWhatCameToTheCounter() async throws {
        let harness = try Harness()
        let session = try harness.session("h", .head, scope: "616")
        for path in ["/?period=2025-05", "/units/616?period=2025-05"] {
            let page = try await harness.ask("GET", path, session: session)
            #expect(page.body.contains("12/12 đơn vị có số liệu."), "\(path)")
            #expect(page.body.contains("href=\"/figures?name=O1.v1/616/counter/2025-05/administrative\">Hồ sơ nộp tại quầy</a>"), "\(path)")
        }
        var others = 0
        for channel in ["counter", "postal"] {
            let page = try await harness.ask("GET", "/figures?name=O1.v1/616/\(channel)/2025-05/administrative", session: session)
            others += try #require(page.body.firstMatch(of: /0 \/ (\d+)/).flatMap { Int($0.1) }, "\(page.status)")
        }
        #expect(others == 27, "74 dossiers less 47 online ones")
    }

    /// A figure of another structure says so, and leads on to pages of the same.
    @Test func aRestatedNumberSaysSo() async throws {
        let harness = try Harness()
        let session = try harness.session("a", .auditor)
        let overview = try await harness.ask("GET", "/?period=2025-05&view=2025-05-01", session: session)
        let place = try #require(overview.body.firstMatch(of: /href="(\/figures\?name=O1[^"]+)"/).map { String($0.1) })
        let page = try await harness.ask("GET", place, session: session)
        #expect(page.status == 200 && page.body.contains("<p class=\"badge restated\">TÍNH LẠI theo cơ cấu ngày"), "\(place)")
        #expect(page.body.contains(/href="\/units\/62\?period=2025-05&amp;view=[0-9-]{10}"/) && page.body.contains(/href="\/pages\/units\?period=2025-05&amp;view=[0-9-]{10}"/))
        #expect(try await !harness.ask("GET", "/figures?name=O1.v1/616/2025-05/administrative", session: session).body.contains("TÍNH LẠI"))
    }

    /// All of the dossiers that the page lists by fifty: 74, 47 of which count.
    @Test func theDossiersBehindANumberAreTakenAway() async throws {
        let harness = try Harness()
        let session = try harness.session("h", .head, scope: "616")
        let page = try await harness.ask("GET", "/figures?name=O1.v1/616/2025-05/administrative", session: session)
        let place = try #require(page.body.firstMatch(of: /href="(\/figures\.csv[^"]+)"/).map { String($0.1) })
        let list = try await harness.ask("GET", place, session: session)
        let lines = list.body.split(separator: "\r\n")
        #expect(list.status == 200 && lines.count == 75 && lines.count { $0.split(separator: ",")[1] == "\"có\"" } == 47, "\(lines.count) \(lines.prefix(3))")
        #expect(lines.dropFirst().allSatisfy { $0.contains("DỮ LIỆU MINH HỌA") } && Set(lines.dropFirst().map { $0.prefix { $0 != "," } }).count == 74 && list.header("Content-Type")?.hasPrefix("text/csv") == true)
        #expect(try harness.service.accounts.accessLog(limit: 3).contains { $0.event == "download" && $0.subject == "O1.v1/616/2025-05/administrative" })
    }

    /// Who gets the province's reports is the province's to know.
    @Test func recipientsAndOtherReportsAreOfTheProvince() async throws {
        let harness = try Harness()
        let period = try #require(Period("2025-05", calendar: .administrative))
        let order = PublicationOrder(period: period, structure: nil, language: "", formats: ["xlsx"], reports: ["provincial-review", "unit-monthly"], units: [])
        try harness.service.stores.write(as: "x") { store in
            _ = try Publishing(store, home: harness.service.home, at: harness.clock.now).publish(order, reason: "thử", recipients: ["mail:chu-tich@example.vn", "role:reviewer"], to: harness.folder.path + "/published")
        }
        let (reviewer, head) = (try harness.session("r", .reviewer), try harness.session("h", .head, scope: "616"))
        for path in ["/publications", "/publications/1"] {
            let (whole, part) = (try await harness.ask("GET", path, session: reviewer).body, try await harness.ask("GET", path, session: head).body)
            #expect(whole.contains("provincial-review") && part.contains("unit-monthly") && !part.contains("provincial-review"), "\(path)")
            #expect(!part.contains("chu-tich@example.vn") && !part.contains("role:reviewer"), "\(path)")
            if path == "/publications/1" { #expect(whole.contains("chu-tich@example.vn")) }
        }
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

    /// The bytes are those of the whole publication, made once for all who ask, and kept: the second reader needs no folder to make them in.
    @Test func aPublishedFileIsMadeOnce() async throws {
        let harness = try Harness()
        let session = try harness.session("r", .reviewer)
        let published = try await harness.post("/publications", session: session, as: "r", ["period": "2025-05", "calendar": "administrative", "why": "Thông báo 12"])
        #expect(published.status == 303, "\(published.body)")
        let again = try harness.service.stores.read { try Publishing.rebuild(1, $0, to: harness.folder.path + "/again") }
        for ending in ["616_2025-05_administrative.html", "62_2025-05_administrative.html"] {
            let file = try #require(again.publication.files.first { $0.name.hasSuffix(ending) }, "\(again.publication.files.map(\.name))")
            async let first = harness.ask("GET", "/publications/1/\(file.name)", session: session)
            async let second = harness.ask("GET", "/publications/1/\(file.name)", session: session)
            let (one, two) = try await (first, second)
            #expect(one.status == 200 && one.body == two.body && one.bytes == file.bytes)
            #expect(try one.body == String(contentsOfFile: harness.folder.path + "/again/" + file.name, encoding: .utf8))
            #expect(harness.service.publishedBytes.known(file.sha256)?.count == file.bytes)
            let uploads = harness.service.settings.uploads
            try FileManager.default.moveItem(atPath: uploads, toPath: uploads + "-away")
            #expect(try await harness.ask("GET", "/publications/1/\(file.name)", session: session).body == one.body)
            try FileManager.default.moveItem(atPath: uploads + "-away", toPath: uploads)
        }
    }

    /// The store was being written by somebody else: the words are given back.
    @Test(arguments: [true, false])
    func anExplanationThatFindsTheStoreBusyIsNotLost(isFull: Bool) async throws {
        let harness = try Harness()
        _ = try harness.session("h", .head, scope: "616")
        let account = try #require(try harness.service.accounts.account(named: "h"))
        let route = try #require(harness.service.routes.first { $0.path == "/explain" })
        let form = "figure=O1.v1/616/2025-05/administrative&text=" + percentEncoded("Mất mạng <b>")
        let request = Request(head: HTTPRequest(method: .post, scheme: "http", authority: "127.0.0.1:8080", path: "/explain"), body: RequestBody(buffer: ByteBuffer(string: form)))
        var visit = Visit(source: ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: Logger(label: "test")))
        visit.reader = Reader(account: account, person: account, session: nil, scopes: nil)
        let answer = try await harness.service.explain(try await Ask(request, visit, route, harness.service)) {
            if isFull { throw Refused.tooMany(seconds: 10) }
            throw StoreBusy()
        }
        let body = String(buffer: answer.bytes)
        #expect(answer.status == .serviceUnavailable && answer.headers.contains { $0.0 == .retryAfter && $0.1 == "10" })
        #expect(body.contains(">Mất mạng &lt;b&gt;</textarea>") && body.contains("Nội dung vẫn còn ở dưới"), "\(body)")
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
