import Adoption
package import Reporting

/// A table as comma-separated values, for whoever wants its numbers: a byte-order mark, so that spreadsheet programs read the letters right, one header row,
/// counts as plain digits, everything else as a reader sees it.
package func commaSeparated(_ table: Table, language: Language) -> String {
    let header = table.columns.map { [$0.group, $0.title].compactMap { $0 }.joined(separator: " – ") }
    let rows = table.rows.map { row in row.cells.map { text(of: $0, language) } }
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
