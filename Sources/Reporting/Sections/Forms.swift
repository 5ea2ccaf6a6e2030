import Adoption

extension Composer {
    /// Form II.06/VPCP/KSTT of TT 01/2020/TT-VPCP.
    var formII06: Section? {
        let (received, settled, open) = (Words.formReceived(language), Words.formSettled(language), Words.formOpen(language))
        let columns = [
            (Words.formTotal, received, \Flow.received), (Words.formOnline, received, \.online), (Words.formCounterPostal, received, \.counterAndPostal),
            (Words.formCarriedOver, received, \.carriedOver), (Words.formTotal, settled, \.settled), (Words.formEarly, settled, \.early),
            (Words.formOnTime, settled, \.onTime), (Words.formLate, settled, \.late), (Words.formTotal, open, \.open),
            (Words.formInTime, open, \.openInTime), (Words.formOverdue, open, \.openLate),
        ].map { FormColumn(Column($0.0(language), group: $0.1, width: 12), $0.2) }
        return form(id: "form-ii06", title: Words.formII06(language), columns, [Words.formII06Head(language), Words.formUnit(language)], [Words.formII06Identities(language)])
    }

    /// Form 07a/BTP (2026). What no list of the province says is told as not reported.
    var form07a: Section? {
        let (received, settled) = (Words.formReceived(language), Words.formSettled(language))
        let (paid, ended) = (Words.formPaid(language), Words.formOtherwise(language))
        let all: [(Text, String?, KeyPath<Flow, Int>?)] = [
            (Words.formTotal, received, \Flow.received), (Words.formCounter, received, \.counter), (Words.formOnlineFull, received, \.onlineFull),
            (Words.formOnlinePartial, received, \.onlinePartial), (Words.formOnlineOther, received, \.onlineOther), (Words.formCrossBoundary, received, nil),
            (Words.formCarriedOver, received, \.carriedOver), (Words.formPostal, received, \.postal), (Words.formSettledOnTime, settled, \.settledInTime),
            (Words.formLate, settled, \.late), (Words.formApology, settled, nil), (Words.formOpen, nil, \.open), (Words.formTotal, paid, \.paid),
            (Words.formOnline, paid, \.paidOnline), (Words.formNotOnline, paid, \.paidOtherwise), (Words.formStopped, ended, \.stopped),
            (Words.formWaiting, ended, \.waiting), (Words.formRefused, ended, \.refused), (Words.formWithdrawn, ended, \.withdrawn),
        ]
        let columns = all.map { FormColumn(Column($0.0(language), group: $0.1, width: 11), $0.2) }
        return form(id: "form-07a", title: Words.form07a(language), columns, [Words.formUnit(language)], [Words.form07aNote(language)])
    }

    /// By unit for the province, and by field for it and for every unit.
    private func form(id: String, title: String, _ columns: [FormColumn], _ head: [String], _ notes: [String]) -> Section? {
        guard let flows = evidence.flows else { return nil }
        let agencies = evidence.subtree(of: agency)
        let total = Row(.total, [.empty, text(Words.total)] + columns.map { $0.cell(flows.sum(agencies: agencies)) })
        func table(_ part: String, _ caption: String, _ first: String, _ rows: [Row]) -> Block {
            .table(Table(
                id: "\(id)-\(part)", caption: caption,
                columns: [Column(Words.number(language), width: 6), Column(first, width: 40)] + columns.map(\.column), rows: rows + [total], isNumbered: true))
        }
        var blocks: [Block] = [.paragraphs(head)]
        if definition.audience == .province { blocks.append(table("units", Words.formByUnit(language), Words.unit(language), unitRows(columns, flows))) }
        blocks.append(table("fields", Words.formByField(language), Words.sector(language), fieldRows(columns, flows.procedures(agencies: agencies))))
        return Section(id: id, title: title, blocks: blocks + [.paragraphs(notes + [Words.formOpenNote(language)])])
    }

    /// I departments, II districts, III communes, each with the units below it; what the province itself received is the province's.
    private func unitRows(_ columns: [FormColumn], _ flows: Flows) -> [Row] {
        // A unit that moved within the period stands below two others; its dossiers are in one row, its own before that of the unit above.
        var left = evidence.subtree(of: agency)
        var numbers = evidence.reportingUnits.map { unit -> Set<Int> in
            defer { left.subtract(evidence.own(unit)) }
            return evidence.own(unit).intersection(left)
        }
        for (place, unit) in evidence.reportingUnits.enumerated() {
            numbers[place].formUnion(evidence.subtree(of: unit).intersection(left))
            left.subtract(evidence.subtree(of: unit))
        }
        let own = flows.sum(agencies: left)
        var rows: [Row] = []
        var roman = 0
        for level in [AgencyLevel.province, .department, .district, .commune, .other] {
            let places = ordered(evidence.reportingUnits.filter { $0.level == level }).compactMap { unit in evidence.reportingUnits.firstIndex(of: unit) }
            let units = level == .province
                ? (own.isNothing ? [] : [(agency.name, own)])
                : places.map { (evidence.reportingUnits[$0].name, flows.sum(agencies: numbers[$0])) }
            if units.isEmpty { continue }
            roman += 1
            rows.append(levelHeading(level, roman, columns.count))
            rows += units.enumerated().map { place, unit in Row(.body, [.count(place + 1), .text(unit.0)] + columns.map { $0.cell(unit.1) }) }
        }
        return rows
    }

    private func fieldRows(_ columns: [FormColumn], _ procedures: [Int: Flow]) -> [Row] {
        let fields = Dictionary(grouping: procedures) { evidence.register.procedures[$0.key]?.sector ?? "" }
            .map { (name: $0.key, flow: $0.value.reduce(Flow()) { $0 + $1.value }) }.filter { !$0.flow.isNothing }.inVietnameseOrder(of: \.name)
        return fields.enumerated().map { place, field in
            Row(.body, [.count(place + 1), field.name.isEmpty ? text(Words.formNoField) : .text(field.name)] + columns.map { $0.cell(field.flow) })
        }
    }
}

/// A column of a form and the count that stands in it; nil where the records do not say it.
private struct FormColumn {
    let column: Column
    private let count: KeyPath<Flow, Int>?

    init(_ column: Column, _ count: KeyPath<Flow, Int>?) {
        self.column = column
        self.count = count
    }

    func cell(_ flow: Flow) -> Cell { count.map { .count(flow[keyPath: $0]) } ?? .notReported }
}

extension Flow {
    fileprivate var settledInTime: Int { early + onTime }
}
