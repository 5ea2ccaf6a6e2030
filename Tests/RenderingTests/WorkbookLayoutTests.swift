import Adoption
import Foundation
import Reporting
import Testing
import TestSupport

@testable import Rendering

/// What a sheet has beside its cells.
@Suite struct WorkbookLayoutTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private func drawn(_ report: Report, rowLimit: Int = 1_000) throws -> String {
        let path = folder.path + "/a.xlsx"
        try writeWorkbook(of: report, to: path, rowLimit: rowLimit)
        return path
    }

    private func section(_ table: Table, _ others: [Block] = []) -> Section { Section(id: "s", title: "Bảng", blocks: [.table(table)] + others) }

    private func numbers(_ count: Int) -> [Row] { (1...count).map { Row(.body, [.text("Sở \($0)"), .count($0)]) } }

    /// Titles in rows 4 and 5, numbers in row 6, which the filter hangs on; the name of the table holds its rows alone.
    @Test func columnsOfFormsAreNumbered() throws {
        let columns = [Column("Đơn vị", width: 40), Column("Tổng", group: "Hồ sơ", width: 20)]
        let path = try drawn(report([section(Table(id: "t", caption: "", columns: columns, rows: numbers(3), isFilterable: true, isNumbered: true))], notices: []))
        let found = try python("""
            s = w['Bảng']
            print([c.value for c in s[6]][:2], s['A7'].value, s['B7'].value, s.auto_filter.ref, s.print_title_rows, s.freeze_panes)
            print([(d.name, d.attr_text) for d in w.defined_names.definedName if d.name.startswith('uptake')])
            """, path)
        #expect(found == "['(1)', '(2)'] Sở 1 1 A6:B9 $4:$6 B7\n[('uptake_t', \"'Bảng'!$A$7:$B$9\")]\n")
    }

    @Test func ratesOfAShadedTableAreShadedOnOneScale() throws {
        let rows = [1, 2, 3].map { Row(.body, [.text("Sở"), .rate(Rate($0, of: 4)), .basisPoints(5_000)]) }
        let path = try drawn(report([section(Table(id: "t", caption: "", columns: ["a", "b", "c"].map { Column($0) }, rows: rows, isShaded: true))], notices: []))
        let xml = try sheetXML(path, 2)
        #expect(xml.contains("<conditionalFormatting sqref=\"B5:B7\"><cfRule type=\"colorScale\" priority=\"1\"><colorScale><cfvo type=\"num\" val=\"0\"/><cfvo type=\"num\" val=\"1\"/>"))
        #expect(!xml.contains("dataBar"))
    }

    /// Seven rows on sheets of three: three, three and one, and every row is there once.
    @Test func aTableThatNoSheetHoldsGoesOnInTheNext() throws {
        let table = Table(id: "t", caption: "Dài", columns: [Column("Đơn vị"), Column("Số")], rows: numbers(6) + [Row(.total, [.text("TỔNG CỘNG"), .count(21)])])
        let path = try drawn(report([section(table, [.paragraphs(["Hết."])]), Section(id: "z", title: "Sau", blocks: [.paragraphs(["x"])])], notices: []), rowLimit: 3)
        let found = try python("""
            print(w.sheetnames)
            print([[r[1].value for r in s if isinstance(r[1].value, int)] for s in w.worksheets[1:4]])
            print([[r[0].value for r in s if r[0].value and ('tiếp' in r[0].value.lower() or r[0].value == 'Hết.')] for s in w.worksheets[1:4]])
            """, path)
        #expect(found == """
            ['Bìa', 'Bảng', 'Bảng (2)', 'Bảng (3)', 'Sau']
            [[1, 2, 3], [4, 5, 6], [21]]
            [['Bảng còn tiếp ở trang tính sau: một trang tính không chứa hết.'], ['Tiếp theo bảng “Dài” (phần 2).', 'Bảng còn tiếp ở trang tính sau: một trang tính không chứa hết.'], ['Tiếp theo bảng “Dài” (phần 3).', 'Hết.']]

            """)
    }

    /// No line runs across the day on which the units changed: two stretches, which share a colour and an entry of the legend.
    @Test func aLineIsCutWhereTheUnitsChanged() throws {
        let rows = (1...4).map { Row(.body, [.text("0\($0)/2025"), .rate(Rate($0, of: 10)), .basisPoints(7_000)]) }
        let table = Table(id: "t", caption: "", columns: [Column("Tháng"), Column("Tỷ lệ"), Column("Chỉ tiêu")], rows: rows)
        let chart = Chart(
            id: "c", title: "x", alternative: "x", kind: .line, tableID: "t", category: 0, series: [1], target: 2,
            breaks: [Chart.Break(row: 2, passed: Rate(0, of: 30), label: "sắp xếp")])
        let path = try drawn(report([section(table, [.chart(chart)])], notices: []))
        let found = try python("""
            import zipfile, re
            x = zipfile.ZipFile(sys.argv[1]).read('xl/charts/chart1.xml').decode()
            columns = re.findall(r"<c:val><c:numRef><c:f>'Bảng'![$](\\w+)[$]5:[$]\\w+[$]8<", x)
            print(len(columns), columns[2], re.findall(r'<c:legendEntry><c:idx val="(\\d+)"/><c:delete', x), len(set(re.findall(r'<c:ser>.*?srgbClr val="(\\w+)"', x)[:2])))
            print([[c.value for c in w['Bảng'][column][4:8]] for column in columns])
            """, path)
        #expect(found == """
            3 C ['1'] 1
            [[0.1, 0.2, None, None], [None, None, 0.3, 0.4], [0.7, 0.7, 0.7, 0.7]]

            """, "two stretches of the rate, then the target")
    }

    @Test func theContentsAndTheSheetsAreLinkedBothWays() throws {
        let table = Table(id: "t", caption: "", columns: [Column("Đơn vị"), Column("Số")], rows: numbers(2))
        let path = try drawn(report([section(table), Section(id: "u", title: "O'Neil & Co", blocks: [.table(Table(id: "u", caption: "", columns: table.columns, rows: table.rows))])]))
        let found = try python("""
            c = w['Bìa']
            links = [(cell.value, cell.hyperlink.location, cell.row) for row in c for cell in row if cell.hyperlink]
            print([l[:2] for l in links])
            print([s['A1'].hyperlink.location for s in w.worksheets[1:]] == ["'Bìa'!A%d" % (links[0][2] - 1)] * 2, c.cell(links[0][2] - 1, 1).value)
            """, path)
        #expect(found == "[('1. Bảng', \"'Bảng'!A1\"), ('2. O’Neil & Co', \"'O’Neil & Co'!A1\")]\nTrue Nội dung\n")
    }
}
