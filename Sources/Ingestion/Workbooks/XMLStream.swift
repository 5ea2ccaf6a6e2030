internal import Adoption
internal import CExpat

/// What reads the elements of a part of a workbook.
protocol XMLTarget: AnyObject {
    /// - Parameters:
    ///   - element: its name without a prefix.
    ///   - attributes: name and value in turns, with their prefixes, until nil.
    func start(_ element: UnsafePointer<CChar>, _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>)
    func end(_ element: UnsafePointer<CChar>)
    func text(_ bytes: Bytes)
    /// What the target cannot accept; the parser stops at once.
    var fault: String? { get }
}

/// Feeds a part to a target a piece at a time. It is a class because it owns a parser.
///
/// A document type is refused whatever it says, so that no entity is ever declared, and with it no entity bomb.
final class XMLStream {
    private let parser: XML_Parser
    private let context: Context
    private let name: String

    private final class Context {
        // The stream and its target live as long as each other; the parser only borrows them.
        unowned let target: any XMLTarget
        let parser: XML_Parser
        var depth = 0
        var fault: String?

        init(_ target: any XMLTarget, _ parser: XML_Parser) {
            self.target = target
            self.parser = parser
        }

        func stop(_ fault: String) {
            if self.fault == nil { self.fault = fault }
            XML_StopParser(parser, 0)
        }
    }

    private static let depthLimit = 256

    /// - Parameter name: of the file, for errors.
    init(_ target: any XMLTarget, name: String) throws(InputError) {
        guard let parser = XML_ParserCreate(nil) else { throw InputError("expat cannot be started") }
        self.parser = parser
        self.name = name
        context = Context(target, parser)
        XML_SetUserData(parser, Unmanaged.passUnretained(context).toOpaque())
        XML_SetElementHandler(parser, { data, element, attributes in
            guard let context = XMLStream.context(data), let element, let attributes else { return }
            context.depth += 1
            if context.depth > XMLStream.depthLimit { return context.stop("is nested deeper than any workbook") }
            context.target.start(localName(element), attributes)
            if let fault = context.target.fault { context.stop(fault) }
        }, { data, element in
            guard let context = XMLStream.context(data), let element else { return }
            context.depth -= 1
            context.target.end(localName(element))
            if let fault = context.target.fault { context.stop(fault) }
        })
        XML_SetCharacterDataHandler(parser, { data, text, length in
            guard let context = XMLStream.context(data), let text else { return }
            text.withMemoryRebound(to: UInt8.self, capacity: Int(length)) { context.target.text(Bytes(start: $0, count: Int(length))) }
            if let fault = context.target.fault { context.stop(fault) }
        })
        XML_SetStartDoctypeDeclHandler(parser, { data, _, _, _, _ in
            XMLStream.context(data)?.stop("declares a document type, which no workbook does; it may have been made to do harm")
        })
    }

    deinit { XML_ParserFree(parser) }

    /// - Parameter isLast: nothing follows.
    func feed(_ bytes: ArraySlice<UInt8>, isLast: Bool) throws(InputError) {
        let status = bytes.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { XML_Parse(parser, $0.baseAddress, Int32($0.count), isLast ? 1 : 0) }
        }
        if let fault = context.fault { throw InputError(file: name, fault) }
        guard status == XML_STATUS_OK else { throw InputError(file: name, "has a part that is not XML; it was damaged, export it again") }
    }

    private static func context(_ data: UnsafeMutableRawPointer?) -> Context? {
        data.map { Unmanaged<Context>.fromOpaque($0).takeUnretainedValue() }
    }
}

/// Without the prefix of a namespace.
private func localName(_ name: UnsafePointer<CChar>) -> UnsafePointer<CChar> {
    var at = name
    var start = name
    while at.pointee != 0 {
        if at.pointee == CChar(UInt8(ascii: ":")) { start = at + 1 }
        at += 1
    }
    return start
}

extension UnsafePointer<CChar> {
    static func ~= (word: StaticString, name: UnsafePointer<CChar>) -> Bool { name.equals(word) }

    func equals(_ word: StaticString) -> Bool {
        for index in 0..<word.utf8CodeUnitCount where self[index] != CChar(bitPattern: word.utf8Start[index]) { return false }
        return self[word.utf8CodeUnitCount] == 0
    }
}

/// The value of an attribute by its local name; nil when it is not there.
func attribute(_ wanted: StaticString, of attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>) -> UnsafePointer<CChar>? {
    var at = attributes
    while let name = at[0], let value = at[1] {
        if localName(name).equals(wanted) { return value }
        at += 2
    }
    return nil
}
