internal import Adoption
internal import CXML2

/// The rows of all tables of a page, such as one-stop systems save as `.xls`. It is a class because it owns the parser.
final class HTMLTable: RowSource {
    private let input: TextInput
    private let parser: htmlParserCtxtPtr
    private let rows: Rows
    private var isAtEnd = false
    private var current = Rows.Row()
    private var cell = Constant("")

    /// It is a page, whatever its ending says.
    static func isPage(_ beginning: [UInt8]) -> Bool {
        let text = String(decoding: beginning.prefix(8_192), as: UTF8.self).lowercased()
        return text.drop(while: { $0.isWhitespace }).hasPrefix("<") && (text.contains("<table") || text.contains("<html"))
    }

    init(_ input: TextInput) throws(InputError) {
        self.input = input
        rows = Rows()
        var handler = xmlSAXHandler()
        handler.startElement = { data, name, attributes in
            guard let name else { return }
            HTMLTable.rows(data)?.start(HTMLTable.word(name), attributes)
        }
        handler.endElement = { data, name in
            guard let name else { return }
            HTMLTable.rows(data)?.end(HTMLTable.word(name))
        }
        handler.characters = { data, text, length in
            guard let text else { return }
            HTMLTable.rows(data)?.text(Bytes(start: text, count: Int(length)))
        }
        let context = Unmanaged.passUnretained(rows).toOpaque()
        // The text comes as UTF-8, whatever the page says of itself.
        guard let parser = htmlCreatePushParserCtxt(&handler, context, nil, 0, nil, XML_CHAR_ENCODING_UTF8) else { throw InputError("libxml2 cannot be started") }
        self.parser = parser
        htmlCtxtUseOptions(parser, Int32(HTML_PARSE_RECOVER.rawValue | HTML_PARSE_NOERROR.rawValue | HTML_PARSE_NOWARNING.rawValue | HTML_PARSE_NONET.rawValue | HTML_PARSE_IGNORE_ENC.rawValue))
    }

    deinit { htmlFreeParserCtxt(parser) }

    var name: String { input.name }
    var byteCount: Int { input.byteCount }
    var bytesRead: Int { input.bytesRead }
    var cellCount: Int { current.cells.count }

    func next() throws(InputError) -> Bool {
        while rows.done.isEmpty {
            if isAtEnd { return false }
            try feed()
            if let fault = rows.fault { throw InputError(file: name, fault) }
        }
        current = rows.done.removeFirst()
        return true
    }

    func bytes(_ index: Int) -> Bytes {
        guard current.cells.indices.contains(index) else { return Bytes(start: nil, count: 0) }
        cell = Constant(current.cells[index])
        return cell.bytes
    }

    func form(_ index: Int) -> CellForm { .text }
    func place(_ index: Int) -> (line: Int, column: Int) { (current.number, index + 1) }
    func rowFault(columns: Int) -> Fault? { nil }
    func isCutOff(columns: Int) -> Bool { false }
    func fingerprint() -> String { input.fingerprint() }

    private func feed() throws(InputError) {
        var failure: InputError?
        let piece = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            do throws(InputError) { count = try input.read(into: base, count: buffer.count) } catch { failure = error }
        }
        if let failure { throw failure }
        isAtEnd = piece.isEmpty
        // Errors of a page are mended and not reported: pages are rarely well formed.
        _ = piece.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { htmlParseChunk(parser, $0.baseAddress, Int32($0.count), isAtEnd ? 1 : 0) }
        }
        if isAtEnd { rows.finish() }
    }

    private static func rows(_ data: UnsafeMutableRawPointer?) -> Rows? {
        data.map { Unmanaged<Rows>.fromOpaque($0).takeUnretainedValue() }
    }

    private static func word(_ name: UnsafePointer<xmlChar>) -> String { String(cString: name).lowercased() }
}

/// Rows as the elements of a page make them. It is a class because the parser holds on to it.
private final class Rows {
    struct Row {
        var number = 0
        var cells: [[UInt8]] = []
    }

    private(set) var fault: String?
    var done: [Row] = []
    private var row: Row?
    private var count = 0
    private var text: [UInt8] = []
    private var isInCell = false
    private var columns = 1
    /// For each column, how many further rows a cell from above reaches down.
    private var spans: [Int: Int] = [:]
    private var rowSpan = 1
    private var silent = 0

    private static let columnLimit = 16_384
    private static let textLimit = 1 << 20

    func start(_ element: String, _ attributes: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?) {
        switch element {
        case "script", "style", "head": silent += 1
        case "table": spans = [:]
        case "tr":
            endRow()
            count += 1
            row = Row(number: count)
        case "td", "th":
            endCell()
            if row == nil {
                count += 1
                row = Row(number: count)
            }
            skipSpans()
            isInCell = true
            columns = span("colspan", attributes)
            rowSpan = span("rowspan", attributes)
        case "br", "p", "div": if isInCell { text.append(0x20) }
        default: break
        }
    }

    func end(_ element: String) {
        switch element {
        case "script", "style", "head": silent = max(0, silent - 1)
        case "td", "th": endCell()
        case "tr", "table": endRow()
        default: break
        }
    }

    func text(_ bytes: Bytes) {
        guard isInCell, silent == 0 else { return }
        text += bytes
        if text.count > Rows.textLimit { fault = "has a text of more than 1 MiB in one cell" }
    }

    func finish() { endRow() }

    private func endCell() {
        guard isInCell else { return }
        isInCell = false
        let column = row?.cells.count ?? 0
        row?.cells.append(collapsed(text))
        text.removeAll(keepingCapacity: true)
        for extra in 0..<columns {
            if extra > 0 { row?.cells.append([]) }
            if rowSpan > 1 { spans[column + extra] = rowSpan - 1 }
        }
        if (row?.cells.count ?? 0) > Rows.columnLimit { fault = "has more columns than a workbook" }
    }

    private func endRow() {
        endCell()
        guard var ended = row else { return }
        row = nil
        while let last = ended.cells.last, last.isEmpty { ended.cells.removeLast() }
        if !ended.cells.isEmpty { done.append(ended) }
    }

    /// A cell from above takes the place; below it the cell is empty.
    private func skipSpans() {
        while let column = row?.cells.count, let left = spans[column], left > 0, column < Rows.columnLimit {
            spans[column] = left - 1
            row?.cells.append([])
        }
    }

    private func span(_ wanted: String, _ attributes: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?) -> Int {
        var at = attributes
        while let name = at?[0] {
            if String(cString: name).lowercased() == wanted, let value = at?[1] { return min(max(Int(String(cString: value)) ?? 1, 1), 1_000) }
            at = at?.advanced(by: 2)
        }
        return 1
    }

    /// Blanks of any kind become one, and none at the ends.
    private func collapsed(_ bytes: [UInt8]) -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self)
        return Array(text.split(whereSeparator: \.isWhitespace).joined(separator: " ").utf8)
    }
}
