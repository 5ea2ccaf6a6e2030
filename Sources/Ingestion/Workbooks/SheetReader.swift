internal import Adoption

/// The rows of one sheet, a piece of its XML at a time. It is a class because it owns the stream.
final class SheetReader: RowSource, XMLTarget {
    private enum Kind { case number, shared, text, flag, error, isoDate }

    private struct Cell {
        let column: Int
        let kind: Kind
        let isMoment: Bool
        let start: Int
        let end: Int
    }

    private struct Row {
        let number: Int
        var cells: [Cell] = []
        var text: [UInt8] = []
    }

    let name: String
    let byteCount: Int
    private(set) var fault: String?
    private let workbook: WorkbookFile
    private let archive: ZipArchive
    private let part: ZipArchive.Part
    private var stream: XMLStream?
    private var piece = [UInt8](repeating: 0, count: 1 << 16)
    private var isAtEnd = false

    private var queue: [Row] = []
    private var queueAt = 0
    private var current = Row(number: 0)
    /// For each column of the current row, its cell; −1 where there is none.
    private var places: [Int] = []
    private var cell = Constant("")

    private var open = Row(number: 0)
    private var column = 0
    private var kind = Kind.number
    private var isMoment = false
    private var isInValue = false
    private var isInCell = false
    /// The text stands in the cell itself, and a value beside it does not count.
    private var isInline = false
    private var phonetic = 0
    private var start = 0

    private static let columnLimit = 16_384
    private static let rowLimit = 1_048_576
    private static let textLimit = 1 << 20

    init(_ workbook: WorkbookFile, _ sheet: WorkbookFile.Sheet) throws(InputError) {
        self.workbook = workbook
        name = workbook.name + "!" + sheet.name
        byteCount = workbook.byteCount
        // An archive of its own, so that the sheet can be opened again while it is read.
        archive = try ZipArchive(path: workbook.path, name: workbook.name)
        guard let part = try archive.part(sheet.part) else { throw InputError(file: workbook.name, "has no part for its sheet '\(sheet.name)'") }
        self.part = part
        stream = try XMLStream(self, name: name)
    }

    var bytesRead: Int { isAtEnd ? byteCount : min(byteCount, Int(Double(byteCount) * min(1, Double(part.unpacked) / Double(max(1, part.size))))) }

    var cellCount: Int { places.count }

    func next() throws(InputError) -> Bool {
        if let fault { throw InputError(file: name, fault) }
        while queueAt == queue.count {
            queue.removeAll(keepingCapacity: true)
            queueAt = 0
            if isAtEnd { return false }
            let count = try part.read(into: &piece)
            isAtEnd = count == 0
            try stream?.feed(piece[0..<count], isLast: count == 0)
        }
        current = queue[queueAt]
        queueAt += 1
        places = [Int](repeating: -1, count: (current.cells.last?.column ?? -1) + 1)
        for (index, cell) in current.cells.enumerated() { places[cell.column] = index }
        return true
    }

    func bytes(_ index: Int) -> Bytes {
        guard index < places.count, places[index] >= 0 else { return Bytes(start: nil, count: 0) }
        cell = Constant(text(of: current.cells[places[index]]))
        return cell.bytes
    }

    func form(_ index: Int) -> CellForm {
        guard index < places.count, places[index] >= 0 else { return .text }
        let cell = current.cells[places[index]]
        switch cell.kind {
        case .isoDate: return .moment
        case .number: return cell.isMoment && SheetReader.moment(current.text[cell.start..<cell.end], workbook.startsIn1904) != nil ? .moment : .number
        case .shared, .text, .flag, .error: return .text
        }
    }

    func place(_ index: Int) -> (line: Int, column: Int) { (current.number, index + 1) }
    func rowFault(columns: Int) -> Fault? { nil }
    func isCutOff(columns: Int) -> Bool { false }
    func fingerprint() -> String { workbook.fingerprint }

    private func text(of cell: Cell) -> [UInt8] {
        let raw = current.text[cell.start..<cell.end]
        switch cell.kind {
        case .text, .error: return Array(raw)
        case .flag: return Array((raw.first == UInt8(ascii: "1") ? "TRUE" : "FALSE").utf8)
        case .isoDate: return Array(String(decoding: raw, as: UTF8.self).prefix(19).utf8)
        case .shared:
            var text: [UInt8] = []
            do throws(InputError) {
                guard let index = Int(String(decoding: raw, as: UTF8.self)), try workbook.strings.append(index, to: &text) else { return [] }
            } catch {
                fault = error.description
            }
            return text
        case .number:
            if cell.isMoment, let moment = SheetReader.moment(raw, workbook.startsIn1904) { return Array(moment.utf8) }
            return SheetReader.number(raw)
        }
    }

    /// The shortest text of the same number.
    private static func number(_ raw: ArraySlice<UInt8>) -> [UInt8] {
        if raw.count <= 15, raw.allSatisfy({ (0x30...0x39).contains($0) }) { return Array(raw) }
        guard let value = Double(String(decoding: raw, as: UTF8.self)), value.isFinite else { return Array(raw) }
        return Array((value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)").utf8)
    }

    /// A serial number as a day, or as a day with its time; nil for a time without a day and for the 29 February 1900 that was not.
    private static func moment(_ raw: ArraySlice<UInt8>, _ startsIn1904: Bool) -> String? {
        guard let serial = Double(String(decoding: raw, as: UTF8.self)), serial >= 1, serial < 2_958_466 else { return nil }
        let seconds = Int((serial * 86_400).rounded())
        let (day, second) = (seconds / 86_400, seconds % 86_400)
        if !startsIn1904 && day == 60 { return nil }
        let number = startsIn1904 ? day - 24_107 : day < 60 ? day - 25_568 : day - 25_569
        let iso = Instant(local: Day(number: number), secondOfDay: second).iso
        return second == 0 ? String(iso.prefix(10)) : String(iso.prefix(19))
    }
}

/// The elements of a sheet as they come.
extension SheetReader {
    func start(_ element: UnsafePointer<CChar>, _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>) {
        switch element {
        case "row":
            let number = attribute("r", of: attributes).flatMap { Int(String(cString: $0)) } ?? open.number + 1
            guard (1...SheetReader.rowLimit).contains(number) else { return fault = "has a row \(number), which no sheet has" }
            open = Row(number: number)
            column = -1
        case "c": startCell(attributes)
        case "v": isInValue = isInCell && !isInline
        case "t": isInValue = isInCell && isInline && phonetic == 0
        case "rPh": phonetic += 1
        default: break
        }
    }

    func end(_ element: UnsafePointer<CChar>) {
        switch element {
        case "v", "t": isInValue = false
        case "rPh": phonetic -= 1
        case "c": endCell()
        case "row":
            if !open.cells.isEmpty { queue.append(open) }
            open.cells = []
            open.text = []
        default: break
        }
    }

    func text(_ bytes: Bytes) {
        guard isInValue else { return }
        open.text += bytes
        if open.text.count - start > SheetReader.textLimit { fault = "has a text of more than 1 MiB in one cell" }
    }

    private func startCell(_ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>) {
        column = attribute("r", of: attributes).flatMap(SheetReader.column) ?? column + 1
        guard column < SheetReader.columnLimit else { return fault = "has a column beyond XFD, which no sheet has" }
        if let last = open.cells.last, last.column >= column { return fault = "has its cells out of order in row \(open.number); open it and save it again" }
        kind = .number
        isInline = false
        if let type = attribute("t", of: attributes) {
            switch type {
            case "s": kind = .shared
            case "str": kind = .text
            case "inlineStr": (kind, isInline) = (.text, true)
            case "b": kind = .flag
            case "e": kind = .error
            case "d": kind = .isoDate
            default: break
            }
        }
        isMoment = kind == .number && attribute("s", of: attributes).flatMap { Int(String(cString: $0)) }.map { workbook.styles.isMoment(style: $0) } == true
        isInCell = true
        start = open.text.count
    }

    private func endCell() {
        isInCell = false
        if kind == .text { unescape(&open.text, from: start) }
        if open.text.count > start { open.cells.append(Cell(column: column, kind: kind, isMoment: isMoment, start: start, end: open.text.count)) }
    }

    /// The column of `AB12`, counted from 0; nil when there is none.
    private static func column(_ reference: UnsafePointer<CChar>) -> Int? {
        var (column, at) = (0, reference)
        while true {
            let letter = UInt8(bitPattern: at.pointee) & 0xDF
            guard (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(letter), column <= columnLimit else { break }
            column = column * 26 + Int(letter - UInt8(ascii: "A")) + 1
            at += 1
        }
        return column == 0 ? nil : column - 1
    }
}
