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
