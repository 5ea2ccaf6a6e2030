internal import Adoption
internal import Pipeline
internal import Rendering
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

    /// A page as it was composed and drawn, for whoever asks for the same next.
    struct Drawn: Sendable {
        let report: Report
        let sections: [Markup]
    }

    private struct PageKey: Hashable {
        let desk: Key
        let page: String
        let agency: String
        let language: Language
    }

    private let drawn = Mutex<[(key: PageKey, drawn: Drawn)]>([])
    private static let mostPages = 128

    /// Nil when there is no such page.
    func page(_ id: String, of desk: Desk, about agency: Agency, _ language: Language, _ view: StructureAsked, draw: (Report) -> [Markup]) -> Drawn? {
        let key = PageKey(desk: Key(position: desk.position, period: desk.period, structure: view), page: id, agency: agency.key, language: language)
        if let known = drawn.withLock({ $0.first { $0.key == key } }) { return known.drawn }
        guard let report = desk.page(id, about: agency, language) else { return nil }
        let new = Drawn(report: report, sections: draw(report))
        drawn.withLock { drawn in
            drawn.append((key, new))
            if drawn.count > Desks.mostPages { drawn.removeFirst(drawn.count - Desks.mostPages) }
        }
        return new
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
