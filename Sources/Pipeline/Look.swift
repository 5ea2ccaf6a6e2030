package import Adoption
internal import Reporting
package import Storage

/// One figure, explained down to its dossiers.
package struct Explanation: Sendable {
    /// How many dossiers share one reason.
    package struct Reason: Hashable, Sendable {
        package let dimension: Dimension
        package let word: String
        package let dossiers: Int
    }

    package struct Line: Hashable, Sendable {
        package let code: RecordCode
        package let dossier: Dossier
        package let traits: Traits
        package let place: Indicator.Place
    }

    package let figure: Figure
    package let agency: Agency
    package let procedure: Procedure?
    package let target: Target?
    package let standing: FigureStanding
    /// In the denominator and not in the numerator, by the word that keeps them out.
    package let otherwise: [Reason]
    /// In the period and in neither count, by the word that keeps them out.
    package let excluded: [Reason]
    /// How many dossiers stand behind the figure: those of the denominator, and of a rate of procedures those that make a procedure count.
    package let dossiers: Int
    /// The first of them, at most as many as were asked for.
    package let lines: [Line]
}

/// How far a figure has come, and what was said about it.
package struct FigureStanding: Sendable {
    package let history: PeriodHistory
    /// How the last restatement changed it; nil when it did not.
    package let revision: FigureRevision?
    package let remark: Remark?
    /// The records of an earlier time were asked for, or of now, whatever is final.
    package let isAsOf: Bool
}

/// The trip from a question to one figure.
package struct Look {
    private let source: Store
    private let asked: PositionAsked

    package init(_ store: Store, at asked: PositionAsked = .official) {
        source = store
        self.asked = asked
    }

    /// Explains a figure, and counts it twice: from the tallies, as reports do, and from the dossiers themselves.
    ///
    /// - Parameters:
    ///   - indicator: a definition; one of those that are published, or one that is tried.
    ///   - scope: a unit with the units below it, and a procedure and a channel if the figure is about one.
    ///   - structure: whose units the records count for.
    ///   - limit: how many dossiers to list, the first by reception and code.
    ///   - recount: false leaves the second count out, which goes through every dossier of the figure.
    /// - Throws: `InputError` for an unknown word; `StoreError` when the two counts disagree.
    package func explain(_ indicator: Indicator, _ scope: Scope, in period: Period, structure: Structure = .then, limit: Int, recount: Bool = true) throws -> Explanation {
        let store = try source.rewound(to: asked.position(in: source, for: period, structure: structure)).store
        let stood = try store.register()
        let restatement = structure.day.map { Restatement(of: stood, to: $0) }
        let register = restatement?.register ?? stood
        let named = register.agencies(named: scope.agencyCode, in: period)
        guard let agency = named.last else { throw unknown("unit", scope.agencyCode, register.agencies(in: period).map(\.code)) }
        if named.count > 1 {
            throw InputError("'\(scope.agencyCode)' was given to more than one unit within \(period.id); say which: " + named.map { "\($0.key) (\($0.name))" }.joined(separator: ", "))
        }
        let procedure = try scope.procedureCode.map { try Look.procedure($0, register) }
        let agencies = register.subtree(of: agency, in: period)
        if indicator.subject != .dossiers, procedure != nil || scope.channel != nil {
            throw InputError("\(indicator.label) counts procedures, so it cannot be asked of one procedure or one channel")
        }
        var count = FigureCount(indicator)
        let question = TallyQuestion(
            period.halfMonths, byProcedure: procedure != nil || indicator.subject != .dossiers, bases: [indicator.basis], agencies: agencies)
        try store.eachTally(question, restated: restatement) { tally in
            guard procedure == nil || tally.procedureID == procedure?.key, scope.channel == nil || tally.traits.code(.channel) == scope.channel?.rawValue else { return }
            count.add(tally.traits, procedureID: tally.procedureID, dossiers: tally.dossiers)
        }
        let offerings = indicator.subject == .dossiers ? nil : Offerings(register, on: period.last)
        func rate(_ count: FigureCount) -> Rate {
            guard case .procedures(let question) = indicator.subject, let offerings else { return count.rate }
            return offerings.rate(question, of: agency, agencies: agencies, used: count.procedures)
        }
        let figure = Figure(indicator: indicator, scope: scope, period: period, rate: rate(count), structure: structure, dataVersion: try store.dataVersion())
        // Half-months that were frozen at other times were counted from the records of those times.
        let parts = try store.parts(of: period).map { part in
            Members(
                store: part.store, indicator: indicator, scope: scope, procedureID: procedure?.key, period: period, halfMonths: part.halfMonths, agencies: agencies,
                register: try part.store.register(), restatement: restatement,
                attributions: restatement.map { $0.divided.isEmpty } == false ? try part.store.attributions() : [:])
        }
        if recount { try check(figure, parts, rate) }
        return Explanation(
            figure: figure, agency: agency, procedure: procedure?.value,
            target: try store.targets().target(indicator.id, agency: agency, on: period.last), standing: try standing(of: figure, agency, store),
            otherwise: count.otherwise, excluded: count.excluded, dossiers: count.rate.denominator,
            lines: try lines(of: parts, min(limit, count.rate.denominator)))
    }

    private static func procedure(_ code: String, _ register: Register) throws -> (key: Int, value: Procedure) {
        guard let entry = register.procedures.first(where: { $0.value.code == code }) else {
            throw unknown("procedure", code, register.procedures.values.map(\.code).sorted())
        }
        return entry
    }

    private func standing(of figure: Figure, _ agency: Agency, _ store: Store) throws -> FigureStanding {
        let history = try store.history(of: figure.period)
        let revisions = try history.frozen.map { try store.revisions(of: $0.number) } ?? []
        let isWhole = figure.scope.procedureCode == nil && figure.scope.channel == nil && figure.structure.day == nil
        return FigureStanding(
            history: history, revision: revisions.first { isWhole && $0.unitKey == agency.key && $0.newIndicator == figure.indicator.versionedID },
            remark: try store.remarks()[figure.id], isAsOf: asked.isAsOf)
    }

    private func lines(of parts: [Members], _ limit: Int) throws -> [Explanation.Line] {
        let lines = try parts.flatMap { members in
            try members.store.firstDossiers(limit, members.indicator.basis, in: members.period, agencies: members.origins) { number, dossier, payments in
                members.traits(number, dossier, payments).map { members.indicator.place(of: $0).isInFigure } ?? false
            }.map { code, dossier, payments in
                let traits = Traits(dossier, terms: members.register.terms(of: dossier), payments: payments)
                return Explanation.Line(code: code, dossier: dossier, traits: traits, place: members.indicator.place(of: traits))
            }
        }
        return Array(lines.sorted { ($0.dossier.counted, $0.code) < ($1.dossier.counted, $1.code) }.prefix(limit))
    }

    private func check(_ figure: Figure, _ parts: [Members], _ counted: (FigureCount) -> Rate) throws {
        var count = FigureCount(figure.indicator)
        for members in parts {
            try members.store.dossiers(figure.indicator.basis, in: figure.period, agencies: members.origins) { number, dossier, payments in
                if let traits = members.traits(number, dossier, payments) { count.add(traits, procedureID: dossier.procedureID, dossiers: 1) }
            }
        }
        let rate = counted(count)
        guard rate == figure.rate else {
            throw StoreError("the tallies give \(figure.rate.numerator)/\(figure.rate.denominator) and the dossiers \(rate.numerator)/\(rate.denominator); restore the store from its backup and report this")
        }
    }

    /// Everything in the registers that does not fit.
    package static func registerFindings(_ store: Store, home: Home) throws -> [RegisterFinding] {
        let register = try store.register()
        let restatement = Restatement(of: register, to: try newestStructure(store))
        let lost = try store.attributionCounts().filter { restatement.heir(of: $0.agencyID, successorCode: $0.successorCode) == nil }.map { entry in
            RegisterFinding(
                severity: .error, subject: "attributions of \(register.agencies[entry.agencyID]?.key ?? "")",
                message: "\(entry.dossiers) dossiers are attributed to '\(entry.successorCode)', which is none of the unit's heirs")
        }
        return lost + RegisterCheck.findings(in: register, targets: try store.targets(), indicatorIDs: home.indicators.map(\.id))
    }

    /// The first day of the newest structure that the records have reached: the same for the same store, whatever the clock says.
    package static func newestStructure(_ store: Store) throws -> Day {
        let register = try store.register()
        let days = register.agencies.values.map(\.validity.first) + register.events.map(\.date)
        let reached = try store.latestUpdate()?.day ?? days.max() ?? Day(number: 0)
        return days.filter { $0 <= reached }.max() ?? reached
    }

    /// `file:line:column: 'field' is not a date; write …`, in Vietnamese: it goes back to the clerk.
    static func refusalLine(_ refusal: Refusal) -> String { Words.refusalLine(refusal, .vietnamese) }

    /// A month's list may come a week after its end, and its first day is then this old.
    package static let usualLateAfterDays = 40

    /// What is there of every unit in the period, and what seems to be missing.
    package static func completeness(
        _ store: Store, in period: Period, register: Register, asOf: Day, lateAfterDays: Int
    ) throws -> [Completeness] {
        let first = period.first.advanced(by: -7 * Completeness.lookbackWeeks)
        return Completeness.all(
            in: period, register: register, counts: try store.dayCounts(from: first, to: period.last), zeros: try store.zeroDays(), asOf: asOf,
            lateAfterDays: lateAfterDays, since: try store.imports().first?.recorded.day ?? asOf)
    }
}

/// There is no such thing; the nearest that there is.
func unknown(_ what: String, _ word: String, _ known: [String]) -> InputError {
    let hint = nearest(to: word, in: known).map { "did you mean '\($0)'?" }
        ?? (known.isEmpty ? "the register has none in this period" : known.count > 30 ? "\(known.count) are known" : "known are \(known.joined(separator: ", "))")
    return InputError("there is no \(what) '\(word)'; \(hint)")
}

/// Which dossiers a figure is about, by the rule of the tallies.
private struct Members {
    let store: Store
    let indicator: Indicator
    let scope: Scope
    let procedureID: Int?
    let period: Period
    let halfMonths: Set<HalfMonth>
    let agencies: Set<Int>
    let register: Register
    let restatement: Restatement?
    let attributions: [Int: String]

    /// The units whose records can belong to the figure.
    var origins: Set<Int> {
        guard let restatement else { return agencies }
        return Set(register.agencies.keys.filter { id in
            restatement.divided[id]?.isDisjoint(with: agencies) == false || agencies.contains(restatement.bearer(of: id))
        })
    }

    /// As what the dossier is counted; nil when it is not in the period, or not of these units, procedure and channel.
    func traits(_ number: Int, _ dossier: Dossier, _ payments: [Payment]) -> Traits? {
        guard procedureID == nil || dossier.procedureID == procedureID, scope.channel == nil || dossier.channel == scope.channel else { return nil }
        if let restatement {
            guard let heir = restatement.heir(of: dossier.agencyID, successorCode: attributions[number]), agencies.contains(heir) else { return nil }
        }
        let count = DossierCount(dossier, terms: register.terms(of: dossier), payments: payments)
        guard let halfMonth = count.halfMonth(indicator.basis), halfMonths.contains(halfMonth) else { return nil }
        return count.traits
    }
}

/// A figure as it is added up, and what keeps dossiers of the period out of its numerator, or out of it.
private struct FigureCount {
    private struct Key: Hashable {
        let dimension: Dimension
        let code: UInt8
    }

    private let indicator: Indicator
    private(set) var rate = Rate.none
    /// Those under which a dossier was counted.
    private(set) var procedures: Set<Int> = []
    private var kept: [Key: Int] = [:]
    private var out: [Key: Int] = [:]

    init(_ indicator: Indicator) { self.indicator = indicator }

    mutating func add(_ traits: Traits, procedureID: Int, dossiers: Int) {
        switch indicator.place(of: traits) {
        case .counted:
            if indicator.subject != .dossiers { procedures.insert(procedureID) }
            rate = rate + Rate(dossiers, of: dossiers)
        case .otherwise(let dimension, let code):
            rate = rate + Rate(0, of: dossiers)
            kept[Key(dimension: dimension, code: code), default: 0] += dossiers
        case .excluded(let dimension, let code):
            out[Key(dimension: dimension, code: code), default: 0] += dossiers
        }
    }

    var otherwise: [Explanation.Reason] { FigureCount.sorted(kept) }
    var excluded: [Explanation.Reason] { FigureCount.sorted(out) }

    private static func sorted(_ counts: [Key: Int]) -> [Explanation.Reason] {
        counts.map { Explanation.Reason(dimension: $0.key.dimension, word: $0.key.dimension.words[Int($0.key.code)], dossiers: $0.value) }
            .sorted { ($1.dossiers, $0.dimension.rawValue, $0.word) < ($0.dossiers, $1.dimension.rawValue, $1.word) }
    }
}
