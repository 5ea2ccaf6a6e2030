package import Adoption
internal import GRDB

/// What the ledger says.
extension DeliveryStore {
    /// The newest first.
    ///
    /// - Parameter before: what the page behind said; nil for the first page.
    package func runs(before: Int? = nil, limit: Int, schedule: String? = nil, state: RunState? = nil) throws -> ListPage<Run, Int> {
        try queue.read { db in
            let found = try rows(db, """
                SELECT * FROM run
                WHERE id < \(before ?? Int.max) AND (\(schedule) IS NULL OR schedule = \(schedule)) AND (\(state?.rawValue) IS NULL OR state = \(state?.rawValue))
                ORDER BY id DESC LIMIT \(max(0, limit) + 1)
                """).map(readRun)
            return ListPage(found, limit: max(0, limit), previous: try previousNumber(db, "run", before, limit)) { $0.number }
        }
    }

    package func run(_ number: Int) throws -> Run? { try queue.read { try readRun($0, number) } }

    package func run(key: String) throws -> Run? { try queue.read { db in try rows(db, "SELECT * FROM run WHERE key = \(key)").first.map(readRun) } }

    /// What readers of each schedule and period have seen last: of its runs from which a parcel was sent the one with the newest revision; those that ended since a moment, oldest first.
    package func sentRuns(since moment: Instant) throws -> [Run] {
        try queue.read { db in
            try rows(db, """
                WITH told AS (SELECT * FROM run WHERE ended_at IS NOT NULL AND EXISTS (SELECT * FROM parcel WHERE run_id = run.id AND state = 'sent'))
                SELECT * FROM told WHERE ended_at >= \(moment.secondsSinceEpoch) AND NOT EXISTS (
                  SELECT * FROM told other WHERE other.schedule = told.schedule AND other.calendar = told.calendar AND other.period = told.period
                    AND (coalesce(other.revision, 0), other.id) > (coalesce(told.revision, 0), told.id))
                ORDER BY id
                """).map(readRun)
        }
    }

    /// Who got something of a schedule's runs about a period.
    package func readers(of schedule: String, _ period: Period) throws -> Set<String> {
        try queue.read { db in
            Set(try rows(db, """
                SELECT DISTINCT recipient FROM parcel JOIN run ON run.id = run_id
                WHERE parcel.state = 'sent' AND schedule = \(schedule) AND calendar = \(period.calendar.rawValue) AND period = \(period.id)
                """).map { $0["recipient"] as String })
        }
    }

    /// In the order in which they were made.
    package func parcels(of run: Int) throws -> [Parcel] {
        try queue.read { db in try rows(db, "SELECT * FROM parcel WHERE run_id = \(run) ORDER BY id").map(readParcel) }
    }

    /// What became of a run and its parcels, oldest first. The state is one of `RunState`, or `known` for a parcel that was not added.
    ///
    /// - Returns: the parcel is nil for the run itself.
    package func history(of run: Int) throws -> [(moment: Instant, parcel: Int?, state: String, detail: String)] {
        try queue.read { db in
            try rows(db, "SELECT * FROM history WHERE run_id = \(run) ORDER BY id").map { row in
                (moment: Instant(secondsSinceEpoch: row["happened_at"]), parcel: row["parcel_id"], state: row["state"], detail: row["detail"])
            }
        }
    }

    /// When a schedule was `paused` and `resumed`, by whom and why, oldest first.
    package func history(ofSchedule id: String) throws -> [(moment: Instant, state: String, detail: String)] {
        try queue.read { db in
            try rows(db, "SELECT * FROM history WHERE schedule = \(id) ORDER BY id").map { row in
                (moment: Instant(secondsSinceEpoch: row["happened_at"]), state: row["state"], detail: row["detail"])
            }
        }
    }

    /// How many runs there are in each state, zeros too.
    package func counts() throws -> [RunState: Int] {
        let counts = try queue.read { try count($0, "SELECT state, count(*) AS number FROM run GROUP BY state") }
        return Dictionary(uniqueKeysWithValues: RunState.allCases.map { ($0, counts[$0] ?? 0) })
    }
}

/// - Parameter sql: gives `state` and `number`.
func count(_ db: Database, _ sql: SQL) throws -> [RunState: Int] {
    Dictionary(uniqueKeysWithValues: try rows(db, sql).map { (try readState($0), $0["number"] as Int) })
}

func readRun(_ db: Database, _ number: Int) throws -> Run? { try rows(db, "SELECT * FROM run WHERE id = \(number)").first.map(readRun) }

func readRun(_ row: Row) throws -> Run {
    guard let calendar = ReportingCalendar(rawValue: row["calendar"]), let period = Period(row["period"], calendar: calendar) else {
        throw StoreError("run \(row["id"] as Int) has a period that does not exist")
    }
    return Run(
        number: row["id"], key: row["key"], schedule: row["schedule"], due: Instant(secondsSinceEpoch: row["due_at"]), period: period, revision: row["revision"],
        state: try readState(row), attempts: row["attempts"], nextTry: moment(row, "next_try_at"), reason: row["reason"], publication: row["publication"],
        dataVersion: row["data_version"], created: Instant(secondsSinceEpoch: row["created_at"]), waitsSince: Instant(secondsSinceEpoch: row["waits_since"]), ended: moment(row, "ended_at"))
}

private func readParcel(_ row: Row) throws -> Parcel {
    Parcel(
        number: row["id"], run: row["run_id"], key: row["key"], recipient: row["recipient"], unitCode: row["unit_code"], state: try readState(row), attempts: row["attempts"],
        nextTry: moment(row, "next_try_at"), messageID: row["message_id"], isUncertain: row["is_uncertain"], reason: row["reason"], content: row["content"],
        ended: moment(row, "ended_at"))
}

private func readState(_ row: Row) throws -> RunState {
    guard let state = RunState(rawValue: row["state"]) else { throw StoreError("the ledger of deliveries has a state that does not exist") }
    return state
}
