package import Adoption
internal import CSodium
internal import Glibc
internal import Ingestion

/// Encrypts and decrypts whole files with a secret: libsodium's XChaCha20-Poly1305 stream under a key that Argon2id makes of the secret.
///
/// A file that was changed, cut off or sealed with another secret is not opened.
package struct Seal {
    private let secret: [UInt8]

    private static let magic = Array("uptake sealed 1\n".utf8)
    private static let pieceLength = 1 << 16
    private static let opsLimit = UInt64(crypto_pwhash_OPSLIMIT_INTERACTIVE)
    private static let memoryLimit = Int(crypto_pwhash_MEMLIMIT_INTERACTIVE)

    /// - Throws: when the file has fewer than 32 bytes: a short secret is guessed.
    package init(secretFile path: String) throws(InputError) {
        guard sodium_init() >= 0 else { throw InputError("libsodium cannot be used on this machine") }
        secret = try Ingestion.secret(path, named: path)
    }

    package static func isSealed(_ path: String) throws -> Bool {
        guard let file = fopen(path, "rb") else { throw InputError("\(path): cannot be read: \(String(cString: strerror(errno)))") }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: magic.count)
        return fread(&bytes, 1, magic.count, file) == magic.count && bytes == magic
    }

    /// - Throws: `InputError` when a file cannot be read or written; what was written is not complete then.
    package func seal(_ path: String, to target: String) throws {
        try Seal.copy(path, to: target) { input, output in
            var salt = [UInt8](repeating: 0, count: Int(crypto_pwhash_SALTBYTES))
            randombytes_buf(&salt, salt.count)
            var header = [UInt8](repeating: 0, count: Int(crypto_secretstream_xchacha20poly1305_HEADERBYTES))
            var state = crypto_secretstream_xchacha20poly1305_state()
            let key = try key(salt)
            guard crypto_secretstream_xchacha20poly1305_init_push(&state, &header, key) == 0 else { throw InputError("libsodium gives no stream") }
            try output(Seal.magic + salt + header)
            var sealed = [UInt8](repeating: 0, count: Seal.pieceLength + Int(crypto_secretstream_xchacha20poly1305_ABYTES))
            var piece = try input(Seal.pieceLength)
            while true {
                let next = try input(Seal.pieceLength)
                let tag = next.isEmpty ? crypto_secretstream_xchacha20poly1305_tag_final() : 0
                var length: UInt64 = 0
                guard crypto_secretstream_xchacha20poly1305_push(&state, &sealed, &length, piece, UInt64(piece.count), nil, 0, UInt8(tag)) == 0 else { throw InputError("libsodium cannot encrypt") }
                try output(Array(sealed[..<Int(length)]))
                if next.isEmpty { return }
                piece = next
            }
        }
    }

    /// - Throws: `InputError` when the file is not sealed with this secret, or was changed or cut off since.
    package func open(_ path: String, to target: String) throws {
        let name = path
        try Seal.copy(path, to: target) { input, output in
            let fault = InputError("\(name): cannot be opened: it was sealed with another key, or it is damaged")
            guard try input(Seal.magic.count) == Seal.magic else { throw InputError("\(name): is not a sealed backup") }
            let salt = try input(Int(crypto_pwhash_SALTBYTES))
            let header = try input(Int(crypto_secretstream_xchacha20poly1305_HEADERBYTES))
            guard salt.count == Int(crypto_pwhash_SALTBYTES), header.count == Int(crypto_secretstream_xchacha20poly1305_HEADERBYTES) else { throw fault }
            var state = crypto_secretstream_xchacha20poly1305_state()
            guard crypto_secretstream_xchacha20poly1305_init_pull(&state, header, try key(salt)) == 0 else { throw fault }
            var opened = [UInt8](repeating: 0, count: Seal.pieceLength)
            while true {
                let piece = try input(Seal.pieceLength + Int(crypto_secretstream_xchacha20poly1305_ABYTES))
                var (length, tag): (UInt64, UInt8) = (0, 0)
                guard crypto_secretstream_xchacha20poly1305_pull(&state, &opened, &length, &tag, piece, UInt64(piece.count), nil, 0) == 0 else { throw fault }
                try output(Array(opened[..<Int(length)]))
                if Int(tag) == Int(crypto_secretstream_xchacha20poly1305_tag_final()) {
                    guard try input(1).isEmpty else { throw fault }
                    return
                }
            }
        }
    }

    private func key(_ salt: [UInt8]) throws -> [UInt8] {
        var key = [UInt8](repeating: 0, count: Int(crypto_secretstream_xchacha20poly1305_KEYBYTES))
        let secret = secret.map { CChar(bitPattern: $0) }
        guard crypto_pwhash(&key, UInt64(key.count), secret, UInt64(secret.count), salt, Seal.opsLimit, Seal.memoryLimit, crypto_pwhash_ALG_ARGON2ID13) == 0 else {
            throw InputError("there is not enough memory to make a key (64 MiB are needed)")
        }
        return key
    }

    /// Gives a body the pieces of one file and takes those of another, which is on the disk when it returns.
    private static func copy(_ path: String, to target: String, _ body: ((Int) throws -> [UInt8], ([UInt8]) throws -> Void) throws -> Void) throws {
        guard let source = fopen(path, "rb") else { throw InputError("\(path): cannot be read: \(String(cString: strerror(errno)))") }
        defer { fclose(source) }
        guard let sink = fopen(target, "wb") else { throw InputError("\(target): cannot be written: \(String(cString: strerror(errno)))") }
        defer { fclose(sink) }
        try body({ count in
            var bytes = [UInt8](repeating: 0, count: count)
            let read = fread(&bytes, 1, count, source)
            guard ferror(source) == 0 else { throw InputError("\(path): cannot be read: \(String(cString: strerror(errno)))") }
            return read == count ? bytes : Array(bytes[..<read])
        }, { bytes in
            guard fwrite(bytes, 1, bytes.count, sink) == bytes.count else { throw InputError("\(target): cannot be written: \(String(cString: strerror(errno)))") }
        })
        guard fflush(sink) == 0, fsync(fileno(sink)) == 0 else { throw InputError("\(target): cannot be written: \(String(cString: strerror(errno)))") }
    }
}
