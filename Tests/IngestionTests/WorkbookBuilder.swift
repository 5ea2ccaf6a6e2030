import Foundation
import Glibc
import Testing
import TestSupport

@testable import Ingestion

/// Makes workbooks out of XML text, packed by Python's zipfile.
enum WorkbookBuilder {
    static let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"

    /// The parts of a workbook with the given sheets.
    static func parts(
        sheets: [(name: String, state: String, data: String)], shared: String? = nil, styles: String? = nil, properties: String = "", prefix: String = ""
    ) -> [String: String] {
        let colon = prefix.isEmpty ? "" : prefix + ":"
        let main = "xmlns\(prefix.isEmpty ? "" : ":" + prefix)=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
        let links = "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\""
        let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        let package = "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\""
        var list = ""
        var relations = ""
        var parts: [String: String] = [:]
        for (index, sheet) in sheets.enumerated() {
            list += "<\(colon)sheet name=\"\(sheet.name)\" sheetId=\"\(index + 1)\" \(sheet.state) r:id=\"s\(index)\"/>"
            // One target is relative to the workbook, the next to the archive.
            let target = index % 2 == 0 ? "worksheets/sheet\(index).xml" : "/xl/worksheets/sheet\(index).xml"
            relations += "<Relationship Id=\"s\(index)\" Type=\"\(kind)/worksheet\" Target=\"\(target)\"/>"
            parts["xl/worksheets/sheet\(index).xml"] = declaration + "<\(colon)worksheet \(main)>\(sheet.data)</\(colon)worksheet>"
        }
        if let shared {
            relations += "<Relationship Id=\"t\" Type=\"\(kind)/sharedStrings\" Target=\"sharedStrings.xml\"/>"
            parts["xl/sharedStrings.xml"] = declaration + shared
        }
        if let styles {
            relations += "<Relationship Id=\"y\" Type=\"\(kind)/styles\" Target=\"styles.xml\"/>"
            parts["xl/styles.xml"] = declaration + "<styleSheet>\(styles)</styleSheet>"
        }
        parts["_rels/.rels"] = "<Relationships \(package)><Relationship Id=\"a\" Type=\"\(kind)/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        parts["xl/_rels/workbook.xml.rels"] = "<Relationships \(package)>\(relations)</Relationships>"
        parts["xl/workbook.xml"] = declaration + "<\(colon)workbook \(main) \(links)>\(properties)<\(colon)sheets>\(list)</\(colon)sheets></\(colon)workbook>"
        return parts
    }

    /// Packs parts into a file; a part `zeros:N` is N zeros.
    static func pack(_ parts: [String: String], then change: String = "") throws -> String {
        let list = try Folder.shared.file("\(UUID()).json", JSONSerialization.data(withJSONObject: parts))
        let path = Folder.shared.path + "/\(UUID()).xlsx"
        try python(
            """
            import json, sys, zipfile, warnings, struct
            warnings.simplefilter('ignore')
            path = sys.argv[2]
            z = zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED)
            for name, text in json.load(open(sys.argv[1])).items():
                z.writestr(name, b'0' * int(text[6:]) if text.startswith('zeros:') else text)
            \(change.hasPrefix("z.") ? change : "")
            z.close()
            data = open(path, 'rb').read()
            \(change.hasPrefix("z.") ? "" : change)
            open(path, 'wb').write(data)
            """, [list, path])
        return path
    }

    static func python(_ script: String, _ arguments: [String]) throws {
        var words = (["python3", "-c", script] + arguments).map { strdup($0) }
        defer { words.forEach { free($0) } }
        words.append(nil)
        var process = pid_t()
        try #require(posix_spawnp(&process, "python3", nil, nil, words, environ) == 0, "python3 cannot be started")
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 { try #require(errno == EINTR) }
        try #require(status == 0, "python3 failed")
    }

    /// A workbook of one sheet, `body` being what is inside `sheetData`.
    static func sheet(_ body: String, shared: String? = nil, styles: String? = nil, properties: String = "") throws -> String {
        try pack(parts(sheets: [("S", "", "<sheetData>\(body)</sheetData>")], shared: shared, styles: styles, properties: properties))
    }

    /// Each row as its number and its cells, with a `#` before numbers and an `@` before moments.
    static func rows(_ source: any RowSource) throws -> [String] {
        var rows: [String] = []
        while try source.next() {
            let cells = (0..<source.cellCount).map { index in
                let mark = source.form(index) == .number ? "#" : source.form(index) == .moment ? "@" : ""
                return mark + String(decoding: source.bytes(index), as: UTF8.self)
            }
            rows.append("\(source.place(0).line): " + cells.joined(separator: "|"))
        }
        return rows
    }

    static func rows(_ path: String, sheet: Int = 0) throws -> [String] {
        try rows(try WorkbookFile(path: path, name: "w.xlsx").rows(ofSheet: sheet))
    }
}
