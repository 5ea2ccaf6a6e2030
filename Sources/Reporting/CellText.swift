import Adoption

extension Cell {
    /// The cell as a reader sees it, rounded here and nowhere else. The page, the mail and the terminal print this text;
    /// the workbook stores the number with a format that shows the same.
    package func text(_ language: Language) -> String {
        switch self {
        case .text(let text): text
        case .count(let count), .amountVND(let count): grouped(count, language)
        case .rate(let rate): rate.hundredthsOfPercent.map { hundredths($0, language) + "%" } ?? Cell.noData.text(language)
        case .basisPoints(let points): hundredths(points, language) + "%"
        case .percentagePoints(let value), .scoreDifference(let value): (value > 0 ? "+" : "") + hundredths(value, language)
        case .score(let value): hundredths(value, language)
        case .day(let day): language == .vietnamese ? day.vietnamese : day.iso
        case .verdict(let verdict): Words.verdict(verdict)(language)
        case .noData: "–"
        case .difference(let count): count == 0 ? "" : (count > 0 ? "+" : "") + grouped(count, language)
        case .input(let text): text
        case .suppressed: Words.suppressed(language)
        case .notApplicable: Words.notApplicable(language)
        case .notReported: Words.notReported(language)
        case .empty: ""
        }
    }
}

/// A text as a cell of comma-separated values.
///
/// - Parameter isForPeople: it is made inert where a spreadsheet would take it for a formula; a list that programs read keeps every text as it is.
package func commaSeparatedCell(_ text: String, isForPeople: Bool = true) -> String {
    let isFormula = isForPeople && text.first.map { "=+-@\t\r".contains($0) } ?? false
    return "\"" + (isFormula ? "'" : "") + text.replacing("\"", with: "\"\"") + "\""
}

/// `1.234` in Vietnamese, `1,234` in English.
package func grouped(_ number: Int, _ language: Language) -> String {
    let digits = String(number.magnitude)
    var out = ""
    for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index) % 3 == 0 { out.append(language == .vietnamese ? "." : ",") }
        out.append(digit)
    }
    return (number < 0 ? "-" : "") + out
}

/// 7762 is `77,62` in Vietnamese and `77.62` in English.
package func hundredths(_ value: Int, _ language: Language) -> String {
    let rest = Int(value.magnitude % 100)
    return (value < 0 ? "-" : "") + grouped(Int(value.magnitude / 100), language)
        + (language == .vietnamese ? "," : ".") + (rest < 10 ? "0" : "") + String(rest)
}
