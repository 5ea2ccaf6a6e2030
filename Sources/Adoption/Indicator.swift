/// The same words in Vietnamese and in English; neither can be missing.
package struct Text: Hashable, Sendable {
    package let vi: String
    package let en: String

    package init(vi: String, en: String) {
        self.vi = vi
        self.en = en
    }
}

/// A choice of words for each dimension; a dimension that is not named allows every word.
package struct Condition: Hashable, Sendable {
    /// The allowed codes of each dimension that is named, sorted.
    package let allowed: [Dimension: Set<UInt8>]

    /// The same for the bits of traits, in the order of the vocabulary: a condition is asked for every kind of dossier.
    private let checks: [Check]

    private struct Check: Hashable {
        let dimension: Dimension
        /// One bit for each allowed code.
        let codes: UInt16
    }

    package init(_ allowed: [Dimension: Set<UInt8>] = [:]) {
        self.allowed = allowed
        checks = Dimension.allCases.compactMap { dimension in
            allowed[dimension].map { Check(dimension: dimension, codes: $0.reduce(0) { $0 | 1 << UInt16($1) }) }
        }
    }

    package func holds(for traits: Traits) -> Bool { breach(by: traits) == nil }

    /// The first dimension whose word is not allowed, with that word's code; nil when the condition holds.
    func breach(by traits: Traits) -> (dimension: Dimension, code: UInt8)? {
        for check in checks {
            let code = traits.code(check.dimension)
            if check.codes >> UInt16(code) & 1 == 0 { return (check.dimension, code) }
        }
        return nil
    }

    /// The dimensions that are named, in the order of the vocabulary.
    package var dimensions: [Dimension] { checks.map(\.dimension) }

    package func and(_ other: Condition) -> Condition {
        Condition(allowed.merging(other.allowed) { $0.intersection($1) })
    }
}

/// The document that a definition or a target rests on.
package struct Document: Hashable, Sendable {
    package let number: String
    package let date: Day?
    package let clause: String

    package init(number: String, date: Day?, clause: String) {
        self.number = number
        self.date = date
        self.clause = clause
    }
}

/// A rate, defined: what is asked about, and what of it counts.
///
/// The numerator's condition holds within the denominator, so that a rate never exceeds 1.
package struct Indicator: Hashable, Sendable {
    package let id: String
    package let version: Int
    package let name: Text
    /// One sentence that says what is divided by what.
    package let definition: Text
    /// Definitions of one family compete for the same name, such as the five online submission rates; empty for one that stands alone.
    package let family: String
    package let basis: DateBasis
    package let subject: Subject
    /// Of a rate of dossiers, those that are asked about. Of a rate of procedures, those of which one is enough to make its procedure count.
    package let denominator: Condition
    /// Which of them count; of a rate of procedures, all.
    package let numerator: Condition
    package let source: Document

    /// What is counted, each once.
    package enum Subject: Hashable, Sendable {
        case dossiers
        case procedures(ProcedureQuestion)
    }

    package init(
        id: String, version: Int, name: Text, definition: Text, family: String = "", basis: DateBasis, subject: Subject = .dossiers, denominator: Condition,
        numerator: Condition, source: Document
    ) {
        self.id = id
        self.version = version
        self.name = name
        self.definition = definition
        self.family = family
        self.basis = basis
        self.subject = subject
        self.denominator = denominator
        self.numerator = numerator
        self.source = source
    }

    /// `O1 v1`: how tables name the definition that they used.
    package var label: String { "\(id) v\(version)" }

    /// `O1.v1`: how figures name it.
    package var versionedID: String { "\(id).v\(version)" }

    /// Where a dossier stands in the rate.
    package func place(of traits: Traits) -> Place {
        if let breach = denominator.breach(by: traits) { return .excluded(breach.dimension, breach.code) }
        if let breach = numerator.breach(by: traits) { return .otherwise(breach.dimension, breach.code) }
        return .counted
    }

    package enum Place: Hashable, Sendable {
        /// In the numerator, and so in the denominator.
        case counted
        /// In the denominator only, because of this word.
        case otherwise(Dimension, UInt8)
        /// In neither, because of this word.
        case excluded(Dimension, UInt8)

        /// In the denominator.
        package var isInFigure: Bool {
            if case .excluded = self { return false }
            return true
        }
    }

    package func rate(of tallies: some Sequence<Tally>) -> Rate {
        var rate = Rate.none
        for tally in tallies where tally.basis == basis && denominator.holds(for: tally.traits) {
            rate.denominator += tally.dossiers
            if numerator.holds(for: tally.traits) { rate.numerator += tally.dossiers }
        }
        return rate
    }
}
