package import Adoption
internal import Ingestion
internal import Pipeline
package import Reporting

/// What is made and sent unattended: `reports/schedules.yaml`.
package struct ScheduleFile: Sendable {
    /// In the order of the file; their ids differ.
    package let schedules: [Schedule]

    /// - Parameter reports: those that may be named.
    /// - Throws: an unknown word, with the nearest known one; a phrase that is no rule; what does not go together; each with file, line and remedy.
    package init(path: String, reports: [ReportDefinition]) throws(InputError) {
        let file = try Definition(path: path, name: path.split(separator: "/").last.map(String.init) ?? path)
        try file.allow(["schedules"])
        var schedules: [Schedule] = []
        for part in try file.definitions("schedules") {
            let schedule = try part.schedule(reports)
            if schedules.contains(where: { $0.id == schedule.id }) { throw part.fault("id", "there is a schedule '\(schedule.id)' above already; give this one another id") }
            schedules.append(schedule)
        }
        self.schedules = schedules
    }
}

extension Definition {
    fileprivate func schedule(_ reports: [ReportDefinition]) throws(InputError) -> Schedule {
        try allow([
            "id", "title", "reports", "reminder", "due", "at", "period", "calendar", "gate", "wait_days", "missed", "revisions", "formats", "language", "to", "units",
        ])
        let id = try plainName(try text("id"), "id")
        let (span, isRunning) = try period()
        let calendar: ReportingCalendar = has("calendar") ? try word("calendar") : .administrative
        let what = try what(reports, span, calendar)
        if what == .reminder { try checkReminder(isRunning: isRunning) }
        let recipients = try recipients(isReminder: what == .reminder)
        return Schedule(
            id: id, title: try bilingual("title"), what: what, rule: try rule(), secondOfDay: try time(), span: span, isRunning: isRunning, calendar: calendar, gate: try gate(isRunning: isRunning),
            waitDays: try waitDays(), missed: try missed(what, isRunning: isRunning), announcesRevisions: try announcesRevisions(isRunning: isRunning), formats: try formats(),
            language: has("language") ? try word("language") : nil, recipients: recipients, units: try units(recipients))
    }

    private func plainName(_ name: String, _ key: String) throws(InputError) -> String {
        let isPlain = name.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D }
        guard isPlain, (1...60).contains(name.utf8.count) else { throw fault(key, "'\(name)' in '\(key)' must be at most 60 small letters a to z, digits and '-', such as unit-monthly") }
        return name
    }

    private func word<Word: RawRepresentable & CaseIterable>(_ key: String) throws(InputError) -> Word where Word.RawValue == String {
        guard let word = Word(rawValue: try choice(key, of: Word.allCases.map(\.rawValue))) else { preconditionFailure("a known word has a value") }
        return word
    }

    /// A list without doubles, with at least one entry.
    private func list(_ key: String) throws(InputError) -> [String] {
        let words = try texts(key)
        if words.isEmpty { throw fault(key, "'\(key)' is an empty list; write at least one word, or leave the key out") }
        if let twice = words.enumerated().first(where: { words[..<$0.offset].contains($0.element) })?.element { throw fault(key, "'\(twice)' stands twice in '\(key)'; leave one out") }
        return words
    }

    // MARK: When

    private func rule() throws(InputError) -> Rule {
        let text = try text("due")
        guard let rule = Rule(text) else { throw fault("due", "'due' \(Rule.remedy(for: text))") }
        return rule
    }

    /// `07:30`
    private func time() throws(InputError) -> Int {
        guard has("at") else { return Schedule.usualSecondOfDay }
        let text = try text("at")
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let isPlain = text.utf8.count == 5 && text.utf8.allSatisfy { $0 == UInt8(ascii: ":") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isPlain, parts.count == 2, parts[0].utf8.count == 2, let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60 else {
            throw fault("at", "'at' must be a time of day in Vietnam from 00:00 to 23:59, such as 07:30")
        }
        return hour * 3_600 + minute * 60
    }

    private static let finished = "finished "
    private static let running = "running "
    private static let periods = Span.allCases.map { finished + $0.rawValue } + [Span.month, .quarter, .year].map { running + $0.rawValue }

    private func period() throws(InputError) -> (Span, isRunning: Bool) {
        let text = try text("period")
        if text == Definition.running + Span.sixMonths.rawValue || text == Definition.running + Span.nineMonths.rawValue {
            throw fault("period", "half years and nine months begin in January, so many a day is in none; write 'finished\(text.dropFirst(7))', or 'running year'")
        }
        _ = try known(text, "period", Definition.periods)
        let isRunning = text.hasPrefix(Definition.running)
        guard let span = Span(rawValue: String(text.dropFirst((isRunning ? Definition.running : Definition.finished).count))) else { preconditionFailure("a known word has a value") }
        return (span, isRunning)
    }

    private func missed(_ what: Schedule.What, isRunning: Bool) throws(InputError) -> Schedule.Missed {
        guard has("missed") else { return what == .reminder ? .skip : isRunning ? .newest : .make }
        let missed: Schedule.Missed = try word("missed")
        if what == .reminder, missed == .make { throw fault("missed", "reminders of months that are over help nobody; write 'missed: skip' or 'missed: newest'") }
        return missed
    }

    // MARK: What

    private func what(_ reports: [ReportDefinition], _ span: Span, _ calendar: ReportingCalendar) throws(InputError) -> Schedule.What {
        if try flag("reminder") {
            if has("reports") { throw fault("reports", "a reminder is a letter and no report; leave 'reports' out, or 'reminder'") }
            return .reminder
        }
        guard has("reports") else { throw fault(nil, "'reports' is missing: what is sent, such as [unit-monthly]; or write 'reminder: yes'") }
        var chosen: [ReportDefinition] = []
        for id in try list("reports") {
            let id = try known(id, "reports", reports.map(\.id))
            guard let report = reports.first(where: { $0.id == id }) else { preconditionFailure("a known report is there") }
            try check(report, span, calendar)
            chosen.append(report)
        }
        if let one = chosen.first, let other = chosen.first(where: { $0.structure != one.structure }) {
            throw fault("reports", "'\(one.id)' and '\(other.id)' count for the units of different days; give each a schedule of its own")
        }
        return .reports(chosen.map(\.id))
    }

    private func check(_ report: ReportDefinition, _ span: Span, _ calendar: ReportingCalendar) throws(InputError) {
        if report.isForOutsiders { throw fault("reports", "'\(report.id)' is for outsiders and hides small counts; it is published by hand, with `uptake publish --external`; leave it out") }
        if !report.spans.contains(span) {
            let spans = Span.allCases.filter(report.spans.contains).map(\.rawValue).joined(separator: ", ")
            throw fault("reports", "'\(report.id)' is about periods of other lengths (\(spans)) than 'period' says; change 'period', or give it a schedule of its own")
        }
        if let other = report.calendar, other != calendar { throw fault("reports", "'\(report.id)' is about periods of the other calendar; write 'calendar: \(other.rawValue)'") }
    }

    private func gate(isRunning: Bool) throws(InputError) -> Schedule.Gate {
        guard has("gate") else { return isRunning ? .provisional : .complete }
        let gate: Schedule.Gate = try word("gate")
        if isRunning, gate != .provisional { throw fault("gate", "a period that is still running is never \(gate.rawValue); write 'gate: provisional', or a finished period in 'period'") }
        return gate
    }

    private func waitDays() throws(InputError) -> Int {
        guard has("wait_days") else { return Schedule.usualWaitDays }
        let days = try integer("wait_days")
        guard (0...90).contains(days) else { throw fault("wait_days", "'wait_days' must be from 0 to 90") }
        return days
    }

    private func announcesRevisions(isRunning: Bool) throws(InputError) -> Bool {
        guard has("revisions") else { return !isRunning }
        let announces = try flag("revisions")
        if announces, isRunning { throw fault("revisions", "figures of a period that is still running change every day; leave 'revisions' out") }
        return announces
    }

    private func formats() throws(InputError) -> [String] {
        guard has("formats") else { return Schedule.usualFormats }
        var formats: [String] = []
        for text in try list("formats") { formats.append(try known(text, "formats", ReportFiles.Format.allCases.map(\.rawValue))) }
        return formats
    }

    /// What else may stand beside `reminder: yes`.
    private func checkReminder(isRunning: Bool) throws(InputError) {
        for key in ["gate", "wait_days", "revisions", "formats"] where has(key) { throw fault(key, "'\(key)' is about reports, and a reminder is a letter; leave it out") }
        if !isRunning { throw fault("period", "a reminder comes before the period ends; write 'period: running month'") }
    }

    // MARK: For whom

    private func recipients(isReminder: Bool) throws(InputError) -> [Schedule.Recipient] {
        guard has("to") else { throw fault(nil, "'to' is missing: who gets it, such as {roles: [head]}") }
        let to = try definition("to")
        try to.allow(["roles", "accounts", "folders", "webhooks"])
        var all: [Schedule.Recipient] = []
        for text in to.has("roles") ? try to.list("roles") : [] {
            guard let role = Role(rawValue: try to.known(text, "roles", Role.allCases.map(\.rawValue))) else { preconditionFailure("a known word has a value") }
            all.append(.role(role))
        }
        for text in to.has("accounts") ? try to.list("accounts") : [] { all.append(.account(text.lowercased())) }
        for key in ["folders", "webhooks"] where to.has(key) {
            if isReminder { throw to.fault(key, "a reminder is a letter to people; leave '\(key)' out") }
            for text in try to.list(key) {
                let name = try to.plainName(text, key)
                all.append(key == "folders" ? .folder(name) : .webhook(name))
            }
        }
        if all.isEmpty { throw fault("to", "'to' names nobody; write who gets it, such as {roles: [head]}") }
        return all
    }

    private func units(_ recipients: [Schedule.Recipient]) throws(InputError) -> [String] {
        guard has("units") else { return [] }
        let hasPlaces = recipients.contains { recipient in
            switch recipient {
            case .folder, .webhook: true
            case .role, .account: false
            }
        }
        guard hasPlaces else { throw fault("units", "'units' chooses what goes into folders and to webhooks; people get what their scope allows, so leave it out") }
        return try list("units")
    }
}
