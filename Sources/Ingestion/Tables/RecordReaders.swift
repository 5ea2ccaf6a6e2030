package import Adoption

/// Records that rows may not be about, where whoever loads them may change those of some units only.
package struct ForeignRecords: Sendable {
    /// Dossiers that stand under other units, or may be theirs.
    package var dossiers: Set<RecordCode> = []
    /// Payments of such.
    package var payments: Set<RecordCode> = []

    package init() {}
}

/// Turns the rows of a submissions table into dossiers.
package struct SubmissionReader {
    private var row: RowReader<SubmissionField>
    private let codes: RegisterCodes
    private let latest: Instant
    private let foreign: ForeignRecords
    var table: TableFile { row.table }

    /// - Parameter asOf: now; what is said to have happened more than a day later is refused.
    package init(_ table: TableFile, register: Register, asOf: Instant, foreign: ForeignRecords = ForeignRecords()) {
        row = RowReader(table)
        self.foreign = foreign
        codes = RegisterCodes(register)
        latest = Instant(secondsSinceEpoch: asOf.secondsSinceEpoch + 86_400)
    }

    /// Everything that is wrong with the row that was read last.
    package var refusals: [Refusal] { row.refusals }

    /// The dossier of the current row; nil when the row is refused.
    package mutating func record() -> DossierRecord? {
        guard row.begin() else { return nil }
        let code = row.recordCode(.dossier_code)
        if let code, foreign.dossiers.contains(code) { row.refuse(.dossier_code, .notYourUnit) }
        let channel = row.word(.channel, otherwise: Channel?.none)
        let state = row.word(.state, otherwise: DossierState?.none)
        let level = row.word(.level, otherwise: ServiceLevel.unknown)
        let applicant = row.word(.applicant_type, otherwise: Applicant.unknown)
        let filer = row.word(.filed_by, otherwise: Filer.unknown)
        let delivery = row.word(.result_delivery, otherwise: ResultDelivery.unknown)
        let filed = past(.filed_at)
        let received = past(.received_at)
        let due = row.moment(.due_at, endOfDay: true)
        let settled = past(.settled_at)
        let updated = past(.updated_at)
        if row.bytes(.updated_at).isEmpty { row.refuse(.updated_at, .missingValue) }
        let amount = amountDue()
        let mark = row.word(.payment_mark, otherwise: PaymentMark.unknown)
        let digitised = row.word(.digitised, otherwise: Answer.unknown)
        let signed = row.word(.signed, otherwise: Answer.unknown)
        let procedureID = procedure()
        let agencyID = row.agency(.unit_code, codes, on: (received ?? filed)?.day)
        guard row.refusals.isEmpty, let code, let channel, let state, let level, let applicant, let filer, let delivery,
            let updated, let mark, let digitised, let signed, let procedureID
        else { return nil }
        do throws(DossierContradiction) {
            let dossier = try Dossier(
                agencyID: agencyID ?? 0, procedureID: procedureID, channel: channel, level: level, applicant: applicant, filer: filer,
                state: state, delivery: delivery, filed: filed, received: received, due: due, settled: settled, amountDueVND: amount,
                paymentMark: mark, digitised: digitised, signed: signed, updated: updated)
            return DossierRecord(code: code, dossier: dossier)
        } catch {
            switch error {
            case .noReception: row.refuse(row.position(.received_at) < 0 ? .filed_at : .received_at, .noReception)
            case .settledBeforeReceived: row.refuse(.settled_at, .settledBeforeReceived)
            case .settledWithoutDate: row.refuse(.settled_at, .settledWithoutDate)
            }
            return nil
        }
    }

    private mutating func past(_ field: SubmissionField) -> Instant? {
        guard let moment = row.moment(field) else { return nil }
        if moment > latest { row.refuse(field, .dateInFuture) }
        return moment
    }

    private mutating func procedure() -> Int? {
        let bytes = normalisedProcedureCode(row.bytes(.procedure_code))
        if let id = codes.procedure(bytes) { return id }
        row.refuse(.procedure_code, bytes.isEmpty ? .missingValue : .unknownProcedure)
        return nil
    }

    /// The sum of the fee lines (`fee:50000;charge:20000`) or the amount; where both are written they must agree.
    private mutating func amountDue() -> Int? {
        let amount = row.amount(.amount_due_vnd)
        let lines = row.bytes(.fee_lines)
        if lines.isEmpty { return amount }
        var sum = 0
        for line in lines.split(separator: UInt8(ascii: ";")) {
            let parts = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            guard parts.count == 2, isFeeKind(Bytes(rebasing: parts[0]).trimmed) else {
                row.refuse(.fee_lines, .notAnAmount)
                return nil
            }
            switch AmountText.read(Bytes(rebasing: parts[1]).trimmed, marks: row.table.profile.marks) {
            case .success(let value): sum += value
            case .failure(let fault):
                row.refuse(.fee_lines, fault.fault)
                return nil
            }
        }
        if let amount, amount != sum { row.refuse(.fee_lines, .feeLinesDisagree) }
        return sum
    }

    private func isFeeKind(_ bytes: Bytes) -> Bool { bytes.elementsEqual("fee".utf8) || bytes.elementsEqual("charge".utf8) }
}

/// Turns the rows of a payments table into payments. Whether the dossier is known is not asked here: it may come later.
package struct PaymentReader {
    private var row: RowReader<PaymentField>
    private let latest: Instant
    private let foreign: ForeignRecords
    var table: TableFile { row.table }

    package init(_ table: TableFile, asOf: Instant, foreign: ForeignRecords = ForeignRecords()) {
        row = RowReader(table)
        self.foreign = foreign
        latest = Instant(secondsSinceEpoch: asOf.secondsSinceEpoch + 86_400)
    }

    package var refusals: [Refusal] { row.refusals }

    /// The payment of the current row; nil when the row is refused.
    package mutating func record() -> PaymentRecord? {
        guard row.begin() else { return nil }
        let code = row.recordCode(.payment_id)
        let dossierCode = row.recordCode(.dossier_code)
        // Of a row about another's dossier nothing more is said: whether its payment is known would tell about others.
        if let dossierCode, foreign.dossiers.contains(dossierCode) {
            row.refuse(.dossier_code, .notYourUnit)
        } else if let code, foreign.payments.contains(code) {
            row.refuse(.payment_id, .notYourUnit)
        }
        let amount = row.amount(.amount_vnd)
        if row.bytes(.amount_vnd).isEmpty { row.refuse(.amount_vnd, .missingValue) }
        let method = row.word(.method, otherwise: PaymentMethod?.none)
        let state = row.word(.state, otherwise: PaymentState?.none)
        let provider = row.provider(.provider)
        let requested = past(.requested_at)
        let paid = past(.paid_at)
        let refunded = past(.refunded_at)
        let updated = past(.updated_at)
        guard row.refusals.isEmpty, let code, let dossierCode, let amount, let method, let state, let provider else { return nil }
        do throws(PaymentContradiction) {
            let payment = try Payment(
                amountVND: amount, method: method, provider: provider, state: state, requested: requested, paid: paid, refunded: refunded,
                updated: updated)
            return PaymentRecord(code: code, dossierCode: dossierCode, payment: payment)
        } catch {
            row.refuse(.paid_at, error == .paidWithoutDate ? .paidWithoutDate : .noPaymentDate)
            return nil
        }
    }

    private mutating func past(_ field: PaymentField) -> Instant? {
        guard let moment = row.moment(field) else { return nil }
        if moment > latest { row.refuse(field, .dateInFuture) }
        return moment
    }
}

/// Turns the rows of a table of payment attempts into attempts.
package struct AttemptReader {
    private var row: RowReader<AttemptField>

    package init(_ table: TableFile) { row = RowReader(table) }

    package var refusals: [Refusal] { row.refusals }

    /// The attempt of the current row; nil when the row is refused.
    package mutating func attempt() -> Attempt? {
        guard row.begin() else { return nil }
        let code = row.code(.attempt_id)
        let payment = row.code(.payment_id)
        let amount = row.requiredAmount(.amount_vnd)
        let provider = row.provider(.provider)
        let error = row.code(.error_code)
        let attempted = row.requiredMoment(.attempted_at)
        guard row.refusals.isEmpty, let code, let payment, let amount, let provider, let error, let attempted else { return nil }
        return Attempt(code: code, paymentCode: payment, amountVND: amount, provider: provider, errorCode: error, attempted: attempted)
    }

    package mutating func refuse(_ conflict: RegisterConflict) { row.refuse(.payment_id, conflict.fault) }
}

/// Turns the rows of a table of accounts into counts for a unit and a day.
package struct AccountReader {
    private var row: RowReader<AccountField>
    private let codes: RegisterCodes

    package init(_ table: TableFile, register: Register) {
        row = RowReader(table)
        codes = RegisterCodes(register)
    }

    package var refusals: [Refusal] { row.refusals }

    package mutating func count() -> AccountCount? {
        guard row.begin() else { return nil }
        let day = row.requiredMoment(.day)?.day
        let agencyID = row.agency(.unit_code, codes, on: day)
        let counts = [AccountField.registered, .confirmed, .first_filing].map { row.requiredAmount($0) }
        guard row.refusals.isEmpty, let day, let agencyID, let registered = counts[0], let confirmed = counts[1], let first = counts[2] else { return nil }
        return AccountCount(agencyID: agencyID, day: day, registered: registered, confirmed: confirmed, firstFiling: first)
    }

    package mutating func refuse(_ conflict: RegisterConflict) { row.refuse(.day, conflict.fault) }
}

/// Turns the rows of a table of confirmed zeros into days without dossiers.
package struct ZeroReader {
    private var row: RowReader<ZeroField>
    private let codes: RegisterCodes

    package init(_ table: TableFile, register: Register) {
        row = RowReader(table)
        codes = RegisterCodes(register)
    }

    package var refusals: [Refusal] { row.refusals }

    package mutating func days() -> ZeroDays? {
        guard row.begin() else { return nil }
        let first = row.requiredMoment(.zero_from)?.day
        let last = row.requiredMoment(.zero_to)?.day
        if let first, let last, last < first { row.refuse(.zero_to, .endsBeforeItBegins) }
        let agencyID = row.agency(.unit_code, codes, on: first)
        guard row.refusals.isEmpty, let first, let last, let agencyID else { return nil }
        return ZeroDays(agencyID: agencyID, validity: Validity(first: first, last: last))
    }

    package mutating func refuse(_ conflict: RegisterConflict) { row.refuse(.zero_from, conflict.fault) }
}

extension RowReader {
    /// The unit that bore the code on the day. Without a day there is another fault, which is told instead.
    mutating func agency(_ field: F, _ codes: RegisterCodes, on day: Day?) -> Int? {
        let bytes = bytes(field)
        if let day, let id = codes.agency(bytes, on: day) { return id }
        if bytes.isEmpty {
            refuse(field, .missingValue)
        } else if day != nil || !codes.knowsAgency(bytes) {
            refuse(field, .unknownUnit)
        }
        return nil
    }
}

/// Banks, wallets and platforms by their folded names.
let knownProviders: Set<String> = [
    "vnpt money", "vnpt pay", "vnpt-pay", "paygov", "payment platform", "vietcombank", "vietinbank", "agribank", "bidv", "mb", "mbbank", "mb bank", "techcombank", "acb", "sacombank", "vpbank",
    "tpbank", "hdbank", "shb", "vib", "msb", "ocb", "seabank", "lpbank", "lienvietpostbank", "eximbank", "abbank", "bac a bank", "namabank", "pvcombank", "kienlongbank", "co-opbank", "momo", "zalopay",
    "viettelpay", "viettel money", "viettel pay", "vnpay", "napas", "keypay", "ngan luong", "shopeepay", "mobifone money", "kho bac nha nuoc", "cong dich vu cong quoc gia",
]
