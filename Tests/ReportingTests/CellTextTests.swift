import Adoption
import Reporting
import Testing

@Suite struct CellTextTests {
    @Test(arguments: [
        (Cell.count(0), "0", "0"), (.count(1_234), "1.234", "1,234"), (.count(1_234_567), "1.234.567", "1,234,567"), (.count(-1_234), "-1.234", "-1,234"),
        (.rate(Rate(999, of: 1_000)), "99,90%", "99.90%"), (.rate(Rate(5_781, of: 11_287)), "51,22%", "51.22%"), (.rate(Rate(99_996, of: 100_000)), "100,00%", "100.00%"),
        (.rate(.none), "–", "–"), (.rate(Rate(0, of: 3)), "0,00%", "0.00%"), (.basisPoints(7_000), "70,00%", "70.00%"),
        (.percentagePoints(hundredths: -149), "-1,49", "-1.49"), (.percentagePoints(hundredths: 5), "+0,05", "+0.05"), (.percentagePoints(hundredths: 0), "0,00", "0.00"),
        (.score(hundredths: 883), "8,83", "8.83"), (.scoreDifference(hundredths: -1), "-0,01", "-0.01"), (.amountVND(1_234_000), "1.234.000", "1,234,000"),
        (.verdict(.met), "✓ Đạt", "✓ Met"), (.verdict(.missed), "✗ Chưa đạt", "✗ Missed"), (.notReported, "không báo cáo", "not reported"), (.suppressed, "▒ ẩn", "▒ hidden"), (.difference(3), "+3", "+3"), (.difference(-1_200), "-1.200", "-1,200"), (.difference(0), "", ""), (.input("x"), "x", "x"),
        (.notApplicable, "không áp dụng", "n/a"), (.empty, "", ""),
    ])
    func isWrittenForItsReader(cell: Cell, vietnamese: String, english: String) {
        #expect(cell.text(.vietnamese) == vietnamese)
        #expect(cell.text(.english) == english)
    }

    @Test func aDayIsWrittenForItsReader() throws {
        let day = try #require(Day(iso: "2025-05-14"))
        #expect(Cell.day(day).text(.vietnamese) == "14/05/2025")
        #expect(Cell.day(day).text(.english) == "2025-05-14")
    }

    @Test func zeroNoDataNotApplicableAndNotReportedLookDifferent() {
        for language in Language.allCases {
            #expect(Set([Cell.count(0), .noData, .notApplicable, .notReported, .empty].map { $0.text(language) }).count == 5)
        }
    }

    @Test func everyFaultHasWordsAndARemedyInBothLanguages() {
        for fault in Fault.allCases {
            for text in [Words.fault(fault), Words.remedy(fault)] {
                #expect(!text.vi.isEmpty && !text.en.isEmpty && text.vi != text.en)
            }
        }
    }

    @Test func aRefusalNamesPlaceFaultAndRemedy() {
        let refusal = Refusal(file: "thang-10.csv", line: 3, column: 15, field: "ngay_tiep_nhan", fault: .notADate)
        #expect(Words.refusalLine(refusal, .english).hasPrefix("thang-10.csv:3:15: 'ngay_tiep_nhan' is not a date; write 14/05/2025 or 2025-05-14T08:00:00+07:00"))
    }
}

/// No word of a closed list is left in English on a Vietnamese page.
@Suite struct TraitWordTests {
    @Test(arguments: Dimension.allCases)
    func everyWordHasItsVietnamese(dimension: Dimension) {
        for word in dimension.words {
            let text = Words.word(word, of: dimension)
            #expect(text(.vietnamese) != word && !text(.vietnamese).contains("_") && !text(.english).contains("_"), "\(dimension) \(word)")
        }
    }
}
