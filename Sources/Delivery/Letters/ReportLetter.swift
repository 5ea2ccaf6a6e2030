package import Adoption
internal import Pipeline
package import Reporting

/// The reports of one reader in one letter: what must be known before any figure, the sentences that matter, the headline figures, the files.
///
/// - Parameters:
///   - reports: in the order in which they are told; the first five in full, the others in a row each.
///   - files: all that were made of them. They are attached one after the other while they fit, and named in any case.
///   - revision: what a restatement changed, in letters that take the place of earlier ones: the how-manieth of the period it is, or 0 for another reason to
///     send again; and changes of all units, of which each report tells its own.
package func reportLetter(
    _ reports: [Report], files: [Attachment], _ context: LetterContext, revision: (number: Int, reason: String, changes: [FigureRevision])? = nil
) -> Letter {
    // A letter speaks the language of what it tells.
    let languages = Set(reports.map(\.language))
    let context = languages.count == 1 ? context.speaking(reports[0].language) : context
    let told = ToldReports(parts: reports.map { Gist($0, revision?.changes ?? []) }, files: files, context: context, words: LetterPhrases(language: context.language))
    return Letter(subject: told.subject(revision?.number), told.blocks(revision.map { ($0.number, $0.reason) }), attachments: told.attached, context)
}

/// The reports of a letter, each with what a reader must know of it.
private struct ToldReports {
    let parts: [Gist]
    let files: [Attachment]
    let context: LetterContext
    let words: LetterPhrases

    /// More would not be read on a telephone.
    private static let mostInFull = 5

    // MARK: Subject

    func subject(_ revision: Int?) -> String {
        guard let first = parts.first else { return words.files }
        // The least final state is that of the letter.
        let status = parts.compactMap(\.report.status).first { !$0.isFinal } ?? first.report.status
        let marks = [revision.map(words.revised) ?? status?.state, parts.contains { $0.isInvented } ? words.invented : nil].compactMap { $0 }
        let period = first.place.map { " – \(words.period($0.period))" } ?? ""
        let isOneUnit = parts.allSatisfy { $0.unit == first.unit }
        let head = isOneUnit ? shortened(first.unit, to: 80) : words.reports(parts.count)
        let figure = isOneUnit ? first.headlineWords : "\(shortened(first.unit, to: 60)), \(first.headlineWords)"
        let others = parts.count > 1 && isOneUnit ? " \(words.othersToo(parts.count - 1))" : ""
        return "\(words.mark(marks))\(head)\(period): \(figure)\(others)"
    }

    // MARK: Body

    func blocks(_ revision: (number: Int, reason: String)?) -> [LetterBlock] {
        let isAlone = parts.count == 1
        var blocks: [LetterBlock] = []
        let notices = unique(parts.flatMap(\.report.notices) + parts.compactMap(\.state) + shared)
        if !notices.isEmpty { blocks.append(.notices(notices)) }
        if let greeting = context.greeting { blocks.append(.paragraphs([words.greeting(greeting)])) }
        if let revision { blocks.append(.paragraphs([words.revision(revision.number, revision.reason)])) }
        // What is the same for all is said once.
        let (titles, units, periods) = (unique(parts.map(\.report.title)), unique(parts.map(\.unit)), unique(parts.map(\.report.periodLine)))
        if titles.count == 1 { blocks.append(.heading(titles[0])) }
        let opening = (units.count == 1 ? ["\(units[0]). "] : [""]).map { $0 + (periods.count == 1 ? periods[0] : "") }.filter { !$0.isEmpty }
        if !opening.isEmpty { blocks.append(.paragraphs(opening)) }
        var unitsTold: Set<String> = []
        for part in parts.prefix(Self.mostInFull) {
            let isNew = unitsTold.insert(part.place?.unit ?? part.unit).inserted
            let names = [units.count == 1 ? nil : part.unit, titles.count == 1 && units.count > 1 ? nil : part.report.title].compactMap { $0 }
            let heading = isAlone ? nil : names.joined(separator: ": ") + (periods.count == 1 ? "" : ". \(part.report.periodLine)")
            let standing = part.standing.filter { !shared.contains($0) }
            blocks += part.blocks(heading, standing: standing, tellsRevision: revision != nil && isNew, page: isNew ? page(of: part) : nil)
        }
        return blocks + furtherBlocks + fileBlocks + [.small(origins)]
    }

    /// What was decided and is there, where that is the same for all reports of the letter.
    private var shared: [String] {
        guard let first = parts.first else { return [] }
        return first.standing.filter { line in parts.allSatisfy { $0.standing.contains(line) } }
    }

    /// The reports that are not told in full: a row each where they have figures, else a line.
    private var furtherBlocks: [LetterBlock] {
        let rest = parts.dropFirst(Self.mostInFull)
        if rest.isEmpty { return [] }
        var blocks: [LetterBlock] = [.heading(words.further)]
        let states = states(of: rest)
        if !states.isEmpty { blocks.append(.small(states)) }
        let rows = rest.compactMap(\.row)
        if !rows.isEmpty {
            let rates = unique(rest.compactMap { $0.lines.first?.name })
            let columns = [words.unit, rates.count == 1 ? rates[0] : words.rate, words.targetTitle, words.missing]
            blocks.append(.grid(LetterGrid(columns: columns, rows: rows)))
        }
        let others = rest.filter { $0.lines.isEmpty }.map { "\($0.unit): \(shortened($0.report.title, to: 100))" }
        return blocks + (others.isEmpty ? [] : [.list(others)])
    }

    /// Whose records are there, with the names of the units of which it is said.
    private func states(of rest: ArraySlice<Gist>) -> [String] {
        let known = Set(shared)
        let texts = rest.map { part in (part: part, text: part.standing.filter { !known.contains($0) }.joined(separator: " ")) }.filter { !$0.text.isEmpty }
        return unique(texts.map(\.text)).map { text in
            let units = unique(texts.filter { $0.text == text }.map(\.part.unit))
            return texts[0].part.cut("\(words.names(units)): \(text)")
        }
    }

    /// The unit's live page with the same period.
    private func page(of part: Gist) -> LetterBlock? {
        // What the national portal published is about no unit of the register.
        guard let place = part.place, part.report.status != nil || !part.report.figures.isEmpty else { return nil }
        let calendar = place.period.calendar == .administrative ? "" : "&calendar=\(place.period.calendar.rawValue)"
        let view = place.view.map { "&view=\($0.iso)" } ?? ""
        return context.page("/units/\(percentEncoded(place.unit))?period=\(place.period.id)\(calendar)\(view)").map { .link(words.livePage(part.unit), address: $0) }
    }

    private var origins: [String] {
        let origins = parts.map { words.origin($0.report.provenance.dataVersion, Cell.day($0.report.provenance.asOf.day).text(context.language)) }
        return unique(origins) + (files.first.map { [words.verify($0.name)] } ?? [])
    }

    // MARK: Files

    /// Those that fit, in their order; a small one may still fit after a large one.
    var attached: [Attachment] {
        var left = context.attachLimit
        return files.filter { file in
            guard file.bytes <= left else { return false }
            left -= file.bytes
            return true
        }
    }

    private var fileBlocks: [LetterBlock] {
        if files.isEmpty { return [] }
        let attached = Set(attached)
        let named = files.map { file in
            LetterFile(name: file.name, remark: words.size(file.bytes) + (attached.contains(file) ? "" : "; \(words.notAttached)"), sha256: file.sha256)
        }
        let place = attached.count < files.count ? context.filesURL.flatMap(LetterContext.web) : nil
        return [.heading(words.files), .files(named)] + (place.map { [.link(words.getFiles, address: $0)] } ?? [])
    }
}

/// The first of each, in their order.
func unique(_ texts: [String]) -> [String] {
    var known: Set<String> = []
    return texts.filter { known.insert($0).inserted }
}
