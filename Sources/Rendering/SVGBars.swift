import Reporting

/// Horizontal bars: the name left, the number right, both in columns of their own that no bar can cover.
extension Picture {
    private static let plotLeft = 196.0
    private static let plotWidth = 296.0
    private static let nameLength = 30
    /// Of one bar; its number is 13 high and has to fit beside it.
    private static let thickness = 14.0

    private func x(_ share: Int) -> Double { Picture.plotLeft + Picture.plotWidth * Double(share) / 10_000 }

    private var pitch: Double { Picture.thickness * Double(chart.series.count) + 12 }

    var bars: Drawing {
        let key = key(
            mark: { series, x, y in
                "<rect class=\"bar series-\(series % 3)\" x=\"\(x + 2)\" y=\"\(y - 5)\" width=\"24\" height=\"10\"/>"
            },
            targetMark: { x, y in targetTick(x: x + 14, from: y - 8, to: y + 8) })
        let bottom = key.height + pitch * Double(rows.count) + 4
        let marks = rows.enumerated().map { index, row in bar(row, top: key.height + pitch * Double(index)) }
        return Drawing(
            height: bottom + 22,
            content: "\(key.content)\(axis(top: key.height, bottom: bottom))\(marks)")
    }

    private func axis(top: Double, bottom: Double) -> [Markup] {
        [0, 20, 40, 60, 80, 100].map { percent in
            let x = x(percent * 100)
            return """
                <line class="grid" x1="\(x)" y1="\(top)" x2="\(x)" y2="\(bottom)"/>\
                <text class="axis" x="\(x)" y="\(bottom + 15)" text-anchor="middle">\(percent)%</text>

                """
        }
    }

    private func bar(_ row: Row, top: Double) -> Markup {
        let middle = top + pitch / 2
        let bars = chart.series.enumerated().map { series, column -> Markup in
            let y = top + 6 + Picture.thickness * Double(series)
            let label: Markup = """
                <text class="value" x="\(Picture.width)" y="\(y + Picture.thickness / 2 + 4.5)" \
                text-anchor="end">\(text(row, column))</text>
                """
            guard let share = share(row, column) else { return label }
            return """
                <rect class="bar series-\(series % 3)" x="\(x(0))" y="\(y)" \
                width="\(x(share) - x(0))" height="\(Picture.thickness)"/>\(label)
                """
        }
        let target = chart.target.flatMap { share(row, $0) }.map { targetTick(x: x($0), from: top + 2, to: top + pitch - 2) }
        let tips = chart.series.map { column in "\(text(row, chart.category)): \(text(row, column))" }
        let name = shortened(text(row, chart.category), to: Picture.nameLength)
        return """
            <g><title>\(tips.joined(separator: "; "))</title>\
            <text class="name" x="0" y="\(middle + 4.5)">\(name)</text>\
            \(bars)\(target ?? "")</g>

            """
    }

    /// A line with a light edge, so that it is seen on a bar as well as beside it.
    private func targetTick(x: Double, from top: Double, to bottom: Double) -> Markup {
        """
        <line class="target-edge" x1="\(x)" y1="\(top)" x2="\(x)" y2="\(bottom)"/>\
        <line class="target" x1="\(x)" y1="\(top)" x2="\(x)" y2="\(bottom)"/>
        """
    }
}
