package import Adoption
internal import Reporting

/// What is missing of the records of a reader's units up to now, and what is to be done before the cut.
///
/// - Parameters:
///   - units: those of one reader, at least one, with what has come of each in the period up to now. One is told with its days, several with how many days
///     each of them misses, those of which nothing has come first.
///   - cut: the last day on which records can still come in.
package func reminderLetter(units: [(agency: Agency, completeness: Completeness)], period: Period, cut: Day, _ context: LetterContext) -> Letter {
    precondition(!units.isEmpty, "nobody is reminded of nothing")
    let words = LetterPhrases(language: context.language)
    let day = Cell.day(cut).text(context.language)
    let doubtful = units.filter(\.completeness.isDoubtful)
    let told = doubtful.count > 1 ? severalUnits(doubtful, period, day, words) : oneUnit(doubtful.first ?? units[0], period, day, words)
    var blocks: [LetterBlock] = context.notices.isEmpty ? [] : [.notices(context.notices)]
    if let greeting = context.greeting { blocks.append(.paragraphs([words.greeting(greeting)])) }
    blocks += told.blocks + [.paragraphs([words.cut(day)])]
    if !doubtful.isEmpty {
        blocks += [.heading(words.toDo), .list([doubtful.count > 1 ? words.loadMissing(day) : words.load(day), words.confirmZero, words.otherwise])]
        if !context.mayUpload {
            blocks.append(.paragraphs([words.askClerk]))
        } else if let page = context.page("/upload") {
            blocks.append(.link(words.upload, address: page))
        }
    }
    return Letter(subject: told.subject, blocks, context)
}

private func oneUnit(_ unit: (agency: Agency, completeness: Completeness), _ period: Period, _ cut: String, _ words: LetterPhrases) -> (subject: String, blocks: [LetterBlock]) {
    let (name, completeness) = (unit.agency.name, unit.completeness)
    let (missing, low) = (completeness.missing, completeness.low)
    let state: String = if completeness.isSilent {
        words.nothingUntil(cut)
    } else if !missing.isEmpty {
        words.missingUntil(missing.count, cut)
    } else {
        low.isEmpty ? words.completeUntil(cut) : words.lowUntil(low.count, cut)
    }
    var blocks: [LetterBlock] = [.paragraphs([name + ". " + Words.periodLine(period)(words.language)])]
    if completeness.isSilent {
        blocks.append(.paragraphs([words.neverReported]))
    } else if missing.isEmpty {
        blocks.append(.paragraphs([words.nothingMissing]))
    } else {
        blocks += [.paragraphs([words.daysMissing(missing.count, of: completeness.expected.count)]), .list(spans(of: missing, words))]
    }
    if !low.isEmpty { blocks += [.paragraphs([words.daysLow(low.count)]), .list(spans(of: low, words))] }
    return ("\(words.mark([words.reminder]))\(shortened(name, to: 80)) – \(words.period(period)): \(state)", blocks)
}

private func severalUnits(
    _ units: [(agency: Agency, completeness: Completeness)], _ period: Period, _ cut: String, _ words: LetterPhrases
) -> (subject: String, blocks: [LetterBlock]) {
    let most = 20
    func weight(_ one: Completeness) -> Int { one.isSilent ? .max : one.missing.count }
    // Of those that miss the same the order stays.
    let ordered = units.enumerated().sorted { (-weight($0.element.completeness), $0.offset) < (-weight($1.element.completeness), $1.offset) }.map(\.element)
    let entries = ordered.prefix(most).map { agency, completeness in
        let name = shortened(agency.name, to: 80)
        if completeness.isSilent { return words.nothing(name) }
        return completeness.missing.isEmpty ? words.low(name, completeness.low.count) : words.missing(name, completeness.missing.count, of: completeness.expected.count)
    }
    let rest = units.count > most ? [words.moreUnits(units.count - most)] : []
    let subject = "\(words.mark([words.reminders]))\(words.unitsMissing(units.count)) – \(words.period(period)), \(words.until(cut))"
    return (subject, [.paragraphs([Words.periodLine(period)(words.language)]), .paragraphs([words.someMissing]), .list(entries + rest)])
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
