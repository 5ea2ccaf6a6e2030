internal import Adoption
internal import Glibc

/// Bytes that are kept in memory up to a limit and in a temporary file beyond it.
///
/// The file has no name, so that it is gone with the program whatever happens. It is a class because it owns the file.
final class SpillingBuffer {
    private(set) var count = 0
    private let name: String
    private let limit: Int
    private let memory = ByteBuffer()
    private var descriptor: Int32 = -1

    init(name: String, limit: Int) {
        self.name = name
        self.limit = limit
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// All bytes, when they fit into memory; only after `finish()`.
    var bytes: Bytes? { descriptor < 0 ? memory.bytes : nil }

    func append(_ bytes: Bytes) throws(InputError) {
        memory.append(bytes)
        count += bytes.count
        if descriptor < 0 && memory.count > limit {
            descriptor = try openTemporary()
            try flush()
        } else if descriptor >= 0 && memory.count >= 1 << 20 {
            try flush()
        }
    }

    func finish() throws(InputError) { if descriptor >= 0 { try flush() } }

    /// Reads from the temporary file.
    func read(at start: Int, count: Int, into buffer: UnsafeMutableRawPointer) throws(InputError) {
        var done = 0
        while done < count {
            let more = pread(descriptor, buffer + done, count - done, start + done)
            if more < 0 && errno == EINTR { continue }
            guard more > 0 else { throw failure("read", more < 0 ? String(cString: strerror(errno)) : "it is too short") }
            done += more
        }
    }

    private func flush() throws(InputError) {
        let bytes = memory.bytes
        var done = 0
        while done < bytes.count {
            let more = write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
            if more < 0 && errno == EINTR { continue }
            guard more > 0 else { throw failure("written", String(cString: strerror(errno))) }
            done += more
        }
        memory.release()
    }

    private func openTemporary() throws(InputError) -> Int32 {
        var template = Array("\(SpillingBuffer.folder)/uptake-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw failure("made", String(cString: strerror(errno))) }
        guard unlink(template) == 0, fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else {
            close(descriptor)
            throw failure("made", String(cString: strerror(errno)))
        }
        return descriptor
    }

    private func failure(_ verb: String, _ reason: String) -> InputError {
        InputError(
            file: name, "needs a temporary file in \(SpillingBuffer.folder), which cannot be \(verb): \(reason); make room there or set TMPDIR to another folder")
    }

    /// Not /tmp at first, which on many systems is memory.
    private static var folder: String {
        if let folder = getenv("TMPDIR") { return String(cString: folder) }
        return access("/var/tmp", W_OK) == 0 ? "/var/tmp" : "/tmp"
    }
}

/// What was last read of a spilled buffer: texts that follow one another are mostly asked for one after another.
///
/// It is a class because it owns memory.
final class SpillWindow {
    private let source: SpillingBuffer
    private var window = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 14, alignment: 8)
    private var start = 0
    private var count = 0

    init(_ source: SpillingBuffer) { self.source = source }

    deinit { window.deallocate() }

    /// Valid until the next call.
    func bytes(at place: Int, count wanted: Int) throws(InputError) -> Bytes {
        if let bytes = source.bytes { return Bytes(rebasing: bytes[place..<(place + wanted)]) }
        if place < start || place + wanted > start + count {
            if wanted > window.count {
                window.deallocate()
                window = .allocate(byteCount: wanted, alignment: 8)
            }
            count = 0
            guard let base = window.baseAddress else { return Bytes(start: nil, count: 0) }
            let length = min(window.count, source.count - place)
            try source.read(at: place, count: length, into: base)
            (start, count) = (place, length)
        }
        return Bytes(rebasing: UnsafeRawBufferPointer(window).assumingMemoryBound(to: UInt8.self)[(place - start)..<(place - start + wanted)])
    }
}
