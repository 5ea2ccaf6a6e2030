import Adoption

extension Composer {
    /// What each figure means, in the version that was used.
    var definitions: Section? {
        if definition.audience == .evaluation { return officialMethod }
        let rows = indicators.map { indicator in
            Row(.body, [
                .text(indicator.label), text(indicator.name), text(indicator.definition), text(Words.basis(indicator.basis)),
                .text(indicator.source.number), .text(indicator.source.clause), .text(figureName(indicator, agency)),
            ])
        }
        let table = Table(
            id: "definitions-table", caption: Words.definitionsCaption(language),
            columns: [
                Column(Words.code(language), width: 9), Column(Words.indicator(language), width: 36), Column(Words.definition(language), width: 70),
                Column(Words.dateBasis(language), width: 18), Column(Words.document(language), width: 26), Column(Words.clause(language), width: 26),
                Column(Words.figureName(language), width: 42),
            ], rows: rows)
        return Section(id: "definitions", title: Words.definitions(language), blocks: [.table(table), .paragraphs([Words.counting(language), Words.legend(language)])])
    }

    /// The files behind the figures, with the hashes by which anyone can check them. Files tell of all units, so a report about one only counts them.
    var sources: Section? {
        let files = evidence.sources.filter { ($0.kind == "evaluation") == (definition.audience == .evaluation) }
        if isAboutOneUnit {
            let sentence = Words.sourcesOfUnit(files.count, evidence.dataVersion, evidence.inputHash)(language)
            return Section(id: "sources", title: Words.sources(language), blocks: [.paragraphs([sentence])])
        }
        let rows = files.map { file in
            Row(.body, [
                .count(file.importNumber), .text(file.name), text(Words.kind(file.kind)), .count(file.counts.read), .count(file.counts.stored),
                .count(file.counts.corrected), .count(file.counts.older), .count(file.counts.unchanged), .count(file.counts.quarantined), .text(file.sha256),
            ])
        }
        let table = Table(
            id: "sources-table", caption: Words.sourcesCaption(language),
            columns: [
                Column(Words.importNumber(language), width: 8), Column(Words.file(language), width: 36), Column(Words.kindTitle(language), width: 20),
                Column(Words.read(language), width: 10), Column(Words.stored(language), width: 10), Column(Words.corrected(language), width: 12),
                Column(Words.older(language), width: 12), Column(Words.unchanged(language), width: 12), Column(Words.quarantined(language), width: 12),
                Column("SHA-256", width: 68),
            ], rows: rows)
        var sentences = [Words.versionSentence(evidence.dataVersion, evidence.asOf.day)(language)]
        if evidence.paymentsWithoutDossier > 0 && definition.audience != .evaluation {
            sentences.append(Words.waitingPayments(evidence.paymentsWithoutDossier)(language))
        }
        return Section(id: "sources", title: Words.sources(language), blocks: [.paragraphs(sentences), .table(table)])
    }

    /// How many rows were kept aside, in which file and why: they are in no figure. Of which unit a row would have been is not known, so a report
    /// about one unit has nothing of it.
    var quarantine: Section? {
        if isAboutOneUnit { return nil }
        let rows = evidence.quarantine.map { item in
            Row(.body, [.count(item.importNumber), .text(item.file), text(Words.fault(item.fault)), .count(item.rows), text(Words.remedy(item.fault))])
        }
        if rows.isEmpty { return Section(id: "quarantine", title: Words.quarantine(language), blocks: [.paragraphs([Words.nothingQuarantined(language)])]) }
        let total = Row(.total, [.empty, text(Words.total), .empty, .count(evidence.quarantine.reduce(0) { $0 + $1.rows }), .empty])
        let table = Table(
            id: "quarantine-table", caption: Words.quarantineCaption(language),
            columns: [
                Column(Words.importNumber(language), width: 8), Column(Words.file(language), width: 30), Column(Words.faultTitle(language), width: 44),
                Column(Words.rows(language), width: 10), Column(Words.remedyTitle(language), width: 64),
            ], rows: rows + [total])
        return Section(id: "quarantine", title: Words.quarantine(language), blocks: [.paragraphs([Words.quarantineExplained(language)]), .table(table)])
    }
}
