/// Which units a rule is about.
package enum Coverage: Hashable, Sendable {
    case province
    case level(AgencyLevel)
    case agency(code: String)

    /// `province`, a level, or the code of a unit.
    package init(_ text: String) {
        if text == "province" || text.isEmpty {
            self = .province
        } else if let level = AgencyLevel(word: text) {
            self = .level(level)
        } else {
            self = .agency(code: text)
        }
    }

    /// The text that `init(_:)` reads.
    package var text: String {
        switch self {
        case .province: "province"
        case .level(let level): level.word
        case .agency(let code): code
        }
    }

    package func covers(_ agency: Agency) -> Bool {
        switch self {
        case .province: true
        case .level(let level): agency.level == level
        case .agency(let code): agency.code == code || agency.aliases.contains(code)
        }
    }

    /// A unit's own rule comes before its level's, and that before the province's.
    package var rank: Int {
        switch self {
        case .agency: 0
        case .level: 1
        case .province: 2
        }
    }
}

/// A procedure as some units offer it for some time: at which level, at what fee and within how many working days. Offerings such as
/// "Sa Thầy's 47 procedures" are services of one unit.
package struct Service: Hashable, Sendable {
    package let procedureCode: String
    package let coverage: Coverage
    package let validity: Validity
    /// `unknown` when the document says nothing about it.
    package let level: ServiceLevel
    package let counterFeeVND: Int?
    package let onlineFeeVND: Int?
    package let counterDays: Int?
    package let onlineDays: Int?
    package let document: Document

    package init(
        procedureCode: String, coverage: Coverage, validity: Validity, level: ServiceLevel, counterFeeVND: Int?, onlineFeeVND: Int?,
        counterDays: Int?, onlineDays: Int?, document: Document
    ) {
        self.procedureCode = procedureCode
        self.coverage = coverage
        self.validity = validity
        self.level = level
        self.counterFeeVND = counterFeeVND
        self.onlineFeeVND = onlineFeeVND
        self.counterDays = counterDays
        self.onlineDays = onlineDays
        self.document = document
    }
}

/// All services of a register, found by procedure.
package struct Services: Sendable {
    package let all: [Service]
    /// The most special first, so that the first that says something is the one that holds.
    private let byProcedure: [Int: [Service]]

    init(_ all: [Service], procedures: [Int: Procedure]) {
        self.all = all
        let numbers = Dictionary(procedures.map { ($0.value.code, $0.key) }, uniquingKeysWith: { first, _ in first })
        var byProcedure: [Int: [Service]] = [:]
        for service in all { if let number = numbers[service.procedureCode] { byProcedure[number, default: []].append(service) } }
        self.byProcedure = byProcedure.mapValues { $0.sorted { ($0.coverage.rank, $1.validity.first) < ($1.coverage.rank, $0.validity.first) } }
    }

    /// What holds for a procedure at a unit on a day, the most special first.
    package func services(of procedureID: Int, at agency: Agency, on day: Day) -> [Service] {
        byProcedure[procedureID]?.filter { $0.validity.contains(day) && $0.coverage.covers(agency) } ?? []
    }

    /// Nil when the register says nothing about it.
    package func level(of procedureID: Int, at agency: Agency, on day: Day) -> ServiceLevel? {
        services(of: procedureID, at: agency, on: day).first { $0.level != .unknown }?.level
    }

    /// What one online filing spares against the counter; a part is nil where the register does not give both sides.
    package func saving(of procedureID: Int, at agency: Agency, on day: Day) -> (feeVND: Int?, days: Int?) {
        let valid = services(of: procedureID, at: agency, on: day)
        func difference(_ counter: (Service) -> Int?, _ online: (Service) -> Int?) -> Int? {
            guard let a = valid.lazy.compactMap(counter).first, let b = valid.lazy.compactMap(online).first else { return nil }
            return a - b
        }
        return (difference(\.counterFeeVND, \.onlineFeeVND), difference(\.counterDays, \.onlineDays))
    }

    package var isEmpty: Bool { all.isEmpty }
}

extension Register {
    /// What the register adds to a dossier before it is counted: whether its procedure bears a fee, and the level at its reception.
    package func terms(of dossier: Dossier) -> Terms {
        let bearsFee = procedures[dossier.procedureID]?.bearsFee
        guard !services.isEmpty, let agency = agencies[dossier.agencyID] else { return Terms(bearsFee: bearsFee, level: nil) }
        return Terms(bearsFee: bearsFee, level: services.level(of: dossier.procedureID, at: agency, on: dossier.counted.day))
    }
}

/// What the register says about one dossier.
package struct Terms: Hashable, Sendable {
    package let bearsFee: Bool?
    /// The level at which the procedure was offered at reception; nil leaves what the dossier's own source says.
    package let level: ServiceLevel?

    package init(bearsFee: Bool?, level: ServiceLevel? = nil) {
        self.bearsFee = bearsFee
        self.level = level
    }
}

/// Dossiers filed online under one procedure at one unit on one day.
package struct OnlineFiling: Hashable, Sendable {
    package let agencyID: Int
    package let procedureID: Int
    package let day: Day
    package let dossiers: Int

    package init(agencyID: Int, procedureID: Int, day: Day, dossiers: Int) {
        self.agencyID = agencyID
        self.procedureID = procedureID
        self.day = day
        self.dossiers = dossiers
    }
}

/// What online filings spared against the counter, by the fees and times that held on their days.
package struct Saving: Hashable, Sendable {
    package var dossiers = 0
    /// Of them, those whose services name both fees, and both times.
    package var withFees = 0
    package var withDays = 0
    package var feeVND = 0
    package var days = 0

    package init() {}

    package static func + (a: Saving, b: Saving) -> Saving {
        var sum = a
        sum.dossiers += b.dossiers
        sum.withFees += b.withFees
        sum.withDays += b.withDays
        sum.feeVND += b.feeVND
        sum.days += b.days
        return sum
    }
}

extension Register {
    /// The savings by unit and procedure, under the unit's and the procedure's numbers.
    package func savings(of filings: [OnlineFiling]) -> [Int: [Int: Saving]] {
        var savings: [Int: [Int: Saving]] = [:]
        for filing in filings {
            guard let agency = agencies[filing.agencyID] else { continue }
            let one = services.saving(of: filing.procedureID, at: agency, on: filing.day)
            var saving = Saving()
            saving.dossiers = filing.dossiers
            if let fee = one.feeVND { (saving.withFees, saving.feeVND) = (filing.dossiers, fee * filing.dossiers) }
            if let days = one.days { (saving.withDays, saving.days) = (filing.dossiers, days * filing.dossiers) }
            savings[filing.agencyID, default: [:]][filing.procedureID, default: Saving()] = (savings[filing.agencyID]?[filing.procedureID] ?? Saving()) + saving
        }
        return savings
    }
}
