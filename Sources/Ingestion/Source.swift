package import Adoption
internal import Glibc

/// A file that was recognised and can be read.
package enum Source {
    case table(TableFile)
    case targets(TargetFile)
    case evaluation(EvaluationFile)

    package var kind: SourceKind {
        switch self {
        case .table(let table): table.kind
        case .targets: .targets
        case .evaluation: .evaluation
        }
    }

    package var byteCount: Int {
        switch self {
        case .table(let table): table.byteCount
        case .targets(let file): file.byteCount
        case .evaluation(let file): file.byteCount
        }
    }

    /// Opens a file and finds out what it is: YAML by its ending, JSON by its first sign, a table by its columns.
    ///
    /// - Parameter profiles: mapping profiles to try beside the canonical forms.
    package static func open(_ path: String, profiles: [Profile]) throws(InputError) -> Source {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        if name.hasSuffix(".yaml") || name.hasSuffix(".yml") { return .targets(try TargetFile(path: path, name: name)) }
        let reader = try CSVReader(path: path, name: name)
        let beginning = reader.beginning
        guard !beginning.isEmpty else { throw InputError(file: name, "is empty; export it again") }
        if beginning.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") { return .evaluation(try EvaluationFile(path: path, name: name)) }
        if let format = foreignFormat(beginning) { throw InputError(file: name, format) }
        let canonical = SourceKind.allCases.filter { !$0.fields.isEmpty }.map(Profile.canonical)
        return .table(try TableFile(reader: reader, profiles: profiles + canonical))
    }

    /// What the bytes are when they are no text; nil for text.
    private static func foreignFormat(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return "is UTF-16 text; save it as CSV UTF-8" }
        if bytes.starts(with: Array("PK\u{3}\u{4}".utf8)) { return "is a workbook or an archive; save the sheet as CSV UTF-8" }
        if bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) { return "is an old Excel workbook; save the sheet as CSV UTF-8" }
        if bytes.starts(with: [0x1F, 0x8B]) { return "is compressed with gzip; unpack it first" }
        let header = bytes.prefix { $0 != newline && $0 != carriageReturn }
        return header.contains { $0 < 0x20 && $0 != 0x09 } ? "is not text; export it as CSV UTF-8" : nil
    }
}

/// A file of definitions or counts, which are small; larger ones are not what they seem.
func wholeFile(_ path: String, named name: String) throws(InputError) -> [UInt8] {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw InputError("\(path): cannot be opened: \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = read(descriptor, &piece, piece.count)
        if count < 0 && errno == EINTR { continue }
        guard count >= 0 else { throw InputError("\(path): cannot be read: \(String(cString: strerror(errno)))") }
        if count == 0 { return bytes }
        bytes += piece[0..<count]
        if bytes.count > 64 << 20 { throw InputError(file: name, "is larger than 64 MiB, which no file of this kind is") }
    }
}
