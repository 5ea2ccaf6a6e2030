import Adoption

extension Composer {
    /// The way from an account to a result received online. Nothing without accounts.
    var funnel: Section? {
        let agencies = evidence.subtree(of: agency)
        let counts = evidence.accounts.filter { agencies.contains($0.agencyID) }
        if counts.isEmpty { return nil }
        func sum(_ part: (AccountCount) -> Int) -> Int { counts.reduce(0) { $0 + part($1) } }
        let (registered, confirmed, first) = (sum(\.registered), sum(\.confirmed), sum(\.firstFiling))
        let online = evidence.cube.filedOnline(agencies: agencies)
        let rows = [
            Row(.body, [text(Words.funnelRegistered), .count(registered), .notApplicable]),
            Row(.body, [text(Words.funnelConfirmed), .count(confirmed), .rate(Rate(confirmed, of: registered))]),
            Row(.body, [text(Words.funnelFirstFiling), .count(first), .rate(Rate(first, of: confirmed))]),
            Row(.body, [text(Words.funnelFiled), .count(online.filed), .notApplicable]),
            Row(.body, [text(Words.funnelPaid), .count(online.paid), .rate(Rate(online.paid, of: online.filed))]),
            Row(.body, [text(Words.funnelResult), .count(online.electronicResult), .rate(Rate(online.electronicResult, of: online.filed))]),
        ]
        let table = Table(
            id: "funnel-table", caption: Words.funnelCaption(language),
            columns: [Column(Words.step(language), width: 60), Column(Words.amountTitle(language), width: 14), Column(Words.shareOfStep(language), width: 22)], rows: rows)
        return Section(id: "funnel", title: Words.funnel(language), blocks: [.paragraphs([Words.funnelExplained(language)]), .table(table)])
    }

    /// What online filing spared applicants, procedure by procedure. Nothing without services that name both sides.
    var savings: Section? {
        let agencies = evidence.subtree(of: agency)
        var sums: [Int: Saving] = [:]
        for (id, savings) in evidence.savings where agencies.contains(id) { sums.merge(savings, uniquingKeysWith: +) }
        let known = sums.compactMap { id, saving in evidence.register.procedures[id].map { (procedure: $0, saving: saving) } }
            .filter { $0.saving.withFees + $0.saving.withDays > 0 }
            .sorted { ($1.saving.feeVND, $1.saving.days, $0.procedure.code) < ($0.saving.feeVND, $0.saving.days, $1.procedure.code) }
        if known.isEmpty { return nil }
        func cells(_ saving: Saving) -> [Cell] {
            [.count(saving.dossiers), .count(saving.withFees), .count(saving.feeVND), .count(saving.withDays), .count(saving.days)]
        }
        var rows = known.map { Row(.body, [.text($0.procedure.code), .text($0.procedure.name)] + cells($0.saving)) }
        rows.append(Row(.total, [.empty, text(Words.total)] + cells(known.reduce(Saving()) { $0 + $1.saving })))
        let table = Table(
            id: "savings-table", caption: Words.savingsCaption(language),
            columns: [
                Column(Words.code(language), width: 13), Column(Words.procedure(language), width: 56), Column(Words.onlineDossiers(language), width: 14),
                Column(Words.withBothFees(language), width: 16), Column(Words.feeSaved(language), width: 16),
                Column(Words.withBothTimes(language), width: 16), Column(Words.daysSaved(language), width: 16),
            ], rows: rows)
        return Section(id: "savings", title: Words.savings(language), blocks: [.paragraphs([Words.savingsExplained(language)]), .table(table)])
    }

    /// How the fees of the period were paid: by method, and by bank or wallet.
    var collections: Section? {
        let agencies = evidence.subtree(of: agency)
        let collected = evidence.collections.filter { agencies.contains($0.agencyID) }
        if collected.isEmpty { return nil }
        let amount = collected.reduce(0) { $0 + $1.amountVND }
        func row(_ kind: Row.Kind, _ name: Cell, _ part: [CollectedAmount]) -> Row {
            let sum = part.reduce(0) { $0 + $1.amountVND }
            return Row(kind, [name, .count(part.reduce(0) { $0 + $1.payments }), .amountVND(sum), .rate(Rate(sum, of: amount))])
        }
        var rows: [Row] = []
        for method in [PaymentMethod.online, .transfer, .counter] {
            let part = collected.filter { $0.method == method }
            if part.isEmpty { continue }
            rows.append(row(.body, text(Words.paymentMethod(method)), part))
            // A method without any name of a provider has nothing more to tell.
            let providers = Dictionary(grouping: part, by: \.provider.name)
            if providers.keys.contains(where: { !$0.isEmpty }) {
                rows += providers.map { (name: $0.key, part: $0.value, sum: $0.value.reduce(0) { $0 + $1.amountVND }) }.sorted { ($1.sum, VietnameseOrder($0.name)) < ($0.sum, VietnameseOrder($1.name)) }
                    .map { row(.body, .text("– " + ($0.name.isEmpty ? Words.providerUnknown(language) : $0.name)), $0.part) }
            }
        }
        rows.append(row(.total, text(Words.total), collected))
        let table = Table(
            id: "collections-table", caption: Words.collectionsCaption(language),
            columns: [
                Column(Words.howPaid(language), width: 36), Column(Words.payments(language), width: 14), Column(Words.amountVND(language), width: 18), Column(Words.share(language), width: 12),
            ], rows: rows)
        return Section(id: "collections", title: Words.collections(language), blocks: [.table(table), .paragraphs([Words.collectionsExplained(language)])])
    }

    /// Which units seem to be missing something: a report that lacks a department has to say so, and one about a unit has only those below it.
    var completeness: Section? {
        let below = evidence.subtree(of: agency)
        let all = evidence.completeness.filter { one in !isAboutOneUnit || evidence.register.number(of: one.agency).map(below.contains) ?? false }
        let units = all.filter(\.isDoubtful)
        let sentence = Words.completenessSentence(all.count, units.count)(language)
        if units.isEmpty { return Section(id: "completeness", title: Words.completeness(language), blocks: [.paragraphs([sentence])]) }
        let rows = units.map { unit in
            Row(.body, [
                .text(unit.agency.name), .count(unit.dossiers), .count(unit.expected.count), .count(unit.received.count), .count(unit.missing.count),
                .count(unit.low.count), .count(unit.confirmedZero.count),
                .text(unit.isSilent ? Words.neverReported(language) : Words.someDays(unit.missing, language)),
            ])
        }
        let table = Table(
            id: "completeness-table", caption: Words.completenessCaption(language),
            columns: [
                Column(Words.unit(language), width: 40), Column(Words.dossiers(language), width: 11), Column(Words.daysExpected(language), width: 11),
                Column(Words.daysReceived(language), width: 11), Column(Words.daysMissing(language), width: 11),
                Column(Words.daysLow(language), width: 11), Column(Words.daysZero(language), width: 13), Column(Words.whichDays(language), width: 44),
            ], rows: rows)
        return Section(id: "completeness", title: Words.completeness(language), blocks: [.paragraphs([sentence, Words.completenessExplained(language)]), .table(table)])
    }

    /// What the reader must know before comparing: whose units count, and where the structure changed.
    var structureSentences: [String] {
        if case .restated(let day) = evidence.structure { return [Words.restated(to: day)(language)] }
        let days = Dictionary(grouping: shownEvents, by: \.date).sorted { $0.key < $1.key }
        return days.map { day, events in Words.structureChanged(on: day, Set(events.map(\.document.number)).sorted())(language) }
    }

    /// What happened to the units of the report within the months that it shows; nothing where these count for the units of one day.
    var shownEvents: [UnitEvent] {
        let months = evidence.period.trend(months: definition.trendMonths)
        return evidence.breaks(of: agency, from: (months.first ?? evidence.period).first.advanced(by: 1))
    }
}
