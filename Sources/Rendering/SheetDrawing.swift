internal import Adoption
internal import CXLSXWriter
internal import Reporting

/// Draws one section on its sheet, from top to bottom.
struct SheetDrawing {
    private let report: Report
    private let section: Section
    private let sheet: XLSXSheet
    private var row = 0
    /// Where each table's body stands: the rows from the first to the last body row.
    private var bodies: [String: ClosedRange<Int>] = [:]

    init(_ report: Report, _ section: Section, on sheet: XLSXSheet) {
        self.report = report
        self.section = section
        self.sheet = sheet
    }

    private var tables: [Table] {
        section.blocks.compactMap { if case .table(let table) = $0 { table } else { nil } }
    }

    /// The columns' widths: of the widest table at each place.
    private var widths: [Int] {
        let count = tables.map(\.columns.count).max() ?? 0
        let widths = (0..<count).map { index in tables.compactMap { $0.columns.indices.contains(index) ? $0.columns[index].width : nil }.max() ?? 12 }
        return widths.isEmpty ? [100] : widths
    }

    /// The columns over which texts are merged: about as wide as a page.
    private var textColumns: ClosedRange<Int> {
        var sum = 0
        for (index, width) in widths.enumerated() {
            sum += width
            if sum >= 110 { return 0...index }
        }
        return 0...(widths.count - 1)
    }

    mutating func draw(back cover: String) throws(WorkbookError) {
        for (index, width) in widths.enumerated() { try sheet.width(index...index, width) }
        try drawTop(cover)
        for block in section.blocks {
            switch block {
            case .paragraphs(let paragraphs): try draw(paragraphs)
            case .table(let table): try draw(table)
            case .chart: continue
            }
        }
        // Charts stand below the tables that they show, so that they cover no cell.
        for case .chart(let chart) in section.blocks { try draw(chart) }
        try sheet.printing(isLandscape: widths.reduce(0, +) > 90, footer: report.id)
    }

    private mutating func drawTop(_ cover: String) throws(WorkbookError) {
        for notice in report.notices {
            try sheet.merge(row...row, textColumns, notice, noticeStyle)
            try sheet.height(row, points: 20)
            row += 1
        }
        try sheet.merge(row...row, textColumns, "\(section.title.uppercased()) – \(report.head.unit)", CellStyle(isBold: true, size: 14))
        try sheet.height(row, points: 24)
        try sheet.merge((row + 1)...(row + 1), textColumns, report.periodLine, CellStyle(isItalic: true))
        try sheet.link(row + 2, 0, to: cover, "↩ \(cover)", CellStyle(size: 10, colour: 0x1F4E9E))
        row += 4
    }

    private mutating func draw(_ paragraphs: [String]) throws(WorkbookError) {
        let width = textColumns.reduce(0) { $0 + widths[$1] }
        for paragraph in paragraphs {
            try sheet.merge(row...row, textColumns, paragraph, CellStyle(alignment: .left, wraps: true))
            try sheet.height(row, points: 16 * max(1, (paragraph.count + width - 1) / max(1, width * 9 / 10)) + 2)
            row += 1
        }
        row += 1
    }

    private mutating func draw(_ table: Table) throws(WorkbookError) {
        if tables.count > 1 || !table.isFilterable {
            try sheet.text(row, 0, table.caption, CellStyle(isBold: true, isItalic: true))
            row += 1
        }
        let header = try drawHeader(table)
        let bodyStart = row
        var body: ClosedRange<Int>?
        for line in table.rows {
            if line.kind == .body { body = (body?.lowerBound ?? row)...row }
            for (column, cell) in line.cells.enumerated() { try draw(cell, line.kind, column) }
            try sheet.height(row, points: height(of: line, in: table))
            row += 1
        }
        bodies[table.id] = body
        if tables.count == 1 {
            if table.rows.count > 10 { sheet.freeze(bodyStart, table.columns.count > 6 ? 2 : 0) }
            try sheet.repeatRows(header)
            if table.isFilterable, let body { try sheet.filter(header.upperBound...body.upperBound, 0...(table.columns.count - 1)) }
        }
        row += 1
    }

    /// One header row, or two when columns share a group; groups are merged across, single columns down.
    private mutating func drawHeader(_ table: Table) throws(WorkbookError) -> ClosedRange<Int> {
        let style = CellStyle(isBold: true, alignment: .centre, wraps: true, hasBorder: true, fill: 0xDDEBF7)
        let hasGroups = table.columns.contains { $0.group != nil }
        let last = hasGroups ? row + 1 : row
        var column = 0
        while column < table.columns.count {
            guard hasGroups, let group = table.columns[column].group else {
                try sheet.merge(row...last, column...column, table.columns[column].title, style)
                column += 1
                continue
            }
            var end = column
            while end + 1 < table.columns.count, table.columns[end + 1].group == group { end += 1 }
            try sheet.merge(row...row, column...end, group, style)
            for index in column...end { try sheet.text(last, index, table.columns[index].title, style) }
            column = end + 1
        }
        if hasGroups { try sheet.height(row, points: 34) }
        try sheet.height(last, points: 34)
        defer { row = last + 1 }
        return row...last
    }

    private func draw(_ cell: Cell, _ kind: Row.Kind, _ column: Int) throws(WorkbookError) {
        var style = CellStyle(isBold: kind != .body, hasBorder: true, hasHeavyTop: kind == .total)
        if kind == .heading { style.fill = 0xF2F2F2 }
        switch cell {
        case .count(let number), .amountVND(let number): try write(Double(number), "#,##0", &style, column)
        case .rate(let rate):
            if rate.isNoData { return try draw(.noData, kind, column) }
            try write(Double(rate.numerator) / Double(rate.denominator), "0.00%", &style, column)
        case .basisPoints(let points): try write(Double(points) / 10_000, "0.00%", &style, column)
        case .percentagePoints(let value), .scoreDifference(let value): try write(Double(value) / 100, "+0.00;-0.00;0.00", &style, column)
        case .score(let value): try write(Double(value) / 100, "0.00", &style, column)
        // Excel counts days from 1899-12-30.
        case .day(let day): try write(Double(day.number + 25_569), "dd/mm/yyyy", &style, column)
        case .verdict(let verdict):
            style.alignment = .centre
            style.fill = verdict == .met ? 0xE2EFDA : verdict == .missed ? 0xFCE4D6 : style.fill
            try sheet.text(row, column, cell.text(report.language), style)
        case .noData, .notApplicable, .notReported:
            style.alignment = .centre
            style.colour = 0x595959
            try sheet.text(row, column, cell.text(report.language), style)
        case .text, .empty:
            style.wraps = true
            style.alignment = .left
            try sheet.text(row, column, cell.text(report.language), style)
        }
    }

    private func write(_ number: Double, _ format: String, _ style: inout CellStyle, _ column: Int) throws(WorkbookError) {
        style.numberFormat = format
        style.alignment = .right
        try sheet.number(row, column, number, style)
    }

    /// Tall enough for the cell with the most lines.
    private func height(of line: Row, in table: Table) -> Int {
        let lines = zip(line.cells, widths).map { cell, width -> Int in
            guard case .text(let text) = cell else { return 1 }
            return (text.count + width - 1) / max(1, width)
        }.max() ?? 1
        return 15 * min(max(1, lines), 20) + 2
    }

    private mutating func draw(_ chart: Chart) throws(WorkbookError) {
        guard let table = tables.first(where: { $0.id == chart.tableID }), let body = bodies[chart.tableID] else { return }
        let drawing = try sheet.book.addChart(chart.kind == .bars ? LXW_CHART_BAR : LXW_CHART_LINE)
        chart_title_set_name(drawing, chart.title)
        for column in chart.series + [chart.target].compactMap({ $0 }) {
            let series = chart_add_series(drawing, nil, nil)
            let name = column == chart.target ? Words.target(report.language) : table.columns[column].group ?? table.columns[column].title
            chart_series_set_name(series, name)
            chart_series_set_categories(series, sheet.name, UInt32(body.lowerBound), UInt16(chart.category), UInt32(body.upperBound), UInt16(chart.category))
            let values = try column == chart.target ? column : plain(column, of: table, body)
            chart_series_set_values(series, sheet.name, UInt32(body.lowerBound), UInt16(values), UInt32(body.upperBound), UInt16(values))
            style(series, isTarget: column == chart.target, chart.kind)
        }
        let (values, categories) = chart.kind == .bars ? (drawing.pointee.x_axis, drawing.pointee.y_axis) : (drawing.pointee.y_axis, drawing.pointee.x_axis)
        chart_axis_set_min(values, 0)
        chart_axis_set_max(values, 1)
        chart_axis_set_num_format(values, "0%")
        if chart.kind == .bars { chart_axis_set_reverse(categories) }
        chart_show_hidden_data(drawing)
        chart_legend_set_position(drawing, UInt8(LXW_CHART_LEGEND_BOTTOM.rawValue))
        let height = chart.kind == .bars ? max(1.0, 0.35 + Double(body.count) * 0.12) : 1.1
        try sheet.insert(drawing, row: row, width: 1.7, height: height, description: chart.alternative)
        row += Int(height * 15) + 3
    }

    /// The column itself, or a hidden copy with blanks where it has no data: Excel draws a text as 0.
    private func plain(_ column: Int, of table: Table, _ body: ClosedRange<Int>) throws(WorkbookError) -> Int {
        let rows = table.rows.enumerated().filter { $0.element.kind == .body }
        let values = rows.map { _, line -> Double? in
            if case .rate(let rate) = line.cells[column], !rate.isNoData { return Double(rate.numerator) / Double(rate.denominator) }
            return nil
        }
        if !values.contains(nil) || rows.count != body.count { return column }
        let copy = table.columns.count + 1 + column
        try sheet.width(copy...copy, 10, isHidden: true)
        for (index, value) in values.enumerated() {
            if let value { try sheet.number(body.lowerBound + index, copy, value, CellStyle(numberFormat: "0.00%")) }
        }
        return copy
    }

    /// Told apart without colour: bars are filled and targets hatched, lines are solid with marks and targets dashed.
    private func style(_ series: UnsafeMutablePointer<lxw_chart_series>?, isTarget: Bool, _ kind: Chart.Kind) {
        var line = lxw_chart_line()
        line.color = isTarget ? 0xC00000 : 0x1F4E9E
        line.width = 2
        if isTarget { line.dash_type = UInt8(LXW_CHART_LINE_DASH_DASH.rawValue) }
        switch kind {
        case .line:
            chart_series_set_line(series, &line)
            if !isTarget { chart_series_set_marker_type(series, UInt8(LXW_CHART_MARKER_CIRCLE.rawValue)) }
        case .bars where isTarget:
            var pattern = lxw_chart_pattern()
            pattern.type = UInt8(LXW_CHART_PATTERN_LIGHT_UPWARD_DIAGONAL.rawValue)
            pattern.fg_color = 0xC00000
            pattern.bg_color = 0xFFFFFF
            chart_series_set_pattern(series, &pattern)
        case .bars:
            var fill = lxw_chart_fill()
            fill.color = 0x1F4E9E
            chart_series_set_fill(series, &fill)
        }
    }
}
