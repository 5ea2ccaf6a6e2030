internal import Adoption
internal import HTTPTypes
internal import Pipeline
internal import Rendering
internal import Reporting
internal import Storage

/// Pages of figures: a definition of `dashboards/`, drawn for one unit and one period.
extension WebService {
    /// A page stays small; the whole table is a download away, and the search finds every row.
    private static let rowsShown = 60

    func figurePage(_ id: String, _ ask: Ask, unit: String? = nil) async throws -> Answer {
        try await onThread { try self.stores.read { store in
            guard let definition = self.desks.pages.first(where: { $0.id == id }) else { throw Refused.notFound }
            let ask = unit.map { ask.with(unit: $0) } ?? ask
            let sight = try Sight(ask, store)
            let words = ask.words
            let action = unit == nil ? (id == "overview" ? "/" : "/pages/\(id)") : "/pages/unit"
            let head: Markup = "<div class=\"page-head\"><h1>\(definition.title(words.language))\(sight.agency.map { " – \($0.name)" } ?? "")</h1></div>\n"
            let filters = sight.filters(words, action: action, hasUnit: true)
            let query = sight.own()
            let found = sight.desk.flatMap { desk in
                sight.agency.flatMap { agency in
                    self.desks.page(id, of: desk, about: agency, words.language, sight.view) { report in
                        livingSections(of: report, rows: WebService.rowsShown, address: { sight.address($0) }) { table, isCut in
                            let more: Markup = isCut ? " · \(words.firstRows(WebService.rowsShown, of: table.rows.count))" : ""
                            return """
                                <p class="downloads">\(words.download): <a href="/pages/\(id)/\(table.id).xlsx\(query)">Excel</a> <a href="/pages/\(id)/\(table.id).csv\(query)">CSV</a>\(more)</p>

                                """
                        }
                    }
                }
            }
            guard let found else {
                return ask.page(definition.title(words.language), kept: sight.query(), "\(head)\(filters)\(sight.empty(words, mayUpload: try ask.reader.may(.upload)))")
            }
            let cards: Markup = id == "overview" || id == "unit" ? self.cards(sight, found.report, words) : ""
            let whole: Markup = "<p class=\"downloads\">\(words.wholePage): <a href=\"/pages/\(id).xlsx\(query)\">Excel</a></p>\n"
            return ask.page(definition.title(words.language), kept: sight.query(), "\(head)\(filters)\(sight.badges(words, found.report))\(cards)\(found.sections)\(whole)")
        } }
    }

    /// The few numbers that matter, before everything else.
    private func cards(_ sight: Sight, _ report: Report, _ words: Phrases) -> Markup {
        guard let desk = sight.desk, let agency = sight.agency else { return "" }
        let cards = ["O1", "P1", "T1", "A2", "S1"].compactMap { id -> Markup? in
            guard let (indicator, rate, target) = desk.rate(id, of: agency), !rate.isNoData else { return nil }
            let verdict = target.map { $0.verdict(on: rate) }
            func name(_ channel: Channel?) -> String {
                FigureID(indicator: indicator.versionedID, scope: Scope(agencyCode: desk.name(of: agency), channel: channel), period: desk.period, structure: desk.structure).text
            }
            // What is to be converted, dossier by dossier.
            let counter: Markup = id == "O1" ? " · <a href=\"\(figureAddress(name(.counter)))\">\(words.filedAtCounter)</a>" : ""
            let goal: Markup = target.map { target in
                let gap = target.gap(of: rate)
                let missing: Markup = gap.convert > 0 ? " · \(words.convert): \(Cell.count(gap.convert).text(words.language))" : ""
                return "\(words.target) \(Cell.basisPoints(target.basisPoints).text(words.language)) · <span class=\"\(verdict == .met ? "met" : "missed")\">\(Cell.verdict(verdict ?? .notJudged).text(words.language))</span>\(missing)"
            } ?? "\(words.noTarget)"
            return """
                <article class="card\(verdict == .met ? " met" : verdict == .missed ? " missed" : "")">
                <h2 class="card-title">\(indicator.name(words.language))</h2>
                <p class="card-number"><a href="\(figureAddress(name(nil)))">\(Cell.rate(rate).text(words.language))</a></p>
                <p class="card-note">\(Cell.count(rate.numerator).text(words.language)) / \(Cell.count(rate.denominator).text(words.language)) · \(goal)\(counter)</p>
                </article>

                """
        }
        return "<div class=\"cards\">\n\(cards)</div>\n"
    }

    /// Exactly what is seen, to take away: the whole page or one of its tables.
    func download(_ ask: Ask, page id: String, table: String?, format: String) async throws -> Answer {
        try await onThread { try self.stores.read { store in
            let sight = try Sight(ask, store)
            guard let desk = sight.desk, let agency = sight.agency, let report = desk.page(id, about: agency, ask.words.language) else { throw Refused.notFound }
            let shown = try table.map { try report.only(table: $0) } ?? report
            self.note(.download, try ask.reader, report.id, [table, format].compactMap { $0 }.joined(separator: " "))
            let name = shown.fileStem + (table.map { "_" + $0 } ?? "")
            switch format {
            case "xlsx": return Answer.file(name + ".xlsx", try ReportFiles.workbook(of: shown), type: ReportFiles.Format.xlsx.mediaType)
            case "csv":
                guard let one = shown.tables.first, table != nil else { throw Refused.notFound }
                return Answer.file(name + ".csv", Array(commaSeparated(one, language: ask.words.language, remark: report.remark).utf8), type: "text/csv; charset=utf-8")
            default: throw Refused.notFound
            }
        } }
    }

    /// The first page as large slides, one thought on each.
    func slides(_ ask: Ask) async throws -> Answer {
        try await onThread { try self.stores.read { store in
            let sight = try Sight(ask, store)
            let words = ask.words
            guard let desk = sight.desk, let agency = sight.agency, let report = desk.page("overview", about: agency, words.language) else {
                return ask.page(words.slides, "<h1>\(words.slides)</h1>\n\(sight.filters(words, action: "/slides", hasUnit: true))\(sight.empty(words, mayUpload: try ask.reader.may(.upload)))")
            }
            let title: Markup = "<h1>\(report.title) – \(agency.name)</h1>\n<p class=\"period\">\(report.periodLine)</p>\n\(sight.badges(words, report))\(self.cards(sight, report, words))"
            let all = [title] + livingSections(of: report, rows: 12, address: { sight.address($0) }, below: { _, _ in "" })
            let slides = all.enumerated().map { place, content -> Markup in
                let before: Markup = place > 0 ? "<a class=\"previous\" href=\"#slide-\(place)\">← \(words.previous)</a> " : ""
                let after: Markup = place + 1 < all.count ? "<a class=\"next\" href=\"#slide-\(place + 2)\">\(words.next) →</a>" : ""
                return "<section class=\"slide\" id=\"slide-\(place + 1)\" aria-label=\"\(place + 1) / \(all.count)\">\n\(content)<p class=\"place\">\(before)\(place + 1) / \(all.count) \(after)</p>\n</section>\n"
            }
            return ask.page(words.slides, kept: sight.query(), bodyClass: "slides", "\(slides)")
        } }
    }
}

extension Ask {
    /// The same request as if it named a unit.
    func with(unit: String) -> Ask { Ask(self, unit: unit) }
}

extension Report {
    /// The report with one table alone, and the section that it stands in.
    func only(table id: String) throws -> Report {
        guard let section = sections.first(where: { $0.tables.contains { $0.id == id } }) else { throw Refused.notFound }
        let blocks = section.blocks.filter { block in
            switch block {
            case .table(let table): table.id == id
            case .chart(let chart): chart.tableID == id && chart.kind != .multiples
            case .paragraphs: true
            }
        }
        return with(sections: [Section(id: section.id, title: section.title, blocks: blocks)])
    }
}
