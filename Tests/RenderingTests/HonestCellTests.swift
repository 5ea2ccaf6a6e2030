import Adoption
import Reporting
import Testing

@testable import Rendering

/// Zero, no data, not applicable, hidden and not reported are five things: they read and look different, on the page and in the workbook.
@Suite struct HonestCellTests {
    private static let cells: [Cell] = [.count(0), .noData, .notApplicable, .suppressed, .notReported]

    @Test(arguments: Language.allCases) func fiveThingsLookDifferent(language: Language) {
        let drawn = Self.cells.map { DrawnCell($0, kind: .body, columnWidth: 12, language: language) }
        #expect(Set(drawn.map(\.content)).count == 5 && Set(drawn.map(\.style)).count == 5)
        #expect(Set(Self.cells.map { $0.text(language) }).count == 5)
        let table = Table(id: "t", caption: "c", columns: [Column("tên", width: 20)] + Self.cells.map { _ in Column("x") }, rows: [Row(.body, [.text("tên")] + Self.cells)])
        let html = PageTable(table: table, language: language).markup.html
        let classes = html.matches(of: /<td class="(number[^"]*)">/).map { String($0.output.1) }
        #expect(classes == ["number", "number absent", "number not-applicable", "number suppressed", "number not-reported"])
    }

    /// The legend of the page and of the workbook's cover names each sign as it is drawn.
    @Test(arguments: Language.allCases) func theLegendNamesEachSign(language: Language) {
        let legend = Words.legend(language)
        for cell in Self.cells { #expect(legend.contains(cell.text(language)), "\(cell)") }
    }
}
