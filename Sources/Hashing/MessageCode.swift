internal import COpenSSL

/// HMAC-SHA-256 (RFC 2104): proves that whoever sends a message has the key.
///
/// - Returns: 64 hexadecimal digits.
package func messageCode(_ message: [UInt8], key: [UInt8]) -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    var length: UInt32 = 0
    precondition(HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &digest, &length) != nil && length == 32, "HMAC failed")
    return hexadecimal(digest)
}
