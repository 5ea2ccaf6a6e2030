import Adoption
import Reporting

/// A table of a report as an HTML table that can be read aloud: every number finds its headers.
struct PageTable {
    let table: Table
    let language: Language
    /// Where what a cell is about is shown; nil in a file, which leads nowhere.
    var address: (@Sendable (Link) -> String?)? = nil

    /// The table in a frame that scrolls sideways, also by keyboard, where the screen is narrower.
    var markup: Markup {
        """
        <div class="scroll" role="group" aria-label="\(table.caption)" tabindex="0">
        <table id="table-\(table.id)"\(sortable)>
        <caption>\(table.caption)</caption>
        \(columnGroups)<thead>
        \(header)</thead>
        \(body)</table>
        </div>

        """
    }

    // MARK: Header

    /// Neighbouring columns under one group header; a column that stands alone is a run of its own.
    private var runs: [Range<Int>] {
        var runs: [Range<Int>] = []
        for (index, column) in table.columns.enumerated() {
            if let run = runs.last, column.group != nil, table.columns[run.lowerBound].group == column.group {
                runs[runs.count - 1] = run.lowerBound..<index + 1
            } else {
                runs.append(index..<index + 1)
            }
        }
        return runs
    }

    private var columnGroups: [Markup] {
        runs.map { "<colgroup span=\"\($0.count)\"></colgroup>\n" }
    }

    private var header: Markup {
        guard table.columns.contains(where: { $0.group != nil }) else {
            return "<tr>\(table.columns.map { "<th scope=\"col\">\($0.title)</th>" })</tr>\n\(numbers)"
        }
        let upper = runs.map { run -> Markup in
            let column = table.columns[run.lowerBound]
            return column.group.map { "<th scope=\"colgroup\" colspan=\"\(run.count)\">\($0)</th>" }
                ?? "<th scope=\"col\" rowspan=\"2\">\(column.title)</th>"
        }
        let lower = table.columns.filter { $0.group != nil }.map { column -> Markup in
            "<th scope=\"col\">\(column.title)</th>"
        }
        return "<tr>\(upper)</tr>\n<tr>\(lower)</tr>\n\(numbers)"
    }

    /// On a living page the reader sorts what has no order of its own.
    private var sortable: Markup { address != nil && table.isFilterable ? " class=\"sortable\"" : "" }

    private var numbers: Markup {
        guard table.isNumbered else { return "" }
        return "<tr class=\"numbers\">\(table.columns.indices.map { place -> Markup in "<td>(\(place + 1))</td>" })</tr>\n"
    }

    // MARK: Rows

    /// A heading begins a new group of rows, which it heads; a total belongs to no group.
    private var body: [Markup] {
        guard !table.rows.isEmpty else {
            return ["<tbody>\n<tr><td colspan=\"\(table.columns.count)\">\(Words.noRows(language))</td></tr>\n</tbody>\n"]
        }
        let nameColumn = self.nameColumn
        var groups: [[Row]] = []
        for row in table.rows {
            let previous = groups.last?.last?.kind
            if previous == nil || row.kind == .heading || (previous == .total) != (row.kind == .total) {
                groups.append([row])
            } else {
                groups[groups.count - 1].append(row)
            }
        }
        return groups.map { rows in "<tbody>\n\(rows.map { drawing(of: $0, nameColumn) })</tbody>\n" }
    }

    /// The column that names the rows: the first whose body rows hold text, an ordinal such as "1" or "IV" and a code such as
    /// "O1 v1" in a narrow column not being names.
    private var nameColumn: Int {
        let bodies = table.rows.filter { $0.kind == .body }
        func first(atLeast width: Int = 0, where isName: (String) -> Bool) -> Int? {
            table.columns.indices.first { column in
                table.columns[column].width >= width && bodies.contains { row in
                    if case .text(let text) = row.cells[column] { isName(text) } else { false }
                }
            }
        }
        return first(atLeast: 12) { $0.contains(where: \.isLowercase) } ?? first { !$0.isEmpty } ?? 0
    }

    private func drawing(of row: Row, _ nameColumn: Int) -> Markup {
        switch row.kind {
        case .body: "<tr>\(cells(of: row, named: nameColumn))</tr>\n"
        case .total: "<tr class=\"total\">\(cells(of: row, named: nameColumn))</tr>\n"
        case .heading: "<tr class=\"heading\">\(headingCells(of: row))</tr>\n"
        }
    }

    /// Cells in their columns. The name of a total may stand in an earlier column, and takes the empty ones about it.
    private func cells(of row: Row, named nameColumn: Int) -> [Markup] {
        var name = nameColumn
        if row.kind == .total, row.cells[name] == .empty {
            name = row.cells.firstIndex { if case .text = $0 { true } else { false } } ?? name
        }
        var span = name..<name + 1
        if row.kind == .total {
            while span.lowerBound > 0, row.cells[span.lowerBound - 1] == .empty {
                span = span.lowerBound - 1..<span.upperBound
            }
            while span.upperBound <= nameColumn, row.cells[span.upperBound] == .empty {
                span = span.lowerBound..<span.upperBound + 1
            }
        }
        let before = row.cells.indices[..<span.lowerBound].map { dataCell(row.cells[$0], $0, row.links[$0]) }
        let after = row.cells.indices[span.upperBound...].map { dataCell(row.cells[$0], $0, row.links[$0]) }
        return before + [headerCell(row.cells[name], scope: "row", columns: span.count, row.links[name])] + after
    }

    /// Each filled cell takes the empty ones after it, the first also those before it.
    private func headingCells(of row: Row) -> [Markup] {
        let filled = row.cells.indices.filter { row.cells[$0] != .empty }
        guard let first = filled.first else { return ["<td colspan=\"\(row.cells.count)\"></td>"] }
        return filled.enumerated().map { place, index in
            let begin = index == first ? 0 : index
            let end = place + 1 < filled.count ? filled[place + 1] : row.cells.count
            let cell = row.cells[index]
            if case .text = cell { return headerCell(cell, scope: "rowgroup", columns: end - begin) }
            return "<td class=\"\(kind(of: cell))\" colspan=\"\(end - begin)\">\(cell.text(language))</td>"
        }
    }

    private func headerCell(_ cell: Cell, scope: Markup, columns: Int, _ link: Link? = nil) -> Markup {
        let span: Markup = columns > 1 ? " colspan=\"\(columns)\"" : ""
        return "<th scope=\"\(scope)\"\(span)\(tongue(cell))>\(linked(cell, link))</th>"
    }

    /// Names of registers stay Vietnamese on an English page, and are to be read aloud so.
    private func tongue(_ cell: Cell) -> Markup {
        guard language != .vietnamese, cell.text(language).unicodeScalars.contains(where: { $0.properties.isAlphabetic && !$0.isASCII }) else { return "" }
        return " lang=\"vi\""
    }

    private func linked(_ cell: Cell, _ link: Link?) -> Markup {
        guard let link, let address = address?(link) else { return "\(cell.text(language))" }
        return "<a href=\"\(address)\">\(cell.text(language))</a>"
    }

    private func dataCell(_ cell: Cell, _ column: Int, _ link: Link?) -> Markup {
        if cell == .empty { return "<td></td>" }
        if case .input(let text) = cell { return "<td class=\"text\"><textarea rows=\"2\" maxlength=\"2000\" aria-label=\"\(table.columns[column].title)\">\(text)</textarea></td>" }
        guard case .text = cell else { return "<td class=\"\(kind(of: cell))\(shade(of: cell))\">\(linked(cell, link))</td>" }
        // Room for sentences: the table scrolls before its texts are squeezed.
        let width = table.columns[column].width
        let room: Markup = width >= 36 ? " roomy" : width >= 16 ? " medium" : ""
        return "<td class=\"text\(room)\"\(tongue(cell))>\(linked(cell, link))</td>"
    }

    /// One of five shades, each of 20 %; the number stands in the cell all the same.
    private func shade(of cell: Cell) -> Markup {
        guard table.isShaded, case .rate(let rate) = cell, let hundredths = rate.hundredthsOfPercent else { return "" }
        return " shade-\(min(max(hundredths / 2_000, 0), 4))"
    }

    /// The class that the style sheet knows. It never says more than the text does.
    private func kind(of cell: Cell) -> Markup {
        switch cell {
        case .text, .input, .empty: "text"
        case .rate(let rate) where rate.isNoData: "number absent"
        case .count, .difference, .rate, .basisPoints, .percentagePoints, .score, .scoreDifference, .amountVND: "number"
        case .day: "day"
        case .verdict(.met): "verdict met"
        case .verdict(.missed): "verdict missed"
        case .verdict(.notJudged), .verdict(.noData): "verdict absent"
        case .noData: "number absent"
        case .notApplicable: "number not-applicable"
        case .suppressed: "number suppressed"
        case .notReported: "number not-reported"
        }
    }
}
