internal import Adoption
internal import Reporting

/// What a form of official statistics says of all its dossiers, taken from the row of its total.
struct FormTotal {
    private let columns: [Column]
    /// The cells of the total as they are read, of the columns after the number and the name.
    private let cells: [String]
    private let form: Form
    private let words: LetterPhrases

    /// Which form it is, by the beginning of its tables' ids. Where the cells stand is decided in Reporting's `Sections/Forms.swift`.
    private enum Form: String, CaseIterable {
        case ii06 = "form-ii06-"
        case btp07a = "form-07a-"

        /// The columns that a letter has room for: received, online, settled, late, open, and late among those.
        var shown: [Int] {
            switch self {
            case .ii06: [0, 1, 4, 7, 8, 10]
            case .btp07a: [0, 2, 6, 8, 9, 11]
            }
        }

        /// How many columns it has.
        var count: Int { self == .ii06 ? 11 : 19 }
    }

    /// Nil for a report without such a form.
    init?(_ report: Report) {
        for table in report.tables {
            guard let form = Form.allCases.first(where: { table.id.hasPrefix($0.rawValue) }), table.columns.count == form.count + 2,
                let total = table.rows.first(where: { $0.kind == .total }), total.cells.count == table.columns.count
            else { continue }
            columns = Array(table.columns.dropFirst(2))
            cells = total.cells.dropFirst(2).map { $0.text(report.language) }
            self.form = form
            words = LetterPhrases(language: report.language)
            return
        }
        return nil
    }

    /// What came, what was settled, what is open.
    var sentences: [String] {
        switch form {
        case .ii06: [words.received(cells[0], carriedOver: cells[3], online: cells[1]), words.settled(cells[4], late: cells[7]), words.open(cells[8], late: cells[10])]
        case .btp07a: [words.receivedFully(cells[0], carriedOver: cells[6], online: cells[2]), words.settledInTime(cells[8], late: cells[9]), words.open(cells[11])]
        }
    }

    /// The name of a column with that of its group, since forms have several of one name, and its number.
    var rows: [[String]] {
        form.shown.map { place in [[columns[place].group, columns[place].title].compactMap { $0 }.joined(separator: " – "), cells[place]] }
    }
}
