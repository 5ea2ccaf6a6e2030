package import Adoption
internal import GRDB
internal import Foundation

/// One import while it runs: everything between `BEGIN` and `COMMIT`.
///
/// Tallies are kept by difference: what a dossier contributed before its first change in this import is taken out, what it
/// contributes at the end is put in. It is a class because it owns prepared statements.
package final class ImportSession {
    let db: Database
    /// The data version that this import becomes.
    let number: Int
    let dossiers: DossierTable
    let payments: PaymentTable
    private let insertRefusal: FastStatement
    private let insertAwaited: FastStatement
    private let deleteAwaited: FastStatement
    /// What every known dossier that was touched contributed before.
    private var contributionsBefore: [Int: [Contribution]] = [:]
    private let lastKnownID: Int
    /// What the register adds to dossiers when they are counted; nil after a change, until it is asked for again.
    private var known: Register?
    private let codes: RecordCodes
    private var hasNews = false
    private var mustRebuild = false
    private var mustCheckStructure = false
    private var hasConfirmed = false
    private var currentFileID = 0
    private var latestUpdate: Instant?

    init(_ db: Database, number: Int, at moment: Instant, codes: RecordCodes) throws {
        self.codes = codes
        guard let connection = db.sqliteConnection else { throw StoreError("the store is closed") }
        self.db = db
        self.number = number
        try db.execute(literal: "INSERT INTO import (id, recorded_at) VALUES (\(number), \(moment.secondsSinceEpoch))")
        dossiers = try DossierTable(connection, importID: number)
        payments = try PaymentTable(connection, importID: number)
        insertRefusal = try FastStatement(connection, "INSERT INTO refusal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        insertAwaited = try FastStatement(connection, "INSERT INTO awaited_dossier (id) VALUES (?)")
        deleteAwaited = try FastStatement(connection, "DELETE FROM awaited_dossier WHERE id = ?")
        lastKnownID = try Int.fetchOne(db, sql: "SELECT max(id) FROM dossier_code") ?? 0
    }

    /// The code under which a record is kept: its own, or a pseudonym.
    func recordCode(_ code: String) -> String { codes.kept(code) }

    /// Begins a file; what is put until `endFile` belongs to it.
    package func beginFile(name: String, kind: String, profile: String = "", isIllustrative: Bool) throws {
        try db.execute(literal: """
            INSERT INTO import_file (import_id, name, kind, sha256, illustrative, rows_read, stored, corrected, older, unchanged, quarantined, profile)
            VALUES (\(number), \(name), \(kind), \(String(repeating: "0", count: 64)), \(isIllustrative), 0, 0, 0, 0, 0, 0, \(profile))
            """)
        currentFileID = Int(db.lastInsertedRowID)
    }

    package func endFile(sha256: String, counts: FileCounts) throws {
        let isKnown = try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT * FROM import_file WHERE sha256 = ? AND import_id < ?)", arguments: [sha256, number]) ?? false
        // A corrected file may bring nothing but the absence of what was refused.
        let settles = try Bool.fetchOne(db, sql: """
            SELECT EXISTS (SELECT * FROM open_refusal r JOIN import_file f ON f.id = ? WHERE r.name = f.name AND r.kind = f.kind AND r.record_code = '' AND r.import_id < f.import_id)
            """, arguments: [currentFileID]) ?? false
        if settles && !isKnown { hasNews = true }
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

    /// - Parameter confirming: the row's time is that of the whole list, so a row that says the same as the version known only moves that
    ///   version's time; otherwise a daily list would make a version of every dossier every day.
    package func put(_ dossier: Dossier, confirming: Bool = false) throws -> Arrival {
        let (id, isNewCode) = try dossiers.id(of: recordCode(dossier.code))
        latestUpdate = max(dossier.updated, latestUpdate ?? dossier.updated)
        guard !isNewCode, let known = try dossiers.dossier(id) else {
            if id <= lastKnownID { contributionsBefore[id] = [] }
            if !isNewCode {
                try deleteAwaited.bind(1, id)
                try deleteAwaited.run()
            }
            try dossiers.insert(dossier, id: id)
            return .stored
        }
        if dossier.updated == known.dossier.updated ? known.dossier.agrees(with: dossier) : confirming && known.dossier.agrees(with: dossier) {
            if dossier.updated > known.dossier.updated { try confirm { try dossiers.confirm(id, at: dossier.updated) } }
            return .unchanged
        }
        guard dossier.supersedes(known.dossier) else {
            return try dossiers.keepOlder(dossier, id: id) ? .older : .unchanged
        }
        try remember(id, known.dossier)
        try dossiers.replace(known, by: dossier, id: id)
        return .corrected
    }

    package func put(_ payment: Payment, confirming: Bool = false) throws -> Arrival {
        let payment = codes.isPlain ? payment : payment.renamed(code: recordCode(payment.code), dossierCode: recordCode(payment.dossierCode))
        let (dossierID, isNewCode) = try dossiers.id(of: payment.dossierCode)
        if isNewCode {
            try insertAwaited.bind(1, dossierID)
            try insertAwaited.run()
        }
        latestUpdate = max(payment.updated, latestUpdate ?? payment.updated)
        guard let known = try payments.payment(payment.code) else {
            try remember(dossierID)
            try payments.insert(payment, dossierID: dossierID)
            return .stored
        }
        if payment.updated == known.payment.updated ? known.payment.agrees(with: payment) : confirming && known.payment.agrees(with: payment) {
            if payment.updated > known.payment.updated { try confirm { try payments.confirm(known.id, at: payment.updated) } }
            return .unchanged
        }
        guard payment.supersedes(known.payment) else {
            return try payments.keepOlder(payment, id: known.id, dossierID: dossierID) ? .older : .unchanged
        }
        try remember(dossierID)
        try remember(known.dossierID)
        try payments.replace(known, by: payment, dossierID: dossierID)
        return .corrected
    }

    /// A row of a register is new or another than before.
    func changed(_ table: VersionedTable) {
        known = nil
        switch table.name {
        case VersionedTable.agency.name: mustCheckStructure = true
        case VersionedTable.procedure.name, VersionedTable.service.name: mustRebuild = true
        default: break
        }
    }

    /// Everything may have changed: all dossiers are counted again at the end.
    func countAnew() {
        known = nil
        hasNews = true
        mustRebuild = true
        mustCheckStructure = true
    }

    private func confirm(_ write: () throws -> Void) throws {
        hasConfirmed = true
        try write()
    }

    /// Brings the tallies up to date; false when nothing has changed.
    func finish() throws -> Bool {
        guard hasNews || hasConfirmed else { return false }
        if mustCheckStructure { try checkValidities() }
        if mustCheckStructure, let stray = try Storage.register(db).stray {
            throw InputError(
                "the unit '\(stray.code)' stands below no province, so its dossiers would be in no total; "
                    + "give it a parent_code that leads to the unit of level 'province'")
        }
        try db.execute(literal: "UPDATE import SET latest_update = \(latestUpdate?.secondsSinceEpoch) WHERE id = \(number)")
        // Without a dossier from before there is nothing to count again.
        if mustRebuild && lastKnownID > 0 {
            try db.execute(sql: "DELETE FROM tally_block")
            try write(try blocks(ofDossiersAfter: 0))
            return true
        }
        var changes = try blocks(ofDossiersAfter: lastKnownID)
        for (id, before) in contributionsBefore {
            add(before, to: &changes, times: -1)
            if let known = try dossiers.dossier(id) { add(try contributions(id, known.dossier), to: &changes, times: 1) }
        }
        try write(changes)
        return true
    }

    /// A unit that is made to end, or to begin, on the wrong side of its own records would take them out of every figure.
    private func checkValidities() throws {
        let (day, zone) = (86_400, Instant.localOffset)
        let row = try Row.fetchOne(db, sql: """
            SELECT agency.code, agency.name, count(*), min((counted_at + ?2) / ?1), max((counted_at + ?2) / ?1) FROM agency JOIN dossier ON agency_id = agency.id
            WHERE agency.import_id = ?3 AND (counted_at < agency.valid_from * ?1 - ?2 OR counted_at >= (agency.valid_to + 1) * ?1 - ?2)
            GROUP BY agency.id ORDER BY agency.code LIMIT 1
            """, arguments: [day, zone, number])
        guard let row else { return }
        throw InputError(
            "the unit '\(row[0] as String)' (\(row[1] as String)) has \(row[2] as Int) dossiers received from \(Day(number: row[3]).iso) to \(Day(number: row[4]).iso), "
                + "outside of the validity that this file gives it; they would be in no figure. Correct valid_from or valid_to")
    }

    private func remember(_ id: Int, _ dossier: Dossier? = nil) throws {
        guard id <= lastKnownID, contributionsBefore[id] == nil else { return }
        let dossier = try dossier ?? dossiers.dossier(id)?.dossier
        contributionsBefore[id] = try dossier.map { try contributions(id, $0) } ?? []
    }

    private func terms(of dossier: Dossier) throws -> Terms {
        if let known { return known.terms(of: dossier) }
        let register = try register()
        known = register
        return register.terms(of: dossier)
    }

    private func contributions(_ id: Int, _ dossier: Dossier) throws -> [Contribution] {
        Contribution.all(of: dossier, terms: try terms(of: dossier), payments: try payments.payments(of: id))
    }

    /// What all dossiers contribute whose number is greater than `id`, read in order beside their payments.
    private func blocks(ofDossiersAfter id: Int) throws -> [TallyBlock.Key: TallyBlock] {
        var blocks: [TallyBlock.Key: TallyBlock] = [:]
        var ahead = try payments.walk(after: id)
        try dossiers.walk(after: id) { id, dossier in
            var own: [Payment] = []
            while let next = ahead.current, next.dossierID <= id {
                if next.dossierID == id { own.append(next.payment) }
                try ahead.advance()
            }
            add(Contribution.all(of: dossier, terms: try terms(of: dossier), payments: own), to: &blocks, times: 1)
        }
        ahead.end()
        return blocks
    }

    private func add(_ contributions: [Contribution], to blocks: inout [TallyBlock.Key: TallyBlock], times sign: Int) {
        for contribution in contributions {
            let key = TallyBlock.Key(
                basis: contribution.basis, halfMonth: contribution.halfMonth.index, agencyID: contribution.agencyID)
            blocks[key, default: TallyBlock()].add(contribution, times: sign)
        }
    }

    private func write(_ changes: [TallyBlock.Key: TallyBlock]) throws {
        for (key, change) in changes {
            let known = try [UInt8].fetchBlock(db, key)
            var block = try TallyBlock(encoded: known ?? [])
            block.add(change)
            let bytes = try block.encoded()
            if bytes == known ?? [] { continue }
            if bytes.isEmpty {
                try db.execute(literal: "DELETE FROM tally_block WHERE half_month = \(key.halfMonth) AND basis = \(Int(key.basis.rawValue)) AND agency_id = \(key.agencyID)")
            } else {
                try db.execute(literal: "INSERT OR REPLACE INTO tally_block VALUES (\(key.halfMonth), \(Int(key.basis.rawValue)), \(key.agencyID), \(Data(bytes)))")
            }
        }
    }
}

extension [UInt8] {
    fileprivate static func fetchBlock(_ db: Database, _ key: TallyBlock.Key) throws -> [UInt8]? {
        try Data.fetchOne(
            db, sql: "SELECT counts FROM tally_block WHERE half_month = ? AND basis = ? AND agency_id = ?",
            arguments: [key.halfMonth, Int(key.basis.rawValue), key.agencyID]).map(Array.init)
    }
}
