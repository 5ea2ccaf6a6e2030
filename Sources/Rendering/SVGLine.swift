import Adoption
import Reporting

/// Lines through points in time, told apart by dashes and markers and not by colour.
extension Picture {
    private static let plotLeft = 44.0
    private static let plotWidth = 456.0
    private static let plotHeight = 220.0
    /// The solid line belongs to the first series; a fifth begins again.
    private static let dashes: [Markup] = ["none", "9 4", "3 3", "12 3 3 3"]

    private var band: Double { Picture.plotWidth / Double(max(rows.count, 1)) }

    private func centre(_ index: Int) -> Double { Picture.plotLeft + band * (Double(index) + 0.5) }

    var line: Drawing {
        let key = key(
            mark: { series, x, y in
                "\(stroke(series, "M\(x) \(y)H\(x + 28)"))\(marker(series, x + 14, y))"
            },
            targetMark: { x, y in "<path class=\"target\" d=\"M\(x) \(y)H\(x + 28)\"/>" })
        let top = key.height + 8
        func y(_ share: Int) -> Double { top + Picture.plotHeight * Double(10_000 - share) / 10_000 }
        let series = chart.series.indices.map { self.series($0, y) }
        return Drawing(
            height: top + Picture.plotHeight + 26,
            content: """
                \(key.content)\(grid(y))\(categories(below: top + Picture.plotHeight))\
                \(breaks(y))\(target(y))\(series)\(lastValues(y))
                """)
    }

    private func grid(_ y: (Int) -> Double) -> [Markup] {
        [0, 20, 40, 60, 80, 100].map { percent in
            let y = y(percent * 100)
            let right = Picture.plotLeft + Picture.plotWidth
            return """
                <line class="grid" x1="\(Picture.plotLeft)" y1="\(y)" x2="\(right)" y2="\(y)"/>\
                <text class="axis" x="\(Picture.plotLeft - 6)" y="\(y + 4)" text-anchor="end">\(percent)%</text>

                """
        }
    }

    /// As many names as have room, counted from the last, which is always shown.
    private func categories(below bottom: Double) -> [Markup] {
        let names = rows.map { shortened(text($0, chart.category), to: 16) }
        let widest = names.map(\.count).max() ?? 0
        let step = max(1, Int(((Double(widest) * 6.5 + 8) / band).rounded(.up)))
        return names.enumerated().filter { (names.count - 1 - $0.offset) % step == 0 }.map { index, name in
            "<text class=\"axis\" x=\"\(centre(index))\" y=\"\(bottom + 18)\" text-anchor=\"middle\">\(name)</text>\n"
        }
    }

    /// The line is lifted where there is no number and where the units changed, and begins again after it.
    private func series(_ series: Int, _ y: (Int) -> Double) -> Markup {
        let column = chart.series[series]
        var path: [Markup] = []
        var points: [Markup] = []
        var isDrawing = false
        for (index, row) in rows.enumerated() {
            guard let share = share(row, column) else {
                isDrawing = false
                continue
            }
            if chart.isBroken(before: index) { isDrawing = false }
            path.append("\(isDrawing ? "L" : "M")\(centre(index)) \(y(share))")
            points.append("<g>\(tip(row, column))\(marker(series, centre(index), y(share)))</g>")
            isDrawing = true
        }
        return "\(stroke(series, "\(path)"))\n\(points)\n"
    }

    /// An upright line on the day on which the units changed, with the day beside it.
    private func breaks(_ y: (Int) -> Double) -> [Markup] {
        chart.breaks.filter { rows.indices.contains($0.row) }.enumerated().map { place, one in
            let passed = Double(one.passed.numerator) / Double(max(one.passed.denominator, 1))
            let x = Picture.plotLeft + band * (Double(one.row) + passed)
            let isRight = x > Picture.plotLeft + Picture.plotWidth / 2
            return """
                <line class="break" x1="\(x)" y1="\(y(10_000))" x2="\(x)" y2="\(y(0))"/>\
                <text class="axis" x="\(x + (isRight ? -5 : 5))" y="\(y(0) - 8 - 15 * Double(place % 3))" text-anchor="\(isRight ? "end" : "start")">\(one.label)</text>

                """
        }
    }

    /// Runs level through each row and steps at the border between two; a row without a target leaves a gap.
    private func target(_ y: (Int) -> Double) -> Markup {
        guard let column = chart.target else { return "" }
        var path: [Markup] = []
        var labels: [Markup] = []
        var previous: Int?
        for (index, row) in rows.enumerated() {
            let left = Picture.plotLeft + band * Double(index)
            let share = share(row, column)
            if let share {
                if previous == nil { path.append("M\(left) \(y(share))") }
                if let previous, previous != share { path.append("V\(y(share))") }
                path.append("H\(left + band)")
                if previous != share {
                    let text = text(row, column)
                    labels.append("<text class=\"value\" x=\"\(left + 3)\" y=\"\(y(share) - 5)\">\(text)</text>")
                }
            }
            previous = share
        }
        return "<path class=\"target\" d=\"\(path)\"/>\n\(labels)\n"
    }

    /// The number at the end of each line, moved down where it would cover another.
    private func lastValues(_ y: (Int) -> Double) -> [Markup] {
        let last = chart.series.compactMap { column -> (index: Int, y: Double, text: String)? in
            guard let index = rows.lastIndex(where: { share($0, column) != nil }),
                let share = share(rows[index], column)
            else { return nil }
            return (index, y(share) + 4, text(rows[index], column))
        }
        var lowest = -Double.infinity
        return last.sorted { ($0.y, $0.text) < ($1.y, $1.text) }.map { value in
            lowest = max(value.y, lowest + 14)
            let x = value.index == rows.count - 1 ? Picture.plotLeft + Picture.plotWidth + 6 : centre(value.index) + 9
            return "<text class=\"value\" x=\"\(x)\" y=\"\(lowest)\">\(value.text)</text>\n"
        }
    }

    private func stroke(_ series: Int, _ path: Markup) -> Markup {
        "<path class=\"stroke series-\(series % 4)\" stroke-dasharray=\"\(Picture.dashes[series % 4])\" d=\"\(path)\"/>"
    }

    /// A disc, a square, a triangle or a diamond about a point.
    private func marker(_ series: Int, _ x: Double, _ y: Double) -> Markup {
        let kind: Markup = "class=\"marker series-\(series % 4)\""
        return switch series % 4 {
        case 0: "<circle \(kind) cx=\"\(x)\" cy=\"\(y)\" r=\"4\"/>"
        case 1: "<rect \(kind) x=\"\(x - 3.5)\" y=\"\(y - 3.5)\" width=\"7\" height=\"7\"/>"
        case 2: "<path \(kind) d=\"M\(x) \(y - 5)L\(x + 5) \(y + 4)H\(x - 5)Z\"/>"
        default: "<path \(kind) d=\"M\(x) \(y - 5)L\(x + 5) \(y)L\(x) \(y + 5)L\(x - 5) \(y)Z\"/>"
        }
    }
}
