import Adoption

extension Composer {
    /// Each indicator of the unit against its target, with the gap in dossiers and the document.
    var summary: Section? {
        if definition.audience == .evaluation { return officialSummary }
        let rows = indicators.filter { $0.subject == .dossiers }.map { indicator in
            let rate = evidence.rate(indicator, of: agency)
            let target = evidence.target(indicator, of: agency)
            let gap = gap(rate, target)
            return Row(.body, [
                .text(indicator.label), text(indicator.name), .count(rate.numerator), .count(rate.denominator), .rate(rate),
                target.map { .basisPoints($0.basisPoints) } ?? .noData, distance(rate, target), verdict(rate, target), gap.convert, gap.add,
                .text(target?.document.number ?? "–"),
            ], links: [4: .figure(figureName(indicator, agency))])
        }
        let table = Table(
            id: "summary-table", caption: Words.againstTargets(language),
            columns: [
                Column(Words.code(language), width: 8), Column(Words.indicator(language), width: 44),
                Column(Words.numerator(language), group: Words.dossiers(language), width: 11),
                Column(Words.denominator(language), group: Words.dossiers(language), width: 11),
                Column(Words.rate(language), width: 11), Column(Words.target(language), width: 11),
                Column(Words.distance(language), width: 11), Column(Words.result(language), width: 20),
                Column(Words.convert(language), group: Words.stillNeeded(language), width: 13),
                Column(Words.add(language), group: Words.stillNeeded(language), width: 13), Column(Words.document(language), width: 24),
            ], rows: rows)
        return Section(id: "summary", title: Words.summary(language), blocks: [.paragraphs(summarySentences), .table(table), .paragraphs([Words.gapExplained(language)])] + procedureShares + [remarks].compactMap { $0 })
    }

    /// The rates that count procedures, apart from those that count dossiers.
    private var procedureShares: [Block] {
        let rows = indicators.filter { $0.subject != .dossiers }.map { indicator in
            let rate = evidence.rate(indicator, of: agency)
            let target = evidence.target(indicator, of: agency)
            return Row(.body, [
                .text(indicator.label), text(indicator.name), .count(rate.numerator), .count(rate.denominator), .rate(rate),
                target.map { .basisPoints($0.basisPoints) } ?? .noData, distance(rate, target), verdict(rate, target), .text(target?.document.number ?? "–"),
            ], links: [4: .figure(figureName(indicator, agency))])
        }
        if rows.isEmpty { return [] }
        return [.table(Table(
            id: "procedure-shares-table", caption: Words.procedureShares(language),
            columns: [
                Column(Words.code(language), width: 8), Column(Words.indicator(language), width: 44),
                Column(Words.numerator(language), group: Words.procedures(language), width: 11),
                Column(Words.denominator(language), group: Words.procedures(language), width: 11),
                Column(Words.rate(language), width: 11), Column(Words.target(language), width: 11), Column(Words.distance(language), width: 11),
                Column(Words.result(language), width: 20), Column(Words.document(language), width: 24),
            ], rows: rows))]
    }

    /// The same period under every definition that goes by the same name: of 5.781 online filings one province published 77,62 % while
    /// 11.287 dossiers were newly received (51,22 %).
    var sensitivity: Section? {
        let families = indicators.map(\.family).filter { !$0.isEmpty }.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let tables = families.compactMap { family -> Block? in
            let members = evidence.indicators.filter { $0.family == family }
            guard members.count > 1, let first = members.first else { return nil }
            let published = evidence.rate(first, of: agency)
            let rows = members.map { indicator in
                let rate = evidence.rate(indicator, of: agency)
                return Row(.body, [
                    .text(indicator.label), text(indicator.definition), text(Words.basis(indicator.basis)), .count(rate.numerator), .count(rate.denominator), .rate(rate),
                    indicator.id == first.id ? .notApplicable : difference(rate, published),
                ])
            }
            return .table(Table(
                id: "sensitivity-\(fileName([family]))", caption: Words.sensitivityCaption(first.name)(language),
                columns: [
                    Column(Words.code(language), width: 8), Column(Words.definition(language), width: 72), Column(Words.dateBasis(language), width: 18),
                    Column(Words.numerator(language), width: 11), Column(Words.denominator(language), width: 11), Column(Words.rate(language), width: 11),
                    Column(Words.distanceTo(first.label)(language), width: 14),
                ], rows: rows))
        }
        if tables.isEmpty { return nil }
        return Section(id: "sensitivity", title: Words.sensitivity(language), blocks: [.paragraphs([Words.sensitivityExplained(language)])] + tables)
    }

    /// What a reader who reads nothing else should know.
    private var summarySentences: [String] {
        var sentences = indicators.prefix(2).compactMap { indicator -> String? in
            let rate = evidence.rate(indicator, of: agency)
            if rate.isNoData { return nil }
            let target = evidence.target(indicator, of: agency)
            return Words.rateSentence(
                indicator.name, Cell.rate(rate), rate, target.map { ($0.basisPoints, $0.verdict(on: rate)) })(language)
        }
        if definition.audience == .province, let first = headline.first {
            let judged = evidence.reportingUnits.compactMap { unit -> Bool? in
                let rate = evidence.rate(first, of: unit)
                guard let target = evidence.target(first, of: unit), !rate.isNoData else { return nil }
                return target.verdict(on: rate) == .met
            }
            if !judged.isEmpty { sentences.append(Words.unitsReaching(judged.count { $0 }, of: judged.count, first.name)(language)) }
            sentences += shortfall(first)
            let silent = evidence.reportingUnits.filter { evidence.rate(first, of: $0).isNoData }.map(\.name)
            if !silent.isEmpty { sentences.append(Words.unitsWithoutData(silent)(language)) }
        }
        return sentences.isEmpty ? [Words.nothingCounted(language)] : sentences
    }

    /// The few units to which half of what is missing to their targets belongs.
    private func shortfall(_ indicator: Indicator) -> [String] {
        let gaps = evidence.reportingUnits.compactMap { unit -> (name: String, missing: Int)? in
            let rate = evidence.rate(indicator, of: unit)
            guard let target = evidence.target(indicator, of: unit), !rate.isNoData else { return nil }
            return (unit.name, target.gap(of: rate).convert)
        }.filter { $0.missing > 0 }.sorted { ($1.missing, VietnameseOrder($0.name)) < ($0.missing, VietnameseOrder($1.name)) }
        let all = gaps.reduce(0) { $0 + $1.missing }
        var (found, sum): ([String], Int) = ([], 0)
        for gap in gaps where sum * 2 < all {
            found.append(gap.name)
            sum += gap.missing
        }
        // Of two units one always has half.
        return gaps.count < 3 ? [] : [Words.halfOfShortfall(found, sum, of: all)(language)]
    }

    /// The units below the province, like with like: each level in the order of the first indicator, ties sharing their rank. Nothing in a report
    /// about one of them.
    var ranking: Section? {
        guard let first = headline.first, !isAboutOneUnit else { return nil }
        let shown = headline.prefix(2)
        let units = Dictionary(evidence.reportingUnits.map { (evidence.name(of: $0), $0) }, uniquingKeysWith: { first, _ in first })
        let places = [AgencyLevel.department, .district, .commune, .other].flatMap { level in
            ranked(units.filter { $0.value.level == level }.map { (key: $0.key, rate: evidence.rate(first, of: $0.value)) }, minimum: definition.minimumVolume)
        }
        let rows = places.compactMap { place -> Row? in
            guard let unit = units[place.key] else { return nil }
            let cells = [place.rank.map(Cell.count) ?? .noData, .text(unit.name), text(Words.level(unit.level))] + shown.flatMap { indicator -> [Cell] in
                let rate = evidence.rate(indicator, of: unit)
                let (target, interval) = (evidence.target(indicator, of: unit), rate.wilson())
                let certainty = indicator.id == first.id ? [interval?.low, interval?.high].map { $0.map(Cell.basisPoints) ?? .noData } : []
                return counts(rate, of: unit) + certainty
                    + [target.map { .basisPoints($0.basisPoints) } ?? .noData, verdict(rate, target)] + (indicator.id == first.id ? [gap(rate, target).convert] : [])
            }
            return Row(.body, cells, links: links(cells, Array(shown), of: unit, name: 1))
        }
        let columns = [Column(Words.rankTitle(language), width: 7), Column(Words.unit(language), width: 40), Column(Words.levelTitle(language), width: 14)]
            + shown.flatMap { indicator -> [Column] in
                let group = "\(indicator.name(language)) (\(indicator.label))"
                let certainty = indicator.id == first.id ? [Words.intervalLow, Words.intervalHigh].map { Column($0(language), group: group, width: 11) } : []
                return [
                    Column(Words.numerator(language), group: group, width: 10), Column(Words.denominator(language), group: group, width: 10),
                    Column(Words.rate(language), group: group, width: 10),
                ] + certainty + [
                    Column(Words.target(language), group: group, width: 10), Column(Words.result(language), group: group, width: 18),
                ] + (indicator.id == first.id ? [Column(Words.convert(language), group: group, width: 12)] : [])
            }
        let table = Table(id: "ranking-table", caption: Words.rankedBy(first.name)(language), columns: columns, rows: rows, isFilterable: true)
        let byRate = ranked(units.map { (key: $0.key, rate: evidence.rate(first, of: $0.value)) }, minimum: 1).filter { !$0.rate.isNoData }.compactMap { units[$0.key]?.name }
        let chart = Chart(
            id: "ranking-chart", title: "\(first.name(language)) (\(first.label))", alternative: Words.rankingAlternative(first.name, byRate.first, byRate.last)(language),
            kind: .bars, tableID: table.id, category: 1, series: [5], target: 8)
        return Section(
            id: "ranking", title: Words.ranking(language),
            blocks: [.paragraphs([Words.rankingExplained(definition.minimumVolume)(language)]), .chart(chart), .table(table), .paragraphs([reconciliation(first)])])
    }

    /// How the units' dossiers come to the province's: with what it received itself, and less what counts for two units because one of them moved
    /// within the period.
    private func reconciliation(_ indicator: Indicator) -> String {
        let subtrees = evidence.reportingUnits.map { evidence.subtree(of: $0) }
        let (all, below) = (evidence.subtree(of: agency), subtrees.reduce(into: Set<Int>()) { $0.formUnion($1) })
        func rate(_ numbers: Set<Int>) -> Rate { evidence.cube.rate(indicator, agencies: numbers, in: evidence.period) }
        let units = subtrees.reduce(Rate.none) { $0 + rate($1) }
        let (own, once, total) = (rate(all.subtracting(below)), rate(below), rate(all))
        return Words.reconciliation(units, own, (units.numerator - once.numerator, units.denominator - once.denominator), total)(language)
    }
}
