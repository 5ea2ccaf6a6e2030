import Adoption
import Foundation
import Reporting
import Testing
import TestSupport

@testable import Rendering

/// The office's own face.
@Suite struct LetterheadTests {
    /// A picture of one pixel: the smallest PNG, made by hand from its specification.
    static let pixel: [UInt8] = [
        0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0x3A, 0x7E, 0x9B, 0x55,
        0, 0, 0, 10, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0x60, 0, 0, 0, 2, 0, 1, 0x48, 0xAF, 0xA4, 0x71, 0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
    ]

    private func drawn() throws -> Report {
        let look = Letterhead.Look(accent: Colour(0x7A1020), darkAccent: Colour(0xF0A0A8), logo: try #require(Letterhead.Picture(png: LetterheadTests.pixel)))
        let signing = Report.Signing(
            place: Text(vi: "Kon Tum", en: "Kon Tum"), preparedBy: nil, signer: Text(vi: "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH", en: "FOR THE CHAIR"), .vietnamese)
        let table = Table(id: "t", caption: "", columns: [Column("Đơn vị")], rows: [Row(.body, [.text("Sở")])])
        return report([Section(id: "s", title: "s", blocks: [.table(table)])], signing: signing, look: look)
    }

    @Test func thePageHasTheOfficesFace() throws {
        let html = page(of: try drawn(), stylesheet: "")
        #expect(html.contains(":root { --accent: #7a1020; --series-0: #7a1020; }\n@media screen and (prefers-color-scheme: dark) { :root { --accent: #f0a0a8; --series-0: #f0a0a8; } }"))
        #expect(html.contains("; img-src data:\">") && html.contains("<img class=\"logo\" alt=\"\" src=\"data:image/png;base64,iVBORw0KGgo"))
        #expect(html.contains("<p class=\"signing-day\">Kon Tum, ngày …… tháng …… năm ………</p>\n<p class=\"role\">KT. CHỦ TỊCH</p>\n<p class=\"role\">PHÓ CHỦ TỊCH</p>"))
        #expect(html.contains("<p class=\"role\">NGƯỜI LẬP BIỂU</p>"), "what is not said stays as it is")
    }

    @Test func theWorkbookHasTheOfficesFace() throws {
        let folder = try Folder()
        try writeWorkbook(of: try drawn(), to: folder.path + "/a.xlsx")
        let found = try python("""
            import zipfile
            parts = zipfile.ZipFile(sys.argv[1])
            c = w['Bìa']
            print(parts.read('xl/drawings/drawing1.xml').count(b'<xdr:pic>'), 'KT. CHỦ TỊCH\\nPHÓ CHỦ TỊCH' in [x.value for r in c for x in r], 'Kon Tum, ngày …… tháng …… năm ………' in [x.value for r in c for x in r])
            print(w['s']['A3'].font.color.rgb, w['s']['A5'].fill.fgColor.rgb)
            print(len(parts.read('xl/media/image1.png')))
            """, folder.path + "/a.xlsx")
        // 16 % of #7a1020 on white: 255 - 0.16 * (255 - 122) = 233.7, 255 - 0.16 * 239 = 216.8, 255 - 0.16 * 223 = 219.3.
        #expect(found == "1 True True\nFF7A1020 FFEAD9DB\n\(LetterheadTests.pixel.count)\n")
    }

    /// WCAG 2.2: black on white has 21, the same colour 1; #767676 is the lightest grey that passes on white.
    @Test func contrastIsThatOfWCAG() {
        #expect(abs(Colour(0).contrast(with: Colour(0xFFFFFF)) - 21) < 1e-9)
        #expect(abs(Colour(0x7A1020).contrast(with: Colour(0x7A1020)) - 1) < 1e-9)
        #expect(Colour(0x767676).contrast(with: Colour(0xFFFFFF)) >= 4.5 && Colour(0x777777).contrast(with: Colour(0xFFFFFF)) < 4.5)
        #expect(Colour("#1c4278")?.number == 0x1C4278 && Colour("#00000a")?.text == "#00000a")
        for wrong in ["1c4278", "#1c427", "#1c42789", "#1c427g", "#+c4278", "red", ""] { #expect(Colour(wrong) == nil, "\(wrong)") }
    }

    @Test func whatIsNoPictureIsNone() {
        #expect(Letterhead.Picture(png: Array("GIF89a".utf8)) == nil)
        #expect(Letterhead.Picture(png: Array(LetterheadTests.pixel.prefix(20))) == nil)
        #expect(Letterhead.Picture(png: LetterheadTests.pixel)?.width == 1)
    }
}
