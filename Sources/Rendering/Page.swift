package import Reporting
import Adoption
import Hashing

/// Draws a report as one HTML file that asks the network for nothing and runs no script; only a draft has one, which saves what was written in it.
///
/// - Parameter stylesheet: the text of `print.css`, which becomes a part of the file.
package func page(of report: Report, stylesheet: String) -> String {
    let form = PageForm(report)
    let document: Markup = """
        <!DOCTYPE html>
        <html lang="\(report.language.rawValue)">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'\(report.look.logo == nil ? "" : "; img-src data:")\(form.policy)">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(report.title) – \(report.head.unit)</title>
        \(Markup(stylesheet: stylesheet + colours(of: report.look)))
        </head>
        <body>
        <div class="sheet">
        \(notices(of: report))\(letterhead(of: report))<main>
        <h1>\(report.title)</h1>
        <p class="period">\(report.periodLine)</p>
        \(status(of: report))        \(contents(of: report))\(sections(of: report))<p class="legend">\(Words.legend(report.language))</p>
        \(signatures(of: report))</main>
        \(provenance(of: report))</div>
        \(form.script)        </body>
        </html>

        """
    return document.html
}

private func notices(of report: Report) -> Markup {
    guard !report.notices.isEmpty else { return "" }
    let heading = Words.notice(report.language)
    return """
        <aside class="notices" aria-label="\(heading)">
        <p class="notice-heading">\(heading)</p>
        \(paragraphs(report.notices))</aside>

        """
}

/// How far the figures have come, and which units are missing.
private func status(of report: Report) -> Markup {
    guard let status = report.status else { return "" }
    let kind: Markup = status.isFinal ? "final" : "open"
    return """
        <div class="status \(kind)">
        <p class="state-of-figures">\(status.state)</p>
        \(paragraphs(status.lines))</div>

        """
}

/// The head that Decree 30/2020/NĐ-CP gives an official document: the issuing body left, the state and its motto right.
private func letterhead(of report: Report) -> Markup {
    let language = report.language
    // It says nothing that the names beside it do not.
    let logo: Markup = report.look.logo.map { "<img class=\"logo\" alt=\"\" src=\"data:image/png;base64,\(Digest.base64($0.bytes))\">\n" } ?? ""
    let superior: Markup = report.head.superior.map { "<p class=\"superior\">\($0)</p>\n" } ?? ""
    return """
        <header class="letterhead">
        <div class="issuer">
        \(logo)\(superior)<p class="unit">\(report.head.unit)</p>
        </div>
        <div class="state">
        <p class="state-name">\(Words.motto.state(language))</p>
        <p class="motto">\(Words.motto.motto(language))</p>
        </div>
        </header>

        """
}

/// Links to the sections; a report of one section needs none.
private func contents(of report: Report) -> Markup {
    guard report.sections.count > 1 else { return "" }
    let heading = Words.contents(report.language)
    let links = report.sections.map { section -> Markup in
        "<li><a href=\"#section-\(section.id)\">\(section.title)</a></li>\n"
    }
    return """
        <nav class="contents" aria-label="\(heading)">
        <p class="contents-heading">\(heading)</p>
        <ul>
        \(links)</ul>
        </nav>

        """
}

/// What a section says, by which two drawings of it can be compared.
package func text(of section: Section, in report: Report) -> String {
    let tables = tables(of: report)
    return section.blocks.map { drawing(of: $0, tables, report.language).html }.joined()
}

private func tables(of report: Report) -> [String: Table] {
    Dictionary(report.tables.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
}

private func sections(of report: Report) -> [Markup] {
    let tables = tables(of: report)
    return report.sections.map { section in
        let wide: Markup = section.isWide ? " class=\"wide\"" : ""
        return """
            <section id="section-\(section.id)" aria-labelledby="heading-\(section.id)"\(wide)>
            <h2 id="heading-\(section.id)">\(section.title)</h2>
            \(section.blocks.map { drawing(of: $0, tables, report.language) })</section>

            """
    }
}

/// The sections of a report for a page that is alive: cells lead to what they are about, and something follows each table.
///
/// - Parameters:
///   - rows: the most rows of a table that are shown; its total is, too.
///   - address: where what a cell is about is shown; nil for what the reader has no page of.
///   - below: what follows a table, such as the ways to take it away; told whether rows were left out.
package func livingSections(of report: Report, rows: Int, address: @escaping @Sendable (Link) -> String?, below: (Table, Bool) -> Markup) -> [Markup] {
    let tables = tables(of: report)
    return report.sections.map { section in
        let blocks = section.blocks.map { block -> Markup in
            guard case .table(let table) = block else { return drawing(of: block, tables, report.language) }
            let isCut = table.rows.count > rows + 1
            return "\(PageTable(table: isCut ? table.first(rows) : table, language: report.language, address: address).markup)\(below(table, isCut))"
        }
        return """
            <section id="section-\(section.id)" aria-labelledby="heading-\(section.id)">
            <h2 id="heading-\(section.id)">\(section.title)</h2>
            \(blocks)</section>

            """
    }
}

private func drawing(of block: Block, _ tables: [String: Table], _ language: Language) -> Markup {
    switch block {
    case .paragraphs(let texts):
        return paragraphs(texts)
    case .table(let table):
        return "\(PageTable(table: table, language: language).markup)\(table.isOpenForWriting ? PageForm.button(language) : "")"
    case .chart(let chart):
        guard let table = tables[chart.tableID] else {
            preconditionFailure("chart \(chart.id) shows a table that the report does not have: \(chart.tableID)")
        }
        return """
            <figure class="chart">
            <div class="scroll" role="group" aria-label="\(chart.title)" tabindex="0">
            \(svg(chart, table: table, language: language))</div>
            <figcaption>\(chart.title)</figcaption>
            </figure>

            """
    }
}

/// Where the figures come from, so that the same report can be made again and compared.
private func provenance(of report: Report) -> Markup {
    let (source, language) = (report.provenance, report.language)
    let facts: [(Text, String)] = [
        (Words.reportID, report.id),
        (Words.dataVersion, String(source.dataVersion)),
        (Words.asOf, Cell.day(source.asOf.day).text(language)),
        (Words.definitionsUsed, source.definitions.joined(separator: ", ")),
        (Words.inputHash, source.inputHash),
    ]
    let entries = facts.map { term, value -> Markup in "<div><dt>\(term(language))</dt><dd>\(value)</dd></div>\n" }
    return """
        <footer class="provenance" aria-label="\(Words.provenance(language))">
        <p class="provenance-heading">\(Words.provenance(language))</p>
        <dl>
        \(entries)</dl>
        </footer>

        """
}

/// The office's own colour in the place of uptake's.
private func colours(of look: Letterhead.Look) -> String {
    func rule(_ colour: Colour) -> String { ":root { --accent: \(colour.text); --series-0: \(colour.text); }" }
    return (look.accent.map { "\n" + rule($0) } ?? "") + (look.darkAccent.map { "\n@media screen and (prefers-color-scheme: dark) { \(rule($0)) }" } ?? "")
}

/// The day is left blank for the hand that signs.
private func signatures(of report: Report) -> Markup {
    func signature(_ role: [String], below line: String) -> Markup {
        """
        <div class="signature">
        <p class="signing-day">\(line)</p>
        \(role.map { line -> Markup in "<p class=\"role\">\(line)</p>\n" })<p class="instruction">\(Words.signature(report.language))</p>
        </div>

        """
    }
    let signing = report.signing
    return """
        <div class="signatures">
        \(signature([signing.preparedBy], below: ""))\(signature(signing.signer, below: signing.day))</div>

        """
}

private func paragraphs(_ texts: [String]) -> Markup {
    "\(texts.map { text -> Markup in "<p>\(text)</p>\n" })"
}

extension Section {
    /// True when a table needs more characters than the upright page holds at 11 points.
    fileprivate var isWide: Bool {
        tables.contains { $0.columns.reduce(0) { $0 + $1.width } > 100 }
    }
}
