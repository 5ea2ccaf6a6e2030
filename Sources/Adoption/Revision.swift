/// Why a figure that was final is another now, in the order in which causes are told apart.
package enum RevisionCause: String, CaseIterable, Sendable {
    /// Dossiers or payments that were not there.
    case late
    /// An import was undone.
    case withdrawn
    /// Another channel for dossiers that were there.
    case channel
    /// Anything else about them.
    case correction
    /// Half-months that another period has frozen, or has restated.
    case part
    /// The register of procedures and services: fees and levels.
    case register
    /// The register of units and their events.
    case reorganisation
    /// A newer version of the indicator.
    case definition
}

/// One figure of one unit when it was made final.
package struct FrozenFigure: Hashable, Sendable {
    package let unitKey: String
    /// `O1.v1`
    package let indicator: String
    package let rate: Rate

    package init(unitKey: String, indicator: String, rate: Rate) {
        self.unitKey = unitKey
        self.indicator = indicator
        self.rate = rate
    }
}

/// How one figure changed between two states of a period: `new` is `old` with all its changes.
package struct FigureRevision: Hashable, Sendable {
    package struct Change: Hashable, Sendable {
        package let cause: RevisionCause
        package let numerator: Int
        package let denominator: Int

        package init(cause: RevisionCause, numerator: Int, denominator: Int) {
            self.cause = cause
            self.numerator = numerator
            self.denominator = denominator
        }
    }

    package let unitKey: String
    /// The versions under which the old and the new figure were counted; they differ only where the definition was changed.
    package let oldIndicator: String
    package let newIndicator: String
    package let old: Rate
    package let new: Rate
    /// In the order of the causes; none that changes nothing.
    package let changes: [Change]

    /// - Parameter states: the figure after each cause, in the order of the causes.
    package init(unitKey: String, oldIndicator: String, newIndicator: String, old: Rate, states: [(cause: RevisionCause, rate: Rate)]) {
        self.unitKey = unitKey
        self.oldIndicator = oldIndicator
        self.newIndicator = newIndicator
        self.old = old
        var (last, changes) = (old, [Change]())
        for state in states {
            let change = Change(cause: state.cause, numerator: state.rate.numerator - last.numerator, denominator: state.rate.denominator - last.denominator)
            if change.numerator != 0 || change.denominator != 0 { changes.append(change) }
            last = state.rate
        }
        new = last
        self.changes = changes
    }

    package init(unitKey: String, oldIndicator: String, newIndicator: String, old: Rate, new: Rate, changes: [Change]) {
        self.unitKey = unitKey
        self.oldIndicator = oldIndicator
        self.newIndicator = newIndicator
        self.old = old
        self.new = new
        self.changes = changes
    }

    /// Nothing to tell: causes that cancel each other out are told all the same.
    package var isUnchanged: Bool { old == new && changes.isEmpty && oldIndicator == newIndicator }
}

/// One dossier with its payments, by their numbers.
package struct DossierVersion: Hashable, Sendable {
    package let dossier: Dossier
    package let payments: [Int: Payment]

    package init(_ dossier: Dossier, payments: [Int: Payment]) {
        self.dossier = dossier
        self.payments = payments
    }

    /// What led from one version to another: the version after each cause. A cause that changed nothing leaves the version as it was.
    ///
    /// Every dossier goes through the causes in the same order, so that after each of them all dossiers together are a possible state of the records.
    package static func steps(from old: DossierVersion?, to new: DossierVersion?) -> [(cause: RevisionCause, version: DossierVersion?)] {
        guard let old, let new else { return [(old == nil ? .late : .withdrawn, new)] }
        let withLate = old.payments.merging(new.payments) { known, _ in known }
        let withoutWithdrawn = withLate.filter { new.payments[$0.key] != nil }
        return [
            (.late, DossierVersion(old.dossier, payments: withLate)), (.withdrawn, DossierVersion(old.dossier, payments: withoutWithdrawn)),
            (.channel, DossierVersion(old.dossier.filed(by: new.dossier.channel), payments: withoutWithdrawn)), (.correction, new),
        ]
    }
}
