internal import Adoption
internal import Pipeline
internal import Reporting
internal import Storage

/// What becomes due.
extension Scheduler {
    /// What was due so long ago was missed: nothing ran at the time.
    private static let missedAfter = 12 * 3_600
    /// How far back periods are looked for that have no run yet.
    private static let lookBackDays = 800

    func plan(_ schedule: Schedule, _ standing: ScheduleStanding, now: Instant, _ round: inout Round) throws {
        let runs = try candidates(schedule, standing, now: now)
        let missed = runs.filter { $0.due.secondsSinceEpoch + Scheduler.missedAfter < now.secondsSinceEpoch }
        let planned = runs.map { run -> NewRun in
            let reason: String? = if let paused = standing.paused {
                "the schedule was paused by \(paused.by)"
            } else if missed.contains(run) {
                switch schedule.missed {
                case .make: nil
                case .newest: run == runs.last ? nil : "missed while nothing ran; only the newest is made"
                case .skip: "missed while nothing ran; the schedule says to skip it"
                }
            } else { nil }
            return NewRun(key: run.key, schedule: run.schedule, due: run.due, period: run.period, skippedBecause: reason)
        }
        let new = try step("plan") { try ledger.plan(planned, of: schedule.id, through: now, now: now) }
        round.planned += new.count
        round.skipped += new.count { $0.state == .skipped }
        for run in new where run.state == .skipped { try notify("missed/\(run.key)", words.missed(run.key), words.fault(run.reason, run.key), now: now) }
    }

    /// What is due and has no run yet, the oldest first.
    ///
    /// Of finished periods every one counts whose day has come since the schedule began, whenever that day was found out: rules and holidays may be changed.
    /// Days of running periods count from the last round on.
    private func candidates(_ schedule: Schedule, _ standing: ScheduleStanding, now: Instant) throws -> [NewRun] {
        let begin = schedule.isRunning
            ? min(standing.plannedThrough, now) : max(standing.since, Instant(secondsSinceEpoch: now.secondsSinceEpoch - Scheduler.lookBackDays * 86_400))
        return try schedule.occasions(after: begin, through: now, calendar).flatMap { moment in
            try schedule.periods(due: moment, calendar).compactMap { period in
                let key = schedule.runKey(period: period, due: moment)
                return try ledger.run(key: key) == nil ? NewRun(key: key, schedule: schedule.id, due: moment, period: period) : nil
            }
        }
    }

    /// Whoever got figures that were changed officially since gets them anew, with the difference.
    func planRevisions(now: Instant, _ round: inout Round) throws {
        let announcing = Dictionary(uniqueKeysWithValues: schedules.filter(\.announcesRevisions).map { ($0.id, $0) })
        if announcing.isEmpty { return }
        let told = try ledger.sentRuns(since: Instant(secondsSinceEpoch: now.secondsSinceEpoch - 400 * 86_400)).filter { announcing[$0.schedule] != nil && $0.publication != nil }
        if told.isEmpty { return }
        let store = try openStore()
        let acts = try store.acts()
        for last in told {
            guard let schedule = announcing[last.schedule], !schedule.isRunning, let published = acts.last(where: { $0.kind == .publish && $0.reason == Scheduler.reason(of: last) }),
                let act = try store.history(of: last.period).official, act.number > published.number
            else { continue }
            let key = schedule.runKey(period: last.period, due: last.due) + "/r\(act.number)"
            if try ledger.run(key: key) != nil { continue }
            // Final figures may be those that were sent.
            var reason: String?
            do { reason = try changes(last, act, store).isEmpty ? "no figure that was sent is another now" : nil } catch let error as InputError { reason = error.description }
            for open in try ledger.runs(limit: 500, schedule: schedule.id) where !open.state.isOver && open.period == last.period && open.revision.map({ $0 < act.number }) == true {
                try step("skip") { try ledger.skip(run: open.number, reason: "what it tells is superseded by act \(act.number)", now: now) }
            }
            let run = NewRun(key: key, schedule: schedule.id, due: now, period: last.period, revision: act.number, skippedBecause: reason)
            let new = try step("plan") { try ledger.plan([run], of: schedule.id, through: nil, now: now) }
            round.planned += new.count { $0.state == .due }
        }
    }

    /// The figures of a publication that are others now; of a restatement also those of units that its reports count without showing them as figures.
    private func changes(_ run: Run, _ act: Act, _ store: Store) throws -> [FigureRevision] {
        guard let number = run.publication, let sent = try store.publications().last(where: { $0.number == number })?.publication else { return [] }
        let publish = try Publish(store, home: home, period: run.period, reportIDs: sent.order.reports)
        let now = try publish.reports(units: []).reduce(into: [String: Rate]()) { $0.merge($1.figures) { first, _ in first } }
        return try Scheduler.changes(from: sent.figures, to: now) + restated(by: act, store)
    }

    /// What a restatement says itself.
    func restated(by act: Act, _ store: Store) throws -> [FigureRevision] { act.kind == .restate ? try store.revisions(of: act.number).filter { !$0.isUnchanged } : [] }

    static func changes(from old: [String: Rate], to new: [String: Rate]) -> [FigureRevision] {
        new.compactMap { name, rate -> FigureRevision? in
            guard let was = old[name], was != rate, let figure = FigureID(name), figure.scope.procedureCode == nil, figure.scope.channel == nil else { return nil }
            return FigureRevision(unitKey: figure.scope.agencyCode, oldIndicator: figure.indicator, newIndicator: figure.indicator, old: was, new: rate, changes: [])
        }.sorted { ($0.unitKey, $0.newIndicator) < ($1.unitKey, $1.newIndicator) }
    }
}

extension Schedule {
    /// Which periods it is about.
    var shape: String { "\(isRunning ? "running" : "finished") \(span.rawValue) \(calendar.rawValue)" }
}
