import Adoption
import Foundation
import Testing
import TestSupport

@testable import Ingestion

@Suite struct WorkbookTests {
    typealias Builder = WorkbookBuilder

    /// Styles 0 none, 1 a built-in date, 2 a date of one's own, 3 an amount with a unit, 4 a colour and an escaped d, 5 a time.
    private static let styles = """
        <numFmts><numFmt numFmtId="164" formatCode="[$-42A]dd/mm/yyyy\\ hh:mm;@"/><numFmt numFmtId="165" formatCode="#,##0 &quot;days&quot;"/>
        <numFmt numFmtId="166" formatCode="[Red]0\\d"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
        <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="20"/></cellXfs>
        """

    private func cell(_ style: Int, _ value: String) -> String { "<c s=\"\(style)\"><v>\(value)</v></c>" }

    @Test func daysAreCountedFrom1900() throws {
        // Day 1 is 1 January 1900, 61 is 1 March 1900, 36526 is 1 January 2000, 45791 is 14 May 2025; a third of a day is eight hours.
        let body = "<row>\(cell(1, "1"))\(cell(1, "59"))\(cell(1, "60"))\(cell(1, "61"))\(cell(1, "36526"))</row>"
            + "<row>\(cell(2, "45791"))\(cell(2, "45791.333333333336"))\(cell(2, "45791.99999999"))\(cell(5, "0.5"))\(cell(1, "-3"))</row>"
            + "<row>\(cell(0, "45791"))\(cell(3, "45791"))\(cell(4, "45791"))\(cell(99, "45791"))\(cell(1, "3000000"))</row>"
        #expect(
            try Builder.rows(try Builder.sheet(body, styles: Self.styles)) == [
                "1: @1900-01-01|@1900-02-28|@1900-02-28|@1900-03-01|@2000-01-01",
                "2: @2025-05-14|@2025-05-14T08:00:00|@2025-05-15|#0.5|#-3",
                "3: #45791|#45791|#45791|#45791|#3000000",
            ])
    }

    @Test func daysAreCountedFrom1904WhereTheWorkbookSaysSo() throws {
        // 1904 begins 1462 days after the day 0 of 1900: 45791 - 1462 = 44329. An extension of the same name says nothing.
        let properties = "<workbookPr date1904=\"1\"/><extLst><ext><x15:workbookPr xmlns:x15=\"urn:x\" date1904=\"0\"/></ext></extLst>"
        let path = try Builder.sheet("<row>\(cell(1, "44329"))\(cell(1, "1"))</row>", styles: Self.styles, properties: properties)
        #expect(try Builder.rows(path) == ["1: @2025-05-14|@1904-01-02"])
    }

    @Test func valuesHaveTheirForms() throws {
        let body = """
            <row r="2"><c r="A2" t="inlineStr"><is><t>Đắk Glei</t></is></c><c r="B2" t="inlineStr"><is><r><rPr><b/></rPr><t>Sa </t></r><r><t>Thầy</t></r></is></c>
            <c r="C2" t="b"><v>1</v></c><c r="D2" t="b"><v>0</v></c><c r="E2" t="e"><v>#N/A</v></c><c r="F2" t="str"><f>A1&amp;"x"</f><v>a_x000D__x000A_b _x005F_x0041_ _x1_</v></c>
            <c r="G2" t="d"><v>2025-05-14T08:00:00.000</v></c><c r="H2" t="d"><v>2025-05-14</v></c></row>
            <row r="3"><c><v>50000.0</v></c><c><v>242.25999999999999</v></c><c><v>1E3</v></c><c><v>-0.5</v></c><c><v> 7
            </v></c><c><v>123456789012345678</v></c><c><f>1+1</f></c><c><v>0001</v></c><c><v>nonsense</v></c></row>
            """
        #expect(
            try Builder.rows(try Builder.sheet(body)) == [
                "2: Đắk Glei|Sa Thầy|TRUE|FALSE|#N/A|a\r\nb _x0041_ _x1_|@2025-05-14T08:00:00|@2025-05-14",
                "3: #50000|#242.26|#1000|#-0.5|#7|#1.2345678901234568e+17||#1|nonsense",
            ])
    }

    @Test func sharedTextsLoseTheirReadingAids() throws {
        let shared = "<sst><si><t>một</t></si><si><r><t>h</t></r><r><rPr/><t xml:space=\"preserve\">ai </t></r><rPh><t>xx</t></rPh><phoneticPr/></si><si><t/></si></sst>"
        let body = "<row><c t=\"s\"><v>1</v></c><c t=\"s\"><v>0</v></c><c t=\"s\"><v>2</v></c></row><row><c t=\"s\"><v>2</v></c></row>"
        #expect(try Builder.rows(try Builder.sheet(body, shared: shared)) == ["1: hai |một"])
    }

    @Test func gapsAreEmptyCellsAndEmptyRowsAreLeftOut() throws {
        let body = "<row r=\"2\"><c r=\"B2\"><v>1</v></c><c r=\"AA2\"><v>2</v></c><c r=\"AB2\" s=\"0\"/></row><row r=\"3\"/><row r=\"4\"><c r=\"A4\"/></row>"
            + "<row r=\"7\"><c r=\"C7\"><v>3</v></c><c><v>4</v></c></row><row><c><v>5</v></c></row><row><c r=\"A12\"><v>6</v></c></row>"
        let gap = String(repeating: "|", count: 25)
        #expect(try Builder.rows(try Builder.sheet(body)) == ["2: |#1\(gap)#2", "7: ||#3|#4", "8: #5", "12: #6"])
    }

    @Test func severalSheetsAreReadEachOnItsOwn() throws {
        func data(_ value: Int) -> String { "<x:sheetData><x:row><x:c><x:v>\(value)</x:v></x:c></x:row><x:row><x:c><x:v>0</x:v></x:c></x:row></x:sheetData>" }
        let path = try Builder.pack(
            Builder.parts(
                sheets: [("Hồ sơ", "", data(1)), ("Ẩn", "state=\"hidden\"", data(2)), ("Ẩn hẳn", "state=\"veryHidden\"", data(3)), ("Thanh toán", "", data(4))],
                prefix: "x"))
        let workbook = try WorkbookFile(path: path, name: "w.xlsx")
        #expect(workbook.sheetNames == ["Hồ sơ", "Thanh toán"])
        let readers = [try workbook.rows(ofSheet: 0), try workbook.rows(ofSheet: 1), try workbook.rows(ofSheet: 0)]
        #expect(readers[1].name == "w.xlsx!Thanh toán")
        var first: [String] = []
        for reader in readers {
            #expect(try reader.next())
            first.append(String(decoding: reader.bytes(0), as: UTF8.self))
        }
        #expect(first == ["1", "4", "1"])
        for reader in readers {
            #expect(try reader.next())
            #expect(try !reader.next())
            #expect(reader.bytesRead == reader.byteCount)
            #expect(reader.fingerprint().count == 64)
        }
    }

    @Test func textsBeyondTheMemoryLimitAreReadFromTheDisk() throws {
        let texts = (0..<5_000).map { "text \($0) " + String(repeating: "x", count: $0 % 97) }
        let path = try Builder.sheet("", shared: "<sst>" + texts.map { "<si><t xml:space=\"preserve\">\($0)</t></si>" }.joined() + "</sst>")
        let strings = try SharedStrings(part: "xl/sharedStrings.xml", of: try ZipArchive(path: path, name: "w.xlsx"), memoryLimit: 1_000)
        let lookup = SharedStringLookup(strings)
        #expect(lookup.count == texts.count)
        for index in Array(0..<5_000) + [4_999, 0, 2_500, 17] {
            #expect(String(decoding: try lookup.bytes(index), as: UTF8.self) == texts[index])
        }
    }

    @Test func aChangedFileIsNoticed() throws {
        let path = try Builder.sheet("<row><c><v>1</v></c></row>")
        let workbook = try WorkbookFile(path: path, name: "w.xlsx")
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.copyItem(atPath: try Builder.sheet("<row><c><v>2</v></c></row>"), toPath: path)
        #expect(throws: InputError("w.xlsx: was changed while it was being read; run this again")) { try workbook.rows(ofSheet: 0) }
    }

    /// Only when UPTAKE_LARGE_WORKBOOK names a file.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["UPTAKE_LARGE_WORKBOOK"] != nil))
    func memoryDoesNotGrowWithTheFile() throws {
        let source = try WorkbookFile(path: ProcessInfo.processInfo.environment["UPTAKE_LARGE_WORKBOOK"] ?? "", name: "big.xlsx").rows(ofSheet: 0)
        var (rows, bytes) = (0, 0)
        while try source.next() {
            rows += 1
            for index in 0..<source.cellCount { bytes += source.bytes(index).count }
        }
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        print("\(rows) rows, \(bytes) bytes of text, \(status.split(separator: "\n").first { $0.hasPrefix("VmHWM") } ?? "")")
    }
}
