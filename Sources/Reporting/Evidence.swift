package import Adoption

/// What a pack of reports needs to know from the store.
package struct Question: Hashable, Sendable {
    package let period: Period
    /// The half-months of the period, of the trend that ends with it, and of what it is compared with.
    package let halfMonths: ClosedRange<HalfMonth>
    /// What the reports are made of: some sections need more than tallies.
    private let sections: Set<ReportDefinition.SectionKind>

    /// - Parameter earliest: a half-month from which on counts are needed in any case.
    package init(period: Period, definitions: [ReportDefinition], earliest: HalfMonth? = nil) {
        let months = max(period.months.count, definitions.map(\.trendMonths).max() ?? 0)
        var first = min(period.trend(months: months).first?.halfMonths.lowerBound ?? period.halfMonths.lowerBound, period.halfMonths.lowerBound)
        sections = Set(definitions.flatMap(\.sections))
        if sections.contains(.movement) { first = min(first, period.yearBefore.yearToDate.halfMonths.lowerBound) }
        if sections.contains(.movedUp) || sections.contains(.fellBehind) { first = min(first, period.previous.halfMonths.lowerBound) }
        if sections.contains(.outlook) || sections.contains(.outOfReach) { first = min(first, Question.outlookYears(before: period).halfMonths.lowerBound) }
        self.period = period
        first = min(first, earliest ?? first)
        halfMonths = first...period.halfMonths.upperBound
    }

    /// Some report has one of the sections.
    package func asks(for kinds: ReportDefinition.SectionKind...) -> Bool { !sections.isDisjoint(with: kinds) }
}

extension Question {
    /// A projection is tried on the years before; more than three would be another administration.
    private static func outlookYears(before period: Period) -> Period { Period(period.calendar, year: period.year - 3, months: 1...12) }
}

/// The store's answer: everything that the reports are a function of.
package struct Evidence: Sendable {
    package let period: Period
    package let indicators: [Indicator]
    /// The rates of the period.
    let figures: Figures
    package let targets: Targets
    package let officialRecords: [OfficialRecord]
    package let sources: [SourceFile]
    package let quarantine: [QuarantineCount]
    package let paymentsWithoutDossier: Int
    package let dataVersion: Int
    package let asOf: Instant
    /// SHA-256 over the hashes of all sources.
    package let inputHash: String
    package let structure: Structure
    /// The units as they stood and what happened to them: `register`, unless that is restated, with the same numbers.
    let stood: Register
    let accounts: [AccountCount]
    let collections: [CollectedAmount]
    /// By the numbers of units: of the period, and of the same months of the year before.
    let oddities: [Int: Oddities]
    let odditiesBefore: [Int: Oddities]
    /// By the numbers of unit and procedure.
    let savings: [Int: [Int: Saving]]
    let completeness: [Completeness]
    /// The units of which nothing has come, although something was to be expected.
    let unreported: Set<String>
    /// The procedures of the period before; nil when they are not asked for.
    let cubeBefore: RateCube?
    /// Nil when no report asks for a form.
    let flows: Flows?
    package let standing: Standing
    /// The units of some day of the period, each once and as it was last, in the order of their codes; a unit that ended within the
    /// period is named with its last day.
    package let agencies: [Agency]
    /// Codes that alone would mean several units.
    private let sharedCodes: Set<String>
    /// What units could gain, by the id of the rate that a report is headed by; empty where no report asks for it.
    private(set) var opportunities: [String: Opportunities] = [:]
    /// The first half-month in which any unit has something.
    let firstHalfMonth: HalfMonth?

    package init(
        question: Question, indicators: [Indicator], figures: Figures, targets: Targets, standing: Standing, cubeBefore: RateCube? = nil, flows: Flows? = nil,
        officialRecords: [OfficialRecord], sources: [SourceFile], quarantine: [QuarantineCount], paymentsWithoutDossier: Int,
        dataVersion: Int, asOf: Instant, inputHash: String, structure: Structure = .then, stood: Register? = nil, accounts: [AccountCount] = [], collections: [CollectedAmount] = [],
        oddities: [Int: Oddities] = [:], odditiesBefore: [Int: Oddities] = [:],
        savings: [Int: [Int: Saving]] = [:], completeness: [Completeness] = [], pushed: [(indicator: Indicator, minimum: Int)] = []
    ) {
        period = question.period
        self.indicators = indicators
        self.figures = figures
        self.standing = standing
        self.targets = targets
        self.officialRecords = officialRecords
        self.sources = sources
        self.quarantine = quarantine
        self.paymentsWithoutDossier = paymentsWithoutDossier
        self.dataVersion = dataVersion
        self.asOf = asOf
        self.inputHash = inputHash
        self.cubeBefore = cubeBefore
        firstHalfMonth = figures.cube.firstHalfMonth
        self.flows = flows
        self.structure = structure
        self.stood = stood ?? figures.register
        self.accounts = accounts
        self.collections = collections
        self.oddities = oddities
        self.odditiesBefore = odditiesBefore
        self.savings = savings
        self.completeness = completeness
        unreported = Set(completeness.filter(\.isUnreported).map(\.agency.key))
        agencies = figures.register.agencies(in: question.period).map { agency in
            agency.validity.last.map { $0 < question.period.last } == true ? agency.shown(as: agency.nameUntilItsEnd) : agency
        }
        sharedCodes = figures.register.sharedCodes(in: question.period)
        for one in pushed where opportunities[one.indicator.id] == nil { opportunities[one.indicator.id] = Opportunities(opportunities(one.indicator, minimum: one.minimum)) }
    }

    private func opportunities(_ indicator: Indicator, minimum: Int) -> [Opportunity] {
        guard let province else { return [] }
        let place = cube.procedurePlace(indicator)
        let locals = reportingUnits.flatMap { unit in
            let name = name(of: unit)
            return cube.procedures(agencies: subtree(of: unit)).compactMap { id, rates in
                register.procedures[id].map { LocalRate(unitKey: name, groupKey: unit.level.word, procedureKey: $0.code, rate: rates[place]) }
            }
        }
        return Opportunity.all(in: locals, province: rate(indicator, of: province), minimum: minimum)
    }

    package var register: Register { figures.register }
    var cube: RateCube { figures.cube }

    package func indicator(_ id: String) -> Indicator? { indicators.first { $0.id == id } }

    /// The province of the period; nil when the register has none.
    package var province: Agency? {
        register.agencies(on: period.last).first { $0.agency.level == .province }?.agency
            ?? agencies.first { $0.level == .province }
    }

    /// The units directly below the province, which each get a report of their own. Where a province was merged into this one
    /// within the period, those that were below it are here too.
    package var reportingUnits: [Agency] {
        guard let province else { return [] }
        let merged = agencies.filter { $0.level == .province && $0.code != province.code && isBelow($0, province) }
        return ([province] + merged).flatMap(children).filter { $0.level != .province }
    }

    package var communes: [Agency] { agencies.filter { $0.level == .commune } }

    /// A province of the period that is in no report's total; nil when there is none, as it must be.
    package var severedProvince: Agency? {
        guard let province else { return nil }
        return agencies.first { $0.level == .province && $0.key != province.key && !isBelow($0, province) }
    }

    func children(of agency: Agency) -> [Agency] { agencies.filter { $0.parentCode == agency.code && $0.validity.overlaps(agency.validity) } }

    /// The code of a unit; with the first day of its validity where the code was given to another unit within the period.
    package func name(of agency: Agency) -> String { sharedCodes.contains(agency.code) ? agency.key : agency.code }

    /// The unit is the other one or below it, at some day of the period.
    package func isWithin(_ agency: Agency, _ other: Agency) -> Bool { isBelow(agency, other) }

    private func isBelow(_ agency: Agency, _ other: Agency) -> Bool {
        guard let number = register.number(of: agency) else { return false }
        return subtree(of: other).contains(number)
    }

    /// The events from a day to the end of the period that made, ended or moved a unit of this report.
    ///
    /// - Parameter other: an earlier period, whose units count as well.
    func breaks(of agency: Agency, from first: Day, and other: Period? = nil) -> [UnitEvent] {
        let numbers = subtree(of: agency).union(other.map { subtree(of: agency, in: $0) } ?? [])
        return register.events(from: first, to: period.last).filter { event in numbers.contains { register.agencies[$0].map { event.touches($0) } ?? false } }
    }

    /// The unit as it stood; nil when the register has no such unit.
    func origin(of agency: Agency) -> Agency? { register.number(of: agency).flatMap { stood.agencies[$0] } }

    /// What is said about figures of the unit as it stood in the period, whatever the version of their definition.
    func remarks(on agency: Agency) -> [(id: FigureID, remark: Remark)] {
        guard let origin = origin(of: agency) else { return [] }
        let versions = stood.numbers(of: origin, in: period).compactMap { stood.agencies[$0] }
        // What is said under a code that two units bore in the period may be about the other.
        let names = Set(versions.flatMap { [$0.code, $0.key] + $0.aliases }).subtracting(structure.day == nil ? sharedCodes : stood.sharedCodes(in: period))
        return standing.remarks.values.compactMap { remark -> (id: FigureID, remark: Remark)? in
            guard let id = FigureID(remark.figure), id.period == period, id.structure == .then, names.contains(id.scope.agencyCode) else { return nil }
            return (id, remark)
        }
    }

    /// The numbers of the unit's own records, without those of the units below it.
    func own(_ agency: Agency) -> Set<Int> {
        register.numbers(of: agency, in: period)
    }

    /// The numbers of the unit and of all units below it at some day of the period, or of another one.
    func subtree(of agency: Agency, in other: Period? = nil) -> Set<Int> { figures.subtree(of: agency, in: other) }

    package func rate(_ indicator: Indicator, of agency: Agency) -> Rate { figures.rate(indicator, of: agency) }

    /// The rate of a month: within the report's period of all units that are in its total, so that the months add up to it.
    func rate(_ indicator: Indicator, of agency: Agency, in month: Period) -> Rate {
        var agencies = subtree(of: agency, in: month)
        if month.first >= period.first { agencies.formUnion(subtree(of: agency)) }
        return cube.rate(indicator, agencies: agencies, in: month)
    }

    package func target(_ indicator: Indicator, of agency: Agency, in period: Period? = nil) -> Target? {
        targets.target(indicator.id, agency: agency, on: (period ?? self.period).last)
    }
}

/// The greatest opportunities of the province and of each unit, found once for all reports.
struct Opportunities: Sendable {
    struct Top: Sendable {
        /// The greatest first.
        var first: [Opportunity] = []
        var count = 0
    }

    private(set) var all = Top()
    private(set) var byUnit: [String: Top] = [:]

    /// How many a table shows.
    private static let limit = 25

    init(_ opportunities: [Opportunity] = []) {
        all = Top(first: Array(opportunities.prefix(Opportunities.limit)), count: opportunities.count)
        for one in opportunities {
            byUnit[one.local.unitKey, default: Top()].count += 1
            if byUnit[one.local.unitKey, default: Top()].first.count < Opportunities.limit { byUnit[one.local.unitKey]?.first.append(one) }
        }
    }
}
