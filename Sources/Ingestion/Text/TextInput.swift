internal import Adoption
internal import Glibc
internal import Hashing

/// The text of a file as UTF-8, a piece at a time: unpacked where it is gzip, recoded where it is not UTF-8, hashed as it lies on the disk.
///
/// It is a class because it owns a file descriptor.
final class TextInput {
    let name: String
    /// The file's length when it was opened.
    let byteCount: Int
    private(set) var bytesRead = 0
    private(set) var encoding: TextEncoding

    private let descriptor: Int32
    private let digest: Digest
    /// The file as it lies on the disk, read and hashed on a thread of its own.
    private let pieces: Ahead<[UInt8]>
    private var unpacker: Unpacker?
    private var recoder: Recoder?
    /// What was read to recognise the encoding and is not yet given on.
    private var ahead: [UInt8] = []
    private var aheadAt = 0
    /// UTF-8 that is not yet given on.
    private var ready: [UInt8] = []
    private var readyAt = 0
    private var isRecoderDone = false

    /// - Parameter encoding: nil to recognise it.
    init(path: String, name: String, encoding expected: TextEncoding? = nil, pieceLength: Int = 1 << 18) throws(InputError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw InputError("\(path): cannot be opened: \(String(cString: strerror(errno)))") }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
            close(descriptor)
            throw InputError("\(path): is a folder; name the files in it")
        }
        self.descriptor = descriptor
        self.name = name
        byteCount = Int(status.st_size)
        encoding = .utf8
        let digest = Digest()
        self.digest = digest
        pieces = Ahead(limit: 4) { try TextInput.piece(of: descriptor, length: pieceLength, digest, name) }
        let head = try readRaw()
        if head.starts(with: [0x1F, 0x8B]) {
            unpacker = try Unpacker(name: name)
            ahead = try unpacked(head)
        } else {
            ahead = head
        }
        while ahead.count < 65_536, let more = try unpackedPiece() { ahead += more }
        let recognised = ahead.withUnsafeBufferPointer { TextEncoding.recognised(in: $0) }
        aheadAt = expected == nil || expected == recognised.encoding ? recognised.mark : 0
        encoding = expected ?? recognised.encoding
        if encoding != .utf8 { recoder = try Recoder(encoding, name: name) }
        if let first = try recodedPiece() { (ready, beginning) = (first, Array(first.prefix(65_536))) }
    }

    deinit {
        pieces.stop()
        close(descriptor)
    }

    /// The first bytes, as UTF-8, for finding out what the file is.
    private(set) var beginning: [UInt8] = []

    /// SHA-256 of the file; only after `read` has given 0.
    func fingerprint() -> String { digest.finish() }

    /// Fills the buffer, less only at the end; 0 means the end.
    func read(into target: UnsafeMutablePointer<UInt8>, count: Int) throws(InputError) -> Int {
        var done = 0
        while done < count {
            if readyAt == ready.count {
                guard let piece = try recodedPiece() else { break }
                (ready, readyAt) = (piece, 0)
            }
            let length = min(count - done, ready.count - readyAt)
            ready.withUnsafeBufferPointer { source in
                if let base = source.baseAddress { (target + done).update(from: base + readyAt, count: length) }
            }
            readyAt += length
            done += length
        }
        return done
    }

    private func recodedPiece() throws(InputError) -> [UInt8]? {
        let piece: [UInt8]?
        if aheadAt < ahead.count {
            piece = aheadAt == 0 ? ahead : Array(ahead[aheadAt...])
            ahead = []
            aheadAt = 0
        } else {
            piece = try unpackedPiece()
        }
        guard let recoder else { return piece }
        if let piece { return try recoder.utf8(piece) }
        if isRecoderDone { return nil }
        isRecoderDone = true
        return try recoder.end()
    }

    /// Nil at the end.
    private func unpackedPiece() throws(InputError) -> [UInt8]? {
        while true {
            let piece = try readRaw()
            if piece.isEmpty {
                try unpacker?.end()
                return nil
            }
            let text = try unpacked(piece)
            if !text.isEmpty { return text }
        }
    }

    private func unpacked(_ piece: [UInt8]) throws(InputError) -> [UInt8] { try unpacker?.unpacked(piece) ?? piece }

    /// Empty at the end.
    private func readRaw() throws(InputError) -> [UInt8] {
        do {
            let piece = try pieces.next() ?? []
            bytesRead += piece.count
            return piece
        } catch let error as InputError {
            throw error
        } catch {
            throw InputError("\(name): \(error)")
        }
    }

    /// Nil at the end.
    private static func piece(of descriptor: Int32, length: Int, _ digest: Digest, _ name: String) throws -> [UInt8]? {
        let piece = try [UInt8](unsafeUninitializedCapacity: length) { bytes, count in
            count = try readPiece(descriptor, into: UnsafeMutableRawBufferPointer(bytes), of: name)
            digest.update(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[0..<count]))
        }
        return piece.isEmpty ? nil : piece
    }
}
