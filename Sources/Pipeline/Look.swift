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
        package let dossier: Dossier
        package let traits: Traits
        package let place: Indicator.Place
    }

    package let figure: Figure
    package let agency: Agency
    package let procedure: Procedure?
    package let target: Target?
    /// In the denominator and not in the numerator, by the word that keeps them out.
    package let otherwise: [Reason]
    /// In the period and in neither count, by the word that keeps them out.
    package let excluded: [Reason]
    /// The dossiers of the denominator, those of the numerator too; at most as many as were asked for.
    package let lines: [Line]
}

/// The trip from a question to one figure.
package struct Look {
    private let store: Store
    private let home: Home

    package init(_ store: Store, home: Home) {
        self.store = store
        self.home = home
    }

    /// Counts the figure twice, from the tallies and from the dossiers themselves.
    ///
    /// - Parameters:
    ///   - indicatorID: the indicator as its definition names it.
    ///   - scope: a unit with the units below it, and a procedure and a channel if the figure is about one.
    ///   - structure: whose units the records count for.
    ///   - limit: how many dossiers to list.
    /// - Throws: `InputError` for an unknown word; `StoreError` when the two counts disagree.
    package func explain(_ indicatorID: String, _ scope: Scope, in period: Period, structure: Structure = .then, limit: Int) throws -> Explanation {
        guard let indicator = home.indicators.first(where: { $0.id == indicatorID }) else {
            throw unknown("indicator", indicatorID, home.indicators.map(\.id))
        }
        let stood = try store.register()
        let restatement = structure.day.map { Restatement(of: stood, to: $0) }
        let register = restatement?.register ?? stood
        let named = register.agencies(named: scope.agencyCode, in: period)
        guard let agency = named.last else { throw unknown("unit", scope.agencyCode, register.agencies(in: period).map(\.code)) }
        if named.count > 1 {
            throw InputError("'\(scope.agencyCode)' was given to more than one unit within \(period.id); say which: " + named.map { "\($0.key) (\($0.name))" }.joined(separator: ", "))
        }
        let procedure = try scope.procedureCode.map { code in
            guard let entry = register.procedures.first(where: { $0.value.code == code }) else {
                throw unknown("procedure", code, register.procedures.values.map(\.code).sorted())
            }
            return entry
        }
        let agencies = register.subtree(of: agency, in: period)
        let counted = try store.tallies(in: period.halfMonths, restated: restatement).filter {
            agencies.contains($0.agencyID) && (procedure == nil || $0.procedureID == procedure?.key)
                && (scope.channel == nil || $0.traits.code(.channel) == scope.channel?.rawValue)
        }
        let figure = Figure(
            indicator: indicator, scope: scope, period: period, rate: indicator.rate(of: counted), dataVersion: try store.dataVersion())
        var walk = Walk(indicator, limit: limit)
        let origins = restatement.map { restatement in Set(stood.agencies.keys.filter { id in
            restatement.divided[id]?.isDisjoint(with: agencies) == false || agencies.contains(restatement.heirs[id] ?? id)
        }) }
        let attributions = restatement.map { $0.divided.isEmpty } == false ? try store.attributions() : [:]
        try store.dossiers(indicator.basis, in: period, agencies: origins ?? agencies) { dossier, payments in
            guard procedure == nil || dossier.procedureID == procedure?.key, scope.channel == nil || dossier.channel == scope.channel else { return }
            if let restatement {
                guard let heir = restatement.heir(of: dossier.agencyID, successorCode: attributions[dossier.code]), agencies.contains(heir) else { return }
            }
            for contribution in Contribution.all(of: dossier, terms: stood.terms(of: dossier), payments: payments)
            where contribution.basis == indicator.basis && period.contains(contribution.halfMonth) {
                walk.take(dossier, contribution.traits)
            }
        }
        guard walk.rate == figure.rate else {
            throw StoreError("the tallies give \(figure.rate.numerator)/\(figure.rate.denominator) and the dossiers \(walk.rate.numerator)/\(walk.rate.denominator); restore the store from its backup and report this")
        }
        return Explanation(
            figure: figure, agency: agency, procedure: procedure?.value,
            target: try store.targets().target(indicator.id, agency: agency, on: period.last),
            otherwise: walk.reasons(walk.otherwise), excluded: walk.reasons(walk.excluded), lines: walk.lines)
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

    private func unknown(_ what: String, _ word: String, _ known: [String]) -> InputError {
        let hint = nearest(to: word, in: known).map { "did you mean '\($0)'?" }
            ?? (known.isEmpty ? "the register has none in this period" : known.count > 30 ? "\(known.count) are known" : "known are \(known.joined(separator: ", "))")
        return InputError("there is no \(what) '\(word)'; \(hint)")
    }
}

/// The dossiers of a figure, sorted into counted, otherwise and excluded.
private struct Walk {
    private let indicator: Indicator
    private let limit: Int
    private(set) var rate = Rate.none
    private(set) var lines: [Explanation.Line] = []
    private(set) var otherwise: [Key: Int] = [:]
    private(set) var excluded: [Key: Int] = [:]

    struct Key: Hashable {
        let dimension: Dimension
        let code: UInt8
    }

    init(_ indicator: Indicator, limit: Int) {
        self.indicator = indicator
        self.limit = limit
    }

    mutating func take(_ dossier: Dossier, _ traits: Traits) {
        let place = indicator.place(of: traits)
        switch place {
        case .excluded(let dimension, let code):
            excluded[Key(dimension: dimension, code: code), default: 0] += 1
            return
        case .otherwise(let dimension, let code):
            otherwise[Key(dimension: dimension, code: code), default: 0] += 1
            rate = rate + Rate(0, of: 1)
        case .counted:
            rate = rate + Rate(1, of: 1)
        }
        if lines.count < limit { lines.append(Explanation.Line(dossier: dossier, traits: traits, place: place)) }
    }

    func reasons(_ counts: [Key: Int]) -> [Explanation.Reason] {
        counts.map { Explanation.Reason(dimension: $0.key.dimension, word: $0.key.dimension.words[Int($0.key.code)], dossiers: $0.value) }
            .sorted { ($1.dossiers, $0.dimension.rawValue, $0.word) < ($0.dossiers, $1.dimension.rawValue, $1.word) }
    }
}
