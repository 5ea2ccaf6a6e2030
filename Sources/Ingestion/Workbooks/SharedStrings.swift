internal import Adoption

/// The texts that the cells of a workbook point to, in one run, with the place of each.
///
/// It is a class because all sheets share it. Once it is filled it does not change.
final class SharedStrings: XMLHandler {
    private(set) var count = 0
    private let name: String
    fileprivate let texts: SpillingBuffer
    /// Where each text begins in `texts`, as eight bytes; after the last the end of all.
    fileprivate let starts: SpillingBuffer
    private let pending = ByteBuffer()
    private var collector = TextCollector()
    private var isInItem = false

    /// - Parameter part: nil for a workbook without shared texts.
    init(part: String?, of archive: ZipArchive, memoryLimit: Int = 32 << 20) throws(InputError) {
        name = archive.name
        texts = SpillingBuffer(name: name, limit: memoryLimit)
        starts = SpillingBuffer(name: name, limit: memoryLimit)
        try appendStart()
        if let part {
            let stream = try XMLStream(part, of: archive, handler: self)
            while try stream.advance() {}
        }
        try texts.finish()
        try starts.finish()
    }

    func begin(_ element: XMLName, _ attributes: XMLAttributes) throws(InputError) {
        if isInItem {
            collector.begin(element)
        } else if element.isNamed("si") {
            isInItem = true
            pending.truncate(to: 0)
            collector = TextCollector()
        }
    }

    func end() throws(InputError) -> Bool {
        guard isInItem else { return false }
        if collector.end() { return false }
        isInItem = false
        decodeEscapes(pending, from: 0)
        try texts.append(pending.bytes)
        count += 1
        try appendStart()
        return false
    }

    func text(_ bytes: Bytes) throws(InputError) {
        guard isInItem, collector.isInText else { return }
        pending.append(bytes)
        if pending.count > cellTextLimit { throw cellTooLong(name) }
    }

    private func appendStart() throws(InputError) {
        var place = UInt64(texts.count)
        let result = withUnsafeBytes(of: &place) { bytes -> Result<Void, InputError> in
            Result { () throws(InputError) in try starts.append(bytes.assumingMemoryBound(to: UInt8.self)) }
        }
        try result.get()
    }
}

/// Looks up shared texts. Each reader has its own, since it remembers what it last read from the disk.
///
/// It is a class because its windows own memory.
final class SharedStringLookup {
    private let strings: SharedStrings
    private let texts: SpillWindow
    private let starts: SpillWindow

    init(_ strings: SharedStrings) {
        self.strings = strings
        texts = SpillWindow(strings.texts)
        starts = SpillWindow(strings.starts)
    }

    var count: Int { strings.count }

    func isEmpty(_ index: Int) throws(InputError) -> Bool {
        let (start, end) = try range(index)
        return start == end
    }

    /// Valid until the next call.
    func bytes(_ index: Int) throws(InputError) -> Bytes {
        let (start, end) = try range(index)
        return try texts.bytes(at: start, count: end - start)
    }

    private func range(_ index: Int) throws(InputError) -> (Int, Int) {
        let pair = UnsafeRawBufferPointer(try starts.bytes(at: 8 * index, count: 16))
        return (Int(pair.loadUnaligned(as: UInt64.self)), Int(pair.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }
}

/// Which text inside an item counts: that of `t` and of the `t` in each run `r`, not the reading aids `rPh`.
struct TextCollector {
    private enum Level { case text, run, other }

    private var levels: [Level] = []

    var isInText: Bool { levels.last == .text }

    mutating func begin(_ element: XMLName) {
        let isInside = levels.isEmpty || levels.last == .run
        switch element {
        case "t" where isInside: levels.append(.text)
        case "r" where levels.isEmpty: levels.append(.run)
        default: levels.append(.other)
        }
    }

    /// False when the item itself ends.
    mutating func end() -> Bool { levels.popLast() != nil }
}

/// No cell of Excel holds more than 32,767 characters.
let cellTextLimit = 1 << 20

func cellTooLong(_ name: String) -> InputError {
    InputError(file: name, "has a cell with more than 1 MiB of text, which Excel does not allow; shorten it")
}

/// Replaces `_x000D_` and the like, with which workbooks write characters that XML cannot hold.
func decodeEscapes(_ buffer: ByteBuffer, from start: Int) {
    let end = buffer.count
    guard buffer.bytes(start, end).contains(underscore) else { return }
    var (from, to) = (start, start)
    while from < end {
        guard buffer[from] == underscore, let unit = escape(buffer, from, end) else {
            buffer[to] = buffer[from]
            (from, to) = (from + 1, to + 1)
            continue
        }
        var scalar = Unicode.Scalar(unit)
        var length = 7
        if UTF16.isLeadSurrogate(unit), let trail = escape(buffer, from + 7, end), UTF16.isTrailSurrogate(trail) {
            scalar = Unicode.Scalar(0x10000 + ((UInt32(unit) & 0x3FF) << 10 | UInt32(trail) & 0x3FF))
            length = 14
        }
        if let scalar {
            for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
                buffer[to] = byte
                to += 1
            }
        } else {
            for at in from..<(from + length) {
                buffer[to] = buffer[at]
                to += 1
            }
        }
        from += length
    }
    buffer.truncate(to: to)
}

private let underscore = UInt8(ascii: "_")

/// The number in `_xHHHH_`; nil for anything else.
private func escape(_ buffer: ByteBuffer, _ at: Int, _ end: Int) -> UInt16? {
    guard at + 7 <= end, buffer[at] == underscore, buffer[at + 1] == UInt8(ascii: "x"), buffer[at + 6] == underscore else { return nil }
    var unit: UInt16 = 0
    for place in (at + 2)..<(at + 6) {
        guard let digit = Character(Unicode.Scalar(buffer[place])).hexDigitValue, buffer[place] < 0x80 else { return nil }
        unit = unit << 4 | UInt16(digit)
    }
    return unit
}
