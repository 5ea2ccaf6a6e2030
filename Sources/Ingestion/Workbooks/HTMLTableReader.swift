internal import Adoption
internal import CXML2
internal import Glibc
internal import Hashing

/// The tables of an HTML page as one run of rows: many systems save a page as .xls and call it a workbook.
///
/// A cell over several columns or rows has its value in the first of them and leaves the others empty.
func htmlTableRows(path: String, name: String) throws(InputError) -> any RowSource { try HTMLTableReader(path: path, name: name) }

/// Reads a page in pieces; only the rows of one piece are in memory.
///
/// It is a class because it owns a file descriptor and a C parser that points back to it.
private final class HTMLTableReader: RowSource {
    let name: String
    let byteCount: Int
    private(set) var bytesRead = 0

    private static let pieceLength = 1 << 16
    /// A tag or a comment that is not at its end after so much is no tag.
    private static let tagLimit = 8 << 20
    /// For the names of elements and attributes, which the parser remembers.
    private static let namesLimit = 10 << 20

    private let descriptor: Int32
    private let digest: Digest
    private let decoder: TextDecoder
    private let rows: TableRows
    private let parser: htmlParserCtxtPtr
    private let piece = UnsafeMutablePointer<UInt8>.allocate(capacity: pieceLength)
    /// What was read to recognise the charset and is not yet parsed.
    private var pieceCount: Int
    private var isAtEnd = false
    private var failure: InputError?
    private var nextRow = 0
    private var row = TableRows.Row(number: 0)

    init(path: String, name: String) throws(InputError) {
        self.name = name
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw InputError("\(path): cannot be opened: \(String(cString: strerror(errno)))") }
        do throws(InputError) {
            var status = stat()
            guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else { throw InputError("\(path): is a folder; name the files in it") }
            byteCount = Int(status.st_size)
            digest = Digest()
            pieceCount = try HTMLTableReader.read(descriptor, into: piece, name: name)
            decoder = try TextDecoder(beginning: Bytes(start: piece, count: pieceCount), name: name)
            rows = TableRows(name: name)
            parser = try HTMLTableReader.makeParser(name)
        } catch {
            piece.deallocate()
            close(descriptor)
            throw error
        }
        parser.pointee.userData = Unmanaged.passUnretained(self).toOpaque()
    }

    deinit {
        htmlFreeParserCtxt(parser)
        piece.deallocate()
        close(descriptor)
    }

    var cellCount: Int { row.cells.last.map { $0.column + 1 } ?? 0 }

    func next() throws(InputError) -> Bool {
        while true {
            if nextRow < rows.rows.count {
                row = rows.rows[nextRow]
                nextRow += 1
                return true
            }
            row = TableRows.Row(number: row.number)
            rows.removeRows()
            nextRow = 0
            if isAtEnd { return false }
            try parsePiece()
        }
    }

    func bytes(_ index: Int) -> Bytes {
        // The cell of a column is at its number, or before it where others are empty.
        var (low, high) = (0, min(index + 1, row.cells.count))
        while low < high {
            let middle = (low + high) / 2
            if row.cells[middle].column < index { low = middle + 1 } else { high = middle }
        }
        guard low < row.cells.count, row.cells[low].column == index else { return Bytes(start: nil, count: 0) }
        return rows.text.bytes(row.cells[low].start, row.cells[low].end)
    }

    func form(_ index: Int) -> CellForm { .text }

    func place(_ index: Int) -> (line: Int, column: Int) { (row.number, index + 1) }

    func rowFault(columns: Int) -> Fault? { nil }

    func isCutOff(columns: Int) -> Bool { false }

    func fingerprint() -> String { digest.finish() }

    private func parsePiece() throws(InputError) {
        isAtEnd = pieceCount == 0
        digest.update(UnsafeRawBufferPointer(start: piece, count: pieceCount))
        bytesRead += pieceCount
        try decoder.decode(Bytes(start: piece, count: pieceCount), isLast: isAtEnd) { (text) throws(InputError) in try parse(text) }
        if isAtEnd { try parse(Bytes(start: nil, count: 0)) } else { pieceCount = try HTMLTableReader.read(descriptor, into: piece, name: name) }
    }

    private func parse(_ text: Bytes) throws(InputError) {
        if text.contains(0) { throw InputError(file: name, "is not text; open it in Excel and save it as .xlsx") }
        // The result only repeats the last fault of the page, of which pages have many; those that matter stop the parser.
        let code = text.withMemoryRebound(to: CChar.self) { htmlParseChunk(parser, $0.baseAddress, Int32($0.count), isAtEnd ? 1 : 0) }
        if let failure { throw failure }
        let waiting = parser.pointee.input.map { $0.pointee.end - $0.pointee.cur } ?? 0
        let names = xmlDictGetUsage(parser.pointee.dict)
        guard parser.pointee.disableSAX == 0, code != XML_ERR_NO_MEMORY.rawValue, waiting < HTMLTableReader.tagLimit,
            names < HTMLTableReader.namesLimit
        else {
            throw InputError(file: name, "is a page too damaged to read (code \(code)); open it in Excel and save it as .xlsx")
        }
    }

    private func attempt(_ action: () throws(InputError) -> Void) {
        if failure != nil { return }
        do throws(InputError) {
            try action()
        } catch {
            failure = error
            xmlStopParser(parser)
        }
    }

    private static func read(_ descriptor: Int32, into piece: UnsafeMutablePointer<UInt8>, name: String) throws(InputError) -> Int {
        try readPiece(descriptor, into: UnsafeMutableRawBufferPointer(start: piece, count: pieceLength), of: name)
    }

    /// A parser that builds no tree and hands over each element as it comes. Pages have nothing that libxml2 would fetch.
    private static func makeParser(_ name: String) throws(InputError) -> htmlParserCtxtPtr {
        xmlInitParser()
        var handlers = xmlSAXHandler()
        handlers.startElement = { user, name, attributes in
            guard let user, let name else { return }
            let reader = Unmanaged<HTMLTableReader>.fromOpaque(user).takeUnretainedValue()
            name.withMemoryRebound(to: CChar.self, capacity: 1) { name in
                reader.attempt { () throws(InputError) in try reader.rows.begin(XMLName(name)) { value(of: $0, in: attributes) } }
            }
        }
        handlers.endElement = { reader, name in
            guard let reader, let name else { return }
            name.withMemoryRebound(to: CChar.self, capacity: 1) { Unmanaged<HTMLTableReader>.fromOpaque(reader).takeUnretainedValue().rows.end(XMLName($0)) }
        }
        handlers.characters = { user, start, count in
            guard let user else { return }
            let reader = Unmanaged<HTMLTableReader>.fromOpaque(user).takeUnretainedValue()
            reader.attempt { () throws(InputError) in try reader.rows.take(Bytes(start: start, count: Int(count))) }
        }
        handlers.ignorableWhitespace = handlers.characters
        // Scripts and styles come this way.
        handlers.cdataBlock = { _, _, _ in }
        guard let parser = htmlCreatePushParserCtxt(&handlers, nil, nil, 0, nil, XML_CHAR_ENCODING_UTF8) else {
            throw InputError(file: name, "cannot be read: memory is used up")
        }
        let options = HTML_PARSE_RECOVER.rawValue | HTML_PARSE_NOERROR.rawValue | HTML_PARSE_NOWARNING.rawValue
            | HTML_PARSE_IGNORE_ENC.rawValue
        let refused = htmlCtxtUseOptions(parser, Int32(options))
        guard refused == 0, xmlDictSetLimit(parser.pointee.dict, namesLimit) >= 0 else {
            htmlFreeParserCtxt(parser)
            throw InputError(file: name, "cannot be read: libxml2 refuses to be set up")
        }
        return parser
    }
}

private func value(of name: StaticString, in attributes: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?) -> String? {
    guard var at = attributes else { return nil }
    while let attribute = at[0] {
        let isNamed = attribute.withMemoryRebound(to: CChar.self, capacity: 1) { XMLName($0).isNamed(name) }
        if isNamed { return at[1].map { String(cString: $0) } }
        at += 2
    }
    return nil
}
