internal import Adoption
internal import ArgumentParser
internal import Glibc
internal import Pipeline
internal import Reporting
internal import Storage

struct Reports: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The definitions of reports: list them, check one, draw one before it is used.",
        discussion: "A report is one YAML file of the folder 'reports': for whom it is, its indicators and its sections. A new one needs no program: write a file, check it, preview it, and put it there.",
        subcommands: [List.self, Check.self, Preview.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the reports: their ids, for whom they are, when they are written.")

        @OptionGroup var home: HomeOption

        @Option(help: ArgumentHelp("vi or en.", valueName: "language"))
        var language: Language = .vietnamese

        func run() throws {
            print("id                   about       written     title")
            for report in try home.load().reports {
                let written = report.isForOutsiders ? "--external" : report.isOnRequest ? "by its id" : "always"
                print("\(padded(report.id, 19))  \(padded(report.audience.rawValue, 10))  \(padded(written, 10))  \(report.title(language))")
                let spans = report.spans.count == Span.allCases.count ? "" : "; " + Span.allCases.filter(report.spans.contains).map(\.rawValue).joined(separator: ", ")
                if report.calendar != nil || !spans.isEmpty { print("                     periods  \(report.calendar.map { "of the \($0.rawValue) calendar" } ?? "of both calendars")\(spans)") }
                print("                     sections \(report.sections.map(\.rawValue).joined(separator: ", "))")
            }
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check the reports of the folder, or the files that are named, and say what is wrong where and what to write.")

        @OptionGroup var home: HomeOption

        @Argument(help: ArgumentHelp("Definition files; without any, those of the folder 'reports'.", valueName: "file"))
        var files: [String] = []

        func run() throws {
            let home = try home.load()
            if files.isEmpty { return print("\(home.reports.count) reports are right: \(home.reports.map(\.id).joined(separator: ", "))") }
            var faults: [InputError] = []
            for file in files {
                do throws(InputError) {
                    print("\(file): \(try home.report(at: file).id) is right")
                } catch {
                    printToStandardError("uptake: \(file): \(error)")
                    faults.append(error)
                }
            }
            if !faults.isEmpty { throw ExitCode(1) }
        }
    }

    struct Preview: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Draw a report by a file that is not in the folder yet.",
            discussion: "Nothing is stored or registered. With --unit only that unit's report is drawn; otherwise the province's, or the first unit's.")

        @OptionGroup var store: StoreOption
        @OptionGroup var home: HomeOption

        @Argument(help: ArgumentHelp("The definition file.", valueName: "file"))
        var file: String

        @OptionGroup var period: PeriodOption

        @Option(help: ArgumentHelp("Only this unit's report.", valueName: "code"))
        var unit: String?

        @Option(help: ArgumentHelp("The folder for the files.", valueName: "folder"))
        var out: String = "preview"

        @OptionGroup var files: FormatOption

        @Option(help: ArgumentHelp("vi or en; without it what the report says.", valueName: "language"))
        var language: Language?

        func run() throws {
            let store = try store.opened()
            let home = try home.load().adding(reportAt: file)
            let definition = try home.report(at: file)
            let period = try period.parsed(usual: home.calendar(of: [definition.id]))
            // By the definitions of now, whatever the period was made final by.
            let publish = try Pipeline.Publish(store, home: home, period: period, reportIDs: [definition.id], at: .at(PositionAsked.official.position(in: store, for: period, structure: .then)))
            let reports = try publish.preview(unit: unit, language: language)
            let written = try publish.write(reports, to: out, formats: Set(files.formats))
            for path in written.paths { print(path) }
            try tell(written.faults)
        }
    }
}
