import Adoption
import Foundation
import Hashing
import Testing
import TestSupport

@testable import Ingestion

/// HTML pages that are named .xls.
@Suite struct WorkbookPageTests {
    private func rows(_ page: Data) throws -> [String] {
        try WorkbookBuilder.rows(try htmlTableRows(path: try Folder.shared.file("\(UUID()).xls", page), name: "p.xls"))
    }

    private func rows(_ page: String) throws -> [String] { try rows(Data(page.utf8)) }

    @Test(arguments: [
        ("<table><tr><th>Mã</th><th>Tên</th></tr><tr><td>1</td><td>Đắk Glei</td></tr></table>", ["1: Mã|Tên", "2: 1|Đắk Glei"]),
        // The value stands in the first cell of several columns and rows.
        ("<table><tr><td colspan=2>a</td><td>b</td></tr><tr><td>1</td><td>2</td><td>3</td></tr></table>", ["1: a||b", "2: 1|2|3"]),
        ("<table><tr><td rowspan=2>a</td><td>b</td></tr><tr><td>c</td></tr><tr><td>d</td><td>e</td></tr></table>", ["1: a|b", "2: |c", "3: d|e"]),
        (
            "<table><tr><td>a</td><td rowspan='3' colspan='2'>b</td><td>c</td></tr><tr><td>d</td><td>e</td></tr><tr></tr><tr><td>f</td><td>g</td></tr></table>",
            ["1: a|b||c", "2: d|||e", "4: f|g"]
        ),
        ("<table><tr><td colspan=3>a</td><td>b</td></tr><tr><td></td><td>c</td><td></td><td></td><td>d</td></tr></table>", ["1: a|||b", "2: |c|||d"]),
        ("<table><tr><td>a</td><td rowspan=0>b</td></tr><tr><td>c</td><td>d</td></tr></table><table><tr><td>e</td><td>f</td></tr></table>", ["1: a|b", "2: c||d", "3: e|f"]),
        // Nothing that is opened is closed.
        ("<table><tr><td>a<td>b<tr><td>c<td>d</table><p>x", ["1: a|b", "2: c|d"]),
        ("<table><td>a<td>b", ["1: a|b"]),
        ("<TABLE><TR><TD>a</TD></TR></TABLE><p>between</p><table><tr><td>b</td></tr></table>", ["1: a", "2: b"]),
        ("<table><tr><td> a &amp;&lt;\n b&nbsp;&nbsp;c&#7855;<br>d<b>e</b>f <script>x < 1</script><style>td {}</style></td></tr></table>", ["1: a &< b cắ def"]),
        ("<table><thead><tr><td><p>a</p><p>b</p></td><td><div>c</div></td></tr></thead><tbody><tr><td></td><td>&nbsp;</td></tr></tbody></table>", ["1: a b|c"]),
        // A table in a cell gives rows of its own; the rest of the outer row follows.
        ("<table><tr><td>title<table><tr><td>a</td><td>b</td></tr></table></td><td>side</td></tr></table>", ["2: a|b", "1: title|side"]),
        ("no table at all", []),
        ("<!DOCTYPE html SYSTEM \"file:///etc/passwd\" [<!ENTITY x \"y\">]><table><tr><td>a&x;b</td></tr></table>", ["1: a&x;b"]),
    ])
    func readsTables(page: String, expected: [String]) throws {
        #expect(try rows(page) == expected)
        #expect(try rows("\u{FEFF}" + page) == expected)
        let wide = try #require(("\u{FEFF}" + page).data(using: .utf16LittleEndian))
        #expect(try rows(wide) == expected)
    }

    @Test func readsTheCharsetThatThePageNames() throws {
        // In windows-1258, Đ is D0, ê is EA, and a dot below is the mark F2 behind its letter.
        var page = Data("<html><head><meta http-equiv=Content-Type content=\"text/html; charset=windows-1258\"></head><table><tr><td>".utf8)
        page += [0xD0, 0xF4, 0x6E, 0x67, 0x20, 0x56, 0x69, 0xEA, 0xF2, 0x74] + Data("</td></tr></table>".utf8)
        #expect(try rows(page) == ["1: Đông Viêṭ".replacing("Viêṭ", with: "Việt")])
        // Without a charset a page is UTF-8, and what is not is refused.
        #expect(throws: InputError("p.xls: has bytes that are no UTF-8, at byte 22; open it in Excel and save it as .xlsx")) {
            try rows(Data("<table><tr><td>abcdef".utf8) + [0xD0, 0x20] + Data("</td></tr></table>".utf8))
        }
        #expect(throws: InputError("p.xls: is written in 'klingon', which is not known here; open it in Excel and save it as .xlsx")) {
            try rows("<meta charset=klingon><table>")
        }
    }

    @Test func longPagesAreReadInPieces() throws {
        let lines = (0..<20_000).map { "<tr><td>mã \($0)</td><td colspan=2>Sa Thầy</td><td>\($0 * 7)</td></tr>\n" }
        let read = try rows("<table>" + lines.joined() + "</table>")
        #expect(read == (0..<20_000).map { "\($0 + 1): mã \($0)|Sa Thầy||\($0 * 7)" })
    }

    @Test func theWholeFileIsCountedAndHashed() throws {
        let path = try Folder.shared.file("hash.xls", "<table><tr><td>a</td></tr></table>")
        let source = try htmlTableRows(path: path, name: "hash.xls")
        #expect(try source.next())
        #expect(try !source.next())
        #expect(source.bytesRead == 34 && source.byteCount == 34)
        #expect(source.fingerprint() == (Digest.sha256("<table><tr><td>a</td></tr></table>")))
    }

    @Test func pagesBeyondTheLimitsAreRefused() throws {
        #expect(throws: InputError.self) { try rows("<table><tr>" + String(repeating: "<td colspan=1000>a</td>", count: 17)) }
        #expect(throws: InputError.self) { try rows("<table><tr><td>" + String(repeating: "abcdefgh", count: 200_000)) }
        #expect(throws: InputError.self) { try rows(String(repeating: "<div>", count: 2_000)) }
        #expect(throws: InputError.self) { try rows("<table><tr><td title='" + String(repeating: "abcdefgh", count: 1_500_000)) }
        #expect(throws: InputError.self) { try rows("<table><tr><td>a\0b</td></tr></table>") }
        #expect(throws: InputError.self) { try rows((0..<120_000).map { "<br name\($0)\(String(repeating: "x", count: 90))=1>" }.joined()) }
    }
}
