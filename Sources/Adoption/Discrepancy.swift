/// Where payments, dossiers and the source's own marks do not agree: the checks that provinces run already. None of it changes a figure: payment records are what is counted.
package struct Discrepancy: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case paymentWithoutDossier = "payment-without-dossier"
        case markedPaidWithoutPayment = "marked-paid-without-payment"
        case markedOnlinePaidOtherwise = "marked-online-paid-otherwise"
        case markedUnpaidButPaid = "marked-unpaid-but-paid"
        case paidBeforeFiled = "paid-before-filed"
        case paidLessThanDue = "paid-less-than-due"
        case paidMoreThanDue = "paid-more-than-due"
        case attemptSucceededButUnpaid = "attempt-succeeded-but-unpaid"
        case paidOnlineWithoutSuccess = "paid-online-without-success"
        case filedAfterReceived = "filed-after-received"
        case informationOnlyOnline = "information-only-online"
        case endedWithoutState = "ended-without-state"
        case codeUsedTwice = "code-used-twice"

        /// What it says, in a sentence.
        package var explanation: String {
            switch self {
            case .paymentWithoutDossier: "payments whose dossier no file has brought; they are in no figure"
            case .markedPaidWithoutPayment: "dossiers that the source marks as paid, without a paid payment"
            case .markedOnlinePaidOtherwise: "dossiers that the source marks as paid online, and whose payments are not online"
            case .markedUnpaidButPaid: "dossiers that the source marks as unpaid, with a paid payment"
            case .paidBeforeFiled: "payments collected before the dossier was filed"
            case .paidLessThanDue: "dossiers whose payments add up to less than is due"
            case .paidMoreThanDue: "dossiers whose payments add up to more than is due"
            case .attemptSucceededButUnpaid: "payments with an attempt that succeeded (00), which are not paid"
            case .paidOnlineWithoutSuccess: "payments paid online all of whose attempts failed"
            case .filedAfterReceived: "dossiers filed after they were received"
            case .informationOnlyOnline: "dossiers filed online under a procedure that was offered as information only"
            case .endedWithoutState: "dossiers with an end date whose state says that they are still open"
            case .codeUsedTwice: "dossiers whose code an earlier version gave to another procedure: two dossiers under one code, or a correction"
            }
        }
    }

    package let kind: Kind
    /// Nil for a payment that waits for its dossier.
    package let agencyID: Int?
    package let dossierCode: String
    /// Empty where the dossier as a whole is meant.
    package let paymentCode: String
    package let amountVND: Int?

    package init(kind: Kind, agencyID: Int?, dossierCode: String, paymentCode: String, amountVND: Int?) {
        self.kind = kind
        self.agencyID = agencyID
        self.dossierCode = dossierCode
        self.paymentCode = paymentCode
        self.amountVND = amountVND
    }
}
