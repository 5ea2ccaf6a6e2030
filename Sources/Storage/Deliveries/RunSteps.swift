package import Adoption
internal import GRDB

/// What becomes of a run: due → making → made → sent, failed or skipped; and by hand from failed or skipped to due.
///
/// Each function throws `StoreError` when there is no such run or its state is another, and has changed nothing then.
extension DeliveryStore {
    /// Takes up what a process left that was killed: what was being made is due, and what was being sent is to be sent. Only for the one that has the right to work.
    ///
    /// What waits for a moment that a clock named which was ahead, is taken up at once.
    /// - Returns: how many runs and parcels were in somebody's hands.
    @discardableResult
    package func recover(now: Instant) throws -> Int {
        try queue.writing { db in
            let reason = "the process that was at it has ended"
            let runs = try rows(db, "SELECT id FROM run WHERE state = 'making'")
            for row in runs { try change(db, run: row["id"], from: [.making], to: .due, "recovered", "next_try_at = NULL, reason = \(reason)", reason, now) }
            let parcels = try rows(db, "SELECT id FROM parcel WHERE state = 'making'")
            for row in parcels { try change(db, parcel: row["id"], from: [.making], to: .made, "recovered", "reason = \(reason)", reason, now) }
            try voidWaits(db, now)
            return runs.count + parcels.count
        }
    }

    private func voidWaits(_ db: Database, _ now: Instant) throws {
        let moment = now.secondsSinceEpoch
        let runs = try rows(db, "SELECT DISTINCT run_id FROM parcel WHERE next_try_at > \(moment) AND changed_at > \(moment)")
        for table: SQL in ["parcel", "notice"] {
            try db.execute(literal: "UPDATE \(literal: table) SET next_try_at = NULL, changed_at = \(moment) WHERE next_try_at > \(moment) AND changed_at > \(moment)")
        }
        try db.execute(literal: "UPDATE run SET next_try_at = NULL, changed_at = \(moment) WHERE state = 'due' AND next_try_at > \(moment) AND changed_at > \(moment)")
        for row in runs { try setNextTry(db, run: row["run_id"]) }
    }

    /// The runs on which something can be done now, the longest due first.
    ///
    /// A run whose moment has not come yet was planned by a clock that was ahead: it waits.
    package func nextRuns(now: Instant) throws -> [Run] {
        let moment = now.secondsSinceEpoch
        return try queue.read { db in
            try rows(db, """
                SELECT * FROM run WHERE state IN ('due', 'made') AND (state = 'made' OR due_at <= \(moment)) AND (next_try_at IS NULL OR next_try_at <= \(moment))
                ORDER BY due_at, id
                """).map(readRun)
        }
    }

    /// Leaves it due and waits, such as for records that are missing.
    package func hold(_ run: Int, until: Instant, reason: String, now: Instant) throws {
        try queue.writing { db in
            let values: SQL = "next_try_at = \(until.secondsSinceEpoch), reason = \(reason)"
            try change(db, run: run, from: [.due], to: .due, "held", values, "held until \(until.iso): \(reason)", now)
        }
    }

    package func startMaking(_ run: Int, now: Instant) throws {
        try queue.writing { db in try change(db, run: run, from: [.due], to: .making, "begun", "attempts = attempts + 1, next_try_at = NULL", "", now) }
    }

    /// Says what is to be sent, all of it.
    ///
    /// A parcel whose key another run has is not added, nor one of this run that was sent: the history says so. One of this run that was not sent gets
    /// the new letter, and one that is not wanted any more is skipped; both are there when the run was asked for again.
    ///
    /// - Parameter publication: nil when nothing was published.
    package func finishMaking(_ run: Int, publication: Int?, dataVersion: Int, parcels: [NewParcel], now: Instant) throws {
        try queue.writing { db in
            let published = publication.map { ", publication \($0)" } ?? ""
            try change(
                db, run: run, from: [.making], to: .made, "finished", "next_try_at = NULL, reason = '', publication = \(publication), data_version = \(dataVersion)",
                "data version \(dataVersion)\(published), parcels: \(parcels.count)", now)
            var keys: Set<String> = []
            for parcel in parcels {
                if keys.insert(parcel.key).inserted { try put(db, parcel, in: run, now) } else { try note(db, run: run, "known", "not added: \(parcel.key) is there twice", now) }
            }
            for row in try rows(db, "SELECT id, key FROM parcel WHERE run_id = \(run) AND state = 'made'") {
                let key: String = row["key"]
                if keys.contains(key) || key.hasSuffix("/run\(run)") && keys.contains(String(key.dropLast("/run\(run)".count))) { continue }
                try end(db, parcel: row["id"], of: run, as: .skipped, "the run was made again without it", now)
            }
            try setNextTry(db, run: run)
        }
    }

    package func retryMaking(_ run: Int, at moment: Instant, reason: String, now: Instant) throws {
        try queue.writing { db in
            let values: SQL = "next_try_at = \(moment.secondsSinceEpoch), reason = \(reason)"
            try change(db, run: run, from: [.making], to: .due, "put off", values, "again at \(moment.iso): \(reason)", now)
        }
    }

    /// Ends a run that is not over, with those of its parcels that were not sent; none may be on its way.
    package func fail(run: Int, reason: String, now: Instant) throws { try end(run, as: .failed, "failed", reason, now) }

    /// Ends a run that is not over, with those of its parcels that were not sent; none may be on its way.
    package func skip(run: Int, reason: String, now: Instant) throws { try end(run, as: .skipped, "skipped", reason, now) }

    private func end(_ run: Int, as state: RunState, _ deed: String, _ reason: String, _ now: Instant) throws {
        try queue.writing { db in
            if try !rows(db, "SELECT 1 FROM parcel WHERE run_id = \(run) AND state = 'making'").isEmpty { throw StoreError("run \(run) cannot be \(deed): one of its parcels is being sent") }
            let values: SQL = "next_try_at = NULL, reason = \(reason), ended_at = \(now.secondsSinceEpoch)"
            try change(db, run: run, from: [.due, .making, .made], to: state, deed, values, reason, now)
            for row in try rows(db, "SELECT id FROM parcel WHERE run_id = \(run) AND state = 'made'") { try end(db, parcel: row["id"], of: run, as: state, reason, now) }
        }
    }

    /// Ends a run whose parcels are over: failed when one of them failed, else sent when one was sent, else skipped.
    ///
    /// - Returns: what it is now.
    @discardableResult
    package func finish(_ run: Int, now: Instant) throws -> RunState {
        try queue.writing { db in
            let open = try Int.fetchOne(db, sql: "SELECT count(*) FROM parcel WHERE run_id = ? AND state IN ('making', 'made')", arguments: [run]) ?? 0
            guard open == 0 else { throw StoreError("run \(run) cannot be ended: \(open) of its parcels are not over") }
            let counts = try count(db, "SELECT state, count(*) AS number FROM parcel WHERE run_id = \(run) GROUP BY state")
            let state = [RunState.failed, .sent].first { counts[$0] != nil } ?? .skipped
            let told = [RunState.sent, .failed, .skipped].compactMap { state in counts[state].map { "\($0) \(state.rawValue)" } }.joined(separator: ", ")
            let reason = counts.isEmpty ? "nothing was left to send" : counts.keys.allSatisfy { $0 == .sent } ? "" : told
            try change(db, run: run, from: [.made], to: state, "ended", "next_try_at = NULL, reason = \(reason), ended_at = \(now.secondsSinceEpoch)", counts.isEmpty ? reason : told, now)
            return state
        }
    }

    /// Asks by hand for a run that is over. Those of its parcels that failed are to be sent too, once it is made, and readers who have nothing yet get theirs; what was
    /// sent stays sent. Tries and patience are counted anew.
    package func again(_ run: Int, by actor: String, now: Instant) throws {
        try queue.writing { db in
            let values: SQL = "attempts = 0, next_try_at = NULL, reason = '', ended_at = NULL, waits_since = \(now.secondsSinceEpoch)"
            try change(db, run: run, from: [.sent, .failed, .skipped], to: .due, "asked for again", values, "asked for again by \(actor)", now)
            for row in try rows(db, "SELECT id FROM parcel WHERE run_id = \(run) AND state = 'failed'") { try renew(db, parcel: row["id"], of: run, "asked for again by \(actor)", now) }
        }
    }

    /// Takes up at once what waits.
    package func hurry(_ run: Int, by actor: String, now: Instant) throws {
        try queue.writing { db in
            let state = try readRun(db, run)?.state ?? .due
            try change(db, run: run, from: [.due, .made], to: state, "taken up", "next_try_at = NULL", "taken up at once by \(actor)", now)
            try db.execute(literal: "UPDATE parcel SET next_try_at = NULL, changed_at = \(now.secondsSinceEpoch) WHERE run_id = \(run) AND state = 'made'")
        }
    }

    /// What was made is not what is official any more: it is made again, and what of it was not sent gets the new letters.
    package func makeAgain(_ run: Int, reason: String, now: Instant) throws {
        try queue.writing { db in
            try change(db, run: run, from: [.made], to: .due, "made again", "next_try_at = NULL, publication = NULL, attempts = 0, waits_since = \(now.secondsSinceEpoch), reason = \(reason)", "is made again: \(reason)", now)
        }
    }

    /// A run in one of the states gets another one.
    private func change(_ db: Database, run: Int, from states: [RunState], to state: RunState, _ deed: String, _ values: SQL, _ detail: String, _ now: Instant) throws {
        try db.execute(literal: """
            UPDATE run SET state = \(state.rawValue), changed_at = \(now.secondsSinceEpoch), \(literal: values)
            WHERE id = \(run) AND state IN \(states.map(\.rawValue))
            """)
        guard db.changesCount == 1 else {
            guard let found = try String.fetchOne(db, sql: "SELECT state FROM run WHERE id = ?", arguments: [run]) else { throw StoreError("there is no run \(run)") }
            throw StoreError("run \(run) cannot be \(deed): it is \(found), and has to be \(states.map(\.rawValue).joined(separator: " or "))")
        }
        try note(db, run: run, state.rawValue, detail, now)
    }
}
