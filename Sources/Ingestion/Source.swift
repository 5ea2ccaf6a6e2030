package import Adoption
internal import Glibc

/// A file, or a part of one, that was recognised and can be read.
package enum Source {
    case table(TablePlan)
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

    package var name: String {
        switch self {
        case .table(let table): table.name
        case .targets(let file): file.name
        case .evaluation(let file): file.name
        }
    }

    /// Opens a file and finds out what it is: YAML by its ending, a workbook, a page or JSON by its first signs, a table by its columns.
    ///
    /// - Parameters:
    ///   - profiles: mapping profiles to try before the canonical forms.
    ///   - exported: when a list was made that does not say when its rows changed.
    ///   - onLeftOut: is told why a sheet is not read beside others that are.
    /// - Returns: more than one for a workbook with several lists, or a list that two profiles read.
    package static func open(
        _ path: String, profiles: [Profile], exported: Instant? = nil, onLeftOut: (InputError) -> Void = { _ in }
    ) throws(InputError) -> [Source] {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        if name.hasSuffix(".yaml") || name.hasSuffix(".yml") { return try definitions(path, name) }
        let own = profiles.map { $0.exported(at: exported) }
        if let evaluation = try evaluation(path, name) { return [.evaluation(evaluation)] }
        var sources: [Source] = []
        var failures: [InputError] = []
        for run in try runs(path, name: name, profiles: own) {
            // A sheet of notes beside the list is no fault of the workbook; a workbook without any list is.
            do throws(InputError) { sources += try tables(own, exported, run) } catch { failures.append(error) }
        }
        if sources.isEmpty, let failure = failures.first { throw failure }
        failures.forEach(onLeftOut)
        try hiddenSheets(path, name).forEach { onLeftOut(InputError(file: "\(name)!\($0)", "is a hidden sheet; show it if it is to be read")) }
        return sources
    }

    /// Each run of rows in a file, which can be opened as often as needed: one for a text, one for each sheet of a workbook.
    static func runs(_ path: String, name: String, profiles: [Profile]) throws(InputError) -> [RowRun] {
        let input = try TextInput(path: path, name: name, encoding: encoding(of: profiles))
        let beginning = input.beginning
        guard !beginning.isEmpty else { throw InputError(file: name, "is empty; export it again") }
        if beginning.starts(with: Array("PK".utf8)) { return try sheets(path, name, profiles) }
        if let foreign = foreignFormat(beginning, path) { throw InputError(file: name, foreign) }
        if isJSON(beginning) {
            return [RowRun { () throws(InputError) in try JSONReader(path: path, name: name, profiles: profiles) }]
        }
        let encoding = input.encoding
        if isPage(beginning) { return [RowRun { () throws(InputError) in try htmlTableRows(path: path, name: name) }] }
        return [RowRun { () throws(InputError) in try CSVReader(try TextInput(path: path, name: name, encoding: encoding)) }]
    }

    private static func evaluation(_ path: String, _ name: String) throws(InputError) -> EvaluationFile? {
        guard isJSON(try TextInput(path: path, name: name).beginning) else { return nil }
        return try EvaluationFile(recognising: path, name: name)
    }

    /// It is a page, whatever its ending says.
    private static func isPage(_ beginning: [UInt8]) -> Bool {
        let text = String(decoding: beginning.prefix(8_192), as: UTF8.self).lowercased()
        return text.drop(while: \.isWhitespace).hasPrefix("<") && (text.contains("<table") || text.contains("<html"))
    }

    private static func isJSON(_ beginning: [UInt8]) -> Bool {
        let first = beginning.first { $0 > 0x20 }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }

    private static func tables(_ profiles: [Profile], _ exported: Instant?, _ run: RowRun) throws(InputError) -> [Source] {
        var sources: [Source] = []
        for plan in try TablePlan.plans(profiles: profiles, exported: exported, run) {
            sources.append(plan.kind == .targets ? .targets(try TargetFile(try plan.open())) : .table(plan))
        }
        return sources
    }

    /// A YAML file of registers: `units`, `events`, `procedures`, `services`, `targets`, each a list.
    private static func definitions(_ path: String, _ name: String) throws(InputError) -> [Source] {
        let file = try Definition(path: path, name: name)
        if file.has("profile") { throw InputError(file: name, "is a mapping profile and holds no records; give it with --profile") }
        let kinds = SourceKind.allCases.filter(\.isRegister)
        try file.allow(kinds.map(\.rawValue))
        let bytes = try wholeFile(path, named: name)
        var sources: [Source] = []
        for kind in kinds where file.has(kind.rawValue) {
            if kind == .targets {
                sources.append(.targets(try TargetFile(path: path, name: name)))
                continue
            }
            let entries = try file.definitions(kind.rawValue)
            let run = RowRun { () throws(InputError) in try DefinitionRows(entries, columns: kind.fields, name: name, bytes: bytes) }
            let preview = try Header.Preview(try run.open())
            let profile = Profile.canonical(kind)
            sources.append(.table(TablePlan(profile, try Header(preview, for: profile), preview, run)))
        }
        return sources
    }

    /// The encoding on which the profiles agree; nil to recognise it.
    private static func encoding(of profiles: [Profile]) -> TextEncoding? {
        let all = Set(profiles.map(\.encoding))
        return all.count == 1 ? all.first ?? nil : nil
    }

    private static func hiddenSheets(_ path: String, _ name: String) throws(InputError) -> [String] {
        guard try TextInput(path: path, name: name).beginning.starts(with: Array("PK".utf8)) else { return [] }
        return try WorkbookFile(path: path, name: name).hiddenSheetNames
    }

    /// The sheets of a workbook: the one that a profile names, or all that are not empty.
    private static func sheets(_ path: String, _ name: String, _ profiles: [Profile]) throws(InputError) -> [RowRun] {
        let workbook = try WorkbookFile(path: path, name: name)
        let wanted = Set(profiles.compactMap(\.sheet))
        let named = workbook.sheetNames.indices.filter { wanted.contains(workbook.sheetNames[$0]) }
        if let missing = wanted.first, named.isEmpty {
            throw InputError(file: name, "has no sheet '\(missing)'; it has " + workbook.sheetNames.map { "'\($0)'" }.joined(separator: ", "))
        }
        var runs: [RowRun] = []
        for sheet in named.isEmpty ? Array(workbook.sheetNames.indices) : named {
            if try workbook.rows(ofSheet: sheet).next() { runs.append(RowRun { () throws(InputError) in try workbook.rows(ofSheet: sheet) }) }
        }
        if runs.isEmpty { throw InputError(file: name, "has no row in any sheet; export it again") }
        return runs
    }

    /// What the bytes are when they are no text; nil for text.
    private static func foreignFormat(_ bytes: [UInt8], _ path: String) -> String? {
        if bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) { return compoundFileReason(path: path) }
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
