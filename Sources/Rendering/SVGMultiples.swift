import Reporting

/// Small lines side by side, one for each row, all on one scale; the columns are points in time.
extension Picture {
    private static let across = 3
    private static let gap = 16.0
    private static let panelWidth = (Picture.width - Picture.gap * Double(Picture.across - 1)) / Double(Picture.across)
    private static let plotHeight = 52.0
    private static let nameHeight = 20.0
    /// Room for the last number, right of the plot.
    private static let numberWidth = 44.0
    private static let panelHeight = nameHeight + plotHeight + 22

    var multiples: Drawing {
        let key = key(
            mark: { _, x, y in "<path class=\"stroke series-0\" d=\"M\(x) \(y)H\(x + 28)\"/>" }, targetMark: { x, y in "<path class=\"target fine\" d=\"M\(x) \(y)H\(x + 28)\"/>" })
        let panels = rows.enumerated().map { place, row in
            panel(row, left: Double(place % Picture.across) * (Picture.panelWidth + Picture.gap), top: key.height + 6 + Double(place / Picture.across) * Picture.panelHeight)
        }
        let lines = (rows.count + Picture.across - 1) / Picture.across
        return Drawing(height: key.height + 6 + Double(lines) * Picture.panelHeight, content: "\(key.content)\(panels)")
    }

    private func panel(_ row: Row, left: Double, top: Double) -> Markup {
        let width = Picture.panelWidth - Picture.numberWidth
        let pitch = width / Double(max(chart.series.count, 1))
        let shares = chart.series.map { share(row, $0) }
        func x(_ place: Int) -> Double { left + pitch * (Double(place) + 0.5) }
        func y(_ share: Int) -> Double { top + Picture.nameHeight + Picture.plotHeight * Double(10_000 - share) / 10_000 }
        var path: [Markup] = []
        for (place, share) in shares.enumerated() {
            guard let share else { continue }
            path.append("\(place > 0 && shares[place - 1] != nil ? "L" : "M")\(x(place)) \(y(share))")
        }
        let last = shares.lastIndex { $0 != nil }.flatMap { place in shares[place].map { (place: place, share: $0) } }
        let end = last.map { last -> Markup in
            """
            <circle class="marker series-0" cx="\(x(last.place))" cy="\(y(last.share))" r="3"/>\
            <text class="value small" x="\(left + width + 3)" y="\(y(last.share) + 4)">\(text(row, chart.series[last.place]))</text>
            """
        } ?? "<text class=\"axis\" x=\"\(left + width / 2)\" y=\"\(y(5_000) + 4)\" text-anchor=\"middle\">–</text>"
        let target = chart.target.flatMap { share(row, $0) }.map { share -> Markup in "<path class=\"target fine\" d=\"M\(left) \(y(share))H\(left + width)\"/>" } ?? ""
        return """
            <g><title>\(text(row, chart.category))</title>\
            <text class="panel-name" x="\(left)" y="\(top + 13)">\(shortened(text(row, chart.category), to: 24))</text>\
            <path class="grid" d="M\(left) \(y(10_000))H\(left + width)M\(left) \(y(0))H\(left + width)"/>\
            \(target)<path class="stroke series-0" d="\(path)"/>\(end)</g>

            """
    }
}
