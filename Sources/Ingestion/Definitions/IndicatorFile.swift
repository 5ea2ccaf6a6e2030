package import Adoption

extension Indicator {
    /// Reads one file of `reports/indicators/`.
    ///
    /// - Throws: an unknown key or word, with file, line and the nearest known one.
    package init(path: String) throws(InputError) {
        let file = try Definition(path: path, name: path.split(separator: "/").last.map(String.init) ?? path)
        try file.allow(["id", "version", "name", "definition", "date", "denominator", "numerator", "source"])
        guard let basis = DateBasis(word: try file.choice("date", of: DateBasis.words)) else {
            preconditionFailure("a known word has a value")
        }
        self.init(
            id: try file.text("id"), version: try file.integer("version"), name: try file.bilingual("name"),
            definition: try file.bilingual("definition"), basis: basis, denominator: try file.condition("denominator"),
            numerator: try file.condition("numerator"), source: try file.document("source"))
    }
}

extension Definition {
    /// `{channel: online, state: {not: [new, refused]}}`
    fileprivate func condition(_ key: String) throws(InputError) -> Condition {
        let inner = try definition(key)
        try inner.allow(Dimension.allCases.map(\.rawValue))
        var allowed: [Dimension: Set<UInt8>] = [:]
        for dimension in Dimension.allCases where inner.has(dimension.rawValue) {
            let isNegated = inner.isMapping(dimension.rawValue)
            let owner = isNegated ? try inner.definition(dimension.rawValue) : inner
            if isNegated { try owner.allow(["not"]) }
            let listKey = isNegated ? "not" : dimension.rawValue
            var codes: Set<UInt8> = []
            for word in try owner.texts(listKey) {
                let word = try owner.known(word, listKey, dimension.words)
                codes.insert(UInt8(dimension.words.firstIndex(of: word) ?? 0))
            }
            allowed[dimension] = isNegated ? Set(dimension.words.indices.map(UInt8.init)).subtracting(codes) : codes
        }
        return Condition(allowed)
    }
}
