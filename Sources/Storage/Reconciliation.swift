package import Adoption
internal import GRDB

extension Store {
    /// Everything on which payments, dossiers and marks disagree, of dossiers received in the period and of payments that wait: by kind, in
    /// the order of the dossiers' and payments' codes.
    ///
    /// - Parameter agencies: the units; nil for all, and for payments whose unit is not known.
    package func discrepancies(in period: Period, agencies: Set<Int>?) throws -> [Discrepancy] {
        let (first, last) = period.seconds
        let formerProcedures = try formerProcedures()
        let errorCodes = try errorCodes()
        var found: [Finding] = []
        try eachEntry(zone(.received, period)) { entry in
            guard let dossier = entry.dossier, first...last ~= dossier.counted.secondsSinceEpoch, agencies?.contains(dossier.agencyID) ?? true else { return }
            let payments = entry.payments.map { Discrepancy.Paid(payment: $0.payment, errorCodes: errorCodes[$0.key] ?? []) }
            let former = formerProcedures[entry.key] ?? []
            for one in Discrepancy.found(in: dossier, payments, formerProcedures: former) {
                found.append(Finding(kind: one.kind, agencyID: dossier.agencyID, dossierKey: entry.key, paymentKey: one.payment.map { entry.payments[$0].key }, amountVND: one.amountVND))
            }
        }
        if agencies == nil { found += try waiting(period) }
        return try named(found)
    }

    private struct Finding {
        let kind: Discrepancy.Kind
        let agencyID: Int?
        let dossierKey: Int
        let paymentKey: Int?
        let amountVND: Int?
    }

    private func named(_ found: [Finding]) throws -> [Discrepancy] {
        let kinds = Discrepancy.Kind.allCases
        return try queue.read { db in
            let codes = try RecordTable(db).codes
            return try found.map {
                Discrepancy(
                    kind: $0.kind, agencyID: $0.agencyID, dossierCode: try codes.code(of: $0.dossierKey).text,
                    paymentCode: try $0.paymentKey.map { try codes.code(of: $0).text } ?? "", amountVND: $0.amountVND)
            }
        }.sorted { a, b in
            (kinds.firstIndex(of: a.kind) ?? 0, a.dossierCode, a.paymentCode) < (kinds.firstIndex(of: b.kind) ?? 0, b.dossierCode, b.paymentCode)
        }
    }

    /// The procedures of versions that were replaced, by the dossier's number.
    private func formerProcedures() throws -> [Int: Set<Int>] {
        try queue.read { db in
            var procedures: [Int: Set<Int>] = [:]
            let rows = try Row.fetchCursor(db, sql: "SELECT dossier_key, procedure_id FROM dossier_history WHERE withdrawn_in IS NULL")
            while let row = try rows.next() { procedures[row[0], default: []].insert(row[1]) }
            return procedures
        }
    }

    /// Those of the attempts, by the payment's number.
    private func errorCodes() throws -> [Int: [String]] {
        try queue.read { db in
            var codes: [Int: [String]] = [:]
            let rows = try Row.fetchCursor(db, sql: "SELECT payment_key, error_code FROM attempt")
            while let row = try rows.next() { codes[row[0], default: []].append(row[1]) }
            return codes
        }
    }

    private func waiting(_ period: Period) throws -> [Finding] {
        try queue.read { db in
            let records = try RecordTable(db)
            return try Int.fetchAll(db, sql: "SELECT dossier_key FROM awaited_dossier").flatMap { key in
                try (records.entries.item(key)?.payments ?? []).filter { kept in
                    let moment = kept.payment.paid ?? kept.payment.requested ?? kept.payment.updated
                    return moment.day >= period.first && moment.day <= period.last
                }.map { Finding(kind: .paymentWithoutDossier, agencyID: nil, dossierKey: key, paymentKey: $0.key, amountVND: $0.payment.amountVND) }
            }
        }
    }
}
