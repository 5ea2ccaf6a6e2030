package import Adoption

/// Invented records for tests.
package enum Records {
    package static func day(_ iso: String) -> Day {
        guard let day = Day(iso: iso) else { preconditionFailure("'\(iso)' is no day") }
        return day
    }

    /// Eight in the morning of a day, or the second given.
    package static func moment(_ iso: String, second: Int = 28_800) -> Instant { Instant(local: day(iso), secondOfDay: second) }

    package static let validity = Validity(first: day("2021-01-01"), last: day("2025-06-30"))

    package static let agencies = [
        Agency(code: "62", name: "UBND tỉnh Kon Tum", level: .province, parentCode: nil, validity: validity),
        Agency(code: "62.SYT", name: "Sở Y tế", level: .department, parentCode: "62", validity: validity),
        Agency(code: "616", name: "UBND huyện Sa Thầy", level: .district, parentCode: "62", validity: validity),
        Agency(code: "23527", name: "UBND thị trấn Sa Thầy", level: .commune, parentCode: "616", validity: validity),
    ]

    package static let procedures = [
        Procedure(code: "9.000001", name: "Cấp giấy phép xây dựng", sector: "Xây dựng", bearsFee: true),
        Procedure(code: "9.000002", name: "Đăng ký khai sinh", sector: "Hộ tịch", bearsFee: false),
        Procedure(code: "9.000003", name: "Chứng chỉ hành nghề dược", sector: "Dược", bearsFee: nil),
    ]

    /// A code that a test makes from numbers.
    package static func code(_ text: String) -> RecordCode {
        guard let code = RecordCode(text) else { preconditionFailure("'\(text)' is longer than a code") }
        return code
    }

    package static func dossier(
        _ code: RecordCode, agencyID: Int = 3, procedureID: Int = 1, channel: Channel = .online, state: DossierState = .inProcess,
        received: Instant = moment("2025-05-05"), settled: Instant? = nil, due: Instant? = nil, amountDueVND: Int? = 50_000,
        applicant: Applicant = .individual, filer: Filer = .applicant, level: ServiceLevel = .full, digitised: Answer = .unknown,
        signed: Answer = .unknown, updated: Instant = moment("2025-05-20")
    ) throws -> DossierRecord {
        DossierRecord(code: code, dossier: try Dossier(
            agencyID: agencyID, procedureID: procedureID, channel: channel, level: level, applicant: applicant, filer: filer,
            state: state, delivery: .unknown, filed: nil, received: received, due: due, settled: settled, amountDueVND: amountDueVND, digitised: digitised,
            signed: signed, updated: updated))
    }

    package static func payment(
        _ code: RecordCode, of dossier: RecordCode, _ method: PaymentMethod = .online, _ state: PaymentState = .paid, amountVND: Int = 50_000,
        paid: Instant? = moment("2025-05-06"), updated: Instant = moment("2025-05-06")
    ) throws -> PaymentRecord {
        PaymentRecord(code: code, dossierCode: dossier, payment: try Payment(
            amountVND: amountVND, method: method, provider: Provider("VNPT Money"), state: state, requested: nil, paid: paid,
            refunded: nil, updated: updated))
    }
}
