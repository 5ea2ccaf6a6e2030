import Adoption
import Foundation
import Reporting
import Testing
import TestSupport

@testable import Rendering

@Suite struct DrawingTests {
    private static let hostile = ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "+1", "-1", "@x", "\"onload=\"", "]]>", "a\u{0}b", "đ\u{301}"]

    private func report(_ rows: [Row], chart: Chart.Kind? = nil) -> Report {
        let table = Table(
            id: "t", caption: "Bảng", columns: [Column("Tên"), Column("Tỷ lệ", group: "O1"), Column("Chỉ tiêu", group: "O1"), Column("Số")], rows: rows)
        let chart = chart.map { Block.chart(Chart(id: "c", title: "Biểu đồ", alternative: "Mô tả", kind: $0, tableID: "t", category: 0, series: [1], target: 2)) }
        return Report(
            id: "r/616/2025-05", fileStem: "r", language: .vietnamese, head: Report.Head(superior: "UBND tỉnh", unit: "UBND huyện Sa Thầy"), title: "Báo cáo",
            periodLine: "Kỳ", notices: ["DỮ LIỆU MINH HỌA"], sections: [Section(id: "s", title: "Tổng hợp", blocks: [chart, .table(table)].compactMap { $0 })],
            provenance: Report.Provenance(dataVersion: 3, asOf: Instant(secondsSinceEpoch: 1_747_000_000), definitions: ["O1 v1"], inputHash: "abc"))
    }

    private func row(_ name: String, _ rate: Rate, _ target: Int) -> Row { Row(.body, [.text(name), .rate(rate), .basisPoints(target), .count(1_234)]) }

    @Test func hostileTextsMakeNoElement() {
        let page = page(of: report(Self.hostile.map { row($0, Rate(1, of: 2), 7_000) }, chart: .bars), stylesheet: "")
        #expect(!page.contains("<script"))
        #expect(!page.contains("onload=\""))
        #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    }

    @Test func groupedHeadersSpanTheirColumns() {
        let page = page(of: report([row("A", Rate(1, of: 2), 7_000)]), stylesheet: "")
        #expect(page.contains("<tr><th scope=\"col\" rowspan=\"2\">Tên</th><th scope=\"colgroup\" colspan=\"2\">O1</th><th scope=\"col\" rowspan=\"2\">Số</th></tr>"))
        #expect(page.contains("<tr><th scope=\"col\">Tỷ lệ</th><th scope=\"col\">Chỉ tiêu</th></tr>"))
    }

    /// Three months, the second without data: two separate points, and one step of the target between 70 and 80 %.
    @Test func aLineLeavesAGapAndTheTargetSteps() throws {
        let rows = [row("01", Rate(1, of: 2), 7_000), row("02", .none, 7_000), row("03", Rate(3, of: 4), 8_000)]
        let page = page(of: report(rows, chart: .line), stylesheet: "")
        #expect(page.components(separatedBy: "<polyline").count - 1 == 2)
        #expect(page.components(separatedBy: "<circle").count - 1 == 2)
        let path = try #require(page.components(separatedBy: "<path class=\"target\" d=\"").dropFirst().first?.components(separatedBy: "\"").first)
        let heights = path.split(whereSeparator: { "ML".contains($0) }).map { $0.split(separator: " ")[1] }
        #expect(heights.count == 6)
        #expect(heights[0] == heights[3] && heights[3] != heights[4] && heights[4] == heights[5])
    }

    @Test func theSameReportHasTheSameBytes() throws {
        let folder = try Folder()
        let report = report([row("A", Rate(1, of: 3), 7_000), row("B", .none, 7_000)], chart: .line)
        for name in ["a.xlsx", "b.xlsx"] {
            try writeWorkbook(of: report, to: folder.path + "/" + name)
            usleep(1_100_000)
        }
        #expect(try folder.read("a.xlsx") == folder.read("b.xlsx"))
        #expect(try folder.files == ["a.xlsx", "b.xlsx"], "nothing unfinished is left behind")
    }

    @Test func aWorkbookThatCannotBeWrittenLeavesNothing() throws {
        let folder = try Folder()
        let error = #expect(throws: WorkbookError.self) { try writeWorkbook(of: report([]), to: folder.path + "/missing/a.xlsx") }
        #expect(error?.description.contains("cannot be written: No such file or directory") == true)
    }

    /// Read back by openpyxl: texts stay texts, numbers are numbers with formats, the sheet is set up for reading and printing.
    @Test func aSecondReaderSeesWhatWasWritten() throws {
        let folder = try Folder()
        var rows = Self.hostile.map { row($0, Rate(1, of: 3), 7_000) }
        rows.append(Row(.body, [.text("ngày"), .score(hundredths: 883), .percentagePoints(hundredths: -5), .day(Day(number: 20_222))]))
        try writeWorkbook(of: report(rows, chart: .bars), to: folder.path + "/a.xlsx")
        let script = """
            import openpyxl, datetime
            book = openpyxl.load_workbook("\(folder.path)/a.xlsx")
            assert book.sheetnames == ["Bìa", "Tổng hợp"], book.sheetnames
            sheet = book["Tổng hợp"]
            assert sheet["A1"].value == "DỮ LIỆU MINH HỌA"
            first = next(r for r in range(1, 40) if sheet.cell(r, 1).value == "<script>alert(1)</script>")
            assert [sheet.cell(first + i, 1).data_type for i in range(9)] == ["s"] * 9
            assert sheet.cell(first + 1, 1).value == "=cmd|' /C calc'!A0"
            assert abs(sheet.cell(first, 2).value - 1 / 3) < 1e-15 and sheet.cell(first, 2).number_format == "0.00%"
            assert sheet.cell(first, 3).value == 0.7 and sheet.cell(first, 4).value == 1234 and sheet.cell(first, 4).number_format == "#,##0"
            last = first + 9
            assert (sheet.cell(last, 2).value, sheet.cell(last, 3).value) == (8.83, -0.05)
            assert sheet.cell(last, 4).value == datetime.datetime(2025, 5, 14), sheet.cell(last, 4).value
            merged = {str(m) for m in sheet.merged_cells.ranges}
            assert f"B{first - 2}:C{first - 2}" in merged and f"A{first - 2}:A{first - 1}" in merged, merged
            assert sheet.page_setup.paperSize == 9 and sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
            assert sheet.print_title_rows == f"${first - 2}:${first - 1}", sheet.print_title_rows
            assert len(sheet._charts) == 1
            assert book.properties.title == "Báo cáo" and "abc" in book.properties.description and book.properties.created == datetime.datetime(2025, 5, 11, 21, 46, 40), book.properties.created
            """
        try folder.file("check.py", script)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [folder.path + "/check.py"]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }
}
