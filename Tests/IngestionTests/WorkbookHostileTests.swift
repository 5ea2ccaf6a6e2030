import Adoption
import Foundation
import Testing
import TestSupport

@testable import Ingestion

/// Files that are made to break a reader. Each is refused with its reason, in seconds and little memory.
@Suite struct WorkbookHostileTests {
    typealias Builder = WorkbookBuilder

    private static let sheet = Builder.parts(
        sheets: [("S", "", "<sheetData><row><c t=\"s\"><v>0</v></c></row></sheetData>")], shared: "<sst><si><t>a</t></si></sst>", styles: "<cellXfs/>")

    /// What reading everything in the file is refused with.
    private func refusal(_ path: String) throws -> String {
        let start = ContinuousClock.now
        defer { #expect(ContinuousClock.now - start < .seconds(10)) }
        do throws(InputError) {
            let workbook = try WorkbookFile(path: path, name: "w.xlsx")
            for index in workbook.sheetNames.indices {
                let rows = try workbook.rows(ofSheet: index)
                while try rows.next() {}
            }
        } catch {
            return error.description
        }
        return "nothing"
    }

    private func refusal(replacing part: String, with text: String, then change: String = "") throws -> String {
        try refusal(try Builder.pack(Self.sheet.merging([part: text]) { $1 }, then: change))
    }

    private func refusal(ofSheet body: String) throws -> String {
        try refusal(replacing: "xl/worksheets/sheet0.xml", with: "<worksheet><sheetData>\(body)</sheetData></worksheet>")
    }

    @Test func theUnchangedWorkbookIsRead() throws {
        #expect(try refusal(try Builder.pack(Self.sheet)) == "nothing")
    }

    @Test(arguments: ["xl/worksheets/sheet0.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml", "_rels/.rels", "xl/_rels/workbook.xml.rels"])
    func aDocumentTypeIsRefused(part: String) throws {
        let laughs = (1...9).map { "<!ENTITY l\($0) \"\(String(repeating: "&l\($0 - 1);", count: 10))\">" }.joined()
        let bomb = "<!DOCTYPE x [<!ENTITY l0 \"ha\">\(laughs)]><workbook>&l9;</workbook>"
        #expect(try refusal(replacing: part, with: bomb) == "w.xlsx: is damaged: '\(part)' declares a document type, which no workbook does; open it in Excel and save it again")
        let outside = "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><x/>"
        #expect(try refusal(replacing: part, with: outside).contains("declares a document type"))
    }

    @Test func bombsAreRefused() throws {
        let reason = "w.xlsx: unpacks to far more than a workbook of its size does; open it in Excel and save it again"
        #expect(try refusal(replacing: "xl/media/a.bin", with: "zeros:50000000") == reason)
        #expect(try refusal(replacing: "xl/worksheets/sheet0.xml", with: "zeros:200000") == reason)
    }

    @Test func aPartThatUnpacksToMoreThanItSaysIsRefused() throws {
        // The directory and the part's own header say 1,000 bytes in place of 50,000,000.
        let lie = "data = data.replace(struct.pack('<I', 50000000), struct.pack('<I', 1000))"
        #expect(try refusal(replacing: "xl/worksheets/sheet0.xml", with: "zeros:50000000", then: lie).hasPrefix("w.xlsx: is damaged: 'xl/worksheets/sheet0.xml' "))
    }

    @Test func archivesOfManyFilesAreRefused() throws {
        let many = "z.writestr('a', ''); [z.writestr('f%d' % i, '') for i in range(1100)]"
        let reason = "w.xlsx: is an archive of more than 1000 files and not a workbook; save the sheet alone as .xlsx"
        #expect(try refusal(try Builder.pack(Self.sheet, then: many)) == reason)
        // The record at the end says 0 files, and the directory is long all the same.
        let far = "z.writestr('a', ''); [z.writestr('%0200d' % i, '') for i in range(5000)]"
        #expect(try refusal(try Builder.pack(Self.sheet, then: far)) == reason)
    }

    @Test func aPartThatIsThereTwiceIsRefused() throws {
        let path = try Builder.pack(Self.sheet, then: "z.writestr('XL/workbook.xml', '<workbook/>')")
        #expect(try refusal(path) == "w.xlsx: is a damaged archive: it holds 'xl/workbook.xml' twice; export it again")
    }

    @Test func whatIsCutOffOrChangedIsRefused() throws {
        let whole = try Data(contentsOf: URL(filePath: try Builder.pack(Self.sheet)))
        for length in [0, 1, 4, 30, whole.count / 2, whole.count - 30, whole.count - 1] {
            let path = try Folder.shared.file("\(UUID()).xlsx", whole.prefix(length))
            #expect(try refusal(path).contains("is a cut-off or damaged archive"), "\(length) bytes")
        }
        // One byte is changed within the texts, which are stored as they are: only the checksum tells.
        let changed = "data = data.replace(b'<sst>', b'<sst >')"
        #expect(try refusal(replacing: "xl/sharedStrings.xml", with: "<sst><si><t>a</t></si></sst>", then: changed) == "nothing")
        let stored = "z.writestr('xl/stored.xml', '<sst><si><t>abc</t></si></sst>', zipfile.ZIP_STORED)"
        let path = try Builder.pack(Self.sheet, then: stored)
        var data = try Data(contentsOf: URL(filePath: path))
        let range = try #require(data.range(of: Data("<t>abc".utf8)))
        data[range.lowerBound + 3] = 0x62
        let archive = try ZipArchive(path: try Folder.shared.file("\(UUID()).xlsx", data), name: "w.xlsx")
        #expect(throws: InputError.self) { try SharedStrings(part: "xl/stored.xml", of: archive) }
    }

    @Test func filesThatAreNoWorkbooksAreRefused() throws {
        let other = "w.xlsx: is an archive and not a workbook; unpack it, or save the sheet as .xlsx"
        #expect(try refusal(try Builder.pack(["a.txt": "a"])) == other)
        let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
        func relation(_ target: String) -> String { "<Relationships><Relationship Id=\"a\" Type=\"\(kind)\" Target=\"\(target)\"/></Relationships>" }
        #expect(try refusal(try Builder.pack(["_rels/.rels": relation("word/document.xml"), "word/document.xml": "<w:document xmlns:w=\"w\"/>"])) == other)
        let binary = ["_rels/.rels": relation("xl/workbook.bin"), "xl/workbook.bin": "a"]
        #expect(try refusal(try Builder.pack(binary)) == "w.xlsx: is a binary workbook (.xlsb); open it in Excel and save it as .xlsx")
        let open = ["mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"]
        #expect(try refusal(try Builder.pack(open)) == "w.xlsx: is an OpenDocument file; open it and save it as .xlsx")
        #expect(try refusal(Folder.shared.path).contains("is a folder"))
    }

    @Test func passwordsAndOldWorkbooksAreNamed() throws {
        let start = Data([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1])
        let mark = Data("EncryptedPackage".utf8.flatMap { [$0, 0] })
        // The name lies within a piece, and across the border of two.
        for space in [2_000, (1 << 20) - 20] {
            let path = try Folder.shared.file("\(UUID()).xlsx", start + Data(count: space) + mark + Data(count: 500))
            #expect(try refusal(path) == "w.xlsx: is protected with a password; remove it and save again")
        }
        let old = try Folder.shared.file("\(UUID()).xls", start + Data(count: 3_000))
        #expect(try refusal(old) == "w.xlsx: is an old Excel workbook (.xls); open it and save it as .xlsx")
        // Bit 0 of an entry's flags says that it is encrypted.
        let locked = "i = data.index(b'PK\\x01\\x02'); data = data[:i + 8] + bytes([data[i + 8] | 1]) + data[i + 9:]"
        #expect(try refusal(try Builder.pack(Self.sheet, then: locked)) == "w.xlsx: is protected with a password; remove it and save again")
    }

    @Test func sheetsBeyondTheLimitsOfExcelAreRefused() throws {
        #expect(try refusal(ofSheet: "<row><c r=\"XFE1\"><v>1</v></c></row>").contains("beyond column XFD"))
        #expect(try refusal(ofSheet: "<row><c r=\"AAAAAAAAAAAAAAAAAAAAAAAAA1\"><v>1</v></c></row>").contains("beyond column XFD"))
        #expect(try refusal(ofSheet: "<row><c r=\"XFD1\"><v>1</v></c><c><v>1</v></c></row>").contains("beyond column XFD"))
        #expect(try refusal(ofSheet: "<row r=\"1048577\"/>").contains("has a row beyond"))
        #expect(try refusal(ofSheet: "<row r=\"99999999999999999999\"/>").contains("has a row beyond"))
        #expect(try refusal(ofSheet: "<row r=\"-1\"/>").contains("has a row beyond"))
        #expect(try refusal(ofSheet: "<row><c r=\"A1048577\"><v>1</v></c></row>").contains("has a row beyond"))
        for index in ["1", "-1", "x", "99999999999999999999"] {
            #expect(try refusal(ofSheet: "<row r=\"5\"><c t=\"s\"><v>\(index)</v></c></row>").hasPrefix("w.xlsx!S:5: has a cell whose text is missing"))
        }
    }

    @Test func sheetsThatGrowWithoutEndAreRefused() throws {
        #expect(try refusal(ofSheet: String(repeating: "<a>", count: 300) + String(repeating: "</a>", count: 300)).contains("nested more than 256 deep"))
        // Random digits, so that the archive does not shrink them to a bomb.
        var random = SeededGenerator(seed: 7)
        let digits = (0..<150_000).map { _ in String(random.next(), radix: 36) }
        #expect(try refusal(ofSheet: "<row><c t=\"inlineStr\"><is><t>\(digits.joined())</t></is></c></row>").contains("more than 1 MiB of text"))
        #expect(try refusal(ofSheet: "<row a=\"\(digits.joined())\"/>").contains("holds a tag of more than 1 MiB"))
        #expect(try refusal(ofSheet: digits.map { "<x\($0)/>" }.joined()).contains("more kinds of elements"))
        #expect(try refusal(ofSheet: digits.map { "<row x\($0)=\"\"/>" }.joined()).contains("more kinds of elements"))
        #expect(try refusal(ofSheet: "<row><c>").contains("is no proper XML at line 1"))
        #expect(try refusal(ofSheet: "<row/></sheetData></worksheet><worksheet><sheetData>").contains("is no proper XML"))
    }
}
