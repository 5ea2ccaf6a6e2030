internal import Adoption
internal import Glibc

/// Splits a file into records and remembers where each field stood. It reads a piece at a time, so that memory does
/// not grow with the file.
///
/// It is a class because it owns a buffer; fields are views of the buffer until `next()`.
final class CSVReader: RowSource {
    struct Field {
        /// Offsets in the buffer, without the surrounding quotes.
        var start: Int
        var end: Int
        /// It holds a doubled quote, or text after its closing quote.
        var isEscaped: Bool
    }

    /// A record longer than this is the sign of a quote that was never closed.
    static let recordLimit = 32 << 20

    private let input: TextInput
    /// The fields of the current record, in memory of its own: it is filled for every row.
    private var fields = UnsafeMutablePointer<Field>.allocate(capacity: 64)
    private var fieldCapacity = 64
    private(set) var cellCount = 0
    /// The line on which the current record begins.
    private(set) var line = 1
    /// Nothing followed the current record, not even the end of its line.
    private(set) var isUnterminated = false

    private var buffer: UnsafeMutablePointer<UInt8>
    /// How much is read at a time.
    private let pieceLength: Int
    private var capacity: Int
    private var recordStart = 0
    private var position = 0
    private var end = 0
    private var isAtEnd = false
    private var nextLine = 1
    /// Where a field with doubled quotes is put together.
    private var scratch = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 10)
    var delimiter = UInt8(ascii: ",")

    init(_ input: TextInput, pieceLength: Int = 1 << 20) throws(InputError) {
        self.input = input
        self.pieceLength = pieceLength
        capacity = 2 * pieceLength
        buffer = .allocate(capacity: capacity)
        delimiter = CSVReader.likelyDelimiter(input.beginning)
        try fill()
    }

    /// The mark that stands most often in one of the first lines, outside quotation marks.
    private static func likelyDelimiter(_ bytes: [UInt8]) -> UInt8 {
        let candidates = [",", ";", "\t", "|"].map { UInt8(ascii: $0) }
        var counts = [0, 0, 0, 0]
        var most = counts
        var isQuoted = false
        var lines = 0
        for byte in bytes {
            if byte == quote { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == newline || byte == carriageReturn {
                most = zip(most, counts).map(max)
                counts = [0, 0, 0, 0]
                lines += 1
                if lines == Header.previewLength { break }
            } else if let index = candidates.firstIndex(of: byte) {
                counts[index] += 1
            }
        }
        most = zip(most, counts).map(max)
        let greatest = most.max() ?? 0
        return candidates[greatest == 0 ? 0 : most.firstIndex(of: greatest) ?? 0]
    }

    deinit {
        buffer.deallocate()
        scratch.deallocate()
        fields.deallocate()
    }

    var name: String { input.name }
    var byteCount: Int { input.byteCount }
    var bytesRead: Int { input.bytesRead }

    /// SHA-256 of the whole file; only after `next()` has returned false.
    func fingerprint() -> String { input.fingerprint() }

    /// Goes to the next record that is not a blank line. False at the end of the file.
    func next() throws(InputError) -> Bool {
        repeat {
            recordStart = position
            line = nextLine
            while true {
                if let after = scan() {
                    position = after
                    break
                }
                if isAtEnd { throw openQuote }
                try fill()
            }
            if cellCount == 0 { return false }
            endsOpenly = isUnterminated
        } while cellCount == 1 && fields[0].start == fields[0].end
        return true
    }

    /// The bytes of a field, valid until the next call of this function or of `next()`.
    func bytes(_ index: Int) -> Bytes {
        guard index < cellCount else { return Bytes(start: nil, count: 0) }
        let field = fields[index]
        guard field.isEscaped else {
            return UnsafeBufferPointer(start: buffer + field.start, count: field.end - field.start)
        }
        if field.end - field.start > scratch.count {
            scratch.deallocate()
            scratch = .allocate(capacity: field.end - field.start)
        }
        var length = 0
        var isQuoted = true
        var at = field.start
        while at < field.end {
            if buffer[at] == quote, !isQuoted || at + 1 == field.end || buffer[at + 1] != quote {
                isQuoted.toggle()
            } else {
                if buffer[at] == quote { at += 1 }
                scratch[length] = buffer[at]
                length += 1
            }
            at += 1
        }
        return UnsafeBufferPointer(rebasing: scratch[0..<length])
    }

    func form(_ index: Int) -> CellForm { .text }

    func rowFault(columns: Int) -> Fault? {
        if memchr(buffer + recordStart, 0, position - recordStart) != nil { return .nulByte }
        return cellCount == columns ? nil : .wrongFieldCount
    }

    private(set) var endsOpenly = false

    func isCutOff(columns: Int) -> Bool { isUnterminated && cellCount < columns }

    /// Where a field begins: its line, and its column counted in characters from 1.
    func place(_ index: Int) -> (line: Int, column: Int) {
        var (line, column) = (line, 1)
        guard index < cellCount else { return (line, column) }
        var stop = fields[index].start
        if stop > recordStart, buffer[stop - 1] == quote { stop -= 1 }
        for at in recordStart..<max(recordStart, stop) {
            if isLineEnd(at) {
                line += 1
                column = 1
            } else if buffer[at] & 0xC0 != 0x80 {
                column += 1
            }
        }
        return (line, column)
    }

    /// Cuts the record at `recordStart` into fields and returns where the next one begins; nil when the record does not
    /// end within the buffer. No fields at all means the end of the file.
    private func scan() -> Int? {
        cellCount = 0
        nextLine = line
        isUnterminated = false
        var at = recordStart
        if at == end { return isAtEnd ? at : nil }
        while true {
            let isQuoted = at < end && buffer[at] == quote
            guard let stop = isQuoted ? scanQuoted(at + 1) : scanPlain(at) else { return nil }
            at = stop
            if at == end {
                isUnterminated = true
                return at
            }
            if buffer[at] == delimiter {
                at += 1
                if at == end && !isAtEnd { return nil }
                continue
            }
            nextLine += 1
            if buffer[at] == carriageReturn {
                if at + 1 == end && !isAtEnd { return nil }
                if at + 1 < end, buffer[at + 1] == newline { return at + 2 }
            }
            return at + 1
        }
    }

    private func scanPlain(_ start: Int) -> Int? {
        let at = endOfPlain(start)
        if at == end && !isAtEnd { return nil }
        add(Field(start: start, end: at, isEscaped: false))
        return at
    }

    /// The place of the next delimiter or line end, eight bytes at a time; the end of what is in the buffer when there is none.
    private func endOfPlain(_ start: Int) -> Int {
        let (buffer, end, delimiter) = (UnsafeRawPointer(buffer), end, delimiter)
        let ones: UInt64 = 0x0101_0101_0101_0101
        let marks = UInt64(delimiter) &* ones
        var at = start
        while at + 8 <= end {
            let word = buffer.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            // A byte that is zero after the exclusive or leaves its highest bit; the lowest such bit is exact.
            func zeros(_ x: UInt64) -> UInt64 { (x &- ones) & ~x & 0x8080_8080_8080_8080 }
            let found = zeros(word ^ marks) | zeros(word ^ (0x0A &* ones)) | zeros(word ^ (0x0D &* ones))
            if found != 0 { return at + found.trailingZeroBitCount / 8 }
            at += 8
        }
        while at < end {
            let byte = buffer.load(fromByteOffset: at, as: UInt8.self)
            if byte == delimiter || byte == newline || byte == carriageReturn { break }
            at += 1
        }
        return at
    }

    private func scanQuoted(_ start: Int) -> Int? {
        var at = start
        var isEscaped = false
        while true {
            while at < end, buffer[at] != quote {
                if isLineEnd(at) { nextLine += 1 }
                at += 1
            }
            if at >= end || (at + 1 == end && !isAtEnd) { return nil }
            if at + 1 < end, buffer[at + 1] == quote {
                isEscaped = true
                at += 2
                continue
            }
            break
        }
        let close = at
        at += 1
        while at < end, buffer[at] != delimiter, buffer[at] != newline, buffer[at] != carriageReturn { at += 1 }
        if at == end && !isAtEnd { return nil }
        let hasTail = at > close + 1
        add(Field(start: start, end: hasTail ? at : close, isEscaped: isEscaped || hasTail))
        return at
    }

    private func add(_ field: Field) {
        if cellCount == fieldCapacity {
            let larger = UnsafeMutablePointer<Field>.allocate(capacity: 2 * fieldCapacity)
            larger.moveInitialize(from: fields, count: cellCount)
            fields.deallocate()
            (fields, fieldCapacity) = (larger, 2 * fieldCapacity)
        }
        (fields + cellCount).initialize(to: field)
        cellCount += 1
    }

    /// A line ends with LF, CR or CRLF; CRLF is counted at its LF.
    private func isLineEnd(_ at: Int) -> Bool {
        buffer[at] == newline || (buffer[at] == carriageReturn && !(at + 1 < end && buffer[at + 1] == newline))
    }

    private var openQuote: InputError {
        InputError(file: name, line: line, "a quotation mark is opened in this record and never closed; close it, or export the file again")
    }

    /// Moves what is left to the front and reads another piece behind it.
    private func fill() throws(InputError) {
        if recordStart > 0 {
            memmove(buffer, buffer + recordStart, end - recordStart)
            (end, position, recordStart) = (end - recordStart, position - recordStart, 0)
        }
        if end > CSVReader.recordLimit { throw openQuote }
        // A record that does not fit is looked at from its start again, so the pieces grow with it.
        let length = max(pieceLength, end)
        if end + length > capacity {
            let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: end + length)
            larger.update(from: buffer, count: end)
            buffer.deallocate()
            (buffer, capacity) = (larger, end + length)
        }
        let count = try input.read(into: buffer + end, count: length)
        end += count
        isAtEnd = count == 0
    }
}

let quote = UInt8(ascii: "\"")
let newline = UInt8(ascii: "\n")
let carriageReturn = UInt8(ascii: "\r")
