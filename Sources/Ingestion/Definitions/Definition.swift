package import Adoption
internal import Yams

/// One mapping of a YAML file, read key by key; every error names the file and the line.
package struct Definition {
    package let file: String
    private let node: Node
    private let entries: [String: Node]

    /// The top of a file.
    package init(path: String, name: String) throws(InputError) {
        let bytes = try wholeFile(path, named: name)
        guard let text = String(validating: bytes, as: UTF8.self) else { throw InputError(file: name, "is not UTF-8 text") }
        let node: Node?
        do { node = try Yams.compose(yaml: text) } catch {
            throw InputError(file: name, line: mark(of: error)?.line, column: mark(of: error)?.column, "is not YAML: \(problem(of: error))")
        }
        guard let node else { throw InputError(file: name, "is empty") }
        try self.init(node, file: name)
    }

    private init(_ node: Node, file: String) throws(InputError) {
        guard let mapping = node.mapping else { throw InputError(file: file, line: node.mark?.line, "keys with values are expected here") }
        var entries: [String: Node] = [:]
        for (key, value) in mapping {
            guard let key = key.string else { throw InputError(file: file, line: key.mark?.line, "a key must be a word") }
            entries[key] = value
        }
        self.file = file
        self.node = node
        self.entries = entries
    }

    /// Where it begins; the first line is 1.
    var line: Int { node.mark?.line ?? 1 }

    package var keys: [String] { entries.keys.sorted() }

    package func has(_ key: String) -> Bool { entries[key] != nil }

    package func fault(_ key: String?, _ message: String) -> InputError {
        InputError(file: file, line: (key.flatMap { entries[$0] } ?? node).mark?.line, message)
    }

    /// Refuses every key that is not in the list, and names the one that was probably meant.
    package func allow(_ known: [String]) throws(InputError) {
        for key in keys where !known.contains(key) {
            let hint = nearest(to: key, in: known).map { "did you mean '\($0)'?" } ?? "known are \(known.joined(separator: ", "))"
            throw fault(key, "'\(key)' is not known here; \(hint)")
        }
    }

    package func optionalText(_ key: String) throws(InputError) -> String? {
        guard let value = entries[key] else { return nil }
        guard let text = value.scalar?.string else { throw fault(key, "'\(key)' must be a text") }
        // In YAML a sign # after a space begins a remark, so an unquoted colour is nothing at all.
        if text.isEmpty, value.scalar?.style == .plain { throw fault(key, "'\(key)' has no value; write one, in quotation marks if it begins with #, or leave the key out") }
        return text.isEmpty ? nil : text
    }

    package func text(_ key: String) throws(InputError) -> String {
        guard let text = try optionalText(key) else { throw fault(nil, "'\(key)' is missing") }
        return text
    }

    package func integer(_ key: String) throws(InputError) -> Int {
        guard let number = Int(try text(key)) else { throw fault(key, "'\(key)' must be a whole number") }
        return number
    }

    package func optionalDay(_ key: String) throws(InputError) -> Day? {
        guard let text = try optionalText(key) else { return nil }
        guard let day = Day(iso: text) else { throw fault(key, "'\(key)' must be a day such as 2025-05-14") }
        return day
    }

    package func flag(_ key: String) throws(InputError) -> Bool {
        switch try optionalText(key) {
        case nil, "false", "no": false
        case "true", "yes": true
        default: throw fault(key, "'\(key)' must be true or false")
        }
    }

    /// `{vi: …, en: …}`
    package func bilingual(_ key: String) throws(InputError) -> Text {
        let inner = try definition(key)
        try inner.allow(["vi", "en"])
        return Text(vi: try inner.text("vi"), en: try inner.text("en"))
    }

    package func definition(_ key: String) throws(InputError) -> Definition {
        guard let value = entries[key] else { throw fault(nil, "'\(key)' is missing") }
        return try Definition(value, file: file)
    }

    package func definitions(_ key: String) throws(InputError) -> [Definition] {
        guard let value = entries[key] else { throw fault(nil, "'\(key)' is missing") }
        guard let sequence = value.sequence else { throw fault(key, "'\(key)' must be a list") }
        var all: [Definition] = []
        for node in sequence { all.append(try Definition(node, file: file)) }
        return all
    }

    /// A list of texts, or a single one.
    package func texts(_ key: String) throws(InputError) -> [String] {
        guard let value = entries[key] else { throw fault(nil, "'\(key)' is missing") }
        let nodes = value.sequence.map(Array.init) ?? [value]
        var texts: [String] = []
        for node in nodes {
            guard let text = node.scalar?.string else { throw fault(key, "'\(key)' must be a list of texts") }
            texts.append(text)
        }
        return texts
    }

    func isList(_ key: String) -> Bool { entries[key]?.sequence != nil }

    package func isMapping(_ key: String) -> Bool { entries[key]?.mapping != nil }

    /// The value of `key` as one of a closed list.
    package func choice(_ key: String, of words: [String]) throws(InputError) -> String {
        try known(try text(key), key, words)
    }

    /// `word`, or an error that names the nearest known word.
    package func known(_ word: String, _ key: String, _ words: [String]) throws(InputError) -> String {
        if words.contains(word) { return word }
        let hint = nearest(to: word, in: words).map { "did you mean '\($0)'?" } ?? "known are \(words.joined(separator: ", "))"
        throw fault(key, "'\(word)' is not known for '\(key)'; \(hint)")
    }

    package func document(_ key: String) throws(InputError) -> Document {
        let inner = try definition(key)
        try inner.allow(["number", "date", "clause"])
        return Document(
            number: try inner.text("number"), date: try inner.optionalDay("date"), clause: try inner.optionalText("clause") ?? "")
    }
}

/// Where YAML stopped being YAML.
private func mark(of error: any Error) -> Mark? {
    switch error {
    case YamlError.scanner(_, _, let mark, _), YamlError.parser(_, _, let mark, _), YamlError.composer(_, _, let mark, _): mark
    default: nil
    }
}

/// What is wrong, in a few words and without the text around it.
private func problem(of error: any Error) -> String {
    switch error {
    case YamlError.scanner(_, let problem, _, _), YamlError.parser(_, let problem, _, _), YamlError.composer(_, let problem, _, _): problem
    case YamlError.duplicatedKeysInMapping(let keys, _): "the key '\(keys.first.map { "\($0)" } ?? "")' stands twice"
    default: "it cannot be read"
    }
}
