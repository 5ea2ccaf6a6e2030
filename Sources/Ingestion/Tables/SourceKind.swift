internal import Adoption

/// What a file of records is about. The order is that in which the files of one call are taken: registers before the records that need them.
package enum SourceKind: String, CaseIterable, Sendable {
    case units, events, procedures, services, targets, submissions, attributions, payments, attempts, accounts, zeros, explanations, evaluation

    /// The columns that a table of this kind may have, by our names; the rest of a file is dropped unread.
    package var fields: [String] {
        switch self {
        case .units: UnitField.names
        case .events: EventField.names
        case .procedures: ProcedureField.names
        case .services: ServiceField.names
        case .targets: TargetField.names
        case .attributions: AttributionField.names
        case .submissions: SubmissionField.names
        case .payments: PaymentField.names
        case .attempts: AttemptField.names
        case .accounts: AccountField.names
        case .zeros: ZeroField.names
        case .explanations: ExplanationField.names
        case .evaluation: []
        }
    }

    package var requiredFields: [String] {
        switch self {
        case .units: ["code", "name", "level", "valid_from"]
        case .events: ["date", "event", "from_code", "to_code", "document_number"]
        case .procedures: ["code", "name"]
        case .services: ["procedure_code", "applies_to", "valid_from", "document_number"]
        case .targets: ["indicator", "applies_to", "valid_from", "value", "document_number"]
        case .attributions: ["dossier_code", "successor_code", "document_number"]
        case .submissions: ["dossier_code", "procedure_code", "unit_code", "channel", "state", "updated_at"]
        case .payments: ["payment_id", "dossier_code", "amount_vnd", "method", "state"]
        case .attempts: ["attempt_id", "payment_id", "amount_vnd", "error_code", "attempted_at"]
        case .accounts: ["unit_code", "day", "registered", "confirmed", "first_filing"]
        case .zeros: ["unit_code", "zero_from", "zero_to"]
        case .explanations: ["figure", "explanation"]
        case .evaluation: []
        }
    }

    /// It says what is true of units and procedures, and not what happened.
    package var isRegister: Bool {
        switch self {
        case .units, .events, .procedures, .services, .targets, .attributions: true
        case .submissions, .payments, .attempts, .accounts, .zeros, .explanations, .evaluation: false
        }
    }

    /// The field in which every record of this kind has a code of its own; rows without one are no records.
    var keyField: String? {
        switch self {
        case .submissions, .attributions: "dossier_code"
        case .payments: "payment_id"
        case .attempts: "attempt_id"
        case .units, .procedures: "code"
        default: nil
        }
    }

    /// The closed vocabulary of a field; nil where any text, number or moment may stand.
    func vocabulary(of field: String) -> [String]? {
        switch (self, field) {
        case (.units, "level"): AgencyLevel.words
        case (.events, "event"): UnitEvent.Kind.words
        case (.procedures, "bears_fee"): Answer.words
        case (.procedures, "authority"): AgencyLevel.words
        case (.services, "level"), (.submissions, "level"): ServiceLevel.words
        case (.submissions, "channel"): Channel.words
        case (.submissions, "state"): DossierState.words
        case (.submissions, "applicant_type"): Applicant.words
        case (.submissions, "filed_by"): Filer.words
        case (.submissions, "result_delivery"): ResultDelivery.words
        case (.submissions, "payment_mark"): PaymentMark.words
        case (.submissions, "digitised"), (.submissions, "signed"): Answer.words
        case (.payments, "method"): PaymentMethod.words
        case (.payments, "state"): PaymentState.words
        default: nil
        }
    }

    /// Fields whose texts a profile may translate one by one although their vocabulary is open.
    var resolvedFields: [String] {
        switch self {
        case .submissions: ["unit_code", "procedure_code"]
        case .accounts, .zeros: ["unit_code"]
        case .payments, .attempts: ["provider"]
        default: []
        }
    }
}

/// A field is named as the canonical file names its column; its raw value is its place in the list.
protocol FieldName: RawRepresentable<Int>, CaseIterable, Sendable where AllCases == [Self] {}

extension FieldName {
    static var names: [String] { allCases.map { String(describing: $0) } }
}

enum UnitField: Int, FieldName { case code, name, level, parent_code, valid_from, valid_to, aliases, illustrative }

enum EventField: Int, FieldName { case date, event, from_code, to_code, document_number, document_date, document_clause, illustrative }

enum ProcedureField: Int, FieldName { case code, name, sector, authority, bears_fee, illustrative }

enum ServiceField: Int, FieldName {
    case procedure_code, applies_to, valid_from, valid_to, level, counter_fee_vnd, online_fee_vnd, counter_days, online_days
    case document_number, document_date, document_clause, illustrative
}

enum TargetField: Int, FieldName {
    case indicator, applies_to, valid_from, valid_to, value, document_number, document_date, document_clause, illustrative
}

enum AttributionField: Int, FieldName { case dossier_code, successor_code, document_number, document_date, document_clause, illustrative }

enum SubmissionField: Int, FieldName {
    case dossier_code, procedure_code, unit_code, channel, filed_at, received_at, due_at, settled_at, state
    case applicant_type, filed_by, level, amount_due_vnd, fee_lines, result_delivery, payment_mark, digitised, signed, updated_at, illustrative
}

enum PaymentField: Int, FieldName {
    case payment_id, dossier_code, amount_vnd, method, provider, state, requested_at, paid_at, refunded_at, updated_at
    case illustrative
}

enum AttemptField: Int, FieldName { case attempt_id, payment_id, amount_vnd, provider, error_code, attempted_at, illustrative }

enum AccountField: Int, FieldName { case unit_code, day, registered, confirmed, first_filing, illustrative }

enum ZeroField: Int, FieldName { case unit_code, zero_from, zero_to, illustrative }

enum ExplanationField: Int, FieldName { case figure, explanation, illustrative }
