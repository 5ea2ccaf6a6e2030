package import Adoption

/// A file of records, or one sheet of it, whose columns are understood and which is not open: of hundreds of files only the one that is
/// being read takes memory.
package struct TablePlan {
    package let name: String
    package let byteCount: Int
    package let kind: SourceKind
    private let profile: Profile
    private let header: Header
    private let run: RowRun

    init(_ profile: Profile, _ header: Header, _ preview: Header.Preview, _ run: RowRun) {
        (self.profile, self.header, self.run) = (profile, header, run)
        (name, byteCount, kind) = (preview.name, preview.byteCount, profile.kind)
    }

    package func open() throws(InputError) -> TableFile { try TableFile(try run.open(), profile: profile, header: header) }
}

/// A file of records, or one sheet of it, while it is read.
package final class TableFile {
    package let kind: SourceKind
    let source: any RowSource
    let profile: Profile
    let header: Header
    /// Rows that are no records: totals, signatures, repeated headers, and what the profile leaves out.
    package private(set) var skippedRows = 0
    private let keyPosition: Int?
    private let requiredPositions: [Int]

    /// Goes to the first record.
    init(_ source: any RowSource, profile: Profile, header: Header) throws(InputError) {
        self.source = source
        self.profile = profile
        self.header = header
        kind = profile.kind
        keyPosition = profile.kind.keyField.flatMap { header.positions[$0] }
        requiredPositions = profile.kind.requiredFields.compactMap { header.positions[$0] }
        for _ in 0..<header.rows { _ = try source.next() }
    }

    package var name: String { source.name }
    package var byteCount: Int { source.byteCount }
    package var bytesRead: Int { source.bytesRead }
    package var profileName: String { profile.name }
    /// SHA-256 of the file; only after the last record.
    package func fingerprint() -> String { source.fingerprint() }

    /// The file says of itself that its records are invented: it has the column `illustrative`.
    package var isIllustrative: Bool { header.positions["illustrative"] != nil }

    /// The rows do not say when they changed: their time is that of the whole list.
    package var isListed: Bool { header.positions["updated_at"] == nil && profile.fixed["updated_at"] != nil }

    /// The columns that are not read: only their names are ever told, and not even those when they look like something about a person.
    package var droppedColumns: [String] {
        let used = Set(header.positions.values).union(header.others.values.joined()).union(header.skipPositions.compactMap { $0 })
        let products = used.map { header.labels[$0] }.filter { $0.contains("*") }
        return header.labels.indices.filter { !used.contains($0) && !header.labels[$0].isEmpty }.compactMap { index in
            let label = header.labels[index]
            if products.contains(where: { $0.split(whereSeparator: { "*.".contains($0) }).contains(label.split(separator: ".").last ?? "") && $0.hasPrefix(label.prefix { $0 != "[" }) }) { return nil }
            return label.count > 80 || label.count(where: \.isNumber) >= 6 ? "(column \(index + 1))" : label
        }
    }

    /// The position of each field of a kind; −1 where the file has no such column.
    func positions<F: FieldName>(of _: F.Type) -> [Int] { F.names.map { header.positions[$0] ?? -1 } }

    /// The last row has no line end. It is complete as far as can be told, but its last field may have been cut off.
    package var endsOpenly: Bool { source.endsOpenly }

    /// Goes to the next row that is a record. A last row that was cut off refuses the file: what follows it is missing.
    package func next() throws(InputError) -> Bool {
        while try source.next() {
            if source.isCutOff(columns: header.labels.count) {
                throw InputError(file: name, line: source.place(0).line, "the file ends in the middle of this row; it was cut off, export it again")
            }
            if !isNoRecord { return true }
            skippedRows += 1
        }
        return false
    }

    /// What makes the row unreadable as a whole.
    func rowFault() -> Fault? { source.rowFault(columns: header.labels.count) }

    func refusal(_ fault: Fault, at position: Int?, field: String = "", allowed: [String] = [], value: String = "") -> Refusal {
        let place = source.place(position.flatMap { $0 >= 0 ? $0 : nil } ?? 0)
        let label = position.flatMap { header.labels.indices.contains($0) ? header.labels[$0] : nil } ?? field
        return Refusal(file: name, line: place.line, column: place.column, field: label, fault: fault, allowed: allowed, value: value, recordCode: recordCode)
    }

    /// Empty where the row has no code that could be one.
    private var recordCode: String {
        guard let keyPosition, !kind.isRegister, rowFault() == nil else { return "" }
        let key = source.bytes(keyPosition).trimmed
        return key.count <= 64 && key.allSatisfy(isCodeCharacter) ? String(decoding: key, as: UTF8.self) : ""
    }

    private var isNoRecord: Bool {
        for (skip, position) in zip(profile.skips, header.skipPositions) {
            guard let position else { continue }
            let cell = source.bytes(position).trimmed
            switch skip.condition {
            case .empty: if cell.isEmpty { return true }
            case .filled: if !cell.isEmpty { return true }
            case .words(let words): if let text = cell.text, words.contains(text.folded) { return true }
            }
        }
        guard let keyPosition else { return filledRequired == 0 && rowFault() == nil }
        let key = source.bytes(keyPosition).trimmed
        // A code has no blanks and no letters beyond ASCII: the costly look is only for what cannot be one.
        guard key.isEmpty || key.contains(where: { $0 == 0x20 || $0 >= 0x80 }) else { return false }
        let text = key.count <= 512 ? key.composedText ?? "" : "?"
        if text == header.labels[keyPosition] { return true }
        // A row without a code and with hardly anything else is a signature, a rule below the table, or a total.
        let others = filledRequired - (text.isEmpty ? 0 : 1)
        return others * 3 <= requiredPositions.count && (text.isEmpty || isTotal) && rowFault() == nil
    }

    /// How many of the required columns have something in the current row.
    private var filledRequired: Int { requiredPositions.count { !source.bytes($0).trimmed.isEmpty } }

    /// `Tổng cộng`, `Tổng số`, `Cộng` stand first in the row.
    private var isTotal: Bool {
        for index in 0..<source.cellCount {
            guard let text = source.bytes(index).trimmed.text, !text.isEmpty else { continue }
            let folded = text.folded
            return ["tong cong", "tong so", "tong:", "cong:", "total"].contains { folded.hasPrefix($0) } && !folded.hasPrefix("tong cong ty") || folded == "cong" || folded == "tong"
        }
        return false
    }
}

extension TablePlan {
    /// The tables of one run of rows: one for each profile that was given and fits, otherwise the canonical form that fits best.
    ///
    /// Two profiles of different kinds may both fit: a list of dossiers that holds their payments is read twice.
    /// - Parameter profiles: the user's own.
    /// - Throws: what the nearest profile misses, when none fits.
    static func plans(profiles: [Profile], exported: Instant? = nil, _ run: RowRun) throws(InputError) -> [TablePlan] {
        let preview = try Header.Preview(try run.open())
        guard !preview.rows.isEmpty else { throw InputError(file: preview.name, "is empty; export it again") }
        let sheet = preview.name.split(separator: "!", maxSplits: 1).dropFirst().first.map(String.init)
        let own = profiles.filter { $0.sheet == nil || sheet == nil || $0.sheet == sheet }
        var fits: [(profile: Profile, header: Header)] = []
        for profile in own { fits.append((profile, try Header(preview, for: profile))) }
        var chosen: [SourceKind: (profile: Profile, header: Header)] = [:]
        for fit in fits where fit.header.missing.isEmpty {
            if let other = chosen[fit.profile.kind], other.header.positions.count >= fit.header.positions.count { continue }
            chosen[fit.profile.kind] = fit
        }
        if chosen.isEmpty {
            for profile in Profile.canonical.map({ $0.exported(at: exported) }) { fits.append((profile, try Header(preview, for: profile))) }
            // Two kinds may both be satisfied: the one that explains more columns is meant.
            guard let best = fits.filter({ $0.header.missing.isEmpty }).max(by: { $0.header.positions.count < $1.header.positions.count }) else {
                throw unknown(preview, fits)
            }
            chosen[best.profile.kind] = best
        }
        return SourceKind.allCases.compactMap { kind in chosen[kind].map { TablePlan($0.profile, $0.header, preview, run) } }
    }

    private static func unknown(_ preview: Header.Preview, _ fits: [(profile: Profile, header: Header)]) -> InputError {
        guard let near = fits.max(by: { $0.header.positions.count < $1.header.positions.count }), !near.header.positions.isEmpty, let field = near.header.missing.first else {
            return InputError(
                file: preview.name, line: preview.places.first ?? 1,
                "no column is known, so it cannot be told what this file is; "
                    + (preview.rows[0].count == 1 ? "it seems to have one column only, and columns are divided by a comma, semicolon, tab or bar; " : "") + "`uptake profile try` suggests a mapping profile for --profile, or name the columns as the README does")
        }
        if field == "updated_at", near.header.missing.count == 1 {
            return InputError(
                file: preview.name, line: near.header.line,
                "the list does not say when its rows were changed (no column for 'updated_at'); say with --exported when it was made, such as --exported 2025-05-15T08:00")
        }
        let expected = (near.profile.columns[field] ?? [field]).map { "'\($0)'" }.joined(separator: ", ")
        return InputError(file: preview.name, line: near.header.line, "no column for '\(field)'; expected \(expected) (see the mapping profile '\(near.profile.name)')")
    }
}
