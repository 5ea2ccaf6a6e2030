internal import Adoption
internal import Glibc

/// Puts together the cells of one row of a sheet after another.
///
/// It is a class because the XML stream calls back into it.
final class SheetParser: XMLHandler {
    struct Cell {
        var content = Content.empty
        var form = CellForm.text
    }

    enum Content {
        case empty
        /// Offsets in the text of the row.
        case text(Int, Int)
        /// The number of a shared text.
        case shared(Int)
    }

    private enum Level { case outside, sheet, row, cell, value, inline, run, inlineText }
    private enum Kind { case number, shared, text, boolean, error, date }

    static let columnLimit = 16_384
    static let rowLimit = 1_048_576
    /// The text of one row, beside shared texts.
    private static let rowTextLimit = 32 << 20

    private(set) var cells: [Cell] = []
    /// The current row's, counted from 1.
    private(set) var rowNumber = 0
    let text = ByteBuffer(capacity: 1 << 16)

    private let name: String
    private let strings: SharedStringLookup
    private let areMoments: [Bool]
    private let since1904: Bool
    private var level = Level.outside
    private var rowCount = 0
    /// How many elements are open that mean nothing here.
    private var skipped = 0
    /// The text that is read is part of a run and not the cell's own.
    private var isInRun = false
    private var isRowNumbered = false
    private var column = 0
    private var kind = Kind.number
    private var isMomentStyle = false
    private var cellStart = 0
    private var hasInlineText = false

    init(name: String, strings: SharedStringLookup, areMoments: [Bool], since1904: Bool) {
        (self.name, self.strings, self.areMoments, self.since1904) = (name, strings, areMoments, since1904)
    }

    func begin(_ element: XMLName, _ attributes: XMLAttributes) throws(InputError) {
        if skipped > 0 {
            skipped += 1
            return
        }
        switch (level, element) {
        case (.outside, _): if element.isNamed("sheetData") { level = .sheet }
        case (.sheet, "row"):
            level = .row
            try beginRow(attributes)
        case (.row, "c"):
            level = .cell
            try beginCell(attributes)
        case (.cell, "v") where !hasInlineText: level = .value
        case (.cell, "is") where kind == .text:
            // Some programs write the text a second time, as the value.
            text.truncate(to: cellStart)
            level = .inline
            hasInlineText = true
        case (.inline, "t"): level = .inlineText
        case (.inline, "r"): level = .run
        case (.run, "t"):
            level = .inlineText
            isInRun = true
        default: skipped = 1
        }
    }

    func end() throws(InputError) -> Bool {
        if skipped > 0 {
            skipped -= 1
            return false
        }
        switch level {
        case .outside: break
        case .sheet: level = .outside
        case .row:
            level = .sheet
            while case .empty? = cells.last?.content { cells.removeLast() }
            return !cells.isEmpty
        case .cell:
            level = .row
            try endCell()
        case .value, .inline: level = .cell
        case .run: level = .inline
        case .inlineText:
            level = isInRun ? .run : .inline
            isInRun = false
        }
        return false
    }

    func text(_ bytes: Bytes) throws(InputError) {
        guard skipped == 0, level == .value || level == .inlineText else { return }
        text.append(bytes)
        if text.count - cellStart > cellTextLimit { throw cellTooLong(name) }
        if text.count > SheetParser.rowTextLimit { throw InputError(file: name, line: rowNumber, "is a row with more than 32 MiB of text; shorten it") }
    }

    private func beginRow(_ attributes: XMLAttributes) throws(InputError) {
        cells.removeAll(keepingCapacity: true)
        text.truncate(to: 0)
        column = 0
        rowNumber += 1
        rowCount += 1
        isRowNumbered = false
        var number: Int?
        attributes.forEach { if $0.isNamed("r") { number = strtol($1, nil, 10) } }
        if let number {
            rowNumber = number
            isRowNumbered = true
        }
        try checkRow()
    }

    private func checkRow() throws(InputError) {
        guard 1...SheetParser.rowLimit ~= rowNumber, rowCount <= SheetParser.rowLimit else {
            throw InputError(file: name, "has a row beyond the \(SheetParser.rowLimit) rows that Excel allows; open it in Excel and save it again")
        }
    }

    private func beginCell(_ attributes: XMLAttributes) throws(InputError) {
        kind = .number
        isMomentStyle = false
        cellStart = text.count
        hasInlineText = false
        var reference: UnsafePointer<CChar>?
        attributes.forEach { name, value in
            switch name {
            case "r": reference = value
            case "t": kind = SheetParser.kind(of: value)
            case "s":
                let style = strtol(value, nil, 10)
                isMomentStyle = areMoments.indices.contains(style) && areMoments[style]
            default: break
            }
        }
        if let reference { try take(reference) }
        column += 1
        if column > SheetParser.columnLimit {
            throw InputError(file: name, line: rowNumber, "is a row with a cell beyond column XFD, which Excel does not allow; open it in Excel and save it again")
        }
    }

    /// Takes column and, where the row has none, the number of the row from `AB12`.
    private func take(_ reference: UnsafePointer<CChar>) throws(InputError) {
        var at = reference
        var number = 0
        while number <= SheetParser.columnLimit {
            let letter = UInt8(bitPattern: at.pointee) & 0xDF
            guard UInt8(ascii: "A")...UInt8(ascii: "Z") ~= letter else { break }
            number = number * 26 + Int(letter) - 64
            at += 1
        }
        if number == 0 { return }
        column = number - 1
        if !isRowNumbered, number <= SheetParser.columnLimit, at.pointee != 0 {
            rowNumber = strtol(at, nil, 10)
            isRowNumbered = true
            try checkRow()
        }
    }

    private static func kind(of value: UnsafePointer<CChar>) -> Kind {
        switch XMLName(value) {
        case "s": .shared
        case "str", "inlineStr": .text
        case "b": .boolean
        case "e": .error
        case "d": .date
        default: .number
        }
    }

    private func endCell() throws(InputError) {
        if kind == .text { decodeEscapes(text, from: cellStart) }
        if text.count == cellStart { return }
        let cell = try cell()
        if case .empty = cell.content { return }
        while cells.count < column { cells.append(Cell()) }
        cells[column - 1] = cell
    }

    private func cell() throws(InputError) -> Cell {
        let bytes = text.bytes(cellStart, text.count)
        switch kind {
        case .text, .error: return written(.text)
        case .boolean:
            let word = bytes.trimmedLines
            let isTrue = word.elementsEqual("1".utf8) || word.elementsEqual("true".utf8)
            return rewritten(isTrue ? "TRUE" : "FALSE", .text)
        case .date: return SerialDate.normalised(bytes.trimmedLines).map { rewritten($0, .moment) } ?? written(.text)
        case .shared:
            let digits = bytes.trimmedLines
            guard digits.count < 16, let index = digits.digits(0, digits.count), index < strings.count else {
                throw InputError(file: name, line: rowNumber, "has a cell whose text is missing from the workbook; open it in Excel and save it again")
            }
            text.truncate(to: cellStart)
            return try strings.isEmpty(index) ? Cell() : Cell(content: .shared(index), form: .text)
        case .number:
            if !isMomentStyle, NumberText.isShort(bytes) { return written(.number) }
            guard let number = NumberText.read(bytes.trimmedLines) else { return written(.text) }
            if isMomentStyle, let moment = SerialDate.text(number, since1904: since1904) { return rewritten(moment, .moment) }
            return rewritten(NumberText.shortest(number), .number)
        }
    }

    private func written(_ form: CellForm) -> Cell { Cell(content: .text(cellStart, text.count), form: form) }

    private func rewritten(_ other: String, _ form: CellForm) -> Cell {
        text.truncate(to: cellStart)
        text.append(other)
        return written(form)
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Without the spaces and line ends around it.
    fileprivate var trimmedLines: Bytes {
        var (first, last) = (0, count)
        while first < last, self[first] <= 0x20 { first += 1 }
        while last > first, self[last - 1] <= 0x20 { last -= 1 }
        return Bytes(rebasing: self[first..<last])
    }
}
