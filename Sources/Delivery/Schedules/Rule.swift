package import Adoption
package import Reporting

/// On which days something is due, read from a phrase such as `two working days after the 14th`.
///
/// The vocabulary is closed; capitals do not count:
/// - `the 14th`; `the 31st` is the last day of shorter months
/// - `the first day of the month` and `the last working day of the quarter`: first or last, any or working, of the month, the quarter, the half-year or the year
/// - `two working days after …`, `3 days before …` with one of these behind it; numbers from 1 to 60, in words to ten
/// - `every Monday`, `every Monday and Thursday`, `every working day`, `every day`
///
/// Months, quarters and years are those of the wall calendar, whatever calendar a report counts in.
package struct Rule: Hashable, Sendable {
    /// As it was written.
    package let text: String
    private let kind: Kind

    fileprivate enum Kind: Hashable, Sendable {
        case anchored(Anchor, Shift?)
        /// 0 for Monday to 6 for Sunday, ascending.
        case weekdays([Int])
        case workingDays
        case everyDay
    }

    /// - Returns: nil for a phrase that is not of the vocabulary; `remedy` says what is wrong with it.
    package init?(_ text: String) {
        guard let kind = Kind(text.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)) else { return nil }
        self.text = text
        self.kind = kind
    }

    /// The days of a range on which it is due, ascending; those that come after a day off which is not known yet may move.
    package func days(from first: Day, through last: Day, _ calendar: WorkingCalendar) -> [Day] {
        guard first <= last else { return [] }
        func all() -> [Day] { (first.number...last.number).map { Day(number: $0) } }
        switch kind {
        case .everyDay: return all()
        case .workingDays: return all().filter { calendar.isWorking($0) }
        case .weekdays(let wanted): return all().filter { wanted.contains($0.weekday) }
        case .anchored(let anchor, nil): return anchor.days(from: first, through: last, calendar)
        case .anchored(let anchor, let shift?):
            let reach = shift.reach(of: first, last, calendar)
            let days = Set(anchor.days(from: reach.first, through: reach.last, calendar).map { shift.moved($0, calendar) })
            return days.filter { $0 >= first && $0 <= last }.sorted()
        }
    }

    /// For pages: `2 ngày làm việc sau ngày 14`.
    package func words(_ language: Language) -> String {
        let words = switch kind {
        case .everyDay: Text(vi: "hằng ngày", en: "every day")
        case .workingDays: Text(vi: "mỗi ngày làm việc", en: "every working day")
        case .weekdays(let days):
            Text(vi: days.map { Rule.weekdays[$0].words.vi }.joined(separator: ", ") + " hằng tuần", en: "every " + days.map { Rule.weekdays[$0].words.en }.joined(separator: ", "))
        case .anchored(.dayOfMonth(let number), nil) where number <= 28: Text(vi: "ngày \(number) hằng tháng", en: "the \(Rule.ordinal(number)) of each month")
        case .anchored(let anchor, let shift): shift.map { $0.words(anchor.words) } ?? anchor.words
        }
        return words(language)
    }
}

// MARK: Anchors

extension Rule {
    fileprivate enum Unit: String, CaseIterable {
        case month, quarter, halfYear = "half-year", year

        var months: Int {
            switch self {
            case .month: 1
            case .quarter: 3
            case .halfYear: 6
            case .year: 12
            }
        }

        var words: Text {
            switch self {
            case .month: Text(vi: "tháng", en: rawValue)
            case .quarter: Text(vi: "quý", en: rawValue)
            case .halfYear: Text(vi: "nửa năm", en: rawValue)
            case .year: Text(vi: "năm", en: rawValue)
            }
        }
    }

    /// A day that comes once in each unit.
    fileprivate enum Anchor: Hashable, Sendable {
        case dayOfMonth(Int)
        case edge(isFirst: Bool, isWorking: Bool, Unit)

        private var unit: Unit {
            switch self {
            case .dayOfMonth: .month
            case .edge(_, _, let unit): unit
            }
        }

        func days(from first: Day, through last: Day, _ calendar: WorkingCalendar) -> [Day] {
            let months = unit.months
            func place(_ day: Day) -> Int { (day.components.year * 12 + day.components.month - 1) / months }
            return (place(first)...place(last)).map { day(inUnitFrom: $0 * months, calendar) }.filter { $0 >= first && $0 <= last }
        }

        /// - Parameter month: the unit's first, counted from the year 0.
        private func day(inUnitFrom month: Int, _ calendar: WorkingCalendar) -> Day {
            let (first, end) = (Anchor.first(ofMonth: month), Anchor.first(ofMonth: month + unit.months).advanced(by: -1))
            switch self {
            case .dayOfMonth(let number): return min(first.advanced(by: number - 1), end)
            case .edge(let isFirst, let isWorking, _):
                let edge = isFirst ? first : end
                if !isWorking || calendar.isWorking(edge) { return edge }
                let worked = calendar.advanced(edge, byWorkingDays: isFirst ? 1 : -1)
                return worked >= first && worked <= end ? worked : edge
            }
        }

        private static func first(ofMonth month: Int) -> Day {
            guard let day = Day(year: month / 12, month: month % 12 + 1, day: 1) else { preconditionFailure("every month has a first day") }
            return day
        }

        var words: Text {
            switch self {
            case .dayOfMonth(let number):
                number <= 28
                    ? Text(vi: "ngày \(number)", en: "the \(Rule.ordinal(number))")
                    : Text(vi: "ngày \(number) (tháng ngắn hơn: ngày cuối tháng)", en: "the \(Rule.ordinal(number)) (the last day of shorter months)")
            case .edge(true, false, let unit): Text(vi: "ngày đầu \(unit.words.vi)", en: "the first day of the \(unit.words.en)")
            case .edge(false, false, let unit): Text(vi: "ngày cuối \(unit.words.vi)", en: "the last day of the \(unit.words.en)")
            case .edge(true, true, let unit): Text(vi: "ngày làm việc đầu tiên của \(unit.words.vi)", en: "the first working day of the \(unit.words.en)")
            case .edge(false, true, let unit): Text(vi: "ngày làm việc cuối cùng của \(unit.words.vi)", en: "the last working day of the \(unit.words.en)")
            }
        }
    }

    /// So many days after the anchor, or before it.
    fileprivate struct Shift: Hashable, Sendable {
        let count: Int
        let isOfWorkingDays: Bool
        let isBefore: Bool

        func moved(_ day: Day, _ calendar: WorkingCalendar) -> Day {
            let signed = isBefore ? -count : count
            return isOfWorkingDays ? calendar.advanced(day, byWorkingDays: signed) : day.advanced(by: signed)
        }

        /// The range outside of which no anchor moves into the given one: more working days than `count` lie between.
        func reach(of first: Day, _ last: Day, _ calendar: WorkingCalendar) -> (first: Day, last: Day) {
            switch (isOfWorkingDays, isBefore) {
            case (false, false): (first.advanced(by: -count), last.advanced(by: -count))
            case (false, true): (first.advanced(by: count), last.advanced(by: count))
            case (true, false): (calendar.advanced(first, byWorkingDays: -(count + 1)), last)
            case (true, true): (first, calendar.advanced(last, byWorkingDays: count + 1))
            }
        }

        func words(_ anchor: Text) -> Text {
            let vietnamese = (isOfWorkingDays ? "ngày làm việc" : "ngày", isBefore ? "trước" : "sau")
            let english = ((isOfWorkingDays ? "working day" : "day") + (count == 1 ? "" : "s"), isBefore ? "before" : "after")
            return Text(vi: "\(count) \(vietnamese.0) \(vietnamese.1) \(anchor.vi)", en: "\(count) \(english.0) \(english.1) \(anchor.en)")
        }
    }
}

// MARK: Phrases

extension Rule.Kind {
    fileprivate init?(_ words: [String]) {
        guard let first = words.first else { return nil }
        var rest = Array(words.dropFirst())
        switch first {
        case "every" where rest == ["day"]: self = .everyDay
        case "every" where rest == ["working", "day"]: self = .workingDays
        case "every":
            guard let days = Rule.weekdays(rest) else { return nil }
            self = .weekdays(days)
        case "the":
            guard let anchor = Rule.Anchor(words) else { return nil }
            self = .anchored(anchor, nil)
        default:
            guard let count = Rule.number(first) else { return nil }
            let isOfWorkingDays = rest.first == "working"
            if isOfWorkingDays { rest.removeFirst() }
            guard rest.count > 2, rest[0] == "day" || rest[0] == "days", rest[1] == "after" || rest[1] == "before", let anchor = Rule.Anchor(Array(rest[2...])) else { return nil }
            self = .anchored(anchor, Rule.Shift(count: count, isOfWorkingDays: isOfWorkingDays, isBefore: rest[1] == "before"))
        }
    }
}

extension Rule.Anchor {
    /// `the 14th`, `the last working day of the month`
    fileprivate init?(_ words: [String]) {
        if words.count == 2, words[0] == "the", let day = (1...31).first(where: { Rule.ordinal($0) == words[1] }) {
            self = .dayOfMonth(day)
            return
        }
        let isWorking = words.count > 2 && words[2] == "working"
        let isFirst = words.count > 1 && words[1] == "first"
        guard let unit = words.last.flatMap(Rule.Unit.init(rawValue:)), words == ["the", isFirst ? "first" : "last"] + (isWorking ? ["working"] : []) + ["day", "of", "the", unit.rawValue] else { return nil }
        self = .edge(isFirst: isFirst, isWorking: isWorking, unit)
    }
}

extension Rule {
    private static let weekdays: [(word: String, words: Text)] = [
        ("monday", Text(vi: "thứ Hai", en: "Monday")), ("tuesday", Text(vi: "thứ Ba", en: "Tuesday")), ("wednesday", Text(vi: "thứ Tư", en: "Wednesday")),
        ("thursday", Text(vi: "thứ Năm", en: "Thursday")), ("friday", Text(vi: "thứ Sáu", en: "Friday")), ("saturday", Text(vi: "thứ Bảy", en: "Saturday")),
        ("sunday", Text(vi: "Chủ nhật", en: "Sunday")),
    ]

    private static let numbers = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]

    /// `monday`, `monday and thursday`, `monday, wednesday and friday`; nil for anything else, and where a day stands twice.
    fileprivate static func weekdays(_ words: [String]) -> [Int]? {
        let (and, comma) = (" and ", ", ")
        let names = words.joined(separator: " ").replacing(and, with: comma).split(separator: comma, omittingEmptySubsequences: false)
        let days = names.compactMap { name in weekdays.firstIndex { $0.word == name } }
        return days.count == names.count && Set(days).count == days.count ? days.sorted() : nil
    }

    fileprivate static func number(_ word: String) -> Int? {
        if let place = numbers.firstIndex(of: word) { return place + 1 }
        return (1...60).first { String($0) == word }
    }

    fileprivate static func ordinal(_ number: Int) -> String {
        switch (number % 100, number % 10) {
        case (11...13, _): "\(number)th"
        case (_, 1): "\(number)st"
        case (_, 2): "\(number)nd"
        case (_, 3): "\(number)rd"
        default: "\(number)th"
        }
    }

    /// What is wrong with a phrase that is no rule, and what to write: the nearest known word for the first that is unknown.
    static func remedy(for text: String) -> String {
        let examples = "write for example 'two working days after the 14th', 'the last day of the month', 'three days before the last working day of the quarter', 'every Monday and Thursday' or 'every working day'"
        let known = ["every", "the", "first", "last", "day", "days", "working", "of", "after", "before", "and"] + Unit.allCases.map(\.rawValue) + weekdays.map(\.word) + numbers
            + (1...31).map(ordinal)
        let words = text.lowercased().split(whereSeparator: \.isWhitespace).map { word in String(word.hasSuffix(",") ? word.dropLast() : word) }
        guard let strange = words.first(where: { !known.contains($0) && number($0) == nil }) else { return "is no phrase that is known; \(examples)" }
        let hint = nearest(to: strange, in: known).map { "did you mean '\($0)'? " } ?? ""
        return "has the word '\(strange)', which no phrase has; \(hint)\(hint.isEmpty ? examples : examples.capitalizedFirst)"
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
