import Reporting

extension Section {
    /// The section in as many parts as it needs sheets; the later ones say what they continue.
    ///
    /// - Parameter rowLimit: the most rows of tables on one sheet.
    func parts(rowLimit: Int, _ language: Language) -> [Section] {
        guard tables.reduce(0, { $0 + $1.rows.count }) > rowLimit else { return [self] }
        var (parts, room): ([[Block]], Int) = ([[]], rowLimit)
        for block in blocks {
            guard case .table(let table) = block else {
                parts[parts.count - 1].append(block)
                continue
            }
            if table.rows.count > room, room < rowLimit {
                parts.append([])
                room = rowLimit
            }
            for (place, piece) in table.pieces(of: rowLimit).enumerated() {
                if place > 0 {
                    parts[parts.count - 1].append(.paragraphs([Words.continuesBelow(language)]))
                    parts.append([.paragraphs([Words.continued(table.caption, part: place + 1)(language)])])
                }
                parts[parts.count - 1].append(.table(piece))
                room = rowLimit - piece.rows.count
            }
        }
        return parts.enumerated().map { place, blocks in Section(id: place == 0 ? id : "\(id)-\(place + 1)", title: title, blocks: blocks) }
    }
}

extension Table {
    fileprivate func pieces(of limit: Int) -> [Table] {
        stride(from: 0, to: max(rows.count, 1), by: limit).map { first in
            Table(
                id: first == 0 ? id : "\(id)-\(first / limit + 1)", caption: caption, columns: columns, rows: Array(rows[first..<min(first + limit, rows.count)]),
                isFilterable: isFilterable, isNumbered: isNumbered, isShaded: isShaded)
        }
    }
}
