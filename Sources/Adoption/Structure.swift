/// Whose units the records of a report count for.
package enum Structure: Hashable, Sendable {
    /// The units as they were when the records were made.
    case then
    /// The units of one day, each record with the heir of its unit.
    case restated(to: Day)

    /// The day whose units count; nil for the units of their time.
    package var day: Day? {
        switch self {
        case .then: nil
        case .restated(let day): day
        }
    }
}

/// A structure as it is asked for: the newest is known by the register only.
package enum StructureAsked: Hashable, Sendable {
    case then
    case today
    case day(Day)

    /// `then`, `today` or a day such as `2025-07-01`; nil for anything else.
    package init?(_ text: String) {
        switch text {
        case "then": self = .then
        case "today": self = .today
        default:
            guard let day = Day(iso: text) else { return nil }
            self = .day(day)
        }
    }
}
