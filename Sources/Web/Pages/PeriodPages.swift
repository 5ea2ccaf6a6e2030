internal import Adoption
internal import FoundationEssentials
internal import Pipeline
internal import Rendering
internal import Reporting
internal import Storage

/// How far periods have come, and the decisions about them.
extension WebService {
    func periodsPage(_ ask: Ask) async throws -> Answer {
        try await onThread { try self.stores.read { store in
            let (words, sight, reader) = (ask.words, try Sight(ask, store), try ask.reader)
            let filters = sight.filters(words, action: "/periods", hasUnit: false)
            guard let period = sight.period, let desk = sight.desk, let root = sight.root else {
                return ask.page(words.periods, "<h1>\(words.periods)</h1>\n\(filters)\(sight.empty(words, mayUpload: reader.may(.upload)))")
            }
            let status = try PeriodDesk(store, home: self.home, period: period).status()
            let units = status.units.filter { desk.isWithin($0.agency, root) }
            let rows = units.map { one -> [Markup] in
                let days = one.completeness
                return [
                    "<a href=\"/units/\(percentEncoded(desk.name(of: one.agency)))\(sight.query())\">\(one.agency.name)</a>", "\(Words.state(one.state)(words.language))", "\(days.dossiers)", "\(days.received.count)",
                    "\(days.missing.map(\.vietnamese).joined(separator: ", "))", "\(days.low.map(\.vietnamese).joined(separator: ", "))",
                ]
            }
            let acts = status.history.acts.map { act -> [Markup] in
                ["\(act.number)", "\(act.kind.rawValue)", WebService.time(act.moment), "\(act.actor)", "\([act.reason, act.override].filter { !$0.isEmpty }.joined(separator: " · "))"]
            }
            let decided: Markup = acts.isEmpty || root.key != desk.province?.key ? "" : "<section><h2>\(words.decisions)</h2>\n\(Chrome.table("decisions", caption: words.decisions, ["#", words.what, words.when, words.who, words.reason], acts))</section>\n"
            let isProvince = root.key == desk.province?.key
            let content: Markup = """
                <div class="page-head"><h1>\(words.periods): \(period.id)</h1><p class="badge \(status.history.official == nil ? "provisional" : "final")">\(Words.state(status.state)(words.language))</p></div>
                \(filters)\(ask.flash)<section><h2>\(words.standing)</h2>
                \(Chrome.table("standing", caption: words.standing, [words.unit, words.state, words.dossiers, words.reported, words.missingDays, words.lowDays], rows, isSortable: true))</section>
                \(decided)\(isProvince && reader.may(.decide) ? self.decisions(period, status, ask) : "")
                """
            return ask.page(words.periods, kept: sight.query(), content)
        } }
    }

    private func decisions(_ period: Period, _ status: PeriodDesk.Status, _ ask: Ask) -> Markup {
        let words = ask.words
        let hidden: Markup = "\(ask.csrf)<input type=\"hidden\" name=\"period\" value=\"\(period.id)\"><input type=\"hidden\" name=\"calendar\" value=\"\(period.calendar.rawValue)\">"
        func form(_ action: String, _ title: String, hasOverride: Bool = false, isDangerous: Bool = false) -> Markup {
            let id = action.filter(\.isLetter)
            let override: Markup = hasOverride ? "<p class=\"field\"><label for=\"override-\(id)\">\(words.override)</label><input id=\"override-\(id)\" name=\"override\" maxlength=\"500\"></p>\n" : ""
            let look: Markup = isDangerous ? " class=\"danger\"" : ""
            return """
                <form method="post" action="\(action)" data-confirm="\(title)?" class="panel">\(hidden)
                <p class="field"><label for="why-\(id)">\(words.reason)</label><input id="why-\(id)" name="why" maxlength="500" required></p>
                \(override)<p><button\(look)>\(title)</button></p></form>

                """
        }
        let isFinal = status.history.frozen != nil
        let forms: Markup = isFinal ? "\(form("/periods/reopen", words.reopen, isDangerous: true))" : "\(form("/periods/review", words.review))\(form("/periods/freeze", words.freeze, hasOverride: true))"
        return "<section><h2>\(words.decisions)</h2>\n<div class=\"two\">\(forms)\(form("/publications", words.publish))</div></section>\n"
    }

    func decide(_ ask: Ask, _ what: String) async throws -> Answer {
        try await onWriteThread {
            let (reader, period, why) = (try ask.reader, try ask.formPeriod, (ask.form["why"] ?? "").trimmed)
            guard try self.stores.read({ try self.isOfWholeProvince(reader, $0, in: period) }) else { throw Refused.forbidden }
            guard !why.isEmpty, why.count <= 500 else { throw Refused.bad(ask.words.whyFault, field: "why") }
            try self.stores.write(as: reader.person.name) { store in
                let desk = PeriodDesk(store, home: self.home, period: period)
                switch what {
                case "review": _ = try desk.review(reason: why, at: self.now)
                case "freeze": _ = try desk.freeze(reason: why, override: (ask.form["override"] ?? "").trimmed, at: self.now)
                default: _ = try desk.reopen(reason: why, at: self.now)
                }
            }
            self.note(.decide, reader, "\(what) \(period.id)/\(period.calendar.rawValue)")
            return Answer.redirect(to: "/periods?period=\(period.id)&calendar=\(period.calendar.rawValue)&done=\(what)")
        }
    }

    // MARK: Publications

    func publicationsPage(_ ask: Ask) async throws -> Answer {
        try await onThread { try self.stores.read { store in
            let (words, reader) = (ask.words, try ask.reader)
            let page = try self.publications(before: ask.key("before"), reader, store)
            let rows = page.map { number, act, publication -> [Markup] in
                let reports = publication.order.reports.filter { id in reader.account.seesEverything || publication.files.contains { $0.report.hasPrefix(id + "/") } }
                return ["<a href=\"/publications/\(number)\">\(number)</a>", WebService.time(act.moment), "\(act.actor)", "\(publication.order.period.id)", "\(publication.files.count)", "\(reports.joined(separator: ", "))", "\(reader.account.seesEverything ? act.reason : "")"]
            }
            let table: Markup = rows.isEmpty && ask.query("before") == nil
                ? "<div class=\"empty\"><p>\(words.noPublications)</p></div>\n"
                : Chrome.table("publications", caption: words.publications, ["#", words.when, words.who, words.period, words.files, words.reports, words.reason], rows, isSortable: true)
            return ask.page(words.publications, "<h1>\(words.publications)</h1>\n<section>\(table)\(Chrome.pagination(page, of: words.publications, at: "/publications", "before", ask))</section>\n")
        } }
    }

    /// A page of those that a reader may see. Whether one may be seen hangs on its files and its period, so as many are read as fill the page; where the reader
    /// does not see all of them, the page before may show some again, and leaves none out.
    private func publications(before: Int?, _ reader: Reader, _ store: Store) throws -> ListPage<(number: Int, act: Act, publication: Publication), Int> {
        var page = try store.publications(before: before, limit: Chrome.rowsPerPage)
        if reader.account.seesEverything { return page }
        let previous = page.previous
        var found = try visible(Array(page), reader, store)
        while found.count <= Chrome.rowsPerPage, let next = page.next {
            page = try store.publications(before: next, limit: Chrome.rowsPerPage)
            found += try visible(Array(page), reader, store)
        }
        return ListPage(found, limit: Chrome.rowsPerPage, previous: previous) { $0.number }
    }

    /// Of publications, those with a file of a unit within the reader's scope, with these files only.
    private func visible(_ all: [(number: Int, act: Act, publication: Publication)], _ reader: Reader, _ store: Store) throws -> [(number: Int, act: Act, publication: Publication)] {
        if reader.account.seesEverything { return all }
        let register = try store.register()
        return all.compactMap { number, act, publication in
            let codes = register.codes(within: reader.account.scope, in: publication.order.period)
            let files = publication.files.filter { codes.contains($0.unitCode) }
            return files.isEmpty ? nil : (number, act, publication.with(files: files))
        }
    }

    private func publication(_ ask: Ask, _ store: Store) throws -> (number: Int, act: Act, publication: Publication) {
        let number = try ask.number("number")
        guard let one = try store.publication(number) else { throw Refused.notFound }
        guard let found = try visible([one], ask.reader, store).first else { throw Refused.outside("publication \(number)") }
        return found
    }

    /// Why a file is not there: it is about a unit that the reader does not see, or nowhere.
    private func missing(_ name: String, of number: Int, _ store: Store) throws -> Refused {
        guard let file = try store.publication(number)?.publication.files.first(where: { $0.name == name }) else { return .notFound }
        return .outside("publication \(number), unit \(file.unitCode)")
    }

    func publicationPage(_ ask: Ask, result: Markup = "") async throws -> Answer {
        try await onThread { try self.stores.read { store in
            let words = ask.words
            let (number, act, publication) = try self.publication(ask, store)
            // Names of accounts and addresses of people all over the province.
            let isWhole = try self.isOfWholeProvince(ask.reader, store, in: publication.order.period)
            let facts: [(String, Markup)] = [
                (words.when, WebService.time(act.moment)), (words.who, "\(act.actor)"), (words.reason, "\(try ask.reader.account.seesEverything ? act.reason : "–")"), (words.period, "\(publication.order.period.id) (\(words.calendarName(publication.order.period.calendar)))"),
                (words.madeFrom, "\(publication.position.dataVersion)"), (words.recipients, "\(isWhole ? publication.recipients.joined(separator: ", ") : "–")"), (words.what, "\(publication.program)"),
            ]
            let rows = publication.files.map { file -> [Markup] in ["<a href=\"/publications/\(number)/\(percentEncoded(file.name))\">\(file.name)</a>", "\(file.bytes)", "<code class=\"mono\">\(file.sha256)</code>"] }
            let rebuild: Markup = try ask.reader.may(.decide) && isWhole ? "<form method=\"post\" action=\"/publications/\(number)/rebuild\">\(ask.csrf)<p><button>\(words.rebuild)</button></p></form>\n" : ""
            let content: Markup = """
                <h1>\(words.publications) \(number)</h1>
                \(result)\(Chrome.list(facts))<section><h2>\(words.files)</h2>
                \(Chrome.table("files", caption: words.files, [words.files, words.rows, "SHA-256"], rows))</section>
                \(rebuild)
                """
            return ask.page("\(words.publications) \(number)", content)
        } }
    }

    /// A published file, made again and compared with what was published.
    func publishedFile(_ ask: Ask) async throws -> Answer {
        let (reader, name, words) = (try ask.reader, try ask.parameter("file"), ask.words)
        guard let format = ReportFiles.Format(fileName: name) else { throw Refused.notFound }
        let (number, file) = try await onThread { try self.stores.read { store -> (Int, Publication.File) in
            let (number, _, publication) = try self.publication(ask, store)
            guard let file = publication.files.first(where: { $0.name == name }) else { throw try self.missing(name, of: number, store) }
            return (number, file)
        } }
        let bytes: [UInt8]
        if let known = publishedBytes.known(file.sha256) { bytes = known } else {
            bytes = try await onMakingThread { try self.stores.read { try self.bytes(of: file, format, publication: number, $0, words) } }
        }
        await note(.download, reader, "publication \(number)", name)
        return Answer.file(name, bytes, type: format.mediaType)
    }

    /// What was made lately, or is being made for somebody else, is not made once more.
    func bytes(of file: Publication.File, _ format: ReportFiles.Format, publication number: Int, _ store: Store, _ words: Phrases) throws -> [UInt8] {
        let made = try publishedBytes.value(file.sha256) { () throws -> [UInt8]? in
            let folder = self.settings.uploads + "/rebuilt-" + Secrets.token()
            defer { self.uploads.remove(folder: folder) }
            let again = try Publishing.rebuild(number, report: file.report, format: format, store, to: folder)
            guard !again.different.contains(file.name) else { throw Refused.conflict(words.notAsPublished) }
            return [UInt8](try Data(contentsOf: URL(filePath: folder + "/" + file.name)))
        }
        guard let made else { throw Refused.notFound }
        return made
    }

    func publish(_ ask: Ask) async throws -> Answer {
        try await onMakingThread {
            let (reader, period, why) = (try ask.reader, try ask.formPeriod, (ask.form["why"] ?? "").trimmed)
            guard try self.stores.read({ try self.isOfWholeProvince(reader, $0, in: period) }) else { throw Refused.forbidden }
            let folder = self.settings.uploads + "/published-" + Secrets.token()
            defer { self.uploads.remove(folder: folder) }
            let order = PublicationOrder(period: period, structure: nil, language: "", formats: ReportFiles.Format.usual.map(\.rawValue), reports: [], units: [])
            let published = try self.stores.write(as: reader.person.name) { store in
                try Publishing(store, home: self.home, at: self.now).publish(order, reason: why, recipients: [], to: folder)
            }
            self.note(.decide, reader, "publication \(published.number)")
            return Answer.redirect(to: "/publications/\(published.number)")
        }
    }

    func rebuild(_ ask: Ask) async throws -> Answer {
        let number = try ask.number("number")
        let reader = try ask.reader
        let result = try await onMakingThread { () throws -> Markup in
            let period = try self.stores.read { try self.publication(ask, $0) }.publication.order.period
            guard try self.stores.read({ try self.isOfWholeProvince(reader, $0, in: period) }) else { throw Refused.forbidden }
            let folder = self.settings.uploads + "/rebuilt-" + Secrets.token()
            defer { self.uploads.remove(folder: folder) }
            let rebuilt = try self.stores.read { try Publishing.rebuild(number, $0, to: folder) }
            if rebuilt.isSame { return Chrome.flash(ask.words.same) }
            let figures = rebuilt.figures.map { "\($0.name): \($0.published.map { "\($0.numerator)/\($0.denominator)" } ?? "–") → \($0.rebuilt.map { "\($0.numerator)/\($0.denominator)" } ?? "–")" }
            return Chrome.flash(([ask.words.different] + rebuilt.different + figures).joined(separator: " "), isError: true)
        }
        return try await publicationPage(ask, result: result)
    }
}

extension Ask {
    /// The period that a form is about.
    var formPeriod: Period {
        get throws {
            guard let calendar = ReportingCalendar(rawValue: form["calendar"] ?? ""), let period = Period(form["period"] ?? "", calendar: calendar) else { throw Refused.bad(words.formPeriodFault, field: "period") }
            return period
        }
    }
}
