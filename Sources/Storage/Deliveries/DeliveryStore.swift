package import Adoption
internal import GRDB

/// The ledger of deliveries: what was due, what became of it, and what reached whom.
///
/// It has a file of its own beside the store, because an import holds the store's writer for minutes. Everything that changes something is one
/// transaction, which refuses what the state of a run or parcel does not allow and writes a line of the history: whoever goes on after a kill finds here
/// what was done. It is a class because it owns the connection.
package final class DeliveryStore: Sendable {
    let queue: DatabaseQueue

    /// Opens the file, creates it when it is not there, for its owner's eyes only, and brings its schema up to date.
    ///
    /// - Parameter path: nil for a ledger in memory.
    package init(path: String?) throws {
        queue = try privateDatabase(path, holding: "deliveries", elsewhere: "as 'ledger' under 'delivery' in the settings", deliveryMigrations)
    }

    /// Of each schedule that was begun; looking begins none.
    package func standing(of ids: [String]) throws -> [String: ScheduleStanding] {
        try queue.read { db in Dictionary(uniqueKeysWithValues: try ids.compactMap { id in try readStanding(db, id).map { (id, $0) } }) }
    }

    /// Schedules that were never seen begin now: nothing before is due. And the clock of this round is kept.
    ///
    /// A clock that went back by more than ten minutes since the last round had made runs before their time: those that came to nothing are due at their time
    /// again, and what is due from now on is planned anew.
    /// - Parameter shapes: which periods each schedule is about; one whose periods are others than before begins anew.
    /// - Returns: what the clock said at the last round, when it went back.
    package func beginRound(_ ids: [String], shapes: [String: String] = [:], now: Instant) throws -> Instant? {
        try queue.writing { db in
            for id in ids {
                try begin(db, id, now)
                guard let shape = shapes[id], let known = try String.fetchOne(db, sql: "SELECT shape FROM schedule WHERE id = ?", arguments: [id]), known != shape else { continue }
                try db.execute(literal: "UPDATE schedule SET shape = \(shape) WHERE id = \(id)")
                if known.isEmpty { continue }
                try db.execute(literal: "UPDATE schedule SET since = \(now.secondsSinceEpoch), planned_through = \(now.secondsSinceEpoch) WHERE id = \(id)")
                try note(db, schedule: id, "begun anew", "it was about \(known), and is about \(shape) now", now)
            }
            let last = try Int.fetchOne(db, sql: "SELECT last_at FROM round").map { Instant(secondsSinceEpoch: $0) }
            try db.execute(literal: "INSERT INTO round VALUES (1, \(now.secondsSinceEpoch)) ON CONFLICT (only) DO UPDATE SET last_at = excluded.last_at")
            guard let last, last.secondsSinceEpoch - now.secondsSinceEpoch > 600 else { return nil }
            let reason = "the clock was ahead when it was planned"
            let early = try rows(db, "SELECT id FROM run WHERE due_at > \(now.secondsSinceEpoch) AND state IN ('skipped', 'failed') AND NOT EXISTS (SELECT * FROM parcel WHERE run_id = run.id)")
            for row in early {
                let number: Int = row["id"]
                try db.execute(literal: "UPDATE run SET state = 'due', attempts = 0, next_try_at = NULL, reason = '', ended_at = NULL, waits_since = due_at, changed_at = \(now.secondsSinceEpoch) WHERE id = \(number)")
                try note(db, run: number, RunState.due.rawValue, reason, now)
            }
            try db.execute(literal: "UPDATE run SET waits_since = max(due_at, \(now.secondsSinceEpoch)) WHERE state = 'due' AND waits_since > \(now.secondsSinceEpoch)")
            try db.execute(literal: "UPDATE schedule SET since = min(since, \(now.secondsSinceEpoch)), planned_through = \(now.secondsSinceEpoch) WHERE planned_through > \(now.secondsSinceEpoch)")
            return last
        }
    }

    /// What comes due while it is paused is for the planner to skip.
    ///
    /// - Throws: `InputError` when it is paused already.
    package func pause(_ id: String, by actor: String, why: String, now: Instant) throws {
        try queue.writing { db in
            try begin(db, id, now)
            if let paused = try existing(db, id).paused { throw InputError("schedule '\(id)' was paused already, by \(paused.by) at \(paused.at.iso)") }
            try db.execute(literal: "UPDATE schedule SET paused_by = \(actor), paused_at = \(now.secondsSinceEpoch), paused_why = \(why) WHERE id = \(id)")
            try note(db, schedule: id, "paused", why.isEmpty ? "by \(actor)" : "by \(actor): \(why)", now)
        }
    }

    /// - Throws: `InputError` when it is not paused.
    package func resume(_ id: String, by actor: String, now: Instant) throws {
        try queue.writing { db in
            try db.execute(literal: "UPDATE schedule SET paused_by = NULL, paused_at = NULL, paused_why = NULL WHERE id = \(id) AND paused_by IS NOT NULL")
            guard db.changesCount == 1 else { throw InputError("schedule '\(id)' is not paused") }
            try note(db, schedule: id, "resumed", "by \(actor)", now)
        }
    }

    /// Adds runs that are due or were missed, and says that everything up to a moment has been looked at. A run whose key is there already is left as it is.
    ///
    /// - Parameter through: an earlier moment than before changes nothing. Nil for a run by hand, which says nothing about others.
    /// - Returns: the runs that are new.
    @discardableResult
    package func plan(_ runs: [NewRun], of schedule: String, through: Instant?, now: Instant) throws -> [Run] {
        for run in runs where Period(run.period.id, calendar: run.period.calendar) != run.period { throw StoreError("run \(run.key) is of a period that cannot be read again") }
        return try queue.writing { db in
            try begin(db, schedule, now)
            let planned = try runs.compactMap { try add(db, $0, now) }
            if let through {
                try db.execute(literal: "UPDATE schedule SET planned_through = \(through.secondsSinceEpoch) WHERE id = \(schedule) AND planned_through < \(through.secondsSinceEpoch)")
            }
            return planned
        }
    }

    private func add(_ db: Database, _ new: NewRun, _ now: Instant) throws -> Run? {
        if try !rows(db, "SELECT 1 FROM run WHERE key = \(new.key)").isEmpty { return nil }
        let state = new.skippedBecause == nil ? RunState.due : .skipped
        try db.execute(literal: """
            INSERT INTO run (key, schedule, due_at, calendar, period, revision, state, reason, created_at, waits_since, changed_at, ended_at)
            VALUES (\(new.key), \(new.schedule), \(new.due.secondsSinceEpoch), \(new.period.calendar.rawValue), \(new.period.id), \(new.revision), \(state.rawValue),
              \(new.skippedBecause ?? ""), \(now.secondsSinceEpoch), \(max(new.due, now).secondsSinceEpoch), \(now.secondsSinceEpoch), \(state.isOver ? now.secondsSinceEpoch : nil))
            """)
        let number = Int(db.lastInsertedRowID)
        try note(db, run: number, state.rawValue, new.skippedBecause ?? "planned", now)
        return try readRun(db, number)
    }

    private func begin(_ db: Database, _ id: String, _ now: Instant) throws {
        try db.execute(literal: """
            INSERT INTO schedule (id, since, planned_through) VALUES (\(id), \(now.secondsSinceEpoch), \(now.secondsSinceEpoch)) ON CONFLICT (id) DO NOTHING
            """)
    }

    private func existing(_ db: Database, _ id: String) throws -> ScheduleStanding {
        guard let standing = try readStanding(db, id) else { throw StoreError("schedule '\(id)' was never begun") }
        return standing
    }

    /// Writes a line of the history.
    func note(_ db: Database, run: Int? = nil, parcel: Int? = nil, schedule: String? = nil, _ state: String, _ detail: String, _ now: Instant) throws {
        try db.execute(literal: """
            INSERT INTO history (run_id, parcel_id, schedule, happened_at, state, detail) VALUES (\(run), \(parcel), \(schedule), \(now.secondsSinceEpoch), \(state), \(detail))
            """)
    }
}

private func readStanding(_ db: Database, _ id: String) throws -> ScheduleStanding? {
    try rows(db, "SELECT * FROM schedule WHERE id = \(id)").first.map { row in
        let paused: (by: String, at: Instant, why: String)? =
            if let actor = row["paused_by"] as String?, let moment = moment(row, "paused_at") { (by: actor, at: moment, why: row["paused_why"]) } else { nil }
        return ScheduleStanding(
            id: id, since: Instant(secondsSinceEpoch: row["since"]), plannedThrough: Instant(secondsSinceEpoch: row["planned_through"]), paused: paused)
    }
}

/// A moment that may be missing.
func moment(_ row: Row, _ column: String) -> Instant? { (row[column] as Int?).map { Instant(secondsSinceEpoch: $0) } }
