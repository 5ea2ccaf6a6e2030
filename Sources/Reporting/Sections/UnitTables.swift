import Adoption

extension Composer {
    /// Every unit's own records under its level; the total is their sum.
    var sections: Section? {
        let inside = definition.audience == .province ? evidence.agencies : [agency] + descendants(of: agency)
        let table = byLevel("sections-table", Words.ownRecords(language), inside.filter { $0.level != .province || !isSilent($0) }, rateColumns(headline)) { unit in
            headline.flatMap { counts(evidence.cube.rate($0, agencies: evidence.own(unit), in: evidence.period), of: unit) }
        } total: {
            cells { evidence.rate($0, of: agency) }
        }
        if table.rows.count < 4 { return nil }
        return Section(id: "sections", title: Words.byUnit(language), blocks: [.table(table)])
    }

    /// How dossiers were filed: the share of each way, and the other rates within it.
    var channels: Section? {
        guard let first = headline.first else { return nil }
        let agencies = evidence.subtree(of: agency)
        let all = evidence.rate(first, of: agency).denominator
        let others = Array(headline.dropFirst())
        func cells(_ received: Int, _ rate: (Indicator) -> Rate) -> [Cell] {
            [.count(received), .rate(Rate(received, of: all))] + others.flatMap { indicator -> [Cell] in
                let rate = rate(indicator)
                return [.count(rate.numerator), .count(rate.denominator), .rate(rate)]
            }
        }
        var rows = [Channel.online, .counter, .postal].map { channel in
            let received = evidence.cube.rate(first, agencies: agencies, channel: channel).denominator
            return Row(.body, [text(Words.channel(channel))] + cells(received) { evidence.cube.rate($0, agencies: agencies, channel: channel) })
        }
        rows.append(Row(.total, [text(Words.total)] + cells(all) { evidence.rate($0, of: agency) }))
        let columns = [Column(Words.channelTitle(language), width: 26), Column(Words.dossiers(language), width: 12), Column(Words.share(language), width: 12)]
            + rateColumns(others)
        let table = Table(id: "channels-table", caption: Words.channelsCaption(first.label)(language), columns: columns, rows: rows)
        return Section(id: "channels", title: Words.byChannel(language), blocks: [.table(table)])
    }

    /// The procedures of the unit and of the units below it, those with the most dossiers outside the first rate on top.
    var procedures: Section? {
        guard let first = headline.first else { return nil }
        let place = evidence.cube.procedurePlace(first)
        let sums = evidence.cube.procedures(agencies: evidence.subtree(of: agency))
        let known = sums.compactMap { id, rates in evidence.register.procedures[id].map { (procedure: $0, rates: rates) } }
        let sorted = ordered(known, by: definition.procedureOrder) { Sortable(code: $0.procedure.code, name: $0.procedure.name, rate: $0.rates[place]) }
        var rows = sorted.map { entry -> Row in
            let all = [.text(entry.procedure.code), .text(entry.procedure.name), .text(entry.procedure.sector)] + cells { entry.rates[evidence.cube.procedurePlace($0)] }
            return Row(.body, all, links: links(all, headline, of: agency, procedure: entry.procedure.code))
        }
        if rows.isEmpty { return Section(id: "procedures", title: Words.byProcedure(language), blocks: [.paragraphs([Words.nothingCounted(language)])]) }
        rows.append(Row(.total, [.empty, text(Words.total), .empty] + cells { evidence.rate($0, of: agency) }))
        let columns = [
            Column(Words.code(language), width: 13), Column(Words.procedure(language), width: 56), Column(Words.sector(language), width: 24),
        ] + rateColumns(headline)
        let table = Table(id: "procedures-table", caption: Words.proceduresSorted(definition.procedureOrder)(language), columns: columns, rows: rows, isFilterable: true)
        return Section(id: "procedures", title: Words.byProcedure(language), blocks: [.table(table)])
    }

    /// What is missing to each target and under which procedures it is to be found.
    var needed: Section? {
        let missed = indicators.filter { $0.subject == .dossiers }.compactMap { indicator -> (indicator: Indicator, rate: Rate, target: Target)? in
            let rate = evidence.rate(indicator, of: agency)
            guard let target = evidence.target(indicator, of: agency), target.verdict(on: rate) == .missed else { return nil }
            return (indicator, rate, target)
        }
        var blocks: [Block] = [.paragraphs(missed.isEmpty ? [Words.everyTargetMet(language)] : missed.map { item in
            Words.neededSentence(item.indicator.name, item.target, item.target.gap(of: item.rate))(language)
        })]
        let sums = evidence.cube.procedures(agencies: evidence.subtree(of: agency))
        for item in missed {
            let place = evidence.cube.procedurePlace(item.indicator)
            let top = sums.compactMap { id, rates in evidence.register.procedures[id].map { ($0, rates[place]) } }
                .filter { $0.1.missing > 0 }
                .sorted { ($0.1.missing, $1.0.code) > ($1.1.missing, $0.0.code) }
                .prefix(10)
            let rows = top.map { procedure, rate in
                Row(.body, [.text(procedure.code), .text(procedure.name), .count(rate.missing), .count(rate.denominator), .rate(rate)])
            }
            let columns = [
                Column(Words.code(language), width: 13), Column(Words.procedure(language), width: 64),
                Column(Words.notCounted(language), width: 16), Column(Words.denominator(language), width: 12), Column(Words.rate(language), width: 12),
            ]
            blocks.append(.table(Table(
                id: "needed-\(item.indicator.id)", caption: Words.whereToGain(item.indicator.name)(language), columns: columns, rows: rows)))
        }
        return Section(id: "needed", title: Words.neededTitle(language), blocks: blocks)
    }

    /// The months that end with the period, each with the target that held on its last day.
    var trend: Section? {
        let shown = Array(headline.prefix(2))
        guard !shown.isEmpty, definition.trendMonths > 0 else { return nil }
        let months = evidence.period.trend(months: definition.trendMonths)
        let rows = months.map { month -> Row in
            let cells = [.text(Words.month(month)(language)), .text(Words.days(month)(language))] + shown.flatMap { indicator -> [Cell] in
                let rate = evidence.rate(indicator, of: agency, in: month)
                let isBefore = evidence.firstHalfMonth.map { month.halfMonths.upperBound < $0 } ?? false
                return (isBefore ? [.notReported, .notReported, .notReported] : [.count(rate.numerator), .count(rate.denominator), .rate(rate)]) + [evidence.target(indicator, of: agency, in: month).map { .basisPoints($0.basisPoints) } ?? .noData]
            }
            return Row(.body, cells, links: links(cells, shown, of: agency, in: month))
        }
        let columns = [Column(Words.monthTitle(language), width: 12), Column(Words.exactDays(language), width: 26)] + shown.flatMap { indicator -> [Column] in
            let group = "\(indicator.name(language)) (\(indicator.label))"
            return [
                Column(Words.numerator(language), group: group), Column(Words.denominator(language), group: group),
                Column(Words.rate(language), group: group), Column(Words.target(language), group: group),
            ]
        }
        let table = Table(id: "trend-table", caption: Words.trendCaption(months.count)(language), columns: columns, rows: rows)
        let charts = shown.enumerated().map { index, indicator in
            Block.chart(Chart(
                id: "trend-chart-\(index + 1)", title: "\(indicator.name(language)) (\(indicator.label))",
                alternative: Words.trendAlternative(indicator.name, months.count)(language), kind: .line, tableID: table.id,
                category: 0, series: [4 + index * 4], target: 5 + index * 4, breaks: breaks(in: months)))
        }
        return Section(id: "trend", title: Words.trend(language), blocks: charts + [.table(table)])
    }

    /// Where the structure changed within the months; nothing where they all count for the units of one day.
    private func breaks(in months: [Period]) -> [Chart.Break] {
        guard let first = months.first, evidence.structure.day == nil else { return [] }
        let days = Set(evidence.breaks(of: agency, from: first.first.advanced(by: 1)).map(\.date)).sorted()
        return days.compactMap { day in
            months.firstIndex { $0.contains(day) }.map { place in
                let month = months[place]
                let passed = Rate(day.number - month.first.number, of: month.last.number - month.first.number + 1)
                return Chart.Break(row: place, passed: passed, label: Words.breakLabel(day)(language))
            }
        }
    }

    private func rateColumns(_ indicators: [Indicator]) -> [Column] {
        indicators.flatMap { indicator -> [Column] in
            let group = "\(indicator.name(language)) (\(indicator.label))"
            return [
                Column(Words.numerator(language), group: group, width: 10), Column(Words.denominator(language), group: group, width: 10),
                Column(Words.rate(language), group: group, width: 10),
            ]
        }
    }

    private func cells(_ rate: (Indicator) -> Rate) -> [Cell] {
        headline.flatMap { indicator -> [Cell] in
            let rate = rate(indicator)
            return [.count(rate.numerator), .count(rate.denominator), .rate(rate)]
        }
    }

    private func isSilent(_ unit: Agency) -> Bool {
        headline.allSatisfy { evidence.cube.rate($0, agencies: evidence.own(unit), in: evidence.period).isNoData }
    }

    private func descendants(of agency: Agency) -> [Agency] {
        evidence.children(of: agency).flatMap { [$0] + descendants(of: $0) }
    }
}
