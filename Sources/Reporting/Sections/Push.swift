import Adoption

extension Composer {
    /// Units and procedures by how far the province would rise if each did as well as the best of its like. Of one unit: how far it would rise
    /// itself, without who the best is and what stands behind the best's rate.
    var push: Section? {
        guard let indicator = headline.first else { return nil }
        let opportunities = evidence.opportunities[indicator.id] ?? Opportunities()
        let found = definition.audience == .province ? opportunities.all : opportunities.byUnit[evidence.name(of: agency)] ?? Opportunities.Top()
        let title = Words.push(language)
        if found.first.isEmpty { return Section(id: "push", title: title, blocks: [.paragraphs([Words.nothingToPush(language)])]) }
        let names = Dictionary(evidence.reportingUnits.map { (evidence.name(of: $0), $0.name) }, uniquingKeysWith: { first, _ in first })
        let shown = Set(found.first.map(\.local.procedureKey))
        let procedures = Dictionary(evidence.register.procedures.values.filter { shown.contains($0.code) }.map { ($0.code, $0.name) }, uniquingKeysWith: { first, _ in first })
        // A report about one unit need not repeat it in every row.
        let namesUnits = definition.audience == .province
        let own = evidence.rate(indicator, of: agency)
        let rows = found.first.map { one in
            let id = FigureID(
                indicator: indicator.versionedID, scope: Scope(agencyCode: one.local.unitKey, procedureCode: one.local.procedureKey), period: evidence.period,
                structure: evidence.structure)
            let (peer, rise): ([Cell], Cell) = isAboutOneUnit
                // Rounded: the exact rate would give its counts away.
                ? ([one.peer.rate.hundredthsOfPercent.map(Cell.basisPoints) ?? .noData], difference(Rate(own.numerator + one.gainDossiers, of: own.denominator), own))
                : ([.text(names[one.peer.unitKey] ?? one.peer.unitKey), .rate(one.peer.rate)], .percentagePoints(hundredths: one.riseHundredths))
            return Row(.body, (namesUnits ? [.text(names[one.local.unitKey] ?? one.local.unitKey)] : []) + [
                .text(one.local.procedureKey), .text(procedures[one.local.procedureKey] ?? ""),
                .count(one.local.rate.numerator), .count(one.local.rate.denominator), .rate(one.local.rate),
            ] + peer + [.count(one.gainDossiers), rise, .text(id.text)])
        }
        let best = Words.bestPeer(language)
        let peer = isAboutOneUnit
            ? [Column(Words.bestOfLevel(language), width: 16)] : [Column(Words.unit(language), group: best, width: 26), Column(Words.rate(language), group: best, width: 10)]
        let table = Table(
            id: "push-table", caption: Words.pushCaption(indicator.name, rows.count, of: found.count)(language),
            columns: (namesUnits ? [Column(Words.unit(language), width: 26)] : []) + [
                Column(Words.code(language), width: 12), Column(Words.procedure(language), width: 36), Column(Words.numerator(language), width: 10),
                Column(Words.denominator(language), width: 10), Column(Words.rate(language), width: 10),
            ] + peer + [
                Column(Words.gain(language), width: 12), Column((isAboutOneUnit ? Words.riseOfUnit : Words.rise)(language), width: 13),
                Column(Words.figureName(language), width: 30),
            ], rows: rows, isFilterable: true)
        return Section(id: "push", title: title, blocks: [.paragraphs([(isAboutOneUnit ? Words.pushExplainedToUnit : Words.pushExplained)(language)]), .table(table)])
    }
}
