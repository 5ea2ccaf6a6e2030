/// Why a workbook could not be written; rows and columns are counted from 1, as spreadsheet programs show them.
package enum WorkbookError: Error, Hashable, CustomStringConvertible {
    /// The file could not be made, kept or renamed.
    case file(path: String, reason: String)
    /// The workbook as a whole was refused.
    case workbook(reason: String)
    case sheet(name: String, reason: String)
    case cell(sheet: String, row: Int, column: Int, reason: String)

    package var description: String {
        switch self {
        case .file(let path, let reason): "\(path): cannot write the workbook: \(reason)"
        case .workbook(let reason): "cannot write the workbook: \(reason)"
        case .sheet(let name, let reason): "sheet '\(name)': \(reason)"
        case .cell(let sheet, let row, let column, let reason): "sheet '\(sheet)', row \(row), column \(column): \(reason)"
        }
    }
}
