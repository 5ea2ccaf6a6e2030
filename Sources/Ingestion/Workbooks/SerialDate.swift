internal import Adoption
internal import Glibc

/// The days that a workbook counts from 1900 or from 1904, written as a moment.
enum SerialDate {
    /// The last day of the year 9999.
    private static let limit = 2_958_466.0

    /// Nil for a number that is no day: a time alone is less than one.
    ///
    /// A workbook that counts from 1900 holds a 29 February of that year, which never was, as its day 60; it is written
    /// as the day before. A time is rounded to the second, since the thousandths are mostly what floating point left over.
    static func text(_ serial: Double, since1904: Bool) -> String? {
        guard serial >= 1, serial < limit else { return nil }
        let seconds = Int((serial * 86_400).rounded())
        let (day, second) = (seconds / 86_400, seconds % 86_400)
        return text(day: since1904 ? day - 24_107 : day >= 60 ? day - 25_569 : day - 25_568, second: second)
    }

    /// - Parameter day: since 1 January 1970.
    static func text(day: Int, second: Int) -> String {
        let (year, month, date) = civil(day)
        let text = "\(padded(year, 4))-\(padded(month, 2))-\(padded(date, 2))"
        if second == 0 { return text }
        return text + "T\(padded(second / 3_600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
    }

    /// A moment that is already written as text, such as `2025-05-14T08:00:00.000`, in the form of the others; nil when it is not one.
    static func normalised(_ text: Bytes) -> String? {
        guard text.count >= 10, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"), let year = text.digits(0, 4), let month = text.digits(5, 2),
            let date = text.digits(8, 2), let day = Day(year: year, month: month, day: date)
        else { return nil }
        if text.count == 10 { return self.text(day: day.number, second: 0) }
        guard text.count >= 16, text[10] == UInt8(ascii: "T"), text[13] == UInt8(ascii: ":"), let hour = text.digits(11, 2), let minute = text.digits(14, 2),
            hour < 24, minute < 60
        else { return nil }
        var second = 0.0
        if text.count > 16 {
            guard text[16] == UInt8(ascii: ":"), let exact = NumberText.read(Bytes(rebasing: text[17...])), exact >= 0, exact < 60 else { return nil }
            second = exact
        }
        let total = hour * 3_600 + minute * 60 + Int(second.rounded())
        return self.text(day: day.number + total / 86_400, second: total % 86_400)
    }

    private static func padded(_ number: Int, _ length: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, length - digits.count)) + digits
    }

    /// Year, month and day of a day of the Gregorian calendar, by Howard Hinnant's rule: years are counted from March
    /// and in eras of 400.
    private static func civil(_ day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let isNextYear = month >= 10
        return (era * 400 + yearOfEra + (isNextYear ? 1 : 0), isNextYear ? month - 9 : month + 3, dayOfYear - (153 * month + 2) / 5 + 1)
    }
}

/// Numbers as a workbook writes them: `42`, `0.1`, `1.5E-3`.
enum NumberText {
    static func read(_ text: Bytes) -> Double? {
        guard !text.isEmpty, text.count < 64, text.allSatisfy(isPartOfNumber) else { return nil }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { copy in
            for (at, byte) in text.enumerated() { copy[at] = CChar(bitPattern: byte) }
            copy[text.count] = 0
            var end: UnsafeMutablePointer<CChar>?
            guard let start = copy.baseAddress else { return nil }
            let number = strtod(start, &end)
            return end == start + text.count && number.isFinite ? number : nil
        }
    }

    /// It is already as short as it can be: a whole number of at most 15 digits.
    static func isShort(_ text: Bytes) -> Bool {
        guard let first = text.first, text.count <= 15, first != UInt8(ascii: "0") || text.count == 1 else { return false }
        return text.allSatisfy { $0 &- 0x30 < 10 }
    }

    /// The shortest digits that give the same number again; whole numbers without a point.
    static func shortest(_ number: Double) -> String {
        if number.rounded() == number, abs(number) < 1e15 { return String(Int(number)) }
        let text = number.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private static func isPartOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "e"), UInt8(ascii: "E"): true
        default: false
        }
    }
}
