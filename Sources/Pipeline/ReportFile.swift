internal import Adoption
internal import Ingestion
internal import Reporting

extension ReportDefinition {
    /// Reads one file of `reports/`.
    ///
    /// - Throws: an unknown key, section or indicator, with file, line and the nearest known one.
    init(path: String, indicators: [Indicator]) throws(InputError) {
        let file = try Definition(path: path, name: path.split(separator: "/").last.map(String.init) ?? path)
        try file.allow([
            "id", "audience", "title", "periods", "calendar", "indicators", "headline", "sections", "sort", "structure", "language", "external", "trend_months", "minimum_volume",
            "peer_volume", "on_request", "menu",
        ])
        let (indicatorIDs, headlineIDs) = try file.rates(indicators)
        let sections: [SectionKind] = try file.words("sections")
        let audience: Audience = try file.word("audience")
        for section in sections where (audience == .evaluation) != ReportDefinition.sectionsOfEvaluations.contains(section) && !ReportDefinition.sectionsOfAll.contains(section) {
            throw file.fault("sections", "the section '\(section.rawValue)' has nothing to say in a report with 'audience: \(audience.rawValue)'; leave it out")
        }
        if headlineIDs.isEmpty, let section = sections.first(where: ReportDefinition.sectionsOfHeadlines.contains) {
            throw file.fault("headline", "'headline' is empty, and the section '\(section.rawValue)' shows it; write an indicator, such as [\(indicatorIDs.first ?? "O1")]")
        }
        let isOnRequest = try file.flag("on_request")
        self.init(
            id: try file.id(), audience: audience, title: try file.bilingual("title"), indicatorIDs: indicatorIDs, headlineIDs: headlineIDs,
            sections: sections, trendMonths: try file.months(), minimumVolume: try file.volume("minimum_volume", otherwise: 30),
            peerVolume: try file.volume("peer_volume", otherwise: 10), isOnRequest: isOnRequest, isForOutsiders: try file.isForOutsiders(sections),
            spans: file.has("periods") ? Set(try file.words("periods")) : Set(Span.allCases), calendar: file.has("calendar") ? try file.word("calendar") : nil,
            unitOrder: try file.order("units") ?? .code, procedureOrder: try file.order("procedures") ?? .missing, structure: try file.structure(isOnRequest: isOnRequest),
            language: file.has("language") ? try file.word("language") : .vietnamese, menu: file.has("menu") ? try file.integer("menu") : nil)
    }
}

extension ReportDefinition {
    fileprivate static let sectionsOfEvaluations: Set<SectionKind> = [.payment, .progress, .online]
    fileprivate static let sectionsOfAll: Set<SectionKind> = [.summary, .definitions, .sources]
    fileprivate static let sectionsOfHeadlines: Set<SectionKind> = [
        .ranking, .procedures, .trend, .sections, .channels, .movement, .outlook, .unitMonths, .shortfall, .largestShortfalls, .movedUp, .fellBehind, .outOfReach,
        .publicUnits, .publicTrend,
    ]
}

extension Definition {
    /// The id, which names files too.
    fileprivate func id() throws(InputError) -> String {
        let id = try text("id")
        let isPlain = id.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D }
        guard isPlain, id.utf8.count <= 60 else { throw fault("id", "'id' names files: write at most 60 small letters a to z, digits and '-', such as district-monthly") }
        return id
    }

    /// The value of `key` as one of the words of a type.
    fileprivate func word<Word: RawRepresentable & CaseIterable>(_ key: String) throws(InputError) -> Word where Word.RawValue == String {
        try word(try text(key), key)
    }

    /// A list of them.
    fileprivate func words<Word: RawRepresentable & CaseIterable>(_ key: String) throws(InputError) -> [Word] where Word.RawValue == String {
        var words: [Word] = []
        for text in try texts(key) { words.append(try word(text, key)) }
        try refuseEmptyAndRepeated(words.map(\.rawValue), key)
        return words
    }

    private func refuseEmptyAndRepeated(_ words: [String], _ key: String) throws(InputError) {
        if words.isEmpty { throw fault(key, "'\(key)' is an empty list; write at least one word") }
        if let twice = words.enumerated().first(where: { words[..<$0.offset].contains($0.element) })?.element { throw fault(key, "'\(twice)' stands twice in '\(key)'; leave one out") }
    }

    private func word<Word: RawRepresentable & CaseIterable>(_ text: String, _ key: String) throws(InputError) -> Word where Word.RawValue == String {
        guard let word = Word(rawValue: try known(text, key, Word.allCases.map(\.rawValue))) else { preconditionFailure("a known word has a value") }
        return word
    }

    fileprivate func rates(_ indicators: [Indicator]) throws(InputError) -> (all: [String], headline: [String]) {
        var (all, headline): ([String], [String]) = ([], [])
        for id in try texts("indicators") { all.append(try known(id, "indicators", indicators.map(\.id))) }
        for id in try texts("headline") {
            let id = try known(id, "headline", all)
            guard indicators.contains(where: { $0.id == id && $0.subject == .dossiers }) else {
                throw fault("headline", "'\(id)' counts procedures; tables by unit, procedure and month are about dossiers")
            }
            headline.append(id)
        }
        if !all.isEmpty { try refuseEmptyAndRepeated(all, "indicators") }
        if !headline.isEmpty { try refuseEmptyAndRepeated(headline, "headline") }
        return (all, headline)
    }

    fileprivate func months() throws(InputError) -> Int {
        let months = try integer("trend_months")
        guard (0...60).contains(months) else { throw fault("trend_months", "'trend_months' must be from 0 to 60") }
        return months
    }

    fileprivate func volume(_ key: String, otherwise: Int) throws(InputError) -> Int {
        let volume = has(key) ? try integer(key) : otherwise
        guard volume > 0 else { throw fault(key, "'\(key)' counts from 1") }
        return volume
    }

    /// `sort: {units: name, procedures: rate}`
    fileprivate func order(_ key: String) throws(InputError) -> ReportDefinition.Order? {
        guard has("sort") else { return nil }
        let sort = try definition("sort")
        try sort.allow(["units", "procedures"])
        return sort.has(key) ? try sort.word(key) : nil
    }

    /// A report whose sections all hide small counts is for outsiders; one that says that it is must have no other.
    fileprivate func isForOutsiders(_ sections: [ReportDefinition.SectionKind]) throws(InputError) -> Bool {
        let open = sections.first { !ReportDefinition.sectionsForOutsiders.contains($0) }
        guard has("external") else { return open == nil }
        let isExternal = try flag("external")
        if !isExternal, let section = sections.first(where: { $0 == .publicUnits || $0 == .publicTrend }) {
            throw fault("external", "the section '\(section.rawValue)' hides counts from outsiders; write 'external: yes', or take sections that show them")
        }
        if isExternal, let open {
            let known = ReportDefinition.sectionsForOutsiders.map(\.rawValue).sorted().joined(separator: ", ")
            throw fault("sections", "the section '\(open.rawValue)' shows counts that outsiders must not see; a report with 'external: yes' has only \(known)")
        }
        return isExternal
    }

    /// All reports of a run count for the same units, so one that differs has a run of its own.
    fileprivate func structure(isOnRequest: Bool) throws(InputError) -> StructureAsked {
        guard has("structure") else { return .then }
        guard let structure = StructureAsked(try text("structure")) else { throw fault("structure", "'structure' must be then, today or a day such as 2025-07-01") }
        if structure != .then, !isOnRequest { throw fault("structure", "a report that counts for the units of another day is written by its id only; add 'on_request: yes'") }
        return structure
    }
}
