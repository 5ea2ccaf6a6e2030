internal import Adoption
internal import Glibc

/// A workbook with its sheets found, its styles and shared texts read. It is a class because its sheets share it.
final class WorkbookFile {
    struct Sheet {
        let name: String
        let part: String
    }

    let name: String
    let sheets: [Sheet]
    let path: String
    let fingerprint: String
    let strings: SharedStrings
    let styles: CellStyles
    /// Days are counted from 1904 instead of 1900.
    let startsIn1904: Bool
    let byteCount: Int

    init(path: String, name: String) throws(InputError) {
        self.path = path
        self.name = name
        let archive = try ZipArchive(path: path, name: name)
        byteCount = archive.byteCount
        guard archive.has("[Content_Types].xml") else { throw InputError(file: name, "is an archive and no workbook; unpack it and give the files in it") }
        let root = Relationships()
        guard try readPart("_rels/.rels", root, archive), let workbookPart = root.first(ofType: "officeDocument", in: "") else {
            throw InputError(file: name, "is an archive and no workbook; unpack it and give the files in it")
        }
        let folder = workbookPart.split(separator: "/").dropLast().joined(separator: "/")
        let file = workbookPart.split(separator: "/").last.map(String.init) ?? ""
        if workbookPart.hasSuffix(".bin") { throw InputError(file: name, "is a binary workbook (.xlsb); open it and save it as .xlsx") }
        let index = WorkbookIndex()
        guard try readPart(workbookPart, index, archive), index.isWorkbook else { throw InputError(file: name, "is a document of another kind and no workbook") }
        let relations = Relationships()
        _ = try readPart((folder.isEmpty ? "" : folder + "/") + "_rels/" + file + ".rels", relations, archive)
        strings = SharedStrings()
        if let part = relations.first(ofType: "sharedStrings", in: folder) { _ = try readPart(part, strings, archive) }
        styles = CellStyles()
        if let part = relations.first(ofType: "styles", in: folder) { _ = try readPart(part, styles, archive) }
        startsIn1904 = index.startsIn1904
        sheets = index.sheets.compactMap { sheet in
            guard !sheet.isHidden, let part = relations.target(ofID: sheet.relation, type: "worksheet", in: folder), archive.has(part) else { return nil }
            return Sheet(name: sheet.name, part: part)
        }
        if sheets.isEmpty { throw InputError(file: name, "has no sheet that can be seen") }
        fingerprint = try WorkbookFile.hash(path, name)
    }

    func rows(of sheet: Sheet) throws(InputError) -> SheetReader { try SheetReader(self, sheet) }

    private static func hash(_ path: String, _ name: String) throws(InputError) -> String {
        let digest = try Digest()
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw InputError("\(path): cannot be opened: \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        var piece = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(descriptor, &piece, piece.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw InputError("\(name): cannot be read: \(String(cString: strerror(errno)))") }
            if count == 0 { return digest.finish() }
            piece.withUnsafeBytes { digest.update(UnsafeRawBufferPointer(rebasing: $0[0..<count])) }
        }
    }

    /// What the bytes of a compound file are, which is no ZIP archive: an old workbook, or one that is locked.
    static func compoundFileReason(path: String) throws(InputError) -> String {
        let mark = Array("EncryptedPackage".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw InputError("\(path): cannot be opened: \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        var piece = [UInt8](repeating: 0, count: 1 << 20)
        var at: off_t = 0
        while true {
            let count = pread(descriptor, &piece, piece.count, at)
            guard count > mark.count else { return "is an old Excel workbook (.xls); open it and save it as .xlsx" }
            if piece[0..<count].firstRange(of: mark) != nil { return "is protected with a password; remove it and save the workbook again" }
            at += off_t(count - mark.count)
        }
    }
}

/// Feeds a whole part of an archive to a target; false when there is no such part.
func readPart(_ name: String, _ target: any XMLTarget, _ archive: ZipArchive) throws(InputError) -> Bool {
    guard let part = try archive.part(name) else { return false }
    let stream = try XMLStream(target, name: archive.name)
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = try part.read(into: &piece)
        try stream.feed(piece[0..<count], isLast: count == 0)
        if count == 0 { return true }
    }
}

/// Which sheets a workbook has.
private final class WorkbookIndex: XMLTarget {
    struct Entry {
        let name: String
        let relation: String
        let isHidden: Bool
    }

    let fault: String? = nil
    private(set) var sheets: [Entry] = []
    private(set) var startsIn1904 = false
    private(set) var isWorkbook = false

    func start(_ element: UnsafePointer<CChar>, _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>) {
        switch element {
        case "workbook": isWorkbook = true
        case "workbookPr":
            if let value = attribute("date1904", of: attributes) { startsIn1904 = value.equals("1") || value.equals("true") }
        case "sheet":
            guard let name = attribute("name", of: attributes), let relation = attribute("id", of: attributes) else { return }
            let state = attribute("state", of: attributes).map { String(cString: $0) } ?? "visible"
            sheets.append(Entry(name: String(cString: name), relation: String(cString: relation), isHidden: state != "visible"))
        default: break
        }
    }

    func end(_ element: UnsafePointer<CChar>) {}
    func text(_ bytes: Bytes) {}
}

/// Which parts belong to a part.
private final class Relationships: XMLTarget {
    let fault: String? = nil
    private var entries: [(id: String, type: String, target: String)] = []

    func start(_ element: UnsafePointer<CChar>, _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>) {
        guard element.equals("Relationship"), let id = attribute("Id", of: attributes), let type = attribute("Type", of: attributes),
            let target = attribute("Target", of: attributes)
        else { return }
        entries.append((String(cString: id), String(cString: type), String(cString: target)))
    }

    func end(_ element: UnsafePointer<CChar>) {}
    func text(_ bytes: Bytes) {}

    func first(ofType type: String, in folder: String) -> String? {
        entries.first { $0.type.hasSuffix("/" + type) }.map { Relationships.resolved($0.target, in: folder) }
    }

    func target(ofID id: String, type: String, in folder: String) -> String? {
        entries.first { $0.id == id && $0.type.hasSuffix("/" + type) }.map { Relationships.resolved($0.target, in: folder) }
    }

    /// A target is relative to the part's folder, or begins at the archive's root.
    private static func resolved(_ target: String, in folder: String) -> String {
        if target.hasPrefix("/") { return String(target.dropFirst()) }
        var parts = folder.split(separator: "/").map(String.init)
        for step in target.split(separator: "/") {
            if step == ".." { _ = parts.popLast() } else if step != "." { parts.append(String(step)) }
        }
        return parts.joined(separator: "/")
    }
}
