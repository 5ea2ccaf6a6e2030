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
        case summary, sensitivity, movement, outlook, push, channels, ranking, sections, procedures, trend, needed, funnel, collections, savings, questions, completeness, definitions, sources, quarantine, revisions, review
        case payment, progress, online
        case form_ii06 = "form-ii06", form_07a = "form-07a", ownScores = "own-scores"
        case paymentByUnit = "payment-by-unit", servicesByUnit = "services-by-unit", targets
        case publicUnits = "public-units", publicTrend = "public-trend"
    }

    /// Its small counts are hidden, so that it may go to outsiders.
    package var isForOutsiders: Bool { sections.allSatisfy { [.publicUnits, .publicTrend, .definitions].contains($0) } }

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

    package init(
        id: String, audience: Audience, title: Text, indicatorIDs: [String], headlineIDs: [String], sections: [SectionKind], trendMonths: Int,
        minimumVolume: Int, peerVolume: Int, isOnRequest: Bool = false
    ) {
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
    }
}
