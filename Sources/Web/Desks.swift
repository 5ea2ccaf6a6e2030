internal import Adoption
internal import Pipeline
internal import Reporting
internal import Storage
internal import Synchronization

/// What live pages are a function of, kept until the records, the decisions or the registers change.
///
/// It is a class because it keeps that.
final class Desks: Sendable {
    private struct Key: Hashable {
        let position: Position
        let period: Period
        let structure: StructureAsked
    }

    private let home: Home
    let pages: [ReportDefinition]
    private let known = Mutex<[(key: Key, desk: Desk)]>([])
    /// Periods that were looked at lately are kept, the others made again.
    private static let most = 24

    /// - Throws: what is wrong with a definition of `dashboards/`.
    init(_ home: Home) throws {
        pages = try home.pages()
        self.home = try home.addingPages()
    }

    /// Nil when nothing is stored for the period.
    func desk(_ store: Store, _ period: Period, _ structure: StructureAsked) throws -> Desk? {
        let key = Key(position: try store.position(), period: period, structure: structure)
        if let desk = known.withLock({ known -> Desk? in
            guard let place = known.firstIndex(where: { $0.key == key }) else { return nil }
            let found = known.remove(at: place)
            known.append(found)
            return found.desk
        }) { return desk }
        guard let desk = try Desk(store, home: home, pages: pages, period: period, structure: structure) else { return nil }
        known.withLock { known in
            known.removeAll { $0.key == key }
            known.append((key, desk))
            if known.count > Desks.most { known.removeFirst(known.count - Desks.most) }
        }
        return desk
    }

    /// The newest month with records; nil for an empty store.
    func newestPeriod(_ store: Store, _ calendar: ReportingCalendar) throws -> Period? {
        guard let latest = try store.latestUpdate()?.day else { return nil }
        var month = Period(calendar, containing: latest)
        for _ in 0..<60 {
            if try store.hasTallies(in: month.halfMonths) { return month }
            month = month.previous
        }
        return nil
    }
}
