import Adoption
import Foundation
import Pipeline
import Reporting
import Storage
import Testing
import TestSupport

@testable import Delivery

/// Letters say what their reports say, in few words, and nothing that was written by others can steer a mail reader.
@Suite struct LetterTests {
    private static let may = Period(.administrative, year: 2025, months: 5...5)
    private static let hash = String(repeating: "0123456789abcdef", count: 4)

    /// The invented example, loaded once: reports of it are only read.
    private static let example = Result { () throws -> (store: Store, home: Home) in
        let store = try Store(path: nil)
        let folder = Repository.root + "/examples/kon-tum-2025/"
        let files = ["units.csv", "procedures.csv", "services.csv", "targets.yaml", "submissions.csv", "payments.csv", "corrections.csv"].map { folder + $0 }
        _ = try Ingest.run(files, into: store, asOf: Records.moment("2025-08-01"))
        return (store, try Home(path: Repository.root, program: ""))
    }

    private func reports(_ id: String, _ units: [String] = [], _ language: Language = .vietnamese) throws -> [Report] {
        let (store, home) = try Self.example.get()
        return try Publish(store, home: home, period: Self.may, reportIDs: [id]).reports(units: units, language: language)
    }

    private func context(_ language: Language = .vietnamese, limit: Int = .max, greeting: String? = nil) -> LetterContext {
        LetterContext(language: language, publicURL: "https://uptake.example.vn", attachLimit: limit, greeting: greeting, filesURL: "https://uptake.example.vn/publications/7")
    }

    private func file(_ name: String, bytes: Int) -> Delivery.Attachment { Delivery.Attachment(name: name, path: "/made/" + name, sha256: Self.hash, bytes: bytes, type: "application/pdf") }

    private func lines(_ letter: Letter) -> [String] { letter.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }

    // MARK: Reports

    /// Sa Thầy in May: 47 of 74 online, where 65 % are asked for. 0,65 · 74 = 48,1, so 49 − 47 = 2 are missing, or n with (47 + n)/(74 + n) ≥ 0,65:
    /// 1,1/0,35 = 3,1, so 4. The month before 35 of 67 were 52,24 %, and 63,51 − 52,24 is 11,27.
    @Test func theLetterOfAUnit() throws {
        let letter = reportLetter(
            try reports("unit-monthly", ["616"]), files: [file("a.xlsx", bytes: 123_456), file("b.pdf", bytes: 12_345_678)], context(limit: 1_000_000, greeting: "UBND huyện Sa Thầy"))
        #expect(letter.subject == "[TẠM TÍNH, MINH HỌA] UBND huyện Sa Thầy – tháng 5/2025: hồ sơ trực tuyến 63,51% (chỉ tiêu 65,00%)")
        #expect(letter.text.hasPrefix("""
            ! DỮ LIỆU MINH HỌA: các hồ sơ và giao dịch trong báo cáo này là giả định,
              không phải số liệu thật.
            ! CHỈ TIÊU MINH HỌA: các chỉ tiêu là ví dụ, không do cơ quan nào giao.
            ! TẠM TÍNH: Số liệu chưa chốt và còn có thể thay đổi.
            ! 12/12 đơn vị có số liệu.

            Kính gửi: UBND huyện Sa Thầy

            BÁO CÁO THÁNG VỀ NỘP HỒ SƠ VÀ THANH TOÁN TRỰC TUYẾN

            UBND huyện Sa Thầy. Kỳ báo cáo: tháng 5 năm 2025, kỳ báo cáo hành chính (Từ
            ngày 15/04/2025 đến ngày 14/05/2025)

            Tỷ lệ hồ sơ trực tuyến: 63,51% (47/74), chưa đạt chỉ tiêu 65,00%.

            Tỷ lệ hồ sơ trực tuyến: để đạt 65,00% cần thêm 2 hồ sơ đạt trong số đã tiếp
            nhận hoặc tiếp nhận thêm 4 hồ sơ mới đều đạt.

            Tỷ lệ hồ sơ trực tuyến kỳ trước (15/03/2025 – 14/04/2025): 52,24%; kỳ này
            thay đổi +11,27 điểm %.

            Tỷ lệ hồ sơ trực tuyến
              Tỷ lệ: 63,51% · Chỉ tiêu: 65,00% · Còn thiếu (hồ sơ): 2
            Tỷ lệ thanh toán trực tuyến
              Tỷ lệ: 48,39% · Chỉ tiêu: 40,00% · Còn thiếu (hồ sơ): 0

            """), "\(letter.text)")
        #expect(letter.text.contains("\nhttps://uptake.example.vn/units/616?period=2025-05\n"))
        #expect(letter.html.contains("<a href=\"https://uptake.example.vn/units/616?period=2025-05\">"))
        #expect(letter.text.contains("Số liệu đến ngày: 01/07/2025.") && letter.text.contains("sha256sum a.xlsx"))
        // The second file is over the limit: it is named with its hash and a way to get it, and does not go along.
        #expect(letter.attachments.map(\.name) == ["a.xlsx"])
        #expect(letter.text.contains("- a.xlsx (123,46 kB)\n  SHA-256: \(Self.hash)\n- b.pdf (12,35 MB; không kèm theo thư vì quá lớn)\n  SHA-256: \(Self.hash)\n"))
        #expect(letter.text.contains("\nhttps://uptake.example.vn/publications/7\n"))
    }

    @Test func theLetterInEnglish() throws {
        let letter = reportLetter(try reports("unit-monthly", ["616"], .english), files: [], context(.english))
        #expect(letter.subject == "[PROVISIONAL, ILLUSTRATIVE] UBND huyện Sa Thầy – 2025-05: online submission rate 63.51% (target 65.00%)")
        #expect(letter.text.hasPrefix("! ILLUSTRATIVE DATA:") && letter.text.contains("Online submission rate: 63.51% (47/74), which misses the target of 65.00%."))
        #expect(letter.html.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
        #expect(!letter.text.contains("publications/7") && !letter.text.contains("sha256sum"), "without files nothing is said of files")
    }

    @Test func theLetterOfTheProvinceSaysWhoIsMissing() throws {
        let letter = reportLetter(try reports("provincial-review"), files: [], context())
        #expect(letter.subject.hasPrefix("[TẠM TÍNH, MINH HỌA] UBND tỉnh Kon Tum – tháng 5/2025: hồ sơ trực tuyến 71,46%"))
        let top = try #require(letter.text.components(separatedBy: "\n\n").first)
        #expect(top.contains("! Thiếu số liệu: UBND huyện Đắk Hà (1 ngày); Sở Y tế (2 ngày)."))
        #expect(letter.text.contains("\n6 trong 9 đơn vị đạt chỉ tiêu về tỷ lệ hồ sơ trực tuyến.\n"))
        #expect(letter.text.contains("\n2 đơn vị chiếm 8 trong 10 hồ sơ còn thiếu: UBND huyện Đắk Tô; UBND huyện Ia\nH' Drai.\n"))
    }

    /// Of nine units five are told in full and four in a row each; what is the same for all is said once.
    @Test func severalReportsInOneLetter() throws {
        let letter = reportLetter(try reports("unit-monthly"), files: [], context())
        #expect(letter.subject == "[TẠM TÍNH, MINH HỌA] 9 báo cáo – tháng 5/2025: UBND thành phố Kon Tum, hồ sơ trực tuyến 75,28% (chỉ tiêu 60,00%)")
        let text = letter.text
        for once in ["! DỮ LIỆU MINH HỌA", "BÁO CÁO THÁNG VỀ", "Kỳ báo cáo:", "! TẠM TÍNH"] { #expect(text.components(separatedBy: once).count == 2, "\(once)") }
        #expect(text.components(separatedBy: "https://uptake.example.vn/units/").count == 6)
        let rest = try #require(text.components(separatedBy: "CÁC BÁO CÁO KHÁC\n").dropFirst().first)
        #expect(rest.contains("\nSở Y tế\n  Tỷ lệ hồ sơ trực tuyến: 84,09% · Chỉ tiêu: 75,00% · Còn thiếu (hồ sơ): 0\n"), "37 of 44")
        #expect(rest.contains("Sở Y tế: ") && rest.contains("Thiếu số liệu: Sở Y tế (2 ngày)."), "a row hides no gap")
        #expect(rest.components(separatedBy: "  Tỷ lệ hồ sơ trực tuyến: ").count == 5)
    }

    /// Two reports about one unit: one subject, one way to its page, no unit named twice.
    @Test func severalReportsAboutOneUnit() throws {
        let letter = reportLetter(try reports("unit-monthly", ["616"]) + reports("form-ii06-unit", ["616"]), files: [], context())
        #expect(letter.subject.hasSuffix("UBND huyện Sa Thầy – tháng 5/2025: hồ sơ trực tuyến 63,51% (chỉ tiêu 65,00%) và 1 báo cáo khác"))
        #expect(letter.text.components(separatedBy: "https://").count == 2)
        #expect(letter.text.contains("\nTÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH\n"))
    }

    /// Counted from the example's files by another program, without the rows that are wrong on purpose. Sa Thầy: 74 dossiers of the period and 19 from before are
    /// 93, 47 of them online; 64 were settled, 2 of them late; 29 are open, 15 of them late: 64 + 29 = 93. The province: 438 + 133 = 571 with 313 online; 401 with
    /// 20 late; 170 with 97 late.
    @Test func theLetterOfAForm() throws {
        let letter = reportLetter(try reports("form-ii06-unit", ["616"]), files: [], context())
        #expect(letter.text.contains("""

            Tiếp nhận 93 hồ sơ, kể cả 19 hồ sơ từ kỳ trước; 47 hồ sơ nộp trực tuyến.

            Đã giải quyết 64 hồ sơ, trong đó 2 quá hạn.

            Đang giải quyết 29 hồ sơ, trong đó 15 quá hạn.

            Số hồ sơ tiếp nhận – Tổng số: 93
            Số hồ sơ tiếp nhận – Trực tuyến: 47
            Số hồ sơ đã giải quyết – Tổng số: 64
            Số hồ sơ đã giải quyết – Quá hạn: 2
            Số hồ sơ đang giải quyết – Tổng số: 29
            Số hồ sơ đang giải quyết – Quá hạn: 15

            """), "\(letter.text)")
        #expect(letter.html.contains(">Số hồ sơ đang giải quyết – Quá hạn</th><td") && letter.html.contains(">15</td>"))
        let province = reportLetter(try reports("form-ii06-province", [], .english), files: [], context(.english))
        for sentence in ["Received: 571, with 133 carried over; 313 were filed online.", "Settled: 401, of which 20 late.", "Open: 170, of which 97 late."] {
            #expect(province.text.contains("\n\(sentence)\n"), "\(province.text)")
        }
    }

    /// Of the 47 online dossiers of Sa Thầy 35 were fully so; 64 − 2 = 62 were settled in time.
    @Test func theLetterOfTheOtherForm() throws {
        let letter = reportLetter(try reports("form-07a-unit", ["616"]), files: [], context())
        #expect(letter.text.contains("""

            Tiếp nhận 93 hồ sơ, kể cả 19 hồ sơ từ kỳ trước; 35 hồ sơ nộp trực tuyến toàn
            trình.

            Đã giải quyết 62 hồ sơ trước và đúng hạn, 2 hồ sơ quá hạn.

            Đang giải quyết 29 hồ sơ.

            Số hồ sơ tiếp nhận – Tổng số: 93
            Số hồ sơ tiếp nhận – Trực tuyến toàn trình: 35
            Số hồ sơ tiếp nhận – Từ kỳ trước: 19
            Số hồ sơ đã giải quyết – Trước và đúng hạn: 62
            Số hồ sơ đã giải quyết – Quá hạn: 2
            """), "\(letter.text)")
    }

    /// Nine forms: five in full, and no row without figures for the others.
    @Test func severalFormsInOneLetter() throws {
        let letter = reportLetter(try reports("form-ii06-unit"), files: [], context())
        #expect(letter.text.components(separatedBy: "\nĐang giải quyết ").count == 6)
        let rest = try #require(letter.text.components(separatedBy: "CÁC BÁO CÁO KHÁC\n").dropFirst().first)
        #expect(rest.contains("\n- Sở Y tế: Tình hình, kết quả giải quyết thủ tục hành chính\n") && rest.components(separatedBy: "\n- ").count == 5, "\(rest)")
        #expect(!letter.text.contains("Tỷ lệ:") && !letter.text.contains(": ·") && !letter.html.contains("></td>"))
    }

    /// What is said of all units stands at the top; what is said of some is said once, with their names.
    @Test func whatAllReportsShareIsSaidOnce() {
        func report(_ name: String, _ lines: [String]) -> Report {
            Report(
                id: "form-ii06-unit/\(name)/2025-05/administrative", fileStem: name, unitCode: name, language: .vietnamese, head: .init(superior: nil, unit: name), title: "Biểu", periodLine: "Kỳ",
                notices: [], status: .init(state: "ĐÃ CHỐT", isFinal: true, lines: ["Số liệu đã chốt.", "Quyết định số 1."] + lines), sections: [], figures: [:], headline: [],
                provenance: .init(dataVersion: 3, asOf: Records.moment("2025-05-14"), definitions: [], inputHash: ""))
        }
        let whole = "Có đủ số liệu."
        let parts = ["A", "B", "C", "D", "E", "F", "G"].map { report($0, [whole]) } + [report("H", ["Thiếu 2 ngày."])] + ["I", "K", "L"].map { report($0, [whole]) }
        let text = reportLetter(parts, files: [], context()).text
        #expect(text.hasPrefix("! ĐÃ CHỐT: Số liệu đã chốt.\n! Quyết định số 1.\n\n") && text.components(separatedBy: "Quyết định số 1.").count == 2)
        #expect(text.contains("\nCÁC BÁO CÁO KHÁC\n\nF; G; I và 2 đơn vị khác: Có đủ số liệu.\nH: Thiếu 2 ngày.\n\n- F: Biểu\n- G: Biểu\n- H: Biểu\n"), "\(text)")
        let alone = reportLetter([parts[7]], files: [], context()).text
        #expect(alone.hasPrefix("! ĐÃ CHỐT: Số liệu đã chốt.\n! Quyết định số 1.\n! Thiếu 2 ngày.\n\n"))
    }

    @Test(arguments: ["form-ii06-province", "targets", "payment-by-unit", "data-quality", "qd766-own-province", "services-by-unit"])
    func aReportWithoutHeadlineIsNamedByItsTitle(id: String) throws {
        let report = try reports(id)[0]
        let letter = reportLetter([report], files: [file("x.xlsx", bytes: 1)], context())
        let isHeaded = letter.subject.contains("%")
        #expect(isHeaded || letter.subject.hasSuffix("– tháng 5/2025: " + report.title), "\(letter.subject)")
        #expect(letter.text.contains(report.title.uppercased()) && letter.text.hasPrefix("! DỮ LIỆU MINH HỌA"))
    }

    @Test func theTableHasTheCellsOfTheReport() throws {
        let report = try reports("unit-monthly", ["616"])[0]
        let letter = reportLetter([report], files: [], context())
        let rows = try #require(report.tables.first { $0.id == "summary-table" }).rows.filter { [.text("O1 v1"), .text("P1 v1"), .text("T1 v1")].contains($0.cells[0]) }
        #expect(rows.count == 3 && report.headline.count == 3)
        for row in rows {
            let cells = [4, 5, 8].map { row.cells[$0].text(.vietnamese) }
            #expect(letter.text.contains("\(row.cells[1].text(.vietnamese))\n  Tỷ lệ: \(cells[0]) · Chỉ tiêu: \(cells[1]) · Còn thiếu (hồ sơ): \(cells[2])\n"))
        }
    }

    /// An evaluation by the portal is about no unit of the register; what counts for the units of another day says so in the address.
    @Test func thePageOfTheUnit() {
        func address(_ id: String, figures: [String: Rate] = ["O1.v1/616/2025-05/calendar": Rate(1, of: 2)]) -> String? {
            let report = report(id: id, figures: figures)
            return reportLetter([report], files: [], context()).text.split(separator: "\n").first { $0.hasPrefix("https") }.map(String.init)
        }
        let base = "https://uptake.example.vn/units/"
        #expect(address("unit-monthly/616/2025-Q2/administrative") == base + "616?period=2025-Q2")
        #expect(address("unit-monthly/616@2021-01-01/2025-05/calendar/restated-2025-07-01") == base + "616%402021-01-01?period=2025-05&calendar=calendar&view=2025-07-01")
        #expect(address("portal-evaluation/H44/2026-08/calendar", figures: [:]) == nil && address("x") == nil && address("a/b/2025-13/calendar") == nil)
        let unsafe = LetterContext(language: .vietnamese, publicURL: "javascript:alert(1)//")
        #expect(!reportLetter([report(id: "unit-monthly/616/2025-05/calendar")], files: [], unsafe).html.contains("href"))
    }

    // MARK: Revisions

    /// 46/74 = 62,16 % before, 47/74 now: 1/74 = 1,35 points. Changes of other units are not told, those of other figures are counted.
    @Test func aRevisedReportSaysWhatChanged() throws {
        func change(_ unit: String, _ indicator: String, _ old: Rate, _ new: Rate) -> FigureRevision {
            FigureRevision(unitKey: unit, oldIndicator: indicator, newIndicator: indicator, old: old, states: [(.late, new)])
        }
        let changes = [
            change("616@2021-01-01", "O1.v1", Rate(46, of: 74), Rate(47, of: 74)), change("616@2021-01-01", "A1.v1", Rate(22, of: 44), Rate(23, of: 44)),
            change("616@2021-01-01", "P1.v1", Rate(15, of: 31), Rate(15, of: 31)), change("6160@2021-01-01", "O1.v1", Rate(1, of: 9), Rate(2, of: 9)),
        ]
        let letter = reportLetter(try reports("unit-monthly", ["616"]), files: [], context(), revision: (2, "Hồ sơ đến muộn.", changes))
        #expect(letter.subject == "[ĐÃ SỬA ĐỔI lần 2, MINH HỌA] UBND huyện Sa Thầy – tháng 5/2025: hồ sơ trực tuyến 62,16% → 63,51% (chỉ tiêu 65,00%)")
        #expect(letter.text.contains("Báo cáo này thay cho báo cáo đã gửi (sửa đổi lần 2). Lý do: Hồ sơ đến muộn.\n"))
        #expect(letter.text.contains("Tỷ lệ hồ sơ trực tuyến\n  Đã gửi: 62,16% (46/74) · Nay là: 63,51% (47/74) · Chênh lệch (điểm %):\n  +1,35\n"))
        #expect(letter.text.contains("\n1 số liệu khác của đơn vị thay đổi; xem tệp kèm theo.\n") && !letter.text.contains("(2/9)"))
        let none = reportLetter(try reports("unit-monthly", ["616"]), files: [], context(), revision: (1, "Danh mục.", [changes[3]]))
        #expect(none.text.contains("Các chỉ số chính của đơn vị không thay đổi.") && !none.subject.contains("→"))
        let first = reportLetter(try reports("unit-monthly", ["616"], .english), files: [], context(), revision: (0, "", []))
        #expect(first.subject.hasPrefix("[REVISED, ILLUSTRATIVE] ") && first.text.contains("This report takes the place of the one that was sent.\n"), "a letter speaks the language of its reports")
    }

    // MARK: The weekly digest

    /// Counts of April and May, counted from the example's files by another program: Ngọc Hồi 21/41 and 35/48, Sa Thầy 35/67 and 47/74, Kon Tum 47/72 and
    /// 67/89, Đắk Hà 38/63 and 31/45, Văn hóa 29/32 and 34/36, Y tế 45/56 and 37/44, Giáo dục 23/30 and 36/46; Đắk Tô 22/34 and 20/40, Ia H' Drai 8/16 and 6/16.
    @Test func whoMovedAndWhoFellBehind() throws {
        let letter = reportLetter(try reports("weekly-digest"), files: [], context())
        #expect(letter.subject.hasSuffix("hồ sơ trực tuyến 71,46% (chỉ tiêu 60,00%); 7 tiến bộ, 2 tụt lại, 0 ngoài tầm với"))
        #expect(letter.text.contains("""

            ĐƠN VỊ TIẾN BỘ

            - UBND huyện Ngọc Hồi: 51,22% → 72,92% (+21,70 điểm %)
            - UBND huyện Sa Thầy: 52,24% → 63,51% (+11,27 điểm %)
            - UBND thành phố Kon Tum: 65,28% → 75,28% (+10,00 điểm %)
            - UBND huyện Đắk Hà: 60,32% → 68,89% (+8,57 điểm %)
            - Sở Văn hóa, Thể thao và Du lịch: 90,63% → 94,44% (+3,82 điểm %)
            - … và 2 mục khác trong tệp

            ĐƠN VỊ TỤT LẠI

            - UBND huyện Đắk Tô: 64,71% → 50,00% (-14,71 điểm %); chỉ tiêu 60,00%, còn
              thiếu 4 hồ sơ
            - UBND huyện Ia H' Drai: 50,00% → 37,50% (-12,50 điểm %); chỉ tiêu 60,00%,
              còn thiếu 4 hồ sơ

            CHỈ TIÊU NGOÀI TẦM VỚI

            Không chỉ tiêu nào ngoài tầm với.

            Chỉ so sánh đơn vị có từ 10 hồ sơ trở lên ở cả hai kỳ và không được sắp xếp
            lại ở giữa. Kỳ đang chạy được so với cả kỳ trước.

            """), "\(letter.text)")
    }

    /// In each half-month from 15 March to 14 May four dossiers, and one in December with which the year begins; one of the 17 is not online, so that 100 % are
    /// out of reach. The four half-months bring four each, so the 14 to come bring 56: at best 16 + 56 of 73, which is 98,63 %.
    @Test func whatIsOutOfReach() throws {
        let folder = try Folder()
        let store = try Store(path: nil)
        let days = ["2024-12-20"] + ["2025-03-20", "2025-04-04", "2025-04-24", "2025-05-05"].flatMap { Array(repeating: $0, count: 4) }
        let rows = days.enumerated().map { "D\($0),9.000001,616,\($0 == 16 ? "counter" : "online"),\($1),in_process,2025-05-20\n" }.joined()
        let files = [
            try folder.file("units.csv", "code,name,level,parent_code,valid_from,valid_to\n62,UBND tỉnh Kon Tum,province,,2021-01-01,\n616,UBND huyện Sa Thầy,district,62,2021-01-01,\n62.SYT,Sở Y tế,department,62,2021-01-01,\n"),
            try folder.file("procedures.csv", "code,name,sector,bears_fee\n9.000001,Cấp giấy phép xây dựng,Xây dựng,yes\n"),
            try folder.file("targets.yaml", "targets:\n  - indicator: O1\n    scope: province\n    from: 2024-12-15\n    value: 100\n    document: {number: QĐ 1, date: 2024-12-10, clause: điểm 1}\n"),
            try folder.file("submissions.csv", "dossier_code,procedure_code,unit_code,channel,received_at,state,updated_at\n" + rows),
        ]
        _ = try Ingest.run(files, into: store, asOf: Records.moment("2025-05-21"))
        let report = try Publish(store, home: Self.example.get().home, period: Self.may, reportIDs: ["weekly-digest"]).reports(units: [], language: .vietnamese)[0]
        let table = try #require(report.tables.first { $0.id == "out-of-reach-table" })
        let expected: [Cell] = [.day(Records.day("2025-12-14")), .count(16), .count(17), .rate(Rate(16, of: 17)), .count(56), .basisPoints(10_000), .rate(Rate(72, of: 73))]
        #expect(table.rows.map { Array($0.cells[3...]) } == [expected, expected] && table.rows.map { $0.cells[0] } == [.text("UBND tỉnh Kon Tum"), .text("UBND huyện Sa Thầy")])
        let letter = reportLetter([report], files: [], context())
        #expect(letter.subject.hasSuffix("0 tiến bộ, 0 tụt lại, 2 ngoài tầm với"), "the province and the district")
        #expect(letter.text.contains("""
            - UBND huyện Sa Thầy, hồ sơ trực tuyến đến hết 14/12/2025: nay 94,12%, cao
              nhất có thể 98,63%, chỉ tiêu 100,00%
            """), "\(letter.text)")
        #expect(!letter.subject.contains("MINH HỌA") && !letter.text.contains("MINH HỌA"), "nothing here is said to be invented")
    }

    // MARK: Reminders and notices

    /// Five dossiers on every working day of the eight weeks before; from 15 April to 12 May there are 4 + 5 + 5 + 5 + 1 = 20 working days.
    private func completeness(without missing: [String], asOf: String) throws -> Completeness {
        let register = Register(agencies: Dictionary(uniqueKeysWithValues: Records.agencies.enumerated().map { ($0 + 1, $1) }), procedures: [:])
        let gone = Set(missing.map(Records.day))
        let days = (-56..<30).map { Self.may.first.advanced(by: $0) }.filter { day in
            // 15 April 2025 is a Tuesday.
            let weekday = ((day.number - Self.may.first.number + 1) % 7 + 7) % 7
            return weekday < 5 && !gone.contains(day) && day <= Records.day(asOf)
        }
        let counts = days.map { DayCount(agencyID: 3, day: $0, dossiers: 5, loaded: Instant(local: $0)) }
        let all = Completeness.all(in: Self.may, register: register, counts: counts, zeros: [], asOf: Records.day(asOf), lateAfterDays: 5, since: Records.day("2020-01-01"))
        return try #require(all.first { $0.agency.code == "616" })
    }

    @Test func aReminderNamesTheDaysAndTheCut() throws {
        let gone = try completeness(without: ["2025-05-05", "2025-05-06", "2025-05-07", "2025-05-09"], asOf: "2025-05-12")
        let letter = reminderLetter(units: [(Records.agencies[2], gone)], period: Self.may, cut: Records.day("2025-05-16"), context(greeting: "UBND huyện Sa Thầy"))
        #expect(letter.subject == "[NHẮC NỘP SỐ LIỆU] UBND huyện Sa Thầy – tháng 5/2025: thiếu 4 ngày, chốt 16/05/2025")
        #expect(letter.text.contains("Đến nay thiếu số liệu của 4 trong 20 ngày phải có:\n\n- 05/05/2025 – 07/05/2025 (3 ngày)\n- 09/05/2025\n"), "\(letter.text)")
        #expect(letter.text.contains("\nhttps://uptake.example.vn/upload\n") && letter.text.contains("trước hết ngày 16/05/2025"))
        let english = reminderLetter(units: [(Records.agencies[2], gone)], period: Self.may, cut: Records.day("2025-05-16"), context(.english))
        #expect(english.subject == "[REMINDER] UBND huyện Sa Thầy – 2025-05: 4 days missing, cut on 2025-05-16")
        let whole = try completeness(without: [], asOf: "2025-05-12")
        #expect(!reminderLetter(units: [(Records.agencies[2], whole)], period: Self.may, cut: Records.day("2025-05-16"), context()).text.contains("VIỆC CẦN LÀM"))
    }

    @Test func aUnitOfWhichNothingHasComeIsTold() throws {
        let register = Register(agencies: [1: Records.agencies[0], 3: Records.agencies[2]], procedures: [:])
        let all = Completeness.all(in: Self.may, register: register, counts: [], zeros: [], asOf: Records.day("2025-05-12"), lateAfterDays: 5, since: Records.day("2020-01-01"))
        let letter = reminderLetter(units: [(Records.agencies[2], try #require(all.first))], period: Self.may, cut: Records.day("2025-05-16"), context())
        #expect(letter.subject.hasSuffix(": chưa có số liệu, chốt 16/05/2025") && letter.text.contains("chưa có hồ sơ nào"))
    }

    /// One letter for all units of a reader: first the one of which nothing has come, then by the days that are missing; no complete one is named.
    @Test func aReminderOfSeveralUnits() throws {
        let (whole, one, four) = (
            try completeness(without: [], asOf: "2025-05-12"), try completeness(without: ["2025-05-09"], asOf: "2025-05-12"),
            try completeness(without: ["2025-05-05", "2025-05-06", "2025-05-07", "2025-05-09"], asOf: "2025-05-12"))
        let register = Register(agencies: [1: Records.agencies[0], 3: Records.agencies[2]], procedures: [:])
        let silent = try #require(Completeness.all(in: Self.may, register: register, counts: [], zeros: [], asOf: Records.day("2025-05-12"), lateAfterDays: 5, since: Records.day("2020-01-01")).first)
        func unit(_ name: String) -> Agency { Agency(code: name, name: name, level: .commune, parentCode: nil, validity: Records.validity) }
        let units = [(unit("Xã A"), one), (unit("Xã B"), whole), (unit("Xã C"), four), (unit("Xã D"), silent)].map { (agency: $0.0, completeness: $0.1) }
        let letter = reminderLetter(units: units, period: Self.may, cut: Records.day("2025-05-16"), context(greeting: "Văn phòng"))
        #expect(letter.subject == "[NHẮC] 3 đơn vị thiếu dữ liệu – tháng 5/2025, chốt 16/05/2025")
        #expect(letter.text.contains("\n\n- Xã D: chưa có hồ sơ nào\n- Xã C: thiếu 4 trong 20 ngày\n- Xã A: thiếu 1 trong 20 ngày\n\nSố liệu của kỳ được chốt ngày 16/05/2025.\n"), "\(letter.text)")
        #expect(letter.text.contains("VIỆC CẦN LÀM") && letter.text.contains("\nhttps://uptake.example.vn/upload\n") && letter.text.hasPrefix("Kính gửi: Văn phòng\n"))
        let english = reminderLetter(units: units, period: Self.may, cut: Records.day("2025-05-16"), context(.english))
        #expect(english.subject == "[REMINDER] 3 units miss records – 2025-05, cut on 2025-05-16" && english.text.contains("\n- Xã D: nothing has come\n- Xã C: 4 of 20 days missing\n"))
        let alone = reminderLetter(units: Array(units.prefix(2)), period: Self.may, cut: Records.day("2025-05-16"), context())
        #expect(alone.subject == "[NHẮC NỘP SỐ LIỆU] Xã A – tháng 5/2025: thiếu 1 ngày, chốt 16/05/2025", "of two one is complete")
    }

    @Test(arguments: [(20, nil), (21, "\n- … và 1 đơn vị khác\n"), (95, "\n- … và 75 đơn vị khác\n")] as [(Int, String?)])
    func aReminderNamesAtMostTwentyUnits(count: Int, more: String?) throws {
        let gone = try completeness(without: ["2025-05-09"], asOf: "2025-05-12")
        let units = (1...count).map { (agency: Agency(code: "\($0)", name: "Xã \($0)", level: .commune, parentCode: nil, validity: Records.validity), completeness: gone) }
        let letter = reminderLetter(units: units, period: Self.may, cut: Records.day("2025-05-16"), context())
        #expect(letter.text.components(separatedBy: "\n- Xã ").count == 21 && letter.text.contains("\n- Xã 20: thiếu 1 trong 20 ngày\n"))
        #expect(more.map(letter.text.contains) ?? !letter.text.contains("đơn vị khác"))
    }

    /// That records are invented stands above everything; who may not load files gets no way to load them.
    @Test func aReminderKnowsItsReader() throws {
        let gone = try completeness(without: ["2025-05-09"], asOf: "2025-05-12")
        func letter(_ language: Language, mayUpload: Bool) -> Letter {
            let context = LetterContext(language: language, publicURL: "https://uptake.example.vn", greeting: "Văn phòng", notices: ["DỮ LIỆU MINH HỌA", "Thử"], mayUpload: mayUpload)
            return reminderLetter(units: [(Records.agencies[2], gone)], period: Self.may, cut: Records.day("2025-05-16"), context)
        }
        let (may, mayNot) = (letter(.vietnamese, mayUpload: true), letter(.vietnamese, mayUpload: false))
        #expect(may.text.hasPrefix("! DỮ LIỆU MINH HỌA\n! Thử\n\nKính gửi: Văn phòng\n") && may.text.contains("/upload") && !may.text.contains("không nạp được tệp"))
        #expect(!mayNot.html.contains("/upload") && !mayNot.text.contains("https://") && mayNot.text.contains("Tài khoản này không nạp được tệp: đề nghị cán bộ phụ trách số liệu"))
        #expect(letter(.english, mayUpload: false).text.contains("This account cannot load files: please ask the clerk"))
    }

    @Test func aNoticeKeepsItsLines() {
        let letter = noticeLetter(subject: "unit-monthly\r\nBcc: x@example.vn", text: "Cause: <down>\n\nNext try 07:45.", context(.english))
        #expect(letter.subject == "[uptake] unit-monthly Bcc: x@example.vn")
        #expect(letter.text.hasPrefix("Cause: <down>\n\nNext try 07:45.\n") && letter.html.contains("Cause: &lt;down&gt;</p>"))
    }

    // MARK: What others wrote

    private static let hostile = [
        "</title></style><script>alert(1)</script><b a='\"onload=\"x'>&amp;", "=HYPERLINK(\"http://example.vn\",\"x\")", "\"><img src=x onerror=alert(1)>", "a\r\nBcc: x@example.vn\r\n\r\nbody",
        "‮tác nghịch‬ \u{0}\u{1B}[31m\u{2028}next", "<a href='javascript:x'>", "T\u{302}\u{301}e\u{323}n 🏛 ｆｕｌｌ", String(repeating: "dài ", count: 200), String(repeating: "x", count: 500), "",
    ]

    private func report(id: String = "unit-monthly/616/2025-05/administrative", name: String = "UBND huyện", figures: [String: Rate] = [:]) -> Report {
        let figure = "O1.v1/616/2025-05/administrative"
        let row = Row(.body, [
            .text("O1 v1"), .text(name), .count(47), .count(74), .rate(Rate(47, of: 74)), .basisPoints(6500), .percentagePoints(hundredths: -149), .verdict(.missed), .count(2), .count(4), .text(name),
        ], links: [4: .figure(figure)])
        let entry = Row(.body, [.text(name), .text(name), .rate(Rate(1, of: 2)), .rate(Rate(1, of: 4)), .percentagePoints(hundredths: -2500), .basisPoints(6500), .verdict(.missed), .count(2)])
        return Report(
            id: id, fileStem: "x", unitCode: "616", language: .vietnamese, head: .init(superior: nil, unit: name), title: name, periodLine: name, notices: ["N " + name],
            status: figures.isEmpty && id.hasPrefix("portal") ? nil : .init(state: "TẠM TÍNH", isFinal: false, lines: ["A " + name, "B " + name]),
            sections: [
                Section(id: "summary", title: name, blocks: [.paragraphs([name]), .table(Table(id: "summary-table", caption: "", columns: (0..<11).map { Column("\($0)") }, rows: [row]))]),
                Section(id: "fell-behind", title: name, blocks: [.table(Table(id: "fell-behind-table", caption: "", columns: (0..<8).map { Column("\($0)") }, rows: [entry]))]),
            ], figures: figures, headline: [figure], provenance: .init(dataVersion: 3, asOf: Records.moment("2025-05-14"), definitions: [], inputHash: ""))
    }

    private func letters(naming name: String) -> [Letter] {
        let context = context(limit: 1, greeting: name)
        let change = FigureRevision(unitKey: "616@2021-01-01", oldIndicator: "O1.v1", newIndicator: "O1.v1", old: Rate(46, of: 74), states: [(.late, Rate(47, of: 74))])
        let agency = Agency(code: "616", name: name, level: .district, parentCode: nil, validity: Records.validity)
        let silent = Completeness.all(
            in: Self.may, register: Register(agencies: [1: agency], procedures: [:]), counts: [], zeros: [], asOf: Self.may.last, lateAfterDays: 5, since: Self.may.first)
        return [
            reportLetter(Array(repeating: report(name: name), count: 7), files: [file(name, bytes: 5)], context, revision: (1, name, [change])),
            reportLetter([report(name: name)], files: [file(name, bytes: 5)], context),
        ] + silent.map { reminderLetter(units: [(agency, $0)], period: Self.may, cut: Self.may.last, context) } + [noticeLetter(subject: name, text: oneLine(name) + "!", context)]
    }

    private func names() throws -> [String] {
        guard let corpus = Repository.corpus("blns") else { return Self.hostile }
        return Self.hostile + (try JSONDecoder().decode([String].self, from: Data(contentsOf: URL(filePath: corpus + "/blns.json"))))
    }

    /// The tags of a page with the names of their attributes, without what stands in quotes.
    private func skeleton(_ html: String) -> [String] {
        var (tags, tag, isQuoted): ([String], String?, Bool) = ([], nil, false)
        // As a browser reads it: a mark that belongs to a bracket as a letter's does not hide the bracket.
        for scalar in html.unicodeScalars {
            if tag == nil {
                if scalar == "<" { tag = "" }
            } else if scalar == "\"" {
                isQuoted.toggle()
            } else if scalar == ">", !isQuoted {
                tags.append(tag ?? "")
                tag = nil
            } else if !isQuoted {
                tag?.unicodeScalars.append(scalar)
            }
        }
        return tags
    }

    @Test func hostileNamesMakeNoElementAndNoAttribute() throws {
        let harmless = letters(naming: "Ủy ban").map { skeleton($0.html) }
        #expect(harmless.count == 4 && harmless.allSatisfy { $0.count > 10 })
        for name in try names() where !name.isEmpty {
            let made = letters(naming: name)
            let isSame = made.map { skeleton($0.html) } == harmless
            #expect(isSame, "\(name.debugDescription)")
            for letter in made {
                func steers(_ scalar: Unicode.Scalar) -> Bool {
                    [.control, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory) || scalar.properties.isBidiControl
                }
                let isClean = !letter.subject.unicodeScalars.contains(where: steers) && !letter.text.unicodeScalars.contains { $0 != "\n" && steers($0) }
                #expect(isClean && letter.subject.count < 300, "\(name.debugDescription)")
            }
        }
    }

    /// A line is longer only where it is one word: an address, a hash, or a name without spaces.
    @Test func linesFitATerminal() throws {
        var made = try names().flatMap { letters(naming: $0) }
        made += [reportLetter(try reports("unit-monthly"), files: [file("a.xlsx", bytes: 1)], context()), reportLetter(try reports("weekly-digest"), files: [], context())]
        for line in made.flatMap(lines) where line.count > 76 {
            let words = line.split(separator: " ").filter { $0 != "-" && $0 != "!" && $0 != "SHA-256:" }
            #expect(words.count == 1, "\(line)")
        }
    }

    @Test(arguments: [
        ("", ""), ("a  b\tc\nd", "a b c d"), (" a ", "a"), ("e\u{302}\u{301}", "e\u{302}\u{301}"), ("a\u{202E}b\u{2069}c", "abc"), ("a\u{0}\u{85}\u{2029}b", "a b"), ("77,62\u{A0}%", "77,62 %"),
    ])
    func aTextInOneLine(text: String, line: String) { #expect(oneLine(text) == line) }

    /// A letter with its marks is one sign, whether they are one code point or three.
    @Test func linesAreCountedAsReadersCount() {
        let (composed, decomposed) = (String(repeating: "ế", count: 37), String(repeating: "e\u{302}\u{301}", count: 37))
        #expect(wrapped("\(composed) \(composed) x") == "\(composed) \(composed)\nx".precomposedStringWithCanonicalMapping)
        #expect(wrapped("\(decomposed) \(decomposed) x") == "\(decomposed) \(decomposed)\nx")
        #expect(wrapped("a b", first: "- ", indent: 2) == "- a b" && wrapped("", first: "! ", indent: 2) == "! ")
    }

    @Test func theLetterAsksTheNetworkForNothing() throws {
        for letter in [reportLetter(try reports("weekly-digest"), files: [file("a.xlsx", bytes: 1)], context())] + letters(naming: "x") {
            for word in ["src=", "url(", "@import", "<link", "<style", "<script", "<img", "<iframe", "javascript", "class=", "http:"] { #expect(!letter.html.contains(word), "\(word)") }
            #expect(letter.html.contains("max-width:600px") && letter.html.contains("color-scheme"))
            // Dark grounds are the reader's own: a text with a colour of ours would vanish on some.
            #expect(letter.html.firstMatch(of: /[;"](?:color|background|background-color):/) == nil)
        }
    }

    @Test func theSameReportIsTheSameLetter() throws {
        let made = try (0..<2).map { _ in reportLetter(try reports("weekly-digest"), files: [file("a.xlsx", bytes: 1)], context()) }
        #expect(made[0] == made[1])
        let decoded = try JSONDecoder().decode(Letter.self, from: JSONEncoder().encode(made[0]))
        #expect(decoded == made[0], "as the ledger keeps it")
    }

    // MARK: To look at

    /// Writes letters as files for people to look at: UPTAKE_PICTURES=FOLDER swift test --filter lettersToLookAt
    @Test(.enabled(if: ProcessInfo.processInfo.environment["UPTAKE_PICTURES"] != nil))
    func lettersToLookAt() throws {
        let folder = try #require(ProcessInfo.processInfo.environment["UPTAKE_PICTURES"])
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let files = [file("unit-monthly_616_2025-05_administrative.xlsx", bytes: 123_456), file("unit-monthly_616_2025-05_administrative.pdf", bytes: 12_345_678)]
        let change = FigureRevision(unitKey: "616@2021-01-01", oldIndicator: "O1.v1", newIndicator: "O1.v1", old: Rate(46, of: 74), states: [(.late, Rate(47, of: 74))])
        let (unit, gone) = (try reports("unit-monthly", ["616"]), try completeness(without: ["2025-05-05", "2025-05-06", "2025-05-07", "2025-05-09"], asOf: "2025-05-12"))
        let letters = [
            ("letter-unit", reportLetter(unit, files: files, context(limit: 1_000_000, greeting: "UBND huyện Sa Thầy"))),
            ("letter-revised", reportLetter(unit, files: files, context(greeting: "UBND huyện Sa Thầy"), revision: (1, "Hồ sơ đến muộn của xã Rơ Kơi.", [change]))),
            ("letter-several", reportLetter(try reports("unit-monthly"), files: [], context())),
            ("letter-digest", reportLetter(try reports("weekly-digest"), files: [], context())),
            ("letter-reminder", reminderLetter(units: [(Records.agencies[2], gone)], period: Self.may, cut: Records.day("2025-05-16"), context())),
            ("letter-notice", noticeLetter(subject: "unit-monthly 2025-05: the mail server is down", text: "mail.example.vn:587 did not answer within 60 seconds.\nThe next try is at 07:45.", context(.english))),
        ]
        for (name, letter) in letters {
            try letter.html.write(toFile: "\(folder)/\(name).html", atomically: true, encoding: .utf8)
            try "Subject: \(letter.subject)\n\n\(letter.text)".write(toFile: "\(folder)/\(name).txt", atomically: true, encoding: .utf8)
        }
    }
}
