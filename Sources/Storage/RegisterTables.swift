package import Adoption
internal import GRDB

extension ImportSession {
    /// The register as it stands within this import, with what was put so far.
    package func register() throws -> Register { try Storage.register(db) }

    /// - Throws: `RegisterConflict.overlap` when another row gives the same code for some of the days.
    package func put(_ agency: Agency) throws -> Arrival {
        for row in try rows(db, "SELECT * FROM agency WHERE code = \(agency.code) AND valid_from != \(agency.validity.first.number)") {
            if try readAgency(row).agency.validity.overlaps(agency.validity) { throw RegisterConflict.overlap }
        }
        return try put(in: .agency, [
            agency.code, agency.validity.first.number, agency.validity.last?.number, agency.name, Int(agency.level.rawValue), agency.parentCode,
            agency.aliases.joined(separator: ";"),
        ])
    }

    package func put(_ procedure: Procedure) throws -> Arrival {
        try put(in: .procedure, [procedure.code, procedure.name, procedure.sector, procedure.authority.map { Int($0.rawValue) }, procedure.bearsFee])
    }

    /// - Throws: `RegisterConflict.overlap` when another row says something for the same procedure and units on some of the days.
    package func put(_ service: Service) throws -> Arrival {
        let others = try rows(db, """
            SELECT * FROM service WHERE procedure_code = \(service.procedureCode) AND applies_to = \(service.coverage.text)
              AND valid_from != \(service.validity.first.number)
            """)
        for row in others where validity(row).overlaps(service.validity) { throw RegisterConflict.overlap }
        return try put(in: .service, [
            service.procedureCode, service.coverage.text, service.validity.first.number, service.validity.last?.number, Int(service.level.rawValue),
            service.counterFeeVND, service.onlineFeeVND, service.counterDays, service.onlineDays,
        ] + values(of: service.document))
    }

    package func put(_ event: UnitEvent) throws -> Arrival {
        try put(in: .event, [Int(event.kind.rawValue), event.date.number, event.fromCode ?? "", event.toCode ?? ""] + values(of: event.document))
    }

    /// - Throws: an `InputError` when a stored target of the same coverage holds on some of the days.
    package func put(_ target: Target, from file: String) throws -> Arrival {
        let (scope, code) = target.coverage.stored
        let others = try rows(db, """
            SELECT * FROM target WHERE indicator_id = \(target.indicatorID) AND scope = \(scope) AND scope_code = \(code)
              AND valid_from != \(target.validity.first.number)
            """)
        for other in try others.map(readTarget) where other.validity.overlaps(target.validity) {
            throw InputError(
                file: file, "the target of \(target.indicatorID) from \(target.validity.first.iso) overlaps the stored one from "
                    + "\(other.validity.first.iso) (\(other.document.number)); load that one again with an end ('to') first")
        }
        return try put(in: .target, [
            target.indicatorID, scope, code, target.validity.first.number, target.validity.last?.number, target.basisPoints,
        ] + values(of: target.document) + [target.isIllustrative])
    }

    /// - Throws: `RegisterConflict.unknownDossier` when no file has brought the dossier yet.
    package func put(_ attribution: Attribution) throws -> Arrival {
        guard let key = try knownKey(attribution.dossierCode), try records.entries.item(key) != nil else { throw RegisterConflict.unknownDossier }
        return try put(in: .attribution, [key, attribution.successorCode] + values(of: attribution.document))
    }

    /// - Throws: `RegisterConflict.unknownPayment` when no file has brought the payment yet.
    package func put(_ attempt: Attempt) throws -> Arrival {
        guard let key = try knownKey(attempt.paymentCode), try records.places.item(key) != nil else { throw RegisterConflict.unknownPayment }
        return try put(in: .attempt, [
            recordCode(attempt.code), key, attempt.amountVND, attempt.provider.name, attempt.errorCode, attempt.attempted.secondsSinceEpoch,
        ])
    }

    private func knownKey(_ code: String) throws -> Int? { try RecordCode(recordCode(code)).flatMap(records.codes.knownKey) }

    package func put(_ count: AccountCount) throws -> Arrival {
        try put(in: .accountCount, [count.agencyID, count.day.number, count.registered, count.confirmed, count.firstFiling])
    }

    package func put(_ days: ZeroDays) throws -> Arrival {
        try put(in: .zeroDays, [days.agencyID, days.validity.first.number, (days.validity.last ?? days.validity.first).number])
    }

    /// - Parameter position: the place of the unit in the response, which reports keep.
    package func put(_ record: OfficialRecord, position: Int) throws -> Arrival {
        let counts = record.counts.map { "\($0.key.rawValue)=\($0.value)" }.sorted().joined(separator: " ")
        return try put(in: .officialRecord, [
            record.evaluation.rawValue, record.period.calendar.rawValue, record.period.id, record.agencyCode, record.agencyName,
            Int(record.level.rawValue), record.publishedHundredths, counts, position,
        ])
    }

    private func put(in table: VersionedTable, _ values: [(any DatabaseValueConvertible)?]) throws -> Arrival {
        let arrival = try table.put(values, importID: number, db)
        if arrival != .unchanged { try changed(table) }
        return arrival
    }

    private func values(of document: Document) -> [(any DatabaseValueConvertible)?] { [document.number, document.date?.number, document.clause] }
}

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
        let authority: Int? = row["authority"]
        procedures[row["id"]] = Procedure(
            code: row["code"], name: row["name"], sector: row["sector"], authority: try authority.map(stored), bearsFee: row["bears_fee"])
    }
    let services = try Row.fetchAll(db, sql: "SELECT * FROM service ORDER BY procedure_code, applies_to, valid_from").map(readService)
    let events = try Row.fetchAll(db, sql: "SELECT * FROM unit_event ORDER BY date, kind, from_code, to_code").map(readEvent)
    return Register(agencies: agencies, procedures: procedures, services: services, events: events)
}

func readAgency(_ row: Row) throws -> (id: Int, agency: Agency) {
    let agency = Agency(
        code: row["code"], name: row["name"], level: try stored(row["level"]), parentCode: row["parent_code"], validity: validity(row),
        aliases: (row["aliases"] as String).split(separator: ";").map(String.init))
    return (row["id"], agency)
}

private func readService(_ row: Row) throws -> Service {
    Service(
        procedureCode: row["procedure_code"], coverage: Coverage(row["applies_to"]), validity: validity(row), level: try stored(row["level"]),
        counterFeeVND: row["counter_fee_vnd"], onlineFeeVND: row["online_fee_vnd"], counterDays: row["counter_days"], onlineDays: row["online_days"],
        document: document(row))
}

private func readEvent(_ row: Row) throws -> UnitEvent {
    let (from, to): (String, String) = (row["from_code"], row["to_code"])
    return try UnitEvent(
        kind: try stored(row["kind"]), date: Day(number: row["date"]), fromCode: from.isEmpty ? nil : from, toCode: to.isEmpty ? nil : to,
        document: document(row))
}

func readTarget(_ row: Row) throws -> Target {
    let code: String = row["scope_code"]
    let coverage: Coverage
    switch row["scope"] as String {
    case "unit": coverage = .agency(code: code)
    case "level":
        guard let level = AgencyLevel(word: code) else { throw StoreError("a target has an unknown level") }
        coverage = .level(level)
    default: coverage = .province
    }
    return Target(
        indicatorID: row["indicator_id"], coverage: coverage, validity: validity(row), basisPoints: row["basis_points"], document: document(row),
        isIllustrative: row["illustrative"])
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

func stored<V: Vocabulary>(_ code: Int) throws -> V {
    guard let word = UInt8(exactly: code).flatMap(V.init(rawValue:)) else { throw StoreError("a register has an unknown word") }
    return word
}

private func validity(_ row: Row) -> Validity {
    let last: Int? = row["valid_to"]
    return Validity(first: Day(number: row["valid_from"]), last: last.map(Day.init(number:)))
}

private func document(_ row: Row) -> Document {
    let date: Int? = row["document_date"]
    return Document(number: row["document_number"], date: date.map(Day.init(number:)), clause: row["document_clause"])
}

extension Coverage {
    fileprivate var stored: (kind: String, code: String) {
        switch self {
        case .province: ("province", "")
        case .level(let level): ("level", level.word)
        case .agency(let code): ("unit", code)
        }
    }
}
