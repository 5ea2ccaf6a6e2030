internal import Adoption

typealias Bytes = UnsafeBufferPointer<UInt8>

extension UnsafeBufferPointer<UInt8> {
    /// Without the spaces around it.
    var trimmed: Bytes {
        if count == 0 || !isBlank(self[0]) && !isBlank(self[count - 1]) { return self }
        var (first, last) = (0, count)
        while first < last, isBlank(self[first]) { first += 1 }
        while last > first, isBlank(self[last - 1]) { last -= 1 }
        return Bytes(rebasing: self[first..<last])
    }

    private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// Nil when the bytes are not UTF-8.
    var text: String? { String(validating: self, as: UTF8.self) }

    /// The number in the ASCII digits from `start`, `length` of them; nil when one is not a digit.
    func digits(_ start: Int, _ length: Int) -> Int? {
        guard start + length <= count else { return nil }
        var number = 0
        for at in start..<(start + length) {
            let digit = self[at] &- 0x30
            guard digit < 10 else { return nil }
            number = number * 10 + Int(digit)
        }
        return number
    }
}

/// Reads the ways in which exports write a moment. Texts without an offset are Vietnamese time:
/// `2025-05-14T08:00:00+07:00`, `2025-05-14 08:00`, `2025-05-14`, `14/05/2025 08:00:00`, `14/05/2025`, `20250514080000`.
enum MomentText {
    /// - Parameter endOfDay: a text without a time means the last second of its day, which is so for due days.
    static func read(_ text: Bytes, endOfDay: Bool = false) -> Result<Instant, MomentFault> {
        if let instant = national(text) { return inRange(instant) }
        let day: Day?
        let time: Int
        if text.count >= 10, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-") {
            guard let y = text.digits(0, 4), let m = text.digits(5, 2), let d = text.digits(8, 2) else { return .failure(.notADate) }
            (day, time) = (Day(year: y, month: m, day: d), 10)
        } else if text.count >= 10, text[2] == UInt8(ascii: "/"), text[5] == UInt8(ascii: "/") {
            guard let d = text.digits(0, 2), let m = text.digits(3, 2), let y = text.digits(6, 4) else { return .failure(.notADate) }
            (day, time) = (Day(year: y, month: m, day: d), 10)
        } else if text.count == 14, let y = text.digits(0, 4), let m = text.digits(4, 2), let d = text.digits(6, 2) {
            (day, time) = (Day(year: y, month: m, day: d), 8)
        } else {
            return .failure(.notADate)
        }
        guard let day else { return .failure(.notADate) }
        guard let (second, offset) = clock(text, from: time, endOfDay: endOfDay) else { return .failure(.notADate) }
        return inRange(Instant(secondsSinceEpoch: day.number * 86_400 + second - offset))
    }

    /// `2025-05-14T08:00:00+07:00`, the form of the national messages, at one go; nil for any other text and for a moment that does not exist.
    private static func national(_ text: Bytes) -> Instant? {
        guard text.count == 25, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"), text[10] == UInt8(ascii: "T"), text[13] == UInt8(ascii: ":"),
            text[16] == UInt8(ascii: ":"), text[19] == UInt8(ascii: "+"), text[20] == UInt8(ascii: "0"), text[21] == UInt8(ascii: "7"),
            text[22] == UInt8(ascii: ":"), text[23] == UInt8(ascii: "0"), text[24] == UInt8(ascii: "0")
        else { return nil }
        var isNumber = true
        func two(_ at: Int) -> Int {
            let (tens, ones) = (text[at] &- 0x30, text[at + 1] &- 0x30)
            isNumber = isNumber && tens < 10 && ones < 10
            return Int(tens) &* 10 &+ Int(ones)
        }
        let (year, month, day, hour, minute, second) = (two(0) &* 100 &+ two(2), two(5), two(8), two(11), two(14), two(17))
        guard isNumber, hour < 24, minute < 60, second < 60, let date = Day(year: year, month: month, day: day) else { return nil }
        return Instant(local: date, secondOfDay: hour * 3_600 + minute * 60 + second)
    }

    static func inRange(_ moment: Instant) -> Result<Instant, MomentFault> {
        range.contains(moment.day) ? .success(moment) : .failure(.outOfRange)
    }

    /// A number of a workbook that has lost its date format: days since 1899-12-30. Nil for numbers that no day of our range has.
    static func serial(_ text: Bytes, endOfDay: Bool) -> Instant? {
        guard text.count <= 24, let string = text.text, let value = Double(string), value >= 36_526, value < 73_051 else { return nil }
        let second = Int((value * 86_400).rounded())
        let isDay = second % 86_400 == 0
        return Instant(local: Day(number: second / 86_400 - 25_569), secondOfDay: isDay && endOfDay ? 86_399 : second % 86_400)
    }

    enum MomentFault: Error { case notADate, outOfRange }

    /// Earlier and later years are slips of the pen: electronic one-stop records begin after 2000.
    private static let range = Day(number: 10_957)...Day(number: 47_481)

    /// Seconds of the day and the offset from UTC in seconds; nil when the rest of the text is no time.
    private static func clock(_ text: Bytes, from start: Int, endOfDay: Bool) -> (second: Int, offset: Int)? {
        if text.count == start { return (endOfDay ? 86_399 : 0, Instant.localOffset) }
        if start == 8 {
            guard let h = text.digits(8, 2), let m = text.digits(10, 2), let s = text.digits(12, 2), h < 24, m < 60, s < 60 else { return nil }
            return (h * 3_600 + m * 60 + s, Instant.localOffset)
        }
        guard text[start] == UInt8(ascii: "T") || text[start] == UInt8(ascii: " "), text.count >= start + 6,
            let h = text.digits(start + 1, 2), text[start + 3] == UInt8(ascii: ":"), let m = text.digits(start + 4, 2), h < 24, m < 60
        else { return nil }
        var at = start + 6
        var second = h * 3_600 + m * 60
        if at < text.count, text[at] == UInt8(ascii: ":") {
            guard let s = text.digits(at + 1, 2), s < 60 else { return nil }
            (second, at) = (second + s, at + 3)
            if at < text.count, text[at] == UInt8(ascii: ".") {
                repeat { at += 1 } while at < text.count && text.digits(at, 1) != nil
            }
        }
        return offset(text, from: at).map { (second, $0) }
    }

    /// `Z`, `+07:00`, `+0700` or nothing, which is Vietnamese time.
    private static func offset(_ text: Bytes, from at: Int) -> Int? {
        if at == text.count { return Instant.localOffset }
        if text[at] == UInt8(ascii: "Z") { return at + 1 == text.count ? 0 : nil }
        let sign = text[at] == UInt8(ascii: "+") ? 1 : text[at] == UInt8(ascii: "-") ? -1 : 0
        let hasColon = text.count == at + 6 && text[at + 3] == UInt8(ascii: ":")
        guard sign != 0, hasColon || text.count == at + 5, let h = text.digits(at + 1, 2),
            let m = text.digits(at + (hasColon ? 4 : 3), 2), h <= 14, m < 60
        else { return nil }
        return sign * (h * 3_600 + m * 60)
    }
}

/// Whole đồng. A mark inside the number is refused unless the profile says what it means, since `50.000` is fifty in one file
/// and fifty thousand in another.
enum AmountText {
    /// Nothing that is paid over a counter reaches a thousand billion đồng.
    static let limit = 1_000_000_000_000

    static func read(_ text: Bytes, marks: NumberMarks = .none) -> Result<Int, AmountFault> {
        if let amount = text.count <= 13 && !text.isEmpty ? text.digits(0, text.count) : nil {
            return amount <= limit ? .success(amount) : .failure(.notAnAmount)
        }
        if let thousands = marks.thousands, let decimal = marks.decimal, let amount = marked(text, thousands, decimal) { return amount }
        return .failure(fault(of: text))
    }

    /// A number as a workbook or JSON holds it: `50000`, `50000.0`, `5e4`. Its point is always a decimal point.
    static func readNumber(_ text: Bytes) -> Result<Int, AmountFault> {
        guard text.count <= 32, let string = text.text, let value = Double(string), value.isFinite else { return .failure(.notAnAmount) }
        if value < 0 { return .failure(.negative) }
        guard value <= Double(limit) else { return .failure(.notAnAmount) }
        return value.rounded() == value ? .success(Int(value)) : .failure(.fractional)
    }

    /// `1.234.567` or `1.234.567,00`; nil when the groups are not of three digits.
    private static func marked(_ text: Bytes, _ thousands: UInt8, _ decimal: UInt8) -> Result<Int, AmountFault>? {
        let parts = text.split(separator: decimal, omittingEmptySubsequences: false)
        guard parts.count <= 2, text.count <= 24 else { return nil }
        let groups = parts[0].split(separator: thousands, omittingEmptySubsequences: false).map { Bytes(rebasing: $0) }
        guard let first = groups.first, (1...(groups.count == 1 ? 13 : 3)).contains(first.count), groups.dropFirst().allSatisfy({ $0.count == 3 }) else { return nil }
        var amount = 0
        for group in groups {
            guard let number = group.digits(0, group.count) else { return nil }
            for _ in 0..<group.count { amount *= 10 }
            amount += number
            if amount > limit { return .failure(.notAnAmount) }
        }
        if parts.count == 2 {
            let decimals = Bytes(rebasing: parts[1])
            // Three decimals are a group of thousands of the other way of writing.
            guard (1...2).contains(decimals.count), let rest = decimals.digits(0, decimals.count) else { return nil }
            if rest > 0 { return .failure(.fractional) }
        }
        return .success(amount)
    }

    private static func fault(of text: Bytes) -> AmountFault {
        var isNegative = false
        var hasMark = false
        for (at, byte) in text.enumerated() {
            switch byte {
            case UInt8(ascii: "-") where at == 0: isNegative = true
            case UInt8(ascii: "."), UInt8(ascii: ","): hasMark = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): continue
            default: return .notAnAmount
            }
        }
        return isNegative && text.count > 1 ? .negative : hasMark && text.count > 1 ? .fractional : .notAnAmount
    }

    enum AmountFault: Error { case notAnAmount, negative, fractional }
}

/// The part of a procedure's code that is the same everywhere: `1.011442` of `1.011442.000.00.00.H38`.
func normalisedProcedureCode(_ code: Bytes) -> Bytes {
    guard code.count > 8, code[1] == UInt8(ascii: "."), code[8] == UInt8(ascii: "."), code.digits(0, 1) != nil, code.digits(2, 6) != nil
    else { return code }
    return Bytes(rebasing: code[0..<8])
}
