internal import Adoption
internal import ArgumentParser
internal import Pipeline
internal import Reporting
internal import Storage

struct Figure: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Explain one figure: its arithmetic, definition, exclusions and the dossiers that it counted.",
        discussion: "The figure is counted twice, from the tallies that reports use and from the dossiers themselves; both must agree.")

    @OptionGroup var store: StoreOption
    @OptionGroup var home: HomeOption

    @Argument(help: ArgumentHelp("The name of a figure as reports print it, such as O1.v1/616/2025-05/administrative; or say it by --indicator, --unit and --period.", valueName: "figure"))
    var name: String?

    @Option(help: ArgumentHelp("The indicator, such as O1 or, in an older version, O1.v1; `uptake indicators` lists them.", valueName: "id"))
    var indicator: String?

    @Option(help: ArgumentHelp("The unit, with the units below it.", valueName: "code"))
    var unit: String?

    @Option(help: ArgumentHelp("2025-05 (a month), 2025-Q2, 2025-6M, 2025-9M or 2025.", valueName: "period"))
    var period: String?

    @Option(help: ArgumentHelp("administrative (15th to 14th) or calendar (1st to last day).", valueName: "calendar"))
    var calendar: ReportingCalendar = .administrative

    @OptionGroup var structure: StructureOption
    @OptionGroup var asOf: AsOfOption

    @Option(help: ArgumentHelp("Only dossiers of this procedure.", valueName: "code"))
    var procedure: String?

    @Option(help: ArgumentHelp("Only dossiers filed this way: counter, online or postal.", valueName: "channel"))
    var channel: String?

    @Option(help: ArgumentHelp("How many dossiers to list; 0 for none, all for all.", valueName: "number"))
    var list: String = "20"

    @Flag(inversion: .prefixedNo, help: "Count the figure a second time, from the dossiers themselves.")
    var recount = true

    func run() throws {
        guard let limit = list == "all" ? Int.max : Int(list), limit >= 0 else { throw ValidationError("--list takes a number or 'all'") }
        let store = try store.opened()
        let id = try figureID(store)
        let asked = try asOf.parsed()
        let definitions = try home.load().official(for: id.period, in: store, at: asked)
        let explanation = try Look(store, at: asked).explain(
            try definitions.indicator(named: id.indicator), id.scope, in: id.period, structure: id.structure, limit: limit, recount: recount)
        print(FigureText.lines(explanation).joined(separator: "\n"))
    }

    private func figureID(_ store: Store) throws -> FigureID {
        if let name {
            guard indicator == nil, unit == nil, period == nil, procedure == nil, channel == nil else { throw ValidationError("the name of a figure says all; leave out --indicator, --unit, --period, --procedure and --channel") }
            guard let id = FigureID(name) else { throw ValidationError("'\(name)' is not the name of a figure; write it as O1.v1/616/2025-05/administrative") }
            return id
        }
        guard let indicator, let unit, let period else { throw ValidationError("name a figure, such as O1.v1/616/2025-05/administrative, or give --indicator, --unit and --period") }
        let scope = Scope(agencyCode: unit, procedureCode: procedure, channel: try channel.map(parseChannel))
        return FigureID(indicator: indicator, scope: scope, period: try parsePeriod(period, calendar), structure: try structure.parsed(store))
    }

    private func parseChannel(_ word: String) throws -> Channel {
        guard let channel = Channel(word: word) else { throw ValidationError("'\(word)' is not a channel; write counter, online or postal") }
        return channel
    }
}

/// A figure explained, for reading in a terminal.
enum FigureText {
    static func lines(_ e: Explanation) -> [String] {
        let (figure, rate) = (e.figure, e.figure.rate)
        let days = "\(figure.period.first.iso) to \(figure.period.last.iso), \(figure.period.calendar.rawValue) calendar"
        let source = [figure.indicator.source.number, figure.indicator.source.clause].filter { !$0.isEmpty }.joined(separator: ", ")
        var lines = [
            "figure      \(figure.id)",
            "indicator   \(figure.indicator.label)  \(figure.indicator.name.vi) / \(figure.indicator.name.en)",
            "definition  \(figure.indicator.definition.en)",
            "source      \(source)",
            "unit        \(e.agency.code)  \(e.agency.name), with the units below it",
            "period      \(figure.period.id) (\(days)), by date of \(figure.indicator.basis.word)",
            "data        version \(figure.dataVersion)",
        ]
        lines += standing(e.standing)
        if let day = figure.structure.day { lines.insert("structure   of \(day.iso): earlier records count for the heirs of their units", at: 6) }
        if let procedure = e.procedure { lines.insert("procedure   \(procedure.code)  \(procedure.name)", at: 5) }
        if let channel = figure.scope.channel { lines.insert("channel     \(channel.word)", at: 5) }
        lines.append("")
        lines.append("  \(grouped(rate.numerator, .english)) / \(grouped(rate.denominator, .english)) = \(rate.isNoData ? "no data" : Cell.rate(rate).text(.english))")
        lines += verdict(e)
        lines += reasons("in the denominator only", e.otherwise)
        lines += reasons("in the period, in neither count", e.excluded)
        return lines + dossiers(e)
    }

    private static func standing(_ standing: FigureStanding) -> [String] {
        var lines: [String] = []
        if standing.isAsOf {
            lines.append("state       as the records were, whatever is final")
        } else if let act = standing.history.frozen {
            lines.append("state       final since \(act.moment.day.iso), by \(act.actor)" + (standing.history.revisions.isEmpty ? "" : "; restatement \(standing.history.revisions.count): \(act.reason)"))
        } else if let act = standing.history.official {
            lines.append("state       final since \(act.moment.day.iso) as part of \(standing.history.covering.map(\.period.id).joined(separator: ", "))")
        } else {
            lines.append("state       open: it may still change")
        }
        if let revision = standing.revision {
            let causes = revision.changes.map { "\($0.cause.rawValue) \(signed($0.numerator))/\(signed($0.denominator))" }
            lines.append("revised     from \(revision.old.numerator)/\(revision.old.denominator) to \(revision.new.numerator)/\(revision.new.denominator): \(causes.joined(separator: ", "))")
        }
        if let remark = standing.remark { lines.append("explained   \(remark.text) (\(remark.actor), \(remark.moment.day.iso))") }
        return lines
    }

    private static func verdict(_ e: Explanation) -> [String] {
        if e.procedure != nil || e.figure.scope.channel != nil { return ["  a target is set for a unit as a whole, and this is a part of it: no verdict"] }
        guard let target = e.target else { return ["  no target applies to this unit on \(e.figure.period.last.iso)"] }
        let rate = e.figure.rate
        let goal = Cell.basisPoints(target.basisPoints).text(.english)
        let document = target.document.number + (target.isIllustrative ? " (illustrative)" : "")
        if rate.isNoData { return ["  target \(goal) by \(document): no data to judge"] }
        let comparison = "10000 × \(rate.numerator) \(target.verdict(on: rate) == .met ? "≥" : "<") \(target.basisPoints) × \(rate.denominator)"
        var lines = ["  target \(goal) by \(document): \(target.verdict(on: rate).rawValue), since \(comparison)"]
        let gap = target.gap(of: rate)
        if gap.convert > 0, e.figure.indicator.subject == .dossiers {
            let add = gap.add.map { "\(grouped($0, .english)) further dossiers that all count" } ?? "no number of further dossiers"
            lines.append("  gap: \(grouped(gap.convert, .english)) of those received should have counted, or \(add) would reach it")
        }
        return lines
    }

    private static func reasons(_ title: String, _ reasons: [Explanation.Reason]) -> [String] {
        if reasons.isEmpty { return [] }
        return ["", "\(title):"] + reasons.map { "  \(padded($0.dossiers, 9))  \($0.dimension.rawValue) = \($0.word)" }
    }

    private static func dossiers(_ e: Explanation) -> [String] {
        let all = e.dossiers
        if e.lines.isEmpty { return all == 0 ? [] : ["", "\(grouped(all, .english)) dossiers counted; --list all lists them"] }
        let marks = e.figure.indicator.subject == .dossiers ? "+ in the numerator, - in the denominator only" : "each makes its procedure count"
        let head = "dossiers counted (\(grouped(e.lines.count, .english)) of \(grouped(all, .english)); \(marks)):"
        return ["", head] + e.lines.map { line in
            let mark = line.place == .counted ? "+" : "-"
            return "  \(mark) \(padded(line.code.text, 28)) \(line.dossier.counted.iso)  \(line.traits.word(.channel))  \(line.traits.word(.state))  payment \(line.traits.word(.payment))"
        } + (e.lines.count < all ? ["  … --list all lists every one"] : [])
    }
}
