/// One application filed under one procedure, in one version. Never holds anything about a person, not even its own code.
package struct Dossier: Hashable, Sendable {
    /// How a dossier is held: records are held, stored and compared by the million.
    package struct Packed: Hashable, Sendable {
        package var agencyID: Int32
        package var procedureID: Int32
        /// The codes of channel (2 bits, the lowest), level (3), applicant (2), filer (2), state (4), delivery (2), payment mark (2), digitised (2) and signed (2).
        package var words: UInt32
        /// Moments are seconds since 1970 and one more; 0 is none.
        package var filed: UInt32
        package var received: UInt32
        package var due: UInt32
        package var settled: UInt32
        package var updated: UInt32
        /// −1 when the source has none.
        package var amountDueVND: Int

        package init(
            agencyID: Int32, procedureID: Int32, words: UInt32, filed: UInt32, received: UInt32, due: UInt32, settled: UInt32, updated: UInt32,
            amountDueVND: Int
        ) {
            (self.agencyID, self.procedureID, self.words) = (agencyID, procedureID, words)
            (self.filed, self.received, self.due, self.settled, self.updated) = (filed, received, due, settled, updated)
            self.amountDueVND = amountDueVND
        }
    }

    package private(set) var packed: Packed

    /// The unit of reception, by its number in the `Register`.
    package var agencyID: Int { Int(packed.agencyID) }
    /// The procedure, by its number in the `Register`.
    package var procedureID: Int { Int(packed.procedureID) }
    package var channel: Channel { word(packed.words, 3) }
    package var level: ServiceLevel { word(packed.words >> 2, 7) }
    package var applicant: Applicant { word(packed.words >> 5, 3) }
    package var filer: Filer { word(packed.words >> 7, 3) }
    package var state: DossierState { word(packed.words >> 9, 15) }
    package var delivery: ResultDelivery { word(packed.words >> 13, 3) }
    package var paymentMark: PaymentMark { word(packed.words >> 15, 3) }
    /// Its papers were brought into electronic form.
    package var digitised: Answer { word(packed.words >> 17, 3) }
    /// Its papers carry digital signatures.
    package var signed: Answer { word(packed.words >> 19, 3) }
    package var filed: Instant? { Instant(short: packed.filed) }
    package var received: Instant? { Instant(short: packed.received) }
    package var due: Instant? { Instant(short: packed.due) }
    package var settled: Instant? { Instant(short: packed.settled) }
    /// The sum of the fee lines; nil when the source has none.
    package var amountDueVND: Int? { packed.amountDueVND < 0 ? nil : packed.amountDueVND }
    package var updated: Instant {
        get { Instant(secondsSinceEpoch: Int(packed.updated) - 1) }
        set { packed.updated = newValue.short }
    }
    /// The moment by which a dossier is counted: reception, or filing where reception is not recorded
    /// (`NgayTiepNhan`, falling back to `NgayNopHoSo`).
    package var counted: Instant { Instant(secondsSinceEpoch: Int(packed.received == 0 ? packed.filed : packed.received) - 1) }

    /// - Parameters: moments from 1970 to 2106; readers refuse what is before 2000 and after 2099.
    package init(
        agencyID: Int, procedureID: Int, channel: Channel, level: ServiceLevel, applicant: Applicant,
        filer: Filer, state: DossierState, delivery: ResultDelivery, filed: Instant?, received: Instant?,
        due: Instant?, settled: Instant?, amountDueVND: Int?, paymentMark: PaymentMark = .unknown,
        digitised: Answer = .unknown, signed: Answer = .unknown, updated: Instant
    ) throws(DossierContradiction) {
        guard let counted = received ?? filed else { throw .noReception }
        if let settled, settled < counted { throw .settledBeforeReceived }
        if settled == nil, state == .settled || state == .returned { throw .settledWithoutDate }
        let words = UInt32(channel.rawValue) | UInt32(level.rawValue) << 2 | UInt32(applicant.rawValue) << 5 | UInt32(filer.rawValue) << 7
            | UInt32(state.rawValue) << 9 | UInt32(delivery.rawValue) << 13 | UInt32(paymentMark.rawValue) << 15
            | UInt32(digitised.rawValue) << 17 | UInt32(signed.rawValue) << 19
        packed = Packed(
            agencyID: Int32(agencyID), procedureID: Int32(procedureID), words: words, filed: filed?.short ?? 0, received: received?.short ?? 0,
            due: due?.short ?? 0, settled: settled?.short ?? 0, updated: updated.short, amountDueVND: amountDueVND ?? -1)
    }

    /// A dossier that was held packed; nil when it has a word that no vocabulary has, or no date.
    package init?(packed: Packed) {
        let words = packed.words
        guard words & 3 <= 2, words >> 2 & 7 <= 6, words >> 7 & 3 <= 2, words >> 9 & 15 <= 9, words >> 17 & 3 <= 2, words >> 19 <= 2, packed.received | packed.filed != 0, packed.updated != 0 else { return nil }
        self.packed = packed
    }

    /// The same dossier, had it come by another channel.
    package func filed(by channel: Channel) -> Dossier {
        var other = self
        other.packed.words = packed.words & ~3 | UInt32(channel.rawValue)
        return other
    }

    /// Late is after the due moment; early is on a day before the due day; without a due day it is on time (form II.06).
    package var timing: Timing {
        guard let settled else { return .open }
        guard let due else { return .onTime }
        return settled > due ? .late : settled.day < due.day ? .early : .onTime
    }

    /// Which of two versions stands, whatever the order of their arrival: the one updated later. Two versions updated
    /// in the same second are ordered by their content, so that every store ends with the same one.
    package func supersedes(_ other: Dossier) -> Bool {
        updated == other.updated
            ? other.content.lexicographicallyPrecedes(content) : updated > other.updated
    }

    private var content: [Int] {
        [
            agencyID, procedureID, Int(channel.rawValue), Int(level.rawValue), Int(applicant.rawValue),
            Int(filer.rawValue), Int(state.rawValue), Int(delivery.rawValue), filed?.secondsSinceEpoch ?? -1,
            received?.secondsSinceEpoch ?? -1, due?.secondsSinceEpoch ?? -1, settled?.secondsSinceEpoch ?? -1,
            amountDueVND ?? -1, Int(paymentMark.rawValue), Int(digitised.rawValue), Int(signed.rawValue),
        ]
    }

    /// Both say the same, whenever they say it.
    package func agrees(with other: Dossier) -> Bool {
        var packed = packed
        packed.updated = other.packed.updated
        return packed == other.packed
    }
}

/// A version of a dossier under its code, as a file brings it.
package struct DossierRecord: Hashable, Sendable {
    package var code: RecordCode
    package let dossier: Dossier

    package init(code: RecordCode, dossier: Dossier) {
        self.code = code
        self.dossier = dossier
    }
}

package enum DossierContradiction: Error { case noReception, settledBeforeReceived, settledWithoutDate }

/// One request to pay for a dossier, in one version.
package struct Payment: Hashable, Sendable {
    /// How a payment is held, beside the name of its provider.
    package struct Packed: Hashable, Sendable {
        package var amountVND: Int
        /// The codes of method (2 bits, the lowest) and state (3).
        package var words: UInt32
        /// Moments are seconds since 1970 and one more; 0 is none.
        package var requested: UInt32
        package var paid: UInt32
        package var refunded: UInt32
        package var updated: UInt32

        package init(amountVND: Int, words: UInt32, requested: UInt32, paid: UInt32, refunded: UInt32, updated: UInt32) {
            (self.amountVND, self.words) = (amountVND, words)
            (self.requested, self.paid, self.refunded, self.updated) = (requested, paid, refunded, updated)
        }
    }

    package private(set) var packed: Packed
    package let provider: Provider

    package var amountVND: Int { packed.amountVND }
    package var method: PaymentMethod { word(packed.words, 3) }
    package var state: PaymentState { word(packed.words >> 2, 7) }
    package var requested: Instant? { Instant(short: packed.requested) }
    package var paid: Instant? { Instant(short: packed.paid) }
    package var refunded: Instant? { Instant(short: packed.refunded) }
    package var updated: Instant {
        get { Instant(secondsSinceEpoch: Int(packed.updated) - 1) }
        set { packed.updated = newValue.short }
    }

    package init(
        amountVND: Int, method: PaymentMethod, provider: Provider, state: PaymentState,
        requested: Instant?, paid: Instant?, refunded: Instant?, updated: Instant?
    ) throws(PaymentContradiction) {
        if paid == nil, state == .paid { throw .paidWithoutDate }
        guard let version = updated ?? latest(requested, latest(paid, refunded)) else { throw .noDate }
        self.provider = provider
        packed = Packed(
            amountVND: amountVND, words: UInt32(method.rawValue) | UInt32(state.rawValue) << 2, requested: requested?.short ?? 0, paid: paid?.short ?? 0,
            refunded: refunded?.short ?? 0, updated: version.short)
    }

    /// A payment that was held packed; nil when it has a word that no vocabulary has, or no date.
    package init?(packed: Packed, provider: Provider) {
        guard packed.words & 3 <= 2, packed.words >> 2 <= 6, packed.updated != 0 else { return nil }
        self.packed = packed
        self.provider = provider
    }

    /// As `Dossier.supersedes`: the later version, then the content.
    ///
    /// - Parameter dossiers: the dossiers under which the two versions stand, where they are not the same.
    package func supersedes(_ other: Payment, dossiers: (own: RecordCode, other: RecordCode)? = nil) -> Bool {
        if updated != other.updated { return updated > other.updated }
        if content != other.content { return other.content.lexicographicallyPrecedes(content) }
        if let dossiers, dossiers.own != dossiers.other { return dossiers.other < dossiers.own }
        return other.provider.name < provider.name
    }

    private var content: [Int] {
        [
            amountVND, Int(method.rawValue), Int(state.rawValue), requested?.secondsSinceEpoch ?? -1,
            paid?.secondsSinceEpoch ?? -1, refunded?.secondsSinceEpoch ?? -1,
        ]
    }

    /// Both say the same, whenever they say it.
    package func agrees(with other: Payment) -> Bool {
        var packed = packed
        packed.updated = other.packed.updated
        return packed == other.packed && provider == other.provider
    }
}

/// A version of a payment under its own and its dossier's code, as a file brings it.
package struct PaymentRecord: Hashable, Sendable {
    package var code: RecordCode
    package var dossierCode: RecordCode
    package let payment: Payment

    package init(code: RecordCode, dossierCode: RecordCode, payment: Payment) {
        self.code = code
        self.dossierCode = dossierCode
        self.payment = payment
    }
}

package enum PaymentContradiction: Error { case paidWithoutDate, noDate }

/// The word in the lowest bits of a record that was made, and so has only words that there are.
private func word<V: Vocabulary>(_ bits: UInt32, _ mask: UInt32) -> V {
    guard let word = V(rawValue: UInt8(bits & mask)) else { preconditionFailure("a record was made with an unknown word") }
    return word
}

private func latest(_ a: Instant?, _ b: Instant?) -> Instant? {
    guard let a, let b else { return a ?? b }
    return max(a, b)
}

extension Instant {
    /// Four bytes that are never 0: seconds since 1970 and one more.
    fileprivate var short: UInt32 { UInt32(secondsSinceEpoch + 1) }

    /// Nil for 0.
    fileprivate init?(short: UInt32) {
        if short == 0 { return nil }
        self.init(secondsSinceEpoch: Int(short) - 1)
    }
}
