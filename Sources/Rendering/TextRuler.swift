import Adoption

/// Says how high a row must be for a wrapped text. It is a class because it remembers the texts that it has measured: the names of
/// procedures and units stand in every workbook of a pack, and letters of a text are slow to count.
package final class TextRuler {
    private struct Measures {
        /// For each paragraph, the characters of each word.
        var words: [[Int]]
        /// How many of the characters are capitals, from 0 to 1.
        var capitals: Double
    }

    private let texts = Lexicon()
    private var known: [Measures] = []

    package init() {}

    /// In points. `width` is in characters of the workbook's default font.
    func height(of text: String, _ style: CellStyle, width: Int) -> Int {
        let measures = measures(of: text)
        // A letter is about 0.44 of its size wide, a capital 0.7; a character of a column's width is 5.25 points.
        let letter = Double(style.size) * (0.44 + 0.26 * measures.capitals) * (style.isBold ? 1.06 : 1)
        let lines = lines(of: measures.words, width: max(2, Int((Double(width) * 5.25 - 4) / letter)))
        return max(1, lines) * (style.size * 5 / 4)
    }

    private func measures(of text: String) -> Measures {
        var text = text
        let number = text.withUTF8 { texts.insert($0) }
        if number < known.count { return known[number] }
        let paragraphs = text.split(separator: "\n", omittingEmptySubsequences: false)
        let capitals = text.filter(\.isUppercase).count
        let measures = Measures(
            words: paragraphs.map { $0.split(separator: " ").map(\.count) }, capitals: text.isEmpty ? 0 : Double(capitals) / Double(text.count))
        known.append(measures)
        return measures
    }

    /// How many lines a text takes when its words are wrapped at `width` characters.
    private func lines(of paragraphs: [[Int]], width: Int) -> Int {
        var lines = 0
        for words in paragraphs {
            lines += 1
            var used = 0
            for word in words {
                if used > 0, used + 1 + word > width {
                    lines += 1
                    used = 0
                }
                used += (used > 0 ? 1 : 0) + word
                if used > width {
                    lines += (used - 1) / width
                    used = (used - 1) % width + 1
                }
            }
        }
        return lines
    }
}
