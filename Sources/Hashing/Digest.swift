internal import COpenSSL
internal import FoundationEssentials

/// SHA-256 of bytes that come in pieces.
///
/// OpenSSL's is taken because it uses the processor's own instructions: every byte of every file passes here.
/// It is a class because it owns a C context.
package final class Digest {
    private let context: OpaquePointer

    package init() {
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else { preconditionFailure("OpenSSL gives no SHA-256") }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    package func update(_ bytes: UnsafeRawBufferPointer) {
        precondition(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1, "SHA-256 failed")
    }

    /// 64 hexadecimal digits. Nothing can be added afterwards.
    package func finish() -> String { hexadecimal(finishBytes()) }

    private func finishBytes() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 32
        precondition(EVP_DigestFinal_ex(context, &bytes, &length) == 1, "SHA-256 failed")
        return bytes
    }

    package static func sha256(_ text: String) -> String {
        var text = text
        return text.withUTF8 { sha256(UnsafeRawBufferPointer($0)) }
    }

    /// As a Content-Security-Policy writes it.
    package static func sha256Base64(_ text: String) -> String { base64(sha256Bytes(text)) }

    /// The 32 bytes that `sha256` writes as digits.
    package static func sha256Bytes(_ text: String) -> [UInt8] {
        let digest = Digest()
        var text = text
        text.withUTF8 { digest.update(UnsafeRawBufferPointer($0)) }
        return digest.finishBytes()
    }

    package static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    /// Base 64 for addresses and tokens: `-` and `_` in the place of `+` and `/`, without `=` at the end (RFC 4648, section 5).
    package static func base64URL(_ bytes: [UInt8]) -> String {
        String(base64(bytes).compactMap { sign -> Character? in
            switch sign {
            case "+": "-"
            case "/": "_"
            case "=": nil
            default: sign
            }
        })
    }

    package static func sha256(_ bytes: UnsafeRawBufferPointer) -> String {
        let digest = Digest()
        digest.update(bytes)
        return digest.finish()
    }
}

package func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
