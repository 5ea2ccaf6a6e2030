package import Adoption

/// How far the figures of a report's period have come, and what was decided and said about them.
package struct Standing: Sendable {
    /// A shorter or other period whose figures stand in this report too, and were restated.
    package struct Revised: Hashable, Sendable {
        package let act: Act
        /// The how-manieth restatement of its period it is.
        package let number: Int

        package init(act: Act, number: Int) {
            self.act = act
            self.number = number
        }
    }

    package let history: PeriodHistory
    /// How the last restatement of the period changed figures; empty when there was none.
    package let revisions: [FigureRevision]
    package let revisedElsewhere: [Revised]
    /// What units say about figures, by their names.
    package let remarks: [String: Remark]
    /// The report shows the records of an earlier data version, whatever was frozen.
    package let isAsOf: Bool

    package init(
        history: PeriodHistory, revisions: [FigureRevision] = [], revisedElsewhere: [Revised] = [], remarks: [String: Remark] = [:], isAsOf: Bool = false
    ) {
        self.history = history
        self.revisions = revisions
        self.revisedElsewhere = revisedElsewhere
        self.remarks = remarks
        self.isAsOf = isAsOf
    }
}

extension Composer {
    /// The state of the figures and what is missing from them, for the cover.
    var status: Report.Status? {
        if definition.audience == .evaluation { return nil }
        let standing = evidence.standing
        let below = evidence.subtree(of: agency)
        let units = evidence.completeness.filter { one in evidence.register.number(of: one.agency).map(below.contains) ?? false || evidence.structure.day != nil && definition.audience == .province }
        let coverage = UnitCoverage(units)
        let keys = Set(units.map(\.agency.key)).union([agency.key])
        let isRevised = definition.audience == .province || standing.revisions.contains { keys.contains($0.unitKey) }
        let state = standing.history.state(asOf: evidence.asOf.day, isUnreported: evidence.unreported.contains(agency.key), isRevised: isRevised)
        var lines = [Words.stateExplained(state)(language)]
        // Who decided what, and which unit's days are missing, is not for outsiders.
        if publicCounts != nil { return Report.Status(state: Words.state(state)(language), isFinal: standing.history.official != nil, lines: lines) }
        if standing.isAsOf { lines = [Words.asOfVersion(evidence.dataVersion)(language)] }
        if let act = standing.history.frozen { lines += frozenLines(act, standing) }
        if standing.history.frozen == nil, !standing.history.covering.isEmpty { lines.append(Words.covered(standing.history.covering)(language)) }
        if let act = standing.history.reopened { lines.append(Words.reopened(act)(language)) }
        lines += standing.revisedElsewhere.map { Words.revisedElsewhere($0)(language) }
        return Report.Status(state: Words.state(state)(language), isFinal: standing.history.official != nil, lines: lines + coverage.lines(language))
    }

    private func frozenLines(_ act: Act, _ standing: Standing) -> [String] {
        var lines = [Words.frozen(act, revision: standing.history.revisions.firstIndex(of: act).map { $0 + 1 })(language)]
        // Why it was made final all the same is said of whichever units' records were missing.
        if !act.override.isEmpty { lines.append((isAboutOneUnit ? Words.overriddenElsewhere : Words.overridden(act))(language)) }
        return lines
    }

    /// What units said about the figures of this report, each with its figure; nothing where that is a section of its own.
    var remarks: Block? {
        if evidence.standing.remarks.isEmpty || definition.sections.contains(.explanations) { return nil }
        let units = [agency] + (definition.audience == .province ? evidence.reportingUnits : [])
        let sentences = units.flatMap { unit in
            indicators.compactMap { indicator -> String? in
                let name = figureName(indicator, unit)
                return evidence.standing.remarks[name].map { remark in
                    Words.remarked(unit.name, indicator.name, Cell.rate(evidence.rate(indicator, of: unit)).text(language), remark, name)(language)
                }
            }
        }
        return sentences.isEmpty ? nil : .paragraphs([Words.remarksCaption(language)] + sentences)
    }

    func figureName(_ indicator: Indicator, _ unit: Agency, procedure: String? = nil, in period: Period? = nil) -> String {
        FigureID(
            indicator: indicator.versionedID, scope: Scope(agencyCode: evidence.name(of: unit), procedureCode: procedure), period: period ?? evidence.period,
            structure: evidence.structure
        ).text
    }

    /// The links of a row that has one rate for each indicator, in their order, after a part that names the unit.
    ///
    /// - Parameter name: the place of the unit's name; nil where it is not named.
    func links(_ cells: [Cell], _ indicators: [Indicator], of unit: Agency, name: Int? = nil, procedure: String? = nil, in period: Period? = nil) -> [Int: Link] {
        let rates = cells.indices.filter { if case .rate = cells[$0] { true } else { false } }
        var links = Dictionary(
            zip(rates, indicators).map { place, indicator in (place, Link.figure(figureName(indicator, unit, procedure: procedure, in: period))) }, uniquingKeysWith: { $1 })
        if let name { links[name] = .unit(evidence.name(of: unit)) }
        return links
    }

    /// How the last restatement changed the figures of this report: old, new, and by how much each cause changed them.
    var revisions: Section? {
        let below = evidence.subtree(of: agency)
        let units = evidence.agencies.filter { evidence.register.number(of: $0).map(below.contains) ?? false }
        let names = Dictionary(units.map { ($0.key, $0.name) }, uniquingKeysWith: { first, _ in first })
        let order = Dictionary(units.map { ($0.key, Int($0.level.rawValue)) }, uniquingKeysWith: { first, _ in first })
        // The province first, then departments, districts, communes; units that are gone last.
        let shown = evidence.standing.revisions.filter { names[$0.unitKey] != nil || definition.audience == .province }
            .sorted { (order[$0.unitKey] ?? Int.max, $0.unitKey, $0.newIndicator) < (order[$1.unitKey] ?? Int.max, $1.unitKey, $1.newIndicator) }
        guard let act = evidence.standing.history.frozen, act.kind == .restate else { return nil }
        let number = evidence.standing.history.revisions.count
        let opening = Words.revisionOpening(act, number: number)(language)
        if shown.isEmpty { return Section(id: "revisions", title: Words.revisionsTitle(language), blocks: [.paragraphs([opening, Words.noRevisionHere(language)])]) }
        let causes = RevisionCause.allCases.filter { cause in shown.contains { $0.changes.contains { $0.cause == cause } } }
        let rows = shown.map { revision -> Row in
            let indicator = evidence.indicators.first { $0.versionedID == revision.newIndicator }
            let labels = revision.oldIndicator == revision.newIndicator ? revision.newIndicator : "\(revision.oldIndicator) → \(revision.newIndicator)"
            return Row(.body, [
                .text(names[revision.unitKey] ?? revision.unitKey), .text(labels), .text(indicator?.name(language) ?? ""), .count(revision.old.numerator),
                .count(revision.old.denominator), .rate(revision.old), .count(revision.new.numerator), .count(revision.new.denominator), .rate(revision.new),
            ] + causes.flatMap { cause -> [Cell] in
                let change = revision.changes.first { $0.cause == cause }
                return [.difference(change?.numerator ?? 0), .difference(change?.denominator ?? 0)]
            })
        }
        let (numerator, denominator) = (Words.numerator(language), Words.denominator(language))
        func counts(_ group: String) -> [Column] {
            [Column(numerator, group: group, width: 10), Column(denominator, group: group, width: 10), Column(Words.rate(language), group: group, width: 10)]
        }
        let columns = [Column(Words.unit(language), width: 34), Column(Words.code(language), width: 12), Column(Words.indicator(language), width: 34)]
            + counts(Words.publishedBefore(language)) + counts(Words.publishedNow(language))
            + causes.flatMap { cause in [Column(numerator, group: Words.cause(cause)(language), width: 10), Column(denominator, group: Words.cause(cause)(language), width: 10)] }
        let table = Table(id: "revisions-table", caption: Words.revisionsCaption(language), columns: columns, rows: rows, isFilterable: true)
        return Section(id: "revisions", title: Words.revisionsTitle(language), blocks: [.paragraphs([opening, Words.revisionsExplained(language)]), .table(table)])
    }

    /// The figures of a unit with a column for its own words, to be sent back.
    var review: Section? {
        let rows = indicators.map { indicator -> Row in
            let rate = evidence.rate(indicator, of: agency)
            let (name, target) = (figureName(indicator, agency), evidence.target(indicator, of: agency))
            return Row(.body, [
                .text(name), text(indicator.name), .count(rate.numerator), .count(rate.denominator), .rate(rate), target.map { .basisPoints($0.basisPoints) } ?? .noData,
                verdict(rate, target), .input(evidence.standing.remarks[name]?.text ?? ""),
            ])
        }
        let table = Table(
            id: "review-table", caption: Words.reviewCaption(language),
            columns: [
                Column(Words.figureName(language), width: 36), Column(Words.indicator(language), width: 34), Column(Words.numerator(language), width: 10),
                Column(Words.denominator(language), width: 10), Column(Words.rate(language), width: 10), Column(Words.target(language), width: 10),
                Column(Words.result(language), width: 16), Column(Words.remark(language), width: 60),
            ], rows: rows)
        return Section(id: "review", title: Words.reviewTitle(language), blocks: [.paragraphs([Words.reviewExplained(language)]), .table(table)])
    }
}
