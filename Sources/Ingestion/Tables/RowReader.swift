internal import Adoption

/// Reads the fields of the current row by name and collects everything that is wrong with them.
struct RowReader<F: FieldName> {
    let table: TableFile
    private let source: any RowSource
    private let names = F.names
    private let positions: [Int]
    /// The field is in its column and nowhere else, as it is.
    private let isPlain: [Bool]
    private let others: [[Int]]
    /// For each field with a closed vocabulary, the words that the file may write and the codes that they mean.
    private let wordTables: [WordTable?]
    /// The same without their counts of references, which took a twelfth of the time of reading.
    private let words: [Unmanaged<WordTable>?]
    /// For each field, the text that stands for every row, or for empty cells.
    private let fixed: [Constant?]
    private let translations: [Translation?]
    private var filledDown: [Int: Constant] = [:]
    /// The names of banks, wallets and platforms that were met, so that each is looked at once.
    private let providers = ByteDictionary<Provider>()
    private(set) var refusals: [Refusal] = []

    /// No cell of Excel holds more.
    private static var fieldLimit: Int { 32_767 }

    init(_ table: TableFile) {
        self.table = table
        source = table.source
        let profile = table.profile
        positions = table.positions(of: F.self)
        others = F.names.map { table.header.others[$0] ?? [] }
        fixed = F.names.map { profile.fixed[$0].map(Constant.init) }
        wordTables = F.names.map { name in
            table.kind.vocabulary(of: name).map { WordTable(vocabulary: $0, translation: profile.words[name]) }
        }
        words = wordTables.map { $0.map(Unmanaged.passUnretained) }
        translations = F.names.map { name in
            table.kind.vocabulary(of: name) != nil ? nil : profile.words[name].map(Translation.init)
        }
        let (others, translations, fixed, positions) = (self.others, self.translations, self.fixed, self.positions)
        isPlain = F.names.indices.map { index in
            others[index].isEmpty && translations[index] == nil && !profile.filledDown.contains(F.names[index]) && (positions[index] >= 0 || fixed[index] == nil)
        }
    }

    /// Begins a row; false when it cannot be read as a row at all.
    mutating func begin() -> Bool {
        refusals.removeAll(keepingCapacity: true)
        if let fault = table.rowFault() {
            let place = fault == .nulByte ? (0..<source.cellCount).first { source.bytes($0).contains(0) } : nil
            refusals.append(table.refusal(fault, at: place))
            return false
        }
        if !table.profile.filledDown.isEmpty { fillDown() }
        return true
    }

    mutating func refuse(_ field: F, _ fault: Fault, allowed: [String] = [], value: String = "") {
        refusals.append(table.refusal(fault, at: position(field), field: names[field.rawValue], allowed: allowed, value: value))
    }

    func position(_ field: F) -> Int { positions[field.rawValue] }

    /// Without the spaces around it; empty when the file has no such column.
    func bytes(_ field: F) -> Bytes {
        let position = positions[field.rawValue]
        if isPlain[field.rawValue] { return position < 0 ? Bytes(start: nil, count: 0) : source.bytes(position).trimmed }
        return involvedBytes(field)
    }

    private func involvedBytes(_ field: F) -> Bytes {
        let position = positions[field.rawValue]
        var cell = position < 0 ? Bytes(start: nil, count: 0) : source.bytes(position).trimmed
        if cell.isEmpty {
            for other in others[field.rawValue] where cell.isEmpty { cell = source.bytes(other).trimmed }
        }
        if cell.isEmpty, let above = filledDown[field.rawValue] { cell = above.bytes }
        if let known = translations[field.rawValue]?.constant(for: cell) { return known.bytes }
        if !cell.isEmpty { return cell }
        return position < 0 ? fixed[field.rawValue]?.bytes ?? cell : cell
    }

    mutating func text(_ field: F) -> String? {
        let bytes = bytes(field)
        guard bytes.count <= Self.fieldLimit else {
            refuse(field, .fieldTooLong)
            return nil
        }
        guard let text = bytes.composedText else {
            refuse(field, .notUTF8)
            return nil
        }
        // Line breaks and control signs inside a cell are how it was typed, and no part of a name.
        guard bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return text }
        return text.split { $0.isWhitespace || $0.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F } }.joined(separator: " ")
    }

    mutating func requiredText(_ field: F) -> String? {
        guard let text = text(field) else { return nil }
        if text.isEmpty { refuse(field, .missingValue) }
        return text.isEmpty ? nil : text
    }

    /// A code that points to one record: letters, digits and `.-_/`, at most 64 of them.
    mutating func recordCode(_ field: F) -> RecordCode? {
        let bytes = bytes(field)
        if bytes.isEmpty {
            refuse(field, .missingValue)
            return nil
        }
        guard bytes.allSatisfy(isCodeCharacter), let code = RecordCode(bytes: bytes) else {
            refuse(field, bytes.count > Self.fieldLimit ? .fieldTooLong : .badCode)
            return nil
        }
        return code
    }

    mutating func code(_ field: F) -> String? { recordCode(field)?.text }

    /// Nil when nothing is written, or when it is refused.
    mutating func optionalCode(_ field: F) -> String? { bytes(field).isEmpty ? nil : code(field) }

    mutating func moment(_ field: F, endOfDay: Bool = false) -> Instant? {
        let bytes = bytes(field)
        if bytes.isEmpty { return nil }
        switch read(bytes, of: field, endOfDay: endOfDay) {
        case .success(let moment): return moment
        case .failure(.notADate): refuse(field, .notADate)
        case .failure(.outOfRange): refuse(field, .dateOutOfRange)
        }
        return nil
    }

    mutating func requiredMoment(_ field: F, endOfDay: Bool = false) -> Instant? {
        if bytes(field).isEmpty { refuse(field, .missingValue) }
        return moment(field, endOfDay: endOfDay)
    }

    /// Nil when nothing is written, or when it is refused.
    mutating func amount(_ field: F) -> Int? {
        let bytes = bytes(field)
        if bytes.isEmpty { return nil }
        let marks = table.profile.marks
        let amount = switch form(field) {
        case .list:
            bytes.split(separator: UInt8(ascii: ";")).reduce(Result<Int, AmountText.AmountFault>.success(0)) { sum, part in
                // A number of JSON is marked; what stands there as a text is read as a text.
                let isNumber = part.first == UInt8(ascii: "#")
                let text = Bytes(rebasing: isNumber ? part.dropFirst() : part).trimmed
                return sum.flatMap { sum in (isNumber ? AmountText.readNumber(text) : AmountText.read(text, marks: marks)).map { sum + $0 } }
            }
        case .number, .moment: AmountText.readNumber(bytes)
        case .text: AmountText.read(bytes, marks: marks)
        }
        switch amount {
        case .success(let amount): return amount
        case .failure(let fault): refuse(field, fault.fault)
        }
        return nil
    }

    mutating func requiredAmount(_ field: F) -> Int? {
        if bytes(field).isEmpty { refuse(field, .missingValue) }
        return amount(field)
    }

    /// - Parameter otherwise: what an empty field means; nil when it must not be empty.
    mutating func word<V: Vocabulary>(_ field: F, otherwise: V?) -> V? {
        let bytes = bytes(field)
        // A profile may say what an empty cell means: channel 1 or empty is the counter.
        if let code = words[field.rawValue]?._withUnsafeGuaranteedRef({ $0.code(of: bytes) }) { return V(rawValue: code) }
        if bytes.isEmpty {
            if otherwise == nil { refuse(field, .missingValue) }
            return otherwise
        }
        if bytes.text == nil {
            refuse(field, .notUTF8)
            return nil
        }
        refuse(field, .unknownWord, allowed: wordTables[field.rawValue]?.allowed ?? [], value: plainIdentifier(bytes) ?? "")
        return nil
    }

    private func form(_ field: F) -> CellForm {
        let position = positions[field.rawValue]
        return position < 0 ? .text : source.form(position)
    }

    private func read(_ bytes: Bytes, of field: F, endOfDay: Bool) -> Result<Instant, MomentText.MomentFault> {
        let form = form(field)
        if form == .number, source.countsDays, let moment = MomentText.serial(bytes, endOfDay: endOfDay) { return .success(moment) }
        let patterns = table.profile.moments
        if patterns.isEmpty || form == .moment || positions[field.rawValue] < 0 { return MomentText.read(bytes, endOfDay: endOfDay) }
        for pattern in patterns {
            if let moment = pattern.moment(bytes, endOfDay: endOfDay) { return MomentText.inRange(moment) }
        }
        return .failure(.notADate)
    }

    private mutating func fillDown() {
        for (index, name) in names.enumerated() where positions[index] >= 0 && table.profile.filledDown.contains(name) {
            let cell = source.bytes(positions[index]).trimmed
            if !cell.isEmpty { filledDown[index] = Constant(Array(cell)) }
        }
    }
}

/// A text that stays where it is while rows come and go. It is a class because it owns its bytes.
final class Constant {
    private let storage: UnsafeMutableBufferPointer<UInt8>

    init(_ text: some Collection<UInt8>) {
        storage = .allocate(capacity: text.count)
        _ = storage.initialize(from: text)
    }

    convenience init(_ text: String) { self.init(Array(text.utf8)) }

    deinit { storage.deallocate() }

    var bytes: Bytes { Bytes(storage) }
}

/// What a profile says that texts of an open vocabulary mean, such as names of units.
private struct Translation {
    private var exact: [String: Constant] = [:]
    /// In any case and with or without diacritics; texts that would then be the same and mean different things are not here.
    private var folded: [String: Constant] = [:]

    init(_ words: [String: String]) {
        let groups = Dictionary(grouping: words, by: \.key.folded)
        for (word, meaning) in words { exact[word.composed] = Constant(meaning) }
        for (word, group) in groups where Set(group.map(\.value)).count == 1 { folded[word] = Constant(group[0].value) }
    }

    func constant(for cell: Bytes) -> Constant? {
        guard cell.count <= 1_024, let text = cell.composedText else { return nil }
        return exact[text] ?? folded[text.folded]
    }
}

extension RowReader {
    /// The name of a bank, wallet or platform that is known here or named in the profile. Any other text is not kept: it may be about a person.
    mutating func provider(_ field: F) -> Provider? {
        let bytes = bytes(field)
        if bytes.isEmpty { return .unnamed }
        if let known = providers[bytes] { return known }
        guard let text = text(field) else { return nil }
        let named = table.profile.words["provider"]?.values.contains(text) == true
        guard named || knownProviders.contains(text.folded) else { return .unnamed }
        let provider = Provider(text)
        if providers.count < learntLimit { providers.add(provider, under: bytes) }
        return provider
    }
}

/// The words of one column, recognised by their bytes. It is a class because it learns while rows are read.
private final class WordTable {
    let allowed: [String]
    private let codes = ByteDictionary<UInt8>()
    /// A profile's words count in any case and with or without diacritics; ours are written as they are.
    private var folded: [String: UInt8] = [:]

    /// - Parameter translation: the file's word and ours; nil when the file writes ours.
    init(vocabulary: [String], translation: [String: String]?) {
        allowed = (translation?.keys.sorted() ?? vocabulary).filter { !$0.isEmpty }
        for word in translation.map({ Array($0.keys) }) ?? vocabulary {
            guard let code = vocabulary.firstIndex(of: translation?[word] ?? word) else { continue }
            codes.add(UInt8(code), under: word.utf8)
        }
        guard let translation else { return }
        // Words that are the same without their diacritics and mean different things count only as they are written.
        for (word, group) in Dictionary(grouping: translation, by: \.key.folded) where Set(group.map(\.value)).count == 1 {
            if let code = vocabulary.firstIndex(of: group[0].value) { folded[word] = UInt8(code) }
        }
    }

    func code(of bytes: Bytes) -> UInt8? {
        if let code = codes[bytes] { return code }
        guard !folded.isEmpty, bytes.count <= 256, let text = bytes.text, let code = folded[text.folded] else { return nil }
        if codes.count < learntLimit { codes.add(code, under: bytes) }
        return code
    }
}

/// How many spellings of words and names are learnt while a file is read; no honest list has more.
private let learntLimit = 1_000

extension AmountText.AmountFault {
    var fault: Fault {
        switch self {
        case .notAnAmount: .notAnAmount
        case .negative: .negativeAmount
        case .fractional: .fractionalAmount
        }
    }
}

/// The value of a closed column, when it is an id and can be nothing about a person: at most six letters and digits with a digit
/// among them, or the 24 hexadecimal digits of a database.
private func plainIdentifier(_ bytes: Bytes) -> String? {
    let isShort = bytes.count <= 6 && bytes.allSatisfy { isCodeCharacter($0) } && bytes.contains { (0x30...0x39).contains($0) }
    let isObject = bytes.count == 24 && bytes.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    return isShort || isObject ? String(decoding: bytes, as: UTF8.self) : nil
}

func isCodeCharacter(_ byte: UInt8) -> Bool {
    // 128 marks, one for each ASCII character: - . / 0–9 A–Z _ a–z
    byte < 64 ? 0x03FF_E000_0000_0000 >> UInt64(byte) & 1 == 1 : byte < 128 && 0x07FF_FFFE_87FF_FFFE >> UInt64(byte - 64) & 1 == 1
}
