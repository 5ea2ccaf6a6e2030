package import Adoption
internal import COpenSSL
internal import Hashing

/// The secret by which codes become pseudonyms: HMAC-SHA-256, so that nobody without the key can try codes until one fits.
package struct PseudonymKey: Sendable {
    private let bytes: [UInt8]

    /// - Throws: when the file is shorter than 32 bytes: a short secret is guessed.
    package init(path: String) throws(InputError) { bytes = try secret(path, named: path.split(separator: "/").last.map(String.init) ?? path) }

    /// `p` and 32 hexadecimal digits, the same for the same code.
    package func pseudonym(_ code: String) -> String { "p" + String(code.isEmpty ? "" : mac("code:" + code).prefix(32)) }

    /// Tells whether two keys are the same, without telling the key.
    package var mark: String { mac("key") }

    private func mac(_ text: String) -> String {
        let message = Array(text.utf8)
        var digest = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        precondition(HMAC(EVP_sha256(), bytes, Int32(bytes.count), message, message.count, &digest, &length) != nil && length == 32, "HMAC failed")
        return hexadecimal(digest)
    }
}

/// The secret in a file, without the line end that editors add.
///
/// - Parameter name: what errors call the file.
/// - Throws: when it is shorter than 32 bytes: a short secret is guessed.
package func secret(_ path: String, named name: String) throws(InputError) -> [UInt8] {
    let leastLength = 32
    var bytes = try wholeFile(path, named: name)
    while let last = bytes.last, last == newline || last == carriageReturn { bytes.removeLast() }
    guard bytes.count >= leastLength, Set(bytes).count >= 8 else {
        throw InputError(file: name, "is no key: it needs at least \(leastLength) random bytes; make one with `head -c 48 /dev/urandom | base64 > key`")
    }
    return bytes
}
