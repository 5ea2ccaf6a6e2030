internal import Adoption
internal import ArgumentParser
internal import Ingestion
internal import Pipeline
internal import Reporting
internal import Storage

struct Indicators: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What is measured and how each of it is defined.", subcommands: [List.self, Show.self, Check.self, Try.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the indicators with their definitions and sources.")

        @OptionGroup var home: HomeOption

        @Option(help: ArgumentHelp("vi or en.", valueName: "language"))
        var language: Language = .english

        func run() throws {
            for indicator in try home.load().indicators {
                print("\(padded(indicator.label, 8))\(indicator.name(language))")
                print("        \(indicator.definition(language))")
                print("        by date of \(indicator.basis.word); \(source(of: indicator))")
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one definition in full, with its other versions and those that compete with it.")

        @OptionGroup var home: HomeOption

        @Argument(help: ArgumentHelp("The indicator, such as O1 or, in an older version, O1.v1.", valueName: "id"))
        var indicator: String

        func run() throws {
            let home = try home.load()
            let shown = try home.indicator(named: indicator)
            print("indicator   \(shown.label)  \(shown.name.vi) / \(shown.name.en)")
            print("definition  \(shown.definition.vi)")
            print("            \(shown.definition.en)")
            print("counts      \(shown.subject == .dossiers ? "dossiers" : "procedures"), each once, by date of \(shown.basis.word)")
            switch shown.subject {
            case .dossiers:
                print("denominator \(words(shown.denominator))")
                print("numerator   of those: \(words(shown.numerator))")
            case .procedures(let question):
                let asked = [question.offered.map { "offered = \(levels($0))" }, question.bearsFee.map { "bears_fee = \($0 ? "yes" : "no")" }].compactMap { $0 }
                print("denominator \(asked.isEmpty ? "all procedures under the unit's authority" : asked.joined(separator: "; "))")
                let counted = [question.countsOffered.map { "offered = \(levels($0))" }, question.countsUsed ? "with a dossier of which \(words(shown.denominator))" : nil]
                print("numerator   of those: \(counted.compactMap { $0 }.joined(separator: "; "))")
            }
            print("rounding    once, to hundredths of a percent, halves up; without a denominator there is no data")
            print("source      \(source(of: shown))")
            let others = home.definitions.filter { $0.id == shown.id && $0.version != shown.version }.map(\.label)
            if !others.isEmpty { print("versions    also \(others.joined(separator: ", "))") }
            let family = home.indicators.filter { !$0.family.isEmpty && $0.family == shown.family && $0.id != shown.id }.map(\.label)
            if !family.isEmpty { print("competes    with \(family.joined(separator: ", ")) for the same name (\(shown.family))") }
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Check all definitions, or the files that are named, and say what is wrong where.")

        @OptionGroup var home: HomeOption

        @Argument(help: ArgumentHelp("Definition files; without any, those of the folder 'reports' and the reports that use them.", valueName: "file"))
        var files: [String] = []

        func run() throws {
            if files.isEmpty {
                let home = try home.load()
                print("\(home.definitions.count) definitions of \(home.indicators.count) indicators and \(home.reports.count) reports are right")
                return
            }
            for file in files { print("\(file): \(try Indicator(path: file).label) is right") }
        }
    }

    struct Try: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Count a definition that is not published yet, and explain the figure that it gives.",
            discussion: "Nothing is stored. The figure stands beside that of the published definition of the same id, where there is one.")

        @OptionGroup var store: StoreOption
        @OptionGroup var home: HomeOption

        @Argument(help: ArgumentHelp("The definition file.", valueName: "file"))
        var file: String

        @Option(help: ArgumentHelp("The unit, with the units below it.", valueName: "code"))
        var unit: String

        @OptionGroup var period: PeriodOption
        @OptionGroup var structure: StructureOption

        func run() throws {
            let tried = try Indicator(path: file)
            let (store, home) = (try store.opened(), try home.load())
            let structure = try structure.parsed(store)
            let (scope, period) = (Scope(agencyCode: unit), try period.parsed())
            let explanation = try Look(store).explain(tried, scope, in: period, structure: structure, limit: 0)
            print(FigureText.lines(explanation).joined(separator: "\n"))
            guard let published = home.indicators.first(where: { $0.id == tried.id }) else { return }
            let rate = try Look(store).explain(published, scope, in: period, structure: structure, limit: 0, recount: false).figure.rate
            print("")
            print("published   \(published.label): \(grouped(rate.numerator, .english)) / \(grouped(rate.denominator, .english)) = \(rate.isNoData ? "no data" : Cell.rate(rate).text(.english))")
            if published.version >= tried.version { print("            a changed definition is a new version: write version: \(published.version + 1)") }
        }
    }

    private static func source(of indicator: Indicator) -> String {
        [indicator.source.number, indicator.source.clause].filter { !$0.isEmpty }.joined(separator: ", ")
    }

    /// `channel = online; state = received, in_process`
    private static func words(_ condition: Condition) -> String {
        if condition.dimensions.isEmpty { return "all" }
        return condition.dimensions.map { dimension in
            let codes = condition.allowed[dimension] ?? []
            let (allowed, others) = (dimension.words.indices.filter { codes.contains(UInt8($0)) }, dimension.words.indices.filter { !codes.contains(UInt8($0)) })
            let text = { (places: [Int]) in places.map { dimension.words[$0] }.joined(separator: ", ") }
            return others.count < allowed.count ? "\(dimension.rawValue) not \(text(others))" : "\(dimension.rawValue) = \(text(allowed))"
        }.joined(separator: "; ")
    }

    private static func levels(_ levels: Set<ServiceLevel>) -> String { ServiceLevel.allCases.filter(levels.contains).map(\.word).joined(separator: ", ") }
}
