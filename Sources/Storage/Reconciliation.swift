package import Adoption
internal import GRDB

extension Store {
    /// Everything on which payments, dossiers and marks disagree, of dossiers received in the period and of payments that wait.
    ///
    /// - Parameter agencies: the units; nil for all, and for payments whose unit is not known.
    package func discrepancies(in period: Period, agencies: Set<Int>?) throws -> [Discrepancy] {
        try queue.read { db in
            var all: [Discrepancy] = []
            let ofDossiers = dossierConditions(period, agencies)
            for kind in Discrepancy.Kind.allCases {
                guard let query = query(kind, ofDossiers) else {
                    if agencies == nil { all += try waiting(db, period) }
                    continue
                }
                all += try rows(db, query).map {
                    Discrepancy(kind: kind, agencyID: $0[0], dossierCode: $0[1], paymentCode: $0[2], amountVND: $0[3])
                }
            }
            return all
        }
    }

    private func dossierConditions(_ period: Period, _ agencies: Set<Int>?) -> SQL {
        let (from, to) = (Instant(local: period.first).secondsSinceEpoch, Instant(local: period.last.advanced(by: 1)).secondsSinceEpoch - 1)
        guard let agencies else { return "dossier.counted_at BETWEEN \(from) AND \(to)" }
        return "dossier.agency_id IN \(agencies.sorted()) AND dossier.counted_at BETWEEN \(from) AND \(to)"
    }

    /// Unit, dossier, payment, amount; nil for the kind that has no dossier.
    private func query(_ kind: Discrepancy.Kind, _ condition: SQL) -> SQL? {
        let paid = Int(PaymentState.paid.rawValue)
        let online = Int(PaymentMethod.online.rawValue)
        let dossiers: SQL = "FROM dossier JOIN dossier_code c ON c.id = dossier.id"
        let paidOfDossier: SQL = "(SELECT * FROM payment p WHERE p.dossier_id = dossier.id AND p.state = \(paid))"
        switch kind {
        case .paymentWithoutDossier: return nil
        case .markedPaidWithoutPayment:
            return "SELECT agency_id, c.code, '', amount_due_vnd \(dossiers) WHERE \(condition) AND payment_mark IN (\(Int(PaymentMark.paid.rawValue)), \(Int(PaymentMark.paidOnline.rawValue))) AND NOT EXISTS \(paidOfDossier) ORDER BY c.code"
        case .markedOnlinePaidOtherwise:
            return "SELECT agency_id, c.code, '', amount_due_vnd \(dossiers) WHERE \(condition) AND payment_mark = \(Int(PaymentMark.paidOnline.rawValue)) AND EXISTS \(paidOfDossier) AND NOT EXISTS (SELECT * FROM payment p WHERE p.dossier_id = dossier.id AND p.state = \(paid) AND p.method = \(online)) ORDER BY c.code"
        case .markedUnpaidButPaid:
            return "SELECT agency_id, c.code, '', amount_due_vnd \(dossiers) WHERE \(condition) AND payment_mark = \(Int(PaymentMark.unpaid.rawValue)) AND EXISTS \(paidOfDossier) ORDER BY c.code"
        case .paidBeforeFiled:
            return "SELECT agency_id, c.code, p.code, p.amount_vnd \(dossiers) JOIN payment p ON p.dossier_id = dossier.id WHERE \(condition) AND p.state = \(paid) AND p.paid_at < coalesce(filed_at, received_at) ORDER BY c.code, p.code"
        case .paidLessThanDue:
            return "SELECT agency_id, c.code, '', amount_due_vnd - sum(p.amount_vnd) \(dossiers) JOIN payment p ON p.dossier_id = dossier.id WHERE \(condition) AND p.state = \(paid) GROUP BY dossier.id HAVING sum(p.amount_vnd) < amount_due_vnd ORDER BY c.code"
        case .paidMoreThanDue:
            return "SELECT agency_id, c.code, '', sum(p.amount_vnd) - amount_due_vnd \(dossiers) JOIN payment p ON p.dossier_id = dossier.id WHERE \(condition) AND p.state = \(paid) GROUP BY dossier.id HAVING sum(p.amount_vnd) > amount_due_vnd ORDER BY c.code"
        case .attemptSucceededButUnpaid:
            return "SELECT agency_id, c.code, p.code, p.amount_vnd \(dossiers) JOIN payment p ON p.dossier_id = dossier.id WHERE \(condition) AND p.state NOT IN (\(paid), \(Int(PaymentState.refunded.rawValue))) AND EXISTS (SELECT * FROM attempt a WHERE a.payment_id = p.id AND a.error_code = '00') ORDER BY c.code, p.code"
        case .filedAfterReceived:
            return "SELECT agency_id, c.code, '', NULL \(dossiers) WHERE \(condition) AND filed_at > received_at ORDER BY c.code"
        case .informationOnlyOnline:
            return "SELECT agency_id, c.code, '', NULL \(dossiers) WHERE \(condition) AND channel = \(Int(Channel.online.rawValue)) AND level = \(Int(ServiceLevel.information.rawValue)) ORDER BY c.code"
        case .endedWithoutState:
            let open = [DossierState.new, .received, .inProcess, .supplementAsked, .paymentAsked].map { Int($0.rawValue) }
            return "SELECT agency_id, c.code, '', NULL \(dossiers) WHERE \(condition) AND settled_at IS NOT NULL AND state IN \(open) ORDER BY c.code"
        case .codeUsedTwice:
            return "SELECT agency_id, c.code, '', NULL \(dossiers) WHERE \(condition) AND EXISTS (SELECT * FROM dossier_history h WHERE h.dossier_id = dossier.id AND h.withdrawn_in IS NULL AND h.procedure_id != dossier.procedure_id) ORDER BY c.code"
        case .paidOnlineWithoutSuccess:
            return "SELECT agency_id, c.code, p.code, p.amount_vnd \(dossiers) JOIN payment p ON p.dossier_id = dossier.id WHERE \(condition) AND p.state = \(paid) AND p.method = \(online) AND EXISTS (SELECT * FROM attempt a WHERE a.payment_id = p.id) AND NOT EXISTS (SELECT * FROM attempt a WHERE a.payment_id = p.id AND a.error_code = '00') ORDER BY c.code, p.code"
        }
    }

    private func waiting(_ db: Database, _ period: Period) throws -> [Discrepancy] {
        let (from, to) = (Instant(local: period.first).secondsSinceEpoch, Instant(local: period.last.advanced(by: 1)).secondsSinceEpoch - 1)
        return try rows(db, """
            SELECT c.code, p.code, p.amount_vnd FROM awaited_dossier JOIN payment p ON p.dossier_id = awaited_dossier.id
              JOIN dossier_code c ON c.id = p.dossier_id
            WHERE coalesce(p.paid_at, p.requested_at, p.updated_at) BETWEEN \(from) AND \(to) ORDER BY c.code, p.code
            """).map { Discrepancy(kind: .paymentWithoutDossier, agencyID: nil, dossierCode: $0[0], paymentCode: $0[1], amountVND: $0[2]) }
    }
}
