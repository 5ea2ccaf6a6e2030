package import Adoption
internal import Reporting

/// What is missing of one unit's records up to now, and what is to be done before the cut.
///
/// - Parameters:
///   - completeness: of the unit in the period, up to now.
///   - cut: the last day on which records can still come in.
package func reminderLetter(unit: Agency, period: Period, completeness: Completeness, cut: Day, _ context: LetterContext) -> Letter {
    let words = LetterPhrases(language: context.language)
    let day = Cell.day(cut).text(context.language)
    let (isSilent, missing, low) = (completeness.isSilent, completeness.missing, completeness.low)
    let state: String = if isSilent {
        words.nothingUntil(day)
    } else if !missing.isEmpty {
        words.missingUntil(missing.count, day)
    } else {
        low.isEmpty ? words.completeUntil(day) : words.lowUntil(low.count, day)
    }
    var blocks: [LetterBlock] = context.greeting.map { [.paragraphs([words.greeting($0)])] } ?? []
    blocks.append(.paragraphs([unit.name + ". " + Words.periodLine(period)(context.language)]))
    if isSilent {
        blocks.append(.paragraphs([words.neverReported]))
    } else if missing.isEmpty {
        blocks.append(.paragraphs([words.nothingMissing]))
    } else {
        blocks += [.paragraphs([words.daysMissing(missing.count, of: completeness.expected.count)]), .list(spans(of: missing, words))]
    }
    if !low.isEmpty { blocks += [.paragraphs([words.daysLow(low.count)]), .list(spans(of: low, words))] }
    blocks.append(.paragraphs([words.cut(day)]))
    if completeness.isDoubtful {
        blocks += [.heading(words.toDo), .list([words.load(day), words.confirmZero, words.otherwise])]
        if let page = context.page("/upload") { blocks.append(.link(words.upload, address: page)) }
    }
    return Letter(subject: "\(words.mark([words.reminder]))\(shortened(unit.name, to: 80)) – \(words.period(period)): \(state)", blocks, context)
}

/// Days that follow one another as one entry; at most so many as a reader goes through.
private func spans(of days: [Day], _ words: LetterPhrases) -> [String] {
    let most = 20
    var spans: [(first: Day, last: Day)] = []
    for day in days.sorted() {
        if let span = spans.last, span.last.advanced(by: 1) == day { spans[spans.count - 1].last = day } else { spans.append((day, day)) }
    }
    func text(_ day: Day) -> String { Cell.day(day).text(words.language) }
    let shown = spans.prefix(most).map { span in
        span.first == span.last ? text(span.first) : "\(text(span.first)) – \(text(span.last)) (\(words.days(span.last.number - span.first.number + 1)))"
    }
    let rest = spans.dropFirst(most).reduce(0) { $0 + $1.last.number - $1.first.number + 1 }
    return shown + (rest > 0 ? [words.moreDays(rest)] : [])
}
