internal import Adoption
internal import ArgumentParser
internal import Glibc
internal import Pipeline
internal import Storage

@main
struct Uptake: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uptake",
        abstract: "Online filing and payment of administrative procedures: records in, defended rates out.",
        discussion: "Exit codes: 0 done, 1 something is wrong with the input, 2 something is wrong with uptake or the machine, 64 wrong usage.",
        version: programVersion,
        subcommands: [
            Ingest.self, Register.self, Profile.self, Report.self, Figure.self, Periods.self, Restate.self, Publish.self, Publications.self, Audit.self, Backup.self, Restore.self, DoctorCommand.self, Completeness.self, Reconcile.self, Quarantine.self, Imports.self,
            Indicators.self, Reports.self, Export.self, Sample.self, Serve.self, SchedulerCommand.self, ScheduleCommand.self, Users.self,
        ])

    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let error as InputError {
            exit(1, error.description)
        } catch let error as StoreBusy {
            exit(1, error.description)
        } catch let error as ExitCode {
            Glibc.exit(error.rawValue)
        } catch {
            // ArgumentParser prints usage errors and help, and knows their exit code.
            if isUsage(error) { Self.exit(withError: error) }
            exit(2, "\(error)")
        }
    }

    private static func isUsage(_ error: any Error) -> Bool {
        let code = exitCode(for: error)
        return code == .success || code == .validationFailure
    }

    private static func exit(_ code: Int32, _ message: String) -> Never {
        printToStandardError("uptake: \(message)")
        Glibc.exit(code)
    }
}

func printToStandardError(_ text: String, terminator: String = "\n") {
    var text = text + terminator
    // Nobody can be told that standard error cannot be written.
    _ = text.withUTF8 { write(2, $0.baseAddress, $0.count) }
}

/// The store, which every command needs.
struct StoreOption: ParsableArguments {
    @Option(help: ArgumentHelp("A file with a secret of at least 32 bytes: codes of dossiers and payments are kept as pseudonyms made with it. Also the variable UPTAKE_PSEUDONYM_KEY.", valueName: "file"))
    var pseudonymKey: String? = getenv("UPTAKE_PSEUDONYM_KEY").map { String(cString: $0) }

    @Option(help: ArgumentHelp("Who does this, for the audit log and for what is frozen and published. Also the variable UPTAKE_ACTOR; without it the name of the system's user.", valueName: "name"))
    var by: String?

    /// Creates the store when it is not there.
    func created() throws -> Store { try Store.open(store, pseudonymKey: pseudonymKey, actor: actor) }

    var actor: String { by ?? variable("UPTAKE_ACTOR") ?? getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "uid \(getuid())" }

    /// - Throws: when there is no store.
    func opened() throws -> Store {
        _ = try existing(store)
        return try created()
    }

    @Option(help: ArgumentHelp("The file with the records of the province; loading creates it when it is not there. Also the variable UPTAKE_STORE.", valueName: "file"))
    var store: String = getenv("UPTAKE_STORE").map { String(cString: $0) } ?? "uptake.sqlite"
}

private func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
}

/// The folder with the definitions.
struct HomeOption: ParsableArguments {
    @Option(help: ArgumentHelp("The folder that holds 'reports/' with the definitions. Also the variable UPTAKE_HOME. Without it: this folder, then those above the program.", valueName: "folder"))
    var home: String?

    func load() throws -> Home { try HomeOption.load(home ?? getenv("UPTAKE_HOME").map { String(cString: $0) }) }

    /// - Parameter folder: nil to look for it.
    static func load(_ folder: String?) throws -> Home { try Home(path: folder, program: programPath()) }

    private static func programPath() -> String {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &bytes, bytes.count - 1)
        return count > 0 ? String(decoding: bytes[0..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : CommandLine.arguments[0]
    }
}

/// Whose units the records count for.
struct StructureOption: ParsableArguments {
    @Option(help: ArgumentHelp("then (the units of the time of reception), today (the newest structure of the register) or a day such as 2025-07-01: earlier records count for the heirs of their units. Without it: what the reports say, or then.", valueName: "structure"))
    var structure: String?

    /// Nil when nothing was said.
    func asked(_ store: Store) throws -> Structure? {
        guard let structure else { return nil }
        guard let asked = StructureAsked(structure) else { throw ValidationError("'\(structure)' is no structure; write then, today or a day such as 2025-07-01") }
        return try asked.structure(in: store)
    }

    func parsed(_ store: Store) throws -> Structure { try asked(store) ?? .then }
}

/// Which state of the store figures are asked for.
struct AsOfOption: ParsableArguments {
    @Option(help: ArgumentHelp("A data version (the number of an import): the records as they were after it; or newest: those of now, although the period may be final. Without it: what is official.", valueName: "version"))
    var asOf: String?

    func parsed() throws -> PositionAsked {
        guard let asOf else { return .official }
        if asOf == "newest" { return .newest }
        guard let version = Int(asOf), version >= 0 else { throw ValidationError("'\(asOf)' is no data version; write the number of an import, or newest") }
        return .dataVersion(version)
    }
}

/// The files that reports are written in.
struct FormatOption: ParsableArguments {
    @Option(help: ArgumentHelp("xlsx, html, pdf, or csv (one file for each table); xlsx and html without it.", valueName: "format"))
    var format: [ReportFiles.Format] = []

    @Flag(help: "Also as PDF, drawn by Chromium where it is installed.")
    var pdf = false

    var formats: [ReportFiles.Format] {
        let wanted = Set((format.isEmpty ? ReportFiles.Format.usual : format) + (pdf ? [.pdf] : []))
        return ReportFiles.Format.allCases.filter(wanted.contains)
    }
}

extension ReportFiles.Format: ExpressibleByArgument {}

/// The days that a figure or a report is about.
struct PeriodOption: ParsableArguments {
    @Option(help: ArgumentHelp("2025-05 (a month), 2025-Q2, 2025-6M, 2025-9M or 2025.", valueName: "period"))
    var period: String

    @Option(help: ArgumentHelp("administrative (15th to 14th) or calendar (1st to last day); without it the one of the reports that are named, or administrative.", valueName: "calendar"))
    var calendar: ReportingCalendar?

    /// - Parameter usual: the calendar when none was named.
    func parsed(usual: ReportingCalendar = .administrative) throws -> Period { try parsePeriod(period, calendar ?? usual) }
}

func parsePeriod(_ text: String, _ calendar: ReportingCalendar) throws -> Period {
    guard let period = Period(text, calendar: calendar) else {
        throw ValidationError("'\(text)' is not a period; write 2025-05, 2025-Q2, 2025-6M, 2025-9M or 2025, of the years 2000 to 2100")
    }
    return period
}

extension ReportingCalendar: ExpressibleByArgument {}

/// The one place that reads the clock; everything else is told the time.
func now() -> Instant { Instant(secondsSinceEpoch: time(nil)) }
