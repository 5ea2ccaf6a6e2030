internal import Adoption
internal import Hashing

/// Presents a list of a YAML file as rows, so that a register written in YAML is read as one written as a table.
///
/// `document: {number: …}` is the column `document_number`. It is a class because it knows where it is.
final class DefinitionRows: RowSource {
    let name: String
    let byteCount: Int
    let cellCount: Int
    private let columns: [String]
    private let entries: [Definition]
    private let hash: String
    /// −1 at the header.
    private var current = -2  // before the header
    private var cells: [Constant] = []

    init(_ entries: [Definition], columns: [String], name: String, bytes: [UInt8]) throws(InputError) {
        for entry in entries { try entry.allow(columns.filter { !$0.hasPrefix("document_") } + (columns.contains("document_number") ? ["document"] : [])) }
        // `illustrative` says by its being there that the records are invented.
        let used = columns.filter { column in column != "illustrative" || entries.contains { $0.has(column) } }
        let digest = Digest()
        bytes.withUnsafeBytes { digest.update($0) }
        self.entries = entries
        self.columns = used
        self.name = name
        cellCount = used.count
        byteCount = bytes.count
        hash = digest.finish()
    }

    var bytesRead: Int { byteCount }

    func next() throws(InputError) -> Bool {
        guard current + 1 < entries.count else { return false }
        current += 1
        var texts: [String] = []
        for column in columns {
            if current < 0 {
                texts.append(column)
            } else if column.hasPrefix("document_") {
                let part = String(column.dropFirst("document_".count))
                texts.append(entries[current].has("document") ? try entries[current].definition("document").optionalText(part) ?? "" : "")
            } else {
                texts.append(entries[current].isList(column) ? try entries[current].texts(column).joined(separator: ";") : try entries[current].optionalText(column) ?? "")
            }
        }
        cells = texts.map(Constant.init)
        return true
    }

    func bytes(_ index: Int) -> Bytes { cells.indices.contains(index) ? cells[index].bytes : Bytes(start: nil, count: 0) }
    func form(_ index: Int) -> CellForm { .text }
    func place(_ index: Int) -> (line: Int, column: Int) { (current < 0 ? 1 : entries[current].line, 1) }
    func rowFault(columns: Int) -> Fault? { nil }
    func isCutOff(columns: Int) -> Bool { false }
    func fingerprint() -> String { hash }
}
