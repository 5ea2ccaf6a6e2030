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
    /// Other codes of the same unit in the same time, such as the old reversed form `000.00.53.H48`.
    package let aliases: [String]

    package init(code: String, name: String, level: AgencyLevel, parentCode: String?, validity: Validity, aliases: [String] = []) {
        self.code = code
        self.name = name
        self.level = level
        self.parentCode = parentCode
        self.validity = validity
        self.aliases = aliases
    }

    /// `616@2004-01-01`: what a user writes where a code alone would mean two units.
    package var key: String { "\(code)@\(validity.first.iso)" }

    /// The same unit, shown under another name.
    package func shown(as name: String) -> Agency {
        Agency(code: code, name: name, level: level, parentCode: parentCode, validity: validity, aliases: aliases)
    }

    /// The name with the last day, for a unit that is shown beside others that are still there.
    package var nameUntilItsEnd: String { validity.last.map { "\(name) (– \($0.vietnamese))" } ?? name }
}

/// An administrative procedure with its national code.
package struct Procedure: Hashable, Sendable {
    package let code: String
    package let name: String
    package let sector: String
    /// The level of the units that settle it; nil when the register does not say.
    package let authority: AgencyLevel?
    /// Nil when the register does not say; a dossier's own fee lines then decide.
    package let bearsFee: Bool?

    package init(code: String, name: String, sector: String, authority: AgencyLevel? = nil, bearsFee: Bool?) {
        self.code = code
        self.name = name
        self.sector = sector
        self.authority = authority
        self.bearsFee = bearsFee
    }
}

/// The units, procedures and services that a store knows, each unit and procedure under the number by which dossiers point to it.
package struct Register: Sendable {
    package let agencies: [Int: Agency]
    package let procedures: [Int: Procedure]
    package let services: Services
    package let events: [UnitEvent]
    /// For each number of a unit, the number that stands for the unit through all its names and codes.
    let identities: [Int: Int]
    private let numbersByKey: [String: Int]

    package init(agencies: [Int: Agency], procedures: [Int: Procedure], services: [Service] = [], events: [UnitEvent] = []) {
        self.agencies = agencies
        self.procedures = procedures
        self.services = Services(services, procedures: procedures)
        self.events = events
        identities = Register.identities(agencies, events)
        numbersByKey = Dictionary(agencies.map { ($0.value.key, $0.key) }, uniquingKeysWith: min)
    }

    /// Nil when the register has no such unit.
    package func number(of agency: Agency) -> Int? { numbersByKey[agency.key] }

    /// The units valid on `day`, in the order of their codes.
    package func agencies(on day: Day) -> [(id: Int, agency: Agency)] {
        agencies.filter { $0.value.validity.contains(day) }
            .sorted { ($0.value.code, $0.key) < ($1.value.code, $1.key) }
            .map { (id: $0.key, agency: $0.value) }
    }

    /// The units of some day of the period, each once and as it was last, in the order of their codes.
    ///
    /// A code that passed to another unit within the period stands for both of them.
    package func agencies(in period: Period) -> [Agency] {
        var latest: [Int: Agency] = [:]
        for (id, agency) in agencies where agency.validity.overlaps(period.validity) {
            let identity = identities[id] ?? id
            if let other = latest[identity], other.validity.first > agency.validity.first { continue }
            latest[identity] = agency
        }
        return latest.values.sorted { ($0.code, $0.validity.first) < ($1.code, $1.validity.first) }
    }

    /// The units that a text means in a period: a code or an alias that they had in it, or a code with the first day of its validity.
    package func agencies(named text: String, in period: Period) -> [Agency] {
        agencies(in: period).filter { agency in
            numbers(of: agency, in: period).compactMap { agencies[$0] }.contains { $0.code == text || $0.key == text || $0.aliases.contains(text) }
        }
    }

    /// The codes and aliases by which `agencies(named:in:)` finds more than one unit in a period.
    package func sharedCodes(in period: Period) -> Set<String> {
        var bearers: [String: Set<String>] = [:]
        for agency in agencies(in: period) {
            for unit in numbers(of: agency, in: period).compactMap({ agencies[$0] }) {
                for code in [unit.code] + unit.aliases { bearers[code, default: []].insert(agency.key) }
            }
        }
        return Set(bearers.filter { $0.value.count > 1 }.keys)
    }

    /// The numbers that the unit had in the period, without those of the units below it.
    package func numbers(of agency: Agency, in period: Period) -> Set<Int> {
        numbers(of: agency).filter { agencies[$0]?.validity.overlaps(period.validity) == true }
    }

    /// The numbers of the unit through all its names and codes.
    package func numbers(of agency: Agency) -> Set<Int> {
        guard let number = number(of: agency) else { return [] }
        let identity = identities[number] ?? number
        return Set(agencies.keys.filter { (identities[$0] ?? $0) == identity })
    }

    /// The codes and keys of the unit and of all units below it at some day of `period`; none for a unit that was not there.
    package func codes(within scope: String, in period: Period) -> Set<String> {
        let numbers = agencies(named: scope, in: period).reduce(into: Set<Int>()) { $0.formUnion(subtree(of: $1, in: period)) }
        return Set(numbers.compactMap { agencies[$0] }.flatMap { [$0.code, $0.key] })
    }

    /// The numbers of the unit and of all units below it at some day of `period`.
    ///
    /// A unit that ended within the period still belongs to the parent that it had; a province that was merged within the
    /// period belongs to the one that it became, so that no dossier is in no total.
    package func subtree(of agency: Agency, in period: Period) -> Set<Int> {
        let present = agencies.filter { $0.value.validity.overlaps(period.validity) }
        var children: [Int: [Int]] = [:]
        let byCode = Dictionary(grouping: present.keys) { present[$0]?.code ?? "" }
        for (id, child) in present {
            for parent in byCode[child.parentCode ?? ""] ?? [] where present[parent]?.validity.overlaps(child.validity) == true {
                children[parent, default: []].append(id)
            }
        }
        for (id, province) in present where province.level == .province {
            guard let last = province.validity.last, last < period.last else { continue }
            for heir in successors(of: id) { children[heir, default: []].append(id) }
        }
        var found = numbers(of: agency, in: period)
        var open = Array(found)
        while let next = open.popLast() {
            for child in children[next] ?? [] where found.insert(child).inserted { open.append(child) }
        }
        return found
    }

    /// The numbers of the units that bore the code at any time, and of those that stood below one of them on some day.
    ///
    /// - Parameter code: a code, an alias, or a code with the first day of its validity.
    package func everWithin(_ code: String) -> Set<Int> {
        struct Stay: Hashable {
            let number: Int
            /// On which the unit and all between it and the code were there.
            let days: Validity
        }
        let children = Dictionary(grouping: agencies.keys) { agencies[$0]?.parentCode ?? "" }
        var open = agencies.filter { $0.value.code == code || $0.value.key == code || $0.value.aliases.contains(code) }.map { Stay(number: $0.key, days: $0.value.validity) }
        var found = Set(open)
        while let stay = open.popLast() {
            for child in agencies[stay.number].flatMap({ children[$0.code] }) ?? [] {
                guard let days = agencies[child]?.validity.common(with: stay.days) else { continue }
                let next = Stay(number: child, days: days)
                if found.insert(next).inserted { open.append(next) }
            }
        }
        return Set(found.map(\.number))
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
}
