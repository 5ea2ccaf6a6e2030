import Adoption
import Reporting

extension SectionSheet {
    private static let rowPixels = 20
    static let rowPoints = 15

    /// Keeps free rows for a chart.
    mutating func reserve(_ chart: Chart, _ table: Table) {
        charts.append((chart, row))
        let pixels = SectionSheet.heightPixels(of: chart, table)
        let rows = (pixels + SectionSheet.rowPixels - 1) / SectionSheet.rowPixels + 1
        row += rows
        height += rows * SectionSheet.rowPoints
    }

    private static func heightPixels(of chart: Chart, _ table: Table) -> Int {
        guard chart.kind == .bars else { return 340 }
        let bars = table.rows.count { $0.kind != .total } * max(1, chart.series.count)
        return min(2_000, max(280, 130 + 26 * bars))
    }

    /// Draws the charts of this section, whose tables may stand on any sheet.
    func drawCharts(of tables: [String: PlacedTable]) throws(WorkbookError) {
        for (chart, row) in charts {
            // A table without body rows has nothing to draw.
            guard let placed = tables[chart.tableID], let body = placed.body else { continue }
            let columns = [chart.category] + chart.series + [chart.target].compactMap { $0 }
            guard columns.allSatisfy(placed.table.columns.indices.contains) else {
                throw .sheet(name: sheet.name, reason: "chart '\(chart.id)' shows a column that its table does not have")
            }
            let rows = placed.firstRow + body.lowerBound...placed.firstRow + body.upperBound
            func series(_ column: Int) -> [ChartDrawing.Series] {
                let isGrouped = placed.table.columns[column].group != nil
                let missing = body.enumerated().filter { plottedNumber(placed.table.rows[$1].cells[column]) == nil }.map(\.0)
                return (chart.kind == .line ? placed.plotColumns[column] ?? [column] : [column]).map {
                    ChartDrawing.Series(
                        values: CellRange(sheet: placed.sheet, rows: rows, column: $0),
                        nameRow: isGrouped ? placed.titleRows.upperBound : placed.titleRows.lowerBound,
                        nameColumn: column, missing: Set(missing))
                }
            }
            let width = widths[..<textColumns].map { $0 * 7 + 5 }.reduce(0, +)
            try sheet.insert(
                ChartDrawing(
                    kind: chart.kind, title: chart.title, alternative: chart.alternative,
                    categories: CellRange(sheet: placed.sheet, rows: rows, column: chart.category),
                    series: chart.series.map(series), targets: chart.target.map(series) ?? [],
                    hasLabels: body.count * chart.series.count <= 60,
                    widthPixels: min(1_000, width), heightPixels: SectionSheet.heightPixels(of: chart, placed.table)),
                row: row, column: 0)
        }
    }

    /// Spreadsheet programs draw a line through 0 where a cell holds words, a slope where a target changes, and a line across the day on
    /// which the units changed. Such columns are therefore drawn from hidden copies: of rates one for each stretch between two such days,
    /// with blanks for what has no number; of targets one for each stretch over which the target stays the same.
    mutating func drawPlotColumns(
        of table: Table, titleRow: Int, first: Int
    ) throws(WorkbookError) -> [Int: [Int]] {
        let drawn = chartList.filter { $0.tableID == table.id && $0.kind == .line }
        let targets = Set(drawn.compactMap(\.target))
        var plots: [Int: [Int]] = [:]
        for column in targets.union(drawn.flatMap(\.series)).sorted() where table.columns.indices.contains(column) {
            let numbers = table.rows.map { $0.kind == .body ? plottedNumber($0.cells[column]) : nil }
            let isWhole = !zip(numbers, table.rows).contains { $0 == nil && $1.kind == .body }
            let breaks = Set(drawn.filter { $0.series.contains(column) }.flatMap { chart in table.rows.indices.filter(chart.isBroken) })
            let stretches = targets.contains(column) ? stretches(of: numbers) : pieces(of: numbers, before: breaks)
            if isWhole, stretches.count == 1 { continue }
            for stretch in stretches {
                try sheet.setWidth(12, column: nextPlotColumn, isHidden: true)
                try sheet.write(.text(table.columns[column].title), .header, row: titleRow, column: nextPlotColumn)
                for (index, number) in stretch {
                    guard let number else { continue }
                    try sheet.write(
                        .number(number), CellStyle(numberFormat: "0.00%"), row: first + index, column: nextPlotColumn)
                }
                plots[column, default: []].append(nextPlotColumn)
                nextPlotColumn += 1
            }
        }
        return plots
    }
}

/// The numbers with their places, cut before some of them.
private func pieces(of numbers: [Double?], before breaks: Set<Int>) -> [[(offset: Int, element: Double?)]] {
    var all: [[(offset: Int, element: Double?)]] = []
    for one in numbers.enumerated() {
        if all.isEmpty || breaks.contains(one.offset) { all.append([]) }
        all[all.count - 1].append(one)
    }
    return all
}

/// The numbers with their places, cut where the number changes or is missing.
private func stretches(of numbers: [Double?]) -> [[(offset: Int, element: Double?)]] {
    var all: [[(offset: Int, element: Double?)]] = []
    for (place, number) in numbers.enumerated() {
        guard let number else { continue }
        if let last = all.last?.last, last.offset == place - 1, last.element == number {
            all[all.count - 1].append((place, number))
        } else {
            all.append([(place, number)])
        }
    }
    return all
}
