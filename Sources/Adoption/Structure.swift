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

extension Register {
    /// The first day of the structure of a day: from one change of the register to the next all days have the same.
    ///
    /// - Returns: for a day before all units, the day before the first of them.
    package func structureBegin(on day: Day) -> Day {
        let ends = agencies.values.compactMap { $0.validity.last?.advanced(by: 1) }
        let changes = agencies.values.map(\.validity.first) + ends + events.map(\.date)
        return changes.filter { $0 <= day }.max() ?? changes.min()?.advanced(by: -1) ?? Day(number: 0)
    }
}
