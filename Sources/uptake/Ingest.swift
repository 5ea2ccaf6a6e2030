internal import Adoption
internal import ArgumentParser
internal import Glibc
internal import Pipeline
internal import Reporting
internal import Storage

struct Ingest: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Load files into the store: registers, targets, submissions, payments, evaluation responses.",
        discussion: """
            Each file is recognised by its content. All files of one call are one import: either all of them are stored or nothing is. \
            Rows that cannot be read are kept aside and listed; the others are stored. Loading a file again changes nothing.
            """)

    @OptionGroup var store: StoreOption
    @OptionGroup var home: HomeOption

    @Option(help: ArgumentHelp("A mapping profile for tables with other columns or words; may be given several times.", valueName: "file"))
    var profile: [String] = []

    @Option(help: ArgumentHelp("When a list was made that does not say when its rows changed: a moment such as 2025-05-15T08:00, or 'modified' for the time of the file.", valueName: "moment"))
    var exported: String?

    @Option(help: ArgumentHelp("Load the files of this folder as they come, each once, and move them to its folders 'done' and 'refused', a report beside each. Runs until it is stopped.", valueName: "folder"))
    var watch: String?

    @Option(help: ArgumentHelp("How many seconds lie between two glances at the folder.", valueName: "seconds"))
    var interval = 5

    @Option(help: ArgumentHelp("For evaluation responses: the calendar period that was requested, such as 2026-08.", valueName: "period"))
    var period: String?

    @Option(help: ArgumentHelp("For evaluation responses: the province's unit code that was requested, such as H44.", valueName: "code"))
    var unit: String?

    @Flag(help: "Read and check everything, say what would happen, and store nothing.")
    var dryRun = false

    @Option(help: ArgumentHelp("Write the rows that were kept aside to a CSV file, in Vietnamese, to hand back to the clerk.", valueName: "file"))
    var quarantine: String?

    @Flag(help: "Print the summary as one line of JSON.")
    var json = false

    @Argument(help: "The files.", completion: .file())
    var files: [String] = []

    func validate() throws {
        if files.isEmpty && watch == nil { throw ValidationError("name at least one file, or a folder with --watch") }
        if watch != nil && !(files.isEmpty && !dryRun && quarantine == nil && period == nil) {
            throw ValidationError("--watch takes files from its folder only; leave out files, --dry-run, --quarantine, --period and --unit")
        }
        if !(1...3_600).contains(interval) { throw ValidationError("--interval takes 1 to 3600 seconds") }
        if (period == nil) != (unit == nil) { throw ValidationError("--period and --unit belong together: they say what an evaluation response was requested for") }
    }

    func run() throws {
        var request: Pipeline.Ingest.Request?
        if let period, let unit { request = .init(period: try parsePeriod(period, .calendar), provinceCode: unit) }
        let isNew = !storeIsThere(store.store)
        // A rehearsal without a store leaves none behind.
        let store = try isNew && dryRun ? Store.open(nil, pseudonymKey: store.pseudonymKey) : store.created()
        let home = home
        let moment = try exported.map(parseExported)
        if let watch { return try Watching(watch, store: store, home: home, profiles: profile, exported: moment, interval: interval).run() }
        let list = try quarantine.map { try CSVFile(path: $0, header: Words.refusalHeader) }
        var shown = 0
        let progress = ProgressLine()
        let summary = try Pipeline.Ingest.run(
            files, into: store, profiles: profile, request: request, exported: moment, keep: !dryRun, asOf: now(), indicatorIDs: { try home.load().indicators.map(\.id) },
            onRefusal: { refusal in
                try list?.put(Words.refusalRow(refusal))
                shown += 1
                if shown <= 10 && !json {
                    progress.clear()
                    printToStandardError(Words.refusalLine(refusal, .english))
                }
            }, onProgress: progress.show)
        progress.clear()
        try list?.close()
        if shown > 10 && !json { printToStandardError("… and \(shown - 10) more faults") }
        print(json ? jsonLine(summary) : text(summary))
    }

    private func text(_ summary: Pipeline.Ingest.Summary) -> String {
        var lines = [
            "file                              kind          read     stored  corrected      older  unchanged  quarantined",
        ]
        for file in summary.files {
            let counts = file.counts
            let numbers = [counts.read, counts.stored, counts.corrected, counts.older, counts.unchanged].map { padded($0, 11) }.joined()
            lines.append("\(padded(file.name, 32))  \(padded(file.kind, 11))\(numbers)\(padded(counts.quarantined, 13))")
            if !file.profile.isEmpty && !file.profile.hasPrefix("canonical") { lines.append("    read by the profile '\(file.profile)'") }
            if counts.skipped > 0 { lines.append("    \(counts.skipped) rows are no records (totals, signatures, or left out by the profile)") }
            lines += file.remarks.map { "    note: \($0)" }
            for (fault, rows) in file.quarantined.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                lines.append("    kept aside, \(fault.rawValue): \(rows)")
            }
            if !file.droppedColumns.isEmpty { lines.append("    columns not read: \(file.droppedColumns.joined(separator: ", "))") }
        }
        lines += summary.leftOut.map { "not read: \($0)" }
        if summary.paymentsWithoutDossier > 0 {
            lines.append("\(summary.paymentsWithoutDossier) payments wait for a dossier that no file has brought yet; they are in no figure until it comes")
        }
        lines.append(outcome(summary))
        if summary.counts.quarantined > 0, quarantine == nil {
            lines.append(dryRun
                ? "to list the rows kept aside: --quarantine FILE"
                : "to list the rows kept aside: uptake quarantine --store \(store.store) --csv FILE")
        }
        return lines.joined(separator: "\n")
    }

    private func outcome(_ summary: Pipeline.Ingest.Summary) -> String {
        if dryRun { return "dry run: nothing was stored; the data version stays \(summary.versionBefore)" }
        if summary.version == summary.versionBefore { return "nothing new; the data version stays \(summary.version)" }
        return "stored; the data version is now \(summary.version)"
    }

    private func jsonLine(_ summary: Pipeline.Ingest.Summary) -> String {
        func counts(_ c: FileCounts) -> String {
            "\"read\":\(c.read),\"skipped\":\(c.skipped),\"stored\":\(c.stored),\"corrected\":\(c.corrected),\"older\":\(c.older),\"unchanged\":\(c.unchanged)"
        }
        func faults(_ faults: [Fault: Int]) -> String {
            "{" + faults.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\"\($0.key.rawValue)\":\($0.value)" }.joined(separator: ",") + "}"
        }
        let all = summary.files.reduce(into: [Fault: Int]()) { $0.merge($1.quarantined, uniquingKeysWith: +) }
        let files = summary.files.map {
            "{\"name\":\(quoted($0.name)),\"kind\":\"\($0.kind)\",\(counts($0.counts)),\"quarantined\":\(faults($0.quarantined))}"
        }
        return "{\"data_version\":\(summary.version),\(counts(summary.counts)),\"quarantined\":\(faults(all)),"
            + "\"payments_without_dossier\":\(summary.paymentsWithoutDossier),\"files\":[\(files.joined(separator: ","))]}"
    }
}

/// A text as JSON writes it.
func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": out += "\\\""
        case "\\": out += "\\\\"
        case "\u{0}"..."\u{1F}": out += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
        default: out.unicodeScalars.append(scalar)
        }
    }
    return out + "\""
}

func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }

/// Right-aligned with thousands marks, which a terminal reader counts by.
func padded(_ number: Int, _ width: Int) -> String {
    let text = grouped(number, .english)
    return String(repeating: " ", count: max(0, width - text.count)) + text
}
