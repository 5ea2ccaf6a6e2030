internal import Adoption

/// A file seen as rows of cells, one row at a time: a CSV file, a sheet of a workbook, a table of a page, a list of JSON objects.
protocol RowSource: AnyObject {
    /// The file's name without its folder; for one of several sheets also the sheet's.
    var name: String { get }
    /// The file's length.
    var byteCount: Int { get }
    var bytesRead: Int { get }
    /// The number of cells in the current row.
    var cellCount: Int { get }

    /// Goes to the next row that is not blank. False at the end.
    func next() throws(InputError) -> Bool

    /// The text of a cell as UTF-8, valid until the next call of this function or of `next()`; empty beyond the last cell.
    /// A number is written as JSON writes it, a moment as `2025-05-14` or `2025-05-14T08:00:00`.
    func bytes(_ index: Int) -> Bytes

    func form(_ index: Int) -> CellForm

    /// Where a cell begins: the row or line, and the column, both counted from 1.
    func place(_ index: Int) -> (line: Int, column: Int)

    /// What makes the current row unreadable as a whole.
    /// - Parameter columns: how many cells the header has.
    func rowFault(columns: Int) -> Fault?

    /// The file ends in the middle of the current row.
    func isCutOff(columns: Int) -> Bool

    /// Nothing says that the last field is whole, not even the end of its line.
    var endsOpenly: Bool { get }

    /// A number may be a day: days since 1899-12-30, as workbooks count them.
    var countsDays: Bool { get }

    /// SHA-256 of the file as it lies on the disk; only after `next()` has returned false.
    func fingerprint() -> String
}

extension RowSource {
    var endsOpenly: Bool { false }
    var countsDays: Bool { false }
}

/// How the file itself marks a cell. A number is not text that looks like one: `1.234` is a thousand only in a text.
///
/// A list is several numbers of one JSON record, separated by semicolons; as an amount it is their sum.
enum CellForm { case text, number, moment, list }

/// One run of rows of a file, which can be read from its start as often as needed.
struct RowRun {
    let open: () throws(InputError) -> any RowSource

    init(_ open: @escaping () throws(InputError) -> any RowSource) { self.open = open }
}
