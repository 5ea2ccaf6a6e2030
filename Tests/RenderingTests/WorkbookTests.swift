import Adoption
import Foundation
import Reporting
import Testing

@testable import Rendering

@Suite final class WorkbookTests {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("workbook-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    // MARK: Sheet names

    @Test(arguments: [
        ("Tổng quan", "Tổng quan"),
        ("Kỳ 5/2025: [a]*?\\", "Kỳ 5-2025- -a----"),
        ("'trích dẫn'", "’trích dẫn’"),
        ("", "-"),
        ("  ", "-"),
        ("History", "History (2)"),
        // 31 characters fit; the 32nd is cut for the sign that something is missing.
        ("ăâđêôơưăâđêôơưăâđêôơưăâđêôơư123", "ăâđêôơưăâđêôơưăâđêôơưăâđêôơư123"),
        ("ăâđêôơưăâđêôơưăâđêôơưăâđêôơư1234", "ăâđêôơưăâđêôơưăâđêôơưăâđêôơư12…"),
        // An emoji is two UTF-16 units: 15 of them and "…" make 31.
        (String(repeating: "😀", count: 16), String(repeating: "😀", count: 15) + "…"),
    ])
    func `sheet names are legal`(title: String, expected: String) {
        #expect(sheetName(title, taken: []) == expected)
    }

    @Test func `sheet names differ by more than their case, in Vietnamese too`() {
        #expect(sheetName("ĐẤT ĐAI", taken: ["đất đai"]) == "ĐẤT ĐAI (2)")
        #expect(sheetName("Đất đai", taken: ["đất đai", "đất đai (2)"]) == "Đất đai (3)")
        let long = String(repeating: "a", count: 31)
        #expect(sheetName(long, taken: [long]) == String(repeating: "a", count: 26) + "… (2)")
    }

    @Test func `the library takes every name that was made legal`() throws {
        let titles = ["Theo đơn vị", "THEO ĐƠN VỊ", "a'b", "'", "History", String(repeating: "ệ", count: 40), "\u{0}", "Bìa"]
        let sections = titles.enumerated().map { Section(id: "s\($0)", title: $1, blocks: []) }
        let path = path("names.xlsx")
        try writeWorkbook(of: report(sections), to: path)
        let names = try python("print('\\n'.join(w.sheetnames))", path).split(separator: "\n").map(String.init)
        #expect(
            names == [
                "Bìa", "Theo đơn vị", "THEO ĐƠN VỊ (2)", "a’b", "’", "History (2)", String(repeating: "ệ", count: 30) + "…",
                "-", "Bìa (2)",
            ])
    }

    // MARK: Files

    @Test func `the same report gives the same bytes`() throws {
        try writeWorkbook(of: report([units]), to: path("a.xlsx"))
        try writeWorkbook(of: report([units]), to: path("b.xlsx"))
        #expect(try Data(contentsOf: URL(filePath: path("a.xlsx"))) == Data(contentsOf: URL(filePath: path("b.xlsx"))))
    }

    @Test func `even a report of 1 January 1970 does not look at the clock`() throws {
        let report = report([units], asOf: Instant(secondsSinceEpoch: 0))
        try writeWorkbook(of: report, to: path("a.xlsx"))
        #expect(try python("print(w.properties.created)", path("a.xlsx")) == "1970-01-01 00:00:01\n")
    }

    @Test func `a folder that does not exist is said, and nothing is left`() throws {
        let path = path("nowhere/report.xlsx")
        #expect(throws: WorkbookError.file(path: path, reason: "No such file or directory")) {
            try writeWorkbook(of: report([units]), to: path)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    @Test func `a name that is taken by a folder is refused, and nothing is left`() throws {
        let path = path("report.xlsx")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        #expect(throws: WorkbookError.file(path: path, reason: "Is a directory")) {
            try writeWorkbook(of: report([units]), to: path)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["report.xlsx"])
    }

    @Test func `a report that cannot be drawn leaves the former workbook as it was`() throws {
        let path = path("report.xlsx")
        try writeWorkbook(of: report([units]), to: path)
        let former = try Data(contentsOf: URL(filePath: path))
        let chart = Chart(
            id: "c", title: "", alternative: "", kind: .bars, tableID: "none", category: 0, series: [1], target: nil)
        #expect(throws: WorkbookError.sheet(name: "x", reason: "chart 'c' shows no table of the report")) {
            try writeWorkbook(of: report([Section(id: "x", title: "x", blocks: [.chart(chart)])]), to: path)
        }
        #expect(try Data(contentsOf: URL(filePath: path)) == former)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["report.xlsx"])
    }

    // MARK: Totals

    /// A total that is the sum of its rows is a formula with its value; the rate beside is the ratio of the sums. What is no sum is a number.
    @Test func `totals are live formulas where they are sums`() throws {
        func row(_ kind: Row.Kind, _ name: String, _ cells: [Cell]) -> Row { Row(kind, [.text(name)] + cells) }
        let rows = [
            row(.heading, "II", [.empty, .empty, .empty, .empty]), row(.body, "a", [.count(3), .count(4), .rate(Rate(3, of: 4)), .count(7)]),
            row(.body, "b", [.count(0), .count(0), .rate(.none), .count(7)]), row(.body, "c", [.notReported, .notReported, .notReported, .noData]),
            row(.body, "d", [.count(2), .count(6), .rate(Rate(2, of: 6)), .count(1)]),
            row(.total, "TỔNG CỘNG", [.count(5), .count(10), .rate(Rate(5, of: 10)), .count(9)]),
        ]
        let columns = ["", "n", "d", "tỷ lệ", "thủ tục"].map { Column($0, width: 12) }
        let path = path("totals.xlsx")
        let table = Table(id: "sums-table", caption: "", columns: columns, rows: rows)
        try writeWorkbook(of: report([Section(id: "s", title: "s", blocks: [.table(table)])], notices: []), to: path)
        let script = "print(*[w['s'].cell(10, c).value for c in range(2, 6)])"
        #expect(try python(script, path) == "=SUM(B5:B9) =SUM(C5:C9) =B10/C10 9\n", "procedures of several units are no sum")
        #expect(try python("v = openpyxl.load_workbook(sys.argv[1], data_only=True)['s']\nprint(*[v.cell(10, c).value for c in range(2, 6)])", path) == "5 10 0.5 9\n")
        #expect(try python("print(w['s']['D10'].number_format, [(d.name, d.attr_text) for d in w.defined_names.definedName if d.name.startswith('uptake')])", path)
            == "0.00% [('uptake_sums_table', \"'s'!$A$4:$E$10\")]\n")
        let xml = try sheetXML(path, 2)
        #expect(xml.contains("<conditionalFormatting sqref=\"D6:D9\">") && xml.contains("<cfvo type=\"num\" val=\"0\"/><cfvo type=\"num\" val=\"1\"/>"), "bars have one scale")
    }

    @Test(arguments: [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")])
    func `columns have their letters`(column: Int, name: String) { #expect(columnName(column) == name) }

    // MARK: Cells

    @Test(arguments: ["=cmd|' /C calc'!A0", "+1", "-1", "@x", "{=1+1}", "007", "http://x.vn", "internal:A1", "<b>&amp;", "UBND huyện Sa Thầy"])
    func `a text stays a text`(text: String) throws {
        #expect(try cell(.text(text)) == "s General \(text)")
    }

    @Test func `numbers are numbers with formats`() throws {
        #expect(try cell(.count(1_234)) == "n #,##0 1234")
        #expect(try cell(.count(-5)) == "n #,##0 -5")
        #expect(try cell(.rate(Rate(777, of: 1_000))) == "n 0.00% 0.777")
        #expect(try cell(.rate(Rate(0, of: 5))) == "n 0.00% 0")
        #expect(try cell(.basisPoints(7_000)) == "n 0.00% 0.7")
        #expect(try cell(.percentagePoints(hundredths: -1_022)) == "n +0.00;-0.00;0.00 -10.22")
        #expect(try cell(.score(hundredths: 8_525)) == "n #,##0.00 85.25")
        #expect(try cell(.scoreDifference(hundredths: 125)) == "n +#,##0.00;-#,##0.00;0.00 1.25")
        #expect(try cell(.amountVND(12_345_000)) == "n #,##0 12345000")
        #expect(try cell(.day(Day(number: 20_222))) == "d dd/mm/yyyy 2025-05-14 00:00:00")
    }

    @Test func `what is not a number is said in words`() throws {
        #expect(try cell(.noData) == "s General –")
        #expect(try cell(.rate(.none)) == "s General –")
        #expect(try cell(.notApplicable) == "s General không áp dụng")
        #expect(try cell(.notReported) == "s General không báo cáo")
        #expect(try cell(.verdict(.met)) == "s General ✓ Đạt")
        #expect(try cell(.empty) == "n General None")
        // More digits than a spreadsheet keeps.
        #expect(try cell(.amountVND(1_234_567_890_123_456)) == "s General 1.234.567.890.123.456")
        // Days before the calendars of spreadsheets agree with ours.
        #expect(try cell(.day(Day(number: -36_524))) == "s General 01/01/1870")
    }

    @Test func `a text over the limit of a cell is cut and says so`() throws {
        let most = String(repeating: "ệ", count: 32_767)
        #expect(workbookText(most) == most)
        #expect(workbookText(most + "a") == String(repeating: "ệ", count: 32_766) + "…")
        #expect(try cell(.text(most + "a")).count == "s General ".count + 32_767)
    }

    @Test func `what XML cannot carry is replaced`() {
        #expect(workbookText("a\u{0}b\u{1}c\u{FFFF}\r\nd\re\tf") == "a\u{FFFD}b\u{FFFD}c\u{FFFD}\nd\ne\tf")
    }

    /// ECMA-376 part 1, 22.9.2.19 (ST_Xstring): stored plainly, it would be read as "A".
    @Test func `a text that looks like an escape is itself escaped`() throws {
        #expect(try cell(.text("_x0041_")) == "s General _x0041_")
        #expect(cellText("_x0041_x0042_ _x_") == "_x005F_x0041_x005F_x0042_ _x_")
    }

    @Test func `long texts are cut between words, and nothing is lost`() {
        #expect(pieces(of: "một hai ba", limit: 8) == ["một hai ", "ba"])
        #expect(pieces(of: "dài\n\nmộthaiba", limit: 4) == ["dài", "", "mộth", "aiba"])
        #expect(pieces(of: "", limit: 4) == [""])
    }

    // MARK: Sheets

    @Test func `the sheet of one table has its header frozen, repeated and filtered, without the total`() throws {
        try writeWorkbook(of: report([units]), to: path("a.xlsx"))
        let found = try python(
            """
            s = w['Theo đơn vị']
            print(s.freeze_panes, s.auto_filter.ref, *sorted(str(m) for m in s.merged_cells.ranges ))
            print(s.page_setup.paperSize, s.page_setup.orientation, s.print_title_rows, s.sheet_properties.pageSetUpPr.fitToPage)
            print(s['A2'].value, '/', s['A8'].value, s['B8'].value, '/', s['B8'].number_format, len(s._charts))
            print(s['A1'].hyperlink.location, *s.print_area)
            """, path("a.xlsx"))
        // Rows: 1 link to the contents, which is not printed, 2 notice, 3 title, 4 unit and period, 5 caption, 6 and 7 header, 8 to 9 body, 10 total. A page of text needs 88
        // characters: A has 30, and B to G have 10 each. A chart of lines takes 18 rows after row 11. The cover's 14 rows before the contents:
        // 2 head, 1 notice, 2 title and period, 5 facts, and 4 free.
        #expect(
            found == """
                B8 A7:B9 A2:G2 A3:G3 A4:G4 A5:G5 A6:A7
                9 portrait $6:$7 True
                Dữ liệu minh họa & thử / Sở A 0.5 / 0.00% 1
                'Bìa'!A15 $A$2:$G$29

                """)
    }

    /// Another writer, told by hand what the workbook should be, writes the same parts.
    @Test func `each part is that of the reference workbook`() throws {
        try writeWorkbook(of: report([units]), to: path("a.xlsx"))
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [URL(filePath: #filePath).deletingLastPathComponent().path + "/reference_workbook.py", path("a.xlsx")]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let found = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0 && found == "13 parts\n", "\(found)")
    }

    @Test func `long texts of many bytes fit into header, properties and charts`() throws {
        let long = String(repeating: "ệ&\n", count: 400)
        let report = report([units], title: long, notices: [long], definitions: [long])
        try writeWorkbook(of: report, to: path("a.xlsx"))
        #expect(try python("print(len(w.properties.title))", path("a.xlsx")) == "255\n")
    }

    // MARK: The report under test

    let units: Section = {
        let table = Table(
            id: "units", caption: "Bảng 1",
            columns: [Column("Đơn vị", width: 30), Column("Tỷ lệ", group: "Trực tuyến", width: 10)],
            rows: [
                Row(.body, [.text("Sở A"), .rate(Rate(1, of: 2))]), Row(.body, [.text("Sở B"), .rate(.none)]),
                Row(.total, [.text("TỔNG CỘNG"), .rate(Rate(1, of: 2))]),
            ], isFilterable: true)
        let chart = Chart(
            id: "chart", title: "=A1", alternative: "Sở A: 50%", kind: .line, tableID: "units", category: 0, series: [1],
            target: nil)
        return Section(id: "units", title: "Theo đơn vị", blocks: [.chart(chart), .table(table)])
    }()

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// The type, the format and the value of one cell, as another program reads them.
    func cell(_ cell: Cell) throws -> String {
        let table = Table(id: "t", caption: "", columns: [Column("x")], rows: [Row(.body, [cell])])
        let path = path("\(UUID().uuidString).xlsx")
        try writeWorkbook(of: report([Section(id: "s", title: "s", blocks: [.table(table)])], notices: []), to: path)
        // Row 1 is the link back, row 2 the title, row 3 the unit and the period, row 4 the header.
        let found = try python("c = w['s']['A5']; print(c.data_type, c.number_format, c.value)", path)
        return String(found.dropLast())
    }
}
