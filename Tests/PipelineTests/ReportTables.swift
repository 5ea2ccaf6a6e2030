import Reporting

extension Report {
    /// All its tables, in the order in which they are drawn.
    var tables: [Table] {
        sections.flatMap(\.blocks).compactMap { block in
            if case .table(let table) = block { table } else { nil }
        }
    }
}
