import Adoption
import Reporting

/// The first sheet: the head of an official document, what the report is, what it was made from, and where to sign.
///
/// - Returns: the row in which the list of the sheets begins.
func drawCover(of report: Report, on sheet: XLSXSheet, links: [(title: String, sheet: XLSXSheet)]) throws(WorkbookError) -> Int {
    var cover = Cover(report: report, sheet: sheet)
    for (column, width) in Cover.widths.enumerated() { try sheet.setWidth(width, column: column) }
    try cover.drawHead()
    try cover.drawNotices()
    try cover.drawTitle()
    try cover.drawStatus()
    try cover.drawProvenance()
    let contentsRow = cover.row
    try cover.drawContents(links)
    try cover.drawLegend()
    try cover.drawSignatures()
    try sheet.setUp(
        pageSetup(
            of: report, isLandscape: false, isOnePage: false, repeatedRows: nil, lastRow: cover.row,
            lastColumn: Cover.widths.count - 1))
    return contentsRow
}

private struct Cover {
    static let widths = [22, 16, 24, 28]
    static let left = 0...1
    static let right = 2...3
    static let all = 0...3

    let report: Report
    let sheet: XLSXSheet
    /// The row that is drawn next.
    var row = 0

    /// One row over the given columns, as high as its text needs.
    private mutating func line(
        _ text: String, _ style: CellStyle, _ columns: ClosedRange<Int> = Cover.all, extraHeight: Int = 4
    ) throws(WorkbookError) {
        try sheet.setHeight(height(text, style, columns) + extraHeight, row: row)
        try sheet.write(text, style, rows: row...row, columns: columns)
        row += 1
    }

    private func height(_ text: String, _ style: CellStyle, _ columns: ClosedRange<Int>) -> Int {
        let width = Cover.widths[columns].reduce(0, +)
        return sheet.height(of: text, style, width: width)
    }

    mutating func drawHead() throws(WorkbookError) {
        let language = report.language
        if let logo = report.look.logo {
            let points = 60
            try sheet.setHeight(points, row: row)
            try sheet.insert(logo, heightPoints: points - 6, centredOver: Cover.widths[Cover.left].reduce(0, +), row: row, column: 0)
            row += 1
        }
        let unit = report.head.unit.uppercased()
        let (state, motto) = (Words.motto.state(language), Words.motto.motto(language))
        let rows = report.head.superior.map { [($0, CellStyle.superior, state, CellStyle.unit), (unit, .unit, motto, .motto)] }
            ?? [(unit, CellStyle.unit, state, CellStyle.unit), ("", .unit, motto, .motto)]
        for (left, leftStyle, right, rightStyle) in rows {
            try sheet.setHeight(max(height(left, leftStyle, Cover.left), height(right, rightStyle, Cover.right)) + 2, row: row)
            try sheet.write(left, leftStyle, rows: row...row, columns: Cover.left)
            try sheet.write(right, rightStyle, rows: row...row, columns: Cover.right)
            row += 1
        }
        row += 1
    }

    mutating func drawNotices() throws(WorkbookError) {
        for notice in report.notices { try line(notice, .notice, extraHeight: 12) }
        row += 1
    }

    mutating func drawTitle() throws(WorkbookError) {
        try line(report.title.uppercased(), .reportTitle, extraHeight: 8)
        try line(report.periodLine, .period)
        row += 1
    }

    /// How far the figures have come, and which units are missing.
    mutating func drawStatus() throws(WorkbookError) {
        guard let status = report.status else { return }
        try line(status.state, status.isFinal ? .finalState : .openState, extraHeight: 8)
        for text in status.lines { try line(text, .paragraph) }
        row += 1
    }

    mutating func drawProvenance() throws(WorkbookError) {
        let language = report.language
        let provenance = report.provenance
        let facts: [(Text, Cell)] = [
            (Words.asOf, .day(provenance.asOf.day)), (Words.dataVersion, .text(String(provenance.dataVersion))), (Words.reportID, .text(report.id)),
            (Words.definitionsUsed, .text(provenance.definitions.joined(separator: ", "))), (Words.inputHash, .text(provenance.inputHash)),
        ]
        for (name, cell) in facts.map({ ($0(language), $1) }) where !cell.text(language).isEmpty {
            let value = cell.text(language)
            let height = max(
                sheet.height(of: name, .label, width: Cover.widths[0]),
                sheet.height(of: value, .value, width: Cover.widths[1...3].reduce(0, +)))
            try sheet.setHeight(height + 4, row: row)
            try sheet.write(.text(name), .label, row: row, column: 0)
            if let (number, format) = DrawnCell.number(cell, language) {
                var style = CellStyle.value
                style.numberFormat = format
                try sheet.write("", style, rows: row...row, columns: 1...3)
                try sheet.write(.number(number), style, row: row, column: 1)
            } else {
                try sheet.write(value, .value, rows: row...row, columns: 1...3)
            }
            row += 1
        }
        row += 1
    }

    mutating func drawContents(_ links: [(title: String, sheet: XLSXSheet)]) throws(WorkbookError) {
        guard !links.isEmpty else { return }
        try line(Words.contents(report.language), .caption)
        for (number, link) in links.enumerated() {
            try sheet.writeLink(to: link.sheet, "\(number + 1). \(link.title)", .link, row: row, column: 0)
            row += 1
        }
        row += 1
    }

    mutating func drawLegend() throws(WorkbookError) {
        try line(Words.legend(report.language), .small)
        row += 1
    }

    mutating func drawSignatures() throws(WorkbookError) {
        let (signing, instruction) = (report.signing, Words.signature(report.language))
        try sheet.write(signing.day, .signature, rows: row...row, columns: Cover.right)
        row += 1
        let signer = signing.signer.joined(separator: "\n")
        try sheet.setHeight(max(height(signer, .signer, Cover.right), height(signing.preparedBy, .signer, Cover.left)) + 4, row: row)
        try sheet.write(signing.preparedBy, .signer, rows: row...row, columns: Cover.left)
        try sheet.write(signer, .signer, rows: row...row, columns: Cover.right)
        try sheet.write(instruction, .signature, rows: row + 1...row + 1, columns: Cover.left)
        try sheet.write(instruction, .signature, rows: row + 1...row + 1, columns: Cover.right)
        // Room for the signatures and the names below them.
        row += 6
    }
}
