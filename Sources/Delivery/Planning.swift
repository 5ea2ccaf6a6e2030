internal import Adoption
internal import Storage

/// What becomes due.
extension Scheduler {
    /// What was due so long ago was missed: nothing ran at the time.
    private static let missedAfter = 12 * 3_600

    /// - Returns: how many runs are new.
    func plan(_ schedule: Schedule, _ standing: ScheduleStanding, now: Instant) throws -> Int {
        // After the clock was set back the last days are looked at again; what is known by its key stays as it is.
        let begin = standing.plannedThrough <= now ? standing.plannedThrough : max(standing.since, Instant(secondsSinceEpoch: now.secondsSinceEpoch - 3 * 86_400))
        let due = schedule.occasions(after: begin, through: now, calendar)
        let missed = due.filter { $0.secondsSinceEpoch + Scheduler.missedAfter < now.secondsSinceEpoch }
        let runs = due.flatMap { moment -> [NewRun] in
            let reason: String? = if let paused = standing.paused {
                "the schedule was paused by \(paused.by)"
            } else if missed.contains(moment) {
                switch schedule.missed {
                case .make: nil
                case .newest: moment == due.last ? nil : "missed while nothing ran; only the newest is made"
                case .skip: "missed while nothing ran; the schedule says to skip it"
                }
            } else { nil }
            return schedule.periods(due: moment, calendar).map { period in
                NewRun(key: schedule.runKey(period: period, due: moment), schedule: schedule.id, due: moment, period: period, skippedBecause: reason)
            }
        }
        return try step("plan") { try ledger.plan(runs, of: schedule.id, through: now, now: now) }.count
    }

    /// Whoever got figures that were changed officially since gets them anew, with the difference.
    func planRevisions(now: Instant) throws -> Int {
        let announcing = Dictionary(uniqueKeysWithValues: schedules.filter(\.announcesRevisions).map { ($0.id, $0) })
        if announcing.isEmpty { return 0 }
        let sent = try ledger.sentRuns(since: Instant(secondsSinceEpoch: now.secondsSinceEpoch - 400 * 86_400)).filter { announcing[$0.schedule] != nil && $0.publication != nil }
        if sent.isEmpty { return 0 }
        let store = try openStore()
        let acts = try store.acts()
        var count = 0
        for last in sent {
            guard let schedule = announcing[last.schedule], !schedule.isRunning, let published = acts.last(where: { $0.kind == .publish && $0.reason == Scheduler.reason(of: last) }),
                let act = try store.history(of: last.period).official
            else { continue }
            guard act.number > published.number, act.kind == .restate || act.dataVersion != last.dataVersion else { continue }
            let key = schedule.runKey(period: last.period, due: last.due) + "/r\(act.number)"
            let run = NewRun(key: key, schedule: schedule.id, due: now, period: last.period, revision: act.number)
            count += try step("plan") { try ledger.plan([run], of: schedule.id, through: nil, now: now) }.count
        }
        return count
    }
}
