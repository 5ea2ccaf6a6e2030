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

    @Option(help: ArgumentHelp("xlsx, html, or csv (one file for each table); xlsx and html without it.", valueName: "format"))
    var format: [Pipeline.Publish.Format] = []

    @Option(help: ArgumentHelp("vi or en.", valueName: "language"))
    var language: Language = .vietnamese

    func run() throws {
        let store = try store.opened()
        let publish = try Pipeline.Publish(store, home: try home.load(), period: try period.parsed(), structure: try structure.parsed(store), reportIDs: report, at: try asOf.parsed())
        let reports = try publish.reports(units: unit, language: language)
        let paths = try publish.write(reports, to: out, formats: Set(format.isEmpty ? Pipeline.Publish.Format.usual : format))
        for path in paths { print(path) }
    }
}

extension Pipeline.Publish.Format: ExpressibleByArgument {}
extension Language: ExpressibleByArgument {}
