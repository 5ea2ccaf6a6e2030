internal import Adoption
internal import ArgumentParser
internal import Pipeline
internal import Reporting
internal import Storage

struct Publish: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write reports that go out, and keep them in the register of publications; or make an earlier publication again.",
        discussion: "The register keeps the definitions, the data version, the names and SHA-256 of all files, and who got them. --rebuild makes the same bytes again from that, on another day and on another machine with the same store, and names what differs if anything does.")

    @OptionGroup var store: StoreOption
    @OptionGroup var home: HomeOption

    @Argument(help: ArgumentHelp("2025-05 (a month), 2025-Q2, 2025-6M, 2025-9M or 2025.", valueName: "period"))
    var period: String?

    @Option(help: ArgumentHelp("administrative (15th to 14th) or calendar (1st to last day); without it the one of the reports that are named, or administrative.", valueName: "calendar"))
    var calendar: ReportingCalendar?

    @OptionGroup var structure: StructureOption

    @Option(help: ArgumentHelp("Only this unit's report; may be given several times.", valueName: "code"))
    var unit: [String] = []

    @Option(help: ArgumentHelp("Only this report, by the id of its file in 'reports'; may be given several times.", valueName: "id"))
    var report: [String] = []

    @OptionGroup var files: FormatOption

    @Option(help: ArgumentHelp("vi or en; without it what each report says.", valueName: "language"))
    var language: Language?

    @Option(help: ArgumentHelp("Who gets it, such as an office or its address; may be given several times.", valueName: "recipient"))
    var to: [String] = []

    @Option(help: ArgumentHelp("What it is published for; kept.", valueName: "reason"))
    var why: String = ""

    @Flag(help: "It goes to outsiders: only reports for them, with small counts hidden.")
    var external = false

    @Option(help: ArgumentHelp("From which count on a count is not small.", valueName: "number"))
    var threshold = 5

    @Option(help: ArgumentHelp("The folder for the files.", valueName: "folder"))
    var out: String = "out"

    @Option(help: ArgumentHelp("Make this publication again and compare.", valueName: "number"))
    var rebuild: Int?

    func validate() throws {
        if (period == nil) == (rebuild == nil) { throw ValidationError("give a period to publish, or --rebuild with the number of a publication") }
        if rebuild != nil, external || !unit.isEmpty || !report.isEmpty || !files.format.isEmpty || files.pdf || !to.isEmpty { throw ValidationError("--rebuild makes a publication again as it was; leave the other options out, but for --out") }
        if !(2...1_000).contains(threshold) { throw ValidationError("--threshold takes a number from 2 to 1000") }
    }

    func run() throws {
        let store = try store.opened()
        if let rebuild { return try show(Publishing.rebuild(rebuild, store, to: out)) }
        let home = try home.load()
        let order = PublicationOrder(
            period: try parsePeriod(period ?? "", calendar ?? home.calendar(of: report)), structure: try structure.asked(store), language: language?.rawValue ?? "",
            formats: files.formats.map(\.rawValue), reports: report, units: unit, isExternal: external, threshold: threshold)
        let progress = ProgressLine()
        let published = try Publishing(store, home: home, at: now()).publish(order, reason: why, recipients: to, to: out) { progress.show(done: $0, of: $1, "reports") }
        progress.clear()
        for path in published.paths { print(path) }
        for line in published.exposed { printToStandardError("warning: \(line) is hidden, and follows from what earlier publications show") }
        print("publication \(published.number): \(published.paths.count) files, data version \(published.publication.position.dataVersion)")
        try tell(published.faults)
    }

    private func show(_ rebuilt: Publishing.Rebuilt) throws {
        for path in rebuilt.paths { print(path) }
        if rebuilt.isSame { return print("publication \(rebuild ?? 0): \(rebuilt.paths.count) files, the same to the byte") }
        print("publication \(rebuild ?? 0) is not the same:")
        if rebuilt.publication.program != rebuilt.program { print("  it was drawn by \(rebuilt.publication.program), now by \(rebuilt.program)") }
        for name in rebuilt.different { print("  \(name) has other bytes") }
        for part in Set(rebuilt.parts.map { "\($0.report): section \($0.section)" }).sorted() { print("  \(part) says something else") }
        for figure in rebuilt.figures { print("  \(figure.name) was \(text(figure.published)), is \(text(figure.rebuilt))") }
        throw ExitCode(2)
    }

    private func text(_ rate: Rate?) -> String { rate.map { "\($0.numerator)/\($0.denominator)" } ?? "not there" }
}

struct Publications: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The register of publications.", subcommands: [List.self, Show.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List what was published.")

        @OptionGroup var store: StoreOption

        func run() throws {
            print("number  published                  period        data  files  reports")
            for (number, act, publication) in try store.opened().publications() {
                let order = publication.order
                print("\(padded(number, 6))  \(act.moment.iso)  \(padded(order.period.id, 10))\(padded(publication.position.dataVersion, 8))\(padded(publication.files.count, 7))  \(order.reports.joined(separator: ", "))\(order.isExternal ? "  (external)" : "")")
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one publication: what it was made from, its files with their SHA-256, and who got it.")

        @OptionGroup var store: StoreOption

        @Argument(help: "The number of the publication.")
        var number: Int

        func run() throws {
            guard let (_, act, publication) = try store.opened().publications().first(where: { $0.number == number }) else {
                throw InputError("there is no publication \(number); `uptake publications` lists them")
            }
            let order = publication.order
            print("publication \(number), \(act.moment.iso), by \(act.actor)\(act.reason.isEmpty ? "" : ": \(act.reason)")")
            print("period      \(order.period.id) (\(order.period.calendar.rawValue) calendar), structure \(order.structure?.day?.iso ?? "then"), language \(order.language.isEmpty ? "of each report" : order.language)")
            print("made from   data version \(publication.position.dataVersion), acts up to \(publication.position.act); drawn by \(publication.program)")
            if order.isExternal { print("external    counts below \(order.threshold) are hidden; \(publication.lines.count { $0.isHidden }) of \(publication.lines.count) lines are") }
            print("recipients  \(publication.recipients.isEmpty ? "none were named" : publication.recipients.joined(separator: ", "))")
            for file in publication.files { print("file        \(file.sha256)  \(padded(file.bytes, 9))  \(file.name)") }
        }
    }
}

struct Audit: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The log of everything that was done: imports, undoings, register and target changes, decisions, publications, exports.",
        discussion: "Entries are never changed or deleted, and each carries a hash over itself and the one before; `uptake doctor` checks them.")

    @OptionGroup var store: StoreOption

    @Option(help: ArgumentHelp("Only this kind: import, undo, register, targets, review, explain, freeze, reopen, restate, publish, export, backup.", valueName: "event"))
    var event: String?

    @Option(help: ArgumentHelp("From this day on, such as 2025-05-14.", valueName: "day"))
    var from: String?

    @Option(help: ArgumentHelp("Up to this day.", valueName: "day"))
    var until: String?

    @Option(help: ArgumentHelp("Write the log to a CSV file.", valueName: "file"))
    var csv: String?

    func run() throws {
        let entries = try store.opened().auditLog(event: event, from: try from.map(day), to: try until.map(day))
        guard let csv else {
            for entry in entries { print("\(padded(entry.number, 5))  \(entry.moment.iso)  \(padded(entry.actor, 12))  \(padded(entry.event, 8))  \(entry.subject): \(entry.detail)") }
            return
        }
        let file = try CSVFile(path: csv, header: ["number", "moment", "actor", "event", "subject", "detail"])
        for entry in entries { try file.put([String(entry.number), entry.moment.iso, entry.actor, entry.event, entry.subject, entry.detail]) }
        try file.close()
        print("\(entries.count) entries written to \(csv)")
    }

    private func day(_ text: String) throws -> Day {
        guard let day = Day(iso: text) else { throw ValidationError("'\(text)' is no day; write 2025-05-14") }
        return day
    }
}
