internal import Adoption

/// The way in which one export writes its moments, such as `dd/MM/yyyy HH:mm`.
struct MomentPattern: Sendable {
    private enum Part: Sendable {
        case number(Unit, least: Int, most: Int)
        case sign(UInt8)
    }
    private enum Unit: Character, Sendable { case year = "y", month = "M", day = "d", hour = "H", minute = "m", second = "s" }

    let text: String
    private let parts: [Part]
    private let hasTime: Bool

    /// - Parameter text: `yyyy`, `MM` or `M`, `dd` or `d`, `HH` or `H`, `mm`, `ss`, and any other sign for itself.
    /// - Returns: nil when year, month or day is missing or a letter is not known.
    init?(_ text: String) {
        var parts: [Part] = []
        var seen: Set<Character> = []
        var rest = Substring(text)
        while let first = rest.first {
            guard first.isLetter && first != "T" else {
                guard let byte = first.asciiValue else { return nil }
                parts.append(.sign(byte))
                rest = rest.dropFirst()
                continue
            }
            let run = rest.prefix { $0 == first }
            guard let unit = Unit(rawValue: first), seen.insert(first).inserted, run.count == (unit == .year ? 4 : run.count), run.count <= 4,
                unit == .year || run.count <= 2
            else { return nil }
            parts.append(.number(unit, least: run.count, most: max(run.count, 2)))
            rest = rest.dropFirst(run.count)
        }
        guard seen.isSuperset(of: ["y", "M", "d"]) else { return nil }
        self.text = text
        self.parts = parts
        hasTime = seen.contains("H")
    }

    /// Nil when the text is not written in this way, or names a day or time that does not exist.
    func moment(_ text: Bytes, endOfDay: Bool) -> Instant? {
        var (year, month, day, hour, minute, second) = (0, 0, 0, 0, 0, 0)
        var at = 0
        for part in parts {
            switch part {
            case .sign(let byte):
                guard at < text.count, text[at] == byte else { return nil }
                at += 1
            case .number(let unit, let least, let most):
                var length = 0
                while length < most, at + length < text.count, text.digits(at + length, 1) != nil { length += 1 }
                guard length >= least, let number = text.digits(at, length) else { return nil }
                at += length
                switch unit {
                case .year: year = number
                case .month: month = number
                case .day: day = number
                case .hour: hour = number
                case .minute: minute = number
                case .second: second = number
                }
            }
        }
        guard at == text.count, hour < 24, minute < 60, second < 60, let day = Day(year: year, month: month, day: day) else { return nil }
        return Instant(local: day, secondOfDay: endOfDay && !hasTime ? 86_399 : hour * 3_600 + minute * 60 + second)
    }
}

/// The signs that stand inside the numbers of an export.
enum NumberMarks: String, CaseIterable, Sendable {
    /// `1234`; a sign inside a number is refused.
    case none
    /// `1.234,5`, as Vietnamese writes it.
    case dot = "1.234,5"
    /// `1,234.5`
    case comma = "1,234.5"

    var thousands: UInt8? {
        switch self {
        case .none: nil
        case .dot: UInt8(ascii: ".")
        case .comma: UInt8(ascii: ",")
        }
    }

    var decimal: UInt8? {
        switch self {
        case .none: nil
        case .dot: UInt8(ascii: ",")
        case .comma: UInt8(ascii: ".")
        }
    }
}
