internal import Adoption

/// Where the header of a table stands, and which of its columns a profile understands.
///
/// Lists are exported with titles above the header and with headers of two or three rows. So every row among the first ones is
/// tried as the header's first, and the one that explains most of the profile's fields is it.
struct Header {
    /// What each column is called: the texts of its header rows from top to bottom, joined.
    let labels: [String]
    /// Rows above the first record, the header with them.
    let rows: Int
    /// Where the header's last row stands.
    let line: Int
    /// The column of each field of the profile that the file has.
    let positions: [String: Int]
    /// For a field with several labels, the columns under the further ones: they count where the first is empty.
    let others: [String: [Int]]
    /// The column of each label that the profile's rules for skipping name.
    let skipPositions: [Int?]
    /// The required fields for which there is neither a column nor a fixed value.
    let missing: [String]

    /// A text of the header, as it stands and as it is compared.
    struct Label: Equatable {
        let text: String
        let folded: String

        init(_ text: String) {
            self.text = text
            folded = text.folded
        }

        static func + (a: Label, b: Label) -> Label { Label(a.text + " " + b.text) }
    }

    static let previewLength = 40
    static let greatestDepth = 3

    /// The beginning of a file, as texts.
    struct Preview {
        let name: String
        let byteCount: Int
        let rows: [[Label]]
        let places: [Int]

        init(_ source: any RowSource) throws(InputError) {
            var rows: [[Label]] = []
            var places: [Int] = []
            while rows.count < Header.previewLength, try source.next() {
                guard source.cellCount <= 16_384 else { throw InputError(file: source.name, line: source.place(0).line, "has more columns than a workbook; is it a table at all?") }
                rows.append((0..<source.cellCount).map { Header.label(source.bytes($0).trimmed) })
                places.append(source.place(0).line)
            }
            name = source.name
            byteCount = source.byteCount
            self.rows = rows
            self.places = places
        }
    }

    /// No header is longer than this; what is, is a field of a record and need not be understood here.
    private static let labelLimit = 512

    private static func label(_ bytes: Bytes) -> Label {
        Label(bytes.count <= labelLimit ? bytes.composedText ?? "\u{FFFD}" : "")
    }

    /// The header that suits the profile best. With nothing understood at all it is the first row.
    ///
    /// - Throws: when a column that is needed stands twice.
    init(_ preview: Preview, for profile: Profile) throws(InputError) {
        var best: (labels: [[Label]], start: Int, depth: Int, found: Int)?
        let wanted = profile.columns.mapValues { $0.map(Label.init) }
        for start in preview.rows.indices where best.map({ $0.start + $0.depth > start || $0.found < profile.kind.requiredFields.count }) ?? true {
            for depth in 1...Header.greatestDepth where start + depth <= preview.rows.count {
                let labels = Header.labels(Array(preview.rows[start..<(start + depth)]))
                let found = Header.matches(labels, wanted).count
                // Of two that explain as much the shorter is the header, and the row above it a title.
                if found > (best?.found ?? 0) || found > 0 && found == best?.found && depth < best?.depth ?? 0 { best = (labels, start, depth, found) }
            }
        }
        let (labels, start, depth, _) = best ?? (Header.labels(Array(preview.rows.prefix(1))), 0, min(1, preview.rows.count), 0)
        let positions = Header.matches(labels, wanted)
        for (field, found) in positions.sorted(by: { $0.key < $1.key }) where found.count > 1 {
            throw InputError(
                file: preview.name, line: preview.places[start + depth - 1],
                "the column '\(labels[found[1]].last?.text ?? "")' stands twice for '\(field)'; remove one of them")
        }
        self.labels = labels.map { $0.last?.text ?? "" }
        self.positions = positions.compactMapValues(\.first)
        others = Header.others(positions.compactMapValues(\.first), labels, wanted)
        rows = start + depth + (Header.isNumbering(preview.rows, at: start + depth) ? 1 : 0)
        line = preview.places.indices.contains(start + depth - 1) ? preview.places[start + depth - 1] : 1
        missing = profile.kind.requiredFields.filter { positions[$0] == nil && profile.fixed[$0] == nil }
        skipPositions = profile.skips.map { Header.columns(of: $0.labels.map(Label.init), in: labels).first }
    }

    /// The names under which each column may be known: its lowest text, and last the texts of all its header rows joined.
    ///
    /// A header cell above others that was merged over them holds its text in the first only; the others take it over.
    private static func labels(_ rows: [[Label]]) -> [[Label]] {
        let width = rows.map(\.count).max() ?? 0
        var above = [Label](repeating: Label(""), count: rows.count)
        return (0..<width).map { column in
            let isGrouped = rows.last.map { column < $0.count && !$0[column].text.isEmpty } ?? false
            var parts: [Label] = []
            for (depth, row) in rows.enumerated() {
                let own = column < row.count && !row[column].text.isEmpty ? row[column] : nil
                if let own { above[depth] = own }
                let label = own ?? (isGrouped && depth < rows.count - 1 ? above[depth] : nil)
                if let label, !label.text.isEmpty, parts.last != label { parts.append(label) }
            }
            guard let lowest = parts.last else { return [] }
            return parts.count == 1 ? [lowest] : [lowest, parts.dropFirst().reduce(parts[0], +)]
        }
    }

    /// The columns of each field: those under its first label that occurs at all.
    private static func matches(_ labels: [[Label]], _ wanted: [String: [Label]]) -> [String: [Int]] {
        wanted.mapValues { columns(of: $0, in: labels) }.filter { !$0.value.isEmpty }
    }

    private static func others(_ first: [String: Int], _ labels: [[Label]], _ wanted: [String: [Label]]) -> [String: [Int]] {
        var others: [String: [Int]] = [:]
        for (field, position) in first {
            let all = (wanted[field] ?? []).compactMap { columns(of: [$0], in: labels).first }.filter { $0 != position }
            if !all.isEmpty { others[field] = all }
        }
        return others
    }

    private static func columns(of wanted: [Label], in labels: [[Label]]) -> [Int] {
        for label in wanted {
            let exact = labels.indices.filter { labels[$0].contains { $0.text == label.text } }
            if !exact.isEmpty { return exact }
            let similar = labels.indices.filter { labels[$0].contains { $0.folded == label.folded } }
            if !similar.isEmpty { return similar }
        }
        return []
    }

    /// A row below the header that only numbers the columns: (1), (2), (3)=(4)+(5).
    private static func isNumbering(_ rows: [[Label]], at index: Int) -> Bool {
        guard rows.indices.contains(index) else { return false }
        // Text columns are sometimes lettered: A, B, 1, 2, 3.
        let cells = rows[index].map(\.text).filter { !$0.isEmpty }.drop { $0.count == 1 && ("A"..."E").contains($0) }
        let numbers = cells.map { text in Int(text.prefix { $0 != "=" }.filter { !"() ".contains($0) }) }
        return numbers.count >= 3 && numbers.enumerated().allSatisfy { $0.element == $0.offset + 1 }
    }
}
