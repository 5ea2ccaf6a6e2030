package import Adoption

/// Puts one report together: a pure function of its definition, the evidence, the unit and the language.
package struct Composer {
    let definition: ReportDefinition
    let evidence: Evidence
    /// The unit that the report is about.
    let agency: Agency
    let language: Language
    /// What outsiders may see; nil in a report that is not for them.
    let publicCounts: PublicCounts?
    let disclosureThreshold: Int
    let letterhead: Letterhead

    package init(
        _ definition: ReportDefinition, evidence: Evidence, agency: Agency, language: Language, publicCounts: PublicCounts? = nil, disclosureThreshold: Int = 5,
        letterhead: Letterhead = Letterhead()
    ) {
        self.letterhead = letterhead
        self.publicCounts = publicCounts
        self.disclosureThreshold = disclosureThreshold
        self.definition = definition
        self.evidence = evidence
        self.agency = agency
        self.language = language
    }

    package func report() -> Report {
        let period = evidence.period
        let restated = evidence.structure.day.map { ["restated-\($0.iso)"] } ?? []
        let parts = [definition.id, evidence.name(of: agency), period.id, period.calendar.rawValue] + restated
        let superior = agency.parentCode.flatMap { code in evidence.agencies.first { $0.code == code } }
        func issuer(_ word: KeyPath<Letterhead.Entry, Text?>) -> Text? { letterhead.find(word, agency, on: period.last) }
        return Report(
            id: parts.joined(separator: "/"), fileStem: fileName(parts), unitCode: agency.code,
            language: language, head: Report.Head(superior: issuer(\.superior)?(language) ?? superior?.name, unit: agency.name),
            title: definition.title(language), periodLine: Words.periodLine(period)(language), notices: notices, status: status,
            sections: definition.sections.compactMap(section),
            figures: definition.audience == .evaluation ? [:] : Dictionary(indicators.map { (figureName($0, agency), evidence.rate($0, of: agency)) }, uniquingKeysWith: { first, _ in first }),
            headline: definition.audience == .evaluation ? [] : headline.map { figureName($0, agency) },
            provenance: Report.Provenance(
                dataVersion: evidence.dataVersion, asOf: evidence.asOf, definitions: indicators.map(\.label), inputHash: evidence.inputHash),
            signing: Report.Signing(place: issuer(\.place), preparedBy: issuer(\.preparedBy), signer: issuer(\.signer), language), look: letterhead.look)
    }

    /// It goes to those who may see this unit and those below it: it tells of no other one, but for the province as a whole.
    var isAboutOneUnit: Bool { [.unit, .commune].contains(definition.audience) && agency.level != .province }

    var indicators: [Indicator] { definition.indicatorIDs.compactMap(evidence.indicator) }

    var headline: [Indicator] { definition.headlineIDs.compactMap(evidence.indicator) }

    /// What comes from invented records or targets says so before anything else.
    private var notices: [String] {
        var notices: [String] = []
        let targets = indicators.compactMap { evidence.target($0, of: agency) }
        if evidence.sources.contains(where: \.isIllustrative) { notices.append(Words.illustrativeRecords(language)) }
        if definition.audience != .evaluation { notices += structureSentences }
        if targets.contains(where: \.isIllustrative) { notices.append(Words.illustrativeTargets(language)) }
        return notices
    }

    private func section(_ kind: ReportDefinition.SectionKind) -> Section? {
        switch kind {
        case .summary: summary
        case .sensitivity: sensitivity
        case .channels: channels
        case .movement: movement
        case .outlook: outlook
        case .push: push
        case .ranking: ranking
        case .sections: sections
        case .procedures: procedures
        case .trend: trend
        case .timeline: timeline
        case .needed: needed
        case .funnel: funnel
        case .collections: collections
        case .savings: savings
        case .questions: questions
        case .completeness: completeness
        case .definitions: definitions
        case .sources: sources
        case .quarantine: quarantine
        case .revisions: revisions
        case .review: review
        case .explanations: explanations
        case .form_ii06: formII06
        case .form_07a: form07a
        case .ownScores: ownScores
        case .paymentByUnit: paymentByUnit
        case .servicesByUnit: servicesByUnit
        case .targets: targetsByUnit
        case .unitMonths: unitMonths
        case .shortfall: shortfall
        case .largestShortfalls: largestShortfalls
        case .movedUp: movedUp
        case .fellBehind: fellBehind
        case .outOfReach: outOfReach
        case .publicUnits: publicUnits
        case .publicTrend: publicTrend
        case .payment: official(.payment)
        case .progress: official(.progress)
        case .online: official(.online)
        }
    }

    func text(_ text: Text) -> Cell { .text(text(language)) }

    func verdict(_ rate: Rate, _ target: Target?) -> Cell {
        .verdict(target?.verdict(on: rate) ?? (rate.isNoData ? .noData : .notJudged))
    }

    /// The distance to the target in percentage points: of the exact rate, rounded once.
    func distance(_ rate: Rate, _ target: Target?) -> Cell {
        target.map { difference(rate, Rate($0.basisPoints, of: 10_000)) } ?? .noData
    }

    /// How far a rate is above another, in percentage points: of the exact rates, rounded once.
    func difference(_ rate: Rate, _ other: Rate) -> Cell {
        other.changeHundredths(to: rate).map { .percentagePoints(hundredths: $0) } ?? .noData
    }

    /// The counts of a unit and their rate; of one of which nothing has come, that nothing has.
    func counts(_ rate: Rate, of unit: Agency) -> [Cell] {
        rate.isNoData && evidence.unreported.contains(unit.key) ? [.notReported, .notReported, .notReported] : [.count(rate.numerator), .count(rate.denominator), .rate(rate)]
    }

    func gap(_ rate: Rate, _ target: Target?) -> (convert: Cell, add: Cell) {
        guard let target else { return (.notApplicable, .notApplicable) }
        if rate.isNoData { return (.noData, .noData) }
        let gap = target.gap(of: rate)
        return (.count(gap.convert), gap.add.map(Cell.count) ?? .notApplicable)
    }
}

/// Letters, digits, `-` and `_` stay; every other sign becomes `-`.
func fileName(_ parts: [String]) -> String {
    String(parts.joined(separator: "_").map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") ? $0 : "-" })
}
