import Adoption

/// The first headline of every unit in every month, as a table that is shaded and as small lines side by side.
extension Composer {
    /// More columns would not fit on A4 in a type that can be read.
    private static let mostUnitMonths = 12

    /// Nothing without units below the one that the report is about.
    var unitMonths: Section? {
        let units = definition.audience == .province ? evidence.reportingUnits : evidence.children(of: agency)
        guard let first = headline.first, !units.isEmpty, definition.trendMonths > 0 else { return nil }
        let months = evidence.period.trend(months: min(definition.trendMonths, Composer.mostUnitMonths))
        func cells(_ unit: Agency) -> [Cell] {
            months.map { .rate(evidence.rate(first, of: unit, in: $0)) } + [evidence.target(first, of: unit).map { .basisPoints($0.basisPoints) } ?? .noData]
        }
        let name = "\(first.name(language)) (\(first.label))"
        let columns = months.map { Column(Words.month($0)(language), group: name, width: 9) } + [Column(Words.target(language), width: 10)]
        let table = byLevel("unit-months-table", Words.unitMonthsCaption(months.count)(language), units, columns, isNumbered: false, isShaded: true, cells: cells, figures: { unit, _ in
            Dictionary(uniqueKeysWithValues: months.enumerated().map { ($0 + 2, Link.figure(figureName(first, unit, in: $1))) })
        }) { cells(agency) }
        let chart = Chart(
            id: "unit-months-chart", title: name, alternative: Words.unitMonthsAlternative(first.name, units.count, months.count)(language), kind: .multiples, tableID: table.id,
            category: 1, series: Array(2..<2 + months.count), target: 2 + months.count)
        return Section(id: "unit-months", title: Words.unitMonths(language), blocks: [.paragraphs([Words.unitMonthsExplained(language)]), .table(table), .chart(chart)])
    }
}
