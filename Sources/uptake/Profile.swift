internal import Adoption
internal import ArgumentParser
internal import Ingestion
internal import Pipeline
internal import Reporting
internal import Storage

struct Profile: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Mapping profiles: what the columns and words of a list mean.", subcommands: [Try.self])

    struct Try: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what would be understood of a list, column by column, and suggest a profile for an unknown one.",
            discussion: "Nothing is stored. Columns that are not read are not shown either: only their names.")

        @OptionGroup var store: StoreOption

        @Option(help: ArgumentHelp("A mapping profile; may be given several times.", valueName: "file"))
        var profile: [String] = []

        @Option(help: ArgumentHelp("When the list was made, as for ingest.", valueName: "moment"))
        var exported: String?

        @Argument(help: "The list.", completion: .file())
        var file: String

        func run() throws {
            let store = try storeIsThere(store.store) ? store.opened() : nil
            let trials = try Trial.run(file, profiles: profile, exported: try exported.map(parseExported), store: store, asOf: now())
            for trial in trials { print(text(trial).joined(separator: "\n")) }
        }

        private func text(_ trial: ProfileTrial) -> [String] {
            var lines = ["\(trial.name): header in line \(trial.headerLine); " + (trial.profile.isEmpty ? "no profile fits; it looks like \(trial.kind.rawValue)" : "\(trial.kind.rawValue), read by '\(trial.profile)'")]
            let width = min(40, trial.columns.map(\.label.count).max() ?? 0)
            for column in trial.columns where !column.label.isEmpty {
                lines.append("  \(padded(column.label, width))  \(padded(column.field.isEmpty ? "not read" : column.field, 16))  \(column.examples.joined(separator: " | "))")
            }
            for field in trial.missing { lines.append("  missing: \(field)") }
            let rows = Set(trial.refusals.map(\.line)).count
            if trial.rowsTried > 0 && trial.suggestion.isEmpty {
                lines.append("of the first \(trial.rowsTried) rows, \(trial.rowsTried - rows) would be stored and \(rows) kept aside")
                for (fault, refusals) in Dictionary(grouping: trial.refusals, by: \.fault).sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                    lines.append("  \(fault.rawValue): \(refusals.count), the first: \(Words.refusalLine(refusals[0], .english))")
                }
            }
            if !trial.suggestion.isEmpty { lines += ["", "a profile to begin with (replace every ? and save it as a .yaml file):", "", trial.suggestion] }
            return lines
        }
    }
}
