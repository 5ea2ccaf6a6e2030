/// What a decision did to units on a day. One event of a file is one pair of units; a merge of three is three of them.
package struct UnitEvent: Hashable, Sendable {
    package enum Kind: UInt8, Vocabulary {
        case create, rename, merge, split, move, abolish
        package static let words = ["create", "rename", "merge", "split", "move", "abolish"]
    }

    package let kind: Kind
    /// The first day of what follows.
    package let date: Day
    /// The unit that bore this code on the day before; nil for `create`.
    package let fromCode: String?
    /// The unit that bears this code on the day; nil for `abolish`.
    package let toCode: String?
    package let document: Document

    /// - Throws: when an end is missing that this kind of event has, or written that it has not.
    package init(kind: Kind, date: Day, fromCode: String?, toCode: String?, document: Document) throws(UnitEventContradiction) {
        if (kind == .create) != (fromCode == nil) { throw .wrongFrom }
        if (kind == .abolish) != (toCode == nil) { throw .wrongTo }
        self.kind = kind
        self.date = date
        self.fromCode = fromCode
        self.toCode = toCode
        self.document = document
    }

    /// It continues a unit under another name, code or parent, and makes no other unit of it.
    package var continuesUnit: Bool { kind == .rename || kind == .move }

    /// It made, ended or changed the unit.
    package func touches(_ unit: Agency) -> Bool {
        unit.code == toCode && unit.validity.contains(date) || unit.code == fromCode && unit.validity.contains(date.advanced(by: -1))
    }
}

/// In the order of their days.
extension UnitEvent: Comparable {
    private var order: (Day, UInt8, String, String, String, String) { (date, kind.rawValue, fromCode ?? "", toCode ?? "", document.number, document.clause) }

    package static func < (a: UnitEvent, b: UnitEvent) -> Bool { a.order < b.order }
}

package enum UnitEventContradiction: Error { case wrongFrom, wrongTo }

extension Register {
    /// Versions of one unit share a number: those that follow each other under one code and name, and those that an event
    /// of renaming or moving joins. A code alone joins nothing, since codes were given to other units.
    static func identities(_ agencies: [Int: Agency], _ events: [UnitEvent]) -> [Int: Int] {
        var identities = Dictionary(uniqueKeysWithValues: agencies.keys.map { ($0, $0) })
        let begins = Dictionary(grouping: agencies, by: \.value.code)
        let byDate = Dictionary(grouping: events, by: \.date)
        for (id, agency) in agencies.sorted(by: { ($0.value.validity.first, $0.key) < ($1.value.validity.first, $1.key) }) {
            guard let last = agency.validity.last else { continue }
            let next = last.advanced(by: 1)
            let event = byDate[next]?.first { $0.fromCode == agency.code }
            if let event, !event.continuesUnit { continue }
            let heir = begins[event?.toCode ?? agency.code]?.first { $0.value.validity.first == next && $0.key != id }
            if let heir, event != nil || heir.value.name == agency.name { identities[heir.key] = identities[id] }
        }
        return identities
    }

    /// The numbers that a unit had on the first day after its end: itself under a new name, or those that it was merged or split into.
    /// Empty for a unit that is still valid, that was abolished, or whose end no event explains.
    package func successors(of id: Int) -> [Int] {
        guard let agency = agencies[id], let last = agency.validity.last else { return [] }
        let next = last.advanced(by: 1)
        let codes = Set(events.filter { $0.date == next && $0.fromCode == agency.code }.compactMap(\.toCode))
        let heirs = agencies.filter { $0.key != id && $0.value.validity.contains(next) && codes.contains($0.value.code) }.keys.sorted()
        if !heirs.isEmpty { return heirs }
        let same = agencies.filter { $0.value.validity.first == next && (identities[$0.key] ?? -1) == identities[id] && $0.key != id }
        return same.keys.sorted()
    }

    /// The events between two days, both included, in the order of their dates.
    package func events(from first: Day, to last: Day) -> [UnitEvent] { events.filter { (first...last).contains($0.date) }.sorted() }

    /// The unit that bears a code on a day.
    package func agency(_ code: String, on day: Day) -> Agency? { agencies.values.first { $0.code == code && $0.validity.contains(day) } }

    /// What led to a unit and on from it, at any time and through all its names and codes, in the order of the days: the events between the unit, those that
    /// it came from and those that it went into. What else came from the former or went into the latter is not the unit's.
    package func lineage(of agency: Agency) -> [UnitEvent] {
        guard let own = number(of: agency).flatMap({ identities[$0] }) else { return [] }
        let days = Dictionary(grouping: eventEnds, by: \.event.date)
        func walk(_ order: [Day], from near: (EventEnds) -> Int?, to far: (EventEnds) -> Int?) -> Set<UnitEvent> {
            var (reached, found): (Set<Int>, Set<UnitEvent>) = ([own], [])
            for day in order {
                // What happened on one day happened at once: none of it led to another.
                let met = (days[day] ?? []).filter { ends in near(ends).map { reached.contains($0) } ?? false }
                found.formUnion(met.map(\.event))
                reached.formUnion(met.compactMap { far($0) })
            }
            return found
        }
        let order = days.keys.sorted()
        return walk(order.reversed(), from: { $0.to }, to: { $0.from }).union(walk(order, from: { $0.from }, to: { $0.to })).sorted()
    }

    /// An event with the units at its ends, each by the number that stands for it through all its names and codes.
    private struct EventEnds {
        let event: UnitEvent
        let from: Int?
        let to: Int?
    }

    private var eventEnds: [EventEnds] {
        let bearers = Dictionary(grouping: agencies.keys) { agencies[$0]?.code ?? "" }
        func unit(_ code: String?, on day: Day) -> Int? {
            guard let code, let id = bearers[code]?.first(where: { agencies[$0]?.validity.contains(day) == true }) else { return nil }
            return identities[id]
        }
        return events.map { EventEnds(event: $0, from: unit($0.fromCode, on: $0.date.advanced(by: -1)), to: unit($0.toCode, on: $0.date)) }
    }
}

/// Where the records of every unit belong in the structure of one day.
package struct Restatement: Sendable {
    /// The day whose structure it is.
    package let day: Day
    /// The units of that day, valid without end so that every earlier record finds its place, and those that ended without an heir.
    package let register: Register
    /// For each number of a unit, the number under which its records count.
    package let heirs: [Int: Int]
    /// Units that were divided: each of their dossiers needs a unit of its own.
    package let divided: [Int: Set<Int>]

    package init(of register: Register, to day: Day) {
        var heirs: [Int: Int] = [:]
        var divided: [Int: Set<Int>] = [:]
        for id in register.agencies.keys {
            let ends = Restatement.ends(of: id, in: register, on: day, passed: [])
            if ends.count > 1 { divided[id] = ends } else { heirs[id] = ends.first ?? id }
        }
        // A divided unit stays as it is until each dossier is told where it belongs.
        for id in divided.keys { heirs[id] = id }
        var agencies: [Int: Agency] = [:]
        let always = Validity(first: Day(number: 0), last: nil)
        for (id, agency) in register.agencies {
            let isOfDay = agency.validity.contains(day)
            guard isOfDay || heirs[id] == id && agency.validity.first <= day else { continue }
            let parent = isOfDay ? agency.parentCode : Restatement.parent(of: agency, register, heirs, day)
            agencies[id] = Agency(
                code: isOfDay ? agency.code : agency.key, name: isOfDay ? agency.name : agency.nameUntilItsEnd, level: agency.level, parentCode: parent, validity: always,
                aliases: agency.aliases)
        }
        self.day = day
        self.heirs = heirs
        self.divided = divided
        self.register = Register(agencies: agencies, procedures: register.procedures, services: register.services.all, events: [])
    }

    /// The one unit that the records of a unit count for: its heir, or itself where it has none, or several.
    package func bearer(of agencyID: Int) -> Int { heirs[agencyID] ?? agencyID }

    /// The unit of that day to which a dossier belongs.
    ///
    /// - Parameter successorCode: what the dossier's own attribution says, for dossiers of a divided unit.
    /// - Returns: nil for a dossier of a divided unit without an attribution to one of its heirs.
    package func heir(of agencyID: Int, successorCode: String?) -> Int? {
        guard let ends = divided[agencyID] else { return heirs[agencyID] }
        return ends.first { register.agencies[$0]?.code == successorCode }
    }

    private static func ends(of id: Int, in register: Register, on day: Day, passed: Set<Int>) -> Set<Int> {
        guard let agency = register.agencies[id], !passed.contains(id) else { return [] }
        if agency.validity.contains(day) || agency.validity.first > day { return [id] }
        return register.successors(of: id).reduce(into: []) { ends, heir in
            ends.formUnion(Restatement.ends(of: heir, in: register, on: day, passed: passed.union([id])))
        }
    }

    /// The code, in the restated register, of the unit that a unit without an heir stood below on its last day.
    private static func parent(of agency: Agency, _ register: Register, _ heirs: [Int: Int], _ day: Day) -> String? {
        guard let code = agency.parentCode, let last = agency.validity.last else { return nil }
        let parent = register.agencies.first { $0.value.code == code && $0.value.validity.contains(last) }
        guard let parent, let heir = register.agencies[heirs[parent.key] ?? parent.key] else { return nil }
        return heir.validity.contains(day) ? heir.code : heir.key
    }
}
