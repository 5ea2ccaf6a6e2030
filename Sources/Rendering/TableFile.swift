import Adoption
package import Reporting

/// A table as comma-separated values, for whoever wants its numbers: a byte-order mark, so that spreadsheet programs read the letters right, one header row,
/// counts as plain digits, everything else as a reader sees it.
///
/// - Parameter remark: what must be known of every row, such as that it is invented; a last column of its own where there is any.
package func commaSeparated(_ table: Table, language: Language, remark: String = "") -> String {
    let header = table.columns.map { [$0.group, $0.title].compactMap { $0 }.joined(separator: " – ") } + (remark.isEmpty ? [] : [Words.notice(language)])
    let rows = table.rows.map { row in row.cells.map { text(of: $0, language) } + (remark.isEmpty ? [] : [commaSeparatedCell(remark)]) }
    return "\u{FEFF}" + ([header.map { commaSeparatedCell($0) }] + rows).map { $0.joined(separator: ",") + "\r\n" }.joined()
}

private func text(of cell: Cell, _ language: Language) -> String {
    switch cell {
    case .count(let value), .amountVND(let value), .difference(let value): String(value)
    // A sign in front of it makes no formula of a number.
    case .percentagePoints, .scoreDifference: "\"\(cell.text(language))\""
    default: commaSeparatedCell(cell.text(language))
    }
}
