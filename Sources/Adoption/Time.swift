/// A moment, in whole seconds since 1970-01-01T00:00:00Z.
package struct Instant: Hashable, Comparable, Sendable {
    package let secondsSinceEpoch: Int

    package init(secondsSinceEpoch: Int) { self.secondsSinceEpoch = secondsSinceEpoch }

    /// The moment at a wall-clock time in Asia/Ho_Chi_Minh.
    package init(local day: Day, secondOfDay: Int = 0) {
        self.init(secondsSinceEpoch: day.number * 86_400 + secondOfDay - Instant.localOffset)
    }

    /// Vietnam keeps UTC+7 the whole year. The zone is arithmetic and not a lookup, so that
    /// no `TZ` of the machine can move a record to another day.
    package static let localOffset = 7 * 3_600

    /// The local day in Asia/Ho_Chi_Minh: 2025-06-30T17:00:00Z is already 1 July.
    package var day: Day { Day(number: floorDivide(secondsSinceEpoch + Instant.localOffset, 86_400)) }

    package var secondOfDay: Int { secondsSinceEpoch + Instant.localOffset - day.number * 86_400 }

    package static func < (a: Instant, b: Instant) -> Bool { a.secondsSinceEpoch < b.secondsSinceEpoch }

    /// ISO 8601 with the Vietnamese offset: `2025-05-14T08:00:00+07:00`.
    package var iso: String {
        let second = secondOfDay
        return "\(day.iso)T\(pad(second / 3_600)):\(pad(second / 60 % 60)):\(pad(second % 60))+07:00"
    }
}

/// A day of the Gregorian calendar in Asia/Ho_Chi_Minh, counted from 1970-01-01.
package struct Day: Hashable, Comparable, Sendable {
    package let number: Int

    package init(number: Int) { self.number = number }

    /// Nil for a day that the calendar does not have, such as 31 February.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...12).contains(month), day >= 1, day <= Day.length(ofMonth: month, year: year) else { return nil }
        // Days since the epoch, counting years from March so that the leap day comes last.
        let y = month <= 2 ? year - 1 : year
        let era = floorDivide(y, 400)
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.init(number: era * 146_097 + dayOfEra - 719_468)
    }

    /// Reads `2025-05-14`; nil for anything else.
    package init?(iso text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count == 10, parts.count == 3, parts[0].utf8.count == 4, parts[1].utf8.count == 2,
            text.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    package var components: (year: Int, month: Int, day: Int) {
        let z = number + 719_468
        let era = floorDivide(z, 146_097)
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let m = (5 * dayOfYear + 2) / 153
        let month = m < 10 ? m + 3 : m - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * m + 2) / 5 + 1)
    }

    package static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: return 30
        default: return 31
        }
    }

    package static func < (a: Day, b: Day) -> Bool { a.number < b.number }

    package func advanced(by days: Int) -> Day { Day(number: number + days) }

    /// `2025-05-14`
    package var iso: String {
        let (year, month, day) = components
        return "\(pad(year, width: 4))-\(pad(month))-\(pad(day))"
    }

    /// `14/05/2025`, the way Vietnamese documents write a day.
    package var vietnamese: String {
        let (year, month, day) = components
        return "\(pad(day))/\(pad(month))/\(pad(year, width: 4))"
    }
}

/// The days from `first` to `last`, both included; open to the right when `last` is nil.
package struct Validity: Hashable, Sendable {
    package let first: Day
    package let last: Day?

    package init(first: Day, last: Day?) {
        self.first = first
        self.last = last
    }

    package func contains(_ day: Day) -> Bool { day >= first && (last.map { day <= $0 } ?? true) }

    package func overlaps(_ other: Validity) -> Bool {
        (other.last.map { first <= $0 } ?? true) && (last.map { other.first <= $0 } ?? true)
    }

    /// The days that are in both; nil for none.
    func common(with other: Validity) -> Validity? {
        guard overlaps(other) else { return nil }
        return Validity(first: max(first, other.first), last: [last, other.last].compactMap { $0 }.min())
    }
}

func floorDivide(_ a: Int, _ b: Int) -> Int { a >= 0 ? a / b : -((b - 1 - a) / b) }

func pad(_ number: Int, width: Int = 2) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
