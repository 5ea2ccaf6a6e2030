import Adoption
import Testing

@Suite struct PeriodTests {
    /// The table of `TT 01/2020/TT-VPCP` and of the national portal, written out.
    @Test(arguments: [
        ("2025-05", ReportingCalendar.administrative, "2025-04-15", "2025-05-14"),
        ("2025-01", .administrative, "2024-12-15", "2025-01-14"),
        ("2024-03", .administrative, "2024-02-15", "2024-03-14"),
        ("2025-Q1", .administrative, "2024-12-15", "2025-03-14"),
        ("2025-Q2", .administrative, "2025-03-15", "2025-06-14"),
        ("2025-6M", .administrative, "2024-12-15", "2025-06-14"),
        ("2025-9M", .administrative, "2024-12-15", "2025-09-14"),
        ("2025", .administrative, "2024-12-15", "2025-12-14"),
        ("2025-05", .calendar, "2025-05-01", "2025-05-31"),
        ("2024-02", .calendar, "2024-02-01", "2024-02-29"),
        ("2100-02", .calendar, "2100-02-01", "2100-02-28"),
        ("2025-Q4", .calendar, "2025-10-01", "2025-12-31"),
        ("2025", .calendar, "2025-01-01", "2025-12-31"),
    ])
    func hasItsFirstAndLastDay(id: String, calendar: ReportingCalendar, first: String, last: String) throws {
        let period = try #require(Period(id, calendar: calendar))
        #expect(period.first.iso == first)
        #expect(period.last.iso == last)
        #expect(period.id == id)
        #expect(period.contains(period.first) && period.contains(period.last))
        #expect(!period.contains(period.first.advanced(by: -1)) && !period.contains(period.last.advanced(by: 1)))
    }

    @Test(arguments: ["", "2025-13", "2025-00", "2025-5", "25-05", "2025-Q5", "2025-05-01", "1999-01", "2025-3M", "٢٠٢٥-05", "2025-+5"])
    func refusesWhatIsNoPeriod(text: String) {
        #expect(Period(text, calendar: .calendar) == nil)
    }

    @Test func everyDayOfFourYearsIsInExactlyOneMonthOfEachCalendar() throws {
        let days = try #require(Day(iso: "2022-12-15"))
        for offset in 0..<1_461 {
            let day = days.advanced(by: offset)
            for calendar in ReportingCalendar.allCases {
                let months = (2022...2027).flatMap { year in (1...12).map { Period(calendar, year: year, months: $0...$0) } }
                #expect(months.count { $0.contains(day) } == 1)
                #expect(months.count { $0.contains(HalfMonth(day)) } == 1, "the half-month of \(day.iso) is in one month too")
            }
        }
    }

    @Test func aTrendEndsWithThePeriodAndCrossesTheYear() throws {
        let trend = try #require(Period("2025-02", calendar: .administrative)).trend(months: 3)
        #expect(trend.map(\.id) == ["2024-12", "2025-01", "2025-02"])
    }
}

@Suite struct InstantTests {
    /// 17:00Z is midnight in Vietnam: cutting in UTC would lose a day.
    @Test(arguments: [(1_751_302_799, "2025-06-30"), (1_751_302_800, "2025-07-01"), (-1, "1970-01-01"), (0, "1970-01-01"), (-25_201, "1969-12-31")])
    func belongsToTheVietnameseDay(seconds: Int, day: String) {
        #expect(Instant(secondsSinceEpoch: seconds).day.iso == day)
    }

    @Test func writesItselfWithTheOffset() {
        #expect(Instant(secondsSinceEpoch: 1_751_302_799).iso == "2025-06-30T23:59:59+07:00")
    }

    @Test func daysCountTheirOwnComponents() throws {
        for number in stride(from: -200_000, through: 200_000, by: 37) {
            let (year, month, day) = Day(number: number).components
            #expect(Day(year: year, month: month, day: day)?.number == number)
        }
        #expect(try #require(Day(iso: "2000-03-01")).number == 11_017)
        #expect(Day(iso: "2025-02-29") == nil)
        #expect(Day(iso: "2025-2-1") == nil)
        #expect(Day(iso: "2025-05-1a") == nil)
    }
}
