internal import Adoption
internal import Ingestion
internal import Pipeline
internal import Rendering
internal import Reporting
internal import Storage
internal import Synchronization

/// What live pages are a function of, kept until the records, the registers, or decisions that concern the period change.
///
/// It is a class because it keeps that.
final class Desks: Sendable {
    private struct Key: Hashable {
        /// As far as it concerns the period.
        let state: Position
        let period: Period
        let structure: StructureAsked
    }

    private let home: Home
    let pages: [ReportDefinition]
    /// Periods that were looked at lately are kept, the others made again.
    private let known = Kept<Key, Desk>(most: 24)

    /// - Throws: what is wrong with a definition of `dashboards/`.
    init(_ home: Home) throws {
        let (all, pages) = try home.addingPages()
        self.home = all
        self.pages = pages
    }

    /// Nil when nothing is stored for the period.
    ///
    /// - Parameter structure: of days only the first ones of structures, so that nobody asks for the same as often as there are days.
    func desk(_ store: Store, _ period: Period, _ structure: StructureAsked) throws -> Desk? {
        let state = try store.position(concerning: period)
        return try known.value(Key(state: state, period: period, structure: structure)) {
            try Desk(store, home: home, pages: pages, period: period, structure: structure, state: state)
        }
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

    private let drawn = Kept<PageKey, Drawn>(most: 128)

    /// Nil when there is no such page.
    func page(_ id: String, of desk: Desk, about agency: Agency, _ language: Language, _ view: StructureAsked, draw: (Report) -> [Markup]) -> Drawn? {
        let key = PageKey(desk: Key(state: desk.state, period: desk.period, structure: view), page: id, agency: agency.key, language: language)
        return drawn.value(key) { desk.page(id, about: agency, language).map { Drawn(report: $0, sections: draw($0)) } }
    }

    private let foldedTexts = Mutex<[String: String]>([:])

    /// A text as it is searched for. Names are the same in every search, and folding them takes longer than looking through them.
    func folded(_ text: String) -> String {
        foldedTexts.withLock { known in
            if let folded = known[text] { return folded }
            if known.count > 100_000 { known = [:] }
            let folded = text.folded
            known[text] = folded
            return folded
        }
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

/// What was made lately, by what it was asked for. Of those who ask at once for the same one makes it, and the others wait for that.
///
/// It is a class because it keeps that.
final class Kept<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// The right to make something. It is a class because those who wait share it.
    private final class Turn: Sendable { let right = Mutex(()) }

    private struct State: Sendable {
        /// What was asked for last stands last.
        var values: [(key: Key, value: Value)] = []
        /// As long as somebody asks, and by how many.
        var turns: [Key: (turn: Turn, count: Int)] = [:]
    }

    private let most: Int
    private let weight: @Sendable (Value) -> Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - most: the weight that all may have together.
    ///   - weight: 1 for things of which there may be so many.
    init(most: Int, weight: @escaping @Sendable (Value) -> Int = { _ in 1 }) {
        self.most = most
        self.weight = weight
    }

    /// - Parameter make: nil is not kept. What it throws is thrown to the one for whom it was made; whoever waited tries it again.
    func value<Failure: Error>(_ key: Key, make: () throws(Failure) -> Value?) throws(Failure) -> Value? {
        if let value = known(key) { return value }
        let turn = enter(key)
        defer { leave(key) }
        let made = turn.right.withLock { _ -> Result<Value?, Failure> in
            if let value = known(key) { return .success(value) }
            let made = Result(catching: make)
            if case .success(let value?) = made { keep(value, key) }
            return made
        }
        return try made.get()
    }

    /// What is there already.
    func known(_ key: Key) -> Value? {
        state.withLock { state -> Value? in
            guard let place = state.values.firstIndex(where: { $0.key == key }) else { return nil }
            let found = state.values.remove(at: place)
            state.values.append(found)
            return found.value
        }
    }

    private func keep(_ value: Value, _ key: Key) {
        state.withLock { state in
            guard weight(value) <= most else { return }
            state.values.append((key, value))
            var excess = state.values.reduce(-most) { $0 + weight($1.value) }
            while excess > 0 { excess -= weight(state.values.removeFirst().value) }
        }
    }

    private func enter(_ key: Key) -> Turn {
        state.withLock { state -> Turn in
            let (turn, count) = state.turns[key] ?? (Turn(), 0)
            state.turns[key] = (turn, count + 1)
            return turn
        }
    }

    private func leave(_ key: Key) {
        state.withLock { state in
            guard let (turn, count) = state.turns[key] else { return }
            state.turns[key] = count > 1 ? (turn, count - 1) : nil
        }
    }
}
