/// One application filed under one procedure, in one version. Never holds anything about a person.
package struct Dossier: Hashable, Sendable {
    package let code: String
    /// The unit of reception, by its number in the `Register`.
    package let agencyID: Int
    /// The procedure, by its number in the `Register`.
    package let procedureID: Int
    package let channel: Channel
    package let level: ServiceLevel
    package let applicant: Applicant
    package let filer: Filer
    package let state: DossierState
    package let delivery: ResultDelivery
    package let filed: Instant?
    package let received: Instant?
    package let due: Instant?
    package let settled: Instant?
    /// The sum of the fee lines; nil when the source has none.
    package let amountDueVND: Int?
    package let paymentMark: PaymentMark
    package let updated: Instant
    /// The moment by which a dossier is counted: reception, or filing where reception is not recorded
    /// (`NgayTiepNhan`, falling back to `NgayNopHoSo`).
    package let counted: Instant

    package init(
        code: String, agencyID: Int, procedureID: Int, channel: Channel, level: ServiceLevel, applicant: Applicant,
        filer: Filer, state: DossierState, delivery: ResultDelivery, filed: Instant?, received: Instant?,
        due: Instant?, settled: Instant?, amountDueVND: Int?, paymentMark: PaymentMark = .unknown, updated: Instant
    ) throws(DossierContradiction) {
        guard let counted = received ?? filed else { throw .noReception }
        if let settled, settled < counted { throw .settledBeforeReceived }
        if settled == nil, state == .settled || state == .returned { throw .settledWithoutDate }
        self.code = code
        self.agencyID = agencyID
        self.procedureID = procedureID
        self.channel = channel
        self.level = level
        self.applicant = applicant
        self.filer = filer
        self.state = state
        self.delivery = delivery
        self.filed = filed
        self.received = received
        self.due = due
        self.settled = settled
        self.amountDueVND = amountDueVND
        self.paymentMark = paymentMark
        self.updated = updated
        self.counted = counted
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
            amountDueVND ?? -1, Int(paymentMark.rawValue),
        ]
    }

    /// Both say the same, whenever they say it.
    package func agrees(with other: Dossier) -> Bool { content == other.content }
}

package enum DossierContradiction: Error { case noReception, settledBeforeReceived, settledWithoutDate }

/// One request to pay for a dossier, in one version.
package struct Payment: Hashable, Sendable {
    package private(set) var code: String
    package private(set) var dossierCode: String
    package let amountVND: Int
    package let method: PaymentMethod
    /// Bank, wallet or platform; empty when the source does not say.
    package let provider: String
    package let state: PaymentState
    package let requested: Instant?
    package let paid: Instant?
    package let refunded: Instant?
    package let updated: Instant

    package init(
        code: String, dossierCode: String, amountVND: Int, method: PaymentMethod, provider: String, state: PaymentState,
        requested: Instant?, paid: Instant?, refunded: Instant?, updated: Instant?
    ) throws(PaymentContradiction) {
        if paid == nil, state == .paid { throw .paidWithoutDate }
        guard let version = updated ?? [requested, paid, refunded].compactMap({ $0 }).max() else { throw .noDate }
        self.code = code
        self.dossierCode = dossierCode
        self.amountVND = amountVND
        self.method = method
        self.provider = provider
        self.state = state
        self.requested = requested
        self.paid = paid
        self.refunded = refunded
        self.updated = version
    }

    /// The same payment under other codes, which stand for its own.
    package func renamed(code: String, dossierCode: String) -> Payment {
        var payment = self
        (payment.code, payment.dossierCode) = (code, dossierCode)
        return payment
    }

    /// As `Dossier.supersedes`: the later version, then the content.
    package func supersedes(_ other: Payment) -> Bool {
        if updated != other.updated { return updated > other.updated }
        if content != other.content { return other.content.lexicographicallyPrecedes(content) }
        return (other.dossierCode, other.provider) < (dossierCode, provider)
    }

    private var content: [Int] {
        [
            amountVND, Int(method.rawValue), Int(state.rawValue), requested?.secondsSinceEpoch ?? -1,
            paid?.secondsSinceEpoch ?? -1, refunded?.secondsSinceEpoch ?? -1,
        ]
    }

    /// Both say the same, whenever they say it.
    package func agrees(with other: Payment) -> Bool {
        content == other.content && dossierCode == other.dossierCode && provider == other.provider
    }
}

package enum PaymentContradiction: Error { case paidWithoutDate, noDate }
