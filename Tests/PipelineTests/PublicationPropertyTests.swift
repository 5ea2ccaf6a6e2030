import Adoption
import Foundation
import Pipeline
import Reporting
import Storage
import Testing
import TestSupport

/// Whatever is loaded, corrected, undone, reorganised and redefined: a final figure never changes, a restatement tells every difference by causes
/// that add up, and every publication is made again to the byte.
@Suite struct PublicationPropertyTests {
    /// The final figures of each period, as they were when they became final.
    private typealias Figures = [String: Rate]

    private static func figures(_ list: [FrozenFigure]) -> Figures {
        Dictionary(list.map { ("\($0.unitKey)/\($0.indicator)", $0.rate) }, uniquingKeysWith: { first, _ in first })
    }

    /// The definitions of the repository, and the same with a newer one that leaves out what was withdrawn.
    private func homes(_ folder: Folder) throws -> (Home, Home) {
        let home = try Home(path: Repository.root, program: "")
        try FileManager.default.copyItem(atPath: Repository.root + "/reports", toPath: folder.path + "/reports")
        let text = try String(contentsOfFile: folder.path + "/reports/indicators/O1.yaml", encoding: .utf8)
        try folder.file("reports/indicators/O1-v2.yaml", text.replacing("version: 1", with: "version: 2").replacing("not: [new, refused]", with: "not: [new, refused, withdrawn]"))
        return (home, try Home(path: folder.path, program: ""))
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>) func finalFiguresNeverChangeAndDifferencesAddUp(seed: UInt64) throws {
        let folder = try Folder()
        let (first, second) = try homes(folder)
        var (home, random) = (first, SeededGenerator(seed: seed))
        func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }
        let store = try Store(path: nil, actor: "tester")
        var clock = 1_750_000_000
        func now() -> Instant {
            clock += 60
            return Instant(secondsSinceEpoch: clock)
        }
        func load(_ kind: String, _ put: (ImportSession) throws -> Void) throws {
            try store.record(at: now()) { session in
                try session.beginFile(name: "f\(clock)", kind: kind, isIllustrative: false)
                try put(session)
                let counts = try session.settle()
                var told = counts
                if counts.read == 0 { told.count(.stored) }
                try session.endFile(sha256: String(repeating: "0", count: 64), counts: told)
            }
        }
        func loadRecords(_ count: Int) throws {
            try load("submissions") { session in
                try session.put(try (0..<count).map { _ in
                    try Records.dossier(
                        Records.code("D-\(below(60))"), agencyID: 1 + below(4), procedureID: 1 + below(3), channel: [.online, .counter, .postal][below(3)],
                        state: [.inProcess, .withdrawn, .refused, .received][below(4)],
                        received: Instant(local: Records.day("2025-03-20").advanced(by: below(85))), amountDueVND: [nil, 0, 50_000][below(3)],
                        updated: Instant(local: Records.day("2025-07-01").advanced(by: below(40))))
                })
                try session.put(try (0..<count / 2).map { _ in
                    let updated = Records.day("2025-06-20").advanced(by: below(50))
                    return try Records.payment(
                        Records.code("P-\(below(40))"), of: Records.code("D-\(below(66))"), PaymentMethod.allCases[below(3)], [.paid, .refunded, .unpaid][below(3)],
                        paid: Instant(local: Records.day("2025-03-20").advanced(by: below(85))), updated: Instant(local: updated))
                })
            }
        }
        try load("units") { session in
            for agency in Records.agencies { _ = try session.put(agency) }
            for procedure in Records.procedures { _ = try session.put(procedure) }
        }
        try loadRecords(50)
        let periods = [Period(.administrative, year: 2025, months: 4...4), Period(.administrative, year: 2025, months: 5...5), Period(.administrative, year: 2025, months: 4...6), Period(.calendar, year: 2025, months: 5...5)]
        var final: [Period: Figures] = [:]
        var (published, restated) = (0, 0)
        for step in 0..<15 {
            let period = periods[below(4)]
            let desk = PeriodDesk(store, home: home, period: period)
            switch below(10) {
            case 0, 1, 2: try loadRecords(5 + below(20))
            case 3:
                do { _ = try store.undo(importNumber: 2 + below(max(1, try store.dataVersion() - 1)), at: now()) } catch is InputError {}
            case 4:
                try load("procedures") { session in
                    for procedure in Records.procedures.shuffled(using: &random).prefix(2) {
                        _ = try session.put(Procedure(code: procedure.code, name: procedure.name, sector: "S\(step)", bearsFee: [true, false, nil][below(3)]))
                    }
                }
            case 5:
                // The commune goes to another unit, or a further one is made.
                try load("units") { session in
                    let commune = Records.agencies[3]
                    _ = try session.put(Agency(code: commune.code, name: "\(commune.name) \(step)", level: .commune, parentCode: ["616", "62", "62.SYT"][below(3)], validity: commune.validity))
                    if below(2) == 0 { _ = try session.put(Agency(code: "2359\(below(5))", name: "Xã \(step)", level: .commune, parentCode: "616", validity: commune.validity)) }
                }
            case 6 where below(3) == 0: home = second
            case 6, 7:
                let history = try store.history(of: period)
                if history.frozen != nil { continue }
                if try history.lastFrozen == nil && !store.hasTallies(in: period.halfMonths) { continue }
                let expected = Self.figures(try desk.figures())
                let (_, revisions) = try desk.freeze(reason: "r", override: "although incomplete", at: now())
                try check(revisions, from: final[period], to: expected, "seed \(seed), step \(step), \(period.id)")
                final[period] = expected
            case 8:
                guard let before = final[period] else { continue }
                if try store.history(of: period).frozen == nil { continue }
                if below(3) == 0 { _ = try desk.reopen(reason: "r", at: now()); continue }
                let revisions = try desk.restate(reason: "r", at: now())?.revisions
                let after = Self.figures(try desk.figures())
                try check(revisions ?? [], from: before, to: after, "seed \(seed), step \(step), \(period.id)")
                final[period] = after
                restated += revisions == nil ? 0 : 1
                #expect(try desk.differences().isEmpty)
            default:
                let order = PublicationOrder(period: period, structure: .then, language: "vi", formats: ["html"], reports: ["provincial-review", "unit-monthly"], units: ["616", "62"])
                do {
                    _ = try Publishing(store, home: home, at: now()).publish(order, reason: "", recipients: [], to: folder.path + "/out")
                    published += 1
                } catch is InputError {}
            }
            for (period, figures) in final where try store.history(of: period).frozen != nil {
                let act = try #require(try store.history(of: period).frozen)
                let frozenHome = try Home(definitionSet: try #require(try store.definitions(of: act.number)))
                #expect(Self.figures(try PeriodDesk(store, home: frozenHome, period: period).figures()) == figures, "seed \(seed), step \(step), \(period.id)")
            }
        }
        // A figure explained is the figure that is final, counted twice and with its dossiers.
        for (period, figures) in final where try store.history(of: period).frozen != nil {
            for id in ["P1.v1", "T1.v1"] {
                let explained = try Look(store).explain(first.indicator(named: id), Scope(agencyCode: "62"), in: period, limit: .max)
                #expect(explained.figure.rate == figures["62@2021-01-01/\(id)"] ?? .none, "seed \(seed), \(period.id), \(id)")
                #expect(explained.lines.count == explained.figure.rate.denominator)
            }
        }
        for (number, _, _) in try store.publications() {
            let rebuilt = try Publishing.rebuild(number, store, to: folder.path + "/again")
            #expect(rebuilt.isSame, "seed \(seed), publication \(number): \(rebuilt.different) \(rebuilt.parts.map(\.section))")
        }
        #expect(try store.publications().count == published)
        #expect(try store.brokenAuditEntry() == nil)
    }

    /// Every difference is told, nothing else is, and old and changes make new.
    private func check(_ revisions: [FigureRevision]?, from before: Figures?, to after: Figures, _ comment: Comment) throws {
        guard let before else { return #expect(revisions == nil, comment) }
        let revisions = try #require(revisions, comment)
        var rest = after
        for one in revisions {
            #expect(one.old == before["\(one.unitKey)/\(one.oldIndicator)"] ?? .none, comment)
            #expect(one.new == after["\(one.unitKey)/\(one.newIndicator)"] ?? .none, comment)
            #expect(one.old.numerator + one.changes.reduce(0) { $0 + $1.numerator } == one.new.numerator, comment)
            #expect(one.old.denominator + one.changes.reduce(0) { $0 + $1.denominator } == one.new.denominator, comment)
            #expect(Set(one.changes.map(\.cause)).count == one.changes.count, "a cause is told once")
            rest["\(one.unitKey)/\(one.newIndicator)"] = nil
        }
        for (name, rate) in rest { #expect(before[name] == rate, "\(comment): \(name) changed without a word") }
    }
}
