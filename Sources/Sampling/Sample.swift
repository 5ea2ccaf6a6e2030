internal import Adoption

/// Invented but lifelike records for the world of the source documents: Sa Thầy, its neighbours and three departments,
/// from 15/03/2024 to 30/06/2025. The same number and seed give the same bytes on every machine.
package struct Sample {
    /// How many malformed rows `submissions.csv` holds, whatever its length.
    package static let malformedRows = 10

    private let dossiers: Int
    private var draw: Draw
    private var submissions: [UInt8] = []
    private var payments: [UInt8] = []
    private var corrections: [UInt8] = []
    /// A file with a header and no rows is refused by ingest, and so is not written.
    private var hasCorrections = false
    private var sequences: [Int: Int] = [:]
    private var paymentNumber = 0
    private var delayed: [[UInt8]] = []
    private let unitsByWeight: [Int]
    private let proceduresByUnit: [[SampleProcedure]]

    package init(dossiers: Int, seed: UInt64) {
        self.dossiers = dossiers
        draw = Draw(seed: seed)
        unitsByWeight = World.units.indices.flatMap { Array(repeating: $0, count: World.units[$0].weight) }
        proceduresByUnit = World.units.map { unit in
            // The first procedures of a list are asked for most often.
            let own = World.procedures.filter { $0.owner == unit.procedureOwner }
            return own.enumerated().flatMap { Array(repeating: $1, count: max(1, 24 / ($0 + 1))) }
        }
    }

    /// Makes the files `units.csv`, `procedures.csv`, `services.csv`, `accounts.csv`, `submissions.csv`, `payments.csv` and, when
    /// there are any, `corrections.csv`.
    ///
    /// - Parameter put: takes the next bytes of a file; files are made beside each other, in pieces.
    package mutating func write(_ put: (_ file: String, _ bytes: [UInt8]) throws -> Void) throws {
        try put("units.csv", Array(unitsTable.utf8))
        try put("procedures.csv", Array(proceduresTable.utf8))
        try put("services.csv", Array(servicesTable.utf8))
        try put("accounts.csv", Array(accountsTable.utf8))
        submissions += Array((SubmissionRow.header + "\n").utf8)
        payments += Array("payment_id,dossier_code,amount_vnd,method,provider,state,requested_at,paid_at,refunded_at,updated_at,illustrative\n".utf8)
        let weights = (World.firstDay.number...World.lastDay.number).map(weight)
        let all = weights.reduce(0, +)
        var (passed, made, spoilt) = (0, 0, 0)
        for (offset, weight) in weights.enumerated() {
            passed += weight
            let goal = dossiers * passed / all
            sequences.removeAll(keepingCapacity: true)
            while made < goal {
                dossier(on: World.firstDay.advanced(by: offset))
                made += 1
                while spoilt < Self.malformedRows, made * (Self.malformedRows + 1) >= dossiers * (spoilt + 1) {
                    submissions += Array((SubmissionRow.malformed[spoilt] + "\n").utf8)
                    spoilt += 1
                }
            }
            try flush(put, atLeast: 1 << 20)
        }
        for row in delayed { submissions += row }
        try flush(put, atLeast: 0)
    }

    /// Few file at weekends, and a little more with every month.
    private func weight(_ day: Int) -> Int {
        // 1970-01-01 was a Thursday.
        let weekday = (day + 3) % 7
        return (weekday < 5 ? 100 : weekday == 5 ? 20 : 3) * (1_000 + day - World.firstDay.number)
    }

    private mutating func flush(_ put: (String, [UInt8]) throws -> Void, atLeast size: Int) throws {
        if submissions.count + payments.count + corrections.count < size { return }
        try put("submissions.csv", submissions)
        try put("payments.csv", payments)
        if !corrections.isEmpty { try put("corrections.csv", corrections) }
        submissions.removeAll(keepingCapacity: true)
        payments.removeAll(keepingCapacity: true)
        corrections.removeAll(keepingCapacity: true)
    }

    private mutating func dossier(on day: Day) {
        let index = unitsByWeight[draw.below(unitsByWeight.count)]
        let unit = World.units[index]
        let procedure = proceduresByUnit[index][draw.below(proceduresByUnit[index].count)]
        sequences[index, default: 0] += 1
        var row = SubmissionRow(unit: unit, procedure: procedure, day: day, sequence: sequences[index] ?? 1)
        row.fill(&draw, unit, procedure)
        let isCorrected = draw.chance(15)
        if isCorrected, draw.chance(400) {
            // A correction in the same file: it comes some rows later, and once in a while before the row that it corrects.
            var corrected = row
            corrected.correct(&draw)
            if draw.chance(100) { corrected.write(to: &submissions) } else { delayed.append(corrected.bytes) }
        } else if isCorrected {
            var corrected = row
            corrected.correct(&draw)
            // One in twenty is stale: an old version that arrives late and must not win.
            if draw.chance(50) { corrected.updated = Instant(secondsSinceEpoch: row.received.secondsSinceEpoch - 60) }
            if !hasCorrections { corrections += Array((SubmissionRow.header + "\n").utf8) }
            hasCorrections = true
            corrected.write(to: &corrections)
        }
        row.write(to: &submissions)
        if delayed.count > 8 { submissions += delayed.removeFirst() }
        pay(row, procedure)
    }

    private mutating func pay(_ row: SubmissionRow, _ procedure: SampleProcedure) {
        guard row.amountVND > 0, row.state != .new, row.state != .refused else { return }
        let kind = draw.below(1_000)
        let requested = Instant(secondsSinceEpoch: row.received.secondsSinceEpoch + 600)
        if kind < 30 { return payment(row, .counter, "", .exempt, requested, nil) }
        if kind < 90 { return payment(row, .online, "", draw.chance(500) ? .unpaid : .pending, requested, nil) }
        let progress = 1_000 * (row.received.day.number - World.firstDay.number) / (World.lastDay.number - World.firstDay.number)
        let isOnline = draw.chance(row.channel == .online ? 480 + progress * 3 / 10 : 60 + progress / 10)
        let paid = min(Instant(secondsSinceEpoch: requested.secondsSinceEpoch + draw.below(172_800)), horizon)
        let provider = isOnline ? Self.providers[draw.below(Self.providers.count)] : ""
        let method: PaymentMethod = isOnline ? .online : draw.chance(120) ? .transfer : .counter
        if isOnline, draw.chance(60) { payment(row, .online, provider, .failed, requested, nil) }
        payment(row, method, provider, .paid, requested, paid)
        if draw.chance(6) {
            let refunded = min(Instant(secondsSinceEpoch: paid.secondsSinceEpoch + 259_200), horizon)
            paymentNumber -= 1
            payment(row, method, provider, .refunded, requested, paid, refunded)
        }
    }

    private static let providers = ["VNPT Money", "PayGov", "Vietcombank", "Agribank", "BIDV", "MoMo", "ViettelPay"]

    private mutating func payment(
        _ row: SubmissionRow, _ method: PaymentMethod, _ provider: String, _ state: PaymentState, _ requested: Instant, _ paid: Instant?,
        _ refunded: Instant? = nil
    ) {
        paymentNumber += 1
        let times = [requested, paid, refunded].map { $0?.iso ?? "" }.joined(separator: ",")
        let updated = refunded ?? paid ?? requested
        payments += Array("KT-\(paymentNumber),\(row.code),\(row.amountVND),\(method.word),\(provider),\(state.word),\(times),\(updated.iso),yes\n".utf8)
    }

    private var unitsTable: String {
        "code,name,level,parent_code,valid_from,valid_to,illustrative\n" + World.units.map { unit in
            let name = unit.name.contains(",") ? "\"\(unit.name)\"" : unit.name
            return "\(unit.code),\(name),\(unit.level.word),\(unit.parentCode ?? ""),2021-01-01,2025-06-30,yes\n"
        }.joined()
    }

    private var proceduresTable: String {
        "code,name,sector,bears_fee,illustrative\n" + World.procedures.map {
            "\($0.code),\"\($0.name)\",\"\($0.sector)\",\($0.feeVND + $0.chargeVND > 0 ? "yes" : "no"),yes\n"
        }.joined()
    }
}

extension Sample {
    /// Who offers what: filed online, a full service costs half, and both kinds take less time.
    private var servicesTable: String {
        let header = "procedure_code,applies_to,valid_from,valid_to,level,counter_fee_vnd,online_fee_vnd,counter_days,online_days,document_number,document_date,illustrative\n"
        return header + World.procedures.map { procedure in
            let fee = procedure.feeVND + procedure.chargeVND
            let isOnline = procedure.level != .information
            let online = isOnline ? String(procedure.level == .full ? fee / 2_000 * 1_000 : fee) : ""
            let days = (10, procedure.level == .full ? 7 : 8)
            return "\(procedure.code),\(procedure.owner.coverage),2024-01-01,,\(procedure.level.word),\(fee),\(online),\(days.0),\(isOnline ? String(days.1) : ""),\"Danh mục minh họa 01/2024\",2023-12-20,yes\n"
        }.joined()
    }

    /// Accounts by week of departments and districts, drawn apart from the dossiers.
    private var accountsTable: String {
        var draw = draw
        var table = "unit_code,day,registered,confirmed,first_filing,illustrative\n"
        for day in stride(from: World.firstDay.number, through: World.lastDay.number, by: 7) {
            for unit in World.units where unit.level == .department || unit.level == .district {
                let registered = draw.below(unit.weight / 6 + 2) + unit.weight / 30
                let confirmed = registered * (700 + draw.below(250)) / 1_000
                let first = confirmed * (300 + draw.below(400)) / 1_000
                table += "\(unit.code),\(Day(number: day).iso),\(registered),\(confirmed),\(first),yes\n"
            }
        }
        return table
    }
}

extension SampleProcedure.Owner {
    /// The units that the procedure's service is for.
    fileprivate var coverage: String {
        switch self {
        case .health: "62.SYT"
        case .education: "62.SGDDT"
        case .culture: "62.SVHTTDL"
        case .district: AgencyLevel.district.word
        case .commune: AgencyLevel.commune.word
        }
    }
}

extension SampleUnit {
    fileprivate var procedureOwner: SampleProcedure.Owner {
        switch code {
        case "62.SYT": .health
        case "62.SGDDT": .education
        case "62.SVHTTDL": .culture
        default: level == .commune ? .commune : .district
        }
    }
}

/// Nothing is known of what comes after the last day.
let horizon = Instant(local: World.lastDay, secondOfDay: 86_399)
