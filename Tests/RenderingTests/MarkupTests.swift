import Testing

@testable import Rendering

@Suite struct MarkupTests {
    @Test(arguments: [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"), ("\" onload=\"x", "&quot; onload=&quot;x"), ("' onload='x", "&#39; onload=&#39;x"),
        ("a & b", "a &amp; b"), ("&lt;", "&amp;lt;"), ("Đắk Tô ✓", "Đắk Tô ✓"), ("a\u{0}b\u{1B}", "a\u{FFFD}b\u{FFFD}"), ("", ""),
    ])
    func aTextThatIsPutInIsEscaped(text: String, html: String) {
        #expect(("<p title=\"\(text)\">\(text)</p>" as Markup).html == "<p title=\"\(html)\">\(html)</p>")
    }

    @Test func markupIsPutInAsItIs() {
        let inner: Markup = "<b>\("<")</b>"
        #expect(("<p>\(inner)\([inner, inner])\(5)</p>" as Markup).html == "<p><b>&lt;</b><b>&lt;</b><b>&lt;</b>5</p>")
    }

    @Test func aStylesheetCannotEndItsElement() {
        #expect(!("<style>\(stylesheet: "a{}</style><script>")</style>" as Markup).html.contains("</style><script>"))
    }
}

@Suite struct SheetNameTests {
    @Test(arguments: [
        ("Theo đơn vị", "Theo đơn vị"), ("a/b:c*d?e[f]g\\h", "a-b-c-d-e-f-g-h"), ("'quoted'", "quoted"), ("", "_"), ("History", "History_"),
        ("Cung cấp dịch vụ công trực tuyến toàn tỉnh", "Cung cấp dịch vụ công trực tuyế"),
    ])
    func isLegal(wish: String, name: String) {
        #expect(legalSheetName(wish, taken: []) == name)
        #expect(legalSheetName(wish, taken: []).utf16.count <= 31)
    }

    @Test func isUniqueWhateverTheCase() {
        #expect(legalSheetName("Xu hướng", taken: ["xu hướng"]) == "Xu hướng 2")
        #expect(legalSheetName("Xu hướng", taken: ["xu hướng", "xu hướng 2"]) == "Xu hướng 3")
        let long = String(repeating: "đ", count: 40)
        #expect(legalSheetName(long, taken: [String(repeating: "đ", count: 31)]) == String(repeating: "đ", count: 29) + " 2")
    }
}
