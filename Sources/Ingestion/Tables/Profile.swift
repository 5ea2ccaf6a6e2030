internal import Adoption

/// What a file of records is about.
package enum SourceKind: String, CaseIterable, Sendable {
    case units, procedures, targets, submissions, payments, evaluation

    /// The columns that a table of this kind may have, by our names; the rest of a file is dropped unread.
    package var fields: [String] {
        switch self {
        case .units: UnitField.names
        case .procedures: ProcedureField.names
        case .submissions: SubmissionField.names
        case .payments: PaymentField.names
        case .targets, .evaluation: []
        }
    }

    /// The closed vocabulary of a field; nil where any text, number or moment may stand.
    func vocabulary(of field: String) -> [String]? {
        switch (self, field) {
        case (.units, "level"): AgencyLevel.words
        case (.procedures, "bears_fee"): Answer.words
        case (.submissions, "channel"): Channel.words
        case (.submissions, "state"): DossierState.words
        case (.submissions, "applicant_type"): Applicant.words
        case (.submissions, "filed_by"): Filer.words
        case (.submissions, "level"): ServiceLevel.words
        case (.submissions, "result_delivery"): ResultDelivery.words
        case (.payments, "method"): PaymentMethod.words
        case (.payments, "state"): PaymentState.words
        default: nil
        }
    }

    var requiredFields: [String] {
        switch self {
        case .units: ["code", "name", "level", "valid_from"]
        case .procedures: ["code", "name"]
        case .submissions: ["dossier_code", "procedure_code", "unit_code", "channel", "state", "updated_at"]
        case .payments: ["payment_id", "dossier_code", "amount_vnd", "method", "state"]
        case .targets, .evaluation: []
        }
    }
}

/// A field is named as the canonical file names its column; its raw value is its place in the list.
protocol FieldName: RawRepresentable<Int>, CaseIterable, Sendable where AllCases == [Self] {}

extension FieldName {
    static var names: [String] { allCases.map { String(describing: $0) } }
}

enum UnitField: Int, FieldName { case code, name, level, parent_code, valid_from, valid_to, illustrative }

enum ProcedureField: Int, FieldName { case code, name, sector, bears_fee, illustrative }

enum SubmissionField: Int, FieldName {
    case dossier_code, procedure_code, unit_code, channel, filed_at, received_at, due_at, settled_at, state
    case applicant_type, filed_by, level, amount_due_vnd, fee_lines, result_delivery, updated_at, illustrative
}

enum PaymentField: Int, FieldName {
    case payment_id, dossier_code, amount_vnd, method, provider, state, requested_at, paid_at, refunded_at, updated_at
    case illustrative
}

/// What the columns of a foreign table mean: our field for its header, our word for its word.
package struct Profile: Sendable {
    package let name: String
    package let kind: SourceKind
    /// The headers under which each of our fields may stand.
    let columns: [String: [String]]
    /// For a field with a closed vocabulary: the file's word and ours. Without an entry the file writes our words.
    let words: [String: [String: String]]

    /// The form that the README describes, column by column.
    static func canonical(_ kind: SourceKind) -> Profile {
        Profile(
            name: "canonical \(kind.rawValue)", kind: kind,
            columns: Dictionary(uniqueKeysWithValues: kind.fields.map { ($0, [$0]) }), words: [:])
    }
}

/// What a procedures register says about fees.
enum Answer: UInt8, Vocabulary {
    case unknown, yes, no
    static let words = ["unknown", "yes", "no"]
}
