/// What somebody decided about a period. Acts are numbered in the order in which they were done; none is ever changed or taken away.
package struct Act: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        /// A draft went to the units, which may explain their figures.
        case review
        /// The figures are final (chốt số liệu).
        case freeze
        /// They are open again.
        case reopen
        /// The figures are final anew, and every difference to those before is published.
        case restate
        /// Units have explained figures (giải trình).
        case explain
        /// Reports were published.
        case publish
    }

    package let number: Int
    package let kind: Kind
    package let period: Period
    package let moment: Instant
    package let actor: String
    package let reason: String
    /// Why an incomplete period was made final all the same; empty where it was complete.
    package let override: String
    /// The import up to which records counted.
    package let dataVersion: Int

    package init(number: Int, kind: Kind, period: Period, moment: Instant, actor: String, reason: String, override: String, dataVersion: Int) {
        self.number = number
        self.kind = kind
        self.period = period
        self.moment = moment
        self.actor = actor
        self.reason = reason
        self.override = override
        self.dataVersion = dataVersion
    }

    package var position: Position { Position(dataVersion: dataVersion, act: number) }
}

/// A state of a store: the records up to an import, and what was decided up to an act.
package struct Position: Hashable, Sendable {
    package let dataVersion: Int
    package let act: Int

    package init(dataVersion: Int, act: Int) {
        self.dataVersion = dataVersion
        self.act = act
    }
}

/// How far the figures of a period, or of one unit in it, have come.
package enum PeriodState: String, CaseIterable, Sendable {
    /// Days of it are still to come, or nothing has come of the unit.
    case collecting
    /// It is over, and any of its figures may still change.
    case provisional
    /// A draft is with the units.
    case inReview = "in review"
    /// Frozen: later data changes nothing.
    case final
    /// Frozen anew, with every difference published.
    case restated
}

/// What was decided about one period so far.
package struct PeriodHistory: Hashable, Sendable {
    package let period: Period
    /// Those about exactly this period, in their order.
    package let acts: [Act]
    /// Of other periods: those by which every half-month of this one is frozen; empty while one is open, or is frozen by this period itself.
    package let covering: [Act]

    /// - Parameter covering: in their order.
    package init(period: Period, acts: [Act], covering: [Act] = []) {
        self.period = period
        self.acts = acts.filter { $0.period == period }
        self.covering = covering
    }

    /// What made the figures what they are; nil while they are open.
    package var frozen: Act? { last(of: [.freeze, .restate, .reopen]).flatMap { $0.kind == .reopen ? nil : $0 } }

    /// The number of the act that made the figures what they officially are: final, or open again; 0 while nothing was decided.
    package var lastDecision: Int { max(official?.number ?? 0, reopened?.number ?? 0) }

    /// What made them final last, even if they are open again.
    package var lastFrozen: Act? { last(of: [.freeze, .restate]) }

    /// The act whose state of the store shows the final figures; nil while they are open. A period that was opened again is open until it
    /// is frozen again, whatever other periods have frozen of it.
    package var official: Act? { frozen ?? (reopened == nil ? covering.last : nil) }

    package var revisions: [Act] { acts.filter { $0.kind == .restate } }

    /// The draft that the units have now.
    package var review: Act? { last(of: [.review, .freeze, .restate, .reopen]).flatMap { $0.kind == .review ? $0 : nil } }

    /// It was final, and is open again.
    package var reopened: Act? { last(of: [.freeze, .restate, .reopen]).flatMap { $0.kind == .reopen ? $0 : nil } }

    private func last(of kinds: Set<Act.Kind>) -> Act? { acts.last { kinds.contains($0.kind) } }

    /// - Parameter asOf: the day that the records have reached.
    package func state(asOf: Day) -> PeriodState {
        if let frozen { return frozen.kind == .restate ? .restated : .final }
        if official != nil { return .final }
        if review != nil { return .inReview }
        return asOf < period.last ? .collecting : .provisional
    }

    /// The state of one unit.
    ///
    /// - Parameters:
    ///   - isUnreported: nothing of it has come.
    ///   - isRevised: the last restatement changed one of its figures.
    package func state(asOf: Day, isUnreported: Bool, isRevised: Bool) -> PeriodState {
        switch state(asOf: asOf) {
        case .restated: isRevised ? .restated : .final
        case .provisional where isUnreported: .collecting
        case let state: state
        }
    }
}

/// What a unit says about one of its figures.
package struct Remark: Hashable, Sendable {
    /// The name of the figure.
    package let figure: String
    package let text: String
    package let actor: String
    package let moment: Instant

    package init(figure: String, text: String, actor: String, moment: Instant) {
        self.figure = figure
        self.text = text
        self.actor = actor
        self.moment = moment
    }
}
