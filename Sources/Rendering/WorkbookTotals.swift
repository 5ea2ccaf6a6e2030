import Adoption
import Reporting

/// The totals of a table as formulas over the rows that they sum, so that a reader sees where they come from and a changed row changes them.
///
/// Only what is the sum of its column becomes one: a total of procedures that several units offer is none, and a formula would change it at the
/// first recalculation.
struct TotalFormulas {
    private let table: Table
    private let firstRow: Int

    init(_ table: Table, firstRow: Int) {
        self.table = table
        self.firstRow = firstRow
    }

    /// Without the equals sign; nil where the cell is a plain value.
    ///
    /// - Parameter index: the place of the row in the table.
    func formula(row index: Int, column: Int) -> String? {
        guard table.rows[index].kind == .total, index > 0, !table.rows[..<index].contains(where: { $0.kind == .total }) else { return nil }
        switch table.rows[index].cells[column] {
        case .count(let total), .amountVND(let total): return isSum(total, index, column) ? "SUM(\(place(0, column)):\(place(index - 1, column)))" : nil
        case .rate(let rate): return isRatio(rate, index, column) ? "\(place(index, column - 2))/\(place(index, column - 1))" : nil
        default: return nil
        }
    }

    private func isSum(_ total: Int, _ index: Int, _ column: Int) -> Bool {
        var sum = 0
        for row in table.rows[..<index] {
            switch (row.kind, row.cells[column]) {
            case (.body, .count(let value)), (.body, .amountVND(let value)): sum += value
            case (_, .noData), (_, .notApplicable), (_, .notReported), (_, .empty), (.heading, .text): continue
            // Anything else is no part of a sum.
            default: return false
            }
        }
        // Spreadsheet programs keep 15 digits.
        return sum == total && total.magnitude < 1_000_000_000_000_000
    }

    /// The two columns before are its counts, and may be sums themselves.
    private func isRatio(_ rate: Rate, _ index: Int, _ column: Int) -> Bool {
        guard column >= 2, !rate.isNoData else { return false }
        let cells = table.rows[index].cells
        return cells[column - 2] == .count(rate.numerator) && cells[column - 1] == .count(rate.denominator)
    }

    private func place(_ index: Int, _ column: Int) -> String { "\(columnName(column))\(firstRow + index + 1)" }
}

/// `A` to `XFD`, for a column counted from 0.
func columnName(_ column: Int) -> String {
    let letter = String(UnicodeScalar(UInt8(65 + column % 26)))
    return column < 26 ? letter : columnName(column / 26 - 1) + letter
}
