internal import Glibc
internal import Hummingbird
internal import Ingestion
internal import NIOCore
internal import Synchronization

/// Reads a form with files (RFC 7578) as it comes: fields are kept in memory, files go to the disk.
///
/// It is a class because it holds what came and was not used yet.
final class Multipart {
    struct File: Sendable {
        /// The name of the field in the form.
        let field: String
        /// What the browser called it, without anything that could be a path.
        let name: String
        let path: String
        let bytes: Int
    }

    private(set) var fields: [String: String] = [:]
    private(set) var files: [File] = []

    private let boundary: [UInt8]
    private let folder: String
    private let limit: Int
    private var waiting: [UInt8] = []
    private var state = State.preamble
    private var total = 0
    /// How many parts have begun.
    private var parts = 0

    private enum State {
        case preamble, head, field(String, [UInt8]), file(File, CInt), end
    }

    private static let fieldLimit = 64 * 1024
    private static let mostParts = 50

    /// - Parameters:
    ///   - contentType: of the request, which names the boundary.
    ///   - folder: files go there, under numbers.
    ///   - limit: the most bytes of everything.
    init(contentType: String, folder: String, limit: Int) throws {
        guard contentType.lowercased().hasPrefix("multipart/form-data") else { throw Refused.unsupported("the form must be multipart/form-data") }
        guard let start = contentType.firstRange(of: "boundary=") else { throw Refused.bad("the boundary of the form is missing") }
        let text = contentType[start.upperBound...].prefix { $0 != ";" }.filter { $0 != "\"" }
        guard (1...70).contains(text.utf8.count) else { throw Refused.bad("the boundary of the form is missing") }
        boundary = Array("\r\n--\(text)".utf8)
        self.folder = folder
        self.limit = limit
        // The first boundary has no line before it.
        waiting = [0x0D, 0x0A]
    }

    deinit { if case .file(_, let descriptor) = state { close(descriptor) } }

    func take(_ buffer: ByteBuffer, beforeFile: @Sendable ([String: String]) throws -> Void) throws {
        total += buffer.readableBytes
        if total > limit { throw Refused.tooLarge("the files have more than \(limit / 1_000_000) MB together; send them one by one, or packed with gzip") }
        waiting += buffer.readableBytesView
        while try step(beforeFile) {}
    }

    /// Everything has come.
    func finish() throws { guard case .end = state else { throw Refused.bad("the form ends too early; send it again") } }

    /// One step with what is waiting; false when more must come first.
    private func step(_ beforeFile: @Sendable ([String: String]) throws -> Void) throws -> Bool {
        switch state {
        case .preamble:
            // What browsers send begins with the boundary.
            guard waiting.count >= boundary.count + 2 else { return false }
            guard waiting.starts(with: boundary) else { throw Refused.bad("the form does not begin with its boundary") }
            waiting.removeFirst(boundary.count)
            return try afterBoundary()
        case .head:
            guard let end = find(Array("\r\n\r\n".utf8)) else {
                if waiting.count > 8 * 1024 { throw Refused.bad("a part of the form has too long a head") }
                return false
            }
            let head = String(decoding: waiting[..<end], as: UTF8.self)
            waiting.removeFirst(end + 4)
            try begin(head, beforeFile)
            return true
        case .field, .file:
            return try content()
        case .end:
            waiting.removeAll()
            return false
        }
    }

    private func content() throws -> Bool {
        if let place = find(boundary) {
            guard waiting.count >= place + boundary.count + 2 else { return false }
            try keep(waiting[..<place])
            try endPart()
            waiting.removeFirst(place + boundary.count)
            return try afterBoundary()
        }
        // What could be the beginning of a boundary stays.
        let safe = waiting.count - boundary.count
        if safe > 0 {
            try keep(waiting[..<safe])
            waiting.removeFirst(safe)
        }
        return false
    }

    private func afterBoundary() throws -> Bool {
        if waiting.starts(with: [0x2D, 0x2D]) {
            state = .end
            waiting.removeAll()
            return false
        }
        guard waiting.starts(with: [0x0D, 0x0A]) else { throw Refused.bad("the form is not as it should be after a boundary") }
        waiting.removeFirst(2)
        state = .head
        return true
    }

    private func begin(_ head: String, _ beforeFile: @Sendable ([String: String]) throws -> Void) throws {
        parts += 1
        guard parts <= Multipart.mostParts else { throw Refused.bad("the form has more than \(Multipart.mostParts) parts") }
        guard let line = head.split(separator: "\r\n").first(where: { $0.lowercased().hasPrefix("content-disposition:") }), let name = Multipart.parameter("name", in: String(line)) else {
            throw Refused.bad("a part of the form has no name")
        }
        guard let file = Multipart.parameter("filename", in: String(line)) else {
            state = .field(name, [])
            return
        }
        try beforeFile(fields)
        let path = "\(folder)/\(parts)"
        guard mkdir(path, 0o700) == 0 else { throw StoreFault("\(path) cannot be made: \(String(cString: strerror(errno)))") }
        let safe = Multipart.safeName(file)
        let descriptor = open(path + "/" + safe, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw StoreFault("\(path)/\(safe) cannot be written: \(String(cString: strerror(errno)))") }
        state = .file(File(field: name, name: safe, path: path + "/" + safe, bytes: 0), descriptor)
    }

    private func keep(_ bytes: ArraySlice<UInt8>) throws {
        switch state {
        case .field(let name, let known):
            guard known.count + bytes.count <= Multipart.fieldLimit else { throw Refused.tooLarge("the field '\(name)' is too long") }
            state = .field(name, known + bytes)
        case .file(let file, let descriptor):
            var rest = bytes
            while !rest.isEmpty {
                let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if written < 0 {
                    if errno == EINTR { continue }
                    throw StoreFault("\(file.path) cannot be written: \(String(cString: strerror(errno)))")
                }
                rest = rest.dropFirst(written)
            }
            state = .file(File(field: file.field, name: file.name, path: file.path, bytes: file.bytes + bytes.count), descriptor)
        default: break
        }
    }

    private func endPart() throws {
        switch state {
        case .field(let name, let bytes): if fields[name] == nil { fields[name] = String(decoding: bytes, as: UTF8.self) }
        case .file(let file, let descriptor):
            state = .preamble
            guard close(descriptor) == 0 else { throw StoreFault("\(file.path) cannot be written: \(String(cString: strerror(errno)))") }
            // A file field that nobody filled in comes as a file without name and content.
            if file.bytes > 0 { files.append(file) } else { unlink(file.path) }
        default: break
        }
    }

    /// Where the pattern, which begins with a line end, is found first.
    private func find(_ pattern: [UInt8]) -> Int? {
        waiting.withUnsafeBytes { all -> Int? in
            guard let base = all.baseAddress else { return nil }
            var place = 0
            while place + pattern.count <= all.count, let found = memchr(base + place, CInt(pattern[0]), all.count - pattern.count + 1 - place) {
                let offset = UnsafeRawPointer(found) - base
                if memcmp(found, pattern, pattern.count) == 0 { return offset }
                place = offset + 1
            }
            return nil
        }
    }

    private static func parameter(_ name: String, in line: String) -> String? {
        for part in line.split(separator: ";").dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1).map { String($0).trimmed }
            if pair.count == 2, pair[0].lowercased() == name { return pair[1].filter { $0 != "\"" } }
        }
        return nil
    }

    /// Letters, digits, `-`, `_` and `.`; no folder, no hidden file, at most 100 signs with the ending kept.
    static func safeName(_ name: String) -> String {
        let last = name.unicodeScalars.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
        // By scalars: a letter may carry a sign that is none.
        var safe = String.UnicodeScalarView(last.composed.unicodeScalars.map { scalar in
            scalar.properties.isAlphabetic || scalar.properties.generalCategory == .decimalNumber || "-_.".unicodeScalars.contains(scalar) ? scalar : "_"
        })
        while safe.first == "." { safe.removeFirst() }
        while String(safe).utf8.count > 100 { safe.removeFirst() }
        while safe.first == "." { safe.removeFirst() }
        return safe.isEmpty ? "file" : String(safe)
    }
}

/// A form with files on its way to the disk, which one piece after the other is written by threads that may wait for it.
///
/// It is a class because it owns the form.
final class Receiving: Sendable {
    private let form: Mutex<Multipart>

    init(contentType: String, folder: String, limit: Int) throws { form = Mutex(try Multipart(contentType: contentType, folder: folder, limit: limit)) }

    /// - Parameter beforeFile: is told the fields before each file, and may refuse it.
    func take(_ buffer: ByteBuffer, beforeFile: @escaping @Sendable ([String: String]) throws -> Void) async throws {
        try await onThread { try self.form.withLock { try $0.take(buffer, beforeFile: beforeFile) } }
    }

    /// What the form has brought, once everything has come.
    func finish() throws -> (fields: [String: String], files: [Multipart.File]) {
        try form.withLock { form in
            try form.finish()
            return (form.fields, form.files)
        }
    }
}

/// The machine could not do what was asked of it.
struct StoreFault: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
