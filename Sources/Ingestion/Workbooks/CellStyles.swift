/// Which styles of a workbook show a number as a moment.
final class CellStyles: XMLTarget {
    let fault: String? = nil
    private var momentFormats: Set<Int> = Set(14...22).union(27...36).union(45...47).union(50...58)
    private var formats: [Int] = []
    private var isInCellFormats = false

    func isMoment(style: Int) -> Bool { formats.indices.contains(style) && momentFormats.contains(formats[style]) }

    func start(_ element: UnsafePointer<CChar>, _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>) {
        switch element {
        case "numFmt":
            guard let id = attribute("numFmtId", of: attributes).flatMap({ Int(String(cString: $0)) }), let code = attribute("formatCode", of: attributes) else { return }
            if CellStyles.isMomentFormat(String(cString: code)) { momentFormats.insert(id) } else { momentFormats.remove(id) }
        case "cellXfs": isInCellFormats = true
        case "xf" where isInCellFormats:
            formats.append(attribute("numFmtId", of: attributes).flatMap { Int(String(cString: $0)) } ?? 0)
        default: break
        }
    }

    func end(_ element: UnsafePointer<CChar>) { if element.equals("cellXfs") { isInCellFormats = false } }
    func text(_ bytes: Bytes) {}

    /// It has a y, m, d, h or s outside of quotation marks, brackets and escapes.
    static func isMomentFormat(_ code: String) -> Bool {
        var rest = Substring(code)
        while let sign = rest.first {
            rest = rest.dropFirst()
            switch sign {
            case "\"": rest = rest.drop { $0 != "\"" }.dropFirst()
            case "[":
                // [h], [mm], [ss] count hours, minutes and seconds; [Red] and [$-409] are no part of the number.
                let inner = rest.prefix { $0 != "]" }
                if !inner.isEmpty, inner.allSatisfy({ "hHmMsS".contains($0) }) { return true }
                rest = rest.dropFirst(inner.count + 1)
            case "\\", "_", "*": rest = rest.dropFirst()
            case ";": return false
            case "y", "Y", "m", "M", "d", "D", "h", "H", "s", "S": return true
            default:
                // "General" has no such letter but an e; a format that begins with G is that one.
                if sign == "G" || sign == "g" { rest = rest.drop { $0.isLetter } }
            }
        }
        return false
    }
}
