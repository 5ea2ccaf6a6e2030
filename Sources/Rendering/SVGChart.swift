package import Reporting
import Adoption

/// Draws a chart as an inline picture, with the axis fixed at 0 to 100 % so that two reports can be laid side by side.
///
/// - Parameter table: the table that the chart names; only its body rows are drawn.
package func svg(_ chart: Chart, table: Table, language: Language) -> Markup {
    precondition(chart.tableID == table.id, "chart \(chart.id) does not show table \(table.id)")
    let picture = Picture(chart: chart, table: table, language: language)
    let drawing =
        switch chart.kind {
        case .bars: picture.bars
        case .line: picture.line
        case .multiples: picture.multiples
        }
    return """
        <svg class="picture" role="img" viewBox="0 0 \(Picture.width) \(drawing.height)" \
        aria-labelledby="title-\(chart.id) description-\(chart.id)">
        <title id="title-\(chart.id)">\(chart.title)</title>
        <desc id="description-\(chart.id)">\(chart.alternative)</desc>
        \(drawing.content)</svg>

        """
}

/// What all kinds of chart share. Lengths are in units of the view box, which is always 560 wide.
struct Picture {
    static let width = 560.0

    let chart: Chart
    let table: Table
    let language: Language
    let rows: [Row]

    init(chart: Chart, table: Table, language: Language) {
        self.chart = chart
        self.table = table
        self.language = language
        rows = table.rows.filter { $0.kind == .body }
    }

    struct Drawing {
        let height: Double
        let content: Markup
    }

    /// Hundredths of a percent, held within the axis; nil where the table has no number.
    func share(_ row: Row, _ column: Int) -> Int? {
        let hundredths: Int? =
            switch row.cells[column] {
            case .rate(let rate): rate.hundredthsOfPercent
            case .basisPoints(let points): points
            default: nil
            }
        return hundredths.map { min(max($0, 0), 10_000) }
    }

    func text(_ row: Row, _ column: Int) -> String { row.cells[column].text(language) }

    /// What a pointer that rests on a mark is told: the full name, and the number as the table shows it.
    func tip(_ row: Row, _ column: Int) -> Markup {
        "<title>\(text(row, chart.category)): \(text(row, column))</title>"
    }

    func name(of column: Int) -> String {
        let column = table.columns[column]
        return column.group.map { "\($0): \(column.title)" } ?? column.title
    }

    // MARK: Key

    /// Explains the marks above the plot, in as many lines as their names need.
    func key(
        mark: (_ series: Int, _ x: Double, _ y: Double) -> Markup, targetMark: (_ x: Double, _ y: Double) -> Markup
    ) -> Drawing {
        var (x, y) = (0.0, 12.0)
        var entries: [Markup] = []
        func place(_ name: String, _ draw: (Double, Double) -> Markup) {
            let name = shortened(name, to: 60)
            let width = 52 + 6.5 * Double(name.count)
            if x > 0, x + width > Picture.width { (x, y) = (0, y + 20) }
            entries.append("\(draw(x, y))<text x=\"\(x + 34)\" y=\"\(y + 4)\">\(name)</text>\n")
            x += width
        }
        let names = chart.kind == .multiples ? [chart.title] : chart.series.map(name)
        for (series, name) in names.enumerated() { place(name) { mark(series, $0, $1) } }
        if chart.target != nil { place(Words.target(language), targetMark) }
        return Drawing(height: y + 18, content: "<g class=\"key\">\n\(entries)</g>\n")
    }
}

/// At most `limit` letters, the last an ellipsis when some are missing.
func shortened(_ text: String, to limit: Int) -> String {
    guard text.count > limit else { return text }
    let kept = text.prefix(limit - 1)
    return kept.prefix(upTo: kept.lastIndex { $0 != " " }.map(kept.index(after:)) ?? kept.endIndex) + "…"
}

extension Markup.StringInterpolation {
    /// A length of a picture: rounded to one decimal, the same in every locale, `12` and never `12.0`.
    mutating func appendInterpolation(_ length: Double) {
        let tenths = Int((length * 10).rounded())
        let (whole, rest) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
        let sign = tenths < 0 ? "-" : ""
        appendInterpolation(rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest)")
    }
}
