package import Adoption

extension Profile {
    /// Reads a mapping profile: what the columns and words of a foreign table mean.
    ///
    /// - Throws: an unknown field or kind, with file, line and the nearest known one.
    package init(path: String) throws(InputError) {
        let file = try Definition(path: path, name: path.split(separator: "/").last.map(String.init) ?? path)
        try file.allow(["profile", "kind", "columns", "values"])
        let kinds = SourceKind.allCases.filter { !$0.fields.isEmpty }
        guard let kind = SourceKind(rawValue: try file.choice("kind", of: kinds.map(\.rawValue))) else {
            preconditionFailure("a known word has a value")
        }
        let mapping = try file.definition("columns")
        try mapping.allow(kind.fields)
        var columns: [String: [String]] = [:]
        for field in mapping.keys { columns[field] = try mapping.texts(field) }
        for field in kind.requiredFields where columns[field] == nil {
            throw mapping.fault(nil, "'\(field)' is missing: a table of \(kind.rawValue) needs it")
        }
        var words: [String: [String: String]] = [:]
        if file.has("values") {
            let values = try file.definition("values")
            try values.allow(kind.fields)
            for field in values.keys {
                guard let vocabulary = kind.vocabulary(of: field) else { throw values.fault(field, "'\(field)' has no closed list of words to translate to") }
                let translation = try values.definition(field)
                for word in translation.keys { words[field, default: [:]][word] = try translation.choice(word, of: vocabulary) }
            }
        }
        self.init(name: try file.text("profile"), kind: kind, columns: columns, words: words)
    }
}
