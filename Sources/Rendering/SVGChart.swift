internal import Adoption
internal import Reporting

/// A chart as inline SVG. Its numbers are the table's own cells; colours come from the page, shapes tell it all without them.
func drawing(of chart: Chart, _ table: Table, _ language: Language) -> Markup {
    let rows = table.rows.filter { $0.kind == .body }
    switch chart.kind {
    case .bars: return bars(chart, rows, language)
    case .line: return line(chart, rows, language)
    }
}

/// The share of the whole axis, from 0 to 1; nil without data.
private func share(_ cell: Cell) -> Double? {
    switch cell {
    case .rate(let rate): rate.isNoData ? nil : Double(rate.numerator) / Double(rate.denominator)
    case .basisPoints(let points): Double(points) / 10_000
    default: nil
    }
}

private func frame(_ chart: Chart, width: Int, height: Int, _ content: [Markup]) -> Markup {
    """
    <svg role="img" aria-labelledby="\(chart.id)-title \(chart.id)-text" viewBox="0 0 \(width) \(height)" preserveAspectRatio="xMidYMid meet">
    <title id="\(chart.id)-title">\(chart.title)</title><desc id="\(chart.id)-text">\(chart.alternative)</desc>
    \(content)</svg>
    """
}

private func bars(_ chart: Chart, _ rows: [Row], _ language: Language) -> Markup {
    let (left, right, step, top) = (300, 70, 26, 24)
    let width = 860
    let span = width - left - right
    let bottom = top + rows.count * step
    var parts = [0, 25, 50, 75, 100].map { percent -> Markup in
        let x = left + span * percent / 100
        return "<line class=\"grid\" x1=\"\(x)\" y1=\"\(top - 6)\" x2=\"\(x)\" y2=\"\(bottom)\"/><text class=\"axis\" x=\"\(x)\" y=\"\(top - 10)\" text-anchor=\"middle\">\(percent)%</text>\n"
    }
    for (index, row) in rows.enumerated() {
        let y = top + index * step
        let name = row.cells[chart.category].text(language)
        parts.append("<text x=\"\(left - 8)\" y=\"\(y + 17)\" text-anchor=\"end\"><title>\(name)</title>\(shortened(name, to: 40))</text>")
        let cell = row.cells[chart.series[0]]
        let value = share(cell).map { Int($0 * Double(span) + 0.5) }
        if let value { parts.append("<rect class=\"bar\" x=\"\(left)\" y=\"\(y + 4)\" width=\"\(value)\" height=\"\(step - 9)\"/>") }
        parts.append("<text x=\"\(left + span + 6)\" y=\"\(y + 17)\">\(cell.text(language))</text>\n")
        if let target = chart.target.flatMap({ share(row.cells[$0]) }) {
            let x = left + Int(target * Double(span) + 0.5)
            parts.append("<line class=\"target\" x1=\"\(x)\" y1=\"\(y + 1)\" x2=\"\(x)\" y2=\"\(y + step - 2)\"/>\n")
        }
    }
    if chart.target != nil {
        parts.append("<line class=\"target\" x1=\"\(left)\" y1=\"\(bottom + 8)\" x2=\"\(left)\" y2=\"\(bottom + 22)\"/><text x=\"\(left + 8)\" y=\"\(bottom + 20)\">\(Words.target(language))</text>\n")
    }
    return frame(chart, width: width, height: bottom + 30, parts)
}

private func line(_ chart: Chart, _ rows: [Row], _ language: Language) -> Markup {
    let (left, top, width, height) = (52, 28, 860, 320)
    let (spanX, spanY) = (width - left - 30, height - top - 64)
    func x(_ index: Int) -> Int { left + spanX * (2 * index + 1) / (2 * max(1, rows.count)) }
    func y(_ share: Double) -> Int { top + spanY - Int(share * Double(spanY) + 0.5) }
    var parts = [0, 25, 50, 75, 100].map { percent -> Markup in
        let y = y(Double(percent) / 100)
        return "<line class=\"grid\" x1=\"\(left)\" y1=\"\(y)\" x2=\"\(left + spanX)\" y2=\"\(y)\"/><text class=\"axis\" x=\"\(left - 6)\" y=\"\(y + 4)\" text-anchor=\"end\">\(percent)%</text>\n"
    }
    for (index, row) in rows.enumerated() {
        parts.append("<text class=\"axis\" x=\"\(x(index))\" y=\"\(top + spanY + 18)\" text-anchor=\"middle\">\(row.cells[chart.category].text(language))</text>")
    }
    if let target = chart.target { parts.append(steps(rows.map { share($0.cells[target]) }, spanX, left, y)) }
    for series in chart.series {
        let values = rows.map { share($0.cells[series]) }
        for piece in unbroken(values) {
            let points = piece.map { "\(x($0.index)),\(y($0.value))" }.joined(separator: " ")
            parts.append("<polyline class=\"series\" points=\"\(points)\"/>\n")
        }
        for (index, value) in values.enumerated() {
            guard let value else { continue }
            let label = rows[index].cells[series].text(language)
            parts.append("<circle class=\"mark\" cx=\"\(x(index))\" cy=\"\(y(value))\" r=\"4\"><title>\(label)</title></circle><text class=\"value\" x=\"\(x(index))\" y=\"\(y(value) - 9)\" text-anchor=\"middle\">\(label)</text>\n")
        }
    }
    if chart.target != nil {
        parts.append("<line class=\"target\" x1=\"\(left)\" y1=\"\(height - 16)\" x2=\"\(left + 30)\" y2=\"\(height - 16)\"/><text x=\"\(left + 38)\" y=\"\(height - 12)\">\(Words.target(language))</text>\n")
    }
    return frame(chart, width: width, height: height, parts)
}

/// The target as steps over the months: level within a month, upright where it changes, open where there is none.
private func steps(_ targets: [Double?], _ span: Int, _ left: Int, _ y: (Double) -> Int) -> Markup {
    var path = ""
    var last: Double?
    for (index, target) in targets.enumerated() {
        defer { last = target }
        guard let target else { continue }
        let (from, to) = (left + span * index / targets.count, left + span * (index + 1) / targets.count)
        path += (last == nil ? "M\(from) \(y(target))" : "L\(from) \(y(target))") + "L\(to) \(y(target))"
    }
    return path.isEmpty ? .empty : "<path class=\"target\" d=\"\(path)\"/>\n"
}

/// The runs of points that have data: a line never crosses a gap.
private func unbroken(_ values: [Double?]) -> [[(index: Int, value: Double)]] {
    var pieces: [[(index: Int, value: Double)]] = []
    var current: [(index: Int, value: Double)] = []
    for (index, value) in values.enumerated() {
        if let value { current.append((index, value)) }
        if value == nil || index == values.count - 1 {
            if !current.isEmpty { pieces.append(current) }
            current = []
        }
    }
    return pieces
}

private func shortened(_ text: String, to length: Int) -> String {
    text.count <= length ? text : String(text.prefix(length - 1)) + "…"
}
