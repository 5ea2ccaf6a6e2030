import Adoption
import Delivery
import Foundation
import Pipeline
import Reporting
import Testing
import TestSupport

@Suite struct ScheduleFileTests {
    private func reports() throws -> [ReportDefinition] { try Home(path: Repository.root, program: "").reports }

    private static let text = """
        schedules:
          - id: unit-monthly
            title: {vi: Báo cáo tháng, en: Monthly report}
            reports: [unit-monthly, provincial-review]
            due: two working days after the 14th
            at: "08:05"
            period: finished month
            calendar: administrative
            gate: final
            wait_days: 3
            missed: newest
            revisions: no
            formats: [xlsx, pdf]
            language: en
            to: {roles: [head, reviewer], accounts: [An.Tran], folders: [van-thu], webhooks: [dashboard]}
            units: ["616", "62.SYT"]
          - id: reminder
            title: {vi: Nhắc, en: Reminder}
            reminder: yes
            due: 2 working days before the 14th
            period: running month
            to: {roles: [clerk]}
          - id: digest
            title: {vi: Tuần, en: Week}
            reports: [provincial-review]
            due: every Monday
            period: running month
            to: {roles: [reviewer]}
          - id: quarterly
            title: {vi: Quý, en: Quarter}
            reports: [long-review]
            due: the 20th
            at: 00:00
            period: finished quarter
            calendar: calendar
            to: {accounts: [an]}

        """

    private func read(_ text: String) throws -> [Schedule] {
        let folder = try Folder()
        return try ScheduleFile(path: folder.file("schedules.yaml", text), reports: reports()).schedules
    }

    @Test func readsEveryKey() throws {
        let schedules = try read(Self.text)
        #expect(schedules.map(\.id) == ["unit-monthly", "reminder", "digest", "quarterly"])
        #expect(schedules[0] == Schedule(
            id: "unit-monthly", title: Text(vi: "Báo cáo tháng", en: "Monthly report"), what: .reports(["unit-monthly", "provincial-review"]), rule: try #require(Rule("two working days after the 14th")),
            secondOfDay: 29_100, span: .month, isRunning: false, calendar: .administrative, gate: .final, waitDays: 3, missed: .newest, announcesRevisions: false, formats: ["xlsx", "pdf"],
            language: .english, recipients: [.role(.head), .role(.reviewer), .account("an.tran"), .folder("van-thu"), .webhook("dashboard")], units: ["616", "62.SYT"]))
        #expect(schedules[3].span == .quarter && schedules[3].calendar == .calendar && schedules[3].secondOfDay == 0)
    }

    /// What is left out has the value that is usual for its kind.
    @Test func whatIsLeftOutIsUsual() throws {
        let schedules = try read(Self.text)
        let (reminder, digest, quarterly) = (schedules[1], schedules[2], schedules[3])
        #expect(reminder.what == .reminder && reminder.isRunning && reminder.missed == .skip && !reminder.announcesRevisions && reminder.secondOfDay == 27_000)
        #expect(digest.gate == .provisional && digest.missed == .newest && !digest.announcesRevisions && digest.calendar == .administrative)
        #expect(quarterly.gate == .complete && quarterly.missed == .make && quarterly.announcesRevisions && quarterly.waitDays == 15 && quarterly.formats == ["xlsx"] && quarterly.language == nil && quarterly.units == [])
    }

    @Test func aFileWithoutSchedulesIsNoMistake() throws { #expect(try read("schedules: []\n").isEmpty) }

    @Test(arguments: [
        ("schedules:", "schedule:", "schedules.yaml:2: 'schedule' is not known here; did you mean 'schedules'?"),
        ("wait_days: 3", "wait_day: 3", "schedules.yaml:10: 'wait_day' is not known here; did you mean 'wait_days'?"),
        ("- id: unit-monthly\n    title", "- title", "schedules.yaml:2: 'id' is missing"),
        ("id: unit-monthly", "id: Unit monthly", "schedules.yaml:2: 'Unit monthly' in 'id' must be at most 60 small letters"),
        ("id: digest", "id: reminder", "schedules.yaml:23: there is a schedule 'reminder' above already; give this one another id"),
        ("{vi: Nhắc, en: Reminder}", "{vi: Nhắc}", "schedules.yaml:18: 'en' is missing"),
        ("[unit-monthly, provincial-review]", "[unit-montly]", "schedules.yaml:4: 'unit-montly' is not known for 'reports'; did you mean 'unit-monthly'?"),
        ("[unit-monthly, provincial-review]", "[unit-monthly, unit-monthly]", "schedules.yaml:4: 'unit-monthly' stands twice in 'reports'; leave one out"),
        ("[unit-monthly, provincial-review]", "[]", "schedules.yaml:4: 'reports' is an empty list"),
        ("    reports: [unit-monthly, provincial-review]\n", "", "schedules.yaml:2: 'reports' is missing: what is sent, such as [unit-monthly]; or write 'reminder: yes'"),
        ("[unit-monthly, provincial-review]", "[public-unit]", "schedules.yaml:4: 'public-unit' is for outsiders and hides small counts; it is published by hand"),
        ("[unit-monthly, provincial-review]", "[long-review]", "schedules.yaml:4: 'long-review' is about periods of other lengths (quarter, six-months, nine-months, year) than 'period' says"),
        ("[unit-monthly, provincial-review]", "[portal-evaluation]", "schedules.yaml:4: 'portal-evaluation' is about periods of the other calendar; write 'calendar: calendar'"),
        ("reminder: yes", "reminder: perhaps", "schedules.yaml:19: 'reminder' must be true or false"),
        ("reminder: yes", "reminder: yes\n    reports: [unit-monthly]", "schedules.yaml:20: a reminder is a letter and no report; leave 'reports' out, or 'reminder'"),
        ("reminder: yes", "reminder: yes\n    gate: final", "schedules.yaml:20: 'gate' is about reports, and a reminder is a letter; leave it out"),
        ("reminder: yes", "reminder: yes\n    formats: [xlsx]", "schedules.yaml:20: 'formats' is about reports, and a reminder is a letter; leave it out"),
        ("reminder: yes", "reminder: yes\n    missed: make", "schedules.yaml:20: reminders of months that are over help nobody; write 'missed: skip' or 'missed: newest'"),
        ("{roles: [clerk]}", "{folders: [van-thu]}", "schedules.yaml:22: a reminder is a letter to people; leave 'folders' out"),
        ("before the 14th\n    period: running month", "before the 14th\n    period: finished month", "schedules.yaml:21: a reminder comes before the period ends; write 'period: running month'"),
        ("two working days after the 14th", "two workng days after the 14th", "schedules.yaml:5: 'due' has the word 'workng', which no phrase has; did you mean 'working'? Write for example 'two working days after the 14th', "),
        ("two working days after the 14th", "too working days after the 14th", "schedules.yaml:5: 'due' has the word 'too', which no phrase has; did you mean 'two'?"),
        ("two working days after the 14th", "two working days after the 14rd", "schedules.yaml:5: 'due' has the word '14rd', which no phrase has; did you mean '14th'?"),
        ("two working days after the 14th", "every Mondays and Thursday", "schedules.yaml:5: 'due' has the word 'mondays', which no phrase has; did you mean 'monday'?"),
        ("two working days after the 14th", "the last day of the months", "schedules.yaml:5: 'due' has the word 'months', which no phrase has; did you mean 'month'?"),
        ("two working days after the 14th", "hằng tháng vào ngày mười bốn", "schedules.yaml:5: 'due' has the word 'hằng', which no phrase has; write for example"),
        ("two working days after the 14th", "working days after the 14th", "schedules.yaml:5: 'due' is no phrase that is known; write for example 'two working days after the 14th', 'the last day of the month', "),
        ("    due: the 20th\n", "", "schedules.yaml:29: 'due' is missing"),
        ("\"08:05\"", "8:05", "schedules.yaml:6: 'at' must be a time of day in Vietnam from 00:00 to 23:59, such as 07:30"),
        ("\"08:05\"", "24:00", "schedules.yaml:6: 'at' must be a time of day"), ("\"08:05\"", "08:60", "schedules.yaml:6: 'at' must be a time of day"),
        ("\"08:05\"", "0805", "schedules.yaml:6: 'at' must be a time of day"), ("\"08:05\"", "+8:05", "schedules.yaml:6: 'at' must be a time of day"), ("\"08:05\"", "8h30", "schedules.yaml:6: 'at' must be a time of day"),
        ("period: finished month", "period: finished months", "schedules.yaml:7: 'finished months' is not known for 'period'; did you mean 'finished month'?"),
        ("period: finished month", "period: running six-months", "schedules.yaml:7: half years and nine months begin in January, so many a day is in none; write 'finished six-months', or 'running year'"),
        ("    period: finished quarter\n", "", "schedules.yaml:29: 'period' is missing"),
        ("calendar: administrative", "calendar: administrativ", "schedules.yaml:8: 'administrativ' is not known for 'calendar'; did you mean 'administrative'?"),
        ("gate: final", "gate: finale", "schedules.yaml:9: 'finale' is not known for 'gate'; did you mean 'final'?"),
        ("due: every Monday", "due: every Monday\n    gate: complete", "schedules.yaml:27: a period that is still running is never complete; write 'gate: provisional', or a finished period in 'period'"),
        ("due: every Monday", "due: every Monday\n    revisions: yes", "schedules.yaml:27: figures of a period that is still running change every day; leave 'revisions' out"),
        ("wait_days: 3", "wait_days: 91", "schedules.yaml:10: 'wait_days' must be from 0 to 90"), ("wait_days: 3", "wait_days: some", "schedules.yaml:10: 'wait_days' must be a whole number"),
        ("missed: newest", "missed: newst", "schedules.yaml:11: 'newst' is not known for 'missed'; did you mean 'newest'?"),
        ("revisions: no", "revisions: maybe", "schedules.yaml:12: 'revisions' must be true or false"),
        ("[xlsx, pdf]", "[xlsx, pfd]", "schedules.yaml:13: 'pfd' is not known for 'formats'; did you mean 'pdf'?"),
        ("language: en", "language: eng", "schedules.yaml:14: 'eng' is not known for 'language'; did you mean 'en'?"),
        ("[head, reviewer]", "[heads]", "schedules.yaml:15: 'heads' is not known for 'roles'; did you mean 'head'?"),
        ("[head, reviewer]", "[head, head]", "schedules.yaml:15: 'head' stands twice in 'roles'; leave one out"),
        ("roles: [head, reviewer]", "role: [head]", "schedules.yaml:15: 'role' is not known here; did you mean 'roles'?"),
        ("folders: [van-thu]", "folders: [../van-thu]", "schedules.yaml:15: '../van-thu' in 'folders' must be at most 60 small letters"),
        ("{roles: [clerk]}", "{}", "schedules.yaml:22: 'to' names nobody; write who gets it, such as {roles: [head]}"),
        ("    to: {accounts: [an]}\n", "", "schedules.yaml:29: 'to' is missing: who gets it, such as {roles: [head]}"),
        ("to: {accounts: [an]}", "to: {accounts: [an]}\n    units: [\"616\"]", "schedules.yaml:37: 'units' chooses what goes into folders and to webhooks; people get what their scope allows, so leave it out"),
    ])
    func aMistakeIsToldWithItsLineAndRemedy(right: String, wrong: String, message: String) throws {
        var text = Self.text
        text.replaceSubrange(try #require(text.range(of: right)), with: wrong)
        let error = #expect(throws: InputError.self) { try read(text) }
        #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
    }

    @Test func reportsOfDifferentDaysNeedSchedulesOfTheirOwn() throws {
        let folder = try Folder()
        let review = try #require(try reports().first { $0.id == "provincial-review" })
        let restated = ReportDefinition(
            id: "restated", audience: review.audience, title: review.title, indicatorIDs: review.indicatorIDs, headlineIDs: review.headlineIDs, sections: review.sections,
            trendMonths: 12, minimumVolume: 30, peerVolume: 5, isOnRequest: true, structure: .today)
        let path = try folder.file("schedules.yaml", Self.text.replacing("[unit-monthly, provincial-review]", with: "[unit-monthly, restated]"))
        let error = #expect(throws: InputError.self) { try ScheduleFile(path: path, reports: try reports() + [restated]) }
        #expect(error?.description == "schedules.yaml:4: 'unit-monthly' and 'restated' count for the units of different days; give each a schedule of its own")
    }

    /// From 28/11/2026 on: 14/12/2026 is a Monday, 14/01/2027 a Thursday, and Tết 2027 is over four days before 14/02.
    @Test(arguments: [
        ("unit-monthly", "2026-12-16 2027-01-18 2027-02-16", "unit-monthly/2026-12/administrative"), ("provincial-review", "2026-12-16 2027-01-18 2027-02-16", "provincial-review/2026-12/administrative"),
        ("weekly-digest", "2026-11-30 2026-12-07 2026-12-14", "weekly-digest/2026-11-30"), ("reminder", "2026-12-10 2027-01-12 2027-02-11", "reminder/2026-12-10"),
        ("quarterly-forms", "2026-12-16 2027-03-16 2027-06-16", "quarterly-forms/2026-Q4/administrative"),
    ])
    func theShippedSchedulesAreDue(id: String, days: String, key: String) throws {
        let file = try ScheduleFile(path: Repository.root + "/reports/schedules.yaml", reports: reports())
        #expect(file.schedules.map(\.id) == ["unit-monthly", "provincial-review", "weekly-digest", "reminder", "quarterly-forms"])
        let schedule = try #require(file.schedules.first { $0.id == id })
        let calendar = try WorkingCalendar(path: Repository.root + "/reports/holidays.yaml")
        let due = schedule.occasions(after: Instant(local: try #require(Day(iso: "2026-11-28"))), count: 3, calendar)
        #expect(due.map(\.day.iso).joined(separator: " ") == days)
        #expect(schedule.runKey(due: due[0]) == key)
    }

    /// They say when reports are due and are none: nothing reads them as a report, and no publication keeps them.
    @Test func schedulesAndHolidaysAreNoReports() throws {
        let home = try Home(path: Repository.root, program: "")
        #expect(!home.definitionSet.contains("reports/schedules.yaml") && !home.definitionSet.contains("reports/holidays.yaml"))
        let folder = try Folder()
        let text = try String(contentsOfFile: Repository.root + "/reports/targets.yaml", encoding: .utf8).replacing("id: targets", with: "id: schedules")
        let path = try folder.file("mine.yaml", text)
        let error = #expect(throws: InputError.self) { try home.adding(reportAt: path) }
        #expect(error?.description.hasSuffix("mine.yaml: 'id' is 'schedules', and reports/schedules.yaml is no report; give the report another one") == true, "\(error?.description ?? "")")
    }
}
