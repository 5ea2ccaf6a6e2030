package import Reporting
import Adoption
import Glibc

/// Draws the report as a workbook: a cover, then one sheet for each section. The same report gives the same bytes.
///
/// The file is written under a temporary name beside `path` and renamed when it is complete and on the disk, so that
/// `path` is always absent, the former workbook, or this one.
///
/// - Parameters:
///   - ruler: one for all workbooks of a pack spares measuring their common texts again.
///   - rowLimit: how many rows of tables a sheet takes; spreadsheet programs know 1 048 576 rows, of which some are for titles and charts.
package func writeWorkbook(of report: Report, to path: String, ruler: TextRuler = TextRuler(), rowLimit: Int = 1_046_576) throws(WorkbookError) {
    let (partial, file) = try makePartialFile(beside: path)
    do throws(WorkbookError) {
        try draw(report, to: partial, ruler, rowLimit)
        guard fsync(file) == 0 else { throw .file(path: path, reason: lastReason()) }
        guard rename(partial, path) == 0 else { throw .file(path: path, reason: lastReason()) }
    } catch {
        close(file)
        unlink(partial)
        throw error
    }
    close(file)
}

/// A new, empty file in the folder of `path`, open for writing.
private func makePartialFile(beside path: String) throws(WorkbookError) -> (path: String, file: CInt) {
    for number in 0..<1_000 {
        let partial = "\(path).\(getpid())-\(number).partial"
        let file = open(partial, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o666)
        if file >= 0 { return (partial, file) }
        guard errno == EEXIST else { throw .file(path: path, reason: lastReason()) }
    }
    throw .file(path: path, reason: "too many unfinished workbooks beside it")
}

private func lastReason() -> String { String(cString: strerror(errno)) }

private func draw(_ report: Report, to path: String, _ ruler: TextRuler, _ rowLimit: Int) throws(WorkbookError) {
    let writer = try XLSXWriter(path: path, ruler: ruler, accent: report.look.accent)
    try writer.setProperties(properties(of: report))
    let cover = try writer.addSheet(Words.cover(report.language))
    var sections: [SectionSheet] = []
    for section in report.sections.flatMap({ $0.parts(rowLimit: rowLimit, report.language) }) {
        sections.append(SectionSheet(section, of: report, on: try writer.addSheet(section.title)))
    }
    let contentsRow = try drawCover(of: report, on: cover, links: sections.map { ($0.linkTitle, $0.sheet) })
    var tables: [String: PlacedTable] = [:]
    for index in sections.indices {
        try sections[index].draw(contents: (cover, contentsRow))
        tables.merge(sections[index].tables) { first, _ in first }
    }
    // A chart may show a table of a later sheet, so charts come last.
    for section in sections { try section.drawCharts(of: tables) }
    try writer.close()
}

private func properties(of report: Report) -> WorkbookProperties {
    let language = report.language
    let provenance = report.provenance
    return WorkbookProperties(
        title: report.title, subject: report.periodLine, author: report.head.unit,
        comments: "\(Words.dataVersion(language)): \(provenance.dataVersion); "
            + "\(Words.inputHash(language)): \(provenance.inputHash)",
        created: provenance.asOf,
        custom: [
            (Words.reportID(language), report.id),
            (Words.dataVersion(language), String(provenance.dataVersion)),
            (Words.definitionsUsed(language), provenance.definitions.joined(separator: ", ")),
            (Words.inputHash(language), provenance.inputHash),
        ].filter { !$0.1.isEmpty })
}

/// How every sheet of the report is printed, but for its own size.
func pageSetup(
    of report: Report, isLandscape: Bool, isOnePage: Bool, repeatedRows: ClosedRange<Int>?, firstRow: Int = 0, lastRow: Int, lastColumn: Int
) -> PageSetup {
    let font = "&\"\(CellStyle.font),Regular\"&9 "
    let notice = pageText(([report.status?.state].compactMap { $0 } + report.notices).joined(separator: " · "))
    return PageSetup(
        isLandscape: isLandscape,
        isOnePage: isOnePage,
        header: notice.isEmpty ? "" : "&C&\"\(CellStyle.font),Bold\"&10 " + notice,
        footer: "&L\(font)\(pageText(report.id))&R\(font)\(Words.page(report.language)) &P/&N",
        repeatedRows: repeatedRows, firstRow: firstRow, lastRow: lastRow, lastColumn: lastColumn)
}
