package import Adoption

/// What units wrote beside their figures: the returned drafts, as workbooks or as the file that the draft's page saves.
package struct ExplanationReader {
    private var row: RowReader<ExplanationField>
    private let table: TableFile

    /// The columns of a draft in both languages, as `Words` has them.
    private static let profile = Profile(name: "draft", kind: .explanations, columns: [
        "figure": ["Tên số liệu", "Figure", "figure"], "explanation": ["Giải trình", "Explanation", "explanation"],
    ])

    /// One explanation with its place, for what is said against it.
    package struct Line: Sendable {
        package let place: String
        package let figure: String
        package let text: String
    }

    /// How long an explanation may be.
    package static let limit = 2_000

    private init(_ table: TableFile) {
        self.table = table
        row = RowReader(table)
    }

    /// All rows that explain something; a figure that nothing was written beside is left out.
    ///
    /// - Throws: what is wrong with the file or a row, with its place.
    package static func lines(of path: String) throws -> [Line] {
        var lines: [Line] = []
        for case .table(let plan) in try Source.open(path, profiles: [profile]) where plan.kind == .explanations {
            var reader = ExplanationReader(try plan.open())
            while try reader.table.next() {
                if let line = reader.line() { lines.append(line) }
                if let refusal = reader.row.refusals.first { throw InputError(file: refusal.file, line: refusal.line, column: refusal.column, "'\(refusal.field)' cannot be read (\(refusal.fault.rawValue))") }
            }
            // The hash is over the whole file: what it says was read to its end.
            _ = try reader.table.fingerprint()
        }
        return lines
    }

    private mutating func line() -> Line? {
        guard row.begin(), let figure = row.text(.figure), let text = row.text(.explanation), !text.isEmpty else { return nil }
        let place = table.refusal(.fieldTooLong, at: row.position(.explanation))
        return Line(place: "\(place.file):\(place.line)", figure: figure, text: text)
    }
}
