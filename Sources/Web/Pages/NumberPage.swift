internal import Adoption
internal import HTTPTypes
internal import Pipeline
internal import Rendering
internal import Reporting
internal import Storage

/// The page of one number: what it is, how it was counted, what is not in it and why, and the dossiers behind it.
extension WebService {
    private static let dossiersPerPage = 50
    private static let dossiersTaken = 100_000

    /// - Parameter unsaved: an explanation that could not be kept, for whoever wrote it.
    func numberPage(_ ask: Ask, unsaved: String? = nil) async throws -> Answer {
        try await onThread { try self.stores.read { store in
            let (words, id) = (ask.words, try ask.figure(named: unsaved == nil ? ask.query("name") : ask.form["figure"]))
            let reader = try ask.reader
            try self.authorise(id, reader, store)
            let number = max(1, min(ask.query("page").flatMap(Int.init) ?? 1, 10_000))
            let maySee = reader.may(.dossiers)
            let definitions = try self.home.official(for: id.period, in: store)
            let explanation = try Look(store).explain(
                try definitions.indicator(named: id.indicator), id.scope, in: id.period, structure: id.structure, limit: maySee ? number * WebService.dossiersPerPage : 0, recount: false)
            let invented: Markup = try store.sources().contains(where: \.isIllustrative) ? "<p class=\"badge illustrative\">\(words.illustrative)</p>\n" : ""
            let restated: Markup = explanation.figure.structure.day.map { "<p class=\"badge restated\">\(words.restated($0.vietnamese))</p>\n" } ?? ""
            let title = "\(explanation.figure.indicator.name(words.language)) – \(explanation.agency.name)"
            let content: Markup = """
                <div class="page-head"><h1>\(title)</h1></div>
                \(invented)\(restated)\(unsaved == nil ? ask.flash : Chrome.flash(words.explanationWaits, isError: true))\(self.verdict(explanation, words))\(self.facts(explanation, words))\(self.reasons(words.otherwise, "otherwise", explanation.otherwise, words))\(self.reasons(words.excluded, "excluded", explanation.excluded, words))\(self.others(explanation.figure, words))\(self.dossiers(explanation, number, maySee, words))\(self.explaining(explanation, reader, unsaved, ask))
                """
            let page = ask.page(title, kept: WebService.query(explanation.figure), content)
            if unsaved == nil { return page }
            var answer = page.with(status: .serviceUnavailable)
            answer.headers.append((.retryAfter, "10"))
            return answer
        } }
    }

    /// The unit of the figure is within the reader's scope, as of the figure's period.
    func authorise(_ id: FigureID, _ reader: Reader, _ store: Store) throws {
        if reader.account.seesEverything { return }
        let stood = try store.register()
        let register = id.structure.day.map { Restatement(of: stood, to: $0).register } ?? stood
        let own = register.agencies(named: reader.account.scope, in: id.period).reduce(into: Set<Int>()) { $0.formUnion(register.subtree(of: $1, in: id.period)) }
        let named = register.agencies(named: id.scope.agencyCode, in: id.period)
        // A code that two units bore within the period is the reader's only when both are.
        guard let first = named.first else { throw Refused.notFound }
        guard named.allSatisfy({ register.number(of: $0).map(own.contains) == true }) else { throw Refused.outside("unit \(first.code)") }
    }

    /// The query by which pages of figures show the same period of the same structure.
    private static func query(_ figure: Figure) -> String {
        let calendar = figure.period.calendar == .administrative ? "" : "&calendar=\(figure.period.calendar.rawValue)"
        return "?period=\(figure.period.id)\(calendar)\(figure.structure.day.map { "&view=\($0.iso)" } ?? "")"
    }

    private func verdict(_ e: Explanation, _ words: Phrases) -> Markup {
        let (rate, language) = (e.figure.rate, words.language)
        let isWhole = e.procedure == nil && e.figure.scope.channel == nil
        let judged: Markup = (isWhole ? e.target : nil).map { target in
            let verdict = target.verdict(on: rate)
            let gap = target.gap(of: rate)
            let sign = verdict == .met ? "≥" : "<"
            let missing: Markup = gap.convert > 0 ? " · \(words.convert): \(gap.convert)\(gap.add.map { " · \(words.add): \($0)" } ?? "")" : ""
            return "<p class=\"card-note\">\(words.target) \(Cell.basisPoints(target.basisPoints).text(language)) (\(target.document.number)): <span class=\"\(verdict == .met ? "met" : "missed")\">\(Cell.verdict(verdict).text(language))</span>, 10000 × \(rate.numerator) \(sign) \(target.basisPoints) × \(rate.denominator)\(missing)</p>\n"
        } ?? ""
        return """
            <div class="cards"><article class="card">
            <p class="card-number">\(Cell.rate(rate).text(language))</p>
            <p class="card-note">\(Cell.count(rate.numerator).text(language)) / \(Cell.count(rate.denominator).text(language))</p>
            \(judged)</article></div>

            """
    }

    private func facts(_ e: Explanation, _ words: Phrases) -> Markup {
        let (figure, language) = (e.figure, words.language)
        var facts: [(String, Markup)] = [
            (words.figure, "<code>\(figure.id)</code>"), (words.definition, "\(figure.indicator.definition(language))"),
            (words.source, "\([figure.indicator.source.number, figure.indicator.source.clause].filter { !$0.isEmpty }.joined(separator: ", "))"),
            (words.unit, "<a href=\"/units/\(percentEncoded(figure.scope.agencyCode))\(WebService.query(figure))\">\(e.agency.name)</a>"),
            (words.days, "\(figure.period.first.vietnamese) – \(figure.period.last.vietnamese)"), (words.basis, "\(Words.basis(figure.indicator.basis)(language))"),
        ]
        if let procedure = e.procedure { facts.append((words.procedure, "\(procedure.code) \(procedure.name)")) }
        if let channel = figure.scope.channel { facts.append((words.channel, "\(Words.word(channel.word, of: .channel)(words.language))")) }
        let standing = e.standing
        let state: Markup = standing.history.official.map { "<span class=\"badge final\">\(Words.state(standing.history.state(asOf: figure.period.last))(language))</span> \($0.moment.day.vietnamese), \($0.actor)" } ?? "<span class=\"badge provisional\">\(Words.state(.provisional)(language))</span>"
        facts.append((words.state, state))
        if let revision = standing.revision { facts.append((words.wasRevised, "\(revision.old.numerator)/\(revision.old.denominator) → \(revision.new.numerator)/\(revision.new.denominator)")) }
        if let remark = standing.remark { facts.append((words.explanation, "\(remark.text) (\(remark.actor), \(remark.moment.day.vietnamese))")) }
        facts.append((words.madeFrom, "\(figure.dataVersion)"))
        return "<section><h2>\(words.definition)</h2>\n\(Chrome.list(facts))</section>\n"
    }

    private func reasons(_ title: String, _ id: String, _ reasons: [Explanation.Reason], _ words: Phrases) -> Markup {
        if reasons.isEmpty { return "" }
        let rows = reasons.map { reason -> [Markup] in ["\(Words.dimension(reason.dimension)(words.language)): \(Words.word(reason.word, of: reason.dimension)(words.language))", "\(Cell.count(reason.dossiers).text(words.language))"] }
        return "<section><h2>\(title)</h2>\n\(Chrome.table(id, caption: title, [words.source, words.dossiers], rows))</section>\n"
    }

    /// The same figure of other channels and of the period before.
    private func others(_ figure: Figure, _ words: Phrases) -> Markup {
        guard figure.indicator.subject == .dossiers else { return "" }
        func link(_ text: String, channel: Channel?, period: Period) -> Markup {
            let id = FigureID(indicator: figure.indicator.versionedID, scope: Scope(agencyCode: figure.scope.agencyCode, procedureCode: figure.scope.procedureCode, channel: channel), period: period, structure: figure.structure)
            return "<a href=\"\(figureAddress(id.text))\">\(text)</a> "
        }
        let channels = [Channel.online, .counter, .postal].map { link(Words.word($0.word, of: .channel)(words.language), channel: $0, period: figure.period) }
        return "<p class=\"downloads\">\(words.byChannel): \(channels) · \(words.otherMonths): \(link(figure.period.previous.id, channel: figure.scope.channel, period: figure.period.previous))</p>\n"
    }

    private func dossiers(_ e: Explanation, _ page: Int, _ maySee: Bool, _ words: Phrases) -> Markup {
        guard maySee else { return "<section><h2>\(words.dossiers)</h2>\n<p>\(words.noDossierRight)</p></section>\n" }
        let lines = e.lines.dropFirst((page - 1) * WebService.dossiersPerPage)
        let first = (page - 1) * WebService.dossiersPerPage + 1
        let rows = lines.map { line -> [Markup] in ["<code>\(line.code.text)</code>"] + WebService.facts(line, words).map { "\($0)" } }
        let name = percentEncoded(e.figure.id)
        let before: Markup = page > 1 ? "<li><a href=\"/figures?name=\(name)&amp;page=\(page - 1)\">\(words.previous)</a></li>" : ""
        let after: Markup = page * WebService.dossiersPerPage < e.dossiers ? "<li><a href=\"/figures?name=\(name)&amp;page=\(page + 1)\">\(words.next)</a></li>" : ""
        let table: Markup = rows.isEmpty ? "" : Chrome.table("dossiers", caption: words.dossiersShown(first, first + rows.count - 1, of: e.dossiers), WebService.columns(words), rows)
        let download: Markup = rows.isEmpty ? "" : "<p class=\"downloads\">\(words.download): <a href=\"/figures.csv?name=\(name)\">CSV</a></p>\n"
        return "<section><h2>\(words.dossiers) (\(Cell.count(e.dossiers).text(words.language)))</h2>\n\(table)\(download)<nav class=\"pagination\" aria-label=\"\(words.dossiers)\"><ul>\(before)\(after)</ul></nav>\n</section>\n"
    }

    private static func columns(_ words: Phrases) -> [String] { [words.code, words.counted, words.day, words.channel, words.state, words.payment] }

    /// What is told of a dossier beside its code.
    private static func facts(_ line: Explanation.Line, _ words: Phrases) -> [String] {
        func word(_ dimension: Dimension) -> String { Words.word(line.traits.word(dimension), of: dimension)(words.language) }
        return [line.place == .counted ? words.yes : words.no, line.dossier.counted.day.vietnamese, word(.channel), word(.state), word(.payment)]
    }

    /// The dossiers behind a figure, to take away. Where it has more than a table of people holds, every row says so.
    func dossierList(_ ask: Ask) async throws -> Answer {
        try await onMakingThread { try self.stores.read { store in
            let (words, id, reader) = (ask.words, try ask.figure(named: ask.query("name")), try ask.reader)
            try self.authorise(id, reader, store)
            let definitions = try self.home.official(for: id.period, in: store)
            let e = try Look(store).explain(try definitions.indicator(named: id.indicator), id.scope, in: id.period, structure: id.structure, limit: WebService.dossiersTaken, recount: false)
            let isInvented = try store.sources().contains(where: \.isIllustrative)
            let remarks = (isInvented ? [words.illustrative] : []) + (e.dossiers > e.lines.count ? [words.onlyFirst(e.lines.count, of: e.dossiers)] : [])
            let remark = remarks.isEmpty ? [] : [remarks.joined(separator: "; ")]
            let header = WebService.columns(words) + (remark.isEmpty ? [] : [Words.notice(words.language)])
            let rows = e.lines.map { [$0.code.text] + WebService.facts($0, words) + remark }
            let text = "\u{FEFF}" + ([header] + rows).map { row in row.map { commaSeparatedCell($0) }.joined(separator: ",") + "\r\n" }.joined()
            self.note(.download, reader, e.figure.id, "dossiers csv")
            return Answer.file("dossiers_" + e.figure.id.replacing("/", with: "_") + ".csv", Array(text.utf8), type: "text/csv; charset=utf-8")
        } }
    }

    private func explaining(_ e: Explanation, _ reader: Reader, _ unsaved: String?, _ ask: Ask) -> Markup {
        guard reader.may(.explain), e.standing.history.official == nil, e.figure.structure == .then, e.procedure == nil, e.figure.scope.channel == nil else { return "" }
        let words = ask.words
        return """
            <section><h2>\(words.explanation)</h2>
            <form method="post" action="/explain">\(ask.csrf)<input type="hidden" name="figure" value="\(e.figure.id)">
            <p class="field"><label for="text">\(words.explanation)</label><textarea id="text" name="text" rows="3" maxlength="2000" required>\(unsaved ?? e.standing.remark?.text ?? "")</textarea><span class="hint">\(words.explanationHint)</span></p>
            <p><button>\(words.explain)</button></p></form></section>

            """
    }

    func explain(_ ask: Ask) async throws -> Answer { try await explain(ask) { try await self.keepExplanation(ask) } }

    /// What somebody wrote is not lost because others write too.
    func explain(_ ask: Ask, keep: () async throws -> Answer) async throws -> Answer {
        do { return try await keep() } catch is StoreBusy { return try await numberPage(ask, unsaved: ask.form["text"] ?? "") } catch Refused.tooMany(_) {
            return try await numberPage(ask, unsaved: ask.form["text"] ?? "")
        }
    }

    private func keepExplanation(_ ask: Ask) async throws -> Answer {
        try await onWriteThread {
            let reader = try ask.reader
            guard let name = ask.form["figure"], let id = FigureID(name), let text = ask.form["text"]?.trimmed, !text.isEmpty, text.count <= 2_000 else { throw Refused.bad(ask.words.explanationFault, field: "text") }
            try self.stores.read { store in
                try self.authorise(id, reader, store)
                // A remark stays for good: only to a figure that there is, by the name that it prints.
                guard try self.home.indicator(named: id.indicator).versionedID == id.indicator, id.scope.procedureCode == nil, id.scope.channel == nil, id.structure == .then else { throw Refused.notFound }
                guard try store.history(of: id.period).official == nil else { throw Refused.conflict(ask.words.isFinal) }
            }
            try self.stores.write(as: reader.person.name) { store in
                _ = try store.explain([(figure: id.text, text: text)], ActWords(period: id.period, moment: self.now, reason: ""))
            }
            return Answer.redirect(to: "\(figureAddress(id.text))&done=explain")
        }
    }
}

extension Ask {
    fileprivate func figure(named name: String?) throws -> FigureID {
        guard let name, let id = FigureID(name) else { throw Refused.bad(words.figureFault, field: "name") }
        return id
    }
}
