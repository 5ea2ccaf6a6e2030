/// Something in the registers that does not fit.
package struct RegisterFinding: Hashable, Sendable {
    package enum Severity: String, Sendable {
        /// A figure can be wrong because of it.
        case error
        /// It is unusual and may be meant.
        case note
    }

    package let severity: Severity
    /// The unit, procedure or target that it is about.
    package let subject: String
    package let message: String

    package init(severity: Severity, subject: String, message: String) {
        self.severity = severity
        self.subject = subject
        self.message = message
    }
}

/// All inconsistencies of the registers at once, errors first.
package struct RegisterCheck {
    private let register: Register
    private let targets: [Target]
    private let indicatorIDs: [String]
    private var findings: [RegisterFinding] = []

    package static func findings(in register: Register, targets: Targets, indicatorIDs: [String]) -> [RegisterFinding] {
        var check = RegisterCheck(register: register, targets: targets.all, indicatorIDs: indicatorIDs)
        check.checkParents()
        check.checkEnds()
        check.checkEvents()
        check.checkAliases()
        check.checkServices()
        check.checkTargets()
        return check.findings.sorted { a, b in
            (a.severity == .error ? 0 : 1, a.subject, a.message) < (b.severity == .error ? 0 : 1, b.subject, b.message)
        }
    }

    private init(register: Register, targets: [Target], indicatorIDs: [String]) {
        self.register = register
        self.targets = targets
        self.indicatorIDs = indicatorIDs
    }

    private var agencies: [(id: Int, agency: Agency)] {
        register.agencies.sorted { ($0.value.code, $0.value.validity.first) < ($1.value.code, $1.value.validity.first) }.map { (id: $0.key, agency: $0.value) }
    }

    private mutating func error(_ subject: String, _ message: String) { findings.append(RegisterFinding(severity: .error, subject: subject, message: message)) }

    private mutating func note(_ subject: String, _ message: String) { findings.append(RegisterFinding(severity: .note, subject: subject, message: message)) }

    private mutating func checkParents() {
        for (_, agency) in agencies {
            guard let parent = agency.parentCode else {
                if agency.level != .province { error(agency.key, "has no parent_code and is no province, so its dossiers are in no total") }
                continue
            }
            let parents = register.agencies.values.filter { $0.code == parent }.map(\.validity)
            if parents.isEmpty {
                error(agency.key, "stands below '\(parent)', which the register does not have")
            } else if let day = Validity.firstGap(in: agency.validity, coveredBy: parents) {
                error(agency.key, "stands below '\(parent)', which is not valid on \(day.iso); end the unit with its parent, or give it another parent from that day on")
            }
        }
        if let stray = register.stray { error(stray.key, "is not below a province by any path") }
    }

    private mutating func checkEnds() {
        for (id, agency) in agencies {
            guard let last = agency.validity.last else { continue }
            let next = last.advanced(by: 1)
            let isTold = register.events.contains { $0.date == next && $0.fromCode == agency.code }
            if !isTold && register.successors(of: id).isEmpty {
                // Where the whole register ends with it, nothing is missing yet.
                let goesOn = register.agencies.values.contains { $0.validity.contains(next) }
                let message = "ends on \(last.iso) and no event of \(next.iso) says what became of it; its records cannot be restated"
                if goesOn { error(agency.key, message) } else { note(agency.key, message) }
            }
            for (_, heir) in agencies where heir.code == agency.code && heir.validity.first == next && heir.name != agency.name && !isTold {
                note(agency.key, "its code passes to '\(heir.name)' on \(next.iso) without an event; they count as two units")
            }
        }
    }

    private mutating func checkEvents() {
        for event in register.events {
            let subject = "\(event.kind.word) \(event.date.iso) \(event.fromCode ?? "") → \(event.toCode ?? "")"
            let before = event.date.advanced(by: -1)
            if let from = event.fromCode {
                let version = register.agencies.values.first { $0.code == from && $0.validity.contains(before) }
                if version == nil {
                    error(subject, "no unit bears the code '\(from)' on \(before.iso)")
                } else if event.kind != .split, version?.validity.last != before, event.toCode != from {
                    error(subject, "the unit '\(from)' is still valid on \(event.date.iso); end it on \(before.iso)")
                }
            }
            if let to = event.toCode, !register.agencies.values.contains(where: { $0.code == to && $0.validity.contains(event.date) }) {
                error(subject, "no unit bears the code '\(to)' on \(event.date.iso)")
            }
            let sameDay = register.events.filter { $0.date == event.date }
            if event.kind == .split, sameDay.count(where: { $0.fromCode == event.fromCode && $0.kind == .split }) < 2 { note(subject, "divides the unit into one only; is it a merge or a renaming?") }
            if event.continuesUnit, sameDay.count(where: { $0.fromCode == event.fromCode }) > 1 { error(subject, "the unit is renamed or moved and has another event on the same day") }
        }
    }

    private mutating func checkAliases() {
        let all = agencies
        for (index, one) in all.enumerated() {
            for other in all[(index + 1)...] where one.agency.validity.overlaps(other.agency.validity) {
                let shared = Set([one.agency.code] + one.agency.aliases).intersection([other.agency.code] + other.agency.aliases).sorted()
                if let code = shared.first { error(one.agency.key, "shares the code '\(code)' with \(other.agency.key) at the same time") }
            }
        }
    }

    private mutating func checkServices() {
        let codes = Set(register.agencies.values.flatMap { [$0.code] + $0.aliases })
        let bearsFee = Dictionary(register.procedures.values.map { ($0.code, $0.bearsFee) }, uniquingKeysWith: { first, _ in first })
        for service in register.services.all {
            let subject = "service \(service.procedureCode) for \(service.coverage.text) from \(service.validity.first.iso)"
            if case .agency(let code) = service.coverage, !codes.contains(code) { error(subject, "no unit bears the code '\(code)'") }
            if let counter = service.counterFeeVND, let online = service.onlineFeeVND, online > counter { note(subject, "the online fee is higher than the counter's") }
            if let counter = service.counterDays, let online = service.onlineDays, online > counter { note(subject, "the online time limit is longer than the counter's") }
            if bearsFee[service.procedureCode] == .some(false), (service.counterFeeVND ?? 0) + (service.onlineFeeVND ?? 0) > 0 {
                error(subject, "names a fee, and the procedures register says that the procedure bears none")
            }
            let isOldLevel = [.level2, .level3, .level4].contains(service.level)
            if isOldLevel, service.validity.last == nil { note(subject, "has a level of NĐ 43/2011 without an end; NĐ 42/2022 knows partial and full") }
        }
    }

    private mutating func checkTargets() {
        let codes = Set(register.agencies.values.flatMap { [$0.code] + $0.aliases })
        for target in targets {
            let subject = "target \(target.indicatorID) for \(target.coverage.text) from \(target.validity.first.iso)"
            if !indicatorIDs.contains(target.indicatorID) {
                error(subject, "no indicator '\(target.indicatorID)' is defined" + (nearest(to: target.indicatorID, in: indicatorIDs).map { "; did you mean '\($0)'?" } ?? ""))
            }
            if case .agency(let code) = target.coverage, !codes.contains(code) { error(subject, "no unit bears the code '\(code)'") }
            let next = targets.filter { $0.indicatorID == target.indicatorID && $0.coverage == target.coverage && $0.validity.first > target.validity.first }
                .min { $0.validity.first < $1.validity.first }
            if let next, let last = target.validity.last, last.advanced(by: 1) < next.validity.first {
                error(subject, "ends on \(last.iso) (\(target.document.number)) and the next one begins on \(next.validity.first.iso) (\(next.document.number)): no target holds in between")
            }
        }
    }
}

extension Validity {
    /// The first day of `validity` that none of the others has; nil when they cover it.
    static func firstGap(in validity: Validity, coveredBy others: [Validity]) -> Day? {
        var day = validity.first
        while let cover = others.first(where: { $0.contains(day) }) {
            guard let last = cover.last else { return nil }
            if let end = validity.last, last >= end { return nil }
            day = last.advanced(by: 1)
        }
        return day
    }
}
