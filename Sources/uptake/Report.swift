internal import Adoption
internal import ArgumentParser
internal import Pipeline
internal import Reporting
internal import Storage

struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write the reports of a period: the province's, and one for each department and district.",
        discussion: "Each report is a workbook (.xlsx) and a page (.html) with the same figures. The same store, definitions and language give the same bytes.")

    @OptionGroup var store: StoreOption
    @OptionGroup var home: HomeOption
    @OptionGroup var period: PeriodOption
    @OptionGroup var structure: StructureOption
    @OptionGroup var asOf: AsOfOption

    @Option(help: ArgumentHelp("Only this unit's report; may be given several times.", valueName: "code"))
    var unit: [String] = []

    @Option(help: ArgumentHelp("Only this report, by the id of its file in 'reports'; may be given several times. The forms (form-ii06-province, form-07a-unit …) are only written so.", valueName: "id"))
    var report: [String] = []

    @Option(help: ArgumentHelp("The folder for the files.", valueName: "folder"))
    var out: String = "out"

    @OptionGroup var files: FormatOption

    @Option(help: ArgumentHelp("vi or en; without it what each report says.", valueName: "language"))
    var language: Language?

    func run() throws {
        let store = try store.opened()
        let home = try home.load()
        let publish = try Pipeline.Publish(
            store, home: home, period: try period.parsed(usual: home.calendar(of: report)), structure: try structure.asked(store), reportIDs: report, at: try asOf.parsed())
        let reports = try publish.reports(units: unit, language: language)
        let progress = ProgressLine()
        let written = try publish.write(reports, to: out, formats: Set(files.formats)) { progress.show(done: $0, of: $1, "reports") }
        progress.clear()
        for path in written.paths { print(path) }
        printToStandardError("\(written.paths.count) files of \(reports.count - written.faults.count) reports in \(out)")
        try tell(written.faults)
    }
}

/// Names the reports that could not be drawn; the others stand.
func tell(_ faults: [ReportFiles.Fault]) throws {
    if faults.isEmpty { return }
    for fault in faults { printToStandardError("uptake: \(fault.report) could not be written: \(fault.reason)") }
    printToStandardError("uptake: \(faults.count) reports are missing; mend the cause and write them again with --report and --unit")
    throw ExitCode(2)
}

extension Language: ExpressibleByArgument {}
