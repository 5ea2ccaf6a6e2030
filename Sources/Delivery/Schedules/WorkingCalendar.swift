package import Adoption
internal import Ingestion

/// Which days are worked: Monday to Friday, but for the days off that a document gives, and the days that are worked in the place of one.
package struct WorkingCalendar: Hashable, Sendable {
    /// Why a day is not what its weekday says.
    package struct Entry: Hashable, Sendable {
        package let name: Text
        package let document: Document

        package init(name: Text, document: Document) {
            self.name = name
            self.document = document
        }
    }

    /// Nothing but weekends.
    package static let weekends = WorkingCalendar(off: [:], working: [:], knownThrough: nil)

    private let off: [Day: Entry]
    private let working: [Day: Entry]
    /// The last day up to which every day off is known; after it, a day that counts as worked may become one. Nil where only weekends are known.
    package let knownThrough: Day?

    package init(off: [Day: Entry], working: [Day: Entry], knownThrough: Day?) {
        self.off = off
        self.working = working
        self.knownThrough = knownThrough
    }

    /// Reads `reports/holidays.yaml`.
    ///
    /// - Throws: an unknown key, a day that the calendar does not have, one that stands twice or has no document, with file and line.
    package init(path: String) throws(InputError) {
        let file = try Definition(path: path, name: path.split(separator: "/").last.map(String.init) ?? path)
        try file.allow(["known_through", "off", "working"])
        guard let known = try file.optionalDay("known_through") else {
            throw file.fault(nil, "'known_through' is missing: the last day for which the list is complete, such as 2026-12-31")
        }
        var off: [Day: Entry] = [:]
        for part in try file.definitions("off") {
            let entry = try part.entry(["day", "from", "to"])
            for day in try part.daysOff() {
                guard off.updateValue(entry, forKey: day) == nil else { throw part.fault(nil, "\(day.iso) is off already; leave it out here, or above") }
            }
        }
        var working: [Day: Entry] = [:]
        for part in file.has("working") ? try file.definitions("working") : [] {
            let entry = try part.entry(["day"])
            guard let day = try part.optionalDay("day") else { throw part.fault(nil, "'day' is missing: a Saturday or Sunday that is worked, such as 2026-08-22") }
            if off[day] != nil { throw part.fault("day", "\(day.iso) is a day off too; leave it out here, or there") }
            if day.weekday < 5 { throw part.fault("day", "\(day.iso) is no Saturday or Sunday and is worked anyhow; leave it out") }
            guard working.updateValue(entry, forKey: day) == nil else { throw part.fault("day", "\(day.iso) stands twice; leave one out") }
        }
        self.init(off: off, working: working, knownThrough: known)
    }

    package func isWorking(_ day: Day) -> Bool { working[day] != nil || day.weekday < 5 && off[day] == nil }

    /// The name of a day off; nil for other days, plain weekends too.
    package func holiday(_ day: Day) -> Text? { off[day]?.name }

    /// Why a day is off or is worked against its weekday; nil for all others.
    package func entry(_ day: Day) -> Entry? { off[day] ?? working[day] }

    /// The working day that comes so many working days after a day, or before it where `count` is negative; the day itself for 0.
    package func advanced(_ day: Day, byWorkingDays count: Int) -> Day {
        var (day, left) = (day, abs(count))
        while left > 0 {
            day = day.advanced(by: count < 0 ? -1 : 1)
            if isWorking(day) { left -= 1 }
        }
        return day
    }
}

extension Day {
    /// 0 for Monday to 6 for Sunday.
    var weekday: Int { ((number + 3) % 7 + 7) % 7 }
}

extension Definition {
    fileprivate func entry(_ days: [String]) throws(InputError) -> WorkingCalendar.Entry {
        try allow(days + ["name", "document"])
        guard has("document") else { throw fault(nil, "'document' is missing: the law or notice that says so, such as {number: 45/2019/QH14, date: 2019-11-20, clause: Điều 112}") }
        return WorkingCalendar.Entry(name: try bilingual("name"), document: try document("document"))
    }

    /// `day: 2026-09-02`, or `from: 2026-02-16` and `to: 2026-02-20`
    fileprivate func daysOff() throws(InputError) -> [Day] {
        if let day = try optionalDay("day") {
            if has("from") || has("to") { throw fault("day", "'day' is one day and 'from' with 'to' are several; write one or the other") }
            return [day]
        }
        guard let first = try optionalDay("from"), let last = try optionalDay("to") else {
            throw fault(nil, "'day' is missing; write one such as 2026-09-02, or 'from' and 'to' for several")
        }
        if last < first { throw fault("to", "'to' is before 'from'") }
        if last.number - first.number > 30 { throw fault("to", "from \(first.iso) to \(last.iso) are more than 31 days; write them in parts if that is meant") }
        return (first.number...last.number).map(Day.init(number:))
    }
}
