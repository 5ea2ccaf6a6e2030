internal import Adoption
internal import ArgumentParser
internal import Reporting

/// Registers as lines of text.
struct RegisterLines {
    private let register: Adoption.Register
    private let targets: Targets
    private let day: Day?
    private let unit: String?

    init(_ register: Adoption.Register, _ targets: Targets, day: Day?, unit: String?) {
        self.register = register
        self.targets = targets
        self.day = day
        self.unit = unit
    }

    func lines(_ what: Register.List.What) throws -> [String] {
        switch what {
        case .units: return units
        case .procedures:
            return register.procedures.values.sorted { $0.code < $1.code }.map { procedure in
                let fee = procedure.bearsFee.map { $0 ? "fee" : "no fee" } ?? "fee not known"
                return "\(padded(procedure.code, 12))  \(padded(procedure.authority?.word ?? "", 10))  \(padded(fee, 13))  \(procedure.sector): \(procedure.name)"
            }
        case .services: return try services
        case .targets: return try targetLines
        case .events: return register.events.filter { event in day.map { event.date <= $0 } ?? true }.map(line)
        }
    }

    /// One unit or procedure with everything that happened to it.
    func history(of code: String) -> [String] {
        let own = register.agencies.filter { $0.value.code == code || $0.value.aliases.contains(code) || $0.value.key == code }
        var numbers: Set<Int> = []
        for agency in own.values { numbers.formUnion(register.numbers(of: agency)) }
        var lines: [String] = []
        for (id, agency) in sorted(numbers) {
            lines.append(line(agency))
            let before = register.events.filter { $0.date == agency.validity.first && $0.toCode == agency.code }
            let after = register.events.filter { event in agency.validity.last.map { event.date == $0.advanced(by: 1) } == true && event.fromCode == agency.code }
            lines += before.map { "    came by   " + line($0) } + after.map { "    went by   " + line($0) }
            for heir in register.successors(of: id).compactMap({ register.agencies[$0] }) { lines.append("    is now    \(heir.key)  \(heir.name)") }
        }
        if let procedure = register.procedures.values.first(where: { $0.code == code }) {
            lines.append("\(procedure.code)  \(procedure.sector): \(procedure.name)")
            lines += register.services.all.filter { $0.procedureCode == code }.sorted { $0.validity.first < $1.validity.first }.map { "    " + line($0) }
        }
        return lines
    }

    private var units: [String] {
        sorted(Set(register.agencies.keys)).map(\.1).filter { agency in
            (day.map { agency.validity.contains($0) } ?? true) && (unit == nil || agency.code == unit || agency.parentCode == unit)
        }.map(line)
    }

    private func sorted(_ numbers: Set<Int>) -> [(Int, Agency)] {
        numbers.compactMap { id in register.agencies[id].map { (id, $0) } }.sorted { ($0.1.validity.first, $0.1.code) < ($1.1.validity.first, $1.1.code) }
    }

    private var services: [String] {
        get throws {
            guard let day, let unit else {
                return register.services.all.filter { service in day.map { service.validity.contains($0) } ?? true }.map(line)
            }
            let agency = try agency(unit, on: day)
            return register.procedures.sorted { $0.value.code < $1.value.code }.flatMap { id, _ in
                register.services.services(of: id, at: agency, on: day).map { line($0) + "  (\(reason($0.coverage, agency)))" }
            }
        }
    }

    private var targetLines: [String] {
        get throws {
            guard let day, let unit else {
                return targets.all.filter { target in day.map { target.validity.contains($0) } ?? true }.map(line)
            }
            let agency = try agency(unit, on: day)
            let lines = Set(targets.all.map(\.indicatorID)).sorted().map { id in
                targets.target(id, agency: agency, on: day).map { line($0) + "  (\(reason($0.coverage, agency)))" } ?? "\(padded(id, 6))  no target holds for \(agency.code) on \(day.iso)"
            }
            return lines.isEmpty ? ["no targets are loaded"] : lines
        }
    }

    private func agency(_ code: String, on day: Day) throws -> Agency {
        guard let found = register.agencies(on: day).first(where: { $0.agency.code == code || $0.agency.aliases.contains(code) }) else {
            throw InputError("no unit bears the code '\(code)' on \(day.iso); `uptake register history \(code)` tells when it did")
        }
        return found.agency
    }

    private func reason(_ coverage: Coverage, _ agency: Agency) -> String {
        switch coverage {
        case .agency: "its own"
        case .level(let level): "as a \(level.word), having none of its own"
        case .province: "of the whole province, having none of its own nor of its level"
        }
    }

    private func line(_ agency: Agency) -> String {
        let aliases = agency.aliases.isEmpty ? "" : "  also \(agency.aliases.joined(separator: ", "))"
        return "\(padded(agency.code, 16))  \(padded(agency.level.word, 10))  \(days(agency.validity))  below \(padded(agency.parentCode ?? "-", 10))  \(agency.name)\(aliases)"
    }

    private func line(_ event: UnitEvent) -> String {
        let names = [event.fromCode.map { name($0, event.date.advanced(by: -1)) }, event.toCode.map { name($0, event.date) }].map { $0 ?? "-" }
        return "\(event.date.iso)  \(padded(event.kind.word, 8))  \(names[0]) → \(names[1])  by \(event.document.number)"
    }

    private func name(_ code: String, _ day: Day) -> String {
        register.agency(code, on: day).map { "\(code) \($0.name)" } ?? code
    }

    private func line(_ service: Service) -> String {
        let fees = [service.counterFeeVND.map { "counter \(grouped($0, .english)) đ" }, service.onlineFeeVND.map { "online \(grouped($0, .english)) đ" }]
        let times = [service.counterDays.map { "counter \($0) days" }, service.onlineDays.map { "online \($0) days" }]
        let terms = (fees + times).compactMap { $0 }.joined(separator: ", ")
        return "\(padded(service.procedureCode, 12))  \(padded(service.coverage.text, 12))  \(days(service.validity))  \(padded(service.level.word, 12))  \(terms.isEmpty ? "" : terms + "  ")by \(service.document.number)"
    }

    private func line(_ target: Target) -> String {
        let value = Cell.basisPoints(target.basisPoints).text(.english)
        return "\(padded(target.indicatorID, 6))  \(padded(target.coverage.text, 12))  \(days(target.validity))  \(padded(value, 8))  by \(target.document.number) \(target.document.clause)\(target.isIllustrative ? " (illustrative)" : "")"
    }

    private func days(_ validity: Validity) -> String { "\(validity.first.iso) to \(padded(validity.last?.iso ?? "now", 10))" }
}
