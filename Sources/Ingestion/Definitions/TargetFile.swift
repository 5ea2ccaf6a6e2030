package import Adoption
internal import Hashing

/// Targets as a province writes them down, each with its document: a YAML file or a table.
package struct TargetFile: Sendable {
    package let name: String
    package let byteCount: Int
    package let fingerprint: String
    package let targets: [Target]

    /// - Throws: an unknown word, a value outside 0 to 100, two targets of the same coverage for one day.
    package init(path: String, name: String) throws(InputError) {
        let file = try Definition(path: path, name: name)
        try file.allow(["targets"])
        var entries: [(Target, Int)] = []
        for entry in try file.definitions("targets") { entries.append((try entry.target(), entry.line)) }
        let bytes = try wholeFile(path, named: name)
        let digest = Digest()
        bytes.withUnsafeBytes { digest.update($0) }
        self.name = name
        targets = try TargetFile.checked(entries, file: name)
        byteCount = bytes.count
        fingerprint = digest.finish()
    }

    /// - Throws: the first row that is no target. A target that is missing would let figures go unjudged, so the whole file is refused.
    package init(_ table: TableFile) throws(InputError) {
        var row = RowReader<TargetField>(table)
        var entries: [(Target, Int)] = []
        while try table.next() {
            let target = row.begin() ? row.target() : nil
            if let refusal = row.refusals.first {
                let remedy = refusal.fault == .notAnAmount ? "must be a percentage from 0 to 100 with a point and at most two decimals, such as 70 or 62.5" : "is not what a target needs (\(refusal.fault.rawValue)); correct it and load the file again"
                throw InputError(file: table.name, line: refusal.line, column: refusal.column, "'\(refusal.field)' \(remedy)")
            }
            if let target { entries.append((target, table.source.place(0).line)) }
        }
        name = table.name
        targets = try TargetFile.checked(entries, file: table.name)
        byteCount = table.byteCount
        fingerprint = table.fingerprint()
    }

    /// Two targets for one day are an error, and so is a hole between the first and the last of one coverage. All of them are told at once.
    private static func checked(_ entries: [(target: Target, line: Int)], file: String) throws(InputError) -> [Target] {
        var faults: [(line: Int, error: InputError)] = []
        for (index, entry) in entries.enumerated() {
            let twin = entries[..<index].first {
                $0.target.indicatorID == entry.target.indicatorID && $0.target.coverage == entry.target.coverage && $0.target.validity.overlaps(entry.target.validity)
            }
            guard let twin else { continue }
            faults.append((entry.line, InputError(
                file: file, line: entry.line, "overlaps the target of \(twin.target.indicatorID) for '\(twin.target.coverage.text)' in line \(twin.line), which holds "
                    + "from \(twin.target.validity.first.iso) to \(twin.target.validity.last?.iso ?? "further notice"); end one before the other begins")))
        }
        for (a, b) in consecutive(entries) {
            guard let last = a.target.validity.last, last.advanced(by: 1) < b.target.validity.first else { continue }
            faults.append((b.line, InputError(
                file: file, line: b.line, "between the target of \(a.target.indicatorID) for '\(a.target.coverage.text)' in line \(a.line), which ends on \(last.iso), "
                    + "and this one, which begins on \(b.target.validity.first.iso), no target holds; let one of them reach to the other")))
        }
        if faults.isEmpty { return entries.map(\.target) }
        throw InputError(faults.sorted { $0.line < $1.line }.map(\.error.description).joined(separator: "\n"))
    }

    /// Each target with the next one of the same indicator and coverage.
    private static func consecutive(_ entries: [(target: Target, line: Int)]) -> [((target: Target, line: Int), (target: Target, line: Int))] {
        let groups = Dictionary(grouping: entries) { $0.target.indicatorID + "\n" + $0.target.coverage.text }
        return groups.sorted { $0.key < $1.key }.flatMap { _, group -> [((target: Target, line: Int), (target: Target, line: Int))] in
            let sorted = group.sorted { $0.target.validity.first < $1.target.validity.first }
            return Array(zip(sorted, sorted.dropFirst()))
        }
    }
}

extension RowReader<TargetField> {
    fileprivate mutating func target() -> Target? {
        let indicator = code(.indicator)
        let coverage = code(.applies_to).map(Coverage.init)
        let validity = validity(.valid_from, .valid_to)
        let value = requiredText(.value).flatMap(basisPoints)
        if value == nil { refuse(.value, .notAnAmount) }
        let document = document(.document_number, .document_date, .document_clause)
        guard refusals.isEmpty, let indicator, let coverage, let validity, let value, let document else { return nil }
        return Target(
            indicatorID: indicator, coverage: coverage, validity: validity, basisPoints: value, document: document,
            isIllustrative: !bytes(.illustrative).isEmpty)
    }
}

extension Definition {
    fileprivate func target() throws(InputError) -> Target {
        try allow(["indicator", "scope", "from", "to", "value", "document", "illustrative"])
        guard let first = try optionalDay("from") else { throw fault(nil, "'from' is missing: the first day on which the target holds") }
        let last = try optionalDay("to")
        if let last, last < first { throw fault("to", "'to' is before 'from'") }
        guard let value = basisPoints(try text("value")) else {
            throw fault("value", "'value' must be a percentage from 0 to 100 with at most two decimals, such as 70 or 62.5")
        }
        return Target(
            indicatorID: try text("indicator"), coverage: try coverage(), validity: Validity(first: first, last: last), basisPoints: value,
            document: try document("document"), isIllustrative: try flag("illustrative"))
    }

    /// `province`, `{level: district}` or `{unit: "616"}`
    package func coverage() throws(InputError) -> Coverage {
        guard isMapping("scope") else {
            _ = try choice("scope", of: ["province"])
            return .province
        }
        let inner = try definition("scope")
        try inner.allow(["level", "unit"])
        if inner.has("unit") { return .agency(code: try inner.text("unit")) }
        guard let level = AgencyLevel(word: try inner.choice("level", of: AgencyLevel.words)) else {
            preconditionFailure("a known word has a value")
        }
        return .level(level)
    }
}

/// A percentage from 0 to 100 with at most two decimals, in basis points and without any rounding; nil for anything else.
private func basisPoints(_ text: String) -> Int? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let decimals = parts.count == 2 ? String(parts[1]) : ""
    let isPlain = text.utf8.allSatisfy { $0 == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard isPlain, parts.count <= 2, decimals.count <= 2, parts.count == 1 || !decimals.isEmpty, let whole = Int(parts[0]), whole <= 100,
        let rest = Int(decimals + String(repeating: "0", count: 2 - decimals.count)), whole * 100 + rest <= 10_000
    else { return nil }
    return whole * 100 + rest
}
