package import Adoption
package import Reporting

/// What is made and sent when, about which period, for whom, and on what condition: one entry of `reports/schedules.yaml`.
package struct Schedule: Hashable, Sendable {
    package enum What: Hashable, Sendable {
        /// By their ids; each goes to those whose units it is about.
        case reports([String])
        /// A letter to units whose records are missing before the cut.
        case reminder
    }

    /// What must be so before anything goes out.
    package enum Gate: String, CaseIterable, Sendable {
        /// The figures of the period are final.
        case final
        /// Every unit has reported every day of the period, or the figures are final.
        case complete
        /// Nothing: what is missing is said in the report.
        case provisional
    }

    /// What becomes of what was due while nothing ran.
    package enum Missed: String, CaseIterable, Sendable {
        /// Every one is made, the oldest first.
        case make
        /// Only the newest is made.
        case newest
        case skip
    }

    package enum Recipient: Hashable, Sendable {
        /// Every account of the role, each with what its scope allows.
        case role(Role)
        case account(String)
        /// A folder or a webhook by the name that the settings give it.
        case folder(String)
        case webhook(String)
    }

    /// `unit-monthly`: small letters, digits and `-`.
    package let id: String
    package let title: Text
    package let what: What
    package let rule: Rule
    /// The time in Asia/Ho_Chi_Minh at which it is due.
    package let secondOfDay: Int
    package let span: Span
    /// It is about the period that is not over yet, and not about the one that ended last.
    package let isRunning: Bool
    package let calendar: ReportingCalendar
    package let gate: Gate
    /// How long it waits for the gate.
    package let waitDays: Int
    package let missed: Missed
    /// Those who got it are told when its figures are restated.
    package let announcesRevisions: Bool
    /// Words of `ReportFiles.Format`.
    package let formats: [String]
    /// Nil for what each report says.
    package let language: Language?
    package let recipients: [Recipient]
    /// The codes of the units whose reports go into folders and to webhooks; empty for all.
    package let units: [String]

    package init(
        id: String, title: Text, what: What, rule: Rule, secondOfDay: Int = Schedule.usualSecondOfDay, span: Span, isRunning: Bool, calendar: ReportingCalendar = .administrative, gate: Gate = .complete,
        waitDays: Int = Schedule.usualWaitDays, missed: Missed = .make, announcesRevisions: Bool = false, formats: [String] = Schedule.usualFormats, language: Language? = nil, recipients: [Recipient], units: [String] = []
    ) {
        self.id = id
        self.title = title
        self.what = what
        self.rule = rule
        self.secondOfDay = secondOfDay
        self.span = span
        self.isRunning = isRunning
        self.calendar = calendar
        self.gate = gate
        self.waitDays = waitDays
        self.missed = missed
        self.announcesRevisions = announcesRevisions
        self.formats = formats
        self.language = language
        self.recipients = recipients
        self.units = units
    }

    /// 07:30.
    package static let usualSecondOfDay = 7 * 3_600 + 1_800
    package static let usualWaitDays = 15
    package static let usualFormats = ["xlsx"]
}

// MARK: Periods

extension Schedule {
    /// The newest period of the span that ended before the day; of a running one, that of the day before, to which records can reach at most.
    package func period(on day: Day) -> Period {
        let yesterday = day.advanced(by: -1)
        guard let period = periods(around: day).last(where: { (isRunning ? $0.first : $0.last) <= yesterday }) else { preconditionFailure("some period came before \(day.iso)") }
        return period
    }

    /// What is due at a moment at which it is due: every period that ended since the time before, oldest first.
    ///
    /// That is one, unless the rule falls now before and now after a period's end, or is rarer than the periods; no period is ever left out.
    package func periods(due: Instant, _ calendar: WorkingCalendar) -> [Period] {
        let newest = period(on: due.day)
        guard !isRunning, let earlier = dayBefore(due.day, calendar) else { return [newest] }
        let known = period(on: earlier)
        let ended = periods(around: due.day).filter { $0.last > known.last && $0.last <= newest.last }
        return ended.isEmpty ? [newest] : ended
    }

    /// The key of a run: `unit-monthly/2025-05/administrative`, so that a period is made once however often it is due, and
    /// `weekly-digest/2025-05-19` for a period that is still running, so that a day has one.
    package func runKey(period: Period, due: Instant) -> String {
        isRunning ? "\(id)/\(due.day.iso)" : "\(id)/\(period.id)/\(period.calendar.rawValue)"
    }

    /// The key of the run for the newest period that is due.
    package func runKey(due: Instant) -> String { runKey(period: period(on: due.day), due: due) }

    /// From two years before to the year after, in the order of their ends.
    private func periods(around day: Day) -> [Period] {
        let year = day.components.year
        let count = span.months
        // Half years and nine months are those from January on.
        let starts = Array(stride(from: 1, through: count > 3 ? 1 : 12, by: count))
        return (year - 2...year + 1).flatMap { year in starts.map { Period(calendar, year: year, months: $0...$0 + count - 1) } }
    }
}

// MARK: Occasions

extension Schedule {
    /// The moments at which it is due, after one and up to another, ascending.
    ///
    /// A day of the rule on which no further period has ended since the day before is none: a quarter's report that is written for the 14th is due four times a year.
    package func occasions(after moment: Instant, through last: Instant, _ calendar: WorkingCalendar) -> [Instant] {
        guard moment < last else { return [] }
        return dueDays(from: moment.day, through: last.day, calendar).map { Instant(local: $0, secondOfDay: secondOfDay) }.filter { $0 > moment && $0 <= last }
    }

    /// The next moments at which it is due, ascending.
    package func occasions(after moment: Instant, count: Int, _ calendar: WorkingCalendar) -> [Instant] {
        guard count > 0 else { return [] }
        var found: [Instant] = []
        var known = moment
        while found.count < count {
            let through = Instant(local: known.day.advanced(by: 400), secondOfDay: 86_399)
            found += occasions(after: known, through: through, calendar)
            known = through
        }
        return Array(found.prefix(count))
    }

    private func dueDays(from first: Day, through last: Day, _ calendar: WorkingCalendar) -> [Day] {
        let days = rule.days(from: first, through: last, calendar)
        if isRunning || days.isEmpty { return days }
        var known = dayBefore(first, calendar).map { period(on: $0) }
        return days.filter { day in
            let newest = period(on: day)
            defer { known = newest }
            return newest != known
        }
    }

    /// The rule's day before; nil where there is none in two years.
    private func dayBefore(_ day: Day, _ calendar: WorkingCalendar) -> Day? {
        for reach in [40, 800] {
            if let earlier = rule.days(from: day.advanced(by: -reach), through: day.advanced(by: -1), calendar).last { return earlier }
        }
        return nil
    }
}
