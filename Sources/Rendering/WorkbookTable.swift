import Adoption
import Reporting

/// Where a table of the report stands in the workbook.
struct PlacedTable {
    let table: Table
    let sheet: String
    /// The rows of the columns' titles; 2 when columns have groups.
    let titleRows: ClosedRange<Int>
    let firstRow: Int

    /// Everything above the rows: the titles, and the numbers of the columns.
    var headerRows: ClosedRange<Int> { titleRows.lowerBound...firstRow - 1 }
    /// The hidden columns from which a line chart draws a column of the table that it cannot draw from directly.
    let plotColumns: [Int: [Int]]

    /// From the first body row to the last, within the table; nil without body rows.
    var body: ClosedRange<Int>? {
        guard let first = table.rows.firstIndex(where: { $0.kind == .body }),
            let last = table.rows.lastIndex(where: { $0.kind == .body })
        else { return nil }
        return first...last
    }
}

// MARK: Drawing

extension SectionSheet {
    mutating func draw(_ table: Table) throws(WorkbookError) {
        if row > 0, !tables.isEmpty { row += 1 }
        if !table.caption.isEmpty { try write(table.caption, .caption) }
        guard !table.columns.isEmpty else { return }
        let titles = try drawHeader(of: table)
        if table.isNumbered { try drawNumbers(of: table) }
        let first = row
        let heightAbove = height
        try drawRows(of: table)
        if !table.rows.isEmpty { try sheet.define(table.id, rows: (table.isNumbered ? first : first - 1)...first + table.rows.count - 1, columns: 0...table.columns.count - 1) }
        if table.isShaded { try drawShades(of: table, first: first) } else { try drawBars(of: table, first: first) }
        let plots = try drawPlotColumns(of: table, titleRow: titles.upperBound, first: first)
        let placed = PlacedTable(table: table, sheet: sheet.name, titleRows: titles, firstRow: first, plotColumns: plots)
        tables[table.id] = placed
        if table.isFilterable, let body = placed.body, body.lowerBound == 0 {
            try sheet.filter(rows: first - 1...first + body.upperBound, columns: 0...table.columns.count - 1)
        }
        // Frozen rows must leave room to scroll below them.
        if section.tables.count == 1, heightAbove <= 260 {
            try sheet.freeze(rows: first, columns: frozenColumns(of: table))
        }
        row += 1
        height += SectionSheet.rowPoints
    }

    /// Up to the column that names the rows, if that leaves room to scroll.
    private func frozenColumns(of table: Table) -> Int {
        let names = table.rows.first { $0.kind == .body }?.cells.prefix(3).enumerated().filter { _, cell in
            if case .text = cell { true } else { false }
        }
        guard let named = names?.max(by: { widths[$0.offset] < widths[$1.offset] }) else { return 0 }
        return widths[...named.offset].reduce(0, +) <= 60 ? named.offset + 1 : 0
    }

    private mutating func drawHeader(of table: Table) throws(WorkbookError) -> ClosedRange<Int> {
        let columns = table.columns
        let isGrouped = columns.contains { $0.group != nil }
        let last = isGrouped ? row + 1 : row
        var heights = [Int](repeating: 0, count: last - row + 1)
        var column = 0
        while column < columns.count {
            var end = column
            if let group = columns[column].group {
                while end + 1 < columns.count, columns[end + 1].group == group { end += 1 }
                try sheet.write(group, .header, rows: row...row, columns: column...end)
                heights[0] = max(heights[0], sheet.height(of: group, .header, width: widths[column...end].reduce(0, +)))
            }
            for index in column...end {
                let own = columns[index].group == nil ? row...last : last...last
                try sheet.write(columns[index].title, .header, rows: own, columns: index...index)
                let needed = sheet.height(of: columns[index].title, .header, width: widths[index] - (table.isFilterable ? 2 : 0))
                let above = own.count == 2 ? 20 : 0
                heights[last - row] = max(heights[last - row], needed - above)
            }
            column = end + 1
        }
        for (index, needed) in heights.enumerated() {
            try sheet.setHeight(min(400, max(16, needed) + 6), row: row + index)
            height += needed + 6
        }
        defer { row = last + 1 }
        return row...last
    }

    /// (1) (2) (3) … below the titles.
    private mutating func drawNumbers(of table: Table) throws(WorkbookError) {
        for column in table.columns.indices { try sheet.write(.text("(\(column + 1))"), .columnNumber, row: row, column: column) }
        try sheet.setHeight(SectionSheet.rowPoints, row: row)
        height += SectionSheet.rowPoints
        row += 1
    }

    private func drawShades(of table: Table, first: Int) throws(WorkbookError) {
        let shaded = table.columns.indices.filter { column in
            table.rows.contains { row in
                if case .rate = row.cells[column] { true } else { false }
            }
        }
        guard let left = shaded.first, let right = shaded.last else { return }
        try sheet.drawShades(rows: first...first + table.rows.count - 1, columns: left...right)
    }

    /// Every column of rates, on one scale from 0 to 100 %; two rows are compared without.
    private func drawBars(of table: Table, first: Int) throws(WorkbookError) {
        let bodies = table.rows.indices.filter { table.rows[$0].kind == .body }
        guard bodies.count > 2, let top = bodies.first, let bottom = bodies.last else { return }
        for column in table.columns.indices {
            let isRate = bodies.contains { row in
                if case .rate = table.rows[row].cells[column] { true } else { false }
            }
            if isRate { try sheet.drawBars(rows: first + top...first + bottom, column: column) }
        }
    }

    private mutating func drawRows(of table: Table) throws(WorkbookError) {
        let totals = TotalFormulas(table, firstRow: row)
        for (index, line) in table.rows.enumerated() {
            let merged = mergedCell(of: line)
            var needed = 14
            for (column, cell) in line.cells.enumerated() where column <= merged ?? .max {
                let drawn = DrawnCell(cell, kind: line.kind, columnWidth: widths[column], language: report.language)
                if drawn.style.isWrapped, case .text(let text) = drawn.content {
                    let width = column == merged ? widths[column..<line.cells.count].reduce(0, +) : widths[column]
                    needed = max(needed, sheet.height(of: text, drawn.style, width: width))
                }
                if column == merged, case .text(let text) = drawn.content {
                    try sheet.write(text, drawn.style, rows: row...row, columns: column...line.cells.count - 1)
                } else if case .number(let value) = drawn.content, let formula = totals.formula(row: index, column: column) {
                    try sheet.write(.formula(formula, value), drawn.style, row: row, column: column)
                } else {
                    try sheet.write(drawn.content, drawn.style, row: row, column: column)
                }
            }
            try sheet.setHeight(min(400, needed + 4), row: row)
            height += needed + 4
            row += 1
        }
    }

    /// The words of a heading run over the empty cells behind them.
    private func mergedCell(of line: Row) -> Int? {
        guard line.kind == .heading, let last = line.cells.lastIndex(where: { $0 != .empty }), case .text = line.cells[last]
        else { return nil }
        return last
    }
}
