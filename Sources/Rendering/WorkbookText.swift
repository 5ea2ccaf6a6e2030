/// The most UTF-16 units that a cell holds.
let cellLimit = 32_767

/// The text without what XML or C cannot carry; over `limit` UTF-16 units it is cut and ends with "…".
func workbookText(_ text: String, limit: Int = cellLimit) -> String {
    if isClean(text), text.utf8.count <= limit { return text }
    var clean = String.UnicodeScalarView()
    var last: UInt32 = 0
    for scalar in text.unicodeScalars {
        switch scalar.value {
        case 0x0D: clean.append("\n")
        case 0x0A where last == 0x0D: break
        case 0...8, 0x0B...0x1F, 0xFFFE, 0xFFFF: clean.append("\u{FFFD}")
        default: clean.append(scalar)
        }
        last = scalar.value
    }
    return cut(String(clean), to: limit)
}

/// No control signs but tabs and line feeds, and nothing near U+FFFE: so it is with nearly every text.
private func isClean(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0xEF || $0 == 0x09 || $0 == 0x0A } }

/// A text as cells store it, where `_x0041_` would be read as "A" and so has its first `_` written as `_x005F_`.
func cellText(_ text: String) -> String {
    let clean = workbookText(text)
    return clean.utf8.contains(UInt8(ascii: "_")) ? clean.replacing(/_(?=x[0-9A-Fa-f]{4}_)/, with: "_x005F_") : clean
}

private func cut(_ text: String, to limit: Int) -> String {
    guard text.utf16.count > limit else { return text }
    var length = 1
    var kept = ""
    for character in text {
        length += character.utf16.count
        if length > limit { break }
        kept.append(character)
    }
    return kept + "…"
}

/// A name that spreadsheet programs accept for cells: letters, digits and `_`, and none that could be a cell's own.
func definedName(_ id: String) -> String { "uptake_" + String(id.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }) }

/// A name that spreadsheet programs accept for a sheet and that is not in `taken`, whatever its case.
///
/// At most 31 UTF-16 units. Apostrophes become typographic ones, so that references to the sheet need no escaping.
/// "History" is kept by Excel for itself.
func sheetName(_ title: String, taken: Set<String>) -> String {
    let forbidden: Set<Character> = ["[", "]", ":", "*", "?", "/", "\\", "\n", "\t", "\u{FFFD}"]
    var name = String(workbookText(title).map { forbidden.contains($0) ? "-" : $0 == "'" ? "’" : $0 })
    while name.first == " " { name.removeFirst() }
    while name.last == " " { name.removeLast() }
    if name.isEmpty { name = "-" }
    var candidate = cut(name, to: 31)
    var number = 2
    while taken.contains(candidate.lowercased()) || candidate.lowercased() == "history" {
        let ending = " (\(number))"
        candidate = cut(name, to: 31 - ending.utf16.count) + ending
        number += 1
    }
    return candidate
}

/// A text in the header or footer of a printed page, where `&` begins a command.
func pageText(_ text: String) -> String {
    String(workbookText(text, limit: 110).flatMap { $0 == "&" ? "&&" : $0 == "\n" ? " " : String($0) })
}

/// The lines of a text, those over `limit` characters cut between words.
func pieces(of text: String, limit: Int) -> [String] {
    var pieces: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        var rest = line
        while let end = rest.index(rest.startIndex, offsetBy: limit, limitedBy: rest.endIndex), end < rest.endIndex {
            let space = rest[..<end].lastIndex(of: " ") ?? rest.startIndex
            let cut = space > rest.startIndex ? rest.index(after: space) : end
            pieces.append(String(rest[..<cut]))
            rest = rest[cut...]
        }
        pieces.append(String(rest))
    }
    return pieces
}
