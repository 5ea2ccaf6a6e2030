/// What the owner of the service is told, such as a fault with its cause. Each line of the text is a paragraph.
package func noticeLetter(subject: String, text: String, _ context: LetterContext) -> Letter {
    let lines = text.split(whereSeparator: \.isNewline).map(String.init).filter { !oneLine($0).isEmpty }
    return Letter(subject: "[uptake] \(shortened(subject, to: 150))", [.paragraphs(lines)], context)
}
