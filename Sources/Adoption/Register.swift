/// A unit that receives and settles dossiers, as it was during one validity.
///
/// Names never identify a unit and codes were reused: the key is (code, first day of validity).
package struct Agency: Hashable, Sendable {
    package let code: String
    package let name: String
    package let level: AgencyLevel
    /// The code of the unit above it; nil for the province.
    package let parentCode: String?
    package let validity: Validity

    package init(code: String, name: String, level: AgencyLevel, parentCode: String?, validity: Validity) {
        self.code = code
        self.name = name
        self.level = level
        self.parentCode = parentCode
        self.validity = validity
    }
}

/// An administrative procedure with its national code.
package struct Procedure: Hashable, Sendable {
    package let code: String
    package let name: String
    package let sector: String
    /// Nil when the register does not say; a dossier's own fee lines then decide.
    package let bearsFee: Bool?

    package init(code: String, name: String, sector: String, bearsFee: Bool?) {
        self.code = code
        self.name = name
        self.sector = sector
        self.bearsFee = bearsFee
    }
}

/// The units and procedures that a store knows, each under the number by which dossiers point to it.
package struct Register: Sendable {
    package let agencies: [Int: Agency]
    package let procedures: [Int: Procedure]

    package init(agencies: [Int: Agency], procedures: [Int: Procedure]) {
        self.agencies = agencies
        self.procedures = procedures
    }

    /// The units valid on `day`, in the order of their codes.
    package func agencies(on day: Day) -> [(id: Int, agency: Agency)] {
        agencies.filter { $0.value.validity.contains(day) }
            .sorted { $0.value.code < $1.value.code }
            .map { (id: $0.key, agency: $0.value) }
    }

    /// The units of some day of the period, each code once and as it was last, in the order of their codes.
    package func agencies(in period: Period) -> [Agency] {
        var latest: [String: Agency] = [:]
        for agency in agencies.values where agency.validity.overlaps(period.validity) {
            if let other = latest[agency.code], other.validity.first > agency.validity.first { continue }
            latest[agency.code] = agency
        }
        return latest.values.sorted { $0.code < $1.code }
    }

    /// The numbers that the unit had in the period, without those of the units below it.
    package func numbers(of code: String, in period: Period) -> Set<Int> {
        Set(agencies.filter { $0.value.code == code && $0.value.validity.overlaps(period.validity) }.keys)
    }

    /// A unit that does not stand below a province at any time: what it receives would be in no total.
    package var stray: Agency? {
        let parents = Dictionary(grouping: agencies.values, by: \.code)
        func reachesProvince(_ agency: Agency, _ passed: Set<String>) -> Bool {
            if agency.level == .province { return true }
            guard let parent = agency.parentCode, !passed.contains(parent) else { return false }
            return (parents[parent] ?? []).contains { reachesProvince($0, passed.union([parent])) }
        }
        return agencies.values.sorted { $0.code < $1.code }.first { !reachesProvince($0, [$0.code]) }
    }

    /// The numbers of the unit and of all units below it at some day of `period`, as the structure stood on its last day.
    /// A unit that ended within the period still belongs to the parent that it had.
    package func subtree(of code: String, in period: Period) -> Set<Int> {
        let present = agencies.filter { $0.value.validity.overlaps(period.validity) }
        var children: [String: [String]] = [:]
        for agency in present.values { if let parent = agency.parentCode { children[parent, default: []].append(agency.code) } }
        var codes: Set<String> = [code]
        var open = [code]
        while let next = open.popLast() {
            for child in children[next] ?? [] where codes.insert(child).inserted { open.append(child) }
        }
        return Set(present.filter { codes.contains($0.value.code) }.keys)
    }
}
