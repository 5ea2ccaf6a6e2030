internal import Adoption

/// Cuts a stream of JSON into its records without reading the whole: the elements of an array, of the list inside an envelope
/// (`{"session": …, "data": [ … ]}`), or one object after the other.
///
/// It only finds where a record ends; whether the record is JSON is for the decoder to say. It is a class because it owns a buffer.
final class JSONRecords {
    /// No record of a dossier is longer.
    private static let recordLimit = 32 << 20
    /// The names under which systems send a list of records.
    static let listNames: Set<String> = ["data", "content", "items", "rows", "result"]

    let input: TextInput
    /// The line and the column, in characters, where the current record begins.
    private(set) var place = (line: 1, column: 1)

    private var buffer: [UInt8] = []
    private var at = 0
    private var isAtEnd = false
    private var line = 1
    private var column = 1
    private var state = State.start
    /// Records of the list so far, and whether a comma has come since the last one.
    private var records = 0
    private var isAfterComma = false
    /// An envelope's list has begun and ended; what follows belongs to the envelope.
    private enum State { case start, inArray(isEnveloped: Bool), sequence, done }

    init(_ input: TextInput) { self.input = input }

    /// The bytes of the next record; nil at the end.
    func next() throws(InputError) -> [UInt8]? {
        while true {
            switch state {
            case .done: return nil
            case .start:
                guard let first = try skipBlanks() else { throw fault("is empty; export it again") }
                if first == UInt8(ascii: "[") {
                    try advance()
                    state = .inArray(isEnveloped: false)
                } else if first == UInt8(ascii: "{") {
                    if let whole = try envelope() { return whole }
                } else {
                    throw fault("is not a list of records: it begins with neither [ nor {")
                }
            case .inArray(let isEnveloped):
                guard let first = try skipBlanks() else { throw cutOff }
                if first == UInt8(ascii: ",") {
                    guard records > 0, !isAfterComma else { throw fault("has a comma without a record") }
                    isAfterComma = true
                    try advance()
                    continue
                }
                if first == UInt8(ascii: "]") {
                    if isAfterComma { throw fault("has a comma without a record") }
                    try advance()
                    try finish(isEnveloped: isEnveloped)
                    continue
                }
                guard records == 0 || isAfterComma else { throw fault("has no comma between two records") }
                records += 1
                isAfterComma = false
                return try value()
            case .sequence:
                guard let first = try skipBlanks() else {
                    state = .done
                    return nil
                }
                guard first == UInt8(ascii: "{") else { throw fault("has something between its records that is no record") }
                return try value()
            }
        }
    }

    /// Reads the first object as far as its list of records; when it has none, the object itself is the first record.
    private func envelope() throws(InputError) -> [UInt8]? {
        place = (line, column)
        var whole: [UInt8] = [UInt8(ascii: "{")]
        try advance()
        while true {
            guard let byte = try skipBlanks() else { throw cutOff }
            if byte == UInt8(ascii: "}") {
                try advance()
                state = .sequence
                return whole + [byte]
            }
            if byte == UInt8(ascii: ",") || byte == UInt8(ascii: ":") {
                whole.append(byte)
                try advance()
                continue
            }
            let key = try value()
            whole += key
            guard whole.count <= JSONRecords.recordLimit else { throw fault("has a record of more than 32 MiB") }
            guard try skipBlanks() == UInt8(ascii: ":") else { continue }
            whole.append(UInt8(ascii: ":"))
            try advance()
            guard let first = try skipBlanks() else { throw cutOff }
            let name = String(decoding: key.dropFirst().dropLast(), as: UTF8.self)
            if first == UInt8(ascii: "["), JSONRecords.listNames.contains(name), try startsObject() {
                state = .inArray(isEnveloped: true)
                return nil
            }
            whole += try value()
        }
    }

    /// Steps into a list when its first element is an object, or when it is empty.
    private func startsObject() throws(InputError) -> Bool {
        var ahead = 1
        while true {
            while at + ahead >= buffer.count { if try !fill() { throw cutOff } }
            let byte = buffer[at + ahead]
            if isBlank(byte) {
                ahead += 1
                continue
            }
            guard byte == UInt8(ascii: "{") || byte == UInt8(ascii: "]") else { return false }
            try advance()
            return true
        }
    }

    /// What follows the list: the rest of the envelope, then nothing.
    private func finish(isEnveloped: Bool) throws(InputError) {
        var isOpen = isEnveloped
        while let byte = try skipBlanks() {
            if !isOpen {
                // One message after the other, each in its own envelope.
                guard isEnveloped, byte == UInt8(ascii: "{") else { throw fault("goes on after the end of its list") }
                (state, records, isAfterComma) = (.start, 0, false)
                return
            }
            if byte == UInt8(ascii: "}") { isOpen = false }
            if byte == UInt8(ascii: "}") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ":") { try advance() } else { _ = try value() }
        }
        if isOpen { throw cutOff }
        state = .done
    }

    /// One value from its first sign to its last.
    private func value() throws(InputError) -> [UInt8] {
        place = (line, column)
        var depth = 0
        var isText = false
        var length = 0
        var last: UInt8 = 0
        while true {
            while at + length >= buffer.count {
                if length > JSONRecords.recordLimit { throw fault("has a record of more than 32 MiB") }
                if try !fill() {
                    if depth > 0 || isText || length == 0 { throw cutOff }
                    return take(length)
                }
            }
            let byte = buffer[at + length]
            if isText {
                length += 1
                if byte == UInt8(ascii: "\\") { length += 1 } else if byte == quote { isText = false } else { continue }
                if !isText, depth == 0 { return take(length) }
                continue
            }
            // The decoder would let a comma before a closing bracket pass, which is no JSON.
            if last == UInt8(ascii: ","), byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") { throw fault("has a comma without a value behind it") }
            if !isBlank(byte) { last = byte }
            switch byte {
            case quote: isText = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return length == 0 ? take(1) : take(length) }
                depth -= 1
                if depth == 0 { return take(length + 1) }
            case UInt8(ascii: ","), UInt8(ascii: ":"): if depth == 0 { return take(length) }
            default: if depth == 0, isBlank(byte) { return take(length) }
            }
            length += 1
        }
    }

    private func take(_ length: Int) -> [UInt8] {
        let taken = Array(buffer[at..<min(at + length, buffer.count)])
        for byte in taken { count(byte) }
        at += taken.count
        return taken
    }

    private func advance() throws(InputError) {
        count(buffer[at])
        at += 1
    }

    private func count(_ byte: UInt8) {
        if byte == newline {
            line += 1
            column = 1
        } else if byte & 0xC0 != 0x80 {
            column += 1
        }
    }

    /// The next sign that is no blank, without taking it; nil at the end.
    private func skipBlanks() throws(InputError) -> UInt8? {
        while true {
            while at < buffer.count, isBlank(buffer[at]) { try advance() }
            if at < buffer.count { return buffer[at] }
            if try !fill() { return nil }
        }
    }

    private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == newline || byte == carriageReturn }

    /// False at the end of the file.
    private func fill() throws(InputError) -> Bool {
        if isAtEnd { return false }
        if at > 0 {
            buffer.removeFirst(at)
            at = 0
        }
        var failure: InputError?
        let piece = [UInt8](unsafeUninitializedCapacity: 1 << 18) { target, count in
            guard let base = target.baseAddress else { return }
            do throws(InputError) { count = try input.read(into: base, count: target.count) } catch { failure = error }
        }
        if let failure { throw failure }
        isAtEnd = piece.isEmpty
        buffer += piece
        return !isAtEnd
    }

    private var cutOff: InputError { fault("ends in the middle of a record; it was cut off, export it again") }

    private func fault(_ message: String) -> InputError { InputError(file: input.name, line: line, column: column, message) }
}
