internal import Adoption
internal import ArgumentParser
internal import Pipeline
internal import Reporting
internal import Storage

struct Register: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Units, procedures, services and targets through time: load, list, check, follow.",
        subcommands: [Import.self, List.self, Check.self, History.self])

    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Load registers (CSV, workbook or YAML) and check them together.",
            discussion: "Units, events, procedures, services, targets and attributions. The same as `uptake ingest` for these files, followed by `uptake register check`.")

        @OptionGroup var store: StoreOption
        @OptionGroup var home: HomeOption

        @Option(help: ArgumentHelp("A mapping profile for tables with other columns or words; may be given several times.", valueName: "file"))
        var profile: [String] = []

        @Flag(help: "Read and check everything, say what would happen, and store nothing.")
        var dryRun = false

        @Argument(help: "The files.", completion: .file())
        var files: [String]

        func run() throws {
            let isNew = !storeIsThere(store.store)
            let store = try isNew && dryRun ? Store.open(nil, pseudonymKey: store.pseudonymKey) : store.created()
            let home = home
            let summary = try Pipeline.Ingest.run(
                files, into: store, profiles: profile, kinds: Set(Pipeline.Ingest.registerKinds), keep: !dryRun, asOf: now(),
                indicatorIDs: { try home.load().indicators.map(\.id) },
                onRefusal: { printToStandardError(Words.refusalLine($0, .english)) })
            for file in summary.files {
                let c = file.counts
                print("\(padded(file.name, 32))  \(padded(file.kind, 12))  read \(c.read), stored \(c.stored), corrected \(c.corrected), unchanged \(c.unchanged), kept aside \(c.quarantined)")
            }
            print(dryRun ? "dry run: nothing was stored" : "the data version is \(summary.version)")
            if !dryRun { try printFindings(try Look.registerFindings(store, home: try home.load())) }
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print every inconsistency of the registers at once.",
            discussion: "Exit code 1 when there are errors; notes alone give 0.")

        @OptionGroup var store: StoreOption
        @OptionGroup var home: HomeOption

        func run() throws {
            let findings = try Look.registerFindings(try store.opened(), home: try home.load())
            try printFindings(findings)
            if findings.contains(where: { $0.severity == .error }) { throw ExitCode(1) }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List a register as it holds on a day.")

        @OptionGroup var store: StoreOption

        @Argument(help: "units, procedures, services, targets or events.")
        var what: What

        @Option(help: ArgumentHelp("The day; without it everything that was ever valid.", valueName: "day"))
        var on: String?

        @Option(help: ArgumentHelp("What applies to this unit, and why: its own rule before its level's before the province's.", valueName: "code"))
        var unit: String?

        enum What: String, CaseIterable, ExpressibleByArgument { case units, procedures, services, targets, events }

        func run() throws {
            let store = try store.opened()
            let day = try on.map { text in
                guard let day = Day(iso: text) else { throw ValidationError("'\(text)' is no day; write it as 2025-05-14") }
                return day
            }
            if unit != nil && day == nil { throw ValidationError("--unit needs --on: what applies to a unit depends on the day") }
            for line in try RegisterLines(store.register(), try store.targets(), day: day, unit: unit).lines(what) { print(line) }
        }
    }

    struct History: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Follow one unit, or one procedure, through time: names, parents, levels, events and who became what.")

        @OptionGroup var store: StoreOption

        @Argument(help: "The code of a unit or a procedure.")
        var code: String

        func run() throws {
            let store = try store.opened()
            let lines = RegisterLines(try store.register(), try store.targets(), day: nil, unit: nil).history(of: code)
            if lines.isEmpty { throw InputError("the register has neither a unit nor a procedure '\(code)'; `uptake register list units` lists the units") }
            for line in lines { print(line) }
        }
    }
}

private func printFindings(_ findings: [RegisterFinding]) throws {
    for finding in findings { print("\(finding.severity.rawValue): \(finding.subject): \(finding.message)") }
    let errors = findings.count { $0.severity == .error }
    print(findings.isEmpty ? "the registers are consistent" : "\(errors) errors, \(findings.count - errors) notes")
}
