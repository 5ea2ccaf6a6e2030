internal import Adoption
internal import ArgumentParser
internal import Pipeline
internal import Reporting
internal import Storage

struct Periods: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "period",
        abstract: "Make the figures of a period final, open them again, send drafts to the units; show how far it has come.",
        discussion: "collecting → provisional → in review → final → restated. Once a period is final its reports and figures stay as they are, whatever is loaded later; `uptake restate` publishes what later records change.",
        subcommands: [Status.self, Review.self, Explain.self, Freeze.self, Reopen.self], defaultSubcommand: Status.self)

    struct Status: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the state of a period and of each of its units, who has not reported, and what was decided.")

        @OptionGroup var store: StoreOption
        @OptionGroup var home: HomeOption
        @OptionGroup var period: PeriodArgument

        func run() throws {
            let store = try store.opened()
            let period = try period.parsed()
            let status = try PeriodDesk(store, home: try home.load(), period: period).status()
            print("period \(period.id) (\(period.first.iso) to \(period.last.iso), \(period.calendar.rawValue) calendar): \(status.state.rawValue)")
            print("records as of \(status.asOf.iso), data version \(try store.dataVersion())")
            for line in status.coverage.lines(.english) { print(line) }
            for act in status.history.acts { print(PeriodText.line(act)) }
            if status.history.frozen == nil, !status.history.covering.isEmpty { print("final as part of \(status.history.covering.map { "\($0.period.id) (\($0.period.calendar.rawValue))" }.joined(separator: ", "))") }
            if status.importsSince > 0 {
                print("\(status.importsSince) imports since it was made final; `uptake restate \(period.id) --dry-run` tells what they would change")
            }
            print("")
            print("code              state         dossiers   missing       low      late      zero  unit")
            for unit in status.units {
                let one = unit.completeness
                let numbers = [one.dossiers, one.missing.count, one.low.count, one.late.count, one.confirmedZero.count].map { padded($0, 10) }.joined()
                print("\(padded(one.agency.code, 16))  \(padded(unit.state.rawValue, 12))\(numbers)  \(one.agency.name)\(one.isUnreported ? "  (has not reported)" : "")")
            }
        }
    }

    struct Review: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a draft for each unit to check and explain, and put the period in review.",
            discussion: "Each draft is a workbook in which one column is open for the unit's explanations, and a page that saves them as a file. `uptake period explain` loads what comes back.")

        @OptionGroup var store: StoreOption
        @OptionGroup var home: HomeOption
        @OptionGroup var period: PeriodArgument

        @Option(help: ArgumentHelp("Why, or by when an answer is asked for; kept.", valueName: "reason"))
        var why: String = "draft for the units"

        @Option(help: ArgumentHelp("The folder for the drafts.", valueName: "folder"))
        var out: String = "drafts"

        @Option(help: ArgumentHelp("vi or en.", valueName: "language"))
        var language: Language = .vietnamese

        func run() throws {
            let (store, home) = (try store.opened(), try home.load())
            let period = try period.parsed()
            let act = try PeriodDesk(store, home: home, period: period).review(reason: why, at: now())
            let publish = try Pipeline.Publish(store, home: home, period: period, reportIDs: ["draft-unit"])
            let written = try publish.write(publish.reports(units: [], language: language), to: out, formats: Set(ReportFiles.Format.usual))
            for path in written.paths { print(path) }
            try tell(written.faults)
            print("\(period.id) is in review: act \(act.number), data version \(act.dataVersion)")
        }
    }

    struct Explain: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Load the explanations of units from returned drafts.",
            discussion: "An explanation goes with the name of its figure, and is printed with it on every report from then on. The newest one about a figure counts; all are kept. Loading a file again changes nothing.")

        @OptionGroup var store: StoreOption
        @OptionGroup var home: HomeOption

        @OptionGroup var period: PeriodOption

        @Argument(help: "Returned workbooks, or the giai-trinh.csv that a draft's page saves.")
        var files: [String]

        func run() throws {
            let store = try store.opened()
            let explained = try PeriodDesk(store, home: try home.load(), period: try period.parsed()).explain(files, at: now())
            print(explained.act.map { "\(explained.count) explanations read; kept by act \($0.number)" } ?? "\(explained.count) explanations read; none of them is new")
        }
    }

    struct Freeze: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make the figures of a period final: what is loaded later leaves them as they are.",
            discussion: "A period is frozen after its last day and with the records of every unit. Where some are missing, --override says why it is done all the same; the reason is printed on every report.")

        @OptionGroup var store: StoreOption
        @OptionGroup var home: HomeOption
        @OptionGroup var period: PeriodArgument
        @OptionGroup var why: WhyOption

        @Option(help: ArgumentHelp("Why it is frozen although records seem to be missing; printed on every report.", valueName: "reason"))
        var override: String = ""

        func run() throws {
            let store = try store.opened()
            let period = try period.parsed()
            let (act, revisions) = try PeriodDesk(store, home: try home.load(), period: period).freeze(reason: why.why, override: override, at: now())
            print("\(period.id) is final: act \(act.number), data version \(act.dataVersion)")
            if let revisions {
                print("it was final before; \(revisions.count) figures changed, published as a restatement")
                RevisionText.print(revisions)
            }
        }
    }

    struct Reopen: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Open a final period again.",
            discussion: "What was final stays in the ledger; when the period is frozen again, every difference is published as a restatement.")

        @OptionGroup var store: StoreOption
        @OptionGroup var home: HomeOption
        @OptionGroup var period: PeriodArgument
        @OptionGroup var why: WhyOption

        func run() throws {
            let store = try store.opened()
            let period = try period.parsed()
            let act = try PeriodDesk(store, home: try home.load(), period: period).reopen(reason: why.why, at: now())
            print("\(period.id) is open again: act \(act.number)")
        }
    }
}

/// The period that a command is about.
struct PeriodArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("2025-05 (a month), 2025-Q2, 2025-6M, 2025-9M or 2025.", valueName: "period"))
    var period: String

    @Option(help: ArgumentHelp("administrative (15th to 14th) or calendar (1st to last day).", valueName: "calendar"))
    var calendar: ReportingCalendar = .administrative

    func parsed() throws -> Period { try parsePeriod(period, calendar) }
}

/// The reason of a decision, which is kept and printed.
struct WhyOption: ParsableArguments {
    @Option(help: ArgumentHelp("The reason, such as the number of the decision; kept and printed.", valueName: "reason"))
    var why: String

    func validate() throws {
        if why.allSatisfy(\.isWhitespace) { throw ValidationError("--why needs a reason") }
    }
}

enum PeriodText {
    static func line(_ act: Act) -> String {
        let override = act.override.isEmpty ? "" : " (although incomplete: \(act.override))"
        return "act \(act.number)  \(act.moment.iso)  \(padded(act.kind.rawValue, 8))  data version \(act.dataVersion)  by \(act.actor): \(act.reason)\(override)"
    }
}

struct Restate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Publish what has become of a final period's figures since: a numbered restatement, with the difference of each figure by cause.",
        discussion: "Causes: late records, an undone import, a reclassified channel, a correction, a shorter period that was restated, the register of procedures, a reorganisation, a newer definition. The old counts and the changes add up exactly to the new ones.")

    @OptionGroup var store: StoreOption
    @OptionGroup var home: HomeOption
    @OptionGroup var period: PeriodArgument

    @Option(help: ArgumentHelp("The reason; kept and printed on every report of the period.", valueName: "reason"))
    var why: String = ""

    @Option(help: ArgumentHelp("A folder for the reports of what changed, which are published to those who had the period's reports before.", valueName: "folder"))
    var out: String?

    @Option(help: ArgumentHelp("vi or en.", valueName: "language"))
    var language: Language = .vietnamese

    @Flag(help: "Tell what would change, and change nothing.")
    var dryRun = false

    func validate() throws {
        if !dryRun, why.allSatisfy(\.isWhitespace) { throw ValidationError("a restatement needs its reason: --why; or --dry-run to see what would change") }
    }

    func run() throws {
        let store = try store.opened()
        let period = try period.parsed()
        let desk = PeriodDesk(store, home: try home.load(), period: period)
        if dryRun {
            let revisions = try desk.differences()
            print(revisions.isEmpty ? "nothing would change in \(period.id)" : "\(revisions.count) figures of \(period.id) would change:")
            return RevisionText.print(revisions)
        }
        guard let (act, revisions) = try desk.restate(reason: why, at: now()) else {
            print("nothing has changed in \(period.id); no restatement was made")
            // One that was made and not yet published, such as by a run that was stopped in between, is published now.
            guard let last = try store.history(of: period).frozen, last.kind == .restate, try !isPublished(last, store) else { return }
            return try publish(store)
        }
        print("restatement \(try store.history(of: period).revisions.count) of \(period.id): act \(act.number), data version \(act.dataVersion), \(revisions.count) figures")
        RevisionText.print(revisions)
        try publish(store)
    }

    private func isPublished(_ act: Act, _ store: Store) throws -> Bool {
        try store.publications().contains { $0.publication.order.reports == Restate.reports && $0.publication.position.act == act.number }
    }

    private static let reports = ["revision-province", "revision-unit"]

    private func publish(_ store: Store) throws {
        let period = try period.parsed()
        if try store.publications().contains(where: { $0.publication.order.period == period && $0.publication.order.isExternal }) {
            print("outsiders have figures of \(period.id); `uptake publish \(period.id) --external` gives them the new ones")
        }
        guard let out else { return print("`uptake publish \(period.id) --report revision-province --report revision-unit` writes the reports of it") }
        let recipients = Set(try store.publications().filter { $0.publication.order.period == period && !$0.publication.order.isExternal }.flatMap(\.publication.recipients)).sorted()
        let order = PublicationOrder(
            period: period, structure: .then, language: language.rawValue, formats: ReportFiles.Format.usual.map(\.rawValue), reports: Restate.reports, units: [])
        let published = try Publishing(store, home: try home.load(), at: now()).publish(order, reason: why, recipients: recipients, to: out)
        for path in published.paths { print(path) }
        print("publication \(published.number)\(recipients.isEmpty ? "; nobody was named as a recipient of the period's reports" : " to \(recipients.joined(separator: ", "))")")
        try tell(published.faults)
    }
}

enum RevisionText {
    static func print(_ revisions: [FigureRevision]) {
        for one in revisions {
            let indicator = one.oldIndicator == one.newIndicator ? one.newIndicator : "\(one.oldIndicator) → \(one.newIndicator)"
            let causes = one.changes.map { "\($0.cause.rawValue) \(signed($0.numerator))/\(signed($0.denominator))" }.joined(separator: ", ")
            Swift.print("  \(padded(one.unitKey, 24))  \(padded(indicator, 8))  \(one.old.numerator)/\(one.old.denominator) → \(one.new.numerator)/\(one.new.denominator)  \(causes)")
        }
    }
}

func signed(_ number: Int) -> String { number > 0 ? "+\(number)" : String(number) }
