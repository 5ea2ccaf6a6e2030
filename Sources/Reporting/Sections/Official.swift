import Adoption

extension Composer {
    /// The province's three official scores with each term written out, beside the published ones.
    var officialSummary: Section? {
        var rows: [Row] = []
        for evaluation in Evaluation.allCases {
            guard let record = evidence.officialRecords.first(where: { $0.evaluation == evaluation && $0.level == .province }) else { continue }
            let score = OfficialScore(record)
            rows.append(Row(.heading, [text(Words.evaluation(evaluation))] + [Cell](repeating: .empty, count: 6)))
            for term in score?.terms ?? [] {
                rows.append(Row(.body, [
                    text(term.name), .count(term.numerator), .count(term.denominator), share(term.numerator, term.denominator),
                    .score(hundredths: term.hundredths), .empty, .empty,
                ]))
            }
            rows.append(Row(.body, [
                text(Words.score), .empty, .empty, .empty, score.map { .score(hundredths: $0.hundredths) } ?? .notReported,
                .score(hundredths: record.publishedHundredths), difference(score, record),
            ]))
        }
        let table = Table(
            id: "summary-table", caption: Words.officialCaption(language),
            columns: [
                Column(Words.term(language), width: 60), Column(Words.numerator(language), width: 13), Column(Words.denominator(language), width: 13),
                Column(Words.rate(language), width: 11), Column(Words.computedScore(language), width: 13),
                Column(Words.publishedScore(language), width: 13), Column(Words.difference(language), width: 13),
            ], rows: rows)
        return Section(id: "summary", title: Words.summary(language), blocks: [.paragraphs(officialSentences), .table(table)])
    }

    private var officialSentences: [String] {
        let rows = evidence.officialRecords.map { ($0, OfficialScore($0)) }
        let computed = rows.compactMap { record, score in score.map { $0.hundredths == record.publishedHundredths } }
        return [Words.agreement(computed.count { $0 }, of: computed.count, withoutCounts: rows.count - computed.count)(language)]
    }

    /// One evaluation, unit by unit in the order of the score: the counts, the computed and the published score.
    func official(_ evaluation: Evaluation) -> Section? {
        let records = evidence.officialRecords.filter { $0.evaluation == evaluation }
        if records.isEmpty { return nil }
        let counts = OfficialCount.allCases.filter { count in records.contains { $0.counts[count] != nil } }
        let units = records.filter { $0.level != .province }.sorted {
            ($1.publishedHundredths, $0.agencyCode) < ($0.publishedHundredths, $1.agencyCode)
        }
        func cells(_ record: OfficialRecord) -> [Cell] {
            let score = OfficialScore(record)
            return counts.map { record.counts[$0].map(Cell.count) ?? .notReported }
                + [headline(record), score.map { .score(hundredths: $0.hundredths) } ?? .notReported, .score(hundredths: record.publishedHundredths), difference(score, record)]
        }
        var rows = units.enumerated().map { place, record in
            Row(.body, [.count(place + 1), .text(record.agencyName), text(Words.level(record.level))] + cells(record))
        }
        if let province = records.first(where: { $0.level == .province }) {
            rows.append(Row(.total, [.empty, .text(province.agencyName), text(Words.level(.province))] + cells(province)))
        }
        let columns = [Column(Words.number(language), width: 6), Column(Words.unit(language), width: 44), Column(Words.levelTitle(language), width: 14)]
            + counts.map { Column(Words.officialCount($0)(language), width: 13) }
            + [Column(Words.rate(language), width: 11), Column(Words.computedScore(language), width: 11), Column(Words.publishedScore(language), width: 11), Column(Words.difference(language), width: 11)]
        let table = Table(id: "\(evaluation.rawValue)-table", caption: Words.officialUnits(evaluation)(language), columns: columns, rows: rows, isFilterable: true)
        return Section(id: evaluation.rawValue, title: Words.evaluationSheet(evaluation)(language), blocks: [.paragraphs([Words.officialNote(language)]), .table(table)])
    }

    var officialMethod: Section? {
        Section(id: "definitions", title: Words.definitions(language), blocks: [.paragraphs(Words.officialMethod.map { $0(language) } + [Words.legend(language)])])
    }

    /// The rate that the evaluation is named after.
    private func headline(_ record: OfficialRecord) -> Cell {
        let pair: (OfficialCount, OfficialCount) = switch record.evaluation {
        case .payment: (.paidOnline, .obliged)
        case .progress: (.onTime, .received)
        case .online: (.filedOnline, .filed)
        }
        guard let numerator = record.counts[pair.0], let denominator = record.counts[pair.1] else { return .notReported }
        return share(numerator, denominator)
    }

    /// The portal's counts are taken as they are; a pair that is no rate is not drawn as one.
    private func share(_ numerator: Int, _ denominator: Int) -> Cell {
        numerator <= denominator ? .rate(Rate(numerator, of: denominator)) : .notApplicable
    }

    private func difference(_ score: OfficialScore?, _ record: OfficialRecord) -> Cell {
        score.map { .scoreDifference(hundredths: $0.hundredths - record.publishedHundredths) } ?? .notReported
    }
}
