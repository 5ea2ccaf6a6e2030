/// How the bytes of a text file stand for letters.
enum TextEncoding: String, CaseIterable, Sendable {
    case utf8 = "utf-8"
    case utf16LittleEndian = "utf-16le"
    case utf16BigEndian = "utf-16be"
    case windows1258 = "windows-1258"

    /// The name by which iconv knows it.
    var iconvName: String {
        switch self {
        case .utf8: "UTF-8"
        case .utf16LittleEndian: "UTF-16LE"
        case .utf16BigEndian: "UTF-16BE"
        case .windows1258: "CP1258"
        }
    }

    /// What the beginning of a file is written in, and how many bytes its mark takes.
    ///
    /// windows-1258 has no mark: it is taken when the bytes cannot be UTF-8, hold none of UTF-8's longer letters, and all of
    /// them are letters of Vietnamese. Anything else is UTF-8, so that a spoilt byte is told and not guessed at.
    static func recognised(in bytes: Bytes) -> (encoding: TextEncoding, mark: Int) {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
        if bytes.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
        if bytes.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
        if let encoding = unmarkedUTF16(bytes) { return (encoding, 0) }
        return (isVietnamese1258(bytes) ? .windows1258 : .utf8, 0)
    }

    /// Letters, digits and marks of a header have a zero as their upper byte.
    private static func unmarkedUTF16(_ bytes: Bytes) -> TextEncoding? {
        let length = min(bytes.count, 4_096) & ~1
        guard length >= 8 else { return nil }
        var zeros = (even: 0, odd: 0)
        for at in stride(from: 0, to: length, by: 2) {
            if bytes[at] == 0 { zeros.even += 1 }
            if bytes[at + 1] == 0 { zeros.odd += 1 }
        }
        if zeros.odd * 4 > length && zeros.even == 0 { return .utf16LittleEndian }
        if zeros.even * 4 > length && zeros.odd == 0 { return .utf16BigEndian }
        return nil
    }

    private static func isVietnamese1258(_ bytes: Bytes) -> Bool {
        var at = 0
        var foreign = 0
        while at < bytes.count {
            let byte = bytes[at]
            if byte >= 0x80 {
                if byte >= 0xC2, byte < 0xF5, at + 1 < bytes.count, isUTF8Sequence(bytes, at) { return false }
                guard vietnamese1258.contains(byte) else { return false }
                foreign += 1
            }
            at += 1
        }
        return foreign > 0
    }

    /// A whole UTF-8 letter of two to four bytes begins at `at`. In windows-1258 such a pair would be two signs that never follow each other.
    private static func isUTF8Sequence(_ bytes: Bytes, _ at: Int) -> Bool {
        let length = bytes[at] < 0xE0 ? 2 : bytes[at] < 0xF0 ? 3 : 4
        guard at + length <= bytes.count else { return false }
        return (1..<length).allSatisfy { bytes[at + $0] & 0xC0 == 0x80 }
    }

    /// â ă đ ê ô ơ ư, the vowels with their own signs, the five tones, no-break space, quotes and dashes.
    private static let vietnamese1258: Set<UInt8> = [
        0xC2, 0xE2, 0xC3, 0xE3, 0xD0, 0xF0, 0xCA, 0xEA, 0xD4, 0xF4, 0xD5, 0xF5, 0xDD, 0xFD, 0xC0, 0xE0, 0xC1, 0xE1, 0xC8, 0xE8, 0xC9, 0xE9,
        0xCD, 0xED, 0xD3, 0xF3, 0xD9, 0xF9, 0xDA, 0xFA, 0xCC, 0xD2, 0xDE, 0xEC, 0xF2, 0xA0, 0x85, 0x91, 0x92, 0x93, 0x94, 0x96, 0x97,
    ]
}
