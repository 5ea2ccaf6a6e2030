internal import Adoption
internal import GRDBSQLite

/// The numbers under which codes of dossiers and payments are kept, and back.
///
/// A code of the national shape, `000.00.16.H38-250514-0001`, is a number itself: day, stem, and the digits at its end; so is a short
/// word with digits, `P0001234`. Everything else has a row of its own. Whatever the shape, one code is one number, and dossiers of one
/// day lie side by side, which is why a store is loaded, kept up to date and listed without an index of texts.
///
/// | Bits | 62 | 46–61 | 31–45 | 28–30 | 0–27 |
/// |---|---|---|---|---|---|
/// | dated | 1 | days since 2000-01-01 | stem | digits − 1 | their number |
///
/// | Bits | 62 | 61 | 46–60 | 42–45 | 0–41 |
/// |---|---|---|---|---|---|
/// | counted | 0 | 1 | stem | digits − 1 | their number |
///
/// It is a class because it owns prepared statements.
final class CodeBook {
    private let stems = Lexicon()
    private let insertStem: FastStatement
    private let insertOther: FastStatement
    private let selectOther: FastStatement
    private let selectOtherCode: FastStatement
    private let connection: OpaquePointer

    private static let stemLimit = 1 << 15
    private static let (dated, counted) = (1 << 62, 1 << 61)

    init(_ connection: OpaquePointer) throws {
        self.connection = connection
        insertStem = try FastStatement(connection, "INSERT INTO code_stem (id, stem) VALUES (?, ?)")
        insertOther = try FastStatement(connection, "INSERT INTO other_code (code) VALUES (?)")
        selectOther = try FastStatement(connection, "SELECT id FROM other_code WHERE code = ?")
        selectOtherCode = try FastStatement(connection, "SELECT code FROM other_code WHERE id = ?")
        let select = try FastStatement(connection, "SELECT stem FROM code_stem ORDER BY id")
        while try select.step() { _ = stems.insert(select.text(0).utf8) }
    }

    /// The number of a code, which may be new.
    func key(of code: RecordCode) throws -> Int {
        if let key = try code.withBytes({ try structured($0, adding: true) }) { return key }
        if let key = try other(code) { return key }
        try insertOther.bind(1, code.text)
        try insertOther.run()
        return Int(sqlite3_last_insert_rowid(connection))
    }

    /// Nil for a code that was never seen.
    func knownKey(of code: RecordCode) throws -> Int? {
        if let key = try code.withBytes({ try structured($0, adding: false) }) { return key }
        return try other(code)
    }

    func code(of key: Int) throws -> RecordCode {
        if key & CodeBook.dated != 0 {
            let day = Day(number: key >> 46 & 0xFFFF + CodeBook.firstDay).components
            let date = String(digits: day.year % 100 * 10_000 + day.month * 100 + day.day, count: 6)
            return try whole(stem(key >> 31 & 0x7FFF) + "-\(date)-" + String(digits: key & 0xFFF_FFFF, count: key >> 28 & 7 + 1))
        }
        if key & CodeBook.counted != 0 {
            return try whole(stem(key >> 46 & 0x7FFF) + String(digits: key & 0x3FF_FFFF_FFFF, count: key >> 42 & 15 + 1))
        }
        try selectOtherCode.bind(1, key)
        defer { selectOtherCode.reset() }
        guard try selectOtherCode.step() else { throw StoreError("a record's code is missing; restore the store from its backup") }
        return try whole(selectOtherCode.text(0))
    }

    private func other(_ code: RecordCode) throws -> Int? {
        try selectOther.bind(1, code.text)
        defer { selectOther.reset() }
        return try selectOther.step() ? selectOther.int(0) : nil
    }

    private func whole(_ text: String) throws -> RecordCode {
        guard let code = RecordCode(text) else { throw StoreError("a record's code is damaged; restore the store from its backup") }
        return code
    }

    private func stem(_ number: Int) throws -> String {
        guard number < stems.count else { throw StoreError("the stem of a record's code is missing; restore the store from its backup") }
        return stems.text(number)
    }

    /// 2000-01-01
    private static let firstDay = 10_957

    /// Nil for another shape, or when the stem is new and is not to be added.
    private func structured(_ code: UnsafeBufferPointer<UInt8>, adding: Bool) throws -> Int? {
        var start = code.count
        var (number, weight) = (0, 1)
        while start > 0, code.count - start < 12 {
            let digit = code[start - 1] &- 0x30
            guard digit < 10 else { break }
            number += Int(digit) * weight
            weight *= 10
            start -= 1
        }
        let count = code.count - start
        if count >= 1, count <= 8, start >= 8, start <= 40, code[start - 1] == UInt8(ascii: "-"), code[start - 8] == UInt8(ascii: "-"),
            let day = CodeBook.day(code, at: start - 7), let stem = try stemNumber(UnsafeBufferPointer(rebasing: code[0..<(start - 8)]), adding) {
            return CodeBook.dated | day << 46 | stem << 31 | (count - 1) << 28 | number
        }
        if count >= 1, start <= 8, let stem = try stemNumber(UnsafeBufferPointer(rebasing: code[0..<start]), adding) {
            return CodeBook.counted | stem << 46 | (count - 1) << 42 | number
        }
        return nil
    }

    /// Days since 2000-01-01 of `yyMMdd`; nil when it is none.
    private static func day(_ code: UnsafeBufferPointer<UInt8>, at start: Int) -> Int? {
        func two(_ at: Int) -> Int? {
            let (tens, ones) = (code[at] &- 0x30, code[at + 1] &- 0x30)
            return tens < 10 && ones < 10 ? Int(tens) * 10 + Int(ones) : nil
        }
        guard let year = two(start), let month = two(start + 2), let day = two(start + 4) else { return nil }
        return Day(year: 2000 + year, month: month, day: day).map { $0.number - firstDay }
    }

    private func stemNumber(_ stem: UnsafeBufferPointer<UInt8>, _ adding: Bool) throws -> Int? {
        if let known = stems.index(of: stem) { return known }
        guard adding, stems.count < CodeBook.stemLimit else { return nil }
        let number = stems.insert(stem)
        try insertStem.bind(1, number)
        try insertStem.bind(2, String(decoding: stem, as: UTF8.self))
        try insertStem.run()
        return number
    }
}

extension String {
    /// With zeros in front.
    fileprivate init(digits number: Int, count: Int) {
        let text = String(number)
        self = String(repeating: "0", count: count - text.utf8.count) + text
    }
}
