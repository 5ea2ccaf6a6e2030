internal import Adoption
internal import Pipeline
internal import Rendering
internal import Reporting
internal import Storage

/// What the address of a page says: which period of which calendar, which unit, whose units records count for.
struct Sight: Sendable {
    let calendar: ReportingCalendar
    let period: Period?
    let view: StructureAsked
    /// Nil when nothing is stored for the period.
    let desk: Desk?
    /// The unit that stands at the top of what the reader may see; nil when it does not exist in the period.
    let root: Agency?
    /// The unit that is looked at.
    let agency: Agency?

    /// - Throws: `Refused` for a word that is not known, and for a unit outside the reader's scope, which is answered as one that is not there.
    init(_ ask: Ask, _ store: Store) throws {
        let (service, words) = (ask.service, ask.words)
        guard let calendar = ReportingCalendar(rawValue: ask.query("calendar") ?? "administrative") else { throw Refused.bad(words.calendarFault, field: "calendar") }
        guard let asked = StructureAsked(ask.query("view") ?? "then") else { throw Refused.bad(words.viewFault, field: "view") }
        // A day stands for the structure that it is in, and the page says since when that holds.
        let view: StructureAsked
        if case .day(let day) = asked {
            let register = try store.register()
            guard register.agencies.isEmpty || register.agencies.values.contains(where: { $0.validity.first <= day }) else { throw Refused.bad(words.viewTooEarly(day), field: "view") }
            view = .day(register.structureBegin(on: day))
        } else {
            view = asked
        }
        (self.calendar, self.view) = (calendar, view)
        if let text = ask.query("period") {
            guard let asked = Period(text, calendar: calendar) else { throw Refused.bad(words.periodFault(String(text.prefix(20))), field: "period") }
            period = asked
        } else {
            period = try service.desks.newestPeriod(store, calendar)
        }
        desk = try period.flatMap { try service.desks.desk(store, $0, view) }
        let account = try ask.reader.account
        let root = account.seesEverything ? desk?.province : desk?.agency(account.scope)
        self.root = root
        guard let code = ask.query("unit") else {
            agency = root
            return
        }
        guard let desk else {
            agency = nil
            return
        }
        guard let found = desk.agency(code) else { throw Refused.notFound }
        guard let root, desk.isWithin(found, root) else { throw Refused.outside("unit \(found.code)") }
        agency = found
    }

    /// The query by which another page shows the same.
    func query(unit: String? = nil) -> String {
        var parts: [String] = []
        if let period { parts.append("period=\(period.id)") }
        if calendar != .administrative { parts.append("calendar=\(calendar.rawValue)") }
        switch view {
        case .then: break
        case .today: parts.append("view=today")
        case .day(let day): parts.append("view=\(day.iso)")
        }
        if let unit { parts.append("unit=\(percentEncoded(unit))") }
        return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
    }

    /// The query with the unit that is looked at. It is named always: what is drawn once is shown to readers with another unit at the top, too.
    func own() -> String { query(unit: agency.flatMap { desk?.name(of: $0) }) }

    /// Where a cell leads.
    func address(_ link: Link) -> String? {
        switch link {
        case .unit(let code): "/units/\(percentEncoded(code))\(query())"
        case .figure(let name): figureAddress(name)
        }
    }

    /// The units that the reader may choose among.
    var choices: [Agency] {
        guard let desk, let root else { return [] }
        return desk.agencies.filter { desk.isWithin($0, root) }.inVietnameseOrder(of: \.name, after: { [Int($0.level.rawValue)] })
    }

    /// The filters above a page.
    func filters(_ words: Phrases, action: String, hasUnit: Bool) -> Markup {
        let months = period.map { period in Array(Period(calendar, containing: period.last).trend(months: 24).reversed()) } ?? []
        let known = Set(months.map(\.id)).union(period.map { [$0.id] } ?? [])
        let longer = period.map { period in ["\(period.year)-Q1", "\(period.year)-Q2", "\(period.year)-Q3", "\(period.year)-Q4", "\(period.year)-6M", "\(period.year)-9M", "\(period.year)"] } ?? []
        let options = (months.map(\.id) + longer.filter { !known.contains($0) } + (period.map { months.contains($0) || longer.contains($0.id) ? [] : [$0.id] } ?? [])).map { id -> Markup in
            "<option value=\"\(id)\"\(id == period?.id ? " selected" : "")>\(id)</option>"
        }
        func choice(_ value: String, _ text: String, _ isChosen: Bool) -> Markup { "<option value=\"\(value)\"\(isChosen ? " selected" : "")>\(text)</option>" }
        let other: Markup = if case .day(let day) = view { choice(day.iso, day.vietnamese, true) } else { "" }
        let choices = hasUnit ? self.choices : []
        let units: Markup = choices.count > 1 ? """
            <label>\(words.unit) <select name="unit">\(choices.map { choice(desk?.name(of: $0) ?? $0.code, $0.name, $0.key == agency?.key) })</select></label>

            """ : ""
        return """
            <form class="filters" method="get" action="\(action)">
            <label>\(words.period) <select name="period">\(options)</select></label>
            <label>\(words.calendar) <select name="calendar">\([ReportingCalendar.administrative, .calendar].map { choice($0.rawValue, words.calendarName($0), $0 == calendar) })</select></label>
            \(units)<label>\(words.view) <select name="view">\(choice("then", words.asThen, view == .then))\(choice("today", words.asToday, view == .today))\(other)</select></label>
            <button>\(words.show)</button>
            </form>

            """
    }

    /// What stays visible on every page of figures: how final they are, whether they are invented, and what they were made from.
    func badges(_ words: Phrases, _ report: Report?) -> Markup {
        guard let desk else { return "" }
        let state: Markup = report?.status.map { "<p class=\"badge \($0.isFinal ? "final" : "provisional")\">\($0.state)</p>\n" } ?? ""
        let coverage: Markup = report?.status.map { $0.lines.isEmpty ? "" : "<p class=\"hint\">\($0.lines.joined(separator: " "))</p>\n" } ?? ""
        let invented: Markup = desk.isIllustrative ? "<p class=\"badge illustrative\">\(words.illustrative)</p>\n" : ""
        let days = "\(desk.period.first.vietnamese) – \(desk.period.last.vietnamese)"
        let restated: Markup = desk.structure.day.map { "<p class=\"badge restated\">\(words.restated($0.vietnamese))</p>\n" } ?? ""
        return "<div class=\"badges\">\n\(state)\(invented)\(restated)<p class=\"hint\">\(days) · \(words.recordsUntil) \(desk.asOf.day.vietnamese) · \(words.madeFrom) \(desk.position.dataVersion)</p>\n\(coverage)</div>\n"
    }

    /// Why there is nothing to see, and what to do next.
    func empty(_ words: Phrases, mayUpload: Bool) -> Markup {
        let next: Markup = mayUpload ? "<p>\(words.loadFirst)</p>\n<p><a class=\"button\" href=\"/upload\">\(words.upload)</a></p>\n" : "<p>\(words.chooseOther)</p>\n"
        if desk != nil { return "<div class=\"empty\"><p>\(words.noUnit)</p></div>\n" }
        return "<div class=\"empty\"><p>\(period.map { words.nothingStored($0.id) } ?? words.nothingYet)</p>\n\(next)</div>\n"
    }
}
