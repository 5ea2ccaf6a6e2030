import Adoption
import Foundation
import Testing
import TestSupport

@testable import Ingestion

/// Workbooks made by hand, part by part, and hostile ones.
@Suite struct WorkbookTests {
    /// Zips parts with Python, whose writer is not ours.
    private func workbook(_ parts: [String: String], name: String = "w.xlsx", level: Int = 6) throws -> String {
        let folder = Folder.shared.path + "/" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let list = try JSONSerialization.data(withJSONObject: parts)
        try list.write(to: URL(filePath: folder + "/parts.json"))
        let path = folder + "/" + name
        try python("""
            import json, sys, zipfile
            with zipfile.ZipFile(sys.argv[2], 'w', zipfile.ZIP_DEFLATED) as z:
                for name, text in json.load(open(sys.argv[1])).items():
                    n = int(text[8:]) if text.startswith('\\x01repeat:') else 0
                    z.writestr(name, b'<x>' + b' ' * n + b'</x>' if n else text)
            """, [folder + "/parts.json", path])
        return path
    }

    private func python(_ script: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-c", script] + arguments
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    private static let types = "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"
    private static let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

    private func parts(sheet: String, strings: String? = nil, styles: String? = nil, properties: String = "", state: String = "visible") -> [String: String] {
        var relations = "<Relationship Id='r1' Type='\(Self.office)/worksheet' Target='worksheets/s1.xml'/><Relationship Id='r2' Type='\(Self.office)/worksheet' Target='/xl/worksheets/s2.xml'/>"
        if strings != nil { relations += "<Relationship Id='r3' Type='\(Self.office)/sharedStrings' Target='shared.xml'/>" }
        if styles != nil { relations += "<Relationship Id='r4' Type='\(Self.office)/styles' Target='styles.xml'/>" }
        var parts = [
            "[Content_Types].xml": Self.types,
            "_rels/.rels": "<Relationships><Relationship Id='r1' Type='\(Self.office)/officeDocument' Target='xl/workbook.xml'/></Relationships>",
            "xl/workbook.xml": "<workbook>\(properties)<sheets><sheet name='Danh sách' sheetId='1' r:id='r1' xmlns:r='\(Self.office)'/><sheet name='Ẩn' state='\(state)' sheetId='2' r:id='r2' xmlns:r='\(Self.office)'/></sheets></workbook>",
            "xl/_rels/workbook.xml.rels": "<Relationships>\(relations)</Relationships>",
            "xl/worksheets/s1.xml": "<worksheet><sheetData>\(sheet)</sheetData></worksheet>",
            "xl/worksheets/s2.xml": "<worksheet><sheetData><row r='1'><c r='A1'><v>1</v></c></row></sheetData></worksheet>",
        ]
        if let strings { parts["xl/shared.xml"] = strings }
        if let styles { parts["xl/styles.xml"] = styles }
        return parts
    }

    private func rows(_ path: String, sheet: Int = 0) throws -> [[String]] {
        let workbook = try WorkbookFile(path: path, name: "w.xlsx")
        let reader = try workbook.rows(of: workbook.sheets[sheet])
        var rows: [[String]] = []
        while try reader.next() { rows.append((0..<reader.cellCount).map { String(decoding: reader.bytes($0), as: UTF8.self) }) }
        return rows
    }

    @Test func gapsMissingReferencesAndEveryKindOfText() throws {
        let sheet = """
            <row r='2'><c r='B2' t='s'><v>0</v></c><c r='D2' t='inlineStr'><is><r><t>Sa</t></r><r><t xml:space='preserve'> Thầy</t></r><rPh><t>x</t></rPh></is></c></row>
            <row><c><v>1234.50</v></c><c t='b'><v>1</v></c><c t='e'><v>#N/A</v></c><c t='str'><v>a_x000D_b</v></c></row>
            """
        let strings = "<sst><si><r><t>Mã</t></r><r><t> hồ sơ</t></r><rPh><t>bỏ</t></rPh></si></sst>"
        #expect(try rows(try workbook(parts(sheet: sheet, strings: strings))) == [["", "Mã hồ sơ", "", "Sa Thầy"], ["1234.5", "TRUE", "#N/A", "a\rb"]])
    }

    /// 45791 is 14 May 2025 counted from 1900, and 44329 the same day counted from 1904.
    @Test(arguments: [("", "45791.5", "2025-05-14T12:00:00"), ("", "45791", "2025-05-14"), ("<workbookPr date1904='1'/>", "44329", "2025-05-14"), ("", "59", "1900-02-28"), ("", "61", "1900-03-01"), ("", "60", "60"), ("", "0.5", "0.5")])
    func datesOfBothSystems(properties: String, serial: String, expected: String) throws {
        let styles = "<styleSheet><numFmts><numFmt numFmtId='170' formatCode='dd/mm/yyyy\\ hh:mm'/></numFmts><cellXfs><xf numFmtId='0'/><xf numFmtId='170'/></cellXfs></styleSheet>"
        let sheet = "<row r='1'><c r='A1' s='1'><v>\(serial)</v></c><c r='B1' s='0'><v>45791</v></c></row>"
        #expect(try rows(try workbook(parts(sheet: sheet, styles: styles, properties: properties))) == [[expected, "45791"]])
    }

    @Test(arguments: [
        ("General", false), ("0.00", false), ("#,##0", false), ("dd/mm/yyyy", true), ("[Red]0", false), ("[$-42A]dd MMMM yyyy", true), ("\"ngày\" 0", false),
        ("[h]:mm", true), ("0\\d", false), ("m/d/yy h:mm", true), ("_(* #,##0_)", false), ("0;[Red]-0", false),
    ])
    func aFormatOfDatesIsToldFromOneOfNumbers(code: String, isMoment: Bool) {
        #expect(CellStyles.isMomentFormat(code) == isMoment)
    }

    @Test func hiddenSheetsAreLeftOut() throws {
        let sheet = "<row r='1'><c r='A1'><v>1</v></c></row>"
        let hidden = try WorkbookFile(path: try workbook(parts(sheet: sheet, state: "hidden")), name: "w.xlsx")
        #expect(hidden.sheets.map(\.name) == ["Danh sách"])
        #expect(try WorkbookFile(path: try workbook(parts(sheet: sheet)), name: "w.xlsx").sheets.map(\.name) == ["Danh sách", "Ẩn"])
    }

    @Test(arguments: ["xl/workbook.xml", "xl/worksheets/s1.xml", "xl/shared.xml"])
    func aDocumentTypeIsRefusedInEveryPart(part: String) throws {
        var parts = parts(sheet: "<row r='1'><c r='A1'><v>1</v></c></row>", strings: "<sst><si><t>a</t></si></sst>")
        parts[part] = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>" + (parts[part] ?? "")
        let path = try workbook(parts)
        let error = #expect(throws: InputError.self) { try rows(path) }
        #expect(error?.description.contains("document type") == true)
    }

    @Test func whatUnpacksToFarTooMuchIsRefused() throws {
        var parts = parts(sheet: "")
        parts["xl/worksheets/s1.xml"] = "\u{1}repeat:50000000"
        let path = try workbook(parts)
        let error = #expect(throws: InputError.self) { try rows(path) }
        #expect(error?.description.contains("100 times") == true, "\(error?.description ?? "none")")
    }

    @Test func deepNestingAndImpossibleCellsAreRefused() throws {
        let deep = String(repeating: "<a>", count: 400) + String(repeating: "</a>", count: 400)
        for (sheet, reason) in [
            (deep, "nested"), ("<row r='1'><c r='ZZZZ1'><v>1</v></c></row>", "XFD"), ("<row r='2000000'><c><v>1</v></c></row>", "row 2000000"),
            ("<row r='1'><c r='B1'><v>1</v></c><c r='A1'><v>1</v></c></row>", "order"), ("<row r='1'><c>", "not XML"),
        ] {
            let path = try workbook(parts(sheet: sheet))
            let error = #expect(throws: InputError.self) { try rows(path) }
            #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
        }
    }

    @Test func archivesThatAreNoWorkbooksAreNamed() throws {
        let zip = try workbook(["a.txt": "x"])
        #expect(throws: InputError(file: "w.xlsx", "is an archive and no workbook; unpack it and give the files in it")) { try WorkbookFile(path: zip, name: "w.xlsx") }
        var many = parts(sheet: "")
        for index in 0..<1_100 { many["x\(index)"] = "x" }
        let crowded = try workbook(many)
        #expect(throws: InputError.self) { try WorkbookFile(path: crowded, name: "w.xlsx") }
        var document = parts(sheet: "")
        document["xl/workbook.xml"] = "<document/>"
        let docx = try workbook(document)
        #expect(throws: InputError(file: "w.xlsx", "is a document of another kind and no workbook")) { try WorkbookFile(path: docx, name: "w.xlsx") }
    }

    /// A workbook that was cut off anywhere is refused, and never read in part.
    @Test func aCutOffWorkbookIsRefused() throws {
        let whole = try Data(contentsOf: URL(filePath: try workbook(parts(sheet: "<row r='1'><c r='A1'><v>1</v></c></row>"))))
        for length in stride(from: 4, to: whole.count, by: 97) {
            let path = try Folder.shared.file("\(UUID()).xlsx", whole.prefix(length))
            #expect(throws: InputError.self) { try rows(path) }
        }
    }

    @Test func lockedAndOldWorkbooksAreNamed() throws {
        let mark = Data([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1])
        let locked = try Folder.shared.file("\(UUID()).xlsx", mark + Data(count: 2_000) + Data("EncryptedPackage".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }) + Data(count: 500))
        let old = try Folder.shared.file("\(UUID()).xls", mark + Data(count: 4_000))
        #expect(throws: InputError(file: "a", "is protected with a password; remove it and save the workbook again")) { try Source.runs(locked, name: "a", profiles: []) }
        #expect(throws: InputError(file: "a", "is an old Excel workbook (.xls); open it and save it as .xlsx")) { try Source.runs(old, name: "a", profiles: []) }
    }

    /// More texts than are kept in memory: they are read back from the temporary file.
    @Test func sharedTextsBeyondMemoryAreFound() throws {
        let strings = SharedStrings()
        let stream = try XMLStream(strings, name: "w.xlsx")
        try stream.feed(Array("<sst>".utf8)[...], isLast: false)
        let long = String(repeating: "ế", count: 1_000)
        for index in 0..<15_000 { try stream.feed(Array("<si><t>\(index)-\(long)</t></si>".utf8)[...], isLast: false) }
        try stream.feed(Array("</sst>".utf8)[...], isLast: true)
        for index in [0, 1, 7_499, 14_999] {
            var text: [UInt8] = []
            #expect(try strings.append(index, to: &text))
            #expect(String(decoding: text, as: UTF8.self) == "\(index)-\(long)")
        }
        var none: [UInt8] = []
        #expect(try !strings.append(15_000, to: &none))
    }

    @Test func aPageWithTablesIsReadAsRows() throws {
        let page = """
            <html><head><title>x</title><style>td{}</style></head><body><p>BÁO CÁO</p>
            <table border=1><tr><th rowspan=2>Mã&nbsp;hồ sơ<th colspan="2">Thời gian</tr><tr><td>Tiếp nhận</td><td>Hẹn trả</td></tr>
            <tr><td>616-1<td>14/05/2025<br>08:00<td>&lt;a&gt; &amp; b</table></body></html>
            """
        let table = try HTMLTable(try TextInput(path: try Folder.shared.file("\(UUID()).xls", page), name: "p.xls"))
        var rows: [[String]] = []
        while try table.next() { rows.append((0..<table.cellCount).map { String(decoding: table.bytes($0), as: UTF8.self) }) }
        #expect(rows == [["Mã hồ sơ", "Thời gian"], ["", "Tiếp nhận", "Hẹn trả"], ["616-1", "14/05/2025 08:00", "<a> & b"]])
    }
}
