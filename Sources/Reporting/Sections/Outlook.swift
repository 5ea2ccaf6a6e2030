import Adoption

extension Composer {
    /// Where each headline rate will stand at the end of the period, while that is not over, and of the year; how sure that is, and what the
    /// target demands of the rest.
    var outlook: Section? {
        let rows = prospects(of: agency).map { prospect -> Row in
            let (indicator, projection) = (prospect.indicator, prospect.projection)
            let soFar = projection.soFar
            // One trial is no range.
            let band = projection.testedPeriods > 1 ? projection.bandHundredths : nil
            return Row(.body, [
                .day(prospect.aim.last), .text(indicator.label), text(indicator.name), .count(soFar.numerator), .count(soFar.denominator), .rate(soFar),
                .basisPoints(prospect.target.basisPoints),
                .count(projection.furtherDossiers), .rate(projection.projected), band.map { .basisPoints($0.lowerBound) } ?? .noData,
                band.map { .basisPoints($0.upperBound) } ?? .noData, text(Words.method(projection.method)),
                projection.meanAbsoluteErrorHundredths.map { .percentagePoints(hundredths: $0) } ?? .noData, .count(projection.testedPeriods),
                required(prospect.demand), text(Words.demand(prospect.demand)),
            ])
        }
        if rows.isEmpty { return nil }
        let course = evidence.lastComplete
        let (so, end, test) = (Words.soFar(language), Words.atTheEnd(language), Words.backTest(language))
        let table = Table(
            id: "outlook-table", caption: Words.outlookCaption(HalfMonth(index: course.index + 1).first.advanced(by: -1))(language),
            columns: [
                Column(Words.untilDay(language), width: 12), Column(Words.code(language), width: 8), Column(Words.indicator(language), width: 28), Column(Words.numerator(language), group: so, width: 10),
                Column(Words.denominator(language), group: so, width: 10), Column(Words.rate(language), group: so, width: 10), Column(Words.target(language), width: 10),
                Column(Words.expected(language), group: end, width: 11), Column(Words.rate(language), group: end, width: 10), Column(Words.atLeast(language), group: end, width: 10),
                Column(Words.atMost(language), group: end, width: 10), Column(Words.methodTitle(language), width: 16), Column(Words.meanError(language), group: test, width: 11),
                Column(Words.testedYears(language), group: test, width: 9), Column(Words.requiredShare(language), width: 12), Column(Words.outlookVerdict(language), width: 24),
            ], rows: rows)
        return Section(id: "outlook", title: Words.outlook(language), blocks: [.table(table), .paragraphs([Words.outlookExplained(language)])])
    }

    /// Each headline rate of a unit that has a target, at the end of the period and of the year; none where that is over.
    func prospects(of unit: Agency) -> [Prospect] {
        let course = evidence.lastComplete
        let comparable = evidence.firstComparable(unit)
        // A unit that was reorganised meanwhile is not the one that the time began with.
        let aims = (evidence.period.months.count == 12 ? [evidence.period] : [evidence.period, evidence.period.wholeYear]).filter { aim in
            aim.halfMonths.upperBound > course && (comparable.map { $0 <= aim.first } ?? true)
        }
        if aims.isEmpty { return [] }
        let courses = headline.map { (indicator: $0, series: evidence.series($0, of: unit, since: comparable)) }
        return aims.flatMap { aim in courses.compactMap { indicator, series -> Prospect? in
            guard let target = evidence.target(indicator, of: unit, in: aim) else { return nil }
            guard let projection = Projection.best(for: aim, series: series, lastComplete: course).first else { return nil }
            return Prospect(
                aim: aim, indicator: indicator, target: target, projection: projection, demand: target.demand(of: projection.soFar, further: projection.furtherDossiers))
        } }
    }

    private func required(_ demand: Demand?) -> Cell {
        switch demand {
        case .reachable(let needed, let further): .rate(Rate(needed, of: further))
        case .secured, .outOfReach: .notApplicable
        case nil: .noData
        }
    }
}

/// Where a rate will stand at the end of a time, and what its target demands until then.
struct Prospect {
    let aim: Period
    let indicator: Indicator
    let target: Target
    let projection: Projection
    let demand: Demand?
}

extension Evidence {
    /// The last half-month of the report of which every day lies behind the latest record.
    var lastComplete: HalfMonth {
        let reached = HalfMonth(asOf.day.advanced(by: 1)).index - 1
        return HalfMonth(index: min(period.halfMonths.upperBound.index, reached))
    }

    /// The day of the last reorganisation of the unit, before which nothing can be compared; nil when there was none. A province stays the same
    /// while the units below it are reorganised.
    func firstComparable(_ agency: Agency) -> Day? {
        if structure.day != nil { return nil }
        let first = cube.firstDay
        let events = breaks(of: agency, from: first, and: period.wholeYear)
        return events.filter { agency.level != .province || $0.fromCode == agency.code || $0.toCode == agency.code }.map(\.date).max()
    }

    /// What each half-month brought to the unit and those that were below it in that year, from the first in which any unit has something.
    ///
    /// - Parameter since: half-months that begin before are left out.
    func series(_ indicator: Indicator, of agency: Agency, since: Day?) -> [HalfMonth: Rate] {
        guard let first = firstHalfMonth, first <= lastComplete else { return [:] }
        return (first.index...lastComplete.index).reduce(into: [:]) { series, index in
            let halfMonth = HalfMonth(index: index)
            if let since, halfMonth.first < since { return }
            let year = Period(period.calendar, year: (index + (period.calendar == .administrative ? 1 : 0)) / 24, months: 1...12)
            series[halfMonth] = cube.rate(indicator, agencies: subtree(of: agency, in: year), halfMonth: halfMonth)
        }
    }
}
