internal import Rendering
internal import Reporting

/// What a letter is made of before it is drawn.
enum LetterBlock: Hashable, Sendable {
    /// What must be known before any figure: nothing stands above it.
    case notices([String])
    case heading(String)
    case paragraphs([String])
    case list([String])
    case grid(LetterGrid)
    case files([LetterFile])
    case link(String, address: String)
    /// What few read: where it comes from and how to check it.
    case small([String])
}

/// A small table. The first cell of a row names it.
struct LetterGrid: Hashable, Sendable {
    let columns: [String]
    let rows: [[String]]
}

/// A file as the letter names it.
struct LetterFile: Hashable, Sendable {
    let name: String
    /// Its size, and what else is to be said of it.
    let remark: String
    let sha256: String
}

// MARK: Plain text

extension LetterBlock {
    /// Lines of at most 76 signs. A table becomes a name and a line of what it has, or one line for both where that is one value, which a telephone breaks better than columns.
    var text: String {
        switch self {
        case .notices(let texts): texts.map { wrapped($0, first: "! ", indent: 2) }.joined(separator: "\n")
        case .heading(let text): wrapped(text.uppercased())
        case .paragraphs(let texts): texts.map { wrapped($0) }.joined(separator: "\n\n")
        case .list(let texts): texts.map { wrapped($0, first: "- ", indent: 2) }.joined(separator: "\n")
        case .grid(let grid): grid.text
        case .files(let files): files.map { wrapped("\($0.name) (\($0.remark))", first: "- ", indent: 2) + "\n" + wrapped("SHA-256: \($0.sha256)", first: "  ", indent: 2) }.joined(separator: "\n")
        case .link(let text, let address): wrapped(text + ":") + "\n" + oneLine(address)
        case .small(let texts): texts.map { wrapped($0) }.joined(separator: "\n")
        }
    }
}

extension LetterGrid {
    fileprivate var text: String {
        rows.map { row in
            if columns.count == 2 { return wrapped(row.joined(separator: ": "), indent: 2) }
            let values = zip(columns, row).dropFirst().map { "\($0): \($1)" }.joined(separator: " · ")
            return wrapped(row.first ?? "") + "\n" + wrapped(values, first: "  ", indent: 2)
        }.joined(separator: "\n")
    }
}

/// The text in lines of at most 76 signs as a reader counts them: a letter with its marks is one. A longer word stands alone.
///
/// - Parameters:
///   - first: what the first line begins with.
///   - indent: by how much the others are set in.
func wrapped(_ text: String, first: String = "", indent: Int = 0) -> String {
    var lines: [String] = []
    var (line, length, isBegun) = (first, first.count, false)
    for word in oneLine(text).split(separator: " ") {
        if isBegun, length + 1 + word.count > 76 {
            lines.append(line)
            (line, length, isBegun) = (String(repeating: " ", count: indent), indent, false)
        }
        line += (isBegun ? " " : "") + word
        length += (isBegun ? 1 : 0) + word.count
        isBegun = true
    }
    return (lines + [line]).joined(separator: "\n")
}

/// A text from outside in one line: without signs that steer a mail reader or turn the direction of writing.
func oneLine(_ text: String) -> String {
    var (result, isSpaceDue) = (String.UnicodeScalarView(), false)
    for scalar in text.unicodeScalars {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .spaceSeparator: isSpaceDue = true
        default:
            if scalar.properties.isBidiControl { continue }
            if isSpaceDue, !result.isEmpty { result.append(" ") }
            isSpaceDue = false
            result.append(scalar)
        }
    }
    return String(result)
}

/// At most so many signs, cut between words.
func shortened(_ text: String, to limit: Int, more: String = "…") -> String {
    let text = oneLine(text)
    guard text.count > limit else { return text }
    let head = text.prefix(limit)
    let cut = head.lastIndex(of: " ").map { head[..<$0] } ?? head
    return cut + more
}

// MARK: HTML

/// Styles stand in the elements, since many readers take away a style sheet. No colour is given to text or ground, so that a reader's own
/// dark colours hold; lines are of a grey that is seen on both.
func letterPage(_ title: String, _ blocks: [LetterBlock], _ language: Language) -> String {
    let document: Markup = """
        <!DOCTYPE html>
        <html lang="\(language.rawValue)">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="supported-color-schemes" content="light dark">
        <title>\(title)</title>
        </head>
        <body style="margin:0;padding:0">
        <div style="max-width:600px;margin:0 auto;padding:16px 12px;font-family:-apple-system,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif;font-size:16px;line-height:1.5;overflow-wrap:break-word">
        \(blocks.map(\.markup))</div>
        </body>
        </html>

        """
    return document.html
}

extension LetterBlock {
    fileprivate var markup: Markup {
        switch self {
        case .notices(let texts):
            return """
                <div role="note" style="border:1px solid #8a8a8a;border-left:6px solid #c2700a;padding:8px 12px;margin:0 0 16px">
                \(texts.map { text -> Markup in "<p style=\"margin:0 0 4px;font-size:15px\">\(oneLine(text))</p>\n" })</div>

                """
        case .heading(let text):
            return "<h2 style=\"font-size:19px;line-height:1.3;margin:24px 0 8px\">\(oneLine(text))</h2>\n"
        case .paragraphs(let texts):
            return "\(texts.map { text -> Markup in "<p style=\"margin:0 0 10px\">\(oneLine(text))</p>\n" })"
        case .list(let texts):
            return "<ul style=\"margin:0 0 12px;padding-left:22px\">\n\(texts.map { text -> Markup in "<li style=\"margin:0 0 6px\">\(oneLine(text))</li>\n" })</ul>\n"
        case .grid(let grid):
            return grid.markup
        case .files(let files):
            return "<ul style=\"margin:0 0 12px;padding-left:22px\">\n\(files.map(\.markup))</ul>\n"
        case .link(let text, let address):
            return "<p style=\"margin:0 0 12px\"><a href=\"\(oneLine(address))\">\(oneLine(text))</a></p>\n"
        case .small(let texts):
            return "\(texts.map { text -> Markup in "<p style=\"margin:0 0 6px;font-size:14px;overflow-wrap:anywhere\">\(oneLine(text))</p>\n" })"
        }
    }
}

extension LetterGrid {
    fileprivate var markup: Markup {
        let head = columns.enumerated().map { place, column -> Markup in
            place == 0
                ? "<th scope=\"col\" style=\"text-align:left;vertical-align:bottom;padding:6px 8px 6px 0;border-bottom:2px solid #8a8a8a\">\(oneLine(column))</th>"
                : "<th scope=\"col\" style=\"text-align:right;vertical-align:bottom;padding:6px 0 6px 8px;border-bottom:2px solid #8a8a8a\">\(oneLine(column))</th>"
        }
        let body = rows.map { row -> Markup in
            let cells = row.enumerated().map { place, cell -> Markup in
                place == 0
                    ? "<th scope=\"row\" style=\"text-align:left;font-weight:normal;padding:6px 8px 6px 0;border-bottom:1px solid #8a8a8a;overflow-wrap:anywhere\">\(oneLine(cell))</th>"
                    : "<td style=\"text-align:right;padding:6px 0 6px 8px;border-bottom:1px solid #8a8a8a\">\(oneLine(cell))</td>"
            }
            return "<tr>\(cells)</tr>\n"
        }
        return """
            <table style="border-collapse:collapse;width:100%;margin:0 0 16px;font-size:15px;line-height:1.4">
            <thead>
            <tr>\(head)</tr>
            </thead>
            <tbody>
            \(body)</tbody>
            </table>

            """
    }
}

extension LetterFile {
    fileprivate var markup: Markup {
        """
        <li style="margin:0 0 8px;overflow-wrap:anywhere">\(oneLine(name)) (\(oneLine(remark)))<br>
        <span style="font-size:14px">SHA-256: <code style="font-size:13px;word-break:break-all">\(oneLine(sha256))</code></span></li>

        """
    }
}
