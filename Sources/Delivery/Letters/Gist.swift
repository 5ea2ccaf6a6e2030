internal import Adoption
internal import Reporting

/// What a reader of a letter must know of one report, taken from its own sentences and cells.
struct Gist {
    let report: Report
    /// Nil for a report whose id is not made as all are.
    let place: Place?
    /// The headline figures, in their order.
    let lines: [Line]
    private let changes: [FigureRevision]
    private let language: Language
    private let words: LetterPhrases

    /// A headline figure as the report's summary has it.
    struct Line {
        let figure: String
        /// `O1 v1`
        let label: Cell
        let name: String
        let rate: Cell
        let target: Cell
        /// How many of the dossiers received are missing to the target.
        let gap: Cell
    }

    /// What a report is about, as its id says it: `unit-monthly/616/2025-05/administrative`.
    struct Place {
        /// The code, with the first day where a code alone would mean two units.
        let unit: String
        let period: Period
        /// The day whose units count, where it is not that of the records.
        let view: Day?

        init?(_ id: String) {
            let parts = id.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            guard (4...5).contains(parts.count), let calendar = ReportingCalendar(rawValue: parts[3]), let period = Period(parts[2], calendar: calendar) else { return nil }
            let view = parts.count == 5 && parts[4].hasPrefix("restated-") ? Day(iso: String(parts[4].dropFirst(9))) : nil
            if parts.count == 5, view == nil { return nil }
            (unit, self.period, self.view) = (parts[1], period, view)
        }
    }

    /// - Parameter changes: of all units.
    init(_ report: Report, _ changes: [FigureRevision]) {
        let place = Place(report.id)
        let known = Gist.lines(of: report)
        self.report = report
        self.place = place
        language = report.language
        words = LetterPhrases(language: report.language)
        lines = report.headline.isEmpty ? Array(known.prefix(3)) : report.headline.compactMap { name in known.first { $0.figure == name } }
        let codes = [place?.unit, report.unitCode].compactMap { $0 }.filter { !$0.isEmpty }
        self.changes = changes.filter { change in !change.isUnchanged && codes.contains { change.unitKey == $0 || change.unitKey.hasPrefix($0 + "@") } }
    }

    /// Where the cells stand is decided in Reporting's `Sections/Summary.swift`.
    private static func lines(of report: Report) -> [Line] {
        report.tables.filter { $0.id == "summary-table" || $0.id == "procedure-shares-table" }.flatMap { table in
            table.rows.compactMap { row -> Line? in
                guard row.kind == .body, row.cells.count > 8, case .text(let name) = row.cells[1], case .figure(let figure)? = row.links[4] else { return nil }
                return Line(
                    figure: figure, label: row.cells[0], name: name, rate: row.cells[4], target: row.cells[5], gap: table.id == "summary-table" ? row.cells[8] : .notApplicable)
            }
        }
    }

    var unit: String { oneLine(report.head.unit) }

    var isInvented: Bool { report.notices.contains(Words.illustrativeRecords(report.language)) }

    // MARK: Words

    /// `hồ sơ trực tuyến 63,51% (chỉ tiêu 65,00%)`; old and new where it was revised. A report without headline figures is named by its title.
    var headlineWords: String {
        guard let line = lines.first else { return shortened(report.title, to: 100) }
        let now = shown(line.rate, otherwise: words.noData)
        let old = revision(of: line).flatMap { $0.old == $0.new ? nil : Cell.rate($0.old).text(language) }
        let target: String? = if case .basisPoints = line.target { line.target.text(language) } else { nil }
        let counts = isDigest ? "; \(words.digest(rows(of: "moved-up").count, rows(of: "fell-behind").count, rows(of: "out-of-reach").count))" : ""
        return words.headline(shortened(line.name, to: 80), (old.map { "\($0) → " } ?? "") + now, target) + counts
    }

    private func shown(_ cell: Cell, otherwise: String) -> String {
        if case .rate(let rate) = cell, rate.isNoData { return otherwise }
        return cell.text(language)
    }

    /// How far the figures have come, in a line.
    var state: String? { report.status.map { status in status.lines.first.map { "\(status.state): \($0)" } ?? status.state } }

    /// What was decided about the figures and whose records are there; empty when the report does not say.
    var standing: [String] { report.status?.lines.dropFirst().map(cut) ?? [] }

    func cut(_ sentence: String) -> String { shortened(sentence, to: 300, more: words.inTheFile) }

    /// Unit, rate, target and what is missing; nil for a report without figures.
    var row: [String]? { lines.first.map { [unit, $0.rate.text(language), $0.target.text(language), $0.gap.text(language)] } }

    // MARK: Body

    /// - Parameters:
    ///   - heading: what tells it from the letter's other reports; nil when there are none.
    ///   - standing: of what was decided and is there, what the letter has not said yet.
    ///   - tellsRevision: what changed of the unit's figures comes first.
    ///   - page: the way to the live page.
    func blocks(_ heading: String?, standing: [String], tellsRevision: Bool, page: LetterBlock?) -> [LetterBlock] {
        var blocks: [LetterBlock] = heading.map { [.heading($0)] } ?? []
        if !standing.isEmpty { blocks.append(.small(standing)) }
        if tellsRevision { blocks += revisionBlocks }
        if !sentences.isEmpty { blocks.append(.paragraphs(sentences.map(cut))) }
        if !lines.isEmpty {
            let rows = lines.map { [$0.name, $0.rate.text(language), $0.target.text(language), $0.gap.text(language)] }
            blocks.append(.grid(LetterGrid(columns: [words.indicator, words.rate, words.targetTitle, words.missing], rows: rows)))
        } else if let form = FormTotal(report) {
            blocks.append(.grid(LetterGrid(columns: [words.item, words.dossiers], rows: form.rows)))
        }
        return blocks + digestBlocks + [page].compactMap { $0 }
    }

    /// The rate against its target, what is missing in dossiers, and what changed: the report's own sentences, where it has them.
    private var sentences: [String] {
        guard let line = lines.first, let summary = paragraphs("summary").first else { return FormTotal(report)?.sentences ?? opening.map { [$0] } ?? [] }
        let needed = paragraphs("needed")
        let gap = needed.first { $0.hasPrefix(line.name + ":") } ?? needed.first
        // Of a province: how many units reach the target, and who has most of what is missing.
        let names = Gist.lines(of: report).map { $0.name + ":" }
        let others = gap == nil ? paragraphs("summary").dropFirst().filter { sentence in !names.contains { sentence.hasPrefix($0) } }.prefix(2).map { $0 } : []
        return [summary] + [gap].compactMap { $0 } + others + [change(of: line)].compactMap { $0 }
    }

    /// What the report itself begins with, where that is a sentence: what follows a table explains the table.
    private var opening: String? {
        if case .paragraphs(let texts)? = report.sections.first?.blocks.first { texts.first } else { nil }
    }

    /// The first paragraphs of a section.
    private func paragraphs(_ section: String) -> [String] {
        let blocks = report.sections.first { $0.id == section }?.blocks ?? []
        return blocks.lazy.compactMap { block -> [String]? in if case .paragraphs(let texts) = block { texts } else { nil } }.first ?? []
    }

    /// Against the period before, where the report compares them. Where the cells stand is decided in `Sections/Movement.swift`.
    private func change(of line: Line) -> String? {
        guard let table = report.tables.first(where: { $0.id == "movement-table" }), let row = table.rows.first(where: { $0.cells.first == line.label }), row.cells.count > 4 else { return nil }
        switch row.cells[4] {
        case .percentagePoints: return words.changed(line.name, table.columns[4].group ?? "", row.cells[3].text(language), row.cells[4].text(language))
        case .notApplicable: return words.notCompared
        default: return nil
        }
    }
}

// MARK: Revisions

extension Gist {
    private func revision(of line: Line) -> FigureRevision? {
        guard let indicator = FigureID(line.figure)?.indicator else { return nil }
        return changes.first { $0.newIndicator == indicator }
    }

    private var revisionBlocks: [LetterBlock] {
        let changed = lines.compactMap { line in revision(of: line).map { (line: line, revision: $0) } }
        let others = changes.count - changed.count
        let rest = others > 0 ? [words.otherFigures(others)] : []
        if changed.isEmpty { return [.paragraphs([words.noHeadlineChanged] + rest)] }
        let rows = changed.map { line, revision in [line.name, shown(revision.old), shown(revision.new), difference(revision).text(language)] }
        return [.paragraphs([words.whatChanged + ":"]), .grid(LetterGrid(columns: [words.indicator, words.old, words.new, words.difference], rows: rows))]
            + (rest.isEmpty ? [] : [.paragraphs(rest)])
    }

    /// `63,51% (47/74)`: the counts may change where the rate does not.
    private func shown(_ rate: Rate) -> String {
        "\(Cell.rate(rate).text(language)) (\(Cell.count(rate.numerator).text(language))/\(Cell.count(rate.denominator).text(language)))"
    }

    private func difference(_ revision: FigureRevision) -> Cell { revision.old.changeHundredths(to: revision.new).map { .percentagePoints(hundredths: $0) } ?? .noData }
}

// MARK: The weekly digest

extension Gist {
    private static let digestIDs = ["moved-up", "fell-behind", "out-of-reach"]
    private static let mostEntries = 5

    private var digestSections: [Section] { report.sections.filter { Gist.digestIDs.contains($0.id) } }

    private var isDigest: Bool { !digestSections.isEmpty }

    private func rows(of section: String) -> [Row] { digestSections.first { $0.id == section }?.tables.first?.rows ?? [] }

    private var digestBlocks: [LetterBlock] {
        var explained: [String] = []
        let lists = digestSections.flatMap { section -> [LetterBlock] in
            let (rows, texts) = (rows(of: section.id), paragraphs(section.id))
            // Where there is no row the first says so.
            explained += rows.isEmpty ? texts.dropFirst() : texts[...]
            if rows.isEmpty { return [.heading(section.title), .paragraphs(Array(texts.prefix(1)))] }
            let more = rows.count > Gist.mostEntries ? [words.more(rows.count - Gist.mostEntries)] : []
            return [.heading(section.title), .list(rows.prefix(Gist.mostEntries).map { entry($0, section.id) } + more)]
        }
        return lists + (explained.isEmpty ? [] : [.small(unique(explained))])
    }

    /// Where the cells stand is decided in `Sections/Digest.swift`.
    private func entry(_ row: Row, _ section: String) -> String {
        let cells = row.cells.map { $0.text(language) }
        guard cells.count >= 8 else { return cells.joined(separator: " · ") }
        switch section {
        case "out-of-reach" where cells.count >= 10: return words.outOfReach(cells[0], cells[2], cells[3], cells[6], cells[8], cells[9])
        case "fell-behind":
            let moved = words.moved(cells[0], cells[2], cells[3], cells[4])
            guard case .basisPoints = row.cells[5] else { return moved }
            return moved + words.behind(cells[5], cells[7])
        default: return words.moved(cells[0], cells[2], cells[3], cells[4])
        }
    }
}
