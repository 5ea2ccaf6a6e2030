package import Adoption

extension Profile {
    /// Reads a mapping profile: what the columns and words of a foreign table mean.
    ///
    /// - Throws: an unknown field or kind, with file, line and the nearest known one.
    package init(path: String) throws(InputError) {
        let file = try Definition(path: path, name: path.split(separator: "/").last.map(String.init) ?? path)
        try file.allow(["profile", "kind", "columns", "values", "fixed", "fill_down", "skip", "dates", "numbers", "encoding", "sheet", "about"])
        let kinds = SourceKind.allCases.filter { !$0.fields.isEmpty }
        guard let kind = SourceKind(rawValue: try file.choice("kind", of: kinds.map(\.rawValue))) else {
            preconditionFailure("a known word has a value")
        }
        let mapping = try file.definition("columns")
        try mapping.allow(kind.fields)
        self.init(name: try file.text("profile"), kind: kind, columns: [:])
        for field in mapping.keys { columns[field] = try mapping.texts(field) }
        if file.has("values") { words = try file.definition("values").words(of: kind) }
        if file.has("fixed") {
            let values = try file.definition("fixed")
            try values.allow(kind.fields)
            for field in values.keys {
                fixed[field] = try values.text(field, of: kind.vocabulary(of: field))
            }
        }
        // The list's own moment may come from the command line.
        for field in kind.requiredFields where columns[field] == nil && fixed[field] == nil && field != "updated_at" {
            throw mapping.fault(nil, "'\(field)' is missing: a table of \(kind.rawValue) needs it, as a column or under 'fixed'")
        }
        if file.has("fill_down") {
            for field in try file.texts("fill_down") { filledDown.insert(try file.known(field, "fill_down", kind.fields)) }
        }
        if file.has("skip") {
            for rule in try file.definitions("skip") { skips.append(try rule.skip()) }
        }
        if file.has("dates") {
            for text in try file.texts("dates") {
                guard let pattern = MomentPattern(text) else {
                    throw file.fault("dates", "'\(text)' is no way to write a moment; write it as dd/MM/yyyy HH:mm:ss, with d, M and H where the zero may be missing")
                }
                moments.append(pattern)
            }
        }
        if file.has("numbers") {
            let known = NumberMarks.allCases.map(\.rawValue)
            marks = NumberMarks(rawValue: try file.choice("numbers", of: known)) ?? .none
        }
        if file.has("encoding") { encoding = TextEncoding(rawValue: try file.choice("encoding", of: TextEncoding.allCases.map(\.rawValue))) }
        sheet = try file.optionalText("sheet")
    }
}

extension Definition {
    /// The file's texts and ours, for each field that has them.
    fileprivate func words(of kind: SourceKind) throws(InputError) -> [String: [String: String]] {
        try allow(kind.fields)
        var words: [String: [String: String]] = [:]
        for field in keys {
            let vocabulary = kind.vocabulary(of: field)
            guard vocabulary != nil || kind.resolvedFields.contains(field) else { throw fault(field, "'\(field)' has no closed list of words to translate to") }
            let translation = try definition(field)
            for word in translation.keys {
                words[field, default: [:]][word] = try translation.text(word, of: vocabulary)
            }
        }
        return words
    }

    /// - Parameter vocabulary: nil where any text may stand.
    fileprivate func text(_ key: String, of vocabulary: [String]?) throws(InputError) -> String {
        if let vocabulary { return try choice(key, of: vocabulary) }
        return try text(key)
    }

    /// `{column: Ghi chú, when: filled}` or `{column: Loại, when: [Bản sao, Liên thông]}`
    fileprivate func skip() throws(InputError) -> Profile.Skip {
        try allow(["column", "when"])
        let labels = try texts("column")
        switch try texts("when") {
        case ["empty"]: return Profile.Skip(labels: labels, condition: .empty)
        case ["filled"]: return Profile.Skip(labels: labels, condition: .filled)
        case let words: return Profile.Skip(labels: labels, condition: .words(Set(words.map(\.folded))))
        }
    }
}
