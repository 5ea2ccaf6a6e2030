package import Adoption
internal import FoundationEssentials
package import Reporting
package import Storage

/// Everything that live pages show of one period, from one state of the store. Making it asks the store; every page of it is then a matter of
/// milliseconds, whatever the number of dossiers.
package struct Desk: Sendable {
    package let period: Period
    package let structure: Structure
    /// The state of the store that is shown: that at which the period became final, or the newest.
    package let position: Position
    /// The newest state of the store that concerned the period when this was made.
    package let state: Position
    private let evidence: Evidence
    private let definitions: [ReportDefinition]
    private let letterhead: Letterhead

    /// - Parameters:
    ///   - pages: the definitions of the pages; `home` has them beside its reports.
    ///   - structure: whose units the records count for.
    ///   - state: the store's `position(concerning:)` before this was made.
    /// - Returns: nil when nothing is stored for the period.
    package init?(_ store: Store, home: Home, pages: [ReportDefinition], period: Period, structure: StructureAsked, state: Position) throws {
        let publish = try Publish(store, home: home, period: period, structure: try structure.structure(in: store), reportIDs: pages.map(\.id))
        guard try publish.hasRecords else { return nil }
        self.period = period
        self.structure = publish.structure
        position = publish.position
        self.state = state
        definitions = publish.pages
        evidence = try publish.desk()
        letterhead = publish.letterhead
    }

    /// The province of the period; nil when the register has none.
    package var province: Agency? { evidence.province }

    /// The units of the period, in the order of their codes.
    package var agencies: [Agency] { evidence.agencies }

    /// The unit with the code, or with its code and validity.
    package func agency(_ code: String) -> Agency? { evidence.agencies.last { $0.code == code || evidence.name(of: $0) == code || $0.aliases.contains(code) } }

    /// The unit is the other one or below it, in the period.
    package func isWithin(_ agency: Agency, _ scope: Agency) -> Bool { evidence.isWithin(agency, scope) }

    /// The name by which figures call the unit.
    package func name(of agency: Agency) -> String { evidence.name(of: agency) }

    /// The latest moment that the records tell of.
    package var asOf: Instant { evidence.asOf }

    package var isIllustrative: Bool { evidence.sources.contains(where: \.isIllustrative) }

    /// One page about one unit, without what speaks of others when it is not the province; nil when there is no such page.
    package func page(_ id: String, about agency: Agency, _ language: Language) -> Report? {
        guard let definition = definitions.first(where: { $0.id == id }) else { return nil }
        let isProvince = agency.key == province?.key
        // A page about units is about all of them where it is the province's.
        let shown = isProvince ? (definition.audience == .unit ? definition.aboutOneUnit() : definition) : definition.aboutOneUnit()
        return Composer(shown, evidence: evidence, agency: agency, language: language, letterhead: letterhead).report()
    }

    /// The rate and the target of an indicator.
    package func rate(_ indicatorID: String, of agency: Agency) -> (indicator: Indicator, rate: Rate, target: Target?)? {
        evidence.indicator(indicatorID).map { ($0, evidence.rate($0, of: agency), evidence.target($0, of: agency)) }
    }
}
