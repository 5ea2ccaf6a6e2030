internal import Adoption

/// Turns the elements of a page into rows of cells.
///
/// A table inside a cell of another gives rows of its own; what else is in that cell comes with the outer row, behind them.
/// It is a class because the HTML parser calls back into it.
final class TableRows {
    struct Row {
        let number: Int
        /// Those that hold something, from left to right.
        var cells: [Cell] = []
    }

    struct Cell {
        let column: Int
        let start: Int
        let end: Int
    }

    /// A table that is not yet at its end.
    private struct Table {
        var row: Row?
        var column = 0
        var isInCell = false
        var needsSpace = false
        var rowspan = 1
        var colspan = 1
        /// How many rows it has so far.
        var rowCount = 0
        /// For each column, up to which of its rows a cell covers it.
        var coveredUntil: [Int] = []
        let text = ByteBuffer(capacity: 256)
        var cellStart = 0
    }

    static let columnLimit = 16_384
    private static let depthLimit = 1_024
    private static let textLimit = 32 << 20

    /// Rows that are complete, with their texts in `text`.
    private(set) var rows: [Row] = []
    let text = ByteBuffer(capacity: 1 << 16)

    private let name: String
    private var tables: [Table] = []
    private var rowNumber = 0
    private var depth = 0
    /// Inside `script` and `style`.
    private var hidden = 0

    init(name: String) { self.name = name }

    func removeRows() {
        rows.removeAll(keepingCapacity: true)
        text.truncate(to: 0)
    }

    func begin(_ element: XMLName, _ attributes: (StaticString) -> String?) throws(InputError) {
        depth += 1
        guard depth <= TableRows.depthLimit else {
            throw InputError(file: name, "is a page nested more than \(TableRows.depthLimit) deep; open it in Excel and save it as .xlsx")
        }
        switch element {
        case "table": tables.append(Table())
        case "tr": beginRow()
        case "td", "th": try beginCell(attributes)
        case "script", "style": hidden += 1
        case "br", "p", "div", "li", "h1", "h2", "h3", "h4": space()
        default: break
        }
    }

    func end(_ element: XMLName) {
        depth = max(0, depth - 1)
        switch element {
        case "table":
            endRow()
            _ = tables.popLast()
        case "tr": endRow()
        case "td", "th": endCell()
        case "script", "style": hidden = max(0, hidden - 1)
        case "p", "div", "li", "h1", "h2", "h3", "h4": space()
        default: break
        }
    }

    /// Runs of white space, among them spaces that do not break, become one space.
    func take(_ bytes: Bytes) throws(InputError) {
        guard hidden == 0, let last = tables.indices.last, tables[last].isInCell else { return }
        let text = tables[last].text
        var needsSpace = tables[last].needsSpace
        var at = 0
        while at < bytes.count {
            let byte = bytes[at]
            let isHardSpace = byte == 0xC2 && at + 1 < bytes.count && bytes[at + 1] == 0xA0
            if byte <= 0x20 || isHardSpace {
                needsSpace = true
                at += isHardSpace ? 2 : 1
                continue
            }
            if needsSpace, text.count > tables[last].cellStart { text.append(0x20) }
            needsSpace = false
            text.append(byte)
            at += 1
        }
        tables[last].needsSpace = needsSpace
        if text.count - tables[last].cellStart > cellTextLimit { throw cellTooLong(name) }
        if text.count > TableRows.textLimit { throw InputError(file: name, line: rowNumber, "is a row with more than 32 MiB of text; shorten it") }
    }

    private func space() {
        if let last = tables.indices.last { tables[last].needsSpace = true }
    }

    private func beginRow() {
        guard let last = tables.indices.last else { return }
        endRow()
        rowNumber += 1
        tables[last].row = Row(number: rowNumber)
        tables[last].rowCount += 1
        tables[last].column = 0
    }

    /// Closes what the page left open.
    private func endRow() {
        endCell()
        guard let last = tables.indices.last, var row = tables[last].row else { return }
        tables[last].row = nil
        let source = tables[last].text
        row.cells = row.cells.map { cell in
            let start = text.count
            text.append(source.bytes(cell.start, cell.end))
            return Cell(column: cell.column, start: start, end: text.count)
        }
        source.truncate(to: 0)
        if !row.cells.isEmpty { rows.append(row) }
    }

    private func beginCell(_ attributes: (StaticString) -> String?) throws(InputError) {
        guard let last = tables.indices.last else { return }
        endCell()
        if tables[last].row == nil { beginRow() }
        var column = tables[last].column
        while column < tables[last].coveredUntil.count, tables[last].coveredUntil[column] >= tables[last].rowCount { column += 1 }
        let colspan = max(1, min(1_000, attributes("colspan").flatMap { Int($0) } ?? 1))
        let rowspan = attributes("rowspan").flatMap { Int($0) } ?? 1
        guard column + colspan <= TableRows.columnLimit else {
            throw InputError(file: name, line: rowNumber, "is a row of more than \(TableRows.columnLimit) cells, which Excel does not allow; shorten it")
        }
        tables[last].column = column
        tables[last].colspan = colspan
        // Nought means to the end of the table.
        tables[last].rowspan = rowspan == 0 ? 1 << 40 : max(1, min(65_534, rowspan))
        tables[last].isInCell = true
        tables[last].needsSpace = false
        tables[last].cellStart = tables[last].text.count
    }

    private func endCell() {
        guard let last = tables.indices.last, tables[last].isInCell else { return }
        let (column, after) = (tables[last].column, tables[last].column + tables[last].colspan)
        tables[last].isInCell = false
        tables[last].column = after
        let cell = Cell(column: column, start: tables[last].cellStart, end: tables[last].text.count)
        if cell.end > cell.start { tables[last].row?.cells.append(cell) }
        guard tables[last].rowspan > 1 else { return }
        let until = tables[last].rowCount + tables[last].rowspan - 1
        while tables[last].coveredUntil.count < after { tables[last].coveredUntil.append(0) }
        for column in column..<after { tables[last].coveredUntil[column] = until }
    }
}
