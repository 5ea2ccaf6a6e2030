import Adoption

extension Composer {
    /// The official scores from the unit's own dossiers, term by term beside the portal's counts and its published score: a term whose counts
    /// differ has records that were not synchronised, or that one side counts otherwise.
    var ownScores: Section? {
        guard let flows = evidence.flows else { return nil }
        let flow = flows.sum(agencies: evidence.subtree(of: agency))
        var rows: [Row] = []
        for evaluation in Evaluation.allCases {
            let published = evidence.officialRecords.first { $0.evaluation == evaluation && ($0.agencyCode == agency.code || agency.aliases.contains($0.agencyCode)) }
            let (own, portal) = (OfficialScore(evaluation, counts: counts(evaluation, flow)), published.flatMap { OfficialScore($0) })
            rows.append(Row(.heading, [text(Words.evaluation(evaluation))] + [Cell](repeating: .empty, count: 7)))
            for (place, term) in (own?.terms ?? []).enumerated() {
                let other = portal?.terms[place]
                rows.append(Row(.body, [
                    text(term.name), .count(term.numerator), .count(term.denominator), .score(hundredths: term.hundredths), other.map { .count($0.numerator) } ?? .notReported,
                    other.map { .count($0.denominator) } ?? .notReported, other.map { .score(hundredths: $0.hundredths) } ?? .notReported,
                    other.map { .scoreDifference(hundredths: term.hundredths - $0.hundredths) } ?? .notReported,
                ]))
            }
            rows.append(Row(.total, [
                text(Words.score), .empty, .empty, own.map { .score(hundredths: $0.hundredths) } ?? .noData, .empty, .empty,
                published.map { .score(hundredths: $0.publishedHundredths) } ?? .notReported,
                published.flatMap { published in own.map { .scoreDifference(hundredths: $0.hundredths - published.publishedHundredths) } } ?? .notReported,
            ]))
        }
        let (ours, portal) = (Words.ownRecordsGroup(language), Words.portalGroup(language))
        let table = Table(
            id: "own-scores-table", caption: Words.ownScoresCaption(language),
            columns: [
                Column(Words.term(language), width: 56), Column(Words.numerator(language), group: ours, width: 12), Column(Words.denominator(language), group: ours, width: 12),
                Column(Words.score(language), group: ours, width: 11), Column(Words.numerator(language), group: portal, width: 12),
                Column(Words.denominator(language), group: portal, width: 12), Column(Words.score(language), group: portal, width: 11),
                Column(Words.difference(language), width: 12),
            ], rows: rows)
        let digitisation = ["E1", "D1"].compactMap(evidence.indicator).map { indicator -> String in
            let rate = evidence.rate(indicator, of: agency)
            let share = "\(indicator.name(language)) (\(indicator.label)): \(Cell.rate(rate).text(language)) (\(grouped(rate.numerator, language))/\(grouped(rate.denominator, language)))"
            // Of item 4.1 the threshold is not known.
            guard indicator.id == "D1", let points = rate.pointsHundredths(of: 4, fullAtPercent: 80) else { return share + "." }
            return share + Words.itemPoints("4.2", .score(hundredths: points), .score(hundredths: 400))(language)
        }
        return Section(
            id: "own-scores", title: Words.ownScores(language),
            blocks: [.table(table), .paragraphs([Words.ownScoresExplained(language)] + digitisation + Words.officialMethod.map { $0(language) })])
    }

    private func counts(_ evaluation: Evaluation, _ flow: Flow) -> [OfficialCount: Int] {
        func rate(_ id: String) -> Rate { evidence.indicator(id).map { evidence.rate($0, of: agency) } ?? .none }
        switch evaluation {
        case .payment:
            // Where the register does not say what bears a fee there is nothing to compute from: that is no 0.
            guard evidence.register.procedures.values.contains(where: { $0.bearsFee != nil }) else { return [:] }
            let (paid, used, with) = (rate("P1"), rate("V2"), rate("V6"))
            return [
                .paidOnline: paid.numerator, .obliged: paid.denominator, .proceduresPaidOnline: used.numerator, .feeProceduresWithDossiers: with.numerator,
                .feeProcedures: used.denominator,
            ]
        case .progress:
            // Item 2.1: settled or open within time of what was received and what was being processed.
            return [.onTime: flow.early + flow.onTime + flow.openInTime, .received: flow.received]
        case .online:
            guard !evidence.register.services.isEmpty else { return [:] }
            // A procedure that is partial here and full there is one procedure that is offered.
            let (offered, full, used, online) = (rate("V3"), rate("V5"), rate("V1"), rate("O1"))
            return [
                .proceduresPartial: offered.numerator - full.numerator, .proceduresFull: full.numerator, .proceduresUnderAuthority: offered.denominator, .servicesUsedOnline: used.numerator,
                .onlineServices: used.denominator, .filedOnline: online.numerator, .filed: online.denominator,
            ]
        }
    }
}
