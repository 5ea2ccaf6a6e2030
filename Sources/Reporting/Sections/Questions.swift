import Adoption

extension Composer {
    /// What is odd about a unit's dossiers, as questions to be asked: none of it changes a figure.
    var questions: Section? {
        let units = definition.audience == .province ? evidence.reportingUnits : [agency]
        let isComparable = comparable(evidence.period.yearBefore) != nil
        let rows = units.flatMap { unit -> [Row] in
            func sum(_ oddities: [Int: Oddities], _ agencies: Set<Int>) -> Oddities { agencies.reduce(Oddities()) { $0 + (oddities[$1] ?? Oddities()) } }
            let now = sum(evidence.oddities, evidence.subtree(of: unit))
            let before = isComparable ? sum(evidence.odditiesBefore, evidence.subtree(of: unit, in: evidence.period.yearBefore)) : nil
            return now.doubts(in: evidence.period, before: before).map { doubt in
                Row(.body, [.text(unit.name), text(Words.doubt(doubt.kind)), .count(doubt.dossiers), .count(doubt.all), .rate(Rate(doubt.dossiers, of: doubt.all))])
            }
        }
        let title = Words.questions(language)
        if rows.isEmpty { return Section(id: "questions", title: title, blocks: [.paragraphs([Words.noQuestions(language)])]) }
        let table = Table(
            id: "questions-table", caption: Words.questionsCaption(language),
            columns: [
                Column(Words.unit(language), width: 34), Column(Words.question(language), width: 80), Column(Words.dossiers(language), width: 11),
                Column(Words.ofAll(language), width: 11), Column(Words.share(language), width: 11),
            ], rows: rows)
        return Section(id: "questions", title: title, blocks: [.paragraphs([Words.questionsExplained(language)]), .table(table)])
    }
}
