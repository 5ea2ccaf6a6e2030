package import Adoption
internal import GRDB
internal import Hashing

/// What an act says beside its kind.
package struct ActWords {
    package let period: Period
    package let moment: Instant
    package let reason: String
    package let override: String
    /// The definitions by which figures were made, as JSON; nil where none were made.
    package let definitions: String?

    package init(period: Period, moment: Instant, reason: String, override: String = "", definitions: String? = nil) {
        self.period = period
        self.moment = moment
        self.reason = reason
        self.override = override
        self.definitions = definitions
    }
}

extension Store {
    /// The newest state.
    package func position() throws -> Position { try queue.read { try Storage.position($0) } }

    /// The newest state as far as what is shown of a period may hang on it: all records, the period's own acts, and whatever makes figures final or opens them
    /// again, as other periods share half-months with it or are compared with it. What is explained, reviewed or published of others changes nothing of it.
    package func position(concerning period: Period) throws -> Position {
        try queue.read { db in
            let act = try Int.fetchOne(db, sql: "SELECT max(id) FROM act WHERE kind IN ('freeze', 'restate', 'reopen') OR calendar = ? AND period = ?", arguments: [period.calendar.rawValue, period.id])
            return Position(dataVersion: try Storage.position(db).dataVersion, act: act ?? 0)
        }
    }

    /// What was decided, in its order.
    package func acts() throws -> [Act] {
        try queue.read { db in try Row.fetchAll(db, sql: "SELECT * FROM act ORDER BY id").map(readAct) }
    }

    package func history(of period: Period) throws -> PeriodHistory {
        let acts = try acts()
        let owners = try queue.read { try frozenHalfMonths($0, in: period.halfMonths) }
        let isCovered = owners.count == period.halfMonths.upperBound.index - period.halfMonths.lowerBound.index + 1
        let covering = Set(owners.values)
        return PeriodHistory(period: period, acts: acts, covering: isCovered ? acts.filter { covering.contains($0.number) && $0.period != period } : [])
    }

    /// The definitions by which an act made its figures, as JSON; nil where it made none.
    package func definitions(of act: Int) throws -> String? {
        try queue.read { try String.fetchOne($0, sql: "SELECT files FROM definition_set JOIN act ON definitions = sha256 WHERE id = ?", arguments: [act]) }
    }

    /// The half-months that an act froze: those of its period that no other had frozen.
    package func halfMonths(ownedBy act: Act) throws -> Set<HalfMonth> {
        try queue.read { Set(try Int.fetchAll($0, sql: "SELECT half_month FROM frozen_half_month WHERE act_id = ?", arguments: [act.number]).map(HalfMonth.init(index:))) }
    }

    /// The half-months that a period would freeze: those that are open, and those that it froze itself.
    package func halfMonths(openTo period: Period) throws -> Set<HalfMonth> {
        try queue.read { db in
            let frozen = try frozenHalfMonths(db, in: period.halfMonths)
            let own = try ownHalfMonths(period, db)
            let all = period.halfMonths.lowerBound.index...period.halfMonths.upperBound.index
            return Set(all.filter { frozen[$0] == nil || own.contains($0) }.map(HalfMonth.init(index:)))
        }
    }

    /// The figures that an act made final.
    package func frozenFigures(of act: Int) throws -> [FrozenFigure] {
        try queue.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM frozen_figure WHERE act_id = ? ORDER BY unit_key, indicator", arguments: [act]).map {
                FrozenFigure(unitKey: $0["unit_key"], indicator: $0["indicator"], rate: try readRate($0))
            }
        }
    }

    package func revisions(of act: Int) throws -> [FigureRevision] {
        try queue.read { db in
            var causes: [String: [FigureRevision.Change]] = [:]
            for row in try Row.fetchAll(db, sql: "SELECT * FROM figure_revision_cause WHERE act_id = ?", arguments: [act]) {
                guard let cause = RevisionCause(rawValue: row["cause"]) else { throw StoreError("a restatement has an unknown cause") }
                let key = (row["unit_key"] as String) + "/" + (row["new_indicator"] as String)
                causes[key, default: []].append(FigureRevision.Change(cause: cause, numerator: row["numerator"], denominator: row["denominator"]))
            }
            let order = RevisionCause.allCases
            return try Row.fetchAll(db, sql: "SELECT * FROM figure_revision WHERE act_id = ? ORDER BY unit_key, new_indicator", arguments: [act]).map { row in
                let changes = causes[(row["unit_key"] as String) + "/" + (row["new_indicator"] as String)] ?? []
                return FigureRevision(
                    unitKey: row["unit_key"], oldIndicator: row["old_indicator"], newIndicator: row["new_indicator"],
                    old: try readRate(row, "old_"), new: try readRate(row, "new_"),
                    changes: changes.sorted { (order.firstIndex(of: $0.cause) ?? 0) < (order.firstIndex(of: $1.cause) ?? 0) })
            }
        }
    }

    /// What units say about figures, the last word about each.
    package func remarks() throws -> [String: Remark] {
        try queue.read { db in
            let words = try Row.fetchAll(db, sql: "SELECT e.*, a.actor, a.acted_at FROM explanation e JOIN act a ON a.id = e.act_id ORDER BY e.act_id").map {
                Remark(figure: $0["figure"], text: $0["text"], actor: $0["actor"], moment: Instant(secondsSinceEpoch: $0["acted_at"]))
            }
            return Dictionary(words.map { ($0.figure, $0) }, uniquingKeysWith: { $1 })
        }
    }

    /// Notes an act that changes no figure.
    package func act(_ kind: Act.Kind, _ words: ActWords) throws -> Act {
        try writing { db in
            let act = try insert(kind, words, dataVersion: Storage.position(db).dataVersion, db)
            if kind == .reopen { try put(try ownHalfMonths(act.period, db), act, db) }
            return act
        }
    }

    /// Keeps explanations; one that is the last word already is left out.
    ///
    /// - Returns: nil when none of them is new.
    package func explain(_ texts: [(figure: String, text: String)], _ words: ActWords) throws -> Act? {
        let known = try remarks()
        let new = texts.filter { known[$0.figure]?.text != $0.text }
        if new.isEmpty { return nil }
        return try writing { db in
            let act = try insert(.explain, words, dataVersion: Storage.position(db).dataVersion, db)
            for one in new {
                try db.execute(literal: "INSERT INTO explanation VALUES (\(act.number), \(one.figure), \(one.text))")
                try audit(db, "explain", one.figure, one.text, at: words.moment)
            }
            return act
        }
    }

    /// Makes the figures of a period final.
    ///
    /// - Parameters:
    ///   - position: the newest state of the store when the figures were made.
    ///   - dataVersion: the records from which they were made; nil for the newest.
    ///   - figures: of every unit and indicator.
    ///   - revisions: how they differ from those that were final before; nil when there were none.
    /// - Throws: `InputError` when the store has changed since.
    package func freeze(_ words: ActWords, at position: Position, dataVersion: Int? = nil, figures: [FrozenFigure], revisions: [FigureRevision]?) throws -> Act {
        try writing { db in
            guard try Storage.position(db) == position else { throw InputError("the store was changed by another run meanwhile; nothing was frozen, start again") }
            let act = try insert(revisions == nil ? .freeze : .restate, words, dataVersion: dataVersion ?? position.dataVersion, db)
            let frozen = try frozenHalfMonths(db, in: act.period.halfMonths)
            let free = (act.period.halfMonths.lowerBound.index...act.period.halfMonths.upperBound.index).filter { frozen[$0] == nil }
            let halfMonths = free + (try ownHalfMonths(act.period, db))
            try put(halfMonths, act, db)
            for halfMonth in halfMonths {
                try db.execute(literal: """
                    INSERT INTO frozen_tally SELECT \(act.number), kind, half_month, agency_id, counts FROM tally_block
                    WHERE kind <= \(TallyBlock.Kind.collectedOfAll.rawValue) AND half_month = \(halfMonth)
                    """)
            }
            for figure in figures {
                try db.execute(literal: """
                    INSERT INTO frozen_figure VALUES (\(act.number), \(figure.unitKey), \(figure.indicator), \(figure.rate.numerator), \(figure.rate.denominator))
                    """)
            }
            for revision in revisions ?? [] { try put(revision, act, db) }
            return act
        }
    }

    private func put(_ revision: FigureRevision, _ act: Act, _ db: Database) throws {
        try db.execute(literal: """
            INSERT INTO figure_revision VALUES (\(act.number), \(revision.unitKey), \(revision.oldIndicator), \(revision.newIndicator), \(revision.old.numerator),
              \(revision.old.denominator), \(revision.new.numerator), \(revision.new.denominator))
            """)
        for change in revision.changes {
            try db.execute(literal: """
                INSERT INTO figure_revision_cause VALUES (\(act.number), \(revision.unitKey), \(revision.newIndicator), \(change.cause.rawValue),
                  \(change.numerator), \(change.denominator))
                """)
        }
    }

    private func put(_ halfMonths: [Int], _ act: Act, _ db: Database) throws {
        for halfMonth in halfMonths { try db.execute(literal: "INSERT INTO frozen_half_month VALUES (\(halfMonth), \(act.number))") }
    }

    private func ownHalfMonths(_ period: Period, _ db: Database) throws -> [Int] {
        let frozen = try frozenHalfMonths(db, in: period.halfMonths)
        return try frozen.filter { _, act in
            try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT * FROM act WHERE id = ? AND calendar = ? AND period = ?)", arguments: [act, period.calendar.rawValue, period.id]) ?? false
        }.keys.sorted()
    }

    func insert(_ kind: Act.Kind, _ words: ActWords, dataVersion: Int, _ db: Database) throws -> Act {
        let hash = words.definitions.map { Digest.sha256($0) }
        if let hash, let definitions = words.definitions { try db.execute(literal: "INSERT INTO definition_set SELECT \(hash), \(definitions) WHERE NOT EXISTS (SELECT * FROM definition_set WHERE sha256 = \(hash))") }
        let number = (try Int.fetchOne(db, sql: "SELECT max(id) FROM act") ?? 0) + 1
        let period = words.period
        try db.execute(literal: """
            INSERT INTO act VALUES (\(number), \(kind.rawValue), \(period.calendar.rawValue), \(period.id), \(words.moment.secondsSinceEpoch), \(actor),
              \(words.reason), \(words.override), \(dataVersion), \(hash))
            """)
        let act = Act(
            number: number, kind: kind, period: period, moment: words.moment, actor: actor, reason: words.reason, override: words.override, dataVersion: dataVersion)
        try audit(db, kind.rawValue, "\(period.id) (\(period.calendar.rawValue))", Store.auditDetail(of: act), at: words.moment)
        return act
    }

    /// What the log says of an act: by it the doctor sees whether the act is still what was done.
    static func auditDetail(of act: Act) -> String {
        let override = act.override.isEmpty ? "" : "; although incomplete: \(act.override)"
        return "act \(act.number), data version \(act.dataVersion): \(act.reason)\(override)"
    }
}

func position(_ db: Database) throws -> Position {
    Position(dataVersion: try Int.fetchOne(db, sql: "SELECT max(id) FROM import") ?? 0, act: try Int.fetchOne(db, sql: "SELECT max(id) FROM act") ?? 0)
}

/// The act by which each half-month is frozen; none for one that is open. The first period that freezes a half-month keeps it.
func frozenHalfMonths(_ db: Database, in halfMonths: ClosedRange<HalfMonth>) throws -> [Int: Int] {
    let found = try rows(db, """
        SELECT half_month, act_id FROM frozen_half_month f JOIN act ON id = act_id
        WHERE half_month BETWEEN \(halfMonths.lowerBound.index) AND \(halfMonths.upperBound.index) AND kind != 'reopen'
          AND act_id = (SELECT max(act_id) FROM frozen_half_month g WHERE g.half_month = f.half_month)
        """)
    return Dictionary(found.map { ($0[0], $0[1]) }, uniquingKeysWith: { first, _ in first })
}

/// - Throws: `StoreError` for counts that no rate has, such as a damaged store's.
func readRate(_ row: Row, _ prefix: String = "") throws -> Rate {
    let (numerator, denominator): (Int, Int) = (row[prefix + "numerator"], row[prefix + "denominator"])
    guard numerator >= 0, numerator <= denominator else { throw StoreError("a kept figure is \(numerator)/\(denominator), which no rate is; restore the store from its backup") }
    return Rate(numerator, of: denominator)
}

func readAct(_ row: Row) throws -> Act {
    guard let kind = Act.Kind(rawValue: row["kind"]), let calendar = ReportingCalendar(rawValue: row["calendar"]), let period = Period(row["period"], calendar: calendar) else {
        throw StoreError("an act has an unknown kind or period")
    }
    return Act(
        number: row["id"], kind: kind, period: period, moment: Instant(secondsSinceEpoch: row["acted_at"]), actor: row["actor"], reason: row["reason"],
        override: row["override"], dataVersion: row["data_version"])
}
