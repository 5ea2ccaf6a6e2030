internal import Adoption
internal import GRDB

/// Keeps the tallies by difference: what a dossier counted for before its change is taken out, what it counts for after it is put in.
///
/// Differences are held back and written together, so that a block is written a few times in an import and not for every dossier;
/// how many are held back has a limit. It is a class because it owns prepared statements.
final class TallyTable {
    private let select: FastStatement
    private let insert: FastStatement
    private let update: FastStatement
    private let delete: FastStatement
    private let deleteAll: FastStatement
    private let sink = ByteSink()
    private var terms: TermsTable?
    /// For each unit, kind and year of this century, where in `places` the places of its 24 half-months begin.
    private var years: [Int32] = []
    /// The places in `changes`; −1 for a half-month without changes.
    private var places: [Int32] = []
    private var keys: [TallyBlock.Key] = []
    private var changes: [HeldCounts] = []
    private var held = 0
    private var payments: [Payment] = []
    /// All dossiers are to be counted again, so that differences need not be kept.
    var isStale = false

    /// Of 24 bytes each; more were not faster.
    private static let limit = 3_000_000
    private static let firstHalfMonth = 2_000 * 24
    private static let yearsOfUnit = TallyBlock.Kind.allCases.count * 100

    init(_ connection: OpaquePointer) throws {
        select = try FastStatement(connection, "SELECT counts FROM tally_block WHERE id = ?")
        insert = try FastStatement(connection, "INSERT INTO tally_block (id, counts, kind, half_month, agency_id) VALUES (?, ?, ?, ?, ?)")
        update = try FastStatement(connection, "UPDATE tally_block SET counts = ?2 WHERE id = ?1")
        deleteAll = try FastStatement(connection, "DELETE FROM tally_block")
        delete = try FastStatement(connection, "DELETE FROM tally_block WHERE id = ?")
    }

    deinit { for place in changes.indices { changes[place].free() } }

    /// What the register says from now on.
    func use(_ register: Register) { terms = TermsTable(register) }

    var knowsRegister: Bool { terms != nil }

    /// Forgets all tallies and counts every dossier.
    func countAnew(_ register: Register, _ entries: BlockTable<EntryCoder>) throws {
        for place in changes.indices { changes[place].free() }
        held = 0
        isStale = false
        try deleteAll.run()
        use(register)
        try entries.walk { entry in
            guard let dossier = entry.dossier else { return }
            guard register.agencies[dossier.agencyID] != nil, register.procedures[dossier.procedureID] != nil else { throw RecordWithoutRegister() }
            try count(entry)
        }
    }

    func move(from before: Entry?, to after: Entry) throws {
        if isStale { return }
        let (old, new) = (before.flatMap(counted), counted(after))
        if let old { add(old, times: -1, withDay: old.day != new?.day) }
        if let new { add(new, times: 1, withDay: new.day != old?.day) }
        if held >= TallyTable.limit { try write() }
    }

    func count(_ entry: Entry) throws {
        if let new = counted(entry) { add(new, times: 1, withDay: true) }
        if held >= TallyTable.limit { try write() }
    }

    /// As what and on which day a dossier is counted.
    private struct Counted {
        let count: DossierCount
        let procedureID: Int
        let isFiledOnline: Bool
        let day: Day

        struct Day: Equatable {
            let agencyID: Int
            let number: Int
            let firstImportID: Int
        }
    }

    private func counted(_ entry: Entry) -> Counted? {
        guard let dossier = entry.dossier, let terms else { return nil }
        payments.removeAll(keepingCapacity: true)
        if !entry.payments.isEmpty { for kept in entry.payments { payments.append(kept.payment) } }
        return Counted(
            count: DossierCount(dossier, terms: terms.terms(of: dossier), payments: payments), procedureID: dossier.procedureID,
            isFiledOnline: terms.hasServices && dossier.channel == .online && dossier.state != .new && dossier.state != .refused,
            day: Counted.Day(agencyID: dossier.agencyID, number: dossier.counted.day.number, firstImportID: entry.firstImportID))
    }

    private func add(_ counted: Counted, times sign: Int, withDay: Bool) {
        let (count, agencyID) = (counted.count, counted.day.agencyID)
        let tally = TallyBlock.Count(counted.procedureID, Int(count.traits.bits), dossiers: sign, collectedVND: sign * count.collectedVND)
        add(tally, .received, count.received, agencyID)
        if let settled = count.settled { add(tally, .settled, settled, agencyID) }
        if let collected = count.collected { add(tally, .collected, collected, agencyID) }
        if withDay || counted.isFiledOnline {
            let place = counted.day.number - count.received.first.number
            if withDay { add(TallyBlock.Count(counted.day.firstImportID, place, dossiers: sign), .receivedByDay, count.received, agencyID) }
            if counted.isFiledOnline { add(TallyBlock.Count(counted.procedureID, place, dossiers: sign), .filedOnline, count.received, agencyID) }
        }
    }

    private func add(_ count: TallyBlock.Count, _ kind: TallyBlock.Kind, _ halfMonth: HalfMonth, _ agencyID: Int) {
        let place = place(kind, halfMonth.index, agencyID)
        // Records come sorted, so that those of one day follow each other.
        if kind == .receivedByDay, changes[place].addToLast(count) { return }
        changes[place].append(count)
        held += 1
    }

    /// Where in `changes` those of a block stand.
    private func place(_ kind: TallyBlock.Kind, _ halfMonth: Int, _ agencyID: Int) -> Int {
        let (year, half) = min(max(halfMonth - TallyTable.firstHalfMonth, 0), 2_399).quotientAndRemainder(dividingBy: 24)
        let slot = agencyID * TallyTable.yearsOfUnit + kind.rawValue * 100 + year
        if slot >= years.count { years += Array(repeating: -1, count: (agencyID + 1) * TallyTable.yearsOfUnit - years.count) }
        if years[slot] < 0 {
            years[slot] = Int32(places.count)
            places += Array(repeating: -1, count: 24)
        }
        let place = Int(years[slot]) + half
        if places[place] < 0 {
            places[place] = Int32(keys.count)
            keys.append(TallyBlock.Key(kind: kind, halfMonth: halfMonth, agencyID: agencyID))
            changes.append(HeldCounts())
        }
        return Int(places[place])
    }

    /// Brings the tallies up to date with all that was counted.
    func write() throws {
        for place in keys.indices.sorted(by: { keys[$0] < keys[$1] }) where changes[place].count > 0 {
            try write(keys[place], changes[place].list)
            changes[place].free()
        }
        held = 0
    }

    private func write(_ key: TallyBlock.Key, _ changes: [TallyBlock.Count]) throws {
        try select.bind(1, key.id)
        let isKnown = try select.step()
        var block = isKnown ? try TallyBlock(encoded: select.bytes(0)) : TallyBlock()
        select.reset()
        block.add(changes)
        try put(block, key, isKnown: isKnown)
        if let kind = key.kind.ofAll {
            try put(block.ofAll, TallyBlock.Key(kind: kind, halfMonth: key.halfMonth, agencyID: key.agencyID), isKnown: isKnown)
        }
    }

    private func put(_ block: TallyBlock, _ key: TallyBlock.Key, isKnown: Bool) throws {
        if block.counts.isEmpty {
            try delete.bind(1, key.id)
            try delete.run()
            return
        }
        sink.clear()
        try block.encode(into: sink)
        let statement = isKnown ? update : insert
        try statement.bind(1, key.id)
        try statement.bind(2, sink.bytes)
        if !isKnown {
            try statement.bind(3, key.kind.rawValue)
            try statement.bind(4, key.halfMonth)
            try statement.bind(5, key.agencyID)
        }
        try statement.run()
    }
}

/// All tallies of a store anew, for a migration that changes what is counted.
func countAnew(_ db: Database) throws {
    let connection = try db.connection
    let tallies = try TallyTable(connection)
    try tallies.countAnew(try register(db), try BlockTable(connection, EntryCoder(providers: try Providers(connection)), .records))
    try tallies.write()
}

/// The changes of one block until they are written. Its memory is its own: millions are added one by one, and an array would be asked
/// each time whether it is shared.
private struct HeldCounts {
    private var base: UnsafeMutablePointer<TallyBlock.Count>?
    private(set) var count = 0
    private var capacity = 0

    var list: [TallyBlock.Count] { Array(UnsafeBufferPointer(start: base, count: count)) }

    mutating func append(_ one: TallyBlock.Count) {
        if count == capacity {
            capacity = max(16, 2 * capacity)
            let larger = UnsafeMutablePointer<TallyBlock.Count>.allocate(capacity: capacity)
            if let base {
                larger.update(from: base, count: count)
                base.deallocate()
            }
            base = larger
        }
        base?[count] = one
        count += 1
    }

    /// False when the last change is of another key.
    func addToLast(_ one: TallyBlock.Count) -> Bool {
        guard count > 0, let base, base[count - 1].key == one.key else { return false }
        base[count - 1].dossiers += one.dossiers
        return true
    }

    mutating func free() {
        base?.deallocate()
        (base, count, capacity) = (nil, 0, 0)
    }
}

/// What the register adds to each dossier, at hand. It is a class because it is asked for every record and should not be copied.
private final class TermsTable {
    let hasServices: Bool
    private let register: Register
    /// By the number of the procedure.
    private var plain: [Terms]

    init(_ register: Register) {
        self.register = register
        hasServices = !register.services.isEmpty
        plain = Array(repeating: Terms(bearsFee: nil), count: (register.procedures.keys.max() ?? 0) + 1)
        for (id, procedure) in register.procedures { plain[id] = Terms(bearsFee: procedure.bearsFee) }
    }

    func terms(of dossier: Dossier) -> Terms {
        hasServices || !plain.indices.contains(dossier.procedureID) ? register.terms(of: dossier) : plain[dossier.procedureID]
    }
}
