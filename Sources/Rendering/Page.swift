internal import Adoption
package import Reporting

/// Draws a report as one HTML file that needs nothing else: it reads without scripts, prints on A4, and holds the same
/// texts as the workbook.
///
/// - Parameter stylesheet: the content of `reports/print.css`.
package func page(of report: Report, stylesheet: String) -> String {
    let page: Markup = """
        <!doctype html>
        <html lang="\(report.language.rawValue)">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(report.title) – \(report.head.unit)</title>
        <style>\(stylesheet: stylesheet)</style>
        </head>
        <body>
        \(head(report))
        <main>
        \(report.notices.map { "<p class=\"notice\">\($0)</p>\n" as Markup })\(contents(report))
        \(report.sections.map { section($0, report) })</main>
        \(foot(report))
        </body>
        </html>

        """
    return page.html
}

private func head(_ report: Report) -> Markup {
    let language = report.language
    let superior: Markup = report.head.superior.map { "<span>\($0.uppercased())</span>" } ?? .empty
    return """
        <header>
        <div class="official">
        <p class="issuer">\(superior)<strong>\(report.head.unit.uppercased())</strong></p>
        <p class="state"><strong>\(Words.motto.state(language))</strong><strong class="motto">\(Words.motto.motto(language))</strong></p>
        </div>
        <h1>\(report.title)</h1>
        <p class="period">\(report.periodLine)</p>
        </header>
        """
}

private func contents(_ report: Report) -> Markup {
    let links = report.sections.map { "<li><a href=\"#\($0.id)\">\($0.title)</a></li>" as Markup }
    let title = Words.contents(report.language)
    return "<nav aria-label=\"\(title)\"><ol>\(links)</ol></nav>"
}

private func section(_ section: Section, _ report: Report) -> Markup {
    let tables = section.blocks.compactMap { block -> Table? in if case .table(let table) = block { table } else { nil } }
    let blocks = section.blocks.map { block -> Markup in
        switch block {
        case .paragraphs(let paragraphs): return "\(paragraphs.map { "<p>\($0)</p>\n" as Markup })"
        case .table(let table): return drawing(of: table, report.language)
        case .chart(let chart):
            guard let table = tables.first(where: { $0.id == chart.tableID }) else { return .empty }
            return "<figure>\(drawing(of: chart, table, report.language))<figcaption>\(chart.title)</figcaption></figure>\n"
        }
    }
    let isWide = tables.contains { $0.columns.reduce(0) { $0 + $1.width } > 110 }
    return """
        <section id="\(section.id)"\((isWide ? " class=\"wide\"" : "") as Markup) aria-labelledby="\(section.id)-title">
        <h2 id="\(section.id)-title">\(section.title)</h2>
        \(blocks)</section>

        """
}

private func drawing(of table: Table, _ language: Language) -> Markup {
    """
    <div class="scroll" role="region" tabindex="0" aria-labelledby="\(table.id)">
    <table>
    <caption id="\(table.id)">\(table.caption)</caption>
    <thead>\(header(table))</thead>
    <tbody>
    \(table.rows.map { row($0, table, language) })</tbody>
    </table>
    </div>

    """
}

/// One header row, or two when neighbouring columns share a group.
private func header(_ table: Table) -> Markup {
    guard table.columns.contains(where: { $0.group != nil }) else {
        return "<tr>\(table.columns.map { "<th scope=\"col\">\($0.title)</th>" as Markup })</tr>"
    }
    var upper: [Markup] = []
    var lower: [Markup] = []
    var column = 0
    while column < table.columns.count {
        guard let group = table.columns[column].group else {
            upper.append("<th scope=\"col\" rowspan=\"2\">\(table.columns[column].title)</th>")
            column += 1
            continue
        }
        var end = column
        while end < table.columns.count, table.columns[end].group == group {
            lower.append("<th scope=\"col\">\(table.columns[end].title)</th>")
            end += 1
        }
        upper.append("<th scope=\"colgroup\" colspan=\"\(end - column)\">\(group)</th>")
        column = end
    }
    return "<tr>\(upper)</tr>\n<tr>\(lower)</tr>"
}

/// The first text of a row is its header; a heading's text spans what is empty behind it.
private func row(_ row: Row, _ table: Table, _ language: Language) -> Markup {
    let named = row.cells.lastIndex { if case .text = $0 { true } else { false } }.map { last in
        row.kind == .heading ? last : row.cells.firstIndex { if case .text(let text) = $0 { !text.isEmpty } else { false } } ?? last
    }
    var cells: [Markup] = []
    for (index, cell) in row.cells.enumerated() {
        let text = cell.text(language)
        if row.kind == .heading, let named, index > named { break }
        if index == named {
            let span: Markup = row.kind == .heading ? " colspan=\"\(row.cells.count - index)\"" : .empty
            cells.append("<th scope=\"row\"\(span)>\(text)</th>")
        } else {
            cells.append("<td class=\"\(look(of: cell))\">\(text)</td>")
        }
    }
    let kind: Markup = row.kind == .body ? .empty : row.kind == .total ? " class=\"total\"" : " class=\"heading\""
    return "<tr\(kind)>\(cells)</tr>\n"
}

private func look(of cell: Cell) -> String {
    switch cell {
    case .text, .empty: "text"
    case .rate(let rate): rate.isNoData ? "none" : "number"
    case .verdict(.met): "met"
    case .verdict(.missed): "missed"
    case .verdict, .noData, .notApplicable, .notReported: "none"
    default: "number"
    }
}

private func foot(_ report: Report) -> Markup {
    let made = report.provenance
    let language = report.language
    let facts: [(Text, String)] = [
        (Words.reportID, report.id), (Words.dataVersion, String(made.dataVersion)), (Words.asOf, Cell.day(made.asOf.day).text(language)),
        (Words.definitionsUsed, made.definitions.joined(separator: ", ")), (Words.inputHash, made.inputHash),
    ]
    let lines = facts.filter { !$0.1.isEmpty }.map { "\($0.0(language)): \($0.1)<br>\n" as Markup }
    return """
        <footer>
        <p class="legend">\(Words.legend(language))</p>
        <div class="signatures">
        <p><strong>\(Words.preparedBy(language))</strong><em>\(Words.signature(language))</em></p>
        <p><strong>\(Words.headOfUnit(language))</strong><em>\(Words.signature(language))</em></p>
        </div>
        <p class="provenance">\(lines)</p>
        </footer>
        """
}
