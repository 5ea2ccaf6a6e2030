/// A value that a document demands of an indicator, for a scope and a time.
package struct Target: Hashable, Sendable {
    package let indicatorID: String
    package let coverage: Coverage
    package let validity: Validity
    /// 7000 is 70 %.
    package let basisPoints: Int
    package let document: Document
    /// An example that no authority has set; every output that uses it says so.
    package let isIllustrative: Bool

    package init(
        indicatorID: String, coverage: Coverage, validity: Validity, basisPoints: Int, document: Document, isIllustrative: Bool
    ) {
        precondition((0...10_000).contains(basisPoints))
        self.indicatorID = indicatorID
        self.coverage = coverage
        self.validity = validity
        self.basisPoints = basisPoints
        self.document = document
        self.isIllustrative = isIllustrative
    }

    /// Exact, in whole numbers: 69,96 % shown as "70,0 %" is not 70 %.
    package func verdict(on rate: Rate) -> Verdict {
        if rate.isNoData { return .noData }
        return 10_000 * rate.numerator >= basisPoints * rate.denominator ? .met : .missed
    }

    /// How many dossiers are missing.
    package func gap(of rate: Rate) -> Gap {
        let (n, d, t) = (rate.numerator, rate.denominator, basisPoints)
        let short = t * d - 10_000 * n
        guard short > 0 else { return Gap(convert: 0, add: 0) }
        let rest = 10_000 - t
        return Gap(convert: short.dividedRoundingUp(by: 10_000), add: rest == 0 ? nil : short.dividedRoundingUp(by: rest))
    }
}

package enum Verdict: String, Hashable, Sendable { case met, missed, notJudged, noData }

/// What a rate lacks to its target, in dossiers.
package struct Gap: Hashable, Sendable {
    /// Of the dossiers already received, this many more should have counted: max(0, ⌈tN⌉ − n).
    package let convert: Int
    /// This many further dossiers, all of which count, would reach the target: max(0, ⌈(tN − n)/(1 − t)⌉).
    /// Nil when no number would, which is so at 100 %.
    package let add: Int?

    package init(convert: Int, add: Int?) {
        self.convert = convert
        self.add = add
    }
}

/// The targets of a province.
package struct Targets: Sendable {
    package let all: [Target]

    package init(_ all: [Target]) { self.all = all }

    /// The target of a unit on a day: its own before its level's before the province's.
    ///
    /// A period is judged by the target that is valid on its last day.
    package func target(_ indicatorID: String, agency: Agency, on day: Day) -> Target? {
        all.filter { $0.indicatorID == indicatorID && $0.validity.contains(day) && $0.coverage.covers(agency) }
            .min { $0.coverage.rank < $1.coverage.rank }
    }

    /// The targets of a unit one after another. One that gives way to a closer one holds on fewer days than its document says, and may come back.
    package func steps(_ indicatorID: String, of agency: Agency) -> [TargetStep] {
        let covering = all.filter { $0.indicatorID == indicatorID && $0.coverage.covers(agency) }
        let turns = Set(covering.map(\.validity.first) + covering.compactMap { $0.validity.last?.advanced(by: 1) }).sorted()
        var steps: [TargetStep] = []
        for (place, day) in turns.enumerated() {
            guard let target = self.target(indicatorID, agency: agency, on: day) else { continue }
            let last = place + 1 < turns.count ? turns[place + 1].advanced(by: -1) : nil
            var first = day
            if let step = steps.last, step.target == target, step.days.last == day.advanced(by: -1) {
                first = step.days.first
                steps.removeLast()
            }
            steps.append(TargetStep(target: target, days: Validity(first: first, last: last)))
        }
        return steps
    }
}

/// A target with the days on which it is the one that holds for a unit.
package struct TargetStep: Hashable, Sendable {
    package let target: Target
    package let days: Validity
}
