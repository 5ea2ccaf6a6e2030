internal import CXLSXWriter
internal import Glibc

/// A workbook cannot be written: where, and what libxlsxwriter said.
package struct WorkbookError: Error, Hashable, CustomStringConvertible {
    package let description: String
}

/// How a cell looks. Equal styles share one format of the file.
struct CellStyle: Hashable {
    enum Alignment: Hashable { case general, left, centre, right }
    var isBold = false
    var isItalic = false
    var size = 11
    var alignment = Alignment.general
    var wraps = false
    var hasBorder = false
    var hasHeavyTop = false
    /// As `0xRRGGBB`; nil for none.
    var fill: Int?
    var colour: Int?
    var numberFormat: String?
}

/// The one place that speaks to libxlsxwriter; every return code and pointer is checked here.
///
/// It is a class because it owns the C workbook, which `close` or `deinit` frees.
final class XLSXBook {
    private var workbook: UnsafeMutablePointer<lxw_workbook>?
    private var formats: [CellStyle: UnsafeMutablePointer<lxw_format>] = [:]
    private var names: Set<String> = []
    private let path: String

    init(path: String) throws(WorkbookError) {
        self.path = path
        // The library finds out whether it can write only at the end, after all the work.
        guard let file = fopen(path, "w") else { throw WorkbookError(description: "\(path): cannot be written: \(String(cString: strerror(errno)))") }
        fclose(file)
        guard let workbook = workbook_new(path) else { throw WorkbookError(description: "\(path): libxlsxwriter gives no workbook") }
        self.workbook = workbook
    }

    deinit {
        // A book that was given up: its sheets are freed, and nothing is told of what it would have written.
        if let workbook { lxw_workbook_free(workbook) }
    }

    func close() throws(WorkbookError) {
        guard let open = workbook else { return }
        workbook = nil
        try check(workbook_close(open), path)
    }

    /// Adds a sheet under the nearest legal name that is free.
    func addSheet(_ wish: String) throws(WorkbookError) -> XLSXSheet {
        let name = legalSheetName(wish, taken: names)
        names.insert(name.lowercased())
        guard let sheet = workbook_add_worksheet(workbook, name) else { throw WorkbookError(description: "\(path): no sheet '\(name)'") }
        return XLSXSheet(book: self, sheet: sheet, name: name)
    }

    func addChart(_ type: lxw_chart_type) throws(WorkbookError) -> UnsafeMutablePointer<lxw_chart> {
        guard let chart = workbook_add_chart(workbook, UInt8(type.rawValue)) else { throw WorkbookError(description: "\(path): no chart") }
        return chart
    }

    /// The time of creation is given, so that the same report has the same bytes.
    func setProperties(title: String, subject: String, company: String, comments: String, created: Int) throws(WorkbookError) {
        var properties = lxw_doc_properties()
        let copies = [title, subject, company, comments].map { (text: String) in strdup(text) }
        defer { copies.forEach { free($0) } }
        properties.title = copies[0]
        properties.subject = copies[1]
        properties.company = copies[2]
        properties.author = copies[2]
        properties.comments = copies[3]
        properties.created = created
        try check(workbook_set_properties(workbook, &properties), "properties")
    }

    func setProperty(_ name: String, _ value: String) throws(WorkbookError) {
        try check(workbook_set_custom_property_string(workbook, name, String(value.prefix(255))), "property \(name)")
    }

    func format(_ style: CellStyle) throws(WorkbookError) -> UnsafeMutablePointer<lxw_format> {
        if let known = formats[style] { return known }
        guard let format = workbook_add_format(workbook) else { throw WorkbookError(description: "\(path): no format") }
        format_set_font_name(format, "Times New Roman")
        format_set_font_size(format, Double(style.size))
        if style.isBold { format_set_bold(format) }
        if style.isItalic { format_set_italic(format) }
        if style.wraps { format_set_text_wrap(format) }
        if style.hasBorder {
            format_set_border(format, UInt8(LXW_BORDER_THIN.rawValue))
            format_set_border_color(format, 0xA6A6A6)
        }
        if style.hasHeavyTop { format_set_top(format, UInt8(LXW_BORDER_MEDIUM.rawValue)) }
        if let fill = style.fill { format_set_bg_color(format, lxw_color_t(fill)) }
        if let colour = style.colour { format_set_font_color(format, lxw_color_t(colour)) }
        if let numberFormat = style.numberFormat { format_set_num_format(format, numberFormat) }
        switch style.alignment {
        case .general: break
        case .left:
            format_set_align(format, UInt8(LXW_ALIGN_LEFT.rawValue))
            // Keeps a text away from the number before it.
            if style.hasBorder { format_set_indent(format, 1) }
        case .centre: format_set_align(format, UInt8(LXW_ALIGN_CENTER.rawValue))
        case .right: format_set_align(format, UInt8(LXW_ALIGN_RIGHT.rawValue))
        }
        format_set_align(format, UInt8(LXW_ALIGN_VERTICAL_CENTER.rawValue))
        formats[style] = format
        return format
    }

    func check(_ code: lxw_error, _ place: String) throws(WorkbookError) {
        guard code == LXW_NO_ERROR else { throw WorkbookError(description: "\(place): \(String(cString: lxw_strerror(code)))") }
    }
}

/// One sheet. Rows and columns count from 0.
struct XLSXSheet {
    let book: XLSXBook
    let sheet: UnsafeMutablePointer<lxw_worksheet>
    let name: String

    /// What a cell of Excel can hold, in characters.
    private static let textLimit = 32_767

    /// Always a text: what begins with `=`, `+`, `-` or `@` is no formula.
    func text(_ row: Int, _ column: Int, _ text: String, _ style: CellStyle) throws(WorkbookError) {
        let format = try book.format(style)
        if text.isEmpty { return try check(worksheet_write_blank(sheet, lxw_row_t(row), lxw_col_t(column), format), row, column) }
        let shown = text.unicodeScalars.count > Self.textLimit ? String(String.UnicodeScalarView(text.unicodeScalars.prefix(Self.textLimit - 1))) + "…" : text
        try check(worksheet_write_string(sheet, lxw_row_t(row), lxw_col_t(column), shown, format), row, column)
    }

    func number(_ row: Int, _ column: Int, _ number: Double, _ style: CellStyle) throws(WorkbookError) {
        guard number.isFinite else { throw WorkbookError(description: "\(name), row \(row + 1), column \(column + 1): no number") }
        try check(worksheet_write_number(sheet, lxw_row_t(row), lxw_col_t(column), number, try book.format(style)), row, column)
    }

    func link(_ row: Int, _ column: Int, to sheetName: String, _ text: String, _ style: CellStyle) throws(WorkbookError) {
        let target = "internal:'\(sheetName.replacing("'", with: "''"))'!A1"
        try check(worksheet_write_url(sheet, lxw_row_t(row), lxw_col_t(column), target, try book.format(style)), row, column)
        try self.text(row, column, text, style)
    }

    /// A text over several cells; over one cell it is just that cell.
    func merge(_ rows: ClosedRange<Int>, _ columns: ClosedRange<Int>, _ text: String, _ style: CellStyle) throws(WorkbookError) {
        if rows.count == 1 && columns.count == 1 { return try self.text(rows.lowerBound, columns.lowerBound, text, style) }
        try check(
            worksheet_merge_range(
                sheet, lxw_row_t(rows.lowerBound), lxw_col_t(columns.lowerBound), lxw_row_t(rows.upperBound), lxw_col_t(columns.upperBound), "",
                try book.format(style)), rows.lowerBound, columns.lowerBound)
        try self.text(rows.lowerBound, columns.lowerBound, text, style)
    }

    func width(_ columns: ClosedRange<Int>, _ characters: Int, isHidden: Bool = false) throws(WorkbookError) {
        var options = lxw_row_col_options()
        options.hidden = isHidden ? 1 : 0
        try check(worksheet_set_column_opt(sheet, lxw_col_t(columns.lowerBound), lxw_col_t(columns.upperBound), Double(characters), nil, &options), 0, columns.lowerBound)
    }

    func height(_ row: Int, points: Int) throws(WorkbookError) {
        try check(worksheet_set_row(sheet, lxw_row_t(row), Double(points), nil), row, 0)
    }

    func filter(_ rows: ClosedRange<Int>, _ columns: ClosedRange<Int>) throws(WorkbookError) {
        try check(
            worksheet_autofilter(sheet, lxw_row_t(rows.lowerBound), lxw_col_t(columns.lowerBound), lxw_row_t(rows.upperBound), lxw_col_t(columns.upperBound)),
            rows.lowerBound, columns.lowerBound)
    }

    func freeze(_ row: Int, _ column: Int) { worksheet_freeze_panes(sheet, lxw_row_t(row), lxw_col_t(column)) }

    /// A4, one page wide, margins of official documents.
    func printing(isLandscape: Bool, footer: String) throws(WorkbookError) {
        if isLandscape { worksheet_set_landscape(sheet) } else { worksheet_set_portrait(sheet) }
        worksheet_set_paper(sheet, 9)
        worksheet_set_margins(sheet, isLandscape ? 0.79 : 1.18, 0.6, 0.79, 0.79)
        worksheet_fit_to_pages(sheet, 1, 0)
        worksheet_gridlines(sheet, UInt8(LXW_HIDE_ALL_GRIDLINES.rawValue))
        let escaped = String(footer.replacing("&", with: "&&").prefix(180))
        try check(worksheet_set_footer(sheet, "&L&9\(escaped)&R&9&P/&N"), 0, 0)
    }

    func repeatRows(_ rows: ClosedRange<Int>) throws(WorkbookError) {
        try check(worksheet_repeat_rows(sheet, lxw_row_t(rows.lowerBound), lxw_row_t(rows.upperBound)), rows.lowerBound, 0)
    }

    func insert(_ chart: UnsafeMutablePointer<lxw_chart>, row: Int, width: Double, height: Double, description: String) throws(WorkbookError) {
        let copy = strdup(description)
        defer { free(copy) }
        var options = lxw_chart_options()
        options.description = copy
        options.x_scale = width
        options.y_scale = height
        try check(worksheet_insert_chart_opt(sheet, lxw_row_t(row), 0, chart, &options), row, 0)
    }

    private func check(_ code: lxw_error, _ row: Int, _ column: Int) throws(WorkbookError) {
        try book.check(code, "\(name), row \(row + 1), column \(column + 1)")
    }
}

/// At most 31 UTF-16 units, without the signs that Excel forbids, unlike every name that is taken (case is not told apart).
func legalSheetName(_ wish: String, taken: Set<String>) -> String {
    var name = String(wish.map { "[]:*?/\\".contains($0) || $0.isNewline ? "-" : $0 })
    while name.hasPrefix("'") { name.removeFirst() }
    name = cut(name, 31)
    while name.hasSuffix("'") { name.removeLast() }
    if name.isEmpty || name.lowercased() == "history" { name += "_" }
    var candidate = name
    var number = 2
    while taken.contains(candidate.lowercased()) {
        candidate = cut(name, 30 - String(number).count) + " \(number)"
        number += 1
    }
    return candidate
}

private func cut(_ text: String, _ length: Int) -> String {
    var text = text
    while text.utf16.count > length { text.removeLast() }
    return text
}
