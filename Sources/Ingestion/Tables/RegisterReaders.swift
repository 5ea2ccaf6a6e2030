package import Adoption

/// What the store says against a row that is good in itself; the row is refused for it.
package protocol ConflictRefusing {
    var refusals: [Refusal] { get }
    mutating func refuse(_ conflict: RegisterConflict)
}

extension AgencyReader: ConflictRefusing {}
extension EventReader: ConflictRefusing {}
extension ProcedureReader: ConflictRefusing {}
extension ServiceReader: ConflictRefusing {}
extension AttributionReader: ConflictRefusing {}
extension AttemptReader: ConflictRefusing {}
extension AccountReader: ConflictRefusing {}
extension ZeroReader: ConflictRefusing {}

extension RegisterConflict {
    var fault: Fault {
        switch self {
        case .overlap: .registerOverlap
        case .saidTwice: .saidTwice
        case .unknownPayment: .unknownPayment
        case .unknownDossier: .unknownDossier
        }
    }
}

/// Turns the rows of a units table into units.
package struct AgencyReader {
    private var row: RowReader<UnitField>

    package init(_ table: TableFile) { row = RowReader(table) }

    package var refusals: [Refusal] { row.refusals }

    /// The unit of the current row; nil when the row is refused.
    package mutating func agency() -> Agency? {
        guard row.begin() else { return nil }
        let code = row.code(.code)
        let name = row.requiredText(.name)
        let level = row.word(.level, otherwise: AgencyLevel?.none)
        let parent = row.optionalCode(.parent_code)
        let validity = row.validity(.valid_from, .valid_to)
        let aliases = row.text(.aliases)?.split(whereSeparator: { ";, ".contains($0) }).map(String.init).sorted()
        guard row.refusals.isEmpty, let code, let name, let level, let validity, let aliases else { return nil }
        return Agency(code: code, name: name, level: level, parentCode: parent, validity: validity, aliases: aliases)
    }

    package mutating func refuse(_ conflict: RegisterConflict) { row.refuse(.valid_from, conflict.fault) }
}

/// Turns the rows of an events table into events.
package struct EventReader {
    private var row: RowReader<EventField>

    package init(_ table: TableFile) { row = RowReader(table) }

    package var refusals: [Refusal] { row.refusals }

    package mutating func event() -> UnitEvent? {
        guard row.begin() else { return nil }
        let date = row.requiredMoment(.date)?.day
        let kind = row.word(.event, otherwise: UnitEvent.Kind?.none)
        let from = row.optionalCode(.from_code)
        let to = row.optionalCode(.to_code)
        let document = row.document(.document_number, .document_date, .document_clause)
        guard row.refusals.isEmpty, let date, let kind, let document else { return nil }
        do throws(UnitEventContradiction) {
            return try UnitEvent(kind: kind, date: date, fromCode: from, toCode: to, document: document)
        } catch {
            row.refuse(error == .wrongFrom ? .from_code : .to_code, .eventEnds)
            return nil
        }
    }

    package mutating func refuse(_ conflict: RegisterConflict) { row.refuse(.event, conflict.fault) }
}

/// Turns the rows of a procedures table into procedures.
package struct ProcedureReader {
    private var row: RowReader<ProcedureField>

    package init(_ table: TableFile) { row = RowReader(table) }

    package var refusals: [Refusal] { row.refusals }

    /// The procedure of the current row; nil when the row is refused.
    package mutating func procedure() -> Procedure? {
        guard row.begin() else { return nil }
        let code = row.procedureCode(.code)
        let name = row.requiredText(.name)
        let sector = row.text(.sector)
        let authority: AgencyLevel? = row.bytes(.authority).isEmpty ? nil : row.word(.authority, otherwise: AgencyLevel?.none)
        let bearsFee = row.word(.bears_fee, otherwise: Answer.unknown)
        guard row.refusals.isEmpty, let code, let name, let sector, let bearsFee else { return nil }
        return Procedure(code: code, name: name, sector: sector, authority: authority, bearsFee: bearsFee == .unknown ? nil : bearsFee == .yes)
    }

    package mutating func refuse(_ conflict: RegisterConflict) { row.refuse(.code, conflict.fault) }
}

/// Turns the rows of a services table into services: which unit offers which procedure, when, at which level, fee and time.
package struct ServiceReader {
    private var row: RowReader<ServiceField>
    private let knownCodes: Set<String>

    package init(_ table: TableFile, register: Register) {
        row = RowReader(table)
        knownCodes = Set(register.procedures.values.map(\.code))
    }

    package var refusals: [Refusal] { row.refusals }

    package mutating func service() -> Service? {
        guard row.begin() else { return nil }
        let code = row.procedureCode(.procedure_code)
        if let code, !knownCodes.contains(code) { row.refuse(.procedure_code, .unknownProcedure) }
        let coverage = row.code(.applies_to).map(Coverage.init)
        let validity = row.validity(.valid_from, .valid_to)
        let level = row.word(.level, otherwise: ServiceLevel.unknown)
        let fees = (row.amount(.counter_fee_vnd), row.amount(.online_fee_vnd))
        let days = (row.amount(.counter_days), row.amount(.online_days))
        let document = row.document(.document_number, .document_date, .document_clause)
        guard row.refusals.isEmpty, let code, let coverage, let validity, let level, let document else { return nil }
        return Service(
            procedureCode: code, coverage: coverage, validity: validity, level: level, counterFeeVND: fees.0, onlineFeeVND: fees.1,
            counterDays: days.0, onlineDays: days.1, document: document)
    }

    package mutating func refuse(_ conflict: RegisterConflict) { row.refuse(.valid_from, conflict.fault) }
}

/// Turns the rows of a table of attributions into attributions: to which heir each dossier of a divided unit belongs.
package struct AttributionReader {
    private var row: RowReader<AttributionField>

    package init(_ table: TableFile) { row = RowReader(table) }

    package var refusals: [Refusal] { row.refusals }

    package mutating func attribution() -> Attribution? {
        guard row.begin() else { return nil }
        let code = row.code(.dossier_code)
        let successor = row.code(.successor_code)
        let document = row.document(.document_number, .document_date, .document_clause)
        guard row.refusals.isEmpty, let code, let successor, let document else { return nil }
        return Attribution(dossierCode: code, successorCode: successor, document: document)
    }

    package mutating func refuse(_ conflict: RegisterConflict) { row.refuse(.dossier_code, conflict.fault) }
}

extension RowReader {
    mutating func validity(_ from: F, _ to: F) -> Validity? {
        let first = requiredMoment(from)?.day
        let last = moment(to)?.day
        if let first, let last, last < first { refuse(to, .endsBeforeItBegins) }
        return first.map { Validity(first: $0, last: last) }
    }

    mutating func document(_ number: F, _ date: F, _ clause: F) -> Document? {
        let number = requiredText(number)
        let day = moment(date)?.day
        guard let number, let clause = text(clause) else { return nil }
        return Document(number: number, date: day, clause: clause)
    }

    mutating func procedureCode(_ field: F) -> String? {
        guard var code = code(field) else { return nil }
        return code.withUTF8 { String(decoding: normalisedProcedureCode($0), as: UTF8.self) }
    }
}
