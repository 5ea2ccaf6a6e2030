internal import Adoption

/// Everything that stands under one dossier's code: the dossier, if a file has brought it, and its payments.
struct Entry: BlockItem {
    let key: Int
    /// Nil while only payments speak of it.
    var dossier: Dossier?
    /// The import that brought the dossier's version, and the one that brought its first.
    var importID = 0
    var firstImportID = 0
    /// In the order of their keys.
    var payments: [KeptPayment] = []

    init(key: Int) { self.key = key }

    /// The place of a payment, or where it would stand. A code that stands for none, such as 0, may have many thousands.
    func place(ofPayment key: Int) -> (place: Int, isKnown: Bool) {
        var (low, high) = (0, payments.count)
        if let last = payments.last, last.key < key { return (high, false) }
        while low < high {
            let middle = (low + high) / 2
            if payments[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return (low, low < payments.count && payments[low].key == key)
    }

    mutating func add(_ payment: KeptPayment) { payments.insert(payment, at: place(ofPayment: payment.key).place) }

    mutating func remove(_ paymentKey: Int) {
        let (place, isKnown) = place(ofPayment: paymentKey)
        if isKnown { payments.remove(at: place) }
    }

    func payment(_ key: Int) -> KeptPayment? {
        let (place, isKnown) = place(ofPayment: key)
        return isKnown ? payments[place] : nil
    }

    var isEmpty: Bool { dossier == nil && payments.isEmpty }
    /// Payments without a dossier are counted in no figure.
    var waitingPayments: Int { dossier == nil ? payments.count : 0 }
}

struct KeptPayment {
    let key: Int
    var payment: Payment
    var importID: Int
}

/// What a block is about, so that a question about some days or units passes over the others unread. Moments are seconds since 1970.
struct Zone {
    private(set) var counted: ClosedRange<Int>?
    private(set) var settled: ClosedRange<Int>?
    private(set) var paid: ClosedRange<Int>?
    /// A bit for each unit, by its number modulo 64: a block holds few units, so that most others are ruled out.
    private(set) var agencies: UInt64 = 0

    mutating func include(_ entry: Entry) {
        if let dossier = entry.dossier {
            Zone.widen(&counted, dossier.counted)
            agencies |= Zone.mark(dossier.agencyID)
            if let moment = dossier.settled { Zone.widen(&settled, moment) }
        }
        if entry.payments.isEmpty { return }
        for kept in entry.payments {
            if let moment = kept.payment.paid { Zone.widen(&paid, moment) }
        }
    }

    static func mark(_ agencyID: Int) -> UInt64 { 1 << UInt64(agencyID & 63) }

    private static func widen(_ range: inout ClosedRange<Int>?, _ moment: Instant) {
        let value = moment.secondsSinceEpoch
        guard let known = range else {
            range = value...value
            return
        }
        if value < known.lowerBound { range = value...known.upperBound } else if value > known.upperBound { range = known.lowerBound...value }
    }
}

/// Entries of neighbouring keys as bytes: keys beside the one before, small numbers in as few bytes as they need, moments in four.
/// A dossier takes about 30 bytes, a payment 15.
struct EntryCoder: BlockCoder {
    /// Names of banks and wallets under small numbers.
    let providers: Providers

    /// What the next entry is written beside.
    struct Last {
        var key: Int?
        var paymentKey = 0
    }

    /// What follows; the lower 17 bits are the dossier's words, and those above the flags the rest of them.
    private enum Flag {
        static let words: UInt32 = 0x1_FFFF
        static let (wordBits, restShift): (UInt32, UInt32) = (17, 25)
        static let dossier: UInt32 = 1 << 17, received: UInt32 = 1 << 18, filed: UInt32 = 1 << 19, due: UInt32 = 1 << 20, settled: UInt32 = 1 << 21
        static let amount: UInt32 = 1 << 22, first: UInt32 = 1 << 23, payments: UInt32 = 1 << 24
    }

    /// The same for a payment; the lower 5 bits are its words.
    private enum PaymentFlag {
        static let words: UInt32 = 31
        static let requested: UInt32 = 32, paid: UInt32 = 64, refunded: UInt32 = 128
        /// It was changed last when it was paid.
        static let updated: UInt32 = 256
    }

    var start: Last { Last() }

    func include(_ entry: Entry, in zone: inout Zone) { zone.include(entry) }

    /// The first key is not written: it stands in the block's row.
    func put(_ entry: Entry, after last: inout Last, into sink: ByteSink) throws {
        if let key = last.key { sink.put(entry.key - key) }
        last.key = entry.key
        var flags: UInt32 = entry.payments.isEmpty ? 0 : Flag.payments
        if let dossier = entry.dossier?.packed {
            flags |= Flag.dossier | dossier.words & Flag.words | (dossier.words >> Flag.wordBits) << Flag.restShift
            if dossier.received != 0 { flags |= Flag.received }
            if dossier.filed != 0 { flags |= Flag.filed }
            if dossier.due != 0 { flags |= Flag.due }
            if dossier.settled != 0 { flags |= Flag.settled }
            if dossier.amountDueVND >= 0 { flags |= Flag.amount }
            if entry.firstImportID != entry.importID { flags |= Flag.first }
            sink.putWord(flags)
            sink.put(Int(dossier.agencyID))
            sink.put(Int(dossier.procedureID))
            if dossier.received != 0 { sink.putWord(dossier.received) }
            if dossier.filed != 0 { sink.putWord(dossier.filed) }
            if dossier.due != 0 { sink.putWord(dossier.due) }
            if dossier.settled != 0 { sink.putWord(dossier.settled) }
            sink.putWord(dossier.updated)
            if dossier.amountDueVND >= 0 { sink.put(dossier.amountDueVND) }
            sink.put(entry.importID)
            if entry.firstImportID != entry.importID { sink.put(entry.importID - entry.firstImportID) }
        } else {
            sink.putWord(flags)
        }
        if !entry.payments.isEmpty { try put(entry.payments, &last, into: sink) }
    }

    private func put(_ payments: [KeptPayment], _ last: inout Last, into sink: ByteSink) throws {
        sink.put(payments.count)
        for kept in payments {
            let payment = kept.payment.packed
            sink.putSigned(kept.key &- last.paymentKey)
            last.paymentKey = kept.key
            var flags = payment.words
            if payment.requested != 0 { flags |= PaymentFlag.requested }
            if payment.paid != 0 { flags |= PaymentFlag.paid }
            if payment.refunded != 0 { flags |= PaymentFlag.refunded }
            if payment.updated == payment.paid { flags |= PaymentFlag.updated }
            sink.put(Int(flags))
            sink.put(payment.amountVND)
            sink.put(try providers.number(of: kept.payment.provider))
            if payment.requested != 0 { sink.putWord(payment.requested) }
            if payment.paid != 0 { sink.putWord(payment.paid) }
            if payment.refunded != 0 { sink.putWord(payment.refunded) }
            if payment.updated != payment.paid { sink.putWord(payment.updated) }
            sink.put(kept.importID)
        }
    }

    func item(_ scan: inout ByteScan, first: Int, after last: inout Last) throws -> Entry {
        let key = try last.key.map { $0 &+ (try scan.number()) } ?? first
        last.key = key
        var entry = Entry(key: key)
        let flags = try scan.word()
        if flags & Flag.dossier != 0 {
            let (agencyID, procedureID) = (try scan.number(), try scan.number())
            let received = flags & Flag.received == 0 ? 0 : try scan.word()
            let filed = flags & Flag.filed == 0 ? 0 : try scan.word()
            let due = flags & Flag.due == 0 ? 0 : try scan.word()
            let settled = flags & Flag.settled == 0 ? 0 : try scan.word()
            let updated = try scan.word()
            let amount = flags & Flag.amount == 0 ? -1 : try scan.number()
            entry.importID = try scan.number()
            entry.firstImportID = flags & Flag.first == 0 ? entry.importID : entry.importID &- (try scan.number())
            entry.dossier = Dossier(packed: Dossier.Packed(
                agencyID: Int32(truncatingIfNeeded: agencyID), procedureID: Int32(truncatingIfNeeded: procedureID), words: flags & Flag.words | (flags >> Flag.restShift) << Flag.wordBits, filed: filed,
                received: received, due: due, settled: settled, updated: updated, amountDueVND: amount))
            if entry.dossier == nil { throw ByteScan.damage }
        }
        if flags & Flag.payments != 0 {
            let count = try scan.number()
            guard count > 0 else { throw ByteScan.damage }
            for _ in 0..<count { entry.payments.append(try payment(&scan, &last)) }
        }
        return entry
    }

    private func payment(_ scan: inout ByteScan, _ last: inout Last) throws -> KeptPayment {
        let key = last.paymentKey &+ (try scan.signed())
        last.paymentKey = key
        let flags = UInt32(truncatingIfNeeded: try scan.number())
        let amount = try scan.number()
        let provider = try providers.provider(try scan.number())
        let requested = flags & PaymentFlag.requested == 0 ? 0 : try scan.word()
        let paid = flags & PaymentFlag.paid == 0 ? 0 : try scan.word()
        let refunded = flags & PaymentFlag.refunded == 0 ? 0 : try scan.word()
        let updated = flags & PaymentFlag.updated != 0 ? paid : try scan.word()
        let packed = Payment.Packed(
            amountVND: amount, words: flags & PaymentFlag.words, requested: requested, paid: paid, refunded: refunded, updated: updated)
        guard let payment = Payment(packed: packed, provider: provider) else { throw ByteScan.damage }
        return KeptPayment(key: key, payment: payment, importID: try scan.number())
    }
}
