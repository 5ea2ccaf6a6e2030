package import Adoption
package import Reporting
package import Storage

/// The trips by which the figures of a period become final, are opened again, and are restated.
package struct PeriodDesk {
    let store: Store
    let home: Home
    package let period: Period

    package init(_ store: Store, home: Home, period: Period) {
        self.store = store
        self.home = home
        self.period = period
    }

    /// How far one unit has come.
    package struct UnitStatus: Sendable {
        package let agency: Agency
        package let state: PeriodState
        package let completeness: Completeness
    }

    package struct Status: Sendable {
        package let history: PeriodHistory
        package let state: PeriodState
        package let coverage: UnitCoverage
        package let units: [UnitStatus]
        /// Imports since the figures became final.
        package let importsSince: Int
        package let asOf: Day
    }

    /// The figures of every unit and indicator, those without data left out.
    package func figures(at asked: PositionAsked = .official) throws -> [FrozenFigure] {
        let view = try store.rewound(to: asked.position(in: store, for: period, structure: .then)).store
        let indicators = try home.official(for: period, in: store, at: asked).indicators
        return try Revising.figures(view, indicators, in: period).all(indicators)
    }

    package func status() throws -> Status {
        let history = try store.history(of: period)
        let (completeness, asOf) = try completeness()
        let revised = Set(try history.frozen.map { try store.revisions(of: $0.number) }?.map(\.unitKey) ?? [])
        let coverage = UnitCoverage(completeness)
        return Status(
            history: history, state: history.state(asOf: asOf), coverage: coverage,
            units: completeness.map { one in
                UnitStatus(
                    agency: one.agency, state: history.state(asOf: asOf, isUnreported: one.isUnreported, isRevised: revised.contains(one.agency.key)), completeness: one)
            },
            importsSince: try history.frozen.map { try store.dataVersion() - $0.dataVersion } ?? 0, asOf: asOf)
    }

    private func completeness() throws -> (units: [Completeness], asOf: Day) {
        let asOf = try store.latestUpdate()?.day ?? period.last
        let units = try Look.completeness(store, in: period, register: try store.register(), asOf: asOf, lateAfterDays: Look.usualLateAfterDays)
        return (units, asOf)
    }

    /// Makes the figures final. A period that was final before and was opened again is restated by it.
    ///
    /// - Parameter override: why it is done although records seem to be missing; empty when it is not to be done then.
    /// - Throws: `InputError` when the period is not over, is final already, or has holes that nobody answers for.
    package func freeze(reason: String, override: String, at moment: Instant) throws -> (act: Act, revisions: [FigureRevision]?) {
        let history = try store.history(of: period)
        if let act = history.frozen {
            throw InputError("\(period.id) is final since \(act.moment.day.iso); `uptake restate` publishes what later records change")
        }
        guard moment.day > period.last else { throw InputError("\(period.id) ends on \(period.last.iso), and today is \(moment.day.iso); a period becomes final after its last day") }
        if history.lastFrozen == nil { try checkRecords() }
        let (completeness, asOf) = try completeness()
        let coverage = UnitCoverage(completeness)
        if override.isEmpty {
            guard asOf >= period.last else {
                throw InputError("the records reach to \(asOf.iso), and \(period.id) ends on \(period.last.iso); load the rest first, or freeze it all the same with --override and a reason")
            }
            guard coverage.isComplete else {
                throw InputError("\(coverage.lines(.english).joined(separator: " ")) Load what is missing (`uptake completeness --period \(period.id)` names the days), or freeze it all the same with --override and a reason, which is printed")
            }
        }
        let override = asOf >= period.last && coverage.isComplete ? "" : override
        let words = ActWords(period: period, moment: moment, reason: reason, override: override, definitions: home.definitionSet)
        if let last = history.lastFrozen { return try restate(Revising(store, home: home, since: last).revisions(), words) }
        if let act = history.official { return (try freeze(asIn: act, words), nil) }
        let position = try store.position()
        let figures = try Revising.figures(store, home.indicators, in: period).all(home.indicators)
        return (try store.freeze(words, at: position, figures: figures, revisions: nil), nil)
    }

    /// Makes figures final that are final as parts of other periods: they stay what they are.
    private func freeze(asIn act: Act, _ words: ActWords) throws -> Act {
        let position = try store.position()
        let (view, then) = (try store.rewound(to: act.position).store, try home.official(for: period, in: store))
        let words = ActWords(period: period, moment: words.moment, reason: words.reason, override: words.override, definitions: then.definitionSet)
        return try store.freeze(
            words, at: position, dataVersion: act.dataVersion, figures: try Revising.figures(view, then.indicators, in: period).all(then.indicators), revisions: nil)
    }

    private func checkRecords() throws {
        guard try store.hasTallies(in: period.halfMonths) else {
            throw InputError("nothing is stored for \(period.id) (\(period.first.iso) to \(period.last.iso), \(period.calendar.rawValue) calendar); there is nothing to make final")
        }
    }

    /// Opens the figures again; what was final stays in the ledger.
    package func reopen(reason: String, at moment: Instant) throws -> Act {
        guard try store.history(of: period).frozen != nil else { throw InputError("\(period.id) is not final, so it need not be opened") }
        return try store.act(.reopen, ActWords(period: period, moment: moment, reason: reason))
    }

    /// Notes that a draft goes to the units.
    package func review(reason: String, at moment: Instant) throws -> Act {
        if let act = try store.history(of: period).official { throw InputError("\(period.id) is final since \(act.moment.day.iso); open it again (`uptake period reopen`) before a draft goes out") }
        try checkRecords()
        // The same draft again is no other decision.
        if let act = try store.history(of: period).review, act.dataVersion == (try store.dataVersion()) { return act }
        return try store.act(.review, ActWords(period: period, moment: moment, reason: reason, definitions: home.definitionSet))
    }

    /// How the figures would change if they were made final anew.
    ///
    /// - Throws: `InputError` when they are not final.
    package func differences() throws -> [FigureRevision] {
        guard let last = try store.history(of: period).lastFrozen else { throw InputError("\(period.id) was never final; `uptake period freeze` makes it so") }
        return try Revising(store, home: home, since: last).revisions().changed
    }

    /// Publishes what later records, corrections, reorganisations and definitions have changed as a numbered restatement.
    ///
    /// - Returns: nil when nothing has changed.
    package func restate(reason: String, at moment: Instant) throws -> (act: Act, revisions: [FigureRevision])? {
        let history = try store.history(of: period)
        guard let last = history.frozen else {
            throw InputError(history.lastFrozen == nil ? "\(period.id) was never final; `uptake period freeze` makes it so" : "\(period.id) is open; `uptake period freeze` makes it final and tells what has changed")
        }
        let found = try Revising(store, home: home, since: last).revisions()
        if found.changed.isEmpty { return nil }
        let words = ActWords(period: period, moment: moment, reason: reason, override: last.override, definitions: home.definitionSet)
        return try restate(found, words)
    }

    private func restate(_ found: Revising.Found, _ words: ActWords) throws -> (act: Act, revisions: [FigureRevision]) {
        (try store.freeze(words, at: found.position, figures: found.figures, revisions: found.changed), found.changed)
    }
}
