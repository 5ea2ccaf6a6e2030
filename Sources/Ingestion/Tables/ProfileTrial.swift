package import Adoption

/// What would be understood of a list: column by column, with the first rows, and a profile to begin with where none fits.
package struct ProfileTrial: Sendable {
    package struct Column: Sendable {
        package let label: String
        /// Our field; empty where the column is not read.
        package let field: String
        /// What the first rows hold; never for a column that is not read.
        package let examples: [String]
    }

    /// The file, with its sheet.
    package let name: String
    package let kind: SourceKind
    package let profile: String
    package let headerLine: Int
    package let columns: [Column]
    /// Required fields without a column.
    package let missing: [String]
    /// Why the first rows would be kept aside.
    package let refusals: [Refusal]
    package let rowsTried: Int
    /// A mapping profile in YAML; empty when the columns are understood already.
    package let suggestion: String

    private static let rowLimit = 1_000
    private static let exampleCount = 3

    /// - Parameter read: reads the current row of a table as the import would, and gives what is wrong with it.
    package static func all(
        _ path: String, profiles: [Profile], exported: Instant?, read: (TableFile) -> () -> [Refusal]
    ) throws(InputError) -> [ProfileTrial] {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        var trials: [ProfileTrial] = []
        var failure: InputError?
        for run in try Source.runs(path, name: name, profiles: profiles + KnownLabels.profiles) {
            let preview = try Header.Preview(try run.open())
            let own = profiles.map { $0.exported(at: exported ?? Instant(secondsSinceEpoch: 1_735_664_400)) }
            if preview.rows.isEmpty { continue }
            do throws(InputError) {
                for plan in try TablePlan.plans(profiles: own, run) {
                    let table = try plan.open()
                    trials.append(try ProfileTrial(table, own: own, read: read(table)))
                }
            } catch {
                // A sheet of notes beside a list is nothing to suggest for.
                do throws(InputError) { trials.append(try ProfileTrial(suggestedFor: preview, run, failure: error)) } catch { failure = failure ?? error }
            }
        }
        if trials.isEmpty, let failure { throw failure }
        return trials
    }

    private init(_ table: TableFile, own: [Profile], read: () -> [Refusal]) throws(InputError) {
        var examples = [[String]](repeating: [], count: table.header.labels.count)
        let used = Set(table.header.positions.values)
        var refusals: [Refusal] = []
        var rows = 0
        while rows < ProfileTrial.rowLimit, try table.next() {
            rows += 1
            refusals += read()
            for index in used where examples[index].count < ProfileTrial.exampleCount {
                let text = table.source.bytes(index).trimmed.composedText ?? "?"
                examples[index].append(String(text.prefix(28)))
            }
        }
        let fields = Dictionary(table.header.positions.map { ($0.value, $0.key) }, uniquingKeysWith: min)
        name = table.name
        kind = table.kind
        profile = table.profileName
        headerLine = table.header.line
        columns = table.header.labels.indices.map { Column(label: table.header.labels[$0], field: fields[$0] ?? "", examples: examples[$0]) }
        missing = []
        self.refusals = refusals
        rowsTried = rows
        suggestion = ""
    }

    /// For a list that no profile understands.
    private init(suggestedFor preview: Header.Preview, _ run: RowRun, failure: InputError) throws(InputError) {
        var best: (profile: Profile, header: Header)?
        for profile in KnownLabels.profiles {
            let header = try Header(preview, for: profile)
            if header.positions.count > (best?.header.positions.count ?? 0) { best = (profile, header) }
        }
        guard let best, best.header.positions.count >= 2 else { throw failure }
        let source = try run.open()
        for _ in 0..<best.header.rows { _ = try source.next() }
        var words: [String: [String]] = [:]
        var moments: Set<String> = []
        var rows = 0
        let kind = best.profile.kind
        while rows < ProfileTrial.rowLimit, try source.next() {
            rows += 1
            for (field, position) in best.header.positions where field.hasSuffix("_at") || field == "day" {
                if source.form(position) == .text, let text = source.bytes(position).trimmed.text, !text.isEmpty { moments.insert(text) }
            }
            for (field, position) in best.header.positions where kind.vocabulary(of: field) != nil || kind.resolvedFields.contains(field) {
                // A code needs no translation.
                if kind.vocabulary(of: field) == nil, source.bytes(position).trimmed.allSatisfy(isCodeCharacter) { continue }
                let text = source.bytes(position).trimmed.composedText ?? ""
                // More than a few different texts are no closed vocabulary, and may be about people.
                if !text.isEmpty, text.count <= 60, words[field, default: []].count < 20, words[field]?.contains(text) != true { words[field, default: []].append(text) }
            }
        }
        let fields = Dictionary(best.header.positions.map { ($0.value, $0.key) }, uniquingKeysWith: min)
        name = preview.name
        self.kind = kind
        profile = ""
        headerLine = best.header.line
        columns = best.header.labels.indices.map { Column(label: best.header.labels[$0], field: fields[$0] ?? "", examples: []) }
        missing = best.header.missing
        refusals = []
        rowsTried = rows
        suggestion = ProfileTrial.yaml(best.profile.kind, best.header, words, dates: ProfileTrial.patterns(of: moments))
    }

    /// Ways to write moments that read all the others; empty when none need be told.
    private static func patterns(of texts: Set<String>) -> [String] {
        func reads(_ text: String, _ pattern: MomentPattern?) -> Bool {
            Array(text.utf8).withUnsafeBufferPointer { bytes in
                guard let pattern else { if case .success = MomentText.read(bytes) { return true } else { return false } }
                return pattern.moment(bytes, endOfDay: false) != nil
            }
        }
        if texts.allSatisfy({ reads($0, nil) }) { return [] }
        let known = ["d/M/yyyy HH:mm:ss", "d/M/yyyy HH:mm", "d/M/yyyy", "HH:mm d/M/yyyy", "HH:mm:ss d/M/yyyy", "d-M-yyyy HH:mm:ss", "d-M-yyyy HH:mm", "d-M-yyyy", "d.M.yyyy", "yyyy/M/d HH:mm:ss", "yyyy/M/d"]
        return known.filter { pattern in MomentPattern(pattern).map { pattern in texts.contains { reads($0, pattern) } } ?? false }
    }

    private static func yaml(_ kind: SourceKind, _ header: Header, _ words: [String: [String]], dates: [String]) -> String {
        var lines = ["profile: my-list", "kind: \(kind.rawValue)", "columns:"]
        for field in kind.fields {
            if let position = header.positions[field] { lines.append("  \(field): \(quotedYAML(header.labels[position]))") }
        }
        if !words.isEmpty { lines.append("values:") }
        for field in kind.fields {
            guard let texts = words[field] else { continue }
            lines.append("  \(field):")
            for text in texts {
                let known = KnownLabels.words[field]?.first { text.folded.hasPrefix($0.beginning) }?.word
                let vocabulary = kind.vocabulary(of: field) ?? []
                let meaning = known.flatMap { vocabulary.contains($0) ? $0 : nil }
                let choice = vocabulary.isEmpty ? "the code in your register" : "one of \(vocabulary.joined(separator: ", "))"
                lines.append("    \(quotedYAML(text)): " + (meaning ?? "?   # \(choice)"))
            }
        }
        let open = header.missing.filter { $0 != "updated_at" }
        if !open.isEmpty {
            lines.append("fixed:   # what every row has, where the list has no such column")
            for field in open { lines.append("  \(field): ?") }
        }
        if !dates.isEmpty { lines.append("dates: [" + dates.map(quotedYAML).joined(separator: ", ") + "]") }
        if header.missing.contains("updated_at") { lines.append("# The list does not say when its rows changed: load it with --exported.") }
        return lines.joined(separator: "\n")
    }

    private static func quotedYAML(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
    }
}
