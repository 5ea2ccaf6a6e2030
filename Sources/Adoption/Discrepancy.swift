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

extension Discrepancy {
    /// A payment with the error codes of the attempts to make it; `00` is success.
    package struct Paid {
        let payment: Payment
        let errorCodes: [String]

        package init(payment: Payment, errorCodes: [String]) {
            self.payment = payment
            self.errorCodes = errorCodes
        }

        var isPaid: Bool { payment.state == .paid }
        var hasSucceeded: Bool { errorCodes.contains("00") }
    }

    /// What disagrees within one dossier.
    ///
    /// - Parameter formerProcedures: those of its versions that were replaced.
    /// - Returns: the kind, the place of the payment if one is meant, and the amount that it is about.
    package static func found(in dossier: Dossier, _ payments: [Paid], formerProcedures: Set<Int>) -> [(kind: Kind, payment: Int?, amountVND: Int?)] {
        var found: [(kind: Kind, payment: Int?, amountVND: Int?)] = []
        func report(_ kind: Kind, payment: Int? = nil, _ amountVND: Int? = nil, if condition: Bool) {
            if condition { found.append((kind, payment, amountVND)) }
        }
        let paid = payments.filter(\.isPaid)
        let due = dossier.amountDueVND
        let isMarkedPaid = dossier.paymentMark == .paid || dossier.paymentMark == .paidOnline
        let isPaidOnline = paid.contains { $0.payment.method == .online }
        report(.markedPaidWithoutPayment, due, if: isMarkedPaid && paid.isEmpty)
        report(.markedOnlinePaidOtherwise, due, if: dossier.paymentMark == .paidOnline && !paid.isEmpty && !isPaidOnline)
        report(.markedUnpaidButPaid, due, if: dossier.paymentMark == .unpaid && !paid.isEmpty)
        if let due, !paid.isEmpty {
            let sum = paid.reduce(0) { $0 + $1.payment.amountVND }
            report(.paidLessThanDue, due - sum, if: sum < due)
            report(.paidMoreThanDue, sum - due, if: sum > due)
        }
        for (place, one) in payments.enumerated() {
            let isEarly = one.payment.paid.flatMap { moment in (dossier.filed ?? dossier.received).map { moment < $0 } } ?? false
            report(.paidBeforeFiled, payment: place, one.payment.amountVND, if: one.isPaid && isEarly)
            report(.attemptSucceededButUnpaid, payment: place, one.payment.amountVND, if: !one.isPaid && one.payment.state != .refunded && one.hasSucceeded)
            report(.paidOnlineWithoutSuccess, payment: place, one.payment.amountVND, if: one.isPaid && one.payment.method == .online && !one.errorCodes.isEmpty && !one.hasSucceeded)
        }
        if let filed = dossier.filed, let received = dossier.received { report(.filedAfterReceived, if: filed > received) }
        report(.informationOnlyOnline, if: dossier.channel == .online && dossier.level == .information)
        let open: [DossierState] = [.new, .received, .inProcess, .supplementAsked, .paymentAsked]
        report(.endedWithoutState, if: dossier.settled != nil && open.contains(dossier.state))
        report(.codeUsedTwice, if: formerProcedures.contains { $0 != dossier.procedureID })
        return found
    }
}
