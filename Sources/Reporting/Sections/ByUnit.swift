import Adoption

/// Tables of the province's units under the levels that official reports put them: I departments, II districts, III communes.
extension Composer {
    /// Online payment by unit: what bears a fee, what was paid and how, and the amounts.
    var paymentByUnit: Section? {
        guard let obliged = evidence.indicator("P1"), let paid = evidence.indicator("P2") else { return nil }
        func cells(_ unit: Agency) -> [Cell] {
            let (owed, collected) = (evidence.rate(obliged, of: unit), evidence.rate(paid, of: unit))
            let below = evidence.subtree(of: unit)
            let amounts = evidence.collections.filter { below.contains($0.agencyID) }
            func sum(_ method: PaymentMethod?) -> Cell { .amountVND(amounts.filter { method == nil || $0.method == method }.reduce(0) { $0 + $1.amountVND }) }
            return counts(owed, of: unit) + [.count(collected.numerator), .count(collected.denominator - collected.numerator), sum(.online), sum(.transfer), sum(.counter), sum(nil)]
        }
        let owed = "\(obliged.name(language)) (\(obliged.label))"
        let (dossiers, amounts) = (Words.paidInPeriod(language), Words.collectedInPeriod(language))
        let columns = [
            Column(Words.paidOnline(language), group: owed, width: 12), Column(Words.obliged(language), group: owed, width: 12), Column(Words.rate(language), group: owed, width: 10),
            Column(Words.online(language), group: dossiers, width: 12), Column(Words.otherwise(language), group: dossiers, width: 12),
            Column(Words.online(language), group: amounts, width: 16), Column(text: Words.paymentMethod(.transfer), language, group: amounts),
            Column(text: Words.paymentMethod(.counter), language, group: amounts), Column(Words.total(language), group: amounts, width: 18),
        ]
        return Section(
            id: "payment-by-unit", title: Words.paymentByUnit(language),
            blocks: [.table(byUnit("payment-by-unit-table", Words.paymentByUnit(language), columns, cells)), .paragraphs([Words.paymentByUnitExplained(language)])])
    }

    /// Online services by unit, as QĐ 766 lists them: procedures, those with dossiers, and dossiers.
    var servicesByUnit: Section? {
        let ids = ["V3", "V4", "V5", "V1", "O1", "O2", "O5"]
        let used = ids.compactMap(evidence.indicator)
        guard used.count == ids.count else { return nil }
        func cells(_ unit: Agency) -> [Cell] {
            let rates = used.map { evidence.rate($0, of: unit) }
            let (offered, partial, full, withDossiers) = (rates[0], rates[1], rates[2], rates[3])
            let dossiers = rates[4...]
            // A unit that ended within the period, or has no services in the register, offers nothing of which there could be a count on its last day.
            let procedures = offered.isNoData ? [Cell](repeating: .notApplicable, count: 4) : [offered.denominator, offered.numerator, full.numerator, partial.numerator].map(Cell.count)
            if dossiers[4].isNoData, evidence.unreported.contains(unit.key) { return procedures + [Cell](repeating: .notReported, count: 7) }
            return procedures + [offered.isNoData ? .notApplicable : .count(withDossiers.numerator)] + (dossiers.map(\.denominator) + dossiers.map(\.numerator)).map(Cell.count)
        }
        let (procedures, received, online) = (Words.procedures(language), Words.received(language), Words.filedOnline(language))
        let scopes = [Words.all(language), Words.offeredOnline(language), Words.offeredInFull(language)]
        let columns = [
            Column(Words.all(language), group: procedures, width: 10), Column(Words.offeredOnline(language), group: procedures, width: 12),
            Column(Words.offeredInFull(language), group: procedures, width: 12), Column(Words.offeredInPart(language), group: procedures, width: 12),
            Column(Words.withDossiers(language), group: procedures, width: 14),
        ] + scopes.map { Column($0, group: received, width: 12) } + scopes.map { Column($0, group: online, width: 12) }
        return Section(
            id: "services-by-unit", title: Words.servicesByUnit(language),
            blocks: [.table(byUnit("services-by-unit-table", Words.servicesByUnit(language), columns, cells)), .paragraphs([Words.servicesByUnitExplained(language)])])
    }

    /// Every target of every unit, with what is missing to it.
    var targetsByUnit: Section? {
        let units = [agency] + (definition.audience == .province ? ordered(evidence.reportingUnits) : [])
        let rows = indicators.flatMap { indicator -> [Row] in
            let judged = units.compactMap { unit -> Row? in
                guard let target = evidence.target(indicator, of: unit) else { return nil }
                let rate = evidence.rate(indicator, of: unit)
                let gap = gap(rate, target)
                return Row(.body, [.text(indicator.label), .text(unit.name)] + counts(rate, of: unit) + [
                    .basisPoints(target.basisPoints), distance(rate, target), verdict(rate, target), gap.convert, gap.add, .text(target.document.number),
                ])
            }
            return judged.isEmpty ? [] : [Row(.heading, [.text(indicator.label), .text(indicator.name(language))] + [Cell](repeating: .empty, count: 9))] + judged
        }
        if rows.isEmpty { return Section(id: "targets", title: Words.targetsByUnit(language), blocks: [.paragraphs([Words.noTargets(language)])]) }
        let missing = Words.stillNeeded(language)
        let table = Table(
            id: "targets-table", caption: Words.targetsByUnit(language),
            columns: [
                Column(Words.code(language), width: 9), Column(Words.unit(language), width: 40), Column(Words.numerator(language), width: 10), Column(Words.denominator(language), width: 10),
                Column(Words.rate(language), width: 10), Column(Words.target(language), width: 10), Column(Words.distance(language), width: 12), Column(Words.result(language), width: 18),
                Column(Words.convert(language), group: missing, width: 12), Column(Words.add(language), group: missing, width: 12), Column(Words.document(language), width: 28),
            ], rows: rows, isNumbered: true)
        return Section(id: "targets", title: Words.targetsByUnit(language), blocks: [.table(table), .paragraphs([Words.gapExplained(language)])])
    }

    /// The units directly below the province under their levels, and the province as the total.
    private func byUnit(_ id: String, _ caption: String, _ columns: [Column], _ cells: (Agency) -> [Cell]) -> Table {
        byLevel(id, caption, definition.audience == .province ? evidence.reportingUnits : [], columns, cells: cells) { cells(agency) }
    }
}

extension Column {
    fileprivate init(text: Text, _ language: Language, group: String) { self.init(text(language), group: group, width: 16) }
}
