internal import Adoption

/// Which cell styles show a number as a moment.
final class CellStyles: XMLHandler {
    /// By style number.
    private(set) var areMoments: [Bool] = []
    private var customFormats: [Int: Bool] = [:]
    private var levels: [Level] = []

    private enum Level { case formats, cellStyles, other }

    init(part: String?, of archive: ZipArchive) throws(InputError) {
        guard let part else { return }
        let stream = try XMLStream(part, of: archive, handler: self)
        while try stream.advance() {}
    }

    func begin(_ element: XMLName, _ attributes: XMLAttributes) {
        switch element {
        case "numFmts": levels.append(.formats)
        case "cellXfs": levels.append(.cellStyles)
        case "numFmt" where levels.last == .formats:
            if let number = attributes["numFmtId"].flatMap({ Int($0) }), let code = attributes["formatCode"] {
                customFormats[number] = NumberFormat.isMoment(code)
            }
            levels.append(.other)
        case "xf" where levels.last == .cellStyles:
            let number = attributes["numFmtId"].flatMap { Int($0) } ?? 0
            areMoments.append(customFormats[number] ?? NumberFormat.builtInMoments.contains(number))
            levels.append(.other)
        default: levels.append(.other)
        }
    }

    func end() -> Bool {
        levels.removeLast()
        return false
    }

    func text(_ bytes: Bytes) {}
}

enum NumberFormat {
    /// The formats that have a number and no code in the file; some of them only in East Asian Excel.
    static let builtInMoments = Set([14...22, 27...36, 45...47, 50...58].joined())

    /// Whether a format code holds a letter of a year, month, day, hour, minute or second, outside of quotes, brackets
    /// and escapes. A `#` or `?` says that it is an amount with a unit. Only the format of positive numbers is looked at.
    static func isMoment(_ code: String) -> Bool {
        if code.lowercased() == "general" { return false }
        var hasLetter = false
        var closing: UInt8?
        var isEscaped = false
        for byte in code.utf8 {
            if isEscaped {
                isEscaped = false
            } else if let end = closing {
                if byte == end { closing = nil }
            } else {
                switch byte {
                case UInt8(ascii: "\\"), UInt8(ascii: "_"), UInt8(ascii: "*"): isEscaped = true
                case UInt8(ascii: "\""): closing = byte
                case UInt8(ascii: "["): closing = UInt8(ascii: "]")
                case UInt8(ascii: ";"): return hasLetter
                case UInt8(ascii: "#"), UInt8(ascii: "?"): return false
                default: if "yYmMdDhHsS".utf8.contains(byte) { hasLetter = true }
                }
            }
        }
        return hasLetter
    }
}
