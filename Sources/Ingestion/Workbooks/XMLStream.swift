internal import Adoption
internal import CExpat

/// What is told of a part while it is read. Names come without their prefix: `row` for `x:row`.
protocol XMLHandler: AnyObject {
    func begin(_ element: XMLName, _ attributes: XMLAttributes) throws(InputError)
    /// True when reading shall pause behind this element.
    func end() throws(InputError) -> Bool
    func text(_ bytes: Bytes) throws(InputError)
}

/// A name in the parser's memory.
struct XMLName {
    /// Behind the prefix.
    let start: UnsafePointer<CChar>

    init(_ full: UnsafePointer<CChar>) {
        var start = full
        var at = full
        while at.pointee != 0 {
            if at.pointee == 0x3A { start = at + 1 }
            at += 1
        }
        self.start = start
    }

    static func ~= (name: StaticString, element: XMLName) -> Bool { element.isNamed(name) }

    func isNamed(_ name: StaticString) -> Bool {
        name.withUTF8Buffer { name in
            for (at, byte) in name.enumerated() where UInt8(bitPattern: start[at]) != byte { return false }
            return start[name.count] == 0
        }
    }

    var text: String { String(cString: start) }
}

/// The attributes of an element, valid within the call that hands them over.
struct XMLAttributes {
    fileprivate let pairs: UnsafeMutablePointer<UnsafePointer<CChar>?>

    func forEach(_ visit: (XMLName, UnsafePointer<CChar>) -> Void) {
        var at = pairs
        while let name = at[0], let value = at[1] {
            visit(XMLName(name), value)
            at += 2
        }
    }

    subscript(_ name: StaticString) -> String? {
        var found: String?
        forEach { if $0.isNamed(name) { found = String(cString: $1) } }
        return found
    }
}

/// Reads a part of an archive as XML, a piece at a time, and can pause.
///
/// A document type is refused, and with it every entity that could grow or reach elsewhere.
/// It is a class because it owns a C parser that points back to it.
final class XMLStream {
    static let depthLimit = 256
    /// A tag with its attributes; text is not limited here, since it comes in pieces.
    private static let tagLimit = 1 << 20
    /// The parser remembers each name it ever saw; real parts have a few dozen.
    private static let nameLimit = 4_096
    private static let pieceLength = 1 << 16

    private let part: ZipPart
    private let handler: any XMLHandler
    private let parser: XML_Parser
    /// How a message begins: the file and the part.
    private let place: (file: String, part: String)
    private var names: Set<Int> = []
    private var depth = 0
    private var fed = 0
    private var failure: InputError?
    private var isPaused = false
    private var isAtEnd = false

    init(_ name: String, of archive: ZipArchive, handler: any XMLHandler) throws(InputError) {
        part = try ZipPart(name, of: archive)
        self.handler = handler
        place = (archive.name, name)
        guard let parser = XML_ParserCreate(nil) else { throw InputError(file: archive.name, "cannot be read: memory is used up") }
        self.parser = parser
        XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        XML_SetElementHandler(
            parser,
            { stream, name, attributes in
                guard let stream, let name, let attributes else { return }
                Unmanaged<XMLStream>.fromOpaque(stream).takeUnretainedValue().begin(name, attributes)
            },
            { stream, _ in
                guard let stream else { return }
                Unmanaged<XMLStream>.fromOpaque(stream).takeUnretainedValue().end()
            })
        XML_SetCharacterDataHandler(parser) { stream, start, count in
            guard let stream, let start else { return }
            let bytes = UnsafeRawBufferPointer(start: start, count: Int(count)).assumingMemoryBound(to: UInt8.self)
            Unmanaged<XMLStream>.fromOpaque(stream).takeUnretainedValue().text(bytes)
        }
        XML_SetStartDoctypeDeclHandler(parser) { stream, _, _, _, _ in
            guard let stream else { return }
            Unmanaged<XMLStream>.fromOpaque(stream).takeUnretainedValue().refuseDoctype()
        }
    }

    deinit { XML_ParserFree(parser) }

    /// From 0 to 1.
    var progress: Double { isAtEnd || part.size == 0 ? 1 : Double(part.unpacked) / Double(part.size) }

    /// Reads on until the handler pauses. False at the end of the part.
    func advance() throws(InputError) -> Bool {
        while isPaused || !isAtEnd {
            let status: XML_Status
            if isPaused {
                isPaused = false
                status = XML_ResumeParser(parser)
            } else {
                guard let buffer = XML_GetBuffer(parser, Int32(XMLStream.pieceLength)) else { throw malformed }
                let count = try part.read(into: buffer, count: XMLStream.pieceLength)
                fed += count
                isAtEnd = count == 0
                status = XML_ParseBuffer(parser, Int32(count), isAtEnd ? 1 : 0)
            }
            if let failure { throw failure }
            switch status {
            case XML_STATUS_SUSPENDED:
                isPaused = true
                return true
            case XML_STATUS_OK:
                if !isAtEnd, fed - Int(XML_GetCurrentByteIndex(parser)) > XMLStream.tagLimit { throw refusal("holds a tag of more than 1 MiB") }
            default: throw malformed
            }
        }
        return false
    }

    private var malformed: InputError {
        let reason = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "no reason is given"
        return refusal("is no proper XML at line \(XML_GetCurrentLineNumber(parser)) (\(reason))")
    }

    private func refusal(_ reason: String) -> InputError {
        InputError(file: place.file, "is damaged: '\(place.part)' \(reason); open it in Excel and save it again")
    }

    private func begin(_ name: UnsafePointer<CChar>, _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>) {
        depth += 1
        attempt { () throws(InputError) in
            if depth > XMLStream.depthLimit { throw refusal("is nested more than \(XMLStream.depthLimit) deep") }
            try remember(name)
            var at = attributes
            while let attribute = at[0] {
                try remember(attribute)
                at += 2
            }
            try handler.begin(XMLName(name), XMLAttributes(pairs: attributes))
        }
    }

    /// Counts the different names. Those of one or two bytes cannot be many.
    private func remember(_ name: UnsafePointer<CChar>) throws(InputError) {
        if name[0] == 0 || name[1] == 0 || name[2] == 0 { return }
        var hash = 0
        var at = name
        while at.pointee != 0 {
            hash = hash &* 31 &+ Int(at.pointee)
            at += 1
        }
        if names.insert(hash).inserted, names.count > XMLStream.nameLimit { throw refusal("has more kinds of elements than a workbook has") }
    }

    private func end() {
        depth -= 1
        attempt { () throws(InputError) in
            if try handler.end() { stop(resumable: true) }
        }
    }

    private func text(_ bytes: Bytes) { attempt { () throws(InputError) in try handler.text(bytes) } }

    private func refuseDoctype() {
        attempt { () throws(InputError) in throw refusal("declares a document type, which no workbook does") }
    }

    /// Calls from C cannot throw; the first error is kept and stops the parser.
    private func attempt(_ action: () throws(InputError) -> Void) {
        if failure != nil { return }
        do throws(InputError) {
            try action()
        } catch {
            failure = error
            stop(resumable: false)
        }
    }

    private func stop(resumable: Bool) {
        if XML_StopParser(parser, resumable ? 1 : 0) != XML_STATUS_OK, failure == nil { failure = malformed }
    }
}
