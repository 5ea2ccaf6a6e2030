import Adoption

/// What changed about the units since the period before, and what no unit can reach any more.
extension Composer {
    /// The units whose first rate rose, the greatest rise first.
    var movedUp: Section? {
        moved("moved-up", Words.movedUp, Words.movedUpCaption, Words.nobodyMovedUp) { $0.change > 0 } before: { $0.change > $1.change }
    }

    /// The units whose first rate fell and which miss their target or have none, the greatest fall first: who falls and still meets it is not behind.
    var fellBehind: Section? {
        moved("fell-behind", Words.fellBehind, Words.fellBehindCaption, Words.nobodyFellBehind) { one in
            one.change < 0 && one.target?.verdict(on: one.now) != .met
        } before: { $0.change < $1.change }
    }

    /// A unit in both periods, with enough dossiers in each and not reorganised between them.
    private struct Moved {
        let unit: Agency
        let before: Rate
        let now: Rate
        /// In hundredths of a percentage point.
        let change: Int
        let target: Target?
    }

    private var unitsBelow: [Agency] { definition.audience == .province ? evidence.reportingUnits : evidence.children(of: agency) }

    private func moved(
        _ id: String, _ title: Text, _ caption: (Text, Period) -> Text, _ nobody: Text, where isShown: (Moved) -> Bool, before comesFirst: (Moved, Moved) -> Bool
    ) -> Section? {
        guard let first = headline.first, !unitsBelow.isEmpty else { return nil }
        let previous = evidence.period.previous
        let units = unitsBelow.compactMap { unit -> Moved? in
            let (before, now) = (evidence.rate(first, of: unit, in: previous), evidence.rate(first, of: unit))
            guard comparable(previous, of: unit) != nil, min(before.denominator, now.denominator) >= definition.minimumVolume else { return nil }
            return before.changeHundredths(to: now).map { Moved(unit: unit, before: before, now: now, change: $0, target: evidence.target(first, of: unit)) }
        }
        // The sort is stable: equal changes stay in the order of the names.
        let shown = units.filter(isShown).inVietnameseOrder(of: \.unit.name).sorted(by: comesFirst)
        let explained = Words.movedExplained(definition.minimumVolume)(language)
        if shown.isEmpty { return Section(id: id, title: title(language), blocks: [.paragraphs([nobody(language), explained])]) }
        let rows = shown.map { one in
            Row(.body, [
                .text(one.unit.name), text(Words.level(one.unit.level)), .rate(one.before), .rate(one.now), .percentagePoints(hundredths: one.change),
                one.target.map { .basisPoints($0.basisPoints) } ?? .noData, verdict(one.now, one.target), gap(one.now, one.target).convert,
            ], links: [0: .unit(evidence.name(of: one.unit)), 2: .figure(figureName(first, one.unit, in: previous)), 3: .figure(figureName(first, one.unit))])
        }
        let group = "\(first.name(language)) (\(first.label))"
        let table = Table(
            id: id + "-table", caption: caption(first.name, previous)(language),
            columns: [
                Column(Words.unit(language), width: 40), Column(Words.levelTitle(language), width: 14), Column(Words.periodBefore(language), group: group, width: 10),
                Column(Words.thisPeriod(language), group: group, width: 10), Column(Words.change(language), group: group, width: 12),
                Column(Words.target(language), group: group, width: 10), Column(Words.result(language), group: group, width: 18), Column(Words.missingDossiers(language), width: 14),
            ], rows: rows, isFilterable: true)
        return Section(id: id, title: title(language), blocks: [.table(table), .paragraphs([explained])])
    }

    /// The headline targets of the report's unit and of those below it that would be missed even if every dossier to come counted.
    var outOfReach: Section? {
        if headline.isEmpty { return nil }
        let rows = ([agency] + unitsBelow).flatMap { unit in
            prospects(of: unit).compactMap { prospect -> Row? in
                guard case .outOfReach(let best)? = prospect.demand else { return nil }
                return Row(.body, [
                    .text(unit.name), .text(prospect.indicator.label), text(prospect.indicator.name), .day(prospect.aim.last), .count(prospect.projection.soFar.numerator),
                    .count(prospect.projection.soFar.denominator), .rate(prospect.projection.soFar), .count(prospect.projection.furtherDossiers),
                    .basisPoints(prospect.target.basisPoints), .rate(best),
                ], links: [0: .unit(evidence.name(of: unit))])
            }
        }
        let title = Words.outOfReach(language)
        if rows.isEmpty { return Section(id: "out-of-reach", title: title, blocks: [.paragraphs([Words.nothingOutOfReach(language)])]) }
        let so = Words.soFar(language)
        let table = Table(
            id: "out-of-reach-table", caption: Words.outOfReachCaption(language),
            columns: [
                Column(Words.unit(language), width: 40), Column(Words.code(language), width: 8), Column(Words.indicator(language), width: 36), Column(Words.untilDay(language), width: 12),
                Column(Words.numerator(language), group: so, width: 10), Column(Words.denominator(language), group: so, width: 10), Column(Words.rate(language), group: so, width: 10),
                Column(Words.expected(language), width: 11), Column(Words.target(language), width: 10), Column(Words.atBest(language), width: 12),
            ], rows: rows, isFilterable: true)
        return Section(id: "out-of-reach", title: title, blocks: [.table(table), .paragraphs([Words.outOfReachExplained(language)])])
    }
}
