package import Adoption
internal import CSodium
internal import Foundation
internal import Hashing

/// Why a password is not taken.
package enum PasswordFault: Hashable, Sendable, CaseIterable {
    case tooShort, tooLong, isName, oneSign, common

    package var text: Text {
        switch self {
        case .tooShort: Text(vi: "mật khẩu cần ít nhất 12 ký tự; hãy ghép vài từ không liên quan với nhau", en: "a password needs at least 12 characters; put a few unrelated words together")
        case .tooLong: Text(vi: "mật khẩu chỉ được dài đến 128 ký tự", en: "a password may have 128 characters at most")
        case .isName: Text(vi: "mật khẩu không được trùng với tên tài khoản", en: "a password must not be the account's name")
        case .oneSign: Text(vi: "mật khẩu không được chỉ gồm một ký tự lặp lại", en: "a password must not be one character over and over")
        case .common: Text(vi: "mật khẩu này quá phổ biến và sẽ bị đoán ra; hãy chọn mật khẩu khác", en: "this password is so common that it will be guessed; choose another one")
        }
    }
}

/// Passwords as NIST SP 800-63B and ASVS 5.0 (6.2) want them: long, not well known, and of whatever signs people like; kept as Argon2id of libsodium.
package enum Passwords {
    private static let fewest = 12
    private static let most = 128
    private static let opsLimit = UInt64(crypto_pwhash_OPSLIMIT_INTERACTIVE)
    private static let memoryLimit = Int(crypto_pwhash_MEMLIMIT_INTERACTIVE)

    /// Takes 64 MiB and about a tenth of a second, so that guessing does too: never more than a few at once.
    ///
    /// - Returns: the hash with its salt and its limits, as text.
    package static func hash(_ password: String) throws -> String {
        try Secrets.prepare()
        let password = signs(password)
        var hash = [CChar](repeating: 0, count: Int(crypto_pwhash_STRBYTES))
        guard crypto_pwhash_str(&hash, password, UInt64(password.count), opsLimit, memoryLimit) == 0 else {
            throw InputError("there is not enough memory to hash a password (64 MiB are needed)")
        }
        return String(decoding: hash.prefix(while: { $0 != 0 }).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Takes as long as `hash`, whatever the answer. Without the memory for it the answer is no.
    package static func matches(_ password: String, _ hash: String) -> Bool {
        let password = signs(password)
        return crypto_pwhash_str_verify(hash, password, UInt64(password.count)) == 0
    }

    /// Whether the hash was made with other limits than today's.
    package static func needsRehash(_ hash: String) -> Bool { crypto_pwhash_str_needs_rehash(hash, opsLimit, memoryLimit) != 0 }

    /// The hash of nothing that anybody knows, for a name that no account has: the answer takes as long as for one that is there.
    package static let decoyHash: String = {
        // 16 and 32 bytes in base64 without padding, the way libsodium writes salt and hash. No password is needed to make one up.
        func words(_ count: Int) -> String { Digest.base64(Secrets.random(bytes: count)).replacingOccurrences(of: "=", with: "") }
        return "$argon2id$v=19$m=\(memoryLimit / 1_024),t=\(opsLimit),p=1$\(words(16))$\(words(32))"
    }()

    /// Composed (NFC): the same letters are the same password, whatever keyboard they come from. Nothing else is changed, no space taken away.
    package static func normalised(_ password: String) -> String { password.precomposedStringWithCanonicalMapping }

    /// The first thing wrong with a new password; nil when it may be taken. Which kinds of signs it has does not matter.
    package static func fault(in password: String, name: String) -> PasswordFault? {
        let password = normalised(password)
        let length = password.unicodeScalars.count
        if length < fewest { return .tooShort }
        if length > most { return .tooLong }
        let small = password.lowercased()
        if small == normalised(name).lowercased() { return .isName }
        if Set(small.unicodeScalars).count == 1 { return .oneSign }
        return common.contains(small) ? .common : nil
    }

    private static func signs(_ password: String) -> [CChar] { normalised(password).utf8.map { CChar(bitPattern: $0) } }

    /// Those of 12 signs and more that everybody tries first, in small letters.
    private static let common: Set<String> = [
        "123456789012", "1234567890123", "12345678901234", "1234567890123456", "12345678901234567890", "012345678910", "0123456789012", "1234567891011",
        "123123123123", "123456123456", "123456654321", "111222333444", "121212121212", "112233445566", "102030405060", "147258369147", "987654321012", "098765432109",
        "1q2w3e4r5t6y", "1qaz2wsx3edc", "1qaz2wsx3edc4rfv", "q1w2e3r4t5y6", "qazwsxedcrfv", "qwertyuiop12", "qwertyuiop123", "qwertyuiop[]", "qwertyuiopasdfghjkl",
        "qwerty123456", "qwerty1234567", "asdfghjkl123", "asdfghjkl;'\\", "abcdefghijkl", "abcdefghijklmnopqrstuvwxyz", "abc123456789", "abcd12345678", "abcd@1234567",
        "a12345678910", "aa123456789@", "password1234", "password12345", "password123456", "password@123", "passwordpassword", "p@ssw0rd1234", "administrator",
        "adminadmin123", "admin@123456", "admin123456789", "welcome12345", "welcome@1234", "changeme1234", "letmein12345", "iloveyou1234", "iloveyou1314",
        "correcthorsebatterystaple", "test12345678",
        "matkhau12345", "matkhau123456", "matkhau@1234", "matkhaumoi123", "mậtkhẩu12345", "mật khẩu 123", "khongcomatkhau", "anhyeuem1234", "anhyeuem12345", "anhyeuem123456",
        "emyeuanh1234", "anhnhoemnhieu", "toiyeuvietnam", "vietnam12345", "vietnam123456", "vietnam@1234", "hanoi1234567", "nguyenvana123", "xinchao12345",
        "dichvucong123", "dichvucong@123", "congchuc@123", "motcua123456", "motcua@12345", "igate@123456", "vnpt@1234567", "viettel@1234",
    ]
}

/// Random texts that nobody guesses, and what is kept of them.
package enum Secrets {
    private static let isReady = sodium_init() >= 0

    /// - Throws: where libsodium finds no randomness.
    static func prepare() throws {
        guard isReady else { throw InputError("libsodium cannot be used on this machine") }
    }

    package static func random(bytes count: Int) -> [UInt8] {
        precondition(isReady, "libsodium cannot be used")
        var bytes = [UInt8](repeating: 0, count: count)
        randombytes_buf(&bytes, count)
        return bytes
    }

    /// 32 random bytes in 43 letters, digits, `-` and `_` (base64url).
    package static func token() -> String { Digest.base64URL(random(bytes: 32)) }

    /// What is kept of a token instead of itself: its SHA-256 in 64 hexadecimal digits. A token is random, so that nothing slower is needed.
    package static func hash(_ token: String) -> String { Digest.sha256(token) }

    /// Compares in a time that tells nothing but the lengths. An empty text is no secret, and equals nothing.
    package static func isEqual(_ a: String, _ b: String) -> Bool {
        let (a, b) = (Array(a.utf8), Array(b.utf8))
        return !a.isEmpty && a.count == b.count && sodium_memcmp(a, b, a.count) == 0
    }
}
