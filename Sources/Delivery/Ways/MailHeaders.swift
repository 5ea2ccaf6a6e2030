internal import Adoption
internal import Hashing
internal import Pipeline

/// The head of a message: lines of ASCII, of which a name, a subject or a file's name can never make another one.
enum MailHeaders {
    static func message(_ letter: Letter, from: Mailbox, to: Mailbox, messageID: String, date: Instant) throws(MailFault) -> [String] {
        [
            "Date: \(text(date))", mailbox("From", from), mailbox("To", to), text("Subject", letter.subject), "Message-ID: <\(try checked(messageID))>",
            "MIME-Version: 1.0", "Auto-Submitted: auto-generated",
        ]
    }

    /// A field whose value is a text (RFC 5322, section 2.2.1; RFC 2047 for what is not ASCII).
    static func text(_ field: String, _ value: String) -> String {
        let (value, room) = (oneLine(value), lineLength - field.utf8.count - 2)
        return "\(field): " + (isPlain(value, room) ? value : words(value, room).joined(separator: fold))
    }

    /// A field whose value is one mailbox.
    static func mailbox(_ field: String, _ mailbox: Mailbox) -> String {
        let (name, room) = (oneLine(mailbox.name), lineLength - field.utf8.count - 2)
        guard !name.isEmpty else { return "\(field): \(mailbox.address)" }
        let quoted = quoted(name)
        guard isPlain(name, room), quoted.utf8.count <= room else { return "\(field): \(words(name, room).joined(separator: fold))\(fold)<\(mailbox.address)>" }
        let isShort = quoted.utf8.count + mailbox.address.utf8.count + 3 <= room
        return "\(field): \(quoted)\(isShort ? " " : fold)<\(mailbox.address)>"
    }

    /// `Wed, 14 May 2025 08:00:00 +0700` (RFC 5322, section 3.3).
    static func text(_ date: Instant) -> String {
        let (year, month, day) = date.day.components
        // 1 January 1970 was a Thursday.
        let weekday = ((date.day.number + 3) % 7 + 7) % 7
        return "\(weekdays[weekday]), \(day) \(months[month - 1]) \(year) \(date.iso.dropFirst(11).prefix(8)) +0700"
    }

    /// The two fields that say what an attachment is and how its file is called. Readers take the name from Content-Disposition, in the notation of
    /// RFC 2231 where it is more than ASCII; very old ones know only the other, which has `_` for what they could not read.
    ///
    /// - Throws: for a name that no file could have, or a type that is none.
    static func attachment(_ name: String, type: String) throws(MailFault) -> [String] {
        let name = String(oneLine(name).map { $0 == "/" || $0 == "\\" ? "_" : $0 })
        guard (1...255).contains(name.utf8.count), name != ".", name != ".." else { throw .permanent("an attachment has no name, or one longer than 255 bytes") }
        guard isType(type) else { throw .permanent("the type of an attachment must be one such as application/pdf") }
        let isItself = isPlain(name, 255)
        let plain = isItself ? name : String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "_" })
        return [
            "Content-Type: \(type);\(fold)name=\(quoted(plain))",
            "Content-Disposition: attachment;\(fold)" + (isItself ? "filename=\(quoted(name))" : "filename*=UTF-8''\(percentEncoded(name))"),
        ]
    }

    // MARK: - Pieces

    /// A line with encoded words has at most so many signs (RFC 2047, section 2).
    private static let lineLength = 76
    private static let wordLength = 75
    /// Goes on in the next line.
    private static let fold = "\r\n "
    private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// It stands for itself in the rest of a line, and nobody takes it for encoded words.
    private static func isPlain(_ text: String, _ room: Int) -> Bool {
        text.utf8.count <= room && text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !text.contains("=?")
    }

    private static func quoted(_ text: String) -> String { "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\"" }

    /// Encoded words of whole characters; the first has the room that the field's name leaves.
    private static func words(_ text: String, _ room: Int) -> [String] {
        var (words, piece): ([String], [UInt8]) = ([], [])
        func close() {
            words.append("=?UTF-8?B?\(Digest.base64(piece))?=")
            piece = []
        }
        for bytes in text.flatMap(pieces) {
            // 12 signs are the word's own, and four of base 64 hold three bytes.
            let limit = ((words.isEmpty ? min(room, wordLength) : wordLength) - 12) / 4 * 3
            if !piece.isEmpty, piece.count + bytes.count > limit { close() }
            piece += bytes
        }
        if !piece.isEmpty { close() }
        return words
    }

    /// A character; one of too many signs for a word in single ones.
    private static func pieces(_ character: Character) -> [[UInt8]] {
        let bytes = Array(character.utf8)
        return bytes.count <= 36 ? [bytes] : character.unicodeScalars.map { Array(String($0).utf8) }
    }

    /// Without the brackets (RFC 5322, section 3.6.4).
    private static func checked(_ messageID: String) throws(MailFault) -> String {
        let parts = messageID.split(separator: "@", omittingEmptySubsequences: false)
        let isWhole = parts.count == 2 && messageID.utf8.count <= 250 && parts.allSatisfy { part in
            part.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isOfAtom) }
        }
        guard isWhole else { throw .permanent("a Message-ID must be two words of letters, digits and signs with @ between them") }
        return messageID
    }

    private static func isType(_ type: String) -> Bool {
        let parts = type.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && type.utf8.count <= 127 && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { isOfAtom($0) || $0 == UInt8(ascii: ".") } }
    }

    private static func isOfAtom(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "!#$%&'*+-=^_`{|}~".utf8.contains(byte)
        }
    }
}
