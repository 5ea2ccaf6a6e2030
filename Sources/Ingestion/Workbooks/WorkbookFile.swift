internal import Adoption
internal import Glibc
internal import Hashing

/// An .xlsx file opened for reading.
///
/// It is a class because its sheets share the texts that it reads once, when the first of them is read.
final class WorkbookFile {
    let path: String
    let name: String
    /// Its worksheets in order, without those that are hidden.
    var sheetNames: [String] { sheets.map(\.name) }
    /// The sheets that are hidden, which are not read.
    let hiddenSheetNames: [String]
    private let identity: ZipArchive.Identity
    /// SHA-256 of the file as it lies on the disk.
    let digest: String
    let areMoments: [Bool]
    let since1904: Bool
    private let sheets: [(name: String, part: String)]
    private let sharedPart: String?
    private var shared: SharedStrings?

    /// A directory of the workbook, its relationships and its styles are small in every real file.
    private static let partLimit = 64 << 20

    init(path: String, name: String) throws(InputError) {
        (self.path, self.name) = (path, name)
        if try WorkbookFile.isCompound(path, name: name) { throw InputError(file: name, compoundFileReason(path: path)) }
        let archive = try ZipArchive(path: path, name: name)
        let main = try WorkbookFile.mainPart(of: archive)
        let contents = try WorkbookContents(part: main, of: archive)
        var parts: [String: String] = [:]
        var others: [String: String] = [:]
        for relation in try PartRelations(of: main, in: archive).all {
            if relation.kind == "worksheet" { parts[relation.id] = relation.target } else { others[relation.kind] = relation.target }
        }
        sheets = contents.sheets.compactMap { sheet in parts[sheet.relation].map { (sheet.name, $0) } }
        since1904 = contents.since1904
        hiddenSheetNames = contents.hidden
        sharedPart = others["sharedStrings"].flatMap { archive.entry($0) == nil ? nil : $0 }
        let styles = others["styles"].flatMap { archive.entry($0) == nil ? nil : $0 }
        try WorkbookFile.checkSize(styles, in: archive)
        areMoments = try CellStyles(part: styles, of: archive).areMoments
        identity = archive.identity
        digest = try WorkbookFile.digest(of: path, name: name)
    }

    /// A fresh reader of a sheet. Several may be at work, but only one may be made at a time.
    func rows(ofSheet index: Int) throws(InputError) -> any RowSource {
        try SheetReader(workbook: self, part: sheets[index].part, sheet: sheets[index].name)
    }

    func sharedStrings() throws(InputError) -> SharedStrings {
        if let shared { return shared }
        let strings = try SharedStrings(part: sharedPart, of: try openArchive())
        shared = strings
        return strings
    }

    /// Opens the file once more, so that each reader has a position of its own in it.
    func openArchive() throws(InputError) -> ZipArchive {
        let archive = try ZipArchive(path: path, name: name)
        guard archive.identity == identity else { throw InputError(file: name, "was changed while it was being read; run this again") }
        return archive
    }

    /// Finds the part that lists the sheets, and refuses what is no workbook.
    private static func mainPart(of archive: ZipArchive) throws(InputError) -> String {
        let main = try PartRelations(of: "", in: archive).all.first { $0.kind == "officeDocument" }?.target ?? "xl/workbook.xml"
        if main.hasSuffix(".bin") { throw InputError(file: archive.name, "is a binary workbook (.xlsb); open it in Excel and save it as .xlsx") }
        if archive.entry("mimetype") != nil && archive.entry("content.xml") != nil {
            throw InputError(file: archive.name, "is an OpenDocument file; open it and save it as .xlsx")
        }
        guard archive.entry(main) != nil, main.hasSuffix(".xml") else { throw WorkbookContents.notAWorkbook(archive.name) }
        try checkSize(main, in: archive)
        return main
    }

    fileprivate static func checkSize(_ part: String?, in archive: ZipArchive) throws(InputError) {
        guard let part, let entry = archive.entry(part), entry.size > partLimit else { return }
        throw InputError(file: archive.name, "is damaged: '\(part)' is larger than it is in any workbook; open it in Excel and save it again")
    }

    private static func isCompound(_ path: String, name: String) throws(InputError) -> Bool {
        var isCompound = false
        try eachPiece(of: path, name: name) { piece in
            isCompound = piece.starts(with: [0xD0, 0xCF, 0x11, 0xE0])
            return false
        }
        return isCompound
    }

    private static func digest(of path: String, name: String) throws(InputError) -> String {
        let digest = Digest()
        try eachPiece(of: path, name: name) { piece in
            digest.update(UnsafeRawBufferPointer(piece))
            return true
        }
        return digest.finish()
    }
}

/// What the main part of a workbook says.
private final class WorkbookContents: XMLHandler {
    private(set) var sheets: [(name: String, relation: String)] = []
    private(set) var hidden: [String] = []
    private(set) var since1904 = false
    private let name: String
    /// How many elements are open. Extensions further in have elements of the same names.
    private var depth = 0

    init(part: String, of archive: ZipArchive) throws(InputError) {
        name = archive.name
        let stream = try XMLStream(part, of: archive, handler: self)
        while try stream.advance() {}
    }

    static func notAWorkbook(_ name: String) -> InputError {
        InputError(file: name, "is an archive and not a workbook; unpack it, or save the sheet as .xlsx")
    }

    func begin(_ element: XMLName, _ attributes: XMLAttributes) throws(InputError) {
        if depth == 0 && !element.isNamed("workbook") { throw WorkbookContents.notAWorkbook(name) }
        depth += 1
        switch (depth, element) {
        case (2, "workbookPr"): since1904 = ["1", "true", "on"].contains(attributes["date1904"] ?? "")
        case (3, "sheet"):
            guard let name = attributes["name"], let relation = attributes["id"] else { return }
            if (attributes["state"] ?? "").lowercased().hasSuffix("hidden") { hidden.append(name) } else { sheets.append((name, relation)) }
        default: break
        }
    }

    func end() -> Bool {
        depth -= 1
        return false
    }

    func text(_ bytes: Bytes) {}
}

/// The parts that a part refers to.
private final class PartRelations: XMLHandler {
    struct Relation {
        let id: String
        /// The last word of its type, which is the same in the old and in the strict form: `worksheet`.
        let kind: String
        let target: String
    }

    private(set) var all: [Relation] = []
    private let folder: String

    /// - Parameter part: empty for the archive as a whole.
    init(of part: String, in archive: ZipArchive) throws(InputError) {
        let steps = part.split(separator: "/", omittingEmptySubsequences: false)
        folder = steps.dropLast().joined(separator: "/")
        let relations = normalisedPart("\(folder)/_rels/\(steps.last ?? "").rels")
        if archive.entry(relations) == nil { return }
        try WorkbookFile.checkSize(relations, in: archive)
        let stream = try XMLStream(relations, of: archive, handler: self)
        while try stream.advance() {}
    }

    func begin(_ element: XMLName, _ attributes: XMLAttributes) {
        guard element.isNamed("Relationship"), let id = attributes["Id"], let type = attributes["Type"], let target = attributes["Target"],
            attributes["TargetMode"] != "External"
        else { return }
        let kind = type.split(separator: "/").last.map(String.init) ?? ""
        all.append(Relation(id: id, kind: kind, target: normalisedPart(target.hasPrefix("/") ? target : "\(folder)/\(target)")))
    }

    func end() -> Bool { false }

    func text(_ bytes: Bytes) {}
}
