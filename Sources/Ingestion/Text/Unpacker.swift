internal import Adoption
internal import CZlib

/// Unpacks gzip, one member after the other. It is a class because it owns a C stream.
final class Unpacker {
    private let name: String
    private let stream: UnsafeMutablePointer<z_stream>
    private var buffer = [UInt8](repeating: 0, count: 1 << 18)
    private var packedBytes = 0
    private var unpackedBytes = 0
    private var isInMember = true

    /// Text shrinks to a tenth or a twentieth; what grows two hundredfold beyond a gibibyte was made to do harm.
    private static let freeBytes = 1 << 30
    private static let greatestRatio = 200

    init(name: String) throws(InputError) {
        self.name = name
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15 + 16: the greatest window, with gzip's header.
        guard inflateInit2_(stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw InputError("zlib cannot be started")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func unpacked(_ piece: [UInt8]) throws(InputError) -> [UInt8] {
        var piece = piece
        var text: [UInt8] = []
        packedBytes += piece.count
        let code = piece.withUnsafeMutableBufferPointer { inflateAll($0, into: &text) }
        guard code == Z_OK else { throw InputError(file: name, "is damaged gzip; pack it again") }
        unpackedBytes += text.count
        if unpackedBytes > Unpacker.freeBytes && unpackedBytes / max(packedBytes, 1) > Unpacker.greatestRatio {
            throw InputError(file: name, "unpacks to more than \(Unpacker.greatestRatio) times its size, which no list of records does")
        }
        return text
    }

    /// - Throws: when the packed data stop in the middle.
    func end() throws(InputError) {
        if isInMember { throw InputError(file: name, "the packed file ends too early; it was cut off, copy it again") }
    }

    private func inflateAll(_ piece: UnsafeMutableBufferPointer<UInt8>, into text: inout [UInt8]) -> Int32 {
        stream.pointee.next_in = piece.baseAddress
        stream.pointee.avail_in = UInt32(piece.count)
        while stream.pointee.avail_in > 0 || stream.pointee.avail_out == 0 {
            if !isInMember {
                if stream.pointee.avail_in == 0 { return Z_OK }
                // Another member follows, or padding with zeros, which some tapes write.
                if stream.pointee.next_in.pointee == 0 { return Z_OK }
                guard inflateReset(stream) == Z_OK else { return Z_STREAM_ERROR }
                isInMember = true
            }
            let code = buffer.withUnsafeMutableBufferPointer { target -> Int32 in
                stream.pointee.next_out = target.baseAddress
                stream.pointee.avail_out = UInt32(target.count)
                return inflate(stream, Z_NO_FLUSH)
            }
            text += buffer[0..<(buffer.count - Int(stream.pointee.avail_out))]
            if code == Z_STREAM_END { isInMember = false } else if code == Z_BUF_ERROR { return Z_OK } else if code != Z_OK { return code }
        }
        return Z_OK
    }
}
