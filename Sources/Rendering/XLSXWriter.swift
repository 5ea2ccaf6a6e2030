import Adoption
import CXLSXWriter
import Reporting

// Over 300 lines because all of the library stands in one file.

/// A workbook that is being written, and the only way to libxlsxwriter: every code and pointer that it gives is checked.
///
/// A class because it owns the library's workbook and frees it exactly once, closed or not.
final class XLSXWriter {
    private var workbook: UnsafeMutablePointer<lxw_workbook>?
    private var formats: [CellStyle: UnsafeMutablePointer<lxw_format>] = [:]
    private var names: Set<String> = []

    fileprivate let ruler: TextRuler
    /// The office's colour, in the place of uptake's.
    fileprivate let accent: Colour?

    /// The file is written by `close`, and not before.
    init(path: String, ruler: TextRuler = TextRuler(), accent: Colour? = nil) throws(WorkbookError) {
        self.ruler = ruler
        self.accent = accent
        workbook = workbook_new(path)
        if workbook == nil { throw .workbook(reason: message(LXW_ERROR_MEMORY_MALLOC_FAILED)) }
    }

    deinit { if let workbook { lxw_workbook_free(workbook) } }

    fileprivate func open() -> UnsafeMutablePointer<lxw_workbook> {
        guard let workbook else { preconditionFailure("the workbook was closed") }
        return workbook
    }

    /// - Returns: the sheet, whose name is `title` made legal and unique.
    func addSheet(_ title: String) throws(WorkbookError) -> XLSXSheet {
        let name = sheetName(title, taken: names)
        let code = workbook_validate_sheet_name(open(), name)
        guard code == LXW_NO_ERROR else { throw .sheet(name: name, reason: message(code)) }
        guard let sheet = workbook_add_worksheet(open(), name) else {
            throw .sheet(name: name, reason: "the sheet was refused")
        }
        names.insert(name.lowercased())
        return XLSXSheet(name: name, sheet: sheet, writer: self)
    }

    func setProperties(_ properties: WorkbookProperties) throws(WorkbookError) {
        let strings = CStrings()
        var document = lxw_doc_properties()
        document.title = try strings.copy(properties.title, limit: 255)
        document.subject = try strings.copy(properties.subject, limit: 255)
        document.author = try strings.copy(properties.author, limit: 255)
        document.company = document.author
        document.comments = try strings.copy(properties.comments, limit: 255)
        // 0 would mean the clock.
        document.created = max(1, properties.created.secondsSinceEpoch)
        let code = withExtendedLifetime(strings) { workbook_set_properties(open(), &document) }
        guard code == LXW_NO_ERROR else { throw .workbook(reason: message(code)) }
        for (name, value) in properties.custom {
            let name = workbookText(name, limit: 255)
            let code = workbook_set_custom_property_string(open(), name, workbookText(value, limit: 255))
            guard code == LXW_NO_ERROR else { throw .workbook(reason: "property '\(name)': \(message(code))") }
        }
    }

    /// Writes the file and ends the workbook, also when it throws.
    func close() throws(WorkbookError) {
        let closing = open()
        workbook = nil
        let code = workbook_close(closing)
        guard code == LXW_NO_ERROR else { throw .workbook(reason: message(code)) }
    }

    /// The office's colour for uptake's own, everything else as it is.
    fileprivate func colour(_ number: UInt32) -> UInt32 {
        switch number {
        case CellStyle.accent: accent?.number ?? number
        case CellStyle.tint: accent?.tint(0.16).number ?? number
        default: number
        }
    }

    fileprivate func format(_ style: CellStyle) throws(WorkbookError) -> UnsafeMutablePointer<lxw_format> {
        if let known = formats[style] { return known }
        guard let format = workbook_add_format(open()) else {
            throw .workbook(reason: message(LXW_ERROR_MEMORY_MALLOC_FAILED))
        }
        format_set_font_name(format, CellStyle.font)
        format_set_font_size(format, Double(style.size))
        if style.isBold { format_set_bold(format) }
        if style.isItalic { format_set_italic(format) }
        if style.isUnderlined { format_set_underline(format, UInt8(LXW_UNDERLINE_SINGLE.rawValue)) }
        if let ink = style.ink { format_set_font_color(format, colour(ink)) }
        if let fill = style.fill { format_set_bg_color(format, colour(fill)) }
        let alignment =
            switch style.alignment {
            case .left: LXW_ALIGN_LEFT
            case .center: LXW_ALIGN_CENTER
            case .right: LXW_ALIGN_RIGHT
            }
        format_set_align(format, UInt8(alignment.rawValue))
        format_set_align(format, UInt8((style.isAtTop ? LXW_ALIGN_VERTICAL_TOP : LXW_ALIGN_VERTICAL_CENTER).rawValue))
        if style.isWrapped { format_set_text_wrap(format) }
        if style.indent > 0 { format_set_indent(format, UInt8(clamping: style.indent)) }
        if style.hasBorder {
            format_set_border(format, UInt8(LXW_BORDER_THIN.rawValue))
            format_set_border_color(format, 0x8C96A5)
        }
        if style.hasRuleAbove {
            format_set_top(format, UInt8(LXW_BORDER_MEDIUM.rawValue))
            format_set_top_color(format, colour(CellStyle.accent))
        }
        if style.isUnlocked { format_set_unlocked(format) }
        if let numberFormat = style.numberFormat { format_set_num_format(format, numberFormat) }
        formats[style] = format
        return format
    }
}

/// One sheet; rows and columns are counted from 0. It keeps its workbook alive, which owns the library's sheet.
struct XLSXSheet {
    let name: String
    fileprivate let sheet: UnsafeMutablePointer<lxw_worksheet>
    fileprivate let writer: XLSXWriter

    /// How high a row must be for a wrapped text, in points. `width` is in characters of the workbook's default font.
    func height(of text: String, _ style: CellStyle, width: Int) -> Int { writer.ruler.height(of: text, style, width: width) }

    func write(_ content: CellContent, _ style: CellStyle, row: Int, column: Int) throws(WorkbookError) {
        _ = writer.open()
        let (r, c) = try place(row, column)
        let format = try writer.format(style)
        let code: lxw_error
        switch content {
        case .text(let text): code = worksheet_write_string(sheet, r, c, cellText(text), format)
        case .blank: code = worksheet_write_blank(sheet, r, c, format)
        case .number(let number):
            guard number.isFinite else { throw refusal("a number is not finite", row, column) }
            code = worksheet_write_number(sheet, r, c, number, format)
        case .formula(let formula, let value):
            guard value.isFinite else { throw refusal("a formula's value is not finite", row, column) }
            code = worksheet_write_formula_num(sheet, r, c, "=" + formula, format, value)
        }
        try check(code, row, column)
    }

    /// Writes a text over the cells of both ranges, which are merged when they are more than one.
    func write(_ text: String, _ style: CellStyle, rows: ClosedRange<Int>, columns: ClosedRange<Int>) throws(WorkbookError) {
        if rows.count == 1, columns.count == 1 {
            return try write(.text(text), style, row: rows.lowerBound, column: columns.lowerBound)
        }
        _ = writer.open()
        let (r1, c1) = try place(rows.lowerBound, columns.lowerBound)
        let (r2, c2) = try place(rows.upperBound, columns.upperBound)
        let format = try writer.format(style)
        try check(
            worksheet_merge_range(sheet, r1, c1, r2, c2, cellText(text), format), rows.lowerBound, columns.lowerBound)
    }

    /// - Parameter targetRow: the row that is shown.
    func writeLink(to target: XLSXSheet, targetRow: Int = 0, _ text: String, _ style: CellStyle, row: Int, column: Int) throws(WorkbookError) {
        let (r, c) = try place(row, column)
        let format = try writer.format(style)
        let address = "internal:'\(target.name)'!A\(targetRow + 1)"
        try check(worksheet_write_url_opt(sheet, r, c, address, format, cellText(text), nil), row, column)
    }

    func setWidth(_ characters: Int, column: Int, isHidden: Bool = false) throws(WorkbookError) {
        let (_, c) = try place(0, column)
        var options = lxw_row_col_options()
        options.hidden = isHidden ? 1 : 0
        try check(worksheet_set_column_opt(sheet, c, c, Double(characters), nil, &options))
    }

    func setHeight(_ points: Int, row: Int) throws(WorkbookError) {
        let (r, _) = try place(row, 0)
        try check(worksheet_set_row(sheet, r, Double(points), nil), row, 0)
    }

    func freeze(rows: Int, columns: Int) throws(WorkbookError) {
        let (r, c) = try place(rows, columns)
        worksheet_freeze_panes(sheet, r, c)
    }

    func filter(rows: ClosedRange<Int>, columns: ClosedRange<Int>) throws(WorkbookError) {
        let (r1, c1) = try place(rows.lowerBound, columns.lowerBound)
        let (r2, c2) = try place(rows.upperBound, columns.upperBound)
        try check(worksheet_autofilter(sheet, r1, c1, r2, c2), rows.lowerBound, columns.lowerBound)
    }

    /// Draws a bar in each cell, as long as its share of 1.
    func drawBars(rows: ClosedRange<Int>, column: Int) throws(WorkbookError) {
        let (first, c) = try place(rows.lowerBound, column)
        let (last, _) = try place(rows.upperBound, column)
        var bars = lxw_conditional_format()
        bars.type = UInt8(LXW_CONDITIONAL_DATA_BAR.rawValue)
        (bars.min_rule_type, bars.max_rule_type) = (UInt8(LXW_CONDITIONAL_RULE_TYPE_NUMBER.rawValue), UInt8(LXW_CONDITIONAL_RULE_TYPE_NUMBER.rawValue))
        (bars.min_value, bars.max_value) = (0, 1)
        (bars.bar_color, bars.bar_solid, bars.data_bar_2010) = (0xBFD3EA, 1, 1)
        try check(worksheet_conditional_format_range(sheet, first, c, last, c, &bars), rows.lowerBound, column)
    }

    /// Shades each cell by its share of 1, from white to a blue that black is read on with ease.
    func drawShades(rows: ClosedRange<Int>, columns: ClosedRange<Int>) throws(WorkbookError) {
        let (r1, c1) = try place(rows.lowerBound, columns.lowerBound)
        let (r2, c2) = try place(rows.upperBound, columns.upperBound)
        var shades = lxw_conditional_format()
        shades.type = UInt8(LXW_CONDITIONAL_2_COLOR_SCALE.rawValue)
        (shades.min_rule_type, shades.max_rule_type) = (UInt8(LXW_CONDITIONAL_RULE_TYPE_NUMBER.rawValue), UInt8(LXW_CONDITIONAL_RULE_TYPE_NUMBER.rawValue))
        (shades.min_value, shades.max_value) = (0, 1)
        (shades.min_color, shades.max_color) = (0xFFFFFF, 0x8FB4DC)
        try check(worksheet_conditional_format_range(sheet, r1, c1, r2, c2, &shades), rows.lowerBound, columns.lowerBound)
    }

    /// Gives the cells of a table a name by which formulas elsewhere can speak of them.
    func define(_ name: String, rows: ClosedRange<Int>, columns: ClosedRange<Int>) throws(WorkbookError) {
        let corners = ["$\(columnName(columns.lowerBound))$\(rows.lowerBound + 1)", "$\(columnName(columns.upperBound))$\(rows.upperBound + 1)"]
        try check(workbook_define_name(writer.open(), definedName(name), "='\(self.name)'!\(corners.joined(separator: ":"))"))
    }

    /// Locks all cells but those that are open for writing; there is no password, since it guards against slips and nothing else.
    func lock() {
        var options = lxw_protection()
        (options.format_columns, options.format_rows, options.autofilter, options.sort) = (1, 1, 1, 1)
        worksheet_protect(sheet, nil, &options)
    }

    /// Codes of digits stay texts without a warning triangle on each.
    func allowDigitsAsText() throws(WorkbookError) {
        try check(worksheet_ignore_errors(sheet, UInt8(LXW_IGNORE_NUMBER_STORED_AS_TEXT.rawValue), "A1:XFD1048576"))
    }

    func setUp(_ page: PageSetup) throws(WorkbookError) {
        worksheet_set_paper(sheet, 9)
        if page.isLandscape { worksheet_set_landscape(sheet) }
        // 30, 15, 20 and 20 mm in inches.
        worksheet_set_margins(sheet, 1.18, 0.59, 0.79, 0.79)
        worksheet_fit_to_pages(sheet, 1, page.isOnePage ? 1 : 0)
        worksheet_center_horizontally(sheet)
        worksheet_gridlines(sheet, UInt8(LXW_HIDE_ALL_GRIDLINES.rawValue))
        if !page.header.isEmpty { try check(worksheet_set_header(sheet, page.header)) }
        try check(worksheet_set_footer(sheet, page.footer))
        if let rows = page.repeatedRows {
            let (first, _) = try place(rows.lowerBound, 0)
            let (last, _) = try place(rows.upperBound, 0)
            try check(worksheet_repeat_rows(sheet, first, last))
        }
        let (row, column) = try place(page.lastRow, page.lastColumn)
        try check(worksheet_print_area(sheet, lxw_row_t(page.firstRow), 0, row, column))
    }

    /// For readers that print without fitting; those that fit may ignore it.
    func breakPages(before rows: [Int]) throws(WorkbookError) {
        // The library ends its list at 0.
        var breaks: [lxw_row_t] = []
        for row in rows where row > 0 { breaks.append(try place(row, 0).0) }
        breaks.append(0)
        try check(worksheet_set_h_pagebreaks(sheet, &breaks))
    }

    private func place(_ row: Int, _ column: Int) throws(WorkbookError) -> (lxw_row_t, lxw_col_t) {
        guard let r = lxw_row_t(exactly: row), let c = lxw_col_t(exactly: column) else {
            throw refusal(message(LXW_ERROR_WORKSHEET_INDEX_OUT_OF_RANGE), row, column)
        }
        return (r, c)
    }

    private func refusal(_ reason: String, _ row: Int, _ column: Int) -> WorkbookError {
        .cell(sheet: name, row: row + 1, column: column + 1, reason: reason)
    }

    private func check(_ code: lxw_error, _ row: Int, _ column: Int) throws(WorkbookError) {
        if code != LXW_NO_ERROR { throw refusal(message(code), row, column) }
    }

    private func check(_ code: lxw_error) throws(WorkbookError) {
        if code != LXW_NO_ERROR { throw .sheet(name: name, reason: message(code)) }
    }
}

// MARK: Pictures and charts

extension XLSXSheet {
    /// Draws a picture that says nothing which the text beside it does not.
    ///
    /// - Parameter width: in characters of the workbook's default font, in the middle of which it stands.
    func insert(_ picture: Letterhead.Picture, heightPoints: Int, centredOver width: Int, row: Int, column: Int) throws(WorkbookError) {
        // A picture's pixel is a 96th of an inch, as a cell's.
        let scale = min(Double(heightPoints) * 4 / 3 / Double(picture.height), Double(width * 7) / Double(picture.width))
        var options = lxw_image_options()
        (options.x_scale, options.y_scale) = (scale, scale)
        options.x_offset = Int32(max(0, (Double(width * 7) - Double(picture.width) * scale) / 2))
        options.y_offset = 2
        options.object_position = UInt8(LXW_OBJECT_MOVE_DONT_SIZE.rawValue)
        options.decorative = 1
        let (r, c) = try place(row, column)
        let code = picture.bytes.withUnsafeBufferPointer { worksheet_insert_image_buffer_opt(sheet, r, c, $0.baseAddress, $0.count, &options) }
        try check(code, row, column)
    }
}

extension XLSXSheet {
    /// Draws a chart with its upper left corner at the cell.
    func insert(_ drawing: ChartDrawing, row: Int, column: Int) throws(WorkbookError) {
        let type = drawing.kind == .bars ? LXW_CHART_BAR : LXW_CHART_LINE
        guard let chart = workbook_add_chart(writer.open(), UInt8(type.rawValue)) else {
            throw .sheet(name: name, reason: "a chart was refused")
        }
        let strings = CStrings()
        let fontName = try strings.copy(CellStyle.font, limit: 255)
        try setAxes(of: chart, drawing, fontName)
        for (index, stretches) in drawing.series.enumerated() {
            let color = index == 0 ? writer.accent?.number ?? 0x1F4E79 : [0x1F4E79, 0x2E8B6B, 0xB7791F, 0x6B4FA0][index % 4] as UInt32
            for stretch in stretches { try draw(stretch, of: drawing, in: chart, color: color, fontName) }
        }
        for target in drawing.targets { try drawTarget(target, of: drawing, in: chart) }
        // The stretches of a series or target share one entry of the legend.
        var (repeated, drawn): ([Int16], Int) = ([], 0)
        for stretches in drawing.series + [drawing.targets] {
            repeated += stretches.indices.dropFirst().map { Int16(clamping: drawn + $0) }
            drawn += stretches.count
        }
        if !repeated.isEmpty {
            repeated.append(-1)
            try check(chart_legend_delete_series(chart, &repeated))
        }
        var options = lxw_chart_options()
        options.x_scale = Double(drawing.widthPixels) / 480
        options.y_scale = Double(drawing.heightPixels) / 288
        options.object_position = UInt8(LXW_OBJECT_MOVE_DONT_SIZE.rawValue)
        options.description = try strings.copy(drawing.alternative, limit: 2_000)
        let (r, c) = try place(row, column)
        try check(withExtendedLifetime(strings) { worksheet_insert_chart_opt(sheet, r, c, chart, &options) }, row, column)
    }

    private func setAxes(
        of chart: UnsafeMutablePointer<lxw_chart>, _ drawing: ChartDrawing, _ fontName: UnsafeMutablePointer<CChar>
    ) throws(WorkbookError) {
        guard let x = chart.pointee.x_axis, let y = chart.pointee.y_axis else {
            throw .sheet(name: name, reason: "a chart has no axes")
        }
        let (categories, values) = drawing.kind == .bars ? (y, x) : (x, y)
        // The library would read a title that begins with "=" as a reference.
        chart_title_set_name(chart, workbookText((drawing.title.hasPrefix("=") ? " " : "") + drawing.title, limit: 255))
        var title = lxw_chart_font()
        (title.name, title.size, title.bold) = (fontName, 13, 1)
        chart_title_set_name_font(chart, &title)
        var font = lxw_chart_font()
        (font.name, font.size) = (fontName, 10)
        chart_axis_set_num_font(categories, &font)
        chart_axis_set_num_font(values, &font)
        chart_axis_set_min(values, 0)
        chart_axis_set_max(values, 1)
        chart_axis_set_major_unit(values, 0.2)
        chart_axis_set_num_format(values, "0%")
        var grid = lxw_chart_line()
        (grid.color, grid.width) = (0xD9D9D9, 0.75)
        chart_axis_major_gridlines_set_line(values, &grid)
        chart_axis_major_gridlines_set_visible(values, 1)
        if drawing.kind == .bars {
            // The table's first row comes first, and the scale stays below the bars.
            chart_axis_set_reverse(categories)
            chart_axis_set_crossing_max(categories)
            chart_axis_major_gridlines_set_visible(categories, 0)
            chart_set_series_gap(chart, 45)
            chart_set_series_overlap(chart, drawing.series.count == 1 ? 100 : 0)
        } else {
            chart_show_blanks_as(chart, UInt8(LXW_CHART_BLANKS_AS_GAP.rawValue))
            chart_show_hidden_data(chart)
        }
        let isNamed = drawing.series.count > 1 || !drawing.targets.isEmpty
        chart_legend_set_position(chart, UInt8((isNamed ? LXW_CHART_LEGEND_BOTTOM : LXW_CHART_LEGEND_NONE).rawValue))
        chart_legend_set_font(chart, &font)
    }

    private func add(
        _ series: ChartDrawing.Series, of drawing: ChartDrawing, to chart: UnsafeMutablePointer<lxw_chart>
    ) throws(WorkbookError) -> UnsafeMutablePointer<lxw_chart_series> {
        guard let added = chart_add_series(chart, nil, nil) else {
            throw .sheet(name: name, reason: "a chart's series was refused")
        }
        for (range, set) in [(drawing.categories, chart_series_set_categories), (series.values, chart_series_set_values)] {
            let (first, column) = try place(range.rows.lowerBound, range.column)
            let (last, _) = try place(range.rows.upperBound, range.column)
            set(added, range.sheet, first, column, last, column)
        }
        let (row, column) = try place(series.nameRow, series.nameColumn)
        chart_series_set_name_range(added, series.values.sheet, row, column)
        return added
    }

    private func draw(
        _ series: ChartDrawing.Series, of drawing: ChartDrawing, in chart: UnsafeMutablePointer<lxw_chart>, color: UInt32,
        _ fontName: UnsafeMutablePointer<CChar>
    ) throws(WorkbookError) {
        let added = try add(series, of: drawing, to: chart)
        var fill = lxw_chart_fill()
        fill.color = color
        var line = lxw_chart_line()
        (line.color, line.width) = (color, 2.25)
        if drawing.kind == .line {
            chart_series_set_line(added, &line)
            chart_series_set_marker_type(added, UInt8(LXW_CHART_MARKER_CIRCLE.rawValue))
            chart_series_set_marker_size(added, 6)
            chart_series_set_marker_fill(added, &fill)
            chart_series_set_marker_line(added, &line)
            return
        }
        chart_series_set_fill(added, &fill)
        guard drawing.hasLabels else { return }
        var font = lxw_chart_font()
        (font.name, font.size) = (fontName, 9)
        chart_series_set_labels(added)
        chart_series_set_labels_num_format(added, "0.00%")
        chart_series_set_labels_position(added, UInt8(LXW_CHART_LABEL_POSITION_OUTSIDE_END.rawValue))
        chart_series_set_labels_font(added, &font)
        // White behind the figures keeps them readable where the target's outline crosses.
        fill.color = 0xFFFFFF
        chart_series_set_labels_fill(added, &fill)
        if !series.missing.isEmpty { try label(added, series, font) }
    }

    /// A bar without data has the length of 0 %, but must not be labelled so.
    private func label(
        _ added: UnsafeMutablePointer<lxw_chart_series>, _ series: ChartDrawing.Series, _ font: lxw_chart_font
    ) throws(WorkbookError) {
        let strings = CStrings()
        let dash = try strings.copy("–", limit: 1)
        var font = font
        let code = withUnsafeMutablePointer(to: &font) { font in
            var labels = series.values.rows.indices.map { _ in lxw_chart_data_label() }
            for (place, _) in series.values.rows.enumerated() where series.missing.contains(place) {
                (labels[place].value, labels[place].font) = (dash, font)
            }
            return labels.withUnsafeMutableBufferPointer { buffer in
                var pointers = buffer.indices.map { buffer.baseAddress?.advanced(by: $0) } + [nil]
                return chart_series_set_labels_custom(added, &pointers)
            }
        }
        guard code == LXW_NO_ERROR else { throw .sheet(name: name, reason: message(code)) }
    }

    /// Over bars the target is an outline; over months it is a level line for each stretch.
    private func drawTarget(
        _ target: ChartDrawing.Series, of drawing: ChartDrawing, in chart: UnsafeMutablePointer<lxw_chart>
    ) throws(WorkbookError) {
        let added = try add(target, of: drawing, to: chart)
        var line = lxw_chart_line()
        (line.color, line.width, line.dash_type) = (0xC00000, 1.5, UInt8(LXW_CHART_LINE_DASH_DASH.rawValue))
        chart_series_set_line(added, &line)
        var fill = lxw_chart_fill()
        if drawing.kind == .bars {
            fill.none = 1
            chart_series_set_fill(added, &fill)
        } else {
            // A stretch of one month has no line to be seen by.
            fill.color = line.color
            line.dash_type = 0
            chart_series_set_marker_type(added, UInt8(LXW_CHART_MARKER_SQUARE.rawValue))
            chart_series_set_marker_size(added, 3)
            chart_series_set_marker_fill(added, &fill)
            chart_series_set_marker_line(added, &line)
        }
    }
}

/// The name and version of the library that writes workbooks, on which their bytes depend.
package let workbookLibrary = "libxlsxwriter " + (lxw_version().map { String(cString: $0) } ?? "")

private func message(_ code: lxw_error) -> String {
    lxw_strerror(code).map { String(cString: $0) } ?? "error \(code.rawValue)"
}
