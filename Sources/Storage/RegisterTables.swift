package import Adoption
internal import GRDB

extension ImportSession {
    /// The register as it stands within this import, with what was put so far.
    package func register() throws -> Register { try Storage.register(db) }

    /// - Throws: `RegisterOverlap` when another row gives the same code for some of the days.
    package func put(_ agency: Agency) throws -> Arrival {
        let others = try rows(db, "SELECT * FROM agency WHERE code = \(agency.code)")
        let known = try others.first { $0["valid_from"] == agency.validity.first.number }.map(readAgency)
        if known?.agency == agency { return .unchanged }
        for other in try others.map(readAgency) where other.id != known?.id && other.agency.validity.overlaps(agency.validity) {
            throw RegisterOverlap()
        }
        structureChanged()
        let (first, last) = (agency.validity.first.number, agency.validity.last?.number)
        let level = Int(agency.level.rawValue)
        guard let known else {
            try db.execute(literal: """
                INSERT INTO agency (code, valid_from, valid_to, name, level, parent_code, import_id)
                VALUES (\(agency.code), \(first), \(last), \(agency.name), \(level), \(agency.parentCode), \(number))
                """)
            return .stored
        }
        try db.execute(literal: "INSERT INTO agency_history SELECT * FROM agency WHERE id = \(known.id)")
        try db.execute(literal: """
            UPDATE agency SET valid_to = \(last), name = \(agency.name), level = \(level), parent_code = \(agency.parentCode),
              import_id = \(number) WHERE id = \(known.id)
            """)
        return .corrected
    }

    package func put(_ procedure: Procedure) throws -> Arrival {
        let known = try rows(db, "SELECT * FROM procedure WHERE code = \(procedure.code)").first.map(readProcedure)
        if known?.procedure == procedure { return .unchanged }
        guard let known else {
            try db.execute(literal: """
                INSERT INTO procedure (code, name, sector, bears_fee, import_id)
                VALUES (\(procedure.code), \(procedure.name), \(procedure.sector), \(procedure.bearsFee), \(number))
                """)
            return .stored
        }
        if known.procedure.bearsFee != procedure.bearsFee { feesChanged() }
        try db.execute(literal: "INSERT INTO procedure_history SELECT * FROM procedure WHERE id = \(known.id)")
        try db.execute(literal: """
            UPDATE procedure SET name = \(procedure.name), sector = \(procedure.sector), bears_fee = \(procedure.bearsFee),
              import_id = \(number) WHERE id = \(known.id)
            """)
        return .corrected
    }

    /// - Throws: an `InputError` when a stored target of the same scope holds on some of the days.
    package func put(_ target: Target, from file: String) throws -> Arrival {
        let (scope, code) = target.scope.stored
        let others = try rows(db, """
            SELECT * FROM target WHERE indicator_id = \(target.indicatorID) AND scope = \(scope) AND scope_code = \(code)
            """)
        let known = try others.first { $0["valid_from"] == target.validity.first.number }.map(readTarget)
        if known?.target == target { return .unchanged }
        for other in try others.map(readTarget) where other.id != known?.id && other.target.validity.overlaps(target.validity) {
            throw InputError(
                file: file, "the target of \(target.indicatorID) from \(target.validity.first.iso) overlaps the stored one from "
                    + "\(other.target.validity.first.iso) (\(other.target.document.number)); load that one again with an end ('to') first")
        }
        if let known {
            try db.execute(literal: "INSERT INTO target_history SELECT * FROM target WHERE id = \(known.id)")
            try db.execute(literal: "DELETE FROM target WHERE id = \(known.id)")
        }
        try db.execute(literal: """
            INSERT INTO target (id, indicator_id, scope, scope_code, valid_from, valid_to, basis_points, document_number,
              document_date, document_clause, illustrative, import_id)
            VALUES (\(known?.id), \(target.indicatorID), \(scope), \(code), \(target.validity.first.number),
              \(target.validity.last?.number), \(target.basisPoints), \(target.document.number), \(target.document.date?.number),
              \(target.document.clause), \(target.isIllustrative), \(number))
            """)
        return known == nil ? .stored : .corrected
    }

    /// - Parameter position: the place of the unit in the response, which reports keep.
    package func put(_ record: OfficialRecord, position: Int) throws -> Arrival {
        let known = try rows(db, """
            SELECT * FROM official_record WHERE evaluation = \(record.evaluation.rawValue) AND calendar = \(record.period.calendar.rawValue)
              AND period = \(record.period.id) AND agency_code = \(record.agencyCode)
            """).first
        if let known, try readOfficial(known) == record { return .unchanged }
        let id: Int? = known?["id"]
        if let id {
            try db.execute(literal: "INSERT INTO official_record_history SELECT * FROM official_record WHERE id = \(id)")
            try db.execute(literal: "DELETE FROM official_record WHERE id = \(id)")
        }
        let counts = record.counts.map { "\($0.key.rawValue)=\($0.value)" }.sorted().joined(separator: " ")
        try db.execute(literal: """
            INSERT INTO official_record VALUES (\(id), \(record.evaluation.rawValue), \(record.period.calendar.rawValue), \(record.period.id),
              \(record.agencyCode), \(record.agencyName), \(Int(record.level.rawValue)), \(record.publishedHundredths), \(counts), \(position), \(number))
            """)
        return known == nil ? .stored : .corrected
    }
}

/// Two rows of the units register give one code for the same day.
package struct RegisterOverlap: Error {}

/// The rows of a query whose values come in by interpolation.
func rows(_ db: Database, _ sql: SQL) throws -> [Row] { try SQLRequest<Row>(literal: sql).fetchAll(db) }

func register(_ db: Database) throws -> Register {
    var agencies: [Int: Agency] = [:]
    var procedures: [Int: Procedure] = [:]
    for row in try Row.fetchAll(db, sql: "SELECT * FROM agency") {
        let (id, agency) = try readAgency(row)
        agencies[id] = agency
    }
    for row in try Row.fetchAll(db, sql: "SELECT * FROM procedure") {
        let (id, procedure) = try readProcedure(row)
        procedures[id] = procedure
    }
    return Register(agencies: agencies, procedures: procedures)
}

private func readAgency(_ row: Row) throws -> (id: Int, agency: Agency) {
    let agency = Agency(
        code: row["code"], name: row["name"], level: try stored(row["level"]), parentCode: row["parent_code"], validity: validity(row))
    return (row["id"], agency)
}

private func readProcedure(_ row: Row) throws -> (id: Int, procedure: Procedure) {
    (row["id"], Procedure(code: row["code"], name: row["name"], sector: row["sector"], bearsFee: row["bears_fee"]))
}

func readTarget(_ row: Row) throws -> (id: Int, target: Target) {
    let code: String = row["scope_code"]
    let scope: Target.Scope
    switch row["scope"] as String {
    case "unit": scope = .agency(code: code)
    case "level":
        guard let level = AgencyLevel(word: code) else { throw StoreError("a target has an unknown level") }
        scope = .level(level)
    default: scope = .province
    }
    let date: Int? = row["document_date"]
    let target = Target(
        indicatorID: row["indicator_id"], scope: scope, validity: validity(row), basisPoints: row["basis_points"],
        document: Document(number: row["document_number"], date: date.map(Day.init(number:)), clause: row["document_clause"]),
        isIllustrative: row["illustrative"])
    return (row["id"], target)
}

func readOfficial(_ row: Row) throws -> OfficialRecord {
    guard let evaluation = Evaluation(rawValue: row["evaluation"]), let calendar = ReportingCalendar(rawValue: row["calendar"]),
        let period = Period(row["period"], calendar: calendar)
    else { throw StoreError("an official record has an unknown evaluation or period") }
    var counts: [OfficialCount: Int] = [:]
    for part in (row["counts"] as String).split(separator: " ") {
        let pair = part.split(separator: "=")
        guard pair.count == 2, let name = OfficialCount(rawValue: String(pair[0])), let value = Int(pair[1]) else {
            throw StoreError("an official record has an unknown count")
        }
        counts[name] = value
    }
    return OfficialRecord(
        evaluation: evaluation, period: period, agencyCode: row["agency_code"], agencyName: row["agency_name"],
        level: try stored(row["level"]), counts: counts, publishedHundredths: row["published_hundredths"])
}

private func stored<V: Vocabulary>(_ code: Int) throws -> V {
    guard let word = UInt8(exactly: code).flatMap(V.init(rawValue:)) else { throw StoreError("a register has an unknown word") }
    return word
}

private func validity(_ row: Row) -> Validity {
    let last: Int? = row["valid_to"]
    return Validity(first: Day(number: row["valid_from"]), last: last.map(Day.init(number:)))
}

extension Target.Scope {
    fileprivate var stored: (kind: String, code: String) {
        switch self {
        case .province: ("province", "")
        case .level(let level): ("level", level.word)
        case .agency(let code): ("unit", code)
        }
    }
}
