package import Adoption

/// Targets as a province writes them down, each with its document.
package struct TargetFile: Sendable {
    package let name: String
    package let byteCount: Int
    package let fingerprint: String
    package let targets: [Target]

    /// - Throws: an unknown word, a value outside 0 to 100, two targets of the same scope for one day.
    package init(path: String, name: String) throws(InputError) {
        let file = try Definition(path: path, name: name)
        try file.allow(["targets"])
        var targets: [Target] = []
        for entry in try file.definitions("targets") {
            let target = try entry.target()
            let twin = targets.first {
                $0.indicatorID == target.indicatorID && $0.scope == target.scope && $0.validity.overlaps(target.validity)
            }
            if let twin {
                throw entry.fault(
                    nil, "overlaps the target of \(twin.indicatorID) from \(twin.validity.first.iso) for the same scope; end one before the other begins")
            }
            targets.append(target)
        }
        let bytes = try wholeFile(path, named: name)
        let digest = try Digest()
        bytes.withUnsafeBytes { digest.update($0) }
        self.name = name
        self.targets = targets
        byteCount = bytes.count
        fingerprint = digest.finish()
    }
}

extension Definition {
    fileprivate func target() throws(InputError) -> Target {
        try allow(["indicator", "scope", "from", "to", "value", "document", "illustrative"])
        guard let first = try optionalDay("from") else { throw fault(nil, "'from' is missing: the first day on which the target holds") }
        let last = try optionalDay("to")
        if let last, last < first { throw fault("to", "'to' is before 'from'") }
        return Target(
            indicatorID: try text("indicator"), scope: try scope(), validity: Validity(first: first, last: last),
            basisPoints: try percent("value"), document: try document("document"), isIllustrative: try flag("illustrative"))
    }

    /// `province`, `{level: district}` or `{unit: "616"}`
    private func scope() throws(InputError) -> Target.Scope {
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

    /// A percentage with at most two decimals, in basis points and without any rounding.
    private func percent(_ key: String) throws(InputError) -> Int {
        let text = try text(key)
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let decimals = parts.count == 2 ? String(parts[1]) : ""
        guard text.utf8.allSatisfy({ $0 == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), parts.count <= 2, decimals.count <= 2, parts.count == 1 || !decimals.isEmpty,
            let whole = Int(parts[0]), whole <= 100,
            let rest = Int(decimals + String(repeating: "0", count: 2 - decimals.count)), whole * 100 + rest <= 10_000
        else { throw fault(key, "'\(key)' must be a percentage from 0 to 100 with at most two decimals, such as 70 or 62.5") }
        return whole * 100 + rest
    }
}
