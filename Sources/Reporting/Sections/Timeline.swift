import Adoption

/// What a reader of one unit's months must know of its past: what became of the unit, how its targets rose, and what was said about its figures.
extension Composer {
    /// The reorganisations and the targets, each in the order of the days.
    var timeline: Section? {
        Section(id: "timeline", title: Words.timeline(language), blocks: reorganisations + [targetSteps])
    }

    private var reorganisations: [Block] {
        let lineage = evidence.origin(of: agency).map { evidence.stood.lineage(of: $0) } ?? []
        let events = Set(lineage).union(shownEvents).sorted()
        if events.isEmpty { return [.paragraphs([Words.noReorganisations(language)])] }
        let rows = events.map { event in
            Row(.body, [
                .day(event.date), text(Words.event(event.kind)), .text(name(event.fromCode, event, on: event.date.advanced(by: -1))), .text(name(event.toCode, event, on: event.date)),
                .text(citation(event.document)),
            ])
        }
        let table = Table(
            id: "reorganisations-table", caption: Words.reorganisations(language),
            columns: [
                Column(Words.takingEffect(language), width: 12), Column(Words.happened(language), width: 20), Column(Words.formerUnit(language), width: 36),
                Column(Words.laterUnit(language), width: 36), Column(Words.document(language), width: 28),
            ], rows: rows)
        return [.paragraphs([Words.reorganisationsExplained(language)]), .table(table)]
    }

    /// A unit with its code, as it was on a day; with the unit above it where that is what changed.
    private func name(_ code: String?, _ event: UnitEvent, on day: Day) -> String {
        guard let code else { return "–" }
        guard let unit = evidence.stood.agency(code, on: day) else { return code }
        let above = event.kind == .move ? unit.parentCode.flatMap { evidence.stood.agency($0, on: day) } : nil
        return "\(unit.name) (\(code))" + (above.map { ", \($0.name)" } ?? "")
    }

    private var targetSteps: Block {
        let lives = evidence.origin(of: agency).map { evidence.stood.numbers(of: $0).compactMap { evidence.stood.agencies[$0]?.validity } } ?? []
        let rows = indicators.flatMap { indicator -> [Row] in
            let steps = evidence.targets.steps(indicator.id, of: agency).filter { step in lives.contains { $0.overlaps(step.days) } }
            return steps.map { step in row(of: step, indicator) }
        }
        if rows.isEmpty { return .paragraphs([Words.noTargetSteps(language)]) }
        return .table(Table(
            id: "target-steps-table", caption: Words.targetSteps(language),
            columns: [
                Column(Words.indicator(language), width: 44), Column(Words.target(language), width: 10), Column(Words.takingEffect(language), width: 12),
                Column(Words.untilDay(language), width: 14), Column(Words.appliesTo(language), width: 28), Column(Words.document(language), width: 36),
            ], rows: rows))
    }

    private func row(of step: TargetStep, _ indicator: Indicator) -> Row {
        let target = step.target
        let scope: Cell = if case .agency = target.coverage { .text(agency.name) } else { text(Words.coverage(target.coverage)) }
        let mark = target.isIllustrative ? " \(Words.illustrativeMark(language))" : ""
        return Row(.body, [
            .text("\(indicator.name(language)) (\(indicator.label))"), .basisPoints(target.basisPoints), .day(step.days.first), step.days.last.map(Cell.day) ?? text(Words.withoutEnd),
            scope, .text(citation(target.document) + mark),
        ])
    }

    private func citation(_ document: Document) -> String { [document.number, document.clause].filter { !$0.isEmpty }.joined(separator: ", ") }

    /// What was said about the figures of the unit in the period, the newest first: the last word about each.
    var explanations: Section? {
        let title = Words.reviewTitle(language)
        let units = [agency] + (definition.audience == .province ? evidence.reportingUnits : [])
        let said = units.flatMap { unit in evidence.remarks(on: unit).map { (unit: unit, id: $0.id, remark: $0.remark) } }
            .sorted { ($1.remark.moment, $0.remark.figure) < ($0.remark.moment, $1.remark.figure) }
        if said.isEmpty {
            let isFinal = evidence.standing.history.official != nil
            return Section(id: "explanations", title: title, blocks: [.paragraphs([(isFinal ? Words.noExplanationsWhenFinal : Words.noExplanations)(language)])])
        }
        let namesUnits = units.count > 1
        let rows = said.map { one -> Row in
            let unit: [Cell] = namesUnits ? [.text(one.unit.name)] : []
            let words: [Cell] = [.text(one.remark.text), .text(one.remark.actor.isEmpty ? "–" : one.remark.actor), .day(one.remark.moment.day)]
            return Row(.body, [.text(figureTitle(one.id))] + unit + words, links: [0: .figure(one.remark.figure)])
        }
        let columns = [Column(Words.indicator(language), width: 36)] + (namesUnits ? [Column(Words.unit(language), width: 28)] : [])
            + [Column(Words.remark(language), width: 60), Column(Words.explainedBy(language), width: 16), Column(Words.explainedOn(language), width: 12)]
        let table = Table(id: "explanations-table", caption: Words.explanationsCaption(language), columns: columns, rows: rows)
        return Section(id: "explanations", title: title, blocks: [.table(table)])
    }

    /// The indicator in words, with the procedure and the channel that the figure is about; its bare name for a definition that is not shown here.
    private func figureTitle(_ id: FigureID) -> String {
        let indicator = evidence.indicators.first { $0.versionedID == id.indicator || $0.id == id.indicator }
        let parts = [id.scope.procedureCode, id.scope.channel.map { Words.channel($0)(language) }].compactMap { $0 }
        return ([indicator.map { "\($0.name(language)) (\($0.label))" } ?? id.indicator] + parts).joined(separator: " · ")
    }
}
