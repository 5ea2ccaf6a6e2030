package import Adoption

/// A file of records with its columns understood.
package final class TableFile {
    package let kind: SourceKind
    let source: any RowSource
    let profile: Profile
    /// The header's own texts.
    let headers: [String]
    private let positions: [String: Int]

    /// Reads the header and finds every field of the profile in it.
    init(reader: CSVReader, profiles: [Profile]) throws(InputError) {
        source = reader
        headers = try TableFile.header(of: reader)
        profile = try TableFile.profile(for: headers, of: reader, among: profiles)
        kind = profile.kind
        positions = try TableFile.positions(headers, profile, reader)
    }

    package var name: String { source.name }
    package var byteCount: Int { source.byteCount }
    package var bytesRead: Int { source.bytesRead }
    /// SHA-256 of the file; only after the last record.
    package func fingerprint() -> String { source.fingerprint() }

    /// The file says of itself that its records are invented: it has the column `illustrative`.
    package var isIllustrative: Bool { positions["illustrative"] != nil }

    /// The columns that are not read: only their names are ever told.
    package var droppedColumns: [String] {
        let used = Set(positions.values)
        return headers.indices.filter { !used.contains($0) && !headers[$0].isEmpty }.map { headers[$0] }
    }

    /// The position of each field of a kind; −1 where the file has no such column.
    func positions<F: FieldName>(of _: F.Type) -> [Int] { F.names.map { positions[$0] ?? -1 } }

    /// Goes to the next row. A last row that was cut off refuses the file: what follows it is missing.
    package func next() throws(InputError) -> Bool {
        guard try source.next() else { return false }
        if source.isCutOff(columns: headers.count) {
            throw InputError(file: name, line: source.place(0).line, "the file ends in the middle of this row; it was cut off, export it again")
        }
        return true
    }

    /// What makes the row unreadable as a whole.
    func rowFault() -> Fault? { source.rowFault(columns: headers.count) }

    func refusal(_ fault: Fault, at position: Int?, allowed: [String] = []) -> Refusal {
        let place = source.place(position.flatMap { $0 >= 0 ? $0 : nil } ?? 0)
        let field = position.flatMap { headers.indices.contains($0) ? headers[$0] : nil } ?? ""
        return Refusal(file: name, line: place.line, column: place.column, field: field, fault: fault, allowed: allowed)
    }

    private static func header(of reader: CSVReader) throws(InputError) -> [String] {
        reader.delimiter = likelyDelimiter(reader.beginning)
        guard try reader.next() else { throw InputError(file: reader.name, "is empty; export it again") }
        var headers: [String] = []
        for index in reader.fields.indices {
            guard reader.fields.count <= 2_000, let text = reader.bytes(index).trimmed.text, !text.utf8.contains(0) else {
                throw InputError(file: reader.name, line: 1, "the header is not UTF-8 text; save the file as CSV UTF-8")
            }
            headers.append(text)
        }
        return headers
    }

    /// The mark that stands most often in the first line, outside quotation marks.
    private static func likelyDelimiter(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt8 {
        let candidates = [",", ";", "\t", "|"].map { UInt8(ascii: $0) }
        var counts = [0, 0, 0, 0]
        var isQuoted = false
        for byte in bytes {
            if byte == quote { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == newline || byte == carriageReturn { break }
            if let index = candidates.firstIndex(of: byte) { counts[index] += 1 }
        }
        let most = counts.max() ?? 0
        return candidates[most == 0 ? 0 : counts.firstIndex(of: most) ?? 0]
    }

    /// The first profile whose required fields are all there; without one, the error speaks of the one that comes nearest.
    private static func profile(for headers: [String], of reader: CSVReader, among profiles: [Profile]) throws(InputError) -> Profile {
        func missing(_ profile: Profile) -> [String] {
            profile.kind.requiredFields.filter { field in !(profile.columns[field] ?? []).contains { headers.contains($0) } }
        }
        func found(_ profile: Profile) -> Int { profile.columns.values.count { $0.contains { headers.contains($0) } } }
        // Two kinds may both be satisfied (procedures ⊂ units): the one that explains more columns is meant.
        let fitting = profiles.filter { missing($0).isEmpty }
        if let best = fitting.max(by: { found($0) < found($1) }) { return best }
        guard let near = profiles.max(by: { found($0) < found($1) }), found(near) > 0, let field = missing(near).first else {
            throw InputError(
                file: reader.name, line: 1,
                "no column is known, so it cannot be told what this file is; give a mapping profile with --profile, or name the columns as the README does")
        }
        let expected = (near.columns[field] ?? [field]).map { "'\($0)'" }.joined(separator: ", ")
        throw InputError(file: reader.name, line: 1, "no column for '\(field)'; expected \(expected) (see the mapping profile '\(near.name)')")
    }

    private static func positions(_ headers: [String], _ profile: Profile, _ reader: CSVReader) throws(InputError) -> [String: Int] {
        var positions: [String: Int] = [:]
        for field in profile.kind.fields {
            let matches = headers.indices.filter { (profile.columns[field] ?? []).contains(headers[$0]) }
            if matches.count > 1 {
                throw InputError(
                    file: reader.name, line: 1, column: reader.place(matches[1]).column,
                    "the column '\(headers[matches[1]])' stands twice for '\(field)'; remove one of them")
            }
            positions[field] = matches.first
        }
        return positions
    }
}
