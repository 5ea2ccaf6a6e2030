internal import Adoption

/// Reads the fields of the current row by name and collects everything that is wrong with them.
struct RowReader<F: FieldName> {
    let table: TableFile
    private let positions: [Int]
    /// For each field with a closed vocabulary, the words that the file may write and the codes that they mean.
    private let wordTables: [WordTable?]
    private(set) var refusals: [Refusal] = []

    /// No cell of Excel holds more.
    private static var fieldLimit: Int { 32_767 }

    init(_ table: TableFile) {
        self.table = table
        positions = table.positions(of: F.self)
        wordTables = F.names.map { name in
            table.kind.vocabulary(of: name).map { WordTable(vocabulary: $0, translation: table.profile.words[name]) }
        }
    }

    /// Begins a row; false when it cannot be read as a row at all.
    mutating func begin() -> Bool {
        refusals.removeAll(keepingCapacity: true)
        guard let fault = table.rowFault() else { return true }
        refusals.append(table.refusal(fault, at: nil))
        return false
    }

    mutating func refuse(_ field: F, _ fault: Fault, allowed: [String] = []) {
        refusals.append(table.refusal(fault, at: position(field), allowed: allowed))
    }

    func position(_ field: F) -> Int { positions[field.rawValue] }

    /// Without the spaces around it; empty when the file has no such column.
    func bytes(_ field: F) -> Bytes {
        let position = position(field)
        return position < 0 ? Bytes(start: nil, count: 0) : table.source.bytes(position).trimmed
    }

    mutating func text(_ field: F) -> String? {
        let bytes = bytes(field)
        guard bytes.count <= Self.fieldLimit else {
            refuse(field, .fieldTooLong)
            return nil
        }
        guard let text = bytes.text else {
            refuse(field, .notUTF8)
            return nil
        }
        return text
    }

    mutating func requiredText(_ field: F) -> String? {
        guard let text = text(field) else { return nil }
        if text.isEmpty { refuse(field, .missingValue) }
        return text.isEmpty ? nil : text
    }

    /// A code that points to one record: letters, digits and `.-_/`, at most 64 of them.
    mutating func code(_ field: F) -> String? {
        let bytes = bytes(field)
        if bytes.isEmpty {
            refuse(field, .missingValue)
            return nil
        }
        guard bytes.count <= 64, bytes.allSatisfy(isCodeCharacter) else {
            refuse(field, bytes.count > Self.fieldLimit ? .fieldTooLong : .badCode)
            return nil
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    mutating func moment(_ field: F, endOfDay: Bool = false) -> Instant? {
        let bytes = bytes(field)
        if bytes.isEmpty { return nil }
        switch MomentText.read(bytes, endOfDay: endOfDay) {
        case .success(let moment): return moment
        case .failure(.notADate): refuse(field, .notADate)
        case .failure(.outOfRange): refuse(field, .dateOutOfRange)
        }
        return nil
    }

    /// Nil when nothing is written, or when it is refused.
    mutating func amount(_ field: F) -> Int? {
        let bytes = bytes(field)
        if bytes.isEmpty { return nil }
        switch AmountText.read(bytes) {
        case .success(let amount): return amount
        case .failure(let fault): refuse(field, fault.fault)
        }
        return nil
    }

    /// - Parameter otherwise: what an empty field means; nil when it must not be empty.
    mutating func word<V: Vocabulary>(_ field: F, otherwise: V?) -> V? {
        let bytes = bytes(field)
        if bytes.isEmpty {
            if otherwise == nil { refuse(field, .missingValue) }
            return otherwise
        }
        guard let table = wordTables[field.rawValue] else { preconditionFailure("\(field) has no vocabulary") }
        if let code = table.code(of: bytes) { return V(rawValue: code) }
        refuse(field, .unknownWord, allowed: table.allowed)
        return nil
    }
}

/// The words of one column, recognised by their bytes.
private struct WordTable {
    let allowed: [String]
    private var lexicon = Lexicon()
    private var codes: [UInt8] = []

    /// - Parameter translation: the file's word and ours; nil when the file writes ours.
    init(vocabulary: [String], translation: [String: String]?) {
        allowed = translation?.keys.sorted() ?? vocabulary
        for word in allowed {
            guard let code = vocabulary.firstIndex(of: translation?[word] ?? word) else { continue }
            if lexicon.insert(Array(word.utf8)) == codes.count { codes.append(UInt8(code)) }
        }
    }

    func code(of bytes: Bytes) -> UInt8? { lexicon.index(of: bytes).map { codes[$0] } }
}

extension AmountText.AmountFault {
    var fault: Fault {
        switch self {
        case .notAnAmount: .notAnAmount
        case .negative: .negativeAmount
        case .fractional: .fractionalAmount
        }
    }
}

private func isCodeCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "/"): true
    default: false
    }
}
