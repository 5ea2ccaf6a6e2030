internal import Adoption
internal import GRDB

/// The dossiers and payments of a store, and what becomes of those that an import brings.
///
/// It is a class because it owns prepared statements.
final class RecordTable {
    let codes: CodeBook
    let entries: BlockTable<EntryCoder>
    let places: BlockTable<PaymentPlaceCoder>
    let dossierHistory: DossierHistory
    let paymentHistory: PaymentHistory
    let awaited: AwaitedDossiers
    private let importID: Int
    /// Is told of every entry that is counted in another way than before.
    private let onChange: (_ before: Entry?, _ after: Entry) throws -> Void
    /// Is told the key of every record that came, and what became of it.
    private let onArrival: (_ key: Int, _ arrival: Arrival) throws -> Void
    /// A newer row said the same as the version known, whose time was moved.
    private(set) var hasConfirmed = false
    /// Records are held back until there are enough that most blocks are written once.
    private var heldDossiers: [HeldDossier] = []
    private var heldPayments: [HeldPayment] = []
    private var isConfirming = false
    /// Some import was taken back.
    private let hasUndone: Bool
    private var arrivals = FileCounts()

    private struct HeldDossier: Keyed {
        let key: Int
        let dossier: Dossier

        var sortKey: UInt64 { UInt64(key) }
    }

    private struct HeldPayment: Keyed {
        let key: Int
        let dossierKey: Int
        let payment: Payment

        var sortKey: UInt64 { UInt64(key) }
    }

    /// A payment that stays where it is, or is new.
    private struct StayingPayment: Keyed {
        let held: HeldPayment

        var sortKey: UInt64 { UInt64(held.dossierKey) }
    }

    /// 64 bytes each.
    private static let heldLimit = 1 << 18

    init(
        _ connection: OpaquePointer, importID: Int, onChange: @escaping (Entry?, Entry) throws -> Void = { _, _ in },
        onArrival: @escaping (Int, Arrival) throws -> Void = { _, _ in }
    ) throws {
        self.importID = importID
        self.onChange = onChange
        self.onArrival = onArrival
        codes = try CodeBook(connection)
        entries = try BlockTable(connection, EntryCoder(providers: try Providers(connection)), .records)
        places = try BlockTable(connection, PaymentPlaceCoder(), .places)
        dossierHistory = try DossierHistory(connection, importID: importID)
        paymentHistory = try PaymentHistory(connection, importID: importID)
        awaited = try AwaitedDossiers(connection)
        let undone = try FastStatement(connection, "SELECT 1 FROM import WHERE undoes IS NOT NULL LIMIT 1")
        hasUndone = try undone.step()
        undone.reset()
    }

    /// For reading alone.
    convenience init(_ db: Database) throws { try self.init(try db.connection, importID: 0) }

    /// - Parameter confirming: the rows' time is that of the whole list, so a row that says the same as the version known only moves that
    ///   version's time; otherwise a daily list would make a version of every dossier every day.
    func put(_ dossiers: [DossierRecord], confirming: Bool) throws {
        if confirming != isConfirming { try store() }
        isConfirming = confirming
        for record in dossiers { heldDossiers.append(HeldDossier(key: try codes.key(of: record.code), dossier: record.dossier)) }
        if heldDossiers.count >= RecordTable.heldLimit { try storeDossiers() }
    }

    func put(_ payments: [PaymentRecord], confirming: Bool) throws {
        if confirming != isConfirming { try store() }
        isConfirming = confirming
        for record in payments {
            heldPayments.append(HeldPayment(key: try codes.key(of: record.code), dossierKey: try codes.key(of: record.dossierCode), payment: record.payment))
        }
        if heldPayments.count >= RecordTable.heldLimit { try storePayments() }
    }

    /// Stores what is held back.
    /// - Returns: what became of the records that were put since the last time.
    func settle() throws -> FileCounts {
        try store()
        defer { arrivals = FileCounts() }
        return arrivals
    }

    private func store() throws {
        if !heldDossiers.isEmpty { try storeDossiers() }
        if !heldPayments.isEmpty { try storePayments() }
    }

    private func count(_ arrival: Arrival, _ key: Int) throws {
        arrivals.count(arrival)
        try onArrival(key, arrival)
    }

    private func storeDossiers() throws {
        try use(&heldDossiers) { dossiers in
            try edit(dossiers.map(\.key)) { entry, place in
                let (arrival, change) = try take(dossiers[place].dossier, into: &entry)
                try count(arrival, entry.key)
                return change
            }
        }
    }

    /// What was held back, sorted, is gone afterwards, and its memory is kept for what comes next.
    private func use<Held: Keyed>(_ held: inout [Held], _ body: ([Held]) throws -> Void) rethrows {
        var used: [Held] = []
        swap(&used, &held)
        defer {
            used.removeAll(keepingCapacity: true)
            swap(&used, &held)
        }
        used.sortByKey()
        try body(used)
    }

    private func take(_ dossier: Dossier, into entry: inout Entry) throws -> (Arrival, Change) {
        guard let known = entry.dossier else {
            entry.dossier = dossier
            (entry.importID, entry.firstImportID) = (importID, importID)
            return (.stored, .counted)
        }
        let fate = try fate(
            of: dossier.updated, beside: known.updated, agrees: known.agrees(with: dossier), supersedes: dossier.supersedes(known),
            mayMove: try !hasUndone || !dossierHistory.hasWithdrawn(entry.key))
        switch fate {
        case .same: return (.unchanged, .none)
        case .confirmed:
            entry.dossier?.updated = dossier.updated
            return (.unchanged, .written)
        case .older: return (try dossierHistory.keepOlder(dossier, of: entry.key) ? .older : .unchanged, .none)
        case .newer:
            try dossierHistory.keep(known, of: entry.key, from: entry.importID)
            entry.dossier = dossier
            entry.importID = importID
            return (.corrected, .counted)
        }
    }

    /// What a version is to the one that is known.
    private enum Fate { case same, confirmed, older, newer }

    /// - Parameter mayMove: the time of the known version may be moved: beside versions that were taken back it may not, or it could no longer
    ///   be told which of them stood before.
    private func fate(
        of updated: Instant, beside known: Instant, agrees: @autoclosure () -> Bool, supersedes: @autoclosure () -> Bool, mayMove: @autoclosure () throws -> Bool
    ) rethrows -> Fate {
        if updated == known || isConfirming, agrees() {
            if updated <= known { return .same }
            if try mayMove() {
                hasConfirmed = true
                return .confirmed
            }
        }
        return supersedes() ? .newer : .older
    }

    /// A payment that stands under another dossier than its row says is moved; the others, which are nearly all, stay where they are.
    private func storePayments() throws {
        try use(&heldPayments) { payments in
            var (staying, moving): ([StayingPayment], [Range<Int>]) = ([], [])
            staying.reserveCapacity(payments.count)
            try places.edit(payments.map(\.key)) { place, range in
                let dossierKey = place.isEmpty ? payments[range.lowerBound].dossierKey : place.dossierKey
                guard payments[range].allSatisfy({ $0.dossierKey == dossierKey }) else {
                    moving.append(range)
                    return false
                }
                for payment in payments[range] { staying.append(StayingPayment(held: payment)) }
                defer { place.dossierKey = dossierKey }
                return place.isEmpty
            }
            staying.sortByKey()
            try edit(staying.map(\.held.dossierKey)) { entry, place in
                let held = staying[place].held
                let (arrival, change) = try take(held.payment, held.key, into: &entry)
                try count(arrival, held.key)
                return change
            }
            for range in moving {
                for payment in payments[range] { try count(try move(payment), payment.key) }
            }
        }
    }

    private func take(_ payment: Payment, _ key: Int, into entry: inout Entry) throws -> (Arrival, Change) {
        let (index, isKnown) = entry.place(ofPayment: key)
        guard isKnown else {
            entry.add(KeptPayment(key: key, payment: payment, importID: importID))
            return (.stored, .counted)
        }
        let known = entry.payments[index]
        let fate = try fate(
            of: payment.updated, beside: known.payment.updated, agrees: known.payment.agrees(with: payment), supersedes: payment.supersedes(known.payment),
            mayMove: try !hasUndone || !paymentHistory.hasWithdrawn(key))
        switch fate {
        case .same: return (.unchanged, .none)
        case .confirmed:
            entry.payments[index].payment.updated = payment.updated
            return (.unchanged, .written)
        case .older: return (try paymentHistory.keepOlder(payment, of: key, dossierKey: entry.key) ? .older : .unchanged, .none)
        case .newer:
            try paymentHistory.keep(known.payment, of: key, dossierKey: entry.key, from: known.importID)
            entry.payments[index] = KeptPayment(key: key, payment: payment, importID: importID)
            return (.corrected, .counted)
        }
    }

    /// One version of a payment of which some other version stands, or stood, under another dossier.
    private func move(_ held: HeldPayment) throws -> Arrival {
        let (key, dossierKey, payment) = (held.key, held.dossierKey, held.payment)
        let place = try places.item(key)?.dossierKey
        guard let place, place != dossierKey else {
            var arrival = Arrival.unchanged
            try edit(dossierKey) { entry in
                let (arrived, change) = try take(payment, key, into: &entry)
                arrival = arrived
                return change
            }
            if place == nil { try setPlace(of: key, to: dossierKey) }
            return arrival
        }
        guard let known = try entries.item(place)?.payment(key) else { throw StoreError("a payment is not where it should be; restore the store from its backup") }
        guard payment.supersedes(known.payment, dossiers: (try codes.code(of: dossierKey), try codes.code(of: place))) else {
            return try paymentHistory.keepOlder(payment, of: key, dossierKey: dossierKey) ? .older : .unchanged
        }
        try paymentHistory.keep(known.payment, of: key, dossierKey: place, from: known.importID)
        try remove(key, from: place)
        try add(KeptPayment(key: key, payment: payment, importID: importID), to: dossierKey)
        return .corrected
    }

    /// The version of a payment that stands, of those in its history; nil when there is none.
    func bestPayment(_ key: Int) throws -> PaymentHistory.Version? {
        var best: (version: PaymentHistory.Version, code: RecordCode)?
        for version in try paymentHistory.versions(of: key) {
            let code = try codes.code(of: version.dossierKey)
            if best.map({ version.payment.supersedes($0.version.payment, dossiers: (code, $0.code)) }) ?? true { best = (version, code) }
        }
        return best?.version
    }

    func remove(_ paymentKey: Int, from dossierKey: Int) throws {
        try edit(dossierKey) { entry in
            entry.remove(paymentKey)
            return .counted
        }
        try setPlace(of: paymentKey, to: 0)
    }

    func add(_ kept: KeptPayment, to dossierKey: Int) throws {
        try edit(dossierKey) { entry in
            entry.add(kept)
            return .counted
        }
        try setPlace(of: kept.key, to: dossierKey)
    }

    private func setPlace(of paymentKey: Int, to dossierKey: Int) throws {
        try places.edit([paymentKey]) { place, _ in
            place.dossierKey = dossierKey
            return true
        }
    }

    private func edit(_ key: Int, _ change: (inout Entry) throws -> Change) throws {
        try edit([key]) { entry, _ in try change(&entry) }
    }

    /// - Parameter change: is given an entry and the place of one record that is about it, for each in turn.
    private func edit(_ keys: [Int], _ change: (inout Entry, _ place: Int) throws -> Change) throws {
        try entries.edit(keys) { entry, range in
            let before = entry.isEmpty ? nil : entry
            var changes = Change.none
            for place in range { changes = max(changes, try change(&entry, place)) }
            return try settle(before, entry, changes)
        }
    }

    /// What a change of an entry asks for.
    private enum Change: Comparable { case none, written, counted }

    /// - Returns: whether the entry is to be written.
    private func settle(_ before: Entry?, _ after: Entry, _ change: Change) throws -> Bool {
        if change == .counted {
            try awaited.mark(before, after)
            try onChange(before, after)
        }
        return change != .none
    }
}
