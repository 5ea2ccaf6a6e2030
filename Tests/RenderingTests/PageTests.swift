import Adoption
import Foundation
import Rendering
import Reporting
import Testing

@Suite struct PageTests {
    private static let stylesheet = "p > a { content: \"x\"; }"
    private static let hostile = "</title></style><script>alert(1)</script><b a='\"onload=\"x'>&amp;"
    private static let harmless = "Ủy ban nhân dân huyện Sa Thầy"

    // MARK: Escaping

    @Test(arguments: [
        ("", ""), ("Sa Thầy", "Sa Thầy"), ("<b>", "&lt;b&gt;"), ("a & b &lt;", "a &amp; b &amp;lt;"),
        ("\"onload='x'", "&quot;onload=&#39;x&#39;"), ("a\u{0}b\u{B}c\u{1B}d\u{7F}e\u{85}f", "abcdef"),
        ("a\tb\nc", "a\tb\nc"), ("<\u{0}script", "&lt;script"), ("e\u{302}\u{301} 🏛", "e\u{302}\u{301} 🏛"),
    ])
    func `interpolated text is escaped`(text: String, html: String) {
        let markup: Markup = "<td title=\"\(text)\">\(text)</td>"
        #expect(markup.html == "<td title=\"\(html)\">\(html)</td>")
    }

    /// Built from code units, since a literal may not hold them.
    @Test(arguments: [[0xFFFE], [0xFFFF], [0xFDD0], [0xD83F, 0xDFFF]] as [[UInt16]])
    func `noncharacters are dropped`(units: [UInt16]) {
        let text = "a" + String(decoding: units, as: UTF16.self) + "b"
        #expect(text.unicodeScalars.count == 3)
        #expect(("\(text)" as Markup).html == "ab")
    }

    @Test func `markup in markup is put in once and as it is`() {
        let cells = ["a<", "b"].map { text -> Markup in "<td>\(text)</td>" }
        let row: Markup = "<tr>\(cells)</tr>"
        #expect(("<table>\(row)\(7)</table>" as Markup).html == "<table><tr><td>a&lt;</td><td>b</td></tr>7</table>")
    }

    @Test func `a style sheet keeps its signs and cannot end its element`() {
        #expect(Markup(stylesheet: "a > b { content: \"\u{0}&\" }").html == "<style>\na > b { content: \"&\" }\n</style>")
        #expect(Markup(stylesheet: "</style><script>").html == "<style>\n<\\/style><script>\n</style>")
    }

    @Test(arguments: [Chart.Kind.bars, .line, .multiples])
    func `hostile text makes no element and no attribute`(kind: Chart.Kind) {
        let expected = skeleton(page(of: report(naming: Self.harmless, kind), stylesheet: Self.stylesheet))
        let actual = skeleton(page(of: report(naming: Self.hostile, kind), stylesheet: Self.stylesheet))
        #expect(actual == expected)
        #expect(!actual.contains { $0.hasPrefix("script") || $0.hasPrefix("b ") })
        #expect(actual.count > 100)
    }

    @Test func `the page asks the network for nothing`() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../reports/print.css")
        let html = page(of: report(naming: Self.harmless, .line), stylesheet: try String(contentsOf: file, encoding: .utf8))
        for word in ["http:", "https:", "//", "src=", "url(", "@import", "<link", "<script", "<iframe", "javascript"] {
            #expect(!html.contains(word), "\(word)")
        }
    }

    @Test func `the same report is the same bytes`() {
        let pages = (0..<2).map { _ in page(of: report(naming: Self.harmless, .bars), stylesheet: Self.stylesheet) }
        #expect(pages[0] == pages[1])
    }

    // MARK: The document

    @Test(arguments: Language.allCases)
    func `the page speaks the language of the report`(language: Language) {
        let html = page(of: report(naming: "x", .bars, language: language), stylesheet: "")
        #expect(html.hasPrefix("<!DOCTYPE html>\n<html lang=\"\(language.rawValue)\">\n"))
        #expect(html.contains(Words.motto.motto(language)))
        #expect(html.contains(Words.legend(language)))
        #expect(html.contains(language == .vietnamese ? "<dd>14/05/2025</dd>" : "<dd>2025-05-14</dd>"))
    }

    @Test func `notices stand before everything else`() throws {
        let html = page(of: report(naming: "x", .bars), stylesheet: "")
        let notice = try #require(html.range(of: "Số liệu giả định"))
        let head = try #require(html.range(of: "<header"))
        #expect(notice.lowerBound < head.lowerBound)
    }

    @Test func `contents link to the sections`() {
        let html = page(of: report(naming: "x", .bars), stylesheet: "")
        #expect(html.contains("<a href=\"#section-first\">Tổng hợp</a>"))
        #expect(html.contains("<section id=\"section-first\""))
        #expect(html.contains("<a href=\"#section-second\">"))
        #expect(html.contains("<section id=\"section-second\""))
    }

    // MARK: Tables

    @Test func `grouped headers span their columns, and lone ones both rows`() {
        let html = page(of: report(naming: "x", .bars), stylesheet: "")
        #expect(html.contains(
            """
            <colgroup span="1"></colgroup>
            <colgroup span="1"></colgroup>
            <colgroup span="2"></colgroup>
            <colgroup span="1"></colgroup>
            <colgroup span="1"></colgroup>
            <colgroup span="1"></colgroup>
            <thead>
            <tr><th scope="col" rowspan="2">TT</th><th scope="col" rowspan="2">Đơn vị</th>\
            <th scope="colgroup" colspan="2">Hồ sơ</th><th scope="colgroup" colspan="1">Chỉ tiêu</th>\
            <th scope="col" rowspan="2">Đánh giá</th><th scope="colgroup" colspan="1">Hồ sơ</th></tr>
            <tr><th scope="col">Tổng</th><th scope="col">Tỷ lệ</th><th scope="col">Giao</th><th scope="col">Ngày</th></tr>
            </thead>
            """))
    }

    @Test func `columns without groups have one header row`() {
        let html = page(of: report(naming: "x", .bars), stylesheet: "")
        #expect(html.contains("<thead>\n<tr><th scope=\"col\">Mã</th><th scope=\"col\">Tên</th></tr>\n</thead>"))
    }

    @Test func `rows have their headers, classes and spans`() {
        let html = page(of: report(naming: "UBND huyện Sa Thầy", .bars), stylesheet: "")
        #expect(html.contains("<tr class=\"heading\"><th scope=\"rowgroup\" colspan=\"7\">I. Các sở</th></tr>"))
        #expect(html.contains(
            "<tr class=\"heading\"><th scope=\"rowgroup\">II</th><th scope=\"rowgroup\" colspan=\"6\">Các huyện</th></tr>"))
        #expect(html.contains(
            """
            <tr><td class="text">1</td><th scope="row">UBND huyện Sa Thầy</th><td class="number">1.000</td>\
            <td class="number">77,70%</td><td class="number">70,00%</td><td class="verdict met">✓ Đạt</td>\
            <td class="day">14/05/2025</td></tr>
            """))
        #expect(html.contains(
            "<tr class=\"total\"><th scope=\"row\" colspan=\"2\">TỔNG CỘNG</th><td class=\"number\">1.000</td>"))
        #expect(html.contains("<td class=\"verdict missed\">✗ Chưa đạt</td>"))
    }

    @Test func `columns are numbered and rates are shaded where the table asks for it`() {
        let table = Table(
            id: "t", caption: "", columns: [Column("Đơn vị"), Column("Tỷ lệ", group: "Hồ sơ")],
            rows: [0, 19, 20, 80, 100].map { Row(.body, [.text("Sở"), .rate(Rate($0, of: 100))]) } + [Row(.body, [.text("Sở"), .rate(.none)])], isNumbered: true, isShaded: true)
        let html = page(of: report([Section(id: "s", title: "Bảng", blocks: [.table(table)])]), stylesheet: "")
        #expect(html.contains("<tr class=\"numbers\"><td>(1)</td><td>(2)</td></tr>\n</thead>"))
        #expect(html.matches(of: /number shade-(\d)/).map { String($0.1) } == ["0", "0", "1", "4", "4"] && html.contains("<td class=\"number absent\">–</td>"))
    }

    @Test func `a table without rows says so`() {
        let html = page(of: report(naming: "x", .bars), stylesheet: "")
        #expect(html.contains("<tbody>\n<tr><td colspan=\"2\">Không có dữ liệu.</td></tr>\n</tbody>"))
    }

    @Test(arguments: Language.allCases)
    func `the text of every cell is on the page`(language: Language) {
        let report = report(naming: "UBND huyện Ia H'Drai", .bars, language: language)
        let html = page(of: report, stylesheet: "").replacingOccurrences(of: "&#39;", with: "'")
        for case .table(let table) in report.sections.flatMap(\.blocks) {
            for cell in table.rows.flatMap(\.cells) where cell != .empty {
                #expect(html.contains(">\(cell.text(language))</t"), "\(cell)")
            }
        }
    }

    // MARK: Charts

    /// Four rows: each takes 114 of the 456 units right of 44. 0 % is at 258 and 100 % at 38, so 10 % are 22 units.
    @Test func `a line leaves a gap without data, and the target takes one step`() {
        let rows: [Cell] = [.rate(Rate(1, of: 2)), .noData, .rate(Rate(6, of: 10)), .rate(Rate(7, of: 10))]
        let html = svg(chart(.line), table: trend(rows), language: .vietnamese).html
        #expect(html.contains("d=\"M101 148M329 126L443 104\""))
        #expect(html.contains("<path class=\"target\" d=\"M44 104H158H272V82H386H500\"/>"))
        #expect(html.contains("<title>03/2025: 60,00%</title>"))
        #expect(html.components(separatedBy: "<circle").count - 1 == 3 + 1, "three points and the key")
    }

    /// The units changed in the middle of March, at 329: no line comes to March or goes from it.
    @Test func `no line runs across the day on which the units changed`() {
        let rows: [Cell] = (5...8).map { .rate(Rate($0, of: 10)) }
        let broken = Chart(
            id: "picture", title: "Tỷ lệ", alternative: "Mô tả", kind: .line, tableID: "trend", category: 0, series: [1], target: nil,
            breaks: [Chart.Break(row: 2, passed: Rate(15, of: 30), label: "sắp xếp đơn vị 01/03/2025")])
        let html = svg(broken, table: trend(rows), language: .vietnamese).html
        #expect(html.contains("d=\"M101 148L215 126M329 104M443 82\""))
        #expect(html.contains("<line class=\"break\" x1=\"329\" y1=\"38\" x2=\"329\" y2=\"258\"/>") && html.contains(">sắp xếp đơn vị 01/03/2025</text>"))
        // On the border of two months each of them is whole, and only the way between is cut.
        let border = Chart(
            id: "picture", title: "", alternative: "", kind: .line, tableID: "trend", category: 0, series: [1], target: nil,
            breaks: [Chart.Break(row: 2, passed: Rate(0, of: 30), label: "")])
        #expect(svg(border, table: trend(rows), language: .vietnamese).html.contains("d=\"M101 148L215 126M329 104L443 82\""))
    }

    /// Two rows of three months: a panel is 176 wide, of which 132 are the plot; 52 high, beginning 20 below its top.
    @Test func `small lines stand side by side on one scale`() {
        let table = Table(
            id: "m", caption: "", columns: ["Đơn vị", "1", "2", "3", "Chỉ tiêu"].map { Column($0) },
            rows: [
                Row(.body, [.text("Sở A"), .rate(Rate(0, of: 2)), .rate(Rate(1, of: 2)), .rate(Rate(2, of: 2)), .basisPoints(5_000)]),
                Row(.body, [.text("Sở B"), .rate(Rate(1, of: 2)), .noData, .noData, .noData]), Row(.total, [.text("x"), .noData, .noData, .noData, .noData]),
            ])
        let small = Chart(id: "p", title: "Tỷ lệ", alternative: "", kind: .multiples, tableID: "m", category: 0, series: [1, 2, 3], target: 4)
        let html = svg(small, table: table, language: .vietnamese).html
        #expect(html.components(separatedBy: "panel-name").count - 1 == 2, "one for each body row")
        #expect(html.contains("d=\"M22 108L66 82L110 56\"") && html.contains(">100,00%</text>"))
        #expect(html.contains("<path class=\"target fine\" d=\"M0 82H132\"/>"))
        #expect(html.contains("d=\"M214 82\"") && html.contains(">50,00%</text>"), "the last number that there is")
    }

    @Test func `a rate of 0 is drawn, unlike a rate without data`() {
        let rows: [Cell] = [.rate(Rate(0, of: 5)), .rate(.none), .notReported, .rate(Rate(5, of: 5))]
        let html = svg(chart(.line), table: trend(rows), language: .vietnamese).html
        #expect(html.contains("d=\"M101 258M443 38\""))
    }

    /// 100 % are 296 units right of 196: 77,70 % are 230.0 and the target of 70 % stands at 403.2.
    @Test func `bars have their length, number and target`() {
        let rows: [Cell] = [.rate(Rate(777, of: 1000)), .noData, .rate(Rate(0, of: 3)), .rate(Rate(3, of: 3))]
        let html = svg(chart(.bars), table: trend(rows), language: .vietnamese).html
        #expect(html.contains("<rect class=\"bar series-0\" x=\"196\" y=\"36\" width=\"230\" height=\"14\"/>"))
        #expect(html.contains("text-anchor=\"end\">77,70%</text>"))
        #expect(html.contains("text-anchor=\"end\">–</text>"))
        #expect(html.contains("<line class=\"target\" x1=\"403.2\" y1=\"32\" x2=\"403.2\" y2=\"54\"/>"))
        #expect(html.components(separatedBy: "<rect").count - 1 == 3 + 1, "three bars and the key")
        #expect(html.components(separatedBy: "class=\"target\"").count - 1 == 4 + 1)
    }

    @Test func `a picture has a name and a description, and a long name is whole in its tip`() {
        let name = "Văn phòng Đăng ký đất đai chi nhánh huyện Tu Mơ Rông"
        let html = svg(chart(.bars), table: trend([.rate(Rate(1, of: 2))], names: [name]), language: .vietnamese).html
        #expect(html.contains("role=\"img\""))
        #expect(html.contains("aria-labelledby=\"title-picture description-picture\""))
        #expect(html.contains("<desc id=\"description-picture\">Mô tả</desc>"))
        #expect(html.contains("<title>\(name): 50,00%</title>"))
        #expect(html.contains(">Văn phòng Đăng ký đất đai chi…</text>"))
    }
}

// MARK: Material

private func chart(_ kind: Chart.Kind) -> Chart {
    Chart(
        id: "picture", title: "Tỷ lệ", alternative: "Mô tả", kind: kind, tableID: "trend", category: 0, series: [1], target: 2)
}

private func trend(_ cells: [Cell], names: [String] = ["01/2025", "02/2025", "03/2025", "04/2025"]) -> Table {
    let rows = zip(names, cells).enumerated().map { index, row in
        Row(.body, [.text(row.0), row.1, .basisPoints(index < 2 ? 7000 : 8000)])
    }
    return Table(
        id: "trend", caption: "Diễn biến", columns: [Column("Kỳ"), Column("Tỷ lệ"), Column("Chỉ tiêu")],
        rows: rows + [Row(.total, [.text("Cả kỳ"), .rate(Rate(1, of: 3)), .empty])])
}

/// `name` stands in every place where a report takes text from outside.
private func report(naming name: String, _ kind: Chart.Kind, language: Language = .vietnamese) -> Report {
    let columns = [
        Column("TT"), Column("Đơn vị"), Column("Tổng", group: "Hồ sơ"), Column("Tỷ lệ", group: "Hồ sơ"),
        Column("Giao", group: "Chỉ tiêu"), Column("Đánh giá"), Column("Ngày", group: "Hồ sơ"),
    ]
    let rows = [
        Row(.heading, [.text("I. Các sở"), .empty, .empty, .empty, .empty, .empty, .empty]),
        Row(
            .body,
            [
                .text("1"), .text(name), .count(1000), .rate(Rate(777, of: 1000)), .basisPoints(7000),
                .verdict(.met), .day(Day(number: 20_222)),
            ]),
        Row(.heading, [.text("II"), .text("Các huyện"), .empty, .empty, .empty, .empty, .empty]),
        Row(.body, [.text("2"), .text(name), .count(0), .rate(.none), .notApplicable, .verdict(.noData), .notReported]),
        Row(
            .body,
            [
                .text("3"), .text("UBND huyện"), .amountVND(1_234_567), .percentagePoints(hundredths: 5),
                .noData, .verdict(.missed), .score(hundredths: 1750),
            ]),
        Row(
            .total,
            [
                .empty, .text("TỔNG CỘNG"), .count(1000), .rate(Rate(777, of: 1000)), .empty,
                .verdict(.notJudged), .scoreDifference(hundredths: -5),
            ]),
    ]
    let table = Table(id: "units", caption: name, columns: columns, rows: rows)
    let hostileColumns = [Column(name, group: name), Column("Tỷ lệ", group: name), Column("Chỉ tiêu")]
    let series = Table(
        id: "trend", caption: name, columns: hostileColumns,
        rows: [Row(.body, [.text(name), .rate(Rate(1, of: 2)), .basisPoints(5000)])])
    let chart = Chart(
        id: "picture", title: name, alternative: name, kind: kind, tableID: "trend", category: 0, series: [1], target: 2,
        breaks: [Chart.Break(row: 0, passed: Rate(1, of: 2), label: name)])
    let none = Table(id: "none", caption: "Trống", columns: [Column("Mã"), Column("Tên")], rows: [])
    return Report(
        id: name, fileStem: "x", language: language, head: .init(superior: name, unit: name), title: name, periodLine: name,
        notices: ["Số liệu giả định", name],
        sections: [
            Section(id: "first", title: "Tổng hợp", blocks: [.paragraphs([name]), .chart(chart), .table(series)]),
            Section(id: "second", title: name, blocks: [.table(table), .table(none)]),
        ],
        provenance: .init(
            dataVersion: 3, asOf: Instant(local: Day(number: 20_222)), definitions: [name], inputHash: name))
}

/// The tags of a page in their order, with the names of their attributes and without the values.
private func skeleton(_ html: String) -> [String] {
    var tags: [String] = []
    var tag: String?
    var quote: Character?
    for character in html {
        if let open = quote {
            if character == open { quote = nil }
        } else if tag == nil {
            if character == "<" { tag = "" }
        } else if character == ">" {
            tags.append(tag ?? "")
            tag = nil
        } else if character == "\"" || character == "'" {
            quote = character
        } else {
            tag?.append(character)
        }
    }
    return tags
}
