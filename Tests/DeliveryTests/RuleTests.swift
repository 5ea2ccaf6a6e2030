import Adoption
import Delivery
import Foundation
import Reporting
import Testing
import TestSupport

/// Days, one below the other as they are written: `2026-02-24 2026-03-17`.
private func isos(_ days: [Day]) -> String { days.map(\.iso).joined(separator: " ") }

private func day(_ iso: String) throws -> Day { try #require(Day(iso: iso)) }

/// The calendar that is shipped.
private func shipped() throws -> WorkingCalendar { try WorkingCalendar(path: Repository.root + "/reports/holidays.yaml") }

@Suite struct RuleTests {
    /// Worked out on paper calendars: 14/02/2026 is the Saturday before the week of Tết, 16 to 20 February.
    @Test(arguments: [
        ("the 14th", "2026-01-01", "2026-03-31", "2026-01-14 2026-02-14 2026-03-14"),
        ("the 31st", "2027-12-01", "2028-04-30", "2027-12-31 2028-01-31 2028-02-29 2028-03-31 2028-04-30"),
        ("the 30th", "2027-01-30", "2027-04-30", "2027-01-30 2027-02-28 2027-03-30 2027-04-30"),
        ("the 29th", "2028-02-01", "2029-03-01", "2028-02-29 2028-03-29 2028-04-29 2028-05-29 2028-06-29 2028-07-29 2028-08-29 2028-09-29 2028-10-29 2028-11-29 2028-12-29 2029-01-29 2029-02-28"),
        ("the last day of the month", "2028-02-28", "2028-03-31", "2028-02-29 2028-03-31"),
        ("the last day of the month", "2100-02-01", "2100-02-28", "2100-02-28"),
        ("the last day of the quarter", "2026-01-01", "2026-12-31", "2026-03-31 2026-06-30 2026-09-30 2026-12-31"),
        ("the first day of the quarter", "2026-01-01", "2026-12-31", "2026-01-01 2026-04-01 2026-07-01 2026-10-01"),
        ("the last day of the half-year", "2026-01-01", "2026-12-31", "2026-06-30 2026-12-31"),
        ("the first day of the half-year", "2026-01-02", "2027-01-01", "2026-07-01 2027-01-01"),
        ("the last day of the year", "2026-12-31", "2027-12-30", "2026-12-31"),
        ("the first day of the year", "2026-01-02", "2027-01-01", "2027-01-01"),
        // 30/4 and 01/5/2026 are off on Thursday and Friday; 31/5/2026 is a Sunday.
        ("the last working day of the month", "2026-04-01", "2026-05-31", "2026-04-29 2026-05-29"),
        ("the first working day of the month", "2026-01-01", "2026-05-31", "2026-01-05 2026-02-02 2026-03-02 2026-04-01 2026-05-04"),
        ("the first working day of the month", "2025-05-01", "2025-05-31", "2025-05-05"),
        ("the last working day of the year", "2026-01-01", "2027-12-31", "2026-12-31 2027-12-31"),
        ("the last working day of the quarter", "2028-12-01", "2028-12-31", "2028-12-29"),
        // Tết: after Saturday 14/02/2026 the first day worked is Monday the 23rd; in 2027 it is over by the 14th, a Sunday.
        ("two working days after the 14th", "2026-02-01", "2026-02-28", "2026-02-24"),
        ("2 Working  Days after the 14TH", "2027-02-01", "2027-02-28", "2027-02-16"),
        ("two working days after the 14th", "2025-01-01", "2025-03-31", "2025-01-16 2025-02-18 2025-03-18"),
        ("two working days before the 14th", "2026-02-01", "2026-02-28", "2026-02-12"),
        ("two working days before the 14th", "2027-02-01", "2027-02-28", "2027-02-11"),
        ("five working days before the 14th", "2027-02-01", "2027-02-28", "2027-02-01"),
        ("one working day after the 13th", "2026-02-13", "2026-03-01", "2026-02-23"),
        // Saturdays that make up: 26/4/2025, 10/01/2026, 22/8/2026.
        ("one working day after the 25th", "2025-04-01", "2025-04-30", "2025-04-26"),
        ("two working days after the 8th", "2026-01-01", "2026-01-31", "2026-01-10"),
        ("one working day before the 23rd", "2026-08-01", "2026-08-31", "2026-08-22"),
        ("one working day after the 21st", "2026-08-01", "2026-08-31", "2026-08-22"),
        ("every working day", "2026-08-20", "2026-09-04", "2026-08-20 2026-08-21 2026-08-22 2026-08-24 2026-08-25 2026-08-26 2026-08-27 2026-08-28 2026-09-03 2026-09-04"),
        // Over the end of the year: 01/01/2026 is off, 02/01 too, and a weekend follows.
        ("two working days after the last day of the year", "2026-01-01", "2026-12-31", "2026-01-06"),
        ("two working days before the first day of the year", "2026-01-01", "2026-12-31", "2026-12-30"),
        ("3 days after the 30th", "2026-12-01", "2027-03-31", "2026-12-03 2027-01-02 2027-02-02 2027-03-03"),
        ("10 days before the 1st", "2026-12-01", "2027-03-31", "2026-12-22 2027-01-22 2027-02-19 2027-03-22"),
        ("one day after the last day of the year", "2026-01-01", "2027-01-01", "2026-01-01 2027-01-01"),
        ("three days before the last working day of the month", "2026-05-01", "2026-05-31", "2026-05-26"),
        ("every Monday", "2026-12-25", "2027-01-12", "2026-12-28 2027-01-04 2027-01-11"),
        ("every monday and Thursday", "2026-12-28", "2027-01-04", "2026-12-28 2026-12-31 2027-01-04"),
        ("every Friday, Monday and Wednesday", "2026-11-23", "2026-11-29", "2026-11-23 2026-11-25 2026-11-27"),
        ("every day", "2028-02-28", "2028-03-01", "2028-02-28 2028-02-29 2028-03-01"),
        ("every day", "2028-03-01", "2028-02-28", ""),
    ])
    func fallsOnItsDays(text: String, first: String, last: String, expected: String) throws {
        let rule = try #require(Rule(text))
        #expect(rule.text == text)
        #expect(try isos(rule.days(from: day(first), through: day(last), shipped())) == expected)
    }

    /// Where no holidays are known, weekends are.
    @Test func knowsWeekendsWithoutAFile() throws {
        let rule = try #require(Rule("two working days after the 14th"))
        #expect(try isos(rule.days(from: day("2026-02-01"), through: day("2026-02-28"), .weekends)) == "2026-02-17")
        #expect(WorkingCalendar.weekends.knownThrough == nil)
    }

    @Test(arguments: [
        "", "14th", "the 14", "the 0th", "the 32nd", "the 1th", "the 11st", "the 22th", "the 14th of the month", "the last day", "the last day of month", "the last working days of the month",
        "the second day of the month", "the last day of the week", "working days after the 14th", "zero working days after the 14th", "0 days after the 14th", "61 days after the 14th",
        "-1 days after the 14th", "+2 days after the 14th", "02 days after the 14th", "eleven days after the 14th", "two working after the 14th", "two days the 14th", "two days after 14th",
        "two days after two days after the 14th", "two days after every Monday", "every", "every Mon", "every Monday and", "every and Monday", "every Monday Thursday", "every Monday, and Friday", "every Monday and Monday",
        "every working days", "each Monday", "ngày 14", "the last day of the quarter year", "the ١٤th",
    ])
    func refusesWhatIsNoPhrase(text: String) { #expect(Rule(text) == nil) }

    @Test(arguments: [
        ("two working days after the 14th", "2 ngày làm việc sau ngày 14", "2 working days after the 14th"),
        ("one day before the last day of the quarter", "1 ngày trước ngày cuối quý", "1 day before the last day of the quarter"),
        ("the 14th", "ngày 14 hằng tháng", "the 14th of each month"),
        ("the 31st", "ngày 31 (tháng ngắn hơn: ngày cuối tháng)", "the 31st (the last day of shorter months)"),
        ("the first day of the half-year", "ngày đầu nửa năm", "the first day of the half-year"),
        ("the last working day of the month", "ngày làm việc cuối cùng của tháng", "the last working day of the month"),
        ("every Thursday and Monday", "thứ Hai, thứ Năm hằng tuần", "every Monday, Thursday"),
        ("every working day", "mỗi ngày làm việc", "every working day"),
        ("every day", "hằng ngày", "every day"),
    ])
    func saysItselfInBothLanguages(text: String, vietnamese: String, english: String) throws {
        let rule = try #require(Rule(text))
        #expect(rule.words(.vietnamese) == vietnamese)
        #expect(rule.words(.english) == english)
    }
}

@Suite struct WorkingCalendarTests {
    /// The weekdays off and the weekend days worked of each year, by the law and the notices that the file names.
    @Test(arguments: [
        (2025, "01-01 01-27 01-28 01-29 01-30 01-31 04-07 04-30 05-01 05-02 09-01 09-02", "04-26"),
        (2026, "01-01 01-02 02-16 02-17 02-18 02-19 02-20 04-27 04-30 05-01 08-31 09-01 09-02 11-24", "01-10 08-22"),
        (2027, "01-01 02-04 02-05 02-08 02-09 02-10 04-16 04-30 05-03 09-02 09-03 11-24", ""),
        (2028, "", ""),
    ])
    func theShippedFileHasTheHolidaysOfTheYear(year: Int, off: String, working: String) throws {
        let calendar = try shipped()
        let days = WallDay.all.filter { $0.year == year }
        #expect(days.filter { !$0.isWeekend && !calendar.isWorking($0.day) }.map { String($0.iso.dropFirst(5)) }.joined(separator: " ") == off)
        #expect(days.filter { $0.isWeekend && calendar.isWorking($0.day) }.map { String($0.iso.dropFirst(5)) }.joined(separator: " ") == working)
        #expect(days.filter { calendar.holiday($0.day) != nil && !$0.isWeekend }.count == off.split(separator: " ").count, "each day off has a name")
    }

    @Test func eachDayHasItsNameAndDocument() throws {
        let calendar = try shipped()
        #expect(try calendar.holiday(day("2026-02-17"))?.vi == "Tết Nguyên đán Bính Ngọ")
        #expect(try calendar.holiday(day("2026-02-21")) == nil, "a weekend has no name of its own")
        #expect(try calendar.holiday(day("2026-08-22")) == nil, "a day that is worked is no holiday")
        #expect(try calendar.entry(day("2026-08-22"))?.document.number == "9441/TB-BNV")
        for day in WallDay.all { if let entry = calendar.entry(day.day) { #expect(!entry.document.number.isEmpty && entry.document.date != nil && !entry.name.vi.isEmpty && !entry.name.en.isEmpty, "\(day.iso)") } }
        #expect(calendar.knownThrough?.iso == "2026-12-31")
    }

    /// Friday 13/02/2026 and Monday 23/02/2026 are neighbours.
    @Test(arguments: [
        ("2026-02-13", 1, "2026-02-23"), ("2026-02-23", -1, "2026-02-13"), ("2026-02-17", 1, "2026-02-23"), ("2026-02-17", -1, "2026-02-13"), ("2026-02-17", 0, "2026-02-17"),
        ("2026-08-21", 1, "2026-08-22"), ("2026-08-28", 1, "2026-09-03"), ("2026-09-03", -6, "2026-08-22"), ("2025-12-31", 1, "2026-01-05"), ("2026-01-09", 2, "2026-01-12"), ("2026-11-23", 1, "2026-11-25"),
    ])
    func countsWorkingDays(from: String, count: Int, expected: String) throws {
        #expect(try shipped().advanced(day(from), byWorkingDays: count).iso == expected)
    }

    @Test(arguments: [
        ("known_through: 2026-12-31\n", "", "holidays.yaml:1: 'known_through' is missing"),
        ("known_through: 2026-12-31", "known_trough: 2026-12-31", "holidays.yaml:1: 'known_trough' is not known here; did you mean 'known_through'?"),
        ("known_through: 2026-12-31", "known_through: 31/12/2026", "holidays.yaml:1: 'known_through' must be a day such as 2025-05-14"),
        ("off:", "of:", "holidays.yaml:3: 'of' is not known here; did you mean 'off'?"),
        ("day: 2026-09-02", "day: 2026-09-31", "holidays.yaml:3: 'day' must be a day such as 2025-05-14"),
        ("day: 2026-09-02", "daz: 2026-09-02", "holidays.yaml:3: 'daz' is not known here; did you mean 'day'?"),
        ("day: 2026-09-02, ", "", "holidays.yaml:3: 'day' is missing; write one such as 2026-09-02, or 'from' and 'to' for several"),
        ("day: 2026-09-02, ", "day: 2026-09-02, to: 2026-09-03, ", "holidays.yaml:3: 'day' is one day and 'from' with 'to' are several"),
        (", document: {number: A}", "", "holidays.yaml:3: 'document' is missing"),
        ("{number: A}", "{nummer: A}", "holidays.yaml:3: 'nummer' is not known here; did you mean 'number'?"),
        ("name: {vi: a, en: b}, document: {number: A}", "name: {vi: a}, document: {number: A}", "holidays.yaml:3: 'en' is missing"),
        ("to: 2026-02-20", "to: 2026-02-15", "holidays.yaml:4: 'to' is before 'from'"),
        ("to: 2026-02-20", "to: 2026-12-20", "holidays.yaml:4: from 2026-02-16 to 2026-12-20 are more than 31 days"),
        ("from: 2026-02-16, to: 2026-02-20", "from: 2026-09-01, to: 2026-09-03", "holidays.yaml:4: 2026-09-02 is off already"),
        ("day: 2026-08-22", "day: 2026-09-02", "holidays.yaml:6: 2026-09-02 is a day off too"),
        ("day: 2026-08-22", "day: 2026-08-21", "holidays.yaml:6: 2026-08-21 is no Saturday or Sunday and is worked anyhow; leave it out"),
        ("day: 2026-08-22", "day: 2026-08-23", "holidays.yaml:7: 2026-08-23 stands twice; leave one out"),
        ("day: 2026-08-22, ", "", "holidays.yaml:6: 'day' is missing: a Saturday or Sunday that is worked"),
    ])
    func aMistakeIsToldWithItsLine(right: String, wrong: String, message: String) throws {
        let text = """
            known_through: 2026-12-31
            off:
              - {day: 2026-09-02, name: {vi: a, en: b}, document: {number: A}}
              - {from: 2026-02-16, to: 2026-02-20, name: {vi: c, en: d}, document: {number: B}}
            working:
              - {day: 2026-08-22, name: {vi: e, en: f}, document: {number: C}}
              - {day: 2026-08-23, name: {vi: e, en: f}, document: {number: C}}

            """
        let folder = try Folder()
        #expect(text.contains(right))
        _ = try WorkingCalendar(path: folder.file("holidays.yaml", text))
        var changed = text
        changed.replaceSubrange(try #require(text.range(of: right)), with: wrong)
        let path = try folder.file("holidays.yaml", changed)
        let error = #expect(throws: InputError.self) { try WorkingCalendar(path: path) }
        #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
    }
}

@Suite struct ScheduleTests {
    private func schedule(_ phrase: String, _ span: Span = .month, isRunning: Bool = false, calendar: ReportingCalendar = .administrative, secondOfDay: Int = Schedule.usualSecondOfDay) throws -> Schedule {
        Schedule(
            id: "s", title: Text(vi: "", en: ""), what: .reports(["unit-monthly"]), rule: try #require(Rule(phrase)), secondOfDay: secondOfDay, span: span, isRunning: isRunning, calendar: calendar,
            recipients: [.role(.head)])
    }

    @Test(arguments: [
        (Span.month, ReportingCalendar.administrative, "2025-05-15", "2025-05"), (.month, .administrative, "2025-05-14", "2025-04"), (.month, .administrative, "2025-01-14", "2024-12"),
        (.month, .administrative, "2025-01-15", "2025-01"), (.month, .administrative, "2024-12-31", "2024-12"), (.month, .calendar, "2028-03-01", "2028-02"), (.month, .calendar, "2028-02-29", "2028-01"),
        (.month, .calendar, "2026-01-01", "2025-12"), (.quarter, .administrative, "2025-03-15", "2025-Q1"), (.quarter, .administrative, "2025-03-14", "2024-Q4"),
        (.quarter, .administrative, "2024-12-15", "2024-Q4"), (.quarter, .calendar, "2025-03-31", "2024-Q4"), (.quarter, .calendar, "2025-04-01", "2025-Q1"),
        (.sixMonths, .administrative, "2025-06-15", "2025-6M"), (.sixMonths, .administrative, "2025-06-14", "2024-6M"), (.sixMonths, .administrative, "2026-01-01", "2025-6M"),
        (.nineMonths, .calendar, "2025-10-01", "2025-9M"), (.nineMonths, .calendar, "2025-09-30", "2024-9M"), (.year, .administrative, "2025-12-15", "2025"), (.year, .administrative, "2025-12-14", "2024"),
        (.year, .calendar, "2026-01-01", "2025"), (.year, .calendar, "2025-12-31", "2024"),
    ])
    func isAboutThePeriodThatEndedLast(span: Span, calendar: ReportingCalendar, on: String, expected: String) throws {
        #expect(try schedule("the 14th", span, calendar: calendar).period(on: day(on)).id == expected)
    }

    /// Records reach to the evening before: on the 15th a digest is about the month that ended the day before, and not about one without a record.
    @Test(arguments: [
        (Span.month, ReportingCalendar.administrative, "2025-05-19", "2025-06"), (.month, .administrative, "2025-09-15", "2025-09"), (.month, .administrative, "2025-09-16", "2025-10"),
        (.month, .administrative, "2025-12-20", "2026-01"), (.month, .calendar, "2025-12-20", "2025-12"), (.quarter, .administrative, "2025-12-16", "2026-Q1"), (.year, .calendar, "2025-12-31", "2025"),
        (.year, .administrative, "2025-12-16", "2026"),
    ])
    func isAboutThePeriodThatYesterdayIsIn(span: Span, calendar: ReportingCalendar, on: String, expected: String) throws {
        #expect(try schedule("every day", span, isRunning: true, calendar: calendar).period(on: day(on)).id == expected)
    }

    @Test func aFinishedPeriodHasOneKeyAndARunningOneHasOneADay() throws {
        let monthly = try schedule("every day")
        #expect(try monthly.runKey(due: Instant(local: day("2025-05-16"))) == "s/2025-05/administrative")
        #expect(try monthly.runKey(due: Instant(local: day("2025-06-14"), secondOfDay: 86_399)) == "s/2025-05/administrative")
        #expect(try schedule("every day", .quarter, calendar: .calendar).runKey(due: Instant(local: day("2025-05-16"))) == "s/2025-Q1/calendar")
        #expect(try schedule("every day", isRunning: true).runKey(due: Instant(local: day("2025-05-19"))) == "s/2025-05-19")
    }

    /// 07:30 in Vietnam is 00:30 in UTC, whatever zone the server keeps; nothing asks the machine for its zone.
    @Test func isDueByVietnameseTime() throws {
        let monthly = try schedule("two working days after the 14th")
        let may = Instant(secondsSinceEpoch: 1_747_355_400)
        #expect(may.iso == "2025-05-16T07:30:00+07:00")
        #expect(try monthly.occasions(after: Instant(local: day("2025-05-01")), count: 1, shipped()) == [may])
        // 23:00Z of the 15th is the 16th already.
        #expect(try monthly.occasions(after: Instant(secondsSinceEpoch: 1_747_350_000), count: 1, shipped()) == [may])
        let late = try schedule("the 14th", secondOfDay: 23 * 3_600 + 59 * 60)
        #expect(try late.occasions(after: Instant(local: day("2025-05-14")), count: 1, shipped()).map(\.iso) == ["2025-05-14T23:59:00+07:00"])
        #expect(try late.runKey(due: Instant(local: day("2025-05-14"), secondOfDay: 86_340)) == "s/2025-04/administrative", "the 14th itself is not over")
    }

    @Test func occasionsBeginAfterOneMomentAndEndWithAnother() throws {
        let (monthly, calendar) = (try schedule("two working days after the 14th"), try shipped())
        let may = Instant(secondsSinceEpoch: 1_747_355_400)
        let before = Instant(secondsSinceEpoch: may.secondsSinceEpoch - 1)
        #expect(monthly.occasions(after: before, through: may, calendar) == [may])
        #expect(monthly.occasions(after: may, through: may, calendar) == [])
        #expect(monthly.occasions(after: before, through: before, calendar) == [])
        #expect(monthly.occasions(after: may, through: before, calendar) == [])
        #expect(monthly.occasions(after: may, count: 0, calendar) == [])
        let june = try day("2025-06-17")
        #expect(monthly.occasions(after: may, count: 1, calendar).map(\.day) == [june], "14/6/2025 is a Saturday")
        #expect(monthly.occasions(after: may, count: 3, calendar).map(\.day.iso) == ["2025-06-17", "2025-07-16", "2025-08-18"])
    }

    /// A rule that comes every month makes a quarter's report four times a year, and a year's once.
    @Test func aDayWithoutAFurtherPeriodIsNoOccasion() throws {
        let from = Instant(local: try day("2025-01-01"))
        #expect(try schedule("two working days after the 14th", .quarter).occasions(after: from, count: 5, shipped()).map(\.day.iso) == ["2025-03-18", "2025-06-17", "2025-09-16", "2025-12-16", "2026-03-17"])
        #expect(try schedule("every working day").occasions(after: from, count: 3, shipped()).map(\.day.iso) == ["2025-01-15", "2025-02-17", "2025-03-17"])
        #expect(try schedule("the 31st", .year).occasions(after: from, count: 2, shipped()).map(\.day.iso) == ["2025-12-31", "2026-12-31"])
        #expect(try schedule("every Monday", isRunning: true).occasions(after: from, count: 3, shipped()).map(\.day.iso) == ["2025-01-06", "2025-01-13", "2025-01-20"])
    }

    /// A rule around a period's end may pass over it; the next day is about both.
    @Test func noPeriodIsLostToARuleThatFallsNowBeforeAndNowAfterItsEnd() throws {
        let (straddling, calendar) = (try schedule("one working day before the 16th"), try shipped())
        // 15/01/2026 is a Thursday: January is over. 16/02 is in Tết: the day before is Friday the 13th. 16/03 is a Monday: Friday the 13th. 15/04 is a Wednesday.
        let due = straddling.occasions(after: Instant(local: try day("2026-01-01")), through: Instant(local: try day("2026-04-30")), calendar)
        #expect(due.map(\.day.iso) == ["2026-01-15", "2026-03-13", "2026-04-15"])
        #expect(due.map { straddling.periods(due: $0, calendar).map(\.id) } == [["2026-01"], ["2026-02"], ["2026-03", "2026-04"]])
        let yearly = try schedule("the last day of the year", .quarter)
        #expect(try yearly.periods(due: Instant(local: day("2026-12-31")), calendar).map(\.id) == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"])
    }

    /// Ten years of each rule, beside a count on the wall calendar that shares nothing with it: the same days, and one run for each period in its order.
    @Test(arguments: TenYears.rules)
    func tenYearsHaveOneRunForEachPeriod(rule: TenYears.Example) throws {
        let calendar = try shipped()
        let (first, last) = (try day("2025-01-01"), try day("2034-12-31"))
        let parsed = try #require(Rule(rule.phrase))
        let days = parsed.days(from: first, through: last, calendar)
        #expect(days.map(\.iso) == rule.expected().filter { $0 >= first.iso && $0 <= last.iso }, "\(rule.phrase)")
        #expect((first.number...last.number).flatMap { parsed.days(from: Day(number: $0), through: Day(number: $0), calendar) } == days, "\(rule.phrase): asked day by day")
        for (span, calendars) in [(Span.month, ReportingCalendar.allCases), (.quarter, [.administrative]), (.sixMonths, [.calendar]), (.nineMonths, [.administrative]), (.year, ReportingCalendar.allCases)] {
            for kind in calendars {
                let schedule = try schedule(rule.phrase, span, calendar: kind)
                let due = schedule.occasions(after: Instant(local: first), through: Instant(local: last, secondOfDay: 86_399), calendar)
                let periods = due.flatMap { schedule.periods(due: $0, calendar) }
                let ends = periods.map(\.last)
                #expect(Set(periods.map { schedule.runKey(period: $0, due: due[0]) }).count == periods.count && ends == ends.sorted(), "\(rule.phrase), \(span): none twice")
                // From the first period that was due to the last that ended before the last occasion.
                let all = TenYears.periods(span, kind).filter { $0.last >= ends[0] && $0.last < due[due.count - 1].day }
                #expect(periods == all, "\(rule.phrase), \(span): none left out")
                #expect(zip(due, due.dropFirst()).allSatisfy { $0 < $1 } && due.allSatisfy { $0.secondOfDay == 27_000 })
                #expect(due.allSatisfy { moment in schedule.periods(due: moment, calendar).last == schedule.period(on: moment.day) })
            }
        }
    }

    /// Asked in pieces, as a server does that looks every minute or was off for a while, it is due at the same moments.
    @Test(arguments: ["two working days after the 14th", "the 31st", "every Monday and Thursday", "the last working day of the quarter", "9 working days after the 1st"])
    func piecesOfTimeHaveTheSameOccasions(phrase: String) throws {
        let calendar = try shipped()
        var generator = SeededGenerator(seed: 20_260_214)
        let (first, last) = (Instant(local: try day("2025-11-01")), Instant(local: try day("2027-06-30")))
        for span in [Span.month, .quarter, .year] {
            let schedule = try schedule(phrase, span)
            let whole = schedule.occasions(after: first, through: last, calendar)
            var (pieces, moment) = ([Instant](), first)
            while moment < last {
                let next = min(last, Instant(secondsSinceEpoch: moment.secondsSinceEpoch + Int.random(in: 1...2_000_000, using: &generator)))
                pieces += schedule.occasions(after: moment, through: next, calendar)
                moment = next
            }
            #expect(pieces == whole && schedule.occasions(after: first, count: whole.count, calendar) == whole, "\(phrase), \(span)")
        }
    }
}

// MARK: An independent count

/// One day as the calendar of Foundation has it.
struct WallDay: Sendable {
    let iso: String
    let year, month, dayOfMonth: Int
    let isWeekend, isMonthEnd: Bool
    let weekday: String

    var day: Day { Day(iso: iso) ?? Day(number: 0) }

    /// From 2024 to 2036.
    static let all: [WallDay] = {
        var calendar = Calendar(identifier: .gregorian)
        guard let zone = TimeZone(secondsFromGMT: 0), let first = calendar.date(from: DateComponents(timeZone: zone, year: 2024, month: 1, day: 1)) else { return [] }
        calendar.timeZone = zone
        let names = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
        return (0..<4_749).map { number in
            let date = first.addingTimeInterval(Double(number) * 86_400)
            let parts = calendar.dateComponents([.year, .month, .day, .weekday], from: date)
            let next = calendar.component(.day, from: date.addingTimeInterval(86_400))
            let (year, month, day, weekday) = (parts.year ?? 0, parts.month ?? 0, parts.day ?? 0, parts.weekday ?? 1)
            return WallDay(
                iso: String(format: "%04d-%02d-%02d", year, month, day), year: year, month: month, dayOfMonth: day, isWeekend: weekday == 1 || weekday == 7, isMonthEnd: next == 1, weekday: names[weekday - 1])
        }
    }()
}

enum TenYears {
    struct Example: Sendable, CustomTestStringConvertible {
        let phrase: String
        /// All days of the wall calendar on which it is due.
        let expected: @Sendable () -> [String]

        var testDescription: String { phrase }
    }

    /// Weekdays off, as the law and the notices give them.
    private static let off: Set<String> = [
        "2025-01-01", "2025-01-27", "2025-01-28", "2025-01-29", "2025-01-30", "2025-01-31", "2025-04-07", "2025-04-30", "2025-05-01", "2025-05-02", "2025-09-01", "2025-09-02",
        "2026-01-01", "2026-01-02", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20", "2026-04-27", "2026-04-30", "2026-05-01", "2026-08-31", "2026-09-01", "2026-09-02", "2026-11-24",
        "2027-01-01", "2027-02-04", "2027-02-05", "2027-02-08", "2027-02-09", "2027-02-10", "2027-04-16", "2027-04-30", "2027-05-03", "2027-09-02", "2027-09-03", "2027-11-24",
    ]
    private static let worked: Set<String> = ["2025-04-26", "2026-01-10", "2026-08-22"]

    private static func isWorked(_ day: WallDay) -> Bool { worked.contains(day.iso) || !day.isWeekend && !off.contains(day.iso) }

    private typealias Choice = @Sendable (WallDay) -> Bool

    private static func plain(_ phrase: String, _ chosen: @escaping Choice) -> Example { Example(phrase: phrase) { WallDay.all.filter(chosen).map(\.iso) } }

    /// Goes day by day from each anchor and counts.
    private static func moved(_ phrase: String, by count: Int, workingDays: Bool, from anchor: @escaping Choice) -> Example {
        Example(phrase: phrase) {
            WallDay.all.indices.filter { anchor(WallDay.all[$0]) }.compactMap { begin in
                var (place, left) = (begin, abs(count))
                while left > 0 {
                    place += count.signum()
                    guard WallDay.all.indices.contains(place) else { return nil }
                    if !workingDays || isWorked(WallDay.all[place]) { left -= 1 }
                }
                return WallDay.all[place].iso
            }
        }
    }

    /// The last, or first, of the worked days of each month that is one of `months`.
    private static func worked(_ phrase: String, isFirst: Bool, unit: Int) -> Example {
        Example(phrase: phrase) {
            let units = Dictionary(grouping: WallDay.all.filter(isWorked)) { ($0.year * 12 + $0.month - 1) / unit }
            return units.values.compactMap { isFirst ? $0.first?.iso : $0.last?.iso }.sorted()
        }
    }

    static let rules: [Example] = [
        plain("the 14th") { $0.dayOfMonth == 14 },
        plain("the 1st") { $0.dayOfMonth == 1 },
        plain("the 29th") { $0.dayOfMonth == 29 || $0.isMonthEnd && $0.dayOfMonth < 29 },
        plain("the 30th") { $0.dayOfMonth == 30 || $0.isMonthEnd && $0.dayOfMonth < 30 },
        plain("the 31st") { $0.isMonthEnd },
        plain("the last day of the month") { $0.isMonthEnd },
        plain("the first day of the quarter") { $0.dayOfMonth == 1 && [1, 4, 7, 10].contains($0.month) },
        plain("the last day of the quarter") { $0.isMonthEnd && [3, 6, 9, 12].contains($0.month) },
        plain("the last day of the half-year") { $0.isMonthEnd && [6, 12].contains($0.month) },
        plain("the last day of the year") { $0.isMonthEnd && $0.month == 12 },
        plain("the first day of the year") { $0.dayOfMonth == 1 && $0.month == 1 },
        plain("every Monday") { $0.weekday == "Monday" },
        plain("every Monday, Wednesday and Sunday") { ["Monday", "Wednesday", "Sunday"].contains($0.weekday) },
        plain("every day") { _ in true },
        plain("every working day") { isWorked($0) },
        worked("the first working day of the month", isFirst: true, unit: 1),
        worked("the last working day of the month", isFirst: false, unit: 1),
        worked("the last working day of the quarter", isFirst: false, unit: 3),
        worked("the first working day of the half-year", isFirst: true, unit: 6),
        worked("the last working day of the year", isFirst: false, unit: 12),
        moved("two working days after the 14th", by: 2, workingDays: true) { $0.dayOfMonth == 14 },
        moved("one working day after the 14th", by: 1, workingDays: true) { $0.dayOfMonth == 14 },
        moved("two working days before the 14th", by: -2, workingDays: true) { $0.dayOfMonth == 14 },
        moved("one working day before the 16th", by: -1, workingDays: true) { $0.dayOfMonth == 16 },
        moved("9 working days after the 1st", by: 9, workingDays: true) { $0.dayOfMonth == 1 },
        moved("ten working days after the 31st", by: 10, workingDays: true) { $0.isMonthEnd },
        moved("60 working days after the last day of the year", by: 60, workingDays: true) { $0.isMonthEnd && $0.month == 12 },
        moved("3 working days before the last day of the quarter", by: -3, workingDays: true) { $0.isMonthEnd && $0.month % 3 == 0 },
        moved("3 days after the 30th", by: 3, workingDays: false) { $0.dayOfMonth == 30 || $0.isMonthEnd && $0.dayOfMonth < 30 },
        moved("45 days before the first day of the year", by: -45, workingDays: false) { $0.dayOfMonth == 1 && $0.month == 1 },
    ]

    /// From 2022 to 2035, in the order of their ends, as TT 01/2020/TT-VPCP and the national portal have them.
    static func periods(_ span: Span, _ calendar: ReportingCalendar) -> [Period] {
        (2022...2035).flatMap { year -> [Period] in
            switch span {
            case .month: (1...12).map { Period(calendar, year: year, months: $0...$0) }
            case .quarter: [1...3, 4...6, 7...9, 10...12].map { Period(calendar, year: year, months: $0) }
            case .sixMonths: [Period(calendar, year: year, months: 1...6)]
            case .nineMonths: [Period(calendar, year: year, months: 1...9)]
            case .year: [Period(calendar, year: year, months: 1...12)]
            }
        }
    }
}
