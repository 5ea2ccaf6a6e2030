import Adoption

/// What things of a table are put in order by.
struct Sortable {
    let code: String
    let name: String
    let rate: Rate
}

extension Rate {
    /// What is in the denominator and not in the numerator.
    var missing: Int { denominator - numerator }
}

extension Composer {
    /// Units under the levels that official reports put them: I departments, II districts, III communes; and a total.
    func byLevel(
        _ id: String, _ caption: String, _ units: [Agency], _ columns: [Column], isNumbered: Bool = true, isShaded: Bool = false, cells: (Agency) -> [Cell],
        figures: (Agency, [Cell]) -> [Int: Link] = { _, _ in [:] }, total: () -> [Cell]
    ) -> Table {
        var (rows, roman): ([Row], Int) = ([], 0)
        for level in [AgencyLevel.province, .department, .district, .commune, .other] {
            let alike = ordered(units.filter { $0.level == level })
            if alike.isEmpty { continue }
            roman += 1
            rows.append(levelHeading(level, roman, columns.count))
            for (place, unit) in alike.enumerated() {
                let cells = [.count(place + 1), .text(unit.name)] + cells(unit)
                rows.append(Row(.body, cells, links: figures(unit, cells).merging([1: .unit(evidence.name(of: unit))]) { $1 }))
            }
        }
        rows.append(Row(.total, [.empty, text(Words.total)] + total()))
        let all = [Column(Words.number(language), width: 6), Column(Words.unit(language), width: 38)] + columns
        return Table(id: id, caption: caption, columns: all, rows: rows, isNumbered: isNumbered, isShaded: isShaded)
    }

    /// "II  CÁC HUYỆN, THÀNH PHỐ"
    ///
    /// - Parameter columns: how many follow the number and the name.
    func levelHeading(_ level: AgencyLevel, _ roman: Int, _ columns: Int) -> Row {
        Row(.heading, [.text(Words.romanNumerals[roman - 1]), text(Words.levelHeading(level))] + [Cell](repeating: .empty, count: columns))
    }

    /// Units in the order that the report asks for, which by themselves are in the order of their codes.
    func ordered(_ units: [Agency]) -> [Agency] {
        ordered(units, by: definition.unitOrder) { unit in
            Sortable(code: evidence.name(of: unit), name: unit.name, rate: headline.first.map { evidence.rate($0, of: unit) } ?? .none)
        }
    }

    /// What is equal stands in the order of its codes; what has no rate comes last.
    func ordered<Thing>(_ things: [Thing], by order: ReportDefinition.Order, _ key: (Thing) -> Sortable) -> [Thing] {
        let keyed = things.map { (thing: $0, key: key($0)) }
        return keyed.sorted { a, b in
            switch order {
            case .code: break
            case .name:
                let names = (VietnameseOrder(a.key.name), VietnameseOrder(b.key.name))
                if names.0 != names.1 { return names.0 < names.1 }
            case .rate:
                let (x, y) = (a.key.rate, b.key.rate)
                if x.isNoData != y.isNoData { return y.isNoData }
                let (above, below) = (x.numerator * y.denominator, y.numerator * x.denominator)
                if above != below { return above > below }
            case .missing where a.key.rate.missing != b.key.rate.missing: return a.key.rate.missing > b.key.rate.missing
            case .missing: break
            }
            return a.key.code < b.key.code
        }.map(\.thing)
    }
}
