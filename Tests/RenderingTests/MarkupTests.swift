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
