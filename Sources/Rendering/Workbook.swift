internal import Adoption
package import Reporting
internal import Glibc

/// Draws a report as an .xlsx workbook: a cover, then one sheet for each section.
///
/// The file appears under its name only when it is complete. The same report gives the same bytes.
package func writeWorkbook(of report: Report, to path: String) throws(WorkbookError) {
    let unfinished = path + ".part"
    do throws(WorkbookError) {
        let book = try XLSXBook(path: unfinished)
        try draw(report, in: book)
        try book.close()
    } catch {
        unlink(unfinished)
        throw error
    }
    guard rename(unfinished, path) == 0 else {
        let reason = String(cString: strerror(errno))
        unlink(unfinished)
        throw WorkbookError(description: "\(path): cannot be written: \(reason)")
    }
}

private func draw(_ report: Report, in book: XLSXBook) throws(WorkbookError) {
    let made = report.provenance
    try book.setProperties(
        title: report.title, subject: report.periodLine, company: report.head.unit,
        comments: "data version \(made.dataVersion); inputs SHA-256 \(made.inputHash)", created: made.asOf.secondsSinceEpoch)
    try book.setProperty("report", report.id)
    try book.setProperty("data version", String(made.dataVersion))
    try book.setProperty("inputs SHA-256", made.inputHash)
    if !made.definitions.isEmpty { try book.setProperty("definitions", made.definitions.joined(separator: ", ")) }
    let cover = try book.addSheet(Words.cover(report.language))
    var sheets: [(section: Section, sheet: XLSXSheet)] = []
    for section in report.sections { sheets.append((section, try book.addSheet(section.title))) }
    try drawCover(report, on: cover, links: sheets.map { ($0.section.title, $0.sheet.name) })
    for (section, sheet) in sheets {
        var drawing = SheetDrawing(report, section, on: sheet)
        try drawing.draw(back: cover.name)
    }
}

private func drawCover(_ report: Report, on sheet: XLSXSheet, links: [(title: String, sheet: String)]) throws(WorkbookError) {
    let language = report.language
    let head = CellStyle(isBold: true, size: 12, alignment: .centre, wraps: true)
    try sheet.width(0...0, 42)
    try sheet.width(1...1, 4)
    try sheet.width(2...2, 48)
    try sheet.text(0, 0, report.head.superior.map { $0.uppercased() } ?? "", CellStyle(size: 12, alignment: .centre, wraps: true))
    try sheet.text(1, 0, report.head.unit.uppercased(), head)
    try sheet.text(0, 2, Words.motto.state(language), head)
    try sheet.text(1, 2, Words.motto.motto(language), head)
    try sheet.height(1, points: 32)
    var row = 4
    try sheet.merge(row...row, 0...2, report.title.uppercased(), CellStyle(isBold: true, size: 16, alignment: .centre, wraps: true))
    try sheet.height(row, points: 44)
    try sheet.merge((row + 1)...(row + 1), 0...2, report.periodLine, CellStyle(isItalic: true, size: 12, alignment: .centre, wraps: true))
    row += 3
    for notice in report.notices {
        try sheet.merge(row...row, 0...2, notice, noticeStyle)
        try sheet.height(row, points: 34)
        row += 1
    }
    row += 1
    let made = report.provenance
    try sheet.text(row, 0, Words.contents(language), CellStyle(isBold: true, size: 12))
    for (index, line) in Words.provenance(report.id, made.dataVersion, made.asOf.day)(language).enumerated() {
        try sheet.text(row + index, 2, line, CellStyle(size: 11, wraps: true))
    }
    for (index, link) in links.enumerated() {
        try sheet.link(row + 1 + index, 0, to: link.sheet, link.title, CellStyle(colour: 0x1F4E9E))
    }
    row += max(links.count, 3) + 2
    try sheet.merge(row...row, 0...2, Words.legend(language), CellStyle(isItalic: true, size: 10, wraps: true))
    try sheet.height(row, points: 32)
    row += 2
    for (column, title) in [(0, Words.preparedBy), (2, Words.headOfUnit)] {
        try sheet.text(row, column, title(language), head)
        try sheet.text(row + 1, column, Words.signature(language), CellStyle(isItalic: true, alignment: .centre))
    }
    try sheet.printing(isLandscape: false, footer: report.id)
}

/// Bold on yellow with a border: it stands out in black and white too.
let noticeStyle = CellStyle(isBold: true, size: 12, alignment: .centre, wraps: true, hasBorder: true, fill: 0xFFF2CC)
