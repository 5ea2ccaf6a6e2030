import Adoption
import Reporting

/// One section on its sheet: notices, title, then its blocks in their order, each chart below the table it shows.
struct SectionSheet {
    let section: Section
    let report: Report
    let sheet: XLSXSheet
    /// The width of each column that texts, tables and charts span.
    let widths: [Int]
    /// How many columns running text spans.
    let textColumns: Int
    var tables: [String: PlacedTable] = [:]
    var charts: [(chart: Chart, row: Int)] = []
    /// The row that is drawn next.
    var row = 0
    var nextPlotColumn: Int
    /// The height of what was drawn, in points.
    var height = 0

    init(_ section: Section, of report: Report, on sheet: XLSXSheet) {
        self.section = section
        self.report = report
        self.sheet = sheet
        var widths: [Int] = []
        for case .table(let table) in section.blocks {
            for (index, column) in table.columns.enumerated() {
                if index == widths.count { widths.append(0) }
                widths[index] = min(250, max(widths[index], column.width, 3))
            }
        }
        while widths.reduce(0, +) < SectionSheet.textWidth { widths.append(10) }
        var textColumns = widths.count
        if widths.reduce(0, +) > SectionSheet.widestText {
            textColumns = 1
            while widths[..<textColumns].reduce(0, +) < SectionSheet.textWidth { textColumns += 1 }
        }
        self.widths = widths
        self.textColumns = textColumns
        nextPlotColumn = widths.count + 1
    }

    /// The characters of a line that is read with ease, which is also what fits on A4 upright.
    private static let textWidth = 88
    /// Up to here texts are as wide as the table; beyond, a reader would have to scroll for them.
    private static let widestText = 140

    var chartList: [Chart] {
        report.sections.flatMap(\.blocks).compactMap { block in
            if case .chart(let chart) = block { chart } else { nil }
        }
    }

    /// The title in full, where the sheet's name is cut short; a sheet that goes on with a table is known by its name only.
    var linkTitle: String { sheet.name.hasSuffix("…") ? section.title : sheet.name }

    /// - Parameter contents: where the cover lists the sheets.
    mutating func draw(contents: (sheet: XLSXSheet, row: Int)) throws(WorkbookError) {
        for (column, width) in widths.enumerated() { try sheet.setWidth(width, column: column) }
        try sheet.allowDigitsAsText()
        try sheet.writeLink(to: contents.sheet, targetRow: contents.row, "← " + Words.contents(report.language), .back, row: row, column: 0)
        row += 1
        for notice in report.notices { try write(notice, .notice, extraHeight: 6) }
        try write(section.title, .sheetTitle, extraHeight: 8)
        try write("\(report.head.unit). \(report.periodLine)", .paragraph)
        if let status = report.status { try write(status.state, status.isFinal ? .finalState : .openState, extraHeight: 6) }
        let own = Set(section.tables.map(\.id))
        for block in section.blocks {
            switch block {
            case .paragraphs(let texts): for text in texts { try write(text, .paragraph) }
            case .table(let table):
                try draw(table)
                for case .chart(let chart) in section.blocks where chart.tableID == table.id && chart.kind != .multiples { reserve(chart, table) }
            case .chart(let chart):
                guard !own.contains(chart.tableID) else { continue }
                guard let table = report.tables.first(where: { $0.id == chart.tableID }) else {
                    throw .sheet(name: sheet.name, reason: "chart '\(chart.id)' shows no table of the report")
                }
                reserve(chart, table)
            }
        }
        if section.tables.contains(where: \.isOpenForWriting) { sheet.lock() }
        try setUpPage()
    }

    private func setUpPage() throws(WorkbookError) {
        var header: ClosedRange<Int>?
        if section.tables.count == 1, let table = section.tables.first, let placed = tables[table.id] { header = placed.headerRows }
        let isLandscape = widths.reduce(0, +) > 92
        try sheet.setUp(
            pageSetup(
                of: report, isLandscape: isLandscape, isOnePage: isOnePage(isLandscape), repeatedRows: header, firstRow: 1,
                lastRow: max(0, row - 1), lastColumn: widths.count - 1))
        if !charts.isEmpty { try sheet.breakPages(before: charts.map(\.row)) }
    }

    /// What is a little too long for its page is made smaller, rather than cut through a chart.
    private func isOnePage(_ isLandscape: Bool) -> Bool {
        // Points between the margins of A4.
        let page = isLandscape ? (width: 714, height: 482) : (width: 468, height: 728)
        let width = widths.reduce(0) { $0 + $1 * 21 / 4 + 4 }
        let visible = max(page.height, page.height * width / page.width)
        return !charts.isEmpty && height <= visible * 8 / 5
    }

    /// A text over the width of a page, in as many rows as it takes: no row may be higher than 409 points.
    mutating func write(_ text: String, _ style: CellStyle, extraHeight: Int = 4) throws(WorkbookError) {
        for piece in pieces(of: text, limit: 1_200) {
            let needed = min(400, sheet.height(of: piece, style, width: widths[..<textColumns].reduce(0, +)) + extraHeight)
            try sheet.setHeight(needed, row: row)
            try sheet.write(piece, style, rows: row...row, columns: 0...textColumns - 1)
            height += needed
            row += 1
        }
    }
}
