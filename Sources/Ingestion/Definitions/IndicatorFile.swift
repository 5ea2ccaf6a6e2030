package import Adoption

extension Indicator {
    /// Reads one file of `reports/indicators/`.
    ///
    /// - Throws: an unknown key or word, with file, line and the nearest known one.
    package init(path: String) throws(InputError) {
        let file = try Definition(path: path, name: path.split(separator: "/").last.map(String.init) ?? path)
        try file.allow([
            "id", "version", "name", "definition", "family", "counts", "date", "denominator", "numerator", "rounding", "zero_denominator", "source",
        ])
        guard let basis = DateBasis(word: try file.choice("date", of: DateBasis.words)) else {
            preconditionFailure("a known word has a value")
        }
        // The one rounding and the one rule that there are: they stand in each definition so that a reader need not look elsewhere.
        _ = try file.choice("rounding", of: ["hundredths_half_up"])
        _ = try file.choice("zero_denominator", of: ["no_data"])
        let id = try file.text("id")
        guard id.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }) else { throw file.fault("id", "'id' takes letters, digits and '-'") }
        let version = try file.integer("version")
        guard version > 0 else { throw file.fault("version", "'version' counts from 1") }
        let counts = file.has("counts") ? try file.choice("counts", of: ["dossiers", "procedures"]) : "dossiers"
        let parts: (Subject, Condition, Condition)
        if counts == "procedures" { parts = try file.procedureQuestion() } else { parts = (.dossiers, try file.condition("denominator"), try file.condition("numerator")) }
        self.init(
            id: id, version: version, name: try file.bilingual("name"), definition: try file.bilingual("definition"), family: try file.optionalText("family") ?? "",
            basis: basis, subject: parts.0, denominator: parts.1, numerator: parts.2, source: try file.document("source"))
    }
}

extension Definition {
    /// `denominator: {offered: [full], bears_fee: yes}`, `numerator: {offered: [full], dossiers: {channel: online}}`
    fileprivate func procedureQuestion() throws(InputError) -> (Indicator.Subject, Condition, Condition) {
        let (asked, counted) = (try definition("denominator"), try definition("numerator"))
        try asked.allow(["offered", "bears_fee"])
        try counted.allow(["offered", "dossiers"])
        guard counted.has("offered") || counted.has("dossiers") else { throw fault("numerator", "'numerator' needs 'offered' or 'dossiers': otherwise every procedure counts") }
        let bearsFee: Bool? = asked.has("bears_fee") ? try asked.choice("bears_fee", of: ["yes", "no"]) == "yes" : nil
        let question = ProcedureQuestion(
            offered: try asked.levels("offered"), bearsFee: bearsFee, countsOffered: try counted.levels("offered"), countsUsed: counted.has("dossiers"))
        return (.procedures(question), counted.has("dossiers") ? try counted.condition("dossiers") : Condition(), Condition())
    }

    private func levels(_ key: String) throws(InputError) -> Set<ServiceLevel>? {
        if !has(key) { return nil }
        var levels: Set<ServiceLevel> = []
        for word in try texts(key) { if let level = ServiceLevel(word: try known(word, key, ServiceLevel.words)) { levels.insert(level) } }
        return levels
    }

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
