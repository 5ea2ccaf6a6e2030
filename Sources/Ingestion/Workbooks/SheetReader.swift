internal import Adoption

/// A sheet of a workbook as rows of cells. Only the current row is in memory.
///
/// It is a class because it owns a parser; texts are views of its memory until the next call.
final class SheetReader: RowSource {
    let name: String
    let byteCount: Int
    private let digest: String
    private let strings: SharedStringLookup
    private let parser: SheetParser
    private let stream: XMLStream
    /// The disk failed while a shared text was read; told by the next `next()`, since `bytes` cannot.
    private var failure: InputError?

    /// Those of a workbook that counts from 1904 would be four years off.
    let countsDays: Bool

    init(workbook: WorkbookFile, part: String, sheet: String) throws(InputError) {
        let archive = try workbook.openArchive()
        name = "\(workbook.name)!\(sheet)"
        byteCount = archive.byteCount
        digest = workbook.digest
        countsDays = !workbook.since1904
        strings = SharedStringLookup(try workbook.sharedStrings())
        parser = SheetParser(name: name, strings: strings, areMoments: workbook.areMoments, since1904: workbook.since1904)
        stream = try XMLStream(part, of: archive, handler: parser)
    }

    var bytesRead: Int { Int(Double(byteCount) * stream.progress) }

    var cellCount: Int { parser.cells.count }

    func next() throws(InputError) -> Bool {
        if let failure { throw failure }
        return try stream.advance()
    }

    func bytes(_ index: Int) -> Bytes {
        guard index < parser.cells.count else { return Bytes(start: nil, count: 0) }
        switch parser.cells[index].content {
        case .empty: return Bytes(start: nil, count: 0)
        case .text(let start, let end): return parser.text.bytes(start, end)
        case .shared(let number):
            do throws(InputError) {
                return try strings.bytes(number)
            } catch {
                failure = error
                return Bytes(start: nil, count: 0)
            }
        }
    }

    func form(_ index: Int) -> CellForm { index < parser.cells.count ? parser.cells[index].form : .text }

    func place(_ index: Int) -> (line: Int, column: Int) { (parser.rowNumber, index + 1) }

    func rowFault(columns: Int) -> Fault? { nil }

    func isCutOff(columns: Int) -> Bool { false }

    func fingerprint() -> String { digest }
}
