internal import Adoption
internal import Ingestion
internal import Pipeline
internal import Rendering
internal import Reporting
internal import Storage

/// What is looked up: units and targets through time, anything by its name, and who did what.
extension WebService {
    /// The numbers of the units that a reader may see at any time; nil for all.
    func everVisible(_ reader: Reader, _ register: Register) -> Set<Int>? {
        reader.account.seesEverything ? nil : register.everWithin(reader.account.scope)
    }

    func organisationPage(_ ask: Ask) async throws -> Answer {
        try await onThread { try self.stores.read { store in
            let (words, register) = (ask.words, try store.register())
            let visible = VisibleRegister(register, self.everVisible(try ask.reader, register))
            let agencies = visible.agencies.inVietnameseOrder(of: \.name, after: { [$0.validity.first.number, Int($0.level.rawValue)] })
            let units = agencies.map { one -> [Markup] in
                ["\(one.code)", "\(one.name)", "\(Words.level(one.level)(words.language))", "\(one.parentCode ?? "")", "\(one.validity.first.vietnamese)", "\(one.validity.last?.vietnamese ?? "–")"]
            }
            let events = visible.events.map { one -> [Markup] in
                ["\(one.date.vietnamese)", "\(Words.event(one.kind)(words.language))", "\(one.fromCode ?? "–") → \(one.toCode ?? "–")", "\(one.document.number) \(one.document.clause)"]
            }
            let targets = visible.targets(of: try store.targets()).sorted { ($0.indicatorID, $0.validity.first) < ($1.indicatorID, $1.validity.first) }.map { one -> [Markup] in
                [
                    "\(one.indicatorID)", "\(Words.coverage(one.coverage)(words.language))", "\(Cell.basisPoints(one.basisPoints).text(words.language))", "\(one.validity.first.vietnamese)",
                    "\(one.validity.last?.vietnamese ?? "–")", "\(one.document.number)\(one.isIllustrative ? " (minh họa)" : "")",
                ]
            }
            func part(_ id: String, _ title: String, _ columns: [String], _ rows: [[Markup]]) -> Markup {
                rows.isEmpty ? "" : "<section><h2>\(title)</h2>\n\(Chrome.table(id, caption: title, columns, rows, isSortable: true))</section>\n"
            }
            let content: Markup = """
                <h1>\(words.organisation)</h1>
                \(part("targets", words.targets, [words.code, words.appliesTo, words.target, words.validFrom, words.validTo, words.document], targets))\(part("events", words.events, [words.day, words.event, words.unit, words.document], events))\(part("units", words.units, [words.code, words.unit, words.level, words.parent, words.validFrom, words.validTo], units))
                """
            return ask.page(words.organisation, units.isEmpty && targets.isEmpty ? "<h1>\(words.organisation)</h1>\n<div class=\"empty\"><p>\(words.nothingYet)</p></div>\n" : content)
        } }
    }

    /// Units, procedures and reports whose name or code holds every word, with or without diacritics.
    func searchPage(_ ask: Ask) async throws -> Answer {
        try await onThread { try self.stores.read { store in
            let (words, reader, text) = (ask.words, try ask.reader, (ask.query("q") ?? "").trimmed)
            let wanted = String(text.prefix(100)).split(separator: " ").map { String($0).folded }
            if wanted.isEmpty { return ask.page(words.search, "<h1>\(words.search)</h1>\n<p class=\"empty\">\(words.typeSomething)</p>\n") }
            func matches(_ texts: String...) -> Bool {
                let all = self.desks.folded(texts.joined(separator: " "))
                return wanted.allSatisfy { all.contains($0) }
            }
            let register = try store.register()
            let visible = VisibleRegister(register, self.everVisible(reader, register))
            let period = try self.desks.newestPeriod(store, .administrative)
            func place(_ agency: Agency) -> Period? {
                // The newest period in which the unit was there.
                guard let period else { return nil }
                return agency.validity.overlaps(period.validity) ? period : agency.validity.last.map { Period(.administrative, containing: $0) }
            }
            let units = visible.agencies.filter { matches($0.name, $0.code, $0.aliases.joined(separator: " ")) }
                .inVietnameseOrder(of: \.name, after: { [-$0.validity.first.number] }).prefix(50).map { one -> Markup in
                    "<li><a href=\"/units/\(percentEncoded(one.code))\(place(one).map { "?period=\($0.id)" } ?? "")\">\(one.name)</a> <span class=\"badge\">\(Words.level(one.level)(words.language))</span><p>\(one.code) · \(one.validity.first.vietnamese) – \(one.validity.last?.vietnamese ?? "")</p></li>\n"
                }
            let scope = reader.account.seesEverything ? register.agencies.values.filter { $0.level == .province }.max { $0.validity.first < $1.validity.first }?.code : reader.account.scope
            let procedures = register.procedures.values.filter { matches($0.name, $0.code, $0.sector) }.inVietnameseOrder(of: \.name).prefix(50).map { one -> Markup in
                let figure = period.flatMap { period in scope.map { FigureID(indicator: "O1", scope: Scope(agencyCode: $0, procedureCode: one.code), period: period, structure: .then).text } }
                let link: Markup = figure.map { "<a href=\"\(figureAddress($0))\">\(one.name)</a>" } ?? "\(one.name)"
                return "<li>\(link)<p>\(one.code) · \(one.sector)</p></li>\n"
            }
            let pages = self.desks.pages.filter { $0.menu != nil && matches($0.title.vi, $0.title.en, $0.id) }.map { one -> Markup in "<li><a href=\"\(one.id == "overview" ? "/" : "/pages/\(one.id)")\">\(one.title(words.language))</a></li>\n" }
            let isWhole = try self.isOfWholeProvince(reader, store)
            let reports = self.home.reports.filter { one in
                !one.isForOutsiders && (isWhole ? [.province, .unit] : [.unit]).contains(one.audience) && matches(one.title.vi, one.title.en, one.id) && period.map(one.isAbout) == true
            }.map { one -> Markup in
                "<li><a href=\"/api/v1/reports/\(one.id)?period=\(period?.id ?? "")\">\(one.title(words.language)) (Excel)</a><p>\(one.id) · \(period?.id ?? "")</p></li>\n"
            }
            func part(_ title: String, _ items: [Markup]) -> Markup { items.isEmpty ? "" : "<section><h2>\(title)</h2>\n<ol class=\"results\">\n\(items)</ol></section>\n" }
            let content: Markup = """
                <h1>\(words.search)</h1>
                <p role="status">\(words.found(units.count + procedures.count + pages.count + reports.count, text))</p>
                \(part(words.units, Array(units)))\(part(words.procedures, Array(procedures)))\(part(words.reports, pages + reports))
                """
            return ask.page(words.search, content)
        } }
    }

    private static let entriesPerPage = 100

    func auditPage(_ ask: Ask) async throws -> Answer {
        try await onThread { try self.stores.read { store in
            let words = ask.words
            guard try self.isOfWholeProvince(ask.reader, store) else { throw Refused.notFound }
            let log = try store.auditLog(before: ask.key("records"), limit: WebService.entriesPerPage)
            let records = log.map { one -> [Markup] in ["\(one.number)", WebService.time(one.moment), "\(one.actor)", "\(one.event)", "\(one.subject)", "\(one.detail)"] }
            let access = try self.accounts.accessLog(before: ask.key("before"), limit: WebService.entriesPerPage)
            let rows = access.map { one -> [Markup] in ["\(one.number)", WebService.time(one.moment), "\(one.actor)", "\(one.event)", "\(one.subject)", "\(one.detail)"] }
            let columns = ["#", words.when, words.who, words.what, words.unit, words.detail]
            func part(_ id: String, _ title: String, _ rows: [[Markup]], _ links: Markup) -> Markup {
                "<section><h2>\(title)</h2>\n\(rows.isEmpty ? "<p class=\"empty\">\(words.nothingLogged)</p>\n" : Chrome.table(id, caption: title, columns, rows))\(links)</section>\n"
            }
            let content: Markup = """
                <h1>\(words.audit)</h1>
                \(part("records", words.recordsLog, records, Chrome.pagination(log, of: words.recordsLog, at: "/audit", "records", ask)))\(part("access", words.accessLog, rows, Chrome.pagination(access, of: words.accessLog, at: "/audit", "before", ask)))
                """
            return ask.page(words.audit, content)
        } }
    }
}

/// What a reader sees of the registers: the units of the scope, what happened to them, and the targets that are theirs or everybody's.
struct VisibleRegister {
    private let register: Register
    private let numbers: Set<Int>?

    /// - Parameter numbers: those of the units that may be seen; nil for all.
    init(_ register: Register, _ numbers: Set<Int>?) { (self.register, self.numbers) = (register, numbers) }

    var agencies: [Agency] { register.agencies.filter { numbers?.contains($0.key) ?? true }.map(\.value) }

    var events: [UnitEvent] { register.events.filter { [$0.fromCode, $0.toCode].compactMap { $0 }.contains(where: isVisible) } }

    func targets(of targets: Targets) -> [Target] {
        targets.all.filter { target in if case .agency(let code) = target.coverage { isVisible(code) } else { true } }
    }

    private func isVisible(_ code: String) -> Bool { numbers.map { numbers in register.agencies.contains { $0.value.code == code && numbers.contains($0.key) } } ?? true }
}
