package import Adoption

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
        let parent = row.bytes(.parent_code).isEmpty ? nil : row.code(.parent_code)
        let first = row.moment(.valid_from)
        let last = row.moment(.valid_to)
        if row.bytes(.valid_from).isEmpty { row.refuse(.valid_from, .missingValue) }
        if let first, let last, last < first { row.refuse(.valid_to, .dateOutOfRange) }
        guard row.refusals.isEmpty, let code, let name, let level, let first else { return nil }
        return Agency(
            code: code, name: name, level: level, parentCode: parent, validity: Validity(first: first.day, last: last?.day))
    }

    /// Refuses the current row because another row gives the same code for some of its days.
    package mutating func refuseOverlap() { row.refuse(.valid_from, .registerOverlap) }
}

/// Turns the rows of a procedures table into procedures.
package struct ProcedureReader {
    private var row: RowReader<ProcedureField>

    package init(_ table: TableFile) { row = RowReader(table) }

    package var refusals: [Refusal] { row.refusals }

    /// The procedure of the current row; nil when the row is refused.
    package mutating func procedure() -> Procedure? {
        guard row.begin() else { return nil }
        let code = row.code(.code)
        let name = row.requiredText(.name)
        let sector = row.text(.sector)
        let bearsFee = row.word(.bears_fee, otherwise: Answer.unknown)
        guard row.refusals.isEmpty, var code, let name, let sector, let bearsFee else { return nil }
        code = code.withUTF8 { String(decoding: normalisedProcedureCode($0), as: UTF8.self) }
        return Procedure(code: code, name: name, sector: sector, bearsFee: bearsFee == .unknown ? nil : bearsFee == .yes)
    }
}
