import Adoption

extension Composer {
    /// The period beside the one before, the same of last year, and the year to date; and why the first rate moved.
    var movement: Section? {
        let period = evidence.period
        guard let first = headline.first else { return nil }
        let (before, yearBefore) = (comparable(period.previous), comparable(period.yearBefore))
        let yearToDateBefore = comparable(period.yearBefore.yearToDate)
        let rows = headline.map { indicator -> Row in
            let rate = evidence.rate(indicator, of: agency)
            let toDate = evidence.rate(indicator, of: agency, in: period.yearToDate)
            func pair(_ other: Period?, _ own: Rate) -> [Cell] {
                guard let other else { return [.notApplicable, .notApplicable] }
                let earlier = evidence.rate(indicator, of: agency, in: other)
                return [.rate(earlier), difference(own, earlier)]
            }
            return Row(.body, [.text(indicator.label), text(indicator.name), .rate(rate)] + pair(before, rate) + pair(yearBefore, rate) + [.rate(toDate)] + pair(yearToDateBefore, toDate))
        }
        let groups = [Words.before(period.previous), Words.before(period.yearBefore), Words.yearToDate, Words.before(period.yearBefore.yearToDate)].map { $0(language) }
        let (rate, change) = (Words.rate(language), Words.change(language))
        let table = Table(
            id: "movement-table", caption: Words.movementCaption(language),
            columns: [
                Column(Words.code(language), width: 8), Column(Words.indicator(language), width: 40), Column(Words.thisPeriod(language), width: 12),
                Column(rate, group: groups[0], width: 11), Column(change, group: groups[0], width: 12), Column(rate, group: groups[1], width: 11),
                Column(change, group: groups[1], width: 12), Column(rate, group: groups[2], width: 11), Column(rate, group: groups[3], width: 11),
                Column(change, group: groups[3], width: 12),
            ], rows: rows)
        let breaks = before == nil || yearBefore == nil || yearToDateBefore == nil ? [Words.noComparisonAcross(language)] : []
        return Section(
            id: "movement", title: Words.movement(language),
            blocks: [.table(table)] + (breaks.isEmpty ? [] : [.paragraphs(breaks)]) + (before == nil ? [] : whyItMoved(first)))
    }

    /// Nil where a reorganisation lies between: figures before and after are about different units.
    ///
    /// - Parameter unit: nil for the one that the report is about.
    func comparable(_ other: Period, of unit: Agency? = nil) -> Period? {
        evidence.structure.day == nil && !evidence.breaks(of: unit ?? agency, from: other.first.advanced(by: 1), and: other).isEmpty ? nil : other
    }

    /// The change taken apart: by units for the province, by procedures for a unit.
    private func whyItMoved(_ indicator: Indicator) -> [Block] {
        let parts = definition.audience == .province ? unitParts(indicator) : procedureParts(indicator)
        guard let change = Change(parts.map(\.part)) else { return [] }
        let names = Dictionary(parts.map { ($0.part.key, $0.name) }, uniquingKeysWith: { first, _ in first })
        let limit = definition.audience == .province ? Int.max : 15
        let (shown, rest) = (change.effects.prefix(limit), change.effects.dropFirst(limit))
        func row(_ name: Cell, _ code: Cell, _ before: Rate, _ after: Rate, _ rate: Int, _ mix: Int, _ kind: Row.Kind = .body) -> Row {
            Row(kind, [
                code, name, .count(before.denominator), .rate(before), .count(after.denominator), .rate(after), .percentagePoints(hundredths: rate),
                .percentagePoints(hundredths: mix), .percentagePoints(hundredths: rate + mix),
            ])
        }
        var rows = shown.map { effect in
            row(.text(names[effect.part.key] ?? ""), .text(effect.part.key), effect.part.before, effect.part.after, effect.rateHundredths, effect.mixHundredths)
        }
        if !rest.isEmpty {
            rows.append(row(
                text(Words.others(rest.count)), .empty, rest.reduce(.none) { $0 + $1.part.before }, rest.reduce(.none) { $0 + $1.part.after },
                rest.reduce(0) { $0 + $1.rateHundredths }, rest.reduce(0) { $0 + $1.mixHundredths }))
        }
        rows.append(row(text(Words.total), .empty, change.before, change.after, change.rateHundredths, change.mixHundredths, .total))
        let (then, now) = (Words.before(evidence.period.previous)(language), Words.thisPeriod(language))
        let table = Table(
            id: "why-table", caption: Words.whyCaption(indicator.name)(language),
            columns: [
                Column(Words.code(language), width: 13), Column((definition.audience == .province ? Words.unit : Words.procedure)(language), width: 48),
                Column(Words.denominator(language), group: then, width: 11), Column(Words.rate(language), group: then, width: 11),
                Column(Words.denominator(language), group: now, width: 11), Column(Words.rate(language), group: now, width: 11),
                Column(Words.rateEffect(language), group: Words.effect(language), width: 13), Column(Words.mixEffect(language), group: Words.effect(language), width: 13),
                Column(Words.bothEffects(language), group: Words.effect(language), width: 13),
            ], rows: rows)
        return [.table(table), .paragraphs([Words.whyExplained(language)])]
    }

    private func unitParts(_ indicator: Indicator) -> [(part: Change<String>.Part, name: String)] {
        let (period, previous) = (evidence.period, evidence.period.previous)
        /// What is in the total and below none of the units.
        func rest(_ period: Period) -> Rate {
            let below = evidence.reportingUnits.flatMap { evidence.subtree(of: $0, in: period) }
            return evidence.cube.rate(indicator, agencies: evidence.subtree(of: agency, in: period).subtracting(below), in: period)
        }
        let parts = evidence.reportingUnits.map { unit in
            (part: Change.Part(
                key: evidence.name(of: unit), before: evidence.rate(indicator, of: unit, in: previous), after: evidence.rate(indicator, of: unit)),
             name: unit.name)
        }
        return parts + [(part: Change.Part(key: evidence.name(of: agency), before: rest(previous), after: rest(period)), name: agency.name)]
    }

    private func procedureParts(_ indicator: Indicator) -> [(part: Change<String>.Part, name: String)] {
        guard let cubeBefore = evidence.cubeBefore else { return [] }
        let after = evidence.cube.procedures(agencies: evidence.subtree(of: agency))
        let before = cubeBefore.procedures(agencies: evidence.subtree(of: agency, in: evidence.period.previous))
        return Set(after.keys).union(before.keys).compactMap { id in
            evidence.register.procedures[id].map { procedure in
                (part: Change.Part(
                    key: procedure.code, before: before[id]?[cubeBefore.procedurePlace(indicator)] ?? .none,
                    after: after[id]?[evidence.cube.procedurePlace(indicator)] ?? .none), name: procedure.name)
            }
        }
    }
}
