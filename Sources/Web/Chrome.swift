internal import Adoption
internal import Hummingbird
internal import Pipeline
internal import Rendering
internal import Reporting
internal import Storage

/// What stands around every page.
struct Chrome: Sendable {
    let words: Phrases
    let reader: Reader?
    /// The menu's pages of figures, as id and title.
    let pages: [(id: String, title: String)]
    /// The path and query of this very page, for the change of language.
    let here: String
    /// What a page of figures keeps when another is chosen: period, calendar, unit, structure.
    var kept: String = ""

    private var csrf: String { reader?.session?.csrf ?? "" }

    /// The hidden field that every form carries.
    var token: Markup { "<input type=\"hidden\" name=\"csrf\" value=\"\(csrf)\">" }

    func page(_ title: String, _ content: Markup, bodyClass: String = "", hasMenu: Bool = true) -> Markup {
        """
        <!DOCTYPE html>
        <html lang="\(words.language.rawValue)">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(title) – uptake</title>
        <link rel="stylesheet" href="/assets/report.css">
        <link rel="stylesheet" href="/assets/site.css">
        <script src="/assets/site.js" defer></script>
        </head>
        <body class="live \(bodyClass)">
        <a class="skip" href="#main">\(words.skip)</a>
        \(header(hasMenu))<main id="main" tabindex="-1">
        \(content)</main>
        <footer class="site"><p><a href="\(languageLink)" hreflang="\(words.language == .vietnamese ? "en" : "vi")" lang="\(words.language == .vietnamese ? "en" : "vi")">\(words.otherLanguage)</a></p></footer>
        </body>
        </html>

        """
    }

    private var languageLink: String {
        let other = words.language == .vietnamese ? "en" : "vi"
        // A language that the address names would win over the choice.
        let parts = here.split(separator: "?", maxSplits: 1)
        let kept = parts.dropFirst().flatMap { $0.split(separator: "&") }.filter { !$0.hasPrefix("lang=") }.joined(separator: "&")
        return "/language/\(other)?next=\(percentEncoded((parts.first ?? "/") + (kept.isEmpty ? "" : "?" + kept)))"
    }

    private func header(_ hasMenu: Bool) -> Markup {
        let brand: Markup = "<p class=\"brand\"><a href=\"/\">\(words.brand)</a></p>"
        guard hasMenu, let reader else { return "<header class=\"site\">\(brand)</header>\n" }
        let seeAs: Markup = reader.isLookingOnly ? """
            <div class="seeing-as" role="status"><p>\(words.seeingAs(reader.account.name))</p> <form method="post" action="/see-as/end">\(token)<button>\(words.endSeeAs)</button></form></div>

            """ : ""
        return """
            <header class="site">
            \(brand)
            <nav aria-label="\(words.menu)"><ul>
            \(menu(reader))</ul></nav>
            <form role="search" action="/search"><label class="visually-hidden" for="q">\(words.search)</label><input type="search" id="q" name="q" placeholder="\(words.searchHint)" maxlength="100"><button>\(words.search)</button></form>
            <div class="who"><a href="/account">\(reader.account.displayName.isEmpty ? reader.account.name : reader.account.displayName)</a>
            <form method="post" action="/logout">\(token)<button>\(words.signOut)</button></form></div>
            </header>
            \(seeAs)
            """
    }

    private func menu(_ reader: Reader) -> [Markup] {
        var entries = pages.map { page in (place: page.id == "overview" ? "/" : "/pages/\(page.id)", title: page.title, hasFigures: true) }
        func add(_ permission: Permission, _ place: String, _ title: String) { if reader.may(permission) { entries.append((place, title, false)) } }
        add(.upload, "/upload", words.upload)
        if reader.account.seesEverything { add(.view, "/imports", words.imports) }
        add(.view, "/periods", words.periods)
        add(.view, "/publications", words.publications)
        add(.view, "/organisation", words.organisation)
        add(.view, "/slides", words.slides)
        add(.audit, "/schedules", words.schedules)
        add(.audit, "/audit", words.audit)
        add(.users, "/users", words.users)
        let path = here.split(separator: "?").first.map(String.init) ?? "/"
        return entries.map { entry in
            let current: Markup = entry.place == path ? " aria-current=\"page\"" : ""
            return "<li><a href=\"\(entry.place)\(entry.hasFigures ? kept : "")\"\(current)>\(entry.title)</a></li>\n"
        }
    }

    /// One sentence about what was just done, or could not be.
    static func flash(_ text: String?, isError: Bool = false) -> Markup {
        guard let text, !text.isEmpty else { return "" }
        return isError ? "<p class=\"flash error\" role=\"alert\">\(text)</p>\n" : "<p class=\"flash ok\" role=\"status\">\(text)</p>\n"
    }

    /// A table of texts, with pieces of HTML in its cells.
    static func table(_ id: String, caption: String, _ columns: [String], _ rows: [[Markup]], isSortable: Bool = false) -> Markup {
        let sortable: Markup = isSortable ? " class=\"sortable\"" : ""
        return """
            <div class="scroll" role="group" aria-label="\(caption)" tabindex="0">
            <table id="table-\(id)"\(sortable)>
            <caption>\(caption)</caption>
            <thead>
            <tr>\(columns.map { title -> Markup in "<th scope=\"col\">\(title)</th>" })</tr>
            </thead>
            <tbody>
            \(rows.map { cells -> Markup in "<tr>\(cells.map { cell -> Markup in "<td>\(cell)</td>" })</tr>\n" })</tbody>
            </table>
            </div>

            """
    }

    /// How many rows of a long list stand on one page.
    static let rowsPerPage = 50

    /// The links to the pages beside one of a long list; nothing where it has one page only.
    ///
    /// - Parameters:
    ///   - path: where the list is; whatever else the address asks for stays.
    ///   - key: what in the address says where a page begins.
    ///   - isByAge: false for a list by names.
    static func pagination<Element: Sendable, Key: CustomStringConvertible & Sendable>(
        _ page: ListPage<Element, Key>, of label: String, at path: String, _ key: String, _ ask: Ask, isByAge: Bool = true
    ) -> Markup {
        let (words, isFirst) = (ask.words, ask.query(key) == nil)
        if isFirst, page.next == nil { return "" }
        let kept = Ask.pairs(ask.request.uri.query ?? "").filter { $0.name != key && $0.name != "done" }.map { "\(percentEncoded($0.name))=\(percentEncoded($0.value))" }
        func link(_ rel: String, _ title: String, _ begin: Key?) -> Markup {
            let query = (kept + (begin.map { ["\(key)=\(percentEncoded($0.description))"] } ?? [])).joined(separator: "&")
            let address = query.isEmpty ? path : path + "?" + query
            return "<li><a rel=\"\(rel)\" href=\"\(address)\">\(title)</a></li>"
        }
        let newer: Markup = isFirst ? "" : link("prev", isByAge ? words.newer : words.previous, page.previous)
        let older: Markup = page.next.map { link("next", isByAge ? words.older : words.next, $0) } ?? ""
        return "<nav class=\"pagination\" aria-label=\"\(label)\"><ul>\(newer)\(older)</ul></nav>\n"
    }

    /// Names and what they are.
    static func list(_ facts: [(String, Markup)]) -> Markup {
        "<dl class=\"facts\">\n\(facts.map { name, value -> Markup in "<div><dt>\(name)</dt><dd>\(value)</dd></div>\n" })</dl>\n"
    }
}

extension Ask {
    /// Where a page of a long list begins, as the link to it says; nil for the first page.
    ///
    /// - Parameter example: what can be written, for whoever writes something else.
    func key<Key: LosslessStringConvertible>(_ name: String, _ example: String = "120") throws -> Key? {
        guard let text = query(name) else { return nil }
        guard let key = Key(text) else { throw Refused.bad(words.pageFault(name, example), field: name) }
        return key
    }
}

/// For the name of a figure in the query of an address, where a slash stands for itself.
func figureAddress(_ name: String) -> String { "/figures?name=" + percentEncoded(name).replacing("%2F", with: "/") }
