package import Adoption

/// What a report says and for whom: one file of `reports/`.
package struct ReportDefinition: Hashable, Sendable {
    package enum Audience: String, CaseIterable, Sendable {
        /// One report about the province, from its own records.
        case province
        /// One report for each department and each district.
        case unit
        /// One report for each commune, wherever it stands.
        case commune
        /// One report about a province, from the national portal's published figures.
        case evaluation
    }

    package enum SectionKind: String, CaseIterable, Sendable {
        case summary, sensitivity, movement, outlook, push, channels, ranking, sections, procedures, trend, timeline, needed, funnel, collections, savings, questions, completeness, definitions, sources, quarantine, revisions, review, explanations
        case payment, progress, online
        case form_ii06 = "form-ii06", form_07a = "form-07a", ownScores = "own-scores"
        case paymentByUnit = "payment-by-unit", servicesByUnit = "services-by-unit", targets, unitMonths = "unit-months", shortfall, largestShortfalls = "largest-shortfalls"
        case movedUp = "moved-up", fellBehind = "fell-behind", outOfReach = "out-of-reach"
        case publicUnits = "public-units", publicTrend = "public-trend"
    }

    /// What outsiders may see: sections whose small counts are hidden, and such as have none.
    package static let sectionsForOutsiders: Set<SectionKind> = [.publicUnits, .publicTrend, .definitions]

    /// What speaks of one unit and those below it, and of no other: what somebody may see who may see only that.
    package static let sectionsOfOneUnit: Set<SectionKind> = [
        .summary, .movement, .outlook, .channels, .sections, .procedures, .trend, .timeline, .needed, .funnel, .collections, .savings, .questions, .explanations, .definitions, .targets,
        .unitMonths, .shortfall, .largestShortfalls, .movedUp, .fellBehind, .outOfReach,
    ]

    /// The same about one unit, without what speaks of others.
    package func aboutOneUnit() -> ReportDefinition {
        ReportDefinition(
            id: id, audience: .unit, title: title, indicatorIDs: indicatorIDs, headlineIDs: headlineIDs, sections: sections.filter(ReportDefinition.sectionsOfOneUnit.contains),
            trendMonths: trendMonths, minimumVolume: minimumVolume, peerVolume: peerVolume, isOnRequest: isOnRequest, isForOutsiders: isForOutsiders, spans: spans, calendar: calendar,
            unitOrder: unitOrder, procedureOrder: procedureOrder, structure: structure, language: language, menu: menu)
    }

    /// In which order units or procedures stand.
    package enum Order: String, CaseIterable, Sendable {
        /// By their codes.
        case code
        /// By their names, in the Vietnamese alphabet.
        case name
        /// By the first headline, the highest first.
        case rate
        /// By what is not in the first headline's numerator, the most first.
        case missing
    }

    package let id: String
    package let audience: Audience
    package let title: Text
    /// The indicators of the summary, in its order.
    package let indicatorIDs: [String]
    /// Those that also have columns in the tables of units, procedures and months; units are ranked by the first.
    package let headlineIDs: [String]
    package let sections: [SectionKind]
    package let trendMonths: Int
    /// From how many dossiers on a unit is ranked.
    package let minimumVolume: Int
    /// From how many dossiers of a procedure on a unit is an example for others.
    package let peerVolume: Int
    /// Written only when it is asked for by its id.
    package let isOnRequest: Bool
    /// Its small counts are hidden, and it is only written for outsiders.
    package let isForOutsiders: Bool
    /// The lengths of the periods that it is about.
    package let spans: Set<Span>
    /// The calendar whose periods it is about; nil for both.
    package let calendar: ReportingCalendar?
    package let unitOrder: Order
    package let procedureOrder: Order
    /// Whose units its records count for, unless something else is asked for.
    package let structure: StructureAsked
    /// The language that it is written in, unless another is asked for.
    package let language: Language
    /// The place of a live page in the menu; nil for one that is not in it.
    package let menu: Int?

    package init(
        id: String, audience: Audience, title: Text, indicatorIDs: [String], headlineIDs: [String], sections: [SectionKind], trendMonths: Int,
        minimumVolume: Int, peerVolume: Int, isOnRequest: Bool = false, isForOutsiders: Bool = false, spans: Set<Span> = Set(Span.allCases), calendar: ReportingCalendar? = nil,
        unitOrder: Order = .code, procedureOrder: Order = .missing, structure: StructureAsked = .then, language: Language = .vietnamese, menu: Int? = nil
    ) {
        self.menu = menu
        self.id = id
        self.audience = audience
        self.title = title
        self.indicatorIDs = indicatorIDs
        self.headlineIDs = headlineIDs
        self.sections = sections
        self.trendMonths = trendMonths
        self.minimumVolume = minimumVolume
        self.peerVolume = peerVolume
        self.isOnRequest = isOnRequest
        self.isForOutsiders = isForOutsiders
        self.spans = spans
        self.calendar = calendar
        self.unitOrder = unitOrder
        self.procedureOrder = procedureOrder
        self.structure = structure
        self.language = language
    }

    /// It is about periods like this one.
    package func isAbout(_ period: Period) -> Bool { spans.contains(period.span) && (calendar ?? period.calendar) == period.calendar }
}
