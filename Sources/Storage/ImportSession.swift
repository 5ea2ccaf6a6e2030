package import Adoption
internal import GRDB
internal import Foundation

/// One import while it runs: everything between `BEGIN` and `COMMIT`. It is a class because it owns prepared statements.
package final class ImportSession {
    let db: Database
    /// The data version that this import becomes.
    let number: Int
    let records: RecordTable
    let tallies: TallyTable
    private let insertRefusal: FastStatement
    private let codes: RecordCodes
    private let refused: RefusedRecords
    private let isFirst: Bool
    private let scope: String
    private var hasNews = false
    private var mustRebuild = false
    private var mustCheckStructure = false
    private var currentFileID = 0
    private var maySettle = false
    private var latestUpdate: Instant?

    init(_ db: Database, number: Int, at moment: Instant, scope: String, codes: RecordCodes) throws {
        self.codes = codes
        self.scope = scope
        let connection = try db.connection
        self.db = db
        self.number = number
        try db.execute(literal: "INSERT INTO import (id, recorded_at, scope) VALUES (\(number), \(moment.secondsSinceEpoch), \(scope))")
        let tallies = try TallyTable(connection)
        self.tallies = tallies
        let refused = try RefusedRecords(connection, importID: number, scope: scope)
        self.refused = refused
        records = try RecordTable(connection, importID: number) { try tallies.move(from: $0, to: $1) } onArrival: { try refused.settle($0, $1) }
        try refused.learn(db)
        insertRefusal = try FastStatement(connection, "INSERT INTO refusal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        isFirst = try Bool.fetchOne(db, sql: "SELECT NOT EXISTS (SELECT * FROM record_block)") ?? true
    }

    /// The code under which a record is kept: its own, or a pseudonym.
    func recordCode(_ code: String) -> String { codes.kept(code) }

    /// Begins a file; what is put until `endFile` belongs to it.
    package func beginFile(name: String, kind: String, profile: String = "", isIllustrative: Bool) throws {
        // A corrected file may bring nothing but the absence of what was refused. Once the file is there, this is not open any more.
        maySettle = try Bool.fetchOne(db, sql: """
            SELECT EXISTS (SELECT * FROM open_refusal r JOIN import i ON i.id = r.import_id
              WHERE r.name = ? AND r.kind = ? AND r.record_code = '' AND r.import_id < ? AND ? IN ('', i.scope))
            """, arguments: [name, kind, number, scope]) ?? false
        try db.execute(literal: """
            INSERT INTO import_file (import_id, name, kind, sha256, illustrative, rows_read, stored, corrected, older, unchanged, quarantined, profile)
            VALUES (\(number), \(name), \(kind), \(String(repeating: "0", count: 64)), \(isIllustrative), 0, 0, 0, 0, 0, 0, \(profile))
            """)
        currentFileID = Int(db.lastInsertedRowID)
        refused.kind = kind
    }

    package func endFile(sha256: String, counts: FileCounts) throws {
        // What another part of the province has loaded settles nothing of this one.
        let isKnown = try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT * FROM import_file f JOIN import i ON i.id = f.import_id WHERE f.sha256 = ? AND f.import_id < ? AND i.scope IN ('', ?))",
            arguments: [sha256, number, scope]) ?? false
        if maySettle && !isKnown { hasNews = true }
        if counts.stored + counts.corrected + counts.older > 0 || (counts.quarantined > 0 && !isKnown) { hasNews = true }
        try db.execute(literal: """
            UPDATE import_file SET sha256 = \(sha256), rows_read = \(counts.read), stored = \(counts.stored), corrected = \(counts.corrected),
              older = \(counts.older), unchanged = \(counts.unchanged), quarantined = \(counts.quarantined),
              skipped = \(counts.skipped) WHERE id = \(currentFileID)
            """)
    }

    /// Keeps the place and the fault of a row, never its content.
    /// - Parameter row: the number of the row in its file; several faults of one row share it.
    package func put(_ refusal: Refusal, row: Int) throws {
        try insertRefusal.bind(1, currentFileID)
        try insertRefusal.bind(2, row)
        try insertRefusal.bind(3, refusal.line)
        try insertRefusal.bind(4, refusal.column)
        try insertRefusal.bind(5, refusal.field)
        try insertRefusal.bind(6, refusal.fault.rawValue)
        try insertRefusal.bind(7, refusal.allowed.joined(separator: "\t"))
        try insertRefusal.bind(8, refusal.value)
        try insertRefusal.bind(9, refusal.recordCode.isEmpty ? "" : recordCode(refusal.recordCode))
        try insertRefusal.run()
    }

    /// - Parameter confirming: the rows' time is that of the whole list, so a row that says the same as the version known only moves that
    ///   version's time; otherwise a daily list would make a version of every dossier every day.
    package func put(_ dossiers: [DossierRecord], confirming: Bool = false) throws {
        var dossiers = dossiers
        if !codes.isPlain { for index in dossiers.indices { dossiers[index].code = try codes.kept(dossiers[index].code) } }
        try learnRegister()
        for record in dossiers { latestUpdate = max(record.dossier.updated, latestUpdate ?? record.dossier.updated) }
        try refused.watch(dossiers.lazy.map(\.code), records.codes)
        try records.put(dossiers, confirming: confirming)
    }

    package func put(_ payments: [PaymentRecord], confirming: Bool = false) throws {
        var payments = payments
        if !codes.isPlain {
            for index in payments.indices {
                payments[index].code = try codes.kept(payments[index].code)
                payments[index].dossierCode = try codes.kept(payments[index].dossierCode)
            }
        }
        try learnRegister()
        for record in payments { latestUpdate = max(record.payment.updated, latestUpdate ?? record.payment.updated) }
        try refused.watch(payments.lazy.map(\.code), records.codes)
        try records.put(payments, confirming: confirming)
    }

    /// The number of the unit under which a dossier stands, with what was settled in this import; nil when no file has brought it.
    package func agency(ofDossier code: RecordCode) throws -> Int? { try records.codes.knownKey(of: codes.kept(code)).flatMap { try agency($0) } }

    /// The same of a payment's dossier; 0 for a payment whose dossier no file has brought, nil for a payment that none has.
    package func agency(ofPayment code: RecordCode) throws -> Int? {
        guard let key = try records.codes.knownKey(of: codes.kept(code)), let place = try records.places.item(key), !place.isEmpty else { return nil }
        return try agency(place.dossierKey) ?? 0
    }

    /// From where a dossier was spoken of that no file has brought: the scopes of the imports whose payments wait for it or whose rows about it are
    /// kept aside, with an empty one for the whole province.
    ///
    /// A row that a part of the province was not to load says nothing about whose the dossier is, and does not count.
    package func scopes(speakingOf code: RecordCode) throws -> Set<String> {
        let kept = try codes.kept(code)
        let waiting = try records.codes.knownKey(of: kept).flatMap { try records.entries.item($0)?.payments } ?? []
        var scopes = Set(try Set(waiting.map(\.importID)).compactMap { try String.fetchOne(db, sql: "SELECT scope FROM import WHERE id = ?", arguments: [$0]) })
        guard refused.hasRefused(kept, kind: "submissions") else { return scopes }
        scopes.formUnion(try String.fetchSet(db, sql: """
            SELECT i.scope FROM open_refusal r JOIN import i ON i.id = r.import_id
            WHERE r.record_code = ? AND r.kind = 'submissions' AND (i.scope = '' OR NOT EXISTS (
              SELECT * FROM refusal s WHERE s.import_file_id = r.import_file_id AND s.row_number = r.row_number AND s.fault IN (?, ?)))
            """, arguments: [kept.text, Fault.notYourUnit.rawValue, Fault.unknownUnit.rawValue]))
        return scopes
    }

    private func agency(_ dossierKey: Int) throws -> Int? { try records.entries.item(dossierKey)?.dossier?.agencyID }

    /// Stores the dossiers and payments that were put, of which many are held back to be stored together.
    /// - Returns: what became of them.
    package func settle() throws -> FileCounts { try records.settle() }

    /// Dossiers are counted by what the register says when they come; when it changes afterwards, all are counted again at the end.
    private func learnRegister() throws {
        if !tallies.knowsRegister { tallies.use(try register()) }
    }

    /// A row of a register is new or another than before.
    func changed(_ table: VersionedTable) throws {
        switch table.name {
        case VersionedTable.agency.name:
            mustCheckStructure = true
            // A service may hold for a level or a code of the unit.
            if try !isFirst && hasServices() { recount() }
        case VersionedTable.procedure.name, VersionedTable.service.name: if !isFirst || tallies.knowsRegister { recount() }
        default: break
        }
    }

    private func hasServices() throws -> Bool { try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT * FROM service)") ?? false }

    /// Everything may have changed: all dossiers are counted again at the end.
    func countAnew() {
        hasNews = true
        mustCheckStructure = true
        recount()
    }

    /// Differences mean nothing any more.
    private func recount() {
        mustRebuild = true
        tallies.isStale = true
    }

    /// Brings the tallies up to date; false when nothing has changed.
    func finish() throws -> Bool {
        guard hasNews || records.hasConfirmed || refused.hasSettledKnown else { return false }
        if mustCheckStructure, let stray = try Storage.register(db).stray {
            throw InputError(
                "the unit '\(stray.code)' stands below no province, so its dossiers would be in no total; "
                    + "give it a parent_code that leads to the unit of level 'province'")
        }
        try db.execute(literal: "UPDATE import SET latest_update = \(latestUpdate?.secondsSinceEpoch) WHERE id = \(number)")
        if mustRebuild { try tallies.countAnew(try register(), records.entries) }
        try tallies.write()
        if mustCheckStructure { try checkValidities() }
        return true
    }

    /// A unit that is made to end, or to begin, on the wrong side of its own records would take them out of every figure.
    private func checkValidities() throws {
        let changed = try Row.fetchAll(db, sql: "SELECT * FROM agency WHERE import_id = ? ORDER BY code", arguments: [number]).map(readAgency)
        let counts = Dictionary(grouping: try dayCounts(db, in: HalfMonth(index: 0)...HalfMonth(index: 1 << 19)), by: \.agencyID)
        for (id, agency) in changed {
            let days = (counts[id] ?? []).filter { !agency.validity.contains($0.day) }
            guard let first = days.map(\.day).min(), let last = days.map(\.day).max() else { continue }
            throw InputError(
                "the unit '\(agency.code)' (\(agency.name)) has \(days.reduce(0) { $0 + $1.dossiers }) dossiers received from \(first.iso) to \(last.iso), "
                    + "outside of the validity that this file gives it; they would be in no figure. Correct valid_from or valid_to")
        }
    }
}

/// The records of rows that earlier imports refused: when they come after all, the rows need nobody's care any more.
///
/// It is a class because it owns prepared statements.
private final class RefusedRecords {
    /// Of the file that is read.
    var kind = ""
    private var codes: [String: Set<RecordCode>] = [:]
    /// Those that this import has brought, by their numbers.
    private var watched: [Int: RecordCode] = [:]
    private let insert: FastStatement
    private let isBroughtByOthers: FastStatement
    private let importID: Int
    private let scope: String
    /// A record came that was known, and settled what another scope's import of it could not.
    private(set) var hasSettledKnown = false

    init(_ connection: OpaquePointer, importID: Int, scope: String) throws {
        self.importID = importID
        self.scope = scope
        isBroughtByOthers = try FastStatement(connection, """
            SELECT 1 FROM open_refusal r JOIN import i ON i.id = r.import_id
              JOIN brought_record b ON b.record_code = r.record_code AND b.kind = r.kind AND b.import_id > r.import_id
            WHERE r.record_code = ?1 AND r.kind = ?2 AND ?3 IN ('', i.scope) AND b.import_id NOT IN (SELECT undoes FROM import WHERE undoes IS NOT NULL) LIMIT 1
            """)
        insert = try FastStatement(connection, "INSERT OR IGNORE INTO brought_record (record_code, kind, import_id) VALUES (?, ?, ?)")
    }

    func learn(_ db: Database) throws {
        let rows = try Row.fetchCursor(db, sql: "SELECT DISTINCT f.kind, r.record_code FROM refusal r JOIN import_file f ON f.id = r.import_file_id WHERE r.record_code != ''")
        while let row = try rows.next() {
            if let code = RecordCode(row[1] as String) { codes[row[0], default: []].insert(code) }
        }
    }

    /// Notes the numbers of records that were refused once.
    func watch(_ brought: some Sequence<RecordCode>, _ book: CodeBook) throws {
        guard let codes = codes[kind] else { return }
        for code in brought where codes.contains(code) { watched[try book.key(of: code)] = code }
    }

    func hasRefused(_ code: RecordCode, kind: String) -> Bool { codes[kind]?.contains(code) == true }

    /// A version of the record was kept, or it is known from an import that may not settle what those of this scope refused.
    func settle(_ key: Int, _ arrival: Arrival) throws {
        guard !watched.isEmpty, let code = watched[key] else { return }
        if arrival == .unchanged {
            guard try isKnownFromOthers(code) else { return }
            hasSettledKnown = true
        }
        try insert.bind(1, code.text)
        try insert.bind(2, kind)
        try insert.bind(3, importID)
        try insert.run()
    }

    private func isKnownFromOthers(_ code: RecordCode) throws -> Bool {
        try isBroughtByOthers.bind(1, code.text)
        try isBroughtByOthers.bind(2, kind)
        try isBroughtByOthers.bind(3, scope)
        defer { isBroughtByOthers.reset() }
        return try isBroughtByOthers.step()
    }
}

/// A dossier points to a unit or a procedure that is gone.
struct RecordWithoutRegister: Error {}
