internal import Adoption

/// What the columns of a foreign table mean: our field for its header, our word for its word.
package struct Profile: Sendable {
    /// A rule by which rows are no dossiers of their own: members of a group, copies, children of an inter-agency dossier.
    struct Skip: Sendable {
        enum Condition: Sendable {
            case empty, filled
            /// Folded texts.
            case words(Set<String>)
        }
        let labels: [String]
        let condition: Condition
    }

    package let name: String
    package let kind: SourceKind
    /// The headers under which each of our fields may stand, the best first.
    var columns: [String: [String]]
    /// For a field with a closed vocabulary, or for a code: the file's text and ours. Without an entry the file writes ours.
    var words: [String: [String: String]] = [:]
    /// What every row of the file has in a field for which the file has no column.
    var fixed: [String: String] = [:]
    /// Fields whose empty cells repeat the cell above, as merged cells do.
    var filledDown: Set<String> = []
    var skips: [Skip] = []
    /// How moments are written; empty for the ways that need no telling.
    var moments: [MomentPattern] = []
    var marks = NumberMarks.none
    /// Nil to recognise it.
    var encoding: TextEncoding?
    /// The sheet of a workbook; nil for every sheet that has the columns.
    var sheet: String?

    /// The form that the README describes, column by column.
    static func canonical(_ kind: SourceKind) -> Profile {
        Profile(name: "canonical \(kind.rawValue)", kind: kind, columns: Dictionary(uniqueKeysWithValues: kind.fields.map { ($0, [$0]) }))
    }

    static let canonical = SourceKind.allCases.filter { !$0.fields.isEmpty }.map(Profile.canonical)

    /// The same profile, with the moment at which the list was made where the list itself does not say when its rows changed.
    func exported(at moment: Instant?) -> Profile {
        guard let moment, kind.fields.contains("updated_at"), fixed["updated_at"] == nil else { return self }
        var profile = self
        profile.fixed["updated_at"] = moment.iso
        return profile
    }
}
