import Adoption
import Reporting
import Storage

/// What has become of a period's figures since they were made final, taken apart by cause.
///
/// The tallies of then are brought to those of now one cause after the other, and every figure is computed after each: so
/// the changes by cause add up to the whole change, whatever kind of figure it is.
struct Revising {
    private let store: Store
    private let home: Home
    private let last: Act
    private let period: Period
    private let now: Position

    struct Found {
        /// The state of the store that was looked at.
        let position: Position
        /// All figures as they are now.
        let figures: [FrozenFigure]
        /// Those that are not what they were, by unit and indicator.
        let changed: [FigureRevision]
    }

    init(_ store: Store, home: Home, since last: Act) throws {
        self.store = store
        self.home = home
        self.last = last
        period = last.period
        now = try store.position()
    }

    /// The figures of a period by the tallies of a store.
    ///
    /// - Parameter live: the half-months of which the records as they stand are counted although they are frozen.
    static func figures(_ store: Store, _ indicators: [Indicator], in period: Period, live: TallyQuestion.HalfMonths = .none) throws -> Figures {
        var tallies = TallySet()
        try store.eachTally(TallyQuestion(period.halfMonths, byProcedure: true, live: live)) { tallies.add($0) }
        return tallies.figures(indicators, period, try store.register())
    }

    func revisions() throws -> Found {
        let rewound = try store.rewound(to: last.position)
        let (oldRegister, newRegister) = (try rewound.store.register(), try store.register())
        guard let kept = try store.definitions(of: last.number) else { throw StoreError("the definitions of act \(last.number) are gone") }
        let oldIndicators = try Home(definitionSet: kept).indicators
        // Those that this period freezes now; of them, those that it froze then can be followed dossier by dossier.
        let open = try store.halfMonths(openTo: period)
        let followed = try store.halfMonths(ownedBy: last).intersection(open)
        let mixed = Register(agencies: oldRegister.agencies, procedures: newRegister.procedures, services: newRegister.services.all, events: oldRegister.events)

        var tallies = TallySet()
        try rewound.store.eachTally(TallyQuestion(period.halfMonths, byProcedure: true)) { tallies.add($0) }
        let old = tallies.figures(oldIndicators, period, oldRegister)
        try checkFrozen(old.all(oldIndicators))
        var states: [(cause: RevisionCause, figures: Figures)] = []
        let changes = try store.changes(since: rewound, in: followed, register: oldRegister)
        for cause in [RevisionCause.late, .withdrawn, .channel, .correction] {
            tallies.add(changes[cause] ?? [:])
            states.append((cause, tallies.figures(oldIndicators, period, oldRegister)))
        }
        var current = TallySet()
        try store.eachTally(TallyQuestion(period.halfMonths, byProcedure: true, live: .some(open))) { current.add($0) }
        tallies.replace(outside: followed, by: current)
        states.append((.part, tallies.figures(oldIndicators, period, oldRegister)))
        states.append((.register, current.figures(oldIndicators, period, mixed)))
        let reorganised = current.figures(oldIndicators, period, newRegister)
        states.append((.reorganisation, reorganised))
        let redefined = current.figures(home.indicators, period, newRegister)
        return Found(
            position: now, figures: redefined.all(home.indicators),
            changed: all(old, oldIndicators, states, redefined).filter { !$0.isUnchanged })
    }

    /// The figures that an act made final follow from the tallies and registers of then.
    static func isWhole(_ store: Store, _ act: Act) throws -> Bool {
        guard let kept = try store.definitions(of: act.number) else { return false }
        let (view, indicators) = (try store.rewound(to: act.position).store, try Home(definitionSet: kept).indicators)
        return try isSame(figures(view, indicators, in: act.period).all(indicators), store.frozenFigures(of: act.number))
    }

    private static func isSame(_ figures: [FrozenFigure], _ others: [FrozenFigure]) -> Bool { Set(figures) == Set(others) && figures.count == others.count }

    /// What is kept of the figures must follow from what is kept of the tallies.
    private func checkFrozen(_ figures: [FrozenFigure]) throws {
        guard try Revising.isSame(figures, store.frozenFigures(of: last.number)) else {
            throw StoreError("the figures that act \(last.number) made final do not follow from what is kept of \(period.id); restore the store from its backup and report this")
        }
    }

    private func all(_ old: Figures, _ oldIndicators: [Indicator], _ states: [(cause: RevisionCause, figures: Figures)], _ redefined: Figures) -> [FigureRevision] {
        let (before, after) = (units(old.register), units(redefined.register))
        return Set(before.keys).union(after.keys).sorted().flatMap { key in
            oldIndicators.map { indicator in
                let newer = home.indicators.first { $0.id == indicator.id }
                var rates = states.map { state in
                    (cause: state.cause, rate: (state.cause == .reorganisation ? after[key] : before[key]).map { state.figures.rate(indicator, of: $0) } ?? Rate.none)
                }
                // One that is defined no more is published no more.
                if newer != indicator { rates.append((.definition, after[key].flatMap { unit in newer.map { redefined.rate($0, of: unit) } } ?? Rate.none)) }
                return FigureRevision(
                    unitKey: key, oldIndicator: indicator.versionedID, newIndicator: (newer ?? indicator).versionedID, old: before[key].map { old.rate(indicator, of: $0) } ?? Rate.none,
                    states: rates)
            }
        }
    }

    private func units(_ register: Register) -> [String: Agency] {
        Dictionary(register.agencies(in: period).map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    }
}

/// The tallies of one period by kind, which can be changed.
private struct TallySet {
    private var counts: [Tally.Kind: TallyChange] = [:]

    mutating func add(_ tally: Tally) { counts[tally.kind, default: TallyChange()].add(tally.dossiers, tally.collectedVND) }

    mutating func add(_ changes: [Tally.Kind: TallyChange]) {
        for (kind, change) in changes {
            counts[kind, default: TallyChange()].add(change.dossiers, change.collectedVND)
            if counts[kind]?.dossiers == 0 { counts[kind] = nil }
        }
    }

    /// Everything outside of some half-months is what it is in another set.
    mutating func replace(outside halfMonths: Set<HalfMonth>, by other: TallySet) {
        counts = counts.filter { halfMonths.contains($0.key.halfMonth) }.merging(other.counts.filter { !halfMonths.contains($0.key.halfMonth) }) { own, _ in own }
    }

    func figures(_ indicators: [Indicator], _ period: Period, _ register: Register) -> Figures {
        let (ofDossiers, ofProcedures) = (indicators.filter { $0.subject == .dossiers }, indicators.filter { $0.subject != .dossiers })
        var cube = RateCube(indicators: ofDossiers, ofProcedures: ofProcedures, period: period, halfMonths: period.halfMonths)
        for (kind, count) in counts {
            let tally = Tally(kind, dossiers: count.dossiers, collectedVND: count.collectedVND)
            cube.add(ofAll: tally)
            cube.add(ofProcedure: tally)
        }
        return Figures(period: period, register: register, cube: cube)
    }
}
