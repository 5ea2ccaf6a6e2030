internal import Adoption
internal import Glibc

/// Turns the bytes of a page into UTF-8, whatever it is written in.
///
/// It is a class because it owns a converter.
final class TextDecoder {
    private let name: String
    private let charset: String
    private let converter: iconv_t
    /// Bytes of a character whose end is in the next piece.
    private let rest = ByteBuffer()
    private var output = [UInt8](repeating: 0, count: 1 << 16)
    private var converted = 0

    /// - Parameter beginning: what the page begins with, in which it may name its charset; UTF-8 otherwise.
    init(beginning: Bytes, name: String) throws(InputError) {
        self.name = name
        charset = TextDecoder.charset(of: beginning)
        converter = iconv_open("UTF-8", charset)
        guard converter != iconv_t(bitPattern: -1) else {
            throw InputError(file: name, "is written in '\(charset.prefix(40))', which is not known here; open it in Excel and save it as .xlsx")
        }
    }

    deinit { iconv_close(converter) }

    /// - Parameter isLast: nothing follows, so a character must not be cut off.
    func decode(_ piece: Bytes, isLast: Bool, _ take: (Bytes) throws(InputError) -> Void) throws(InputError) {
        rest.append(piece)
        var start = UnsafeMutablePointer<CChar>(mutating: UnsafeRawPointer(rest.bytes.baseAddress)?.assumingMemoryBound(to: CChar.self))
        var left = rest.count
        while left > 0 {
            let before = left
            var room = output.count
            let (result, code) = output.withUnsafeMutableBytes { bytes -> (Int, Int32) in
                var to = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
                let result = iconv(converter, &start, &left, &to, &room)
                return (result, errno)
            }
            converted += before - left
            try hand(output.count - room, to: take)
            if result != -1 || code == E2BIG { continue }
            if code == EINVAL && !isLast { break }
            throw InputError(file: name, "has bytes that are no \(charset), at byte \(converted + 1); open it in Excel and save it as .xlsx")
        }
        rest.drop(rest.count - left)
        if isLast {
            // Some charsets hold back a letter that a mark may follow.
            var room = output.count
            let result = output.withUnsafeMutableBytes { bytes in
                var to = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
                return iconv(converter, nil, nil, &to, &room)
            }
            guard result == 0 else { throw InputError(file: name, "ends in the middle of a character; open it in Excel and save it as .xlsx") }
            try hand(output.count - room, to: take)
        }
    }

    private func hand(_ count: Int, to take: (Bytes) throws(InputError) -> Void) throws(InputError) {
        guard count > 0 else { return }
        let result = output.withUnsafeBufferPointer { bytes in
            Result { () throws(InputError) in try take(Bytes(rebasing: bytes[0..<count])) }
        }
        try result.get()
    }

    private static func charset(of beginning: Bytes) -> String {
        if beginning.starts(with: [0xEF, 0xBB, 0xBF]) { return "UTF-8" }
        if beginning.starts(with: [0xFF, 0xFE]) || beginning.starts(with: [0xFE, 0xFF]) { return "UTF-16" }
        let text = String(decoding: beginning, as: UTF8.self).lowercased()
        guard let match = text.firstMatch(of: /charset\s*=\s*["']?\s*([a-z0-9_:.\-]+)/) else { return "UTF-8" }
        let charset = String(match.1)
        // A page that could name UTF-16 in plain letters is not written in it.
        return charset.hasPrefix("utf-16") || charset == "unicode" ? "UTF-8" : charset
    }
}
