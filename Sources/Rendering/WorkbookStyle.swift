import Adoption
import Reporting

/// How one cell looks; equal styles share one format of the workbook.
struct CellStyle: Hashable {
    enum Alignment: Hashable { case left, center, right }

    var size = 11
    var isBold = false
    var isItalic = false
    var isUnderlined = false
    var ink: UInt32?
    var fill: UInt32?
    var alignment = Alignment.left
    var isWrapped = false
    /// Texts of many lines begin at the top; everything else stands in the middle of its row.
    var isAtTop = false
    var hasBorder = false
    /// A stronger line above, which sets a total off from what it sums.
    var hasRuleAbove = false
    var numberFormat: String?
    var indent = 0
    /// Open for writing on a sheet that is locked otherwise.
    var isUnlocked = false

    static let font = "Times New Roman"
    /// Of titles and rules, and of the heads of tables: an office may have its own.
    static let accent: UInt32 = 0x1F3864
    static let tint: UInt32 = 0xD9E2F0

    static let superior = CellStyle(size: 12, alignment: .center, isWrapped: true)
    static let unit = CellStyle(size: 12, isBold: true, alignment: .center, isWrapped: true)
    static let motto = CellStyle(size: 12, isBold: true, isUnderlined: true, alignment: .center)
    static let reportTitle = CellStyle(size: 16, isBold: true, alignment: .center, isWrapped: true)
    static let period = CellStyle(size: 12, isItalic: true, alignment: .center, isWrapped: true)
    static let notice = CellStyle(
        size: 13, isBold: true, ink: 0x9C1C1C, fill: 0xFFF2CC, alignment: .center, isWrapped: true, hasBorder: true)
    static let sheetTitle = CellStyle(size: 14, isBold: true, ink: CellStyle.accent, isWrapped: true)
    static let paragraph = CellStyle(size: 12, isWrapped: true, isAtTop: true)
    static let small = CellStyle(size: 11, isItalic: true, ink: 0x404040, isWrapped: true, isAtTop: true)
    static let caption = CellStyle(size: 12, isBold: true, isWrapped: true)
    static let label = CellStyle(size: 12, ink: 0x404040, isWrapped: true)
    static let value = CellStyle(size: 12, isWrapped: true)
    static let link = CellStyle(size: 12, isUnderlined: true, ink: 0x1F4E9E, indent: 1)
    static let signer = CellStyle(size: 12, isBold: true, alignment: .center, isWrapped: true, isAtTop: true)
    static let signature = CellStyle(size: 12, isItalic: true, alignment: .center)
    static let openState = CellStyle(size: 13, isBold: true, ink: 0x7A4B00, fill: 0xFDE9C9, alignment: .center, isWrapped: true, hasBorder: true)
    static let finalState = CellStyle(size: 13, isBold: true, ink: 0x1E5631, fill: 0xE2F0D9, alignment: .center, isWrapped: true, hasBorder: true)
    static let back = CellStyle(size: 11, isUnderlined: true, ink: 0x1F4E9E)
    static let columnNumber = CellStyle(size: 10, isItalic: true, fill: CellStyle.tint, alignment: .center, hasBorder: true)
    static let header = CellStyle(isBold: true, fill: CellStyle.tint, alignment: .center, isWrapped: true, hasBorder: true)
}

/// What a cell holds. A text stays a text whatever it begins with.
enum CellContent: Hashable {
    case text(String)
    case number(Double)
    /// Without the equals sign, and the value that it has, which programs show until they count themselves.
    case formula(String, Double)
    case blank
}

/// A cell of a report as the workbook holds it: its value, and the format with which the value shows `Cell.text`.
struct DrawnCell {
    let content: CellContent
    let style: CellStyle

    init(_ cell: Cell, kind: Row.Kind, columnWidth: Int, language: Language) {
        var style = CellStyle(isWrapped: true, hasBorder: true)
        switch kind {
        case .body: break
        case .heading: (style.isBold, style.fill) = (true, 0xEAF0F8)
        case .total: (style.isBold, style.fill, style.hasRuleAbove) = (true, 0xF2F2F2, true)
        }
        if let (number, format) = DrawnCell.number(cell, language) {
            style.alignment = .right
            if case .day = cell { style.alignment = .center }
            // The running number of a row.
            if case .count = cell, columnWidth <= 6 { style.alignment = .center }
            style.isWrapped = false
            style.numberFormat = format
            content = .number(number)
        } else {
            DrawnCell.dress(&style, cell, columnWidth)
            let text = cell.text(language)
            content = text.isEmpty ? .blank : .text(text)
        }
        self.style = style
    }

    /// Nil for what is shown as text: words, and numbers that a spreadsheet could not show exactly.
    static func number(_ cell: Cell, _ language: Language) -> (Double, String)? {
        func exact(_ value: Int, _ format: String, dividedBy divisor: Double = 1) -> (Double, String)? {
            // Spreadsheet programs keep 15 digits.
            value.magnitude < 1_000_000_000_000_000 ? (Double(value) / divisor, format) : nil
        }
        switch cell {
        case .count(let value), .amountVND(let value): return exact(value, "#,##0")
        case .difference(let value): return value == 0 ? nil : exact(value, "+#,##0;-#,##0;0")
        case .rate(let rate): return rate.isNoData ? nil : (Double(rate.numerator) / Double(rate.denominator), "0.00%")
        case .basisPoints(let value): return exact(value, "0.00%", dividedBy: 10_000)
        case .percentagePoints(let value): return exact(value, "+0.00;-0.00;0.00", dividedBy: 100)
        case .score(let value): return exact(value, "#,##0.00", dividedBy: 100)
        case .scoreDifference(let value): return exact(value, "+#,##0.00;-#,##0.00;0.00", dividedBy: 100)
        case .day(let day):
            // Before March 1900 and after 9999 the programs' calendars differ from the world's.
            let serial = day.number + 25_569
            guard (61...2_958_465).contains(serial) else { return nil }
            return (Double(serial), language == .vietnamese ? "dd/mm/yyyy" : "yyyy-mm-dd")
        case .text, .verdict, .input, .noData, .notApplicable, .suppressed, .notReported, .empty: return nil
        }
    }

    private static func dress(_ style: inout CellStyle, _ cell: Cell, _ columnWidth: Int) {
        switch cell {
        case .text(let text):
            if columnWidth <= 6, text.count <= 6 { style.alignment = .center } else { style.indent = 1 }
        case .verdict(.met): (style.fill, style.ink, style.alignment) = (0xE2F0D9, 0x1E5631, .center)
        case .verdict(.missed): (style.fill, style.ink, style.alignment) = (0xFBE3DC, 0x9C1C1C, .center)
        case .verdict, .noData, .rate: style.alignment = .center
        case .notApplicable: (style.isItalic, style.ink, style.alignment) = (true, 0x595959, .center)
        case .suppressed: (style.fill, style.ink, style.alignment) = (0xD9D9D9, 0x404040, .center)
        case .notReported: (style.isItalic, style.fill, style.ink, style.alignment) = (true, 0xFDE9C9, 0x7A4B00, .center)
        case .input: (style.isUnlocked, style.fill, style.isAtTop) = (true, 0xFFFFE5, true)
        case .day: style.alignment = .center
        case .empty: break
        default: style.alignment = .right
        }
    }
}

/// The number that a chart draws for a cell; nil where there is nothing to draw.
func plottedNumber(_ cell: Cell) -> Double? {
    switch cell {
    case .rate(let rate): rate.isNoData ? nil : Double(rate.numerator) / Double(rate.denominator)
    case .basisPoints(let value): Double(value) / 10_000
    default: nil
    }
}

/// Cells of one column, counted from 0.
struct CellRange: Hashable {
    let sheet: String
    let rows: ClosedRange<Int>
    let column: Int
}

/// A chart with every reference resolved to cells of the workbook.
struct ChartDrawing {
    struct Series {
        let values: CellRange
        /// The cell in which the series' name stands.
        let nameRow: Int
        let nameColumn: Int
        /// Where the values have no number, by their place among the values.
        let missing: Set<Int>
    }
    let kind: Chart.Kind
    let title: String
    let alternative: String
    let categories: CellRange
    /// Of each series its stretches; over bars there is one.
    let series: [[Series]]
    /// The stretches of one target; over bars there is one.
    let targets: [Series]
    /// Each bar with its figure; too many bars have no room for them.
    let hasLabels: Bool
    let widthPixels: Int
    let heightPixels: Int
}

/// How a sheet is printed on A4.
struct PageSetup {
    let isLandscape: Bool
    /// One page high; otherwise one page wide and as long as it gets.
    let isOnePage: Bool
    let header: String
    let footer: String
    /// The header rows of the table, drawn again on every page.
    let repeatedRows: ClosedRange<Int>?
    /// What is above it is for the screen.
    var firstRow = 0
    let lastRow: Int
    let lastColumn: Int
}

/// What the file says about itself.
struct WorkbookProperties {
    let title: String
    let subject: String
    let author: String
    let comments: String
    let created: Instant
    let custom: [(name: String, value: String)]
}
