import Adoption

extension Composer {
    /// The units below the province with their counts, and the province's, for outsiders.
    var publicUnits: Section? {
        let units = definition.audience == .province ? evidence.reportingUnits : []
        var rows = units.map { Row(.body, [.text($0.name), text(Words.level($0.level))] + publicCells($0, evidence.period)) }
        rows.append(Row(.total, [.text(agency.name), text(Words.level(agency.level))] + publicCells(agency, evidence.period)))
        let columns = [Column(Words.unit(language), width: 40), Column(Words.levelTitle(language), width: 16)] + publicColumns
        let table = Table(id: "public-units-table", caption: Words.publicUnits(language), columns: columns, rows: rows)
        return Section(id: "public-units", title: Words.summary(language), blocks: [.paragraphs([Words.publicExplained(disclosureThreshold)(language)]), .table(table)])
    }

    /// The months that end with the period, for outsiders.
    var publicTrend: Section? {
        let months = evidence.period.trend(months: definition.trendMonths)
        if months.isEmpty { return nil }
        let rows = months.map { Row(.body, [.text(Words.month($0)(language)), .text(Words.days($0)(language))] + publicCells(agency, $0)) }
        let columns = [Column(Words.monthTitle(language), width: 12), Column(Words.exactDays(language), width: 26)] + publicColumns
        let table = Table(id: "public-trend-table", caption: Words.trendCaption(months.count)(language), columns: columns, rows: rows)
        return Section(id: "public-trend", title: Words.trend(language), blocks: [.table(table)])
    }

    private func publicCells(_ unit: Agency, _ period: Period) -> [Cell] {
        headline.flatMap { indicator -> [Cell] in
            guard let (rate, isHidden) = publicCounts?.cells(indicator, unit, period) else { return [.suppressed, .suppressed, .suppressed, .suppressed] }
            if isHidden { return [.suppressed, .suppressed, .suppressed, .suppressed] }
            let target = evidence.target(indicator, of: unit, in: period)
            return [.count(rate.numerator), .count(rate.denominator), .rate(rate), verdict(rate, target)]
        }
    }

    private var publicColumns: [Column] {
        headline.flatMap { indicator -> [Column] in
            let group = "\(indicator.name(language)) (\(indicator.label))"
            return [
                Column(Words.numerator(language), group: group, width: 11), Column(Words.denominator(language), group: group, width: 11),
                Column(Words.rate(language), group: group, width: 11), Column(Words.result(language), group: group, width: 18),
            ]
        }
    }
}
