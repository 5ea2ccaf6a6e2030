/// Which days a "month" has.
package enum ReportingCalendar: String, CaseIterable, Sendable {
    /// From the 15th of the month before to the 14th: the reports of TT 01/2020/TT-VPCP.
    case administrative
    /// From the 1st to the last day: the national portal, QĐ 766/QĐ-TTg.
    case calendar
}

/// Half a calendar month, cut at the 15th: the largest piece of which both calendars are made.
package struct HalfMonth: Hashable, Comparable, Sendable {
    /// `(year · 12 + month − 1) · 2`, plus 1 for the half that begins on the 15th.
    package let index: Int

    package init(index: Int) { self.index = index }

    package init(_ day: Day) {
        let place = day.number - HalfMonth.firstKnown
        self = HalfMonth.known.indices.contains(place) ? HalfMonth(index: Int(HalfMonth.known[place])) : HalfMonth(reckoning: day)
    }

    private init(reckoning day: Day) {
        let (year, month, dayOfMonth) = day.components
        self.init(index: (year * 12 + month - 1) * 2 + (dayOfMonth >= 15 ? 1 : 0))
    }

    /// Those of the days from 2000 to 2099: every dossier is asked for up to three of them whenever it is counted.
    private static let known: [UInt16] = (0..<36_525).map { UInt16(HalfMonth(reckoning: Day(number: firstKnown + $0)).index) }
    private static let firstKnown = 10_957

    package var first: Day {
        let month = index / 2
        guard let day = Day(year: month / 12, month: month % 12 + 1, day: index % 2 == 0 ? 1 : 15) else {
            preconditionFailure("half-month \(index) has no first day")
        }
        return day
    }

    package static func < (a: HalfMonth, b: HalfMonth) -> Bool { a.index < b.index }
}

/// The days that a report is about: whole months of one year in one calendar.
package struct Period: Hashable, Sendable {
    package let calendar: ReportingCalendar
    package let year: Int
    package let months: ClosedRange<Int>

    package init(_ calendar: ReportingCalendar, year: Int, months: ClosedRange<Int>) {
        precondition(months.lowerBound >= 1 && months.upperBound <= 12)
        self.calendar = calendar
        self.year = year
        self.months = months
    }

    /// The month that the day belongs to: in the administrative calendar the 15th begins the next one.
    package init(_ calendar: ReportingCalendar, containing day: Day) {
        let parts = day.components
        let isNext = calendar == .administrative && parts.day >= 15
        let month = isNext ? parts.month % 12 + 1 : parts.month
        self.init(calendar, year: isNext && parts.month == 12 ? parts.year + 1 : parts.year, months: month...month)
    }

    /// Reads `2025-05` (a month), `2025-Q2`, `2025-6M`, `2025-9M` or `2025` (the year); nil for anything else.
    package init?(_ text: String, calendar: ReportingCalendar) {
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard text.utf8.allSatisfy({ $0 < 0x80 && $0 != UInt8(ascii: "+") }), parts[0].utf8.count == 4, let year = Int(parts[0]), (2000...2100).contains(year) else { return nil }
        guard parts.count == 2 else {
            self.init(calendar, year: year, months: 1...12)
            return
        }
        switch parts[1] {
        case "Q1", "Q2", "Q3", "Q4":
            let last = (Int(parts[1].dropFirst()) ?? 1) * 3
            self.init(calendar, year: year, months: (last - 2)...last)
        case "6M": self.init(calendar, year: year, months: 1...6)
        case "9M": self.init(calendar, year: year, months: 1...9)
        default:
            guard parts[1].utf8.count == 2, let month = Int(parts[1]), (1...12).contains(month) else { return nil }
            self.init(calendar, year: year, months: month...month)
        }
    }

    /// The text that `init(_:calendar:)` reads.
    package var id: String {
        switch (months.lowerBound, months.count) {
        case (1, 12): pad(year, width: 4)
        case (1, 6): "\(year)-6M"
        case (1, 9): "\(year)-9M"
        case (let first, 3): "\(year)-Q\(first / 3 + 1)"
        default: "\(year)-\(pad(months.lowerBound))"
        }
    }

    /// How long it is.
    package var span: Span { Span.allCases.first { $0.months == months.count } ?? .month }

    /// Both ends belong to the period.
    package var halfMonths: ClosedRange<HalfMonth> {
        let shift = calendar == .administrative ? -1 : 0
        let first = (year * 12 + months.lowerBound - 1) * 2 + shift
        return HalfMonth(index: first)...HalfMonth(index: first + months.count * 2 - 1)
    }

    package var first: Day { halfMonths.lowerBound.first }
    package var last: Day { HalfMonth(index: halfMonths.upperBound.index + 1).first.advanced(by: -1) }

    package var validity: Validity { Validity(first: first, last: last) }

    package func contains(_ day: Day) -> Bool { day >= first && day <= last }
    package func contains(_ half: HalfMonth) -> Bool { halfMonths.contains(half) }

    /// The period of the same length just before; half years and nine months, which no other follows, are those of the year before.
    package var previous: Period {
        let count = months.count
        if (count == 1 || count == 3), months.lowerBound > count {
            return Period(calendar, year: year, months: months.lowerBound - count...months.upperBound - count)
        }
        return count == 1 || count == 3 ? Period(calendar, year: year - 1, months: 13 - count...12) : yearBefore
    }

    /// The same months of the year before.
    package var yearBefore: Period { Period(calendar, year: year - 1, months: months) }

    /// From the first month of the year to the period's last.
    package var yearToDate: Period { Period(calendar, year: year, months: 1...months.upperBound) }

    /// The whole year that the period is in.
    package var wholeYear: Period { Period(calendar, year: year, months: 1...12) }

    /// The `count` months that end with this period's last month, oldest first.
    package func trend(months count: Int) -> [Period] {
        let end = year * 12 + months.upperBound - 1
        return (0..<count).reversed().map { back in
            let month = end - back
            return Period(calendar, year: month / 12, months: (month % 12 + 1)...(month % 12 + 1))
        }
    }
}

/// How long a period is.
package enum Span: String, CaseIterable, Sendable {
    case month, quarter, sixMonths = "six-months", nineMonths = "nine-months", year

    package var months: Int {
        switch self {
        case .month: 1
        case .quarter: 3
        case .sixMonths: 6
        case .nineMonths: 9
        case .year: 12
        }
    }
}
