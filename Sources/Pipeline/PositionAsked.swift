package import Adoption
package import Storage

/// Which state of a store figures are asked for.
package enum PositionAsked: Hashable, Sendable {
    /// That at which the period's figures became final, or the newest while they are open.
    case official
    /// The newest records, whatever is final.
    case newest
    /// The records after an import, whatever is final.
    case dataVersion(Int)
    /// That of a publication.
    case at(Position)

    /// It is not what is official.
    var isAsOf: Bool {
        switch self {
        case .official, .at: false
        case .newest, .dataVersion: true
        }
    }

    /// - Parameter structure: whose units count; those of another day are told by the newest register, also for records that are final.
    package func position(in store: Store, for period: Period, structure: Structure) throws -> Position {
        switch self {
        case .official where structure.day != nil: try store.position()
        case .official: try store.history(of: period).official?.position ?? store.position()
        // No act: nothing is frozen.
        case .newest: Position(dataVersion: try store.dataVersion(), act: 0)
        case .dataVersion(let version): Position(dataVersion: version, act: 0)
        case .at(let position): position
        }
    }
}

extension StructureAsked {
    /// - Throws: `InputError` for the newest structure of a store without units.
    package func structure(in store: Store) throws -> Structure {
        switch self {
        case .then: .then
        case .today: .restated(to: try Look.newestStructure(store))
        case .day(let day): .restated(to: day)
        }
    }
}
