import Adoption
import Testing

@testable import Ingestion

@Suite struct FieldTextTests {
    private func moment(_ text: String, endOfDay: Bool = false) -> String {
        Array(text.utf8).withUnsafeBufferPointer { bytes in
            switch MomentText.read(bytes, endOfDay: endOfDay) {
            case .success(let moment): moment.iso
            case .failure(.notADate): "not a date"
            case .failure(.outOfRange): "out of range"
            }
        }
    }

    @Test(arguments: [
        ("2025-05-14T08:00:00+07:00", "2025-05-14T08:00:00+07:00"), ("2025-05-14T01:00:00Z", "2025-05-14T08:00:00+07:00"),
        ("2025-05-14T08:00:00.123+07:00", "2025-05-14T08:00:00+07:00"), ("2025-05-14T08:00:00+0700", "2025-05-14T08:00:00+07:00"),
        ("2025-05-14 08:00", "2025-05-14T08:00:00+07:00"), ("2025-05-14T08:00:59", "2025-05-14T08:00:59+07:00"),
        ("2025-05-14", "2025-05-14T00:00:00+07:00"), ("14/05/2025", "2025-05-14T00:00:00+07:00"),
        ("14/05/2025 08:00", "2025-05-14T08:00:00+07:00"), ("14/05/2025 08:00:30", "2025-05-14T08:00:30+07:00"),
        ("20250514080001", "2025-05-14T08:00:01+07:00"), ("2025-06-30T17:00:00Z", "2025-07-01T00:00:00+07:00"),
        ("2024-02-29", "2024-02-29T00:00:00+07:00"), ("2000-01-01", "2000-01-01T00:00:00+07:00"),
        ("2099-12-31", "2099-12-31T00:00:00+07:00"),
        ("2025-02-29", "not a date"), ("2025-05-14T24:00:00+07:00", "not a date"), ("2025-05-14T08:60", "not a date"), ("31/02/2025", "not a date"),
        ("0000-00-00T00:00:00+07:00", "not a date"), ("14-05-2025", "not a date"), ("2025-05-14T", "not a date"), ("2025-05-14T08:00:00+07", "not a date"),
        ("2025-05-14T08:00:00+07:00x", "not a date"), ("45791", "not a date"), ("2025-05-1４", "not a date"), ("", "not a date"), ("1999-12-31", "out of range"),
        ("2100-01-01", "out of range"),
    ])
    func readsTheMomentsOfExports(text: String, expected: String) {
        #expect(moment(text) == expected)
    }

    @Test func aDueDayLastsUntilItsEnd() {
        #expect(moment("14/05/2025", endOfDay: true) == "2025-05-14T23:59:59+07:00")
        #expect(moment("14/05/2025 08:00", endOfDay: true) == "2025-05-14T08:00:00+07:00")
    }

    private func amount(_ text: String) -> String {
        Array(text.utf8).withUnsafeBufferPointer { bytes in
            switch AmountText.read(bytes) {
            case .success(let amount): String(amount)
            case .failure(let fault): fault.fault.rawValue
            }
        }
    }

    @Test(arguments: [
        ("0", "0"), ("150000", "150000"), ("007", "7"), ("1000000000000", "1000000000000"), ("1000000000001", "not-an-amount"), ("-1", "negative-amount"),
        ("-150000.5", "negative-amount"), ("1.5", "fractional-amount"), ("50.000", "fractional-amount"), ("50,000", "fractional-amount"), ("abc", "not-an-amount"),
        ("1e5", "not-an-amount"), ("-", "not-an-amount"), (".", "not-an-amount"), ("99999999999999999999", "not-an-amount"), ("１", "not-an-amount"),
    ])
    func readsWholeĐồngOnly(text: String, expected: String) {
        #expect(amount(text) == expected)
    }

    @Test(arguments: [
        ("1.011442.000.00.00.H38", "1.011442"), ("2.002492.02", "2.002492"), ("1.011442", "1.011442"), ("ABC", "ABC"), ("1.0114421", "1.0114421"), ("", ""),
    ])
    func aProceduresCodeIsTheSameEverywhere(raw: String, code: String) {
        Array(raw.utf8).withUnsafeBufferPointer { bytes in
            #expect(String(decoding: normalisedProcedureCode(bytes), as: UTF8.self) == code)
        }
    }
}
