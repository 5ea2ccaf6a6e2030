package import Adoption
internal import GRDB

/// What becomes of a parcel: made → making (being sent) → sent, failed or skipped, or made again for another try. Its run is made meanwhile.
///
/// Each function throws `StoreError` when there is no such parcel or its state, or its run's, is another, and has changed nothing then.
extension DeliveryStore {
    package func startSending(_ parcel: Int, now: Instant) throws {
        try queue.writing { db in
            let values: SQL = "attempts = attempts + 1, next_try_at = NULL, was_uncertain = is_uncertain"
            try change(db, parcel: parcel, from: [.made], to: .making, "sent", values, "", now)
        }
    }

    /// The last words are about to go out: from here on it may have arrived, until the other side says what it did with it.
    package func noteHandover(_ parcel: Int, now: Instant) throws {
        try queue.writing { db in try change(db, parcel: parcel, from: [.making], to: .making, "handed over", "is_uncertain = 1", "handed over; it may have arrived", now) }
    }

    package func finishSending(_ parcel: Int, now: Instant) throws {
        try queue.writing { db in
            let values: SQL = "is_uncertain = 0, reason = '', ended_at = \(now.secondsSinceEpoch)"
            try change(db, parcel: parcel, from: [.making], to: .sent, "ended", values, "", now)
        }
    }

    /// - Parameter isUncertain: whether this try may have brought it; when it has not, an earlier one still may have.
    package func retrySending(_ parcel: Int, at moment: Instant, reason: String, isUncertain: Bool, now: Instant) throws {
        try queue.writing { db in
            let values: SQL = "next_try_at = \(moment.secondsSinceEpoch), reason = \(reason), is_uncertain = max(was_uncertain, \(isUncertain))"
            try change(db, parcel: parcel, from: [.making], to: .made, "put off", values, "again at \(moment.iso)\(isUncertain ? ", it may have arrived" : ""): \(reason)", now)
        }
    }

    /// - Parameter isUncertain: whether the try that runs may have brought it; nil for what is known from `noteHandover`.
    package func fail(parcel: Int, reason: String, isUncertain: Bool? = nil, now: Instant) throws {
        try queue.writing { db in
            let values: SQL = """
                next_try_at = NULL, reason = \(reason), ended_at = \(now.secondsSinceEpoch),
                is_uncertain = CASE WHEN state = 'making' AND \(isUncertain) IS NOT NULL THEN max(was_uncertain, \(isUncertain)) ELSE is_uncertain END
                """
            try change(db, parcel: parcel, from: [.made, .making], to: .failed, "given up", values, reason, now)
        }
    }

    package func skip(parcel: Int, reason: String, now: Instant) throws {
        try queue.writing { db in
            let values: SQL = "next_try_at = NULL, reason = \(reason), ended_at = \(now.secondsSinceEpoch)"
            try change(db, parcel: parcel, from: [.made, .making], to: .skipped, "skipped", values, reason, now)
        }
    }

    /// Takes letters away that nobody sends any more. What became of them stays.
    ///
    /// - Returns: of how many parcels.
    @discardableResult
    package func clearContents(endedBefore moment: Instant) throws -> Int {
        try queue.writing { db in
            try db.execute(literal: "UPDATE parcel SET content = '' WHERE content != '' AND ended_at < \(moment.secondsSinceEpoch)")
            return db.changesCount
        }
    }

    /// A parcel in one of the states, of a run that is made, gets another one.
    func change(_ db: Database, parcel: Int, from states: [RunState], to state: RunState, _ deed: String, _ values: SQL, _ detail: String, _ now: Instant) throws {
        try db.execute(literal: """
            UPDATE parcel SET state = \(state.rawValue), changed_at = \(now.secondsSinceEpoch), \(literal: values)
            WHERE id = \(parcel) AND state IN \(states.map(\.rawValue)) AND (SELECT run.state FROM run WHERE run.id = parcel.run_id) = 'made'
            """)
        let isChanged = db.changesCount == 1
        guard let found = try rows(db, "SELECT parcel.state, run_id, run.state AS run_state FROM parcel JOIN run ON run.id = run_id WHERE parcel.id = \(parcel)").first else {
            throw StoreError("there is no parcel \(parcel)")
        }
        let run: Int = found["run_id"]
        guard isChanged else {
            throw StoreError("""
                parcel \(parcel) cannot be \(deed): it is \(found["state"] as String), and has to be \(states.map(\.rawValue).joined(separator: " or ")); \
                its run \(run) is \(found["run_state"] as String), and has to be made
                """)
        }
        try note(db, run: run, parcel: parcel, state.rawValue, detail, now)
        try setNextTry(db, run: run)
    }

    /// A run that is made goes on when the first of its parcels does.
    func setNextTry(_ db: Database, run: Int) throws {
        try db.execute(literal: """
            UPDATE run SET next_try_at = (
              SELECT CASE WHEN count(next_try_at) = count(*) THEN min(next_try_at) END FROM parcel WHERE run_id = \(run) AND state IN ('making', 'made'))
            WHERE id = \(run) AND state = 'made'
            """)
    }

    /// Adds a parcel to a run that was made, or gives the one that is there its new letter.
    func put(_ db: Database, _ new: NewParcel, in run: Int, _ now: Instant) throws {
        guard let found = try rows(db, "SELECT id, run_id, state FROM parcel WHERE key = \(new.key)").first else {
            try db.execute(literal: """
                INSERT INTO parcel (run_id, key, recipient, unit_code, message_id, content, state, changed_at)
                VALUES (\(run), \(new.key), \(new.recipient), \(new.unitCode), \(new.messageID), \(new.content), 'made', \(now.secondsSinceEpoch))
                """)
            return try note(db, run: run, parcel: Int(db.lastInsertedRowID), RunState.made.rawValue, "for \(new.recipient)", now)
        }
        let (number, owner, state): (Int, Int, String) = (found["id"], found["run_id"], found["state"])
        // What another run could not bring goes with this one, under the same Message-ID.
        if owner != run, [RunState.failed.rawValue, RunState.skipped.rawValue].contains(state), !new.key.hasSuffix("/run\(run)") {
            return try put(db, NewParcel(key: "\(new.key)/run\(run)", recipient: new.recipient, unitCode: new.unitCode, messageID: new.messageID, content: new.content), in: run, now)
        }
        guard owner == run, state != RunState.sent.rawValue else {
            return try note(db, run: run, "known", "not added: \(new.key) is parcel \(number) of run \(owner), which is \(state)", now)
        }
        try db.execute(literal: "UPDATE parcel SET content = \(new.content), unit_code = \(new.unitCode) WHERE id = \(number)")
        if state == RunState.made.rawValue { try note(db, run: run, parcel: number, state, "made again", now) } else { try renew(db, parcel: number, of: run, "made again", now) }
    }

    /// A parcel that was given up is to be sent after all.
    func renew(_ db: Database, parcel: Int, of run: Int, _ detail: String, _ now: Instant) throws {
        try db.execute(literal: "UPDATE parcel SET state = 'made', attempts = 0, next_try_at = NULL, reason = '', changed_at = \(now.secondsSinceEpoch), ended_at = NULL WHERE id = \(parcel)")
        try note(db, run: run, parcel: parcel, RunState.made.rawValue, detail, now)
    }

    /// A parcel that waits is not to be sent any more.
    func end(_ db: Database, parcel: Int, of run: Int, as state: RunState, _ reason: String, _ now: Instant) throws {
        try db.execute(literal: """
            UPDATE parcel SET state = \(state.rawValue), next_try_at = NULL, reason = \(reason), changed_at = \(now.secondsSinceEpoch), ended_at = \(now.secondsSinceEpoch)
            WHERE id = \(parcel) AND state = 'made'
            """)
        guard db.changesCount == 1 else { throw StoreError("parcel \(parcel) cannot be \(state.rawValue): it has to be made") }
        try note(db, run: run, parcel: parcel, state.rawValue, reason, now)
    }
}
