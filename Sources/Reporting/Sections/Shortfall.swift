import Adoption

/// Who is furthest from the target, counted in dossiers and not in percent: a small unit far below it is missing less than a large one just below.
extension Composer {
    /// All units, those that miss most first.
    var shortfall: Section? { shortfall("shortfall", Words.shortfall, limit: nil) }

    /// The three that miss most.
    var largestShortfalls: Section? { shortfall("largest-shortfalls", Words.largestShortfalls, limit: 3) }

    private func shortfall(_ id: String, _ title: Text, limit: Int?) -> Section? {
        let units = definition.audience == .province ? evidence.reportingUnits : evidence.children(of: agency)
        guard let first = headline.first, !units.isEmpty else { return nil }
        let standings = units.map { unit -> (unit: Agency, rate: Rate, target: Target?, missing: Int) in
            let (rate, target) = (evidence.rate(first, of: unit), evidence.target(first, of: unit))
            return (unit, rate, target, rate.isNoData ? 0 : target?.gap(of: rate).convert ?? 0)
        }.sorted { a, b in
            if a.missing != b.missing { return a.missing > b.missing }
            return VietnameseOrder(a.unit.name) < VietnameseOrder(b.unit.name)
        }
        let all = standings.reduce(0) { $0 + $1.missing }
        let shown = limit.map { Array(standings.filter { $0.missing > 0 }.prefix($0)) } ?? standings
        if shown.isEmpty { return Section(id: id, title: title(language), blocks: [.paragraphs([Words.noShortfall(language)])]) }
        let rows = shown.map { one -> Row in
            let cells = [.text(one.unit.name), text(Words.level(one.unit.level))] + counts(one.rate, of: one.unit) + [
                one.target.map { .basisPoints($0.basisPoints) } ?? .noData, verdict(one.rate, one.target), one.target == nil ? .notApplicable : .count(one.missing),
                all == 0 ? .noData : .rate(Rate(one.missing, of: all)),
            ]
            return Row(.body, cells, links: links(cells, [first], of: one.unit, name: 0))
        }
        let group = "\(first.name(language)) (\(first.label))"
        let table = Table(
            id: id + "-table", caption: Words.shortfallCaption(first.name)(language),
            columns: [
                Column(Words.unit(language), width: 40), Column(Words.levelTitle(language), width: 14), Column(Words.numerator(language), group: group, width: 10),
                Column(Words.denominator(language), group: group, width: 10), Column(Words.rate(language), group: group, width: 10), Column(Words.target(language), group: group, width: 10),
                Column(Words.result(language), group: group, width: 18), Column(Words.missingDossiers(language), width: 14),
                Column((isAboutOneUnit ? Words.shareOfUnitsShortfall : Words.shareOfShortfall)(language), width: 14),
            ], rows: rows, isFilterable: true)
        return Section(id: id, title: title(language), blocks: [.table(table)])
    }
}
