import Adoption
import FoundationEssentials
import Reporting
import Testing

@testable import Rendering

@Suite struct PageTests {
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
        #expect(page.split(separator: "<polyline").count - 1 == 2)
        #expect(page.split(separator: "<circle").count - 1 == 2)
        let path = try #require(page.split(separator: "<path class=\"target\" d=\"").dropFirst().first?.split(separator: "\"").first)
        let heights = path.split(whereSeparator: { "ML".contains($0) }).map { $0.split(separator: " ")[1] }
        #expect(heights.count == 6)
        #expect(heights[0] == heights[3] && heights[3] != heights[4] && heights[4] == heights[5])
    }
}
