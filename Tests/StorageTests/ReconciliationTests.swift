import Adoption
import Testing
import TestSupport

@testable import Storage

/// One dossier for each way in which payments, dossiers and marks can disagree, and two that agree.
@Suite struct ReconciliationTests {
    private static let may = Period(.calendar, year: 2025, months: 5...5)

    private func dossier(_ code: RecordCode, _ mark: PaymentMark = .unknown, due: Int? = 50_000, filed: Instant? = nil, channel: Channel = .online, level: ServiceLevel = .full, settled: Instant? = nil, agencyID: Int = 3, procedureID: Int = 1, updated: String = "2025-05-20") throws -> DossierRecord {
        DossierRecord(code: code, dossier: try Dossier(
            agencyID: agencyID, procedureID: procedureID, channel: channel, level: level, applicant: .individual, filer: .applicant, state: .inProcess, delivery: .unknown, filed: filed,
            received: Records.moment("2025-05-05"), due: nil, settled: settled, amountDueVND: due, paymentMark: mark, updated: Records.moment(updated)))
    }

    private func store() throws -> Store {
        let store = try Store(path: nil)
        try store.record(at: Instant(secondsSinceEpoch: 0)) { session in
            try session.beginFile(name: "f", kind: "submissions", isIllustrative: false)
            for agency in Records.agencies { _ = try session.put(agency) }
            for procedure in Records.procedures { _ = try session.put(procedure) }
            let dossiers = try [
                dossier("A", .paidOnline), dossier("B", .paid), dossier("C", .unpaid), dossier("D"), dossier("E"), dossier("G"), dossier("H"),
                dossier("I", filed: Records.moment("2025-05-06")), dossier("J", level: .information), dossier("K", settled: Records.moment("2025-05-08")),
                dossier("L", agencyID: 2, procedureID: 2, updated: "2025-05-19"), dossier("L"), dossier("fine", .paidOnline, agencyID: 4), dossier("none", .unpaid),
            ]
            for dossier in dossiers { _ = try session.put(dossier) }
            let payments = try [
                Records.payment("a", of: "A", .counter), Records.payment("c", of: "C"), Records.payment("d", of: "D", amountVND: 30_000), Records.payment("e1", of: "E", amountVND: 30_000),
                Records.payment("e2", of: "E", amountVND: 30_000), Records.payment("f", of: "nobody"), Records.payment("g", of: "G", .online, .pending, paid: nil), Records.payment("h", of: "H"),
                Records.payment("i", of: "I", paid: Records.moment("2025-05-05")), Records.payment("fine", of: "fine"),
            ]
            for payment in payments { _ = try session.put(payment) }
            for (code, payment, error) in [("1", "g", "00"), ("2", "h", "24"), ("3", "fine", "11"), ("4", "fine", "00")] {
                _ = try session.put(Attempt(code: code, paymentCode: payment, amountVND: 50_000, provider: .unnamed, errorCode: error, attempted: Records.moment("2025-05-05")))
            }
            var counts = FileCounts()
            counts.count(.stored)
            try session.endFile(sha256: String(repeating: "a", count: 64), counts: counts)
        }
        return store
    }

    @Test func everyDisagreementIsFoundAndNothingElse() throws {
        let found = try store().discrepancies(in: Self.may, agencies: nil)
        let cases = found.map { "\($0.kind.rawValue) \($0.dossierCode) \($0.paymentCode) \($0.amountVND.map(String.init) ?? "")" }
        #expect(Set(cases) == [
            "payment-without-dossier nobody f 50000", "marked-paid-without-payment B  50000", "marked-online-paid-otherwise A  50000", "marked-unpaid-but-paid C  50000",
            "paid-before-filed I i 50000", "paid-less-than-due D  20000", "paid-more-than-due E  10000", "attempt-succeeded-but-unpaid G g 50000", "paid-online-without-success H h 50000",
            "filed-after-received I  ", "information-only-online J  ", "ended-without-state K  ", "code-used-twice L  ",
        ])
        #expect(cases.count == Discrepancy.Kind.allCases.count, "each kind once")
    }

    @Test func aUnitSeesItsOwnOnly() throws {
        #expect(try store().discrepancies(in: Self.may, agencies: [4]).isEmpty)
        #expect(try store().discrepancies(in: Period(.calendar, year: 2025, months: 6...6), agencies: [3]).isEmpty)
    }
}
