import Adoption
import Foundation
import Pipeline
import Reporting
import Storage
import Testing
import TestSupport

/// What a restatement says, worked out by hand: one cause at a time.
@Suite struct RevisionTests {
    private static let may = Period(.administrative, year: 2025, months: 5...5)

    private struct Desk {
        let store: Store
        var home: Home

        init() throws {
            store = try Store(path: nil, actor: "tester")
            home = try Home(path: Repository.root, program: "")
            try load { session in
                for agency in Records.agencies { _ = try session.put(agency) }
                for procedure in Records.procedures { _ = try session.put(procedure) }
            }
            // Ten dossiers of Sa Thầy district in May, six of them online; all bear a fee, three are paid online.
            try load { session in
                try session.put(try (0..<10).map { try Records.dossier(Records.code("D\($0)"), channel: $0 < 6 ? .online : .counter) })
                try session.put(try (0..<3).map { try Records.payment(Records.code("P\($0)"), of: Records.code("D\($0)")) })
            }
            _ = try period().freeze(reason: "Quyết định 1", override: "test", at: Instant(secondsSinceEpoch: 1_752_001_000))
        }

        func period(_ period: Period = RevisionTests.may) -> PeriodDesk { PeriodDesk(store, home: home, period: period) }

        @discardableResult
        func load(_ put: (ImportSession) throws -> Void) throws -> Int {
            try store.record(at: Instant(secondsSinceEpoch: 0)) { session in
                try session.beginFile(name: "f", kind: "submissions", isIllustrative: false)
                try put(session)
                var counts = try session.settle()
                if counts.read == 0 { counts.count(.stored) }
                try session.endFile(sha256: String(repeating: "0", count: 64), counts: counts)
            }
        }

        /// The revisions of a figure of the district: old, new, and each cause with its change.
        func told(_ indicator: String, unit: String = "616@2021-01-01") throws -> [String] {
            try period().differences().filter { $0.unitKey == unit && $0.newIndicator == indicator }.map { one in
                "\(one.old.numerator)/\(one.old.denominator) \(one.new.numerator)/\(one.new.denominator) "
                    + one.changes.map { "\($0.cause.rawValue) \($0.numerator)/\($0.denominator)" }.joined(separator: ", ")
            }
        }

        func official(_ indicator: String) throws -> Rate {
            try Look(store).explain(home.indicator(named: indicator), Scope(agencyCode: "616"), in: RevisionTests.may, limit: 0).figure.rate
        }
    }

    @Test func lateDossiersAndLatePayments() throws {
        let desk = try Desk()
        try desk.load { session in
            try session.put([try Records.dossier("L1"), try Records.dossier("L2", channel: .counter), try Records.dossier("OUT", received: Records.moment("2025-05-15"))])
            try session.put([try Records.payment("PL", of: "D3")])
        }
        #expect(try desk.told("O1.v1") == ["6/10 7/12 late 1/2"])
        #expect(try desk.told("P1.v1") == ["3/10 4/12 late 1/2"], "a payment that came late is late, too")
        #expect(try desk.official("O1") == Rate(6, of: 10), "what is final stays")
    }

    @Test func aChannelIsReclassifiedAndTheRestIsCorrection() throws {
        let desk = try Desk()
        try desk.load { session in
            // Filed at the counter after all; and another is refused, which takes it out of the denominator, and was by post.
            try session.put([
                try Records.dossier("D0", channel: .counter, updated: Records.moment("2025-05-28")),
                try Records.dossier("D9", channel: .postal, state: .refused, updated: Records.moment("2025-05-28")),
            ])
        }
        #expect(try desk.told("O1.v1") == ["6/10 5/9 channel -1/0, correction 0/-1"])
        #expect(try desk.told("O3.v1") == ["6/10 5/9 channel -1/-1"], "postal filings are in neither count of O3")
    }

    @Test func anUndoneImport() throws {
        let desk = try Desk()
        _ = try desk.store.undo(importNumber: 2, at: Instant(secondsSinceEpoch: 5))
        #expect(try desk.told("O1.v1") == ["6/10 0/0 withdrawn -6/-10"])
        let view = try desk.store.rewound(to: Position(dataVersion: 2, act: 0)).store
        #expect(try PeriodDesk(view, home: desk.home, period: Self.may).figures().contains { $0.indicator == "O1.v1" && $0.rate == Rate(6, of: 10) })
    }

    @Test func theRegisterOfProcedures() throws {
        let desk = try Desk()
        // No fee line says 0, so the procedure's own fee is not asked; without fee lines it is.
        try desk.load { session in try session.put(try (0..<10).map { try Records.dossier(Records.code("D\($0)"), channel: $0 < 6 ? .online : .counter, amountDueVND: nil, updated: Records.moment("2025-05-29")) }) }
        _ = try desk.period().restate(reason: "r", at: Instant(secondsSinceEpoch: 1_752_002_000))
        try desk.load { session in _ = try session.put(Procedure(code: "9.000001", name: "Cấp giấy phép xây dựng", sector: "Xây dựng", bearsFee: false)) }
        // Those that paid owe something whatever the register says.
        #expect(try desk.told("P1.v1") == ["3/10 3/3 register 0/-7"])
    }

    @Test func aReorganisation() throws {
        let desk = try Desk()
        try desk.load { session in try session.put([try Records.dossier("C1", agencyID: 4), try Records.dossier("C2", agencyID: 4, channel: .counter)]) }
        _ = try desk.period().restate(reason: "r", at: Instant(secondsSinceEpoch: 1_752_002_000))
        try desk.load { session in
            let commune = Records.agencies[3]
            _ = try session.put(Agency(code: commune.code, name: commune.name, level: .commune, parentCode: "62", validity: commune.validity))
        }
        #expect(try desk.told("O1.v1") == ["7/12 6/10 reorganisation -1/-2"], "the commune's dossiers are not the district's any more")
        #expect(try desk.told("O1.v1", unit: "62@2021-01-01").isEmpty, "the province's are the same")
    }

    @Test func aNewerDefinition() throws {
        var desk = try Desk()
        try desk.load { session in try session.put([try Records.dossier("D1", state: .withdrawn, updated: Records.moment("2025-05-28"))]) }
        let folder = try Folder()
        try FileManager.default.copyItem(atPath: Repository.root + "/reports", toPath: folder.path + "/reports")
        let text = try String(contentsOfFile: folder.path + "/reports/indicators/O1.yaml", encoding: .utf8)
        try folder.file("reports/indicators/O1-v2.yaml", text.replacing("version: 1", with: "version: 2").replacing("not: [new, refused]", with: "not: [new, refused, withdrawn]"))
        desk.home = try Home(path: folder.path, program: "")
        #expect(try desk.told("O1.v2") == ["6/10 5/9 definition -1/-1"])
        let act = try #require(try desk.period().restate(reason: "Định nghĩa mới", at: Instant(secondsSinceEpoch: 1_752_002_000))).act
        #expect(try desk.store.revisions(of: act.number).contains { $0.oldIndicator == "O1.v1" && $0.newIndicator == "O1.v2" })
        #expect(try desk.period().differences().isEmpty)
    }

    /// The month is restated after the quarter was made final: the quarter stays, and its own restatement says where the change comes from.
    @Test func aMonthWithinAFinalQuarter() throws {
        let desk = try Desk()
        let quarter = Period(.administrative, year: 2025, months: 4...6)
        _ = try desk.period(quarter).freeze(reason: "Quý", override: "test", at: Instant(secondsSinceEpoch: 1_752_002_000))
        try desk.load { session in try session.put([try Records.dossier("L1")]) }
        _ = try desk.period().restate(reason: "r", at: Instant(secondsSinceEpoch: 1_752_003_000))
        func rate(_ period: Period) throws -> Rate? { try desk.period(period).figures().first { $0.unitKey == "616@2021-01-01" && $0.indicator == "O1.v1" }?.rate }
        #expect(try rate(Self.may) == Rate(7, of: 11) && rate(quarter) == Rate(6, of: 10))
        let change = try #require(try desk.period(quarter).differences().first { $0.unitKey == "616@2021-01-01" && $0.newIndicator == "O1.v1" })
        #expect(change.changes.map { "\($0.cause.rawValue) \($0.numerator)/\($0.denominator)" } == ["part 1/1"])
        _ = try desk.period(quarter).restate(reason: "r", at: Instant(secondsSinceEpoch: 1_752_004_000))
        #expect(try rate(quarter) == Rate(7, of: 11))
        let explained = try Look(desk.store).explain(desk.home.indicator(named: "O1"), Scope(agencyCode: "616"), in: quarter, limit: .max)
        #expect(explained.figure.rate == Rate(7, of: 11) && explained.lines.count == 11)
    }

    /// A month that was made final shows the same in the trend of later reports, whatever came in since.
    @Test func laterReportsShowWhatIsFinal() throws {
        let desk = try Desk()
        try desk.load { session in try session.put([try Records.dossier("L1"), try Records.dossier("J1", received: Records.moment("2025-06-02"), updated: Records.moment("2025-06-25"))]) }
        func trend() throws -> [[Cell]] {
            let publish = try Publish(desk.store, home: desk.home, period: Period(.administrative, year: 2025, months: 6...6), reportIDs: ["unit-monthly"])
            let table = try #require(try publish.reports(units: ["616"], language: .vietnamese)[0].tables.first { $0.id == "trend-table" })
            return table.rows.suffix(2).map { Array($0.cells[2...4]) }
        }
        #expect(try trend() == [[.count(6), .count(10), .rate(Rate(6, of: 10))], [.count(1), .count(1), .rate(Rate(1, of: 1))]])
        _ = try desk.period().restate(reason: "Bổ sung", at: Instant(secondsSinceEpoch: 1_751_000_000))
        #expect(try trend()[0] == [.count(7), .count(11), .rate(Rate(7, of: 11))])
        let report = try Publish(desk.store, home: desk.home, period: Period(.administrative, year: 2025, months: 6...6), reportIDs: ["unit-monthly"]).reports(units: ["616"], language: .english)[0]
        #expect(report.status?.lines.contains { $0.contains("were revised on 2025-06-27 (restatement 1)") } == true, "\(report.status?.lines ?? [])")
    }

    /// Another period takes the half-months while this one is open: it keeps them, and this one is final with its figures.
    @Test func aHalfMonthBelongsToTheFirstThatFreezesIt() throws {
        let desk = try Desk()
        let quarter = Period(.administrative, year: 2025, months: 4...6)
        let at = Instant(secondsSinceEpoch: 1_752_100_000)
        _ = try desk.period().reopen(reason: "r", at: at)
        _ = try desk.period(quarter).freeze(reason: "r", override: "o", at: at)
        try desk.load { session in try session.put([try Records.dossier("L1")]) }
        #expect(try desk.store.history(of: Self.may).state(asOf: Records.day("2025-07-01")) == .provisional, "it was opened, and is not frozen again")
        #expect(try desk.official("O1") == Rate(6, of: 10))
        let april = Period(.administrative, year: 2025, months: 4...4)
        #expect(try desk.store.history(of: april).official?.period == quarter && desk.store.history(of: april).state(asOf: Records.day("2025-07-01")) == .final)
        let (_, revisions) = try desk.period().freeze(reason: "r", override: "o", at: at)
        let differences = try desk.period().differences()
        #expect(revisions?.isEmpty == true && differences.isEmpty)
        #expect(try desk.official("O1") == Rate(6, of: 10))
        // The calendar month shares its first half with it.
        let calendar = Period(.calendar, year: 2025, months: 5...5)
        _ = try desk.period(calendar).freeze(reason: "r", override: "o", at: at)
        #expect(try desk.period(calendar).figures().first { $0.unitKey == "616@2021-01-01" && $0.indicator == "O1.v1" }?.rate == Rate(6, of: 10))
        let restated = try #require(try desk.period(quarter).restate(reason: "r", at: at))
        #expect(restated.revisions.contains { $0.newIndicator == "O1.v1" && $0.new == Rate(7, of: 11) })
        for period in [Self.may, quarter, calendar] { #expect(try desk.store.history(of: period).frozen != nil) }
        #expect(try desk.official("O1") == Rate(6, of: 10), "the month is restated by itself")
        #expect(try desk.told("O1.v1") == ["6/10 7/11 part 1/1"])
    }

    /// A definition that is edited in place, or gets a newer version, does not touch what is final.
    @Test func definitionsAreThoseOfTheFreeze() throws {
        var desk = try Desk()
        let folder = try Folder()
        try FileManager.default.copyItem(atPath: Repository.root + "/reports", toPath: folder.path + "/reports")
        let text = try String(contentsOfFile: folder.path + "/reports/indicators/O1.yaml", encoding: .utf8)
        try folder.file("reports/indicators/O1.yaml", text.replacing("[online]", with: "[online, counter]"))
        try folder.file("reports/print.css", "body { color: red }")
        let report = { try Publish(desk.store, home: desk.home, period: Self.may, reportIDs: ["unit-monthly"]).reports(units: ["616"], language: .vietnamese)[0] }
        let before = try report()
        desk.home = try Home(path: folder.path, program: "")
        #expect(try report() == before)
        #expect(try desk.period().figures().first { $0.unitKey == "616@2021-01-01" && $0.indicator == "O1.v1" }?.rate == Rate(6, of: 10))
        #expect(try desk.told("O1.v1") == ["6/10 10/10 definition 4/0"], "only a restatement makes it count")
        // An indicator that is gone is told, too.
        try FileManager.default.removeItem(atPath: folder.path + "/reports/indicators/B1.yaml")
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path + "/reports") where name.hasSuffix(".yaml") {
            let definition = try String(contentsOfFile: folder.path + "/reports/" + name, encoding: .utf8)
            try folder.file("reports/" + name, definition.replacing(" B1,", with: ""))
        }
        desk.home = try Home(path: folder.path, program: "")
        #expect(try desk.told("B1.v1") == ["0/10 0/0 definition 0/-10"])
    }

    /// Whose units count is told by today's register; the counts stay those that are final.
    @Test func theStructureOfAnotherDayIsTodays() throws {
        let desk = try Desk()
        try desk.load { session in
            let district = Records.agencies[2]
            _ = try session.put(Agency(code: "700", name: "UBND xã Sa Thầy", level: .commune, parentCode: "62", validity: Validity(first: Records.day("2025-06-01"), last: nil)))
            _ = try session.put(Agency(code: "62", name: "UBND tỉnh Kon Tum", level: .province, parentCode: nil, validity: Validity(first: Records.day("2021-01-01"), last: nil)))
            _ = try session.put(Agency(code: "616", name: district.name, level: .district, parentCode: "62", validity: Validity(first: Records.day("2021-01-01"), last: Records.day("2025-05-31"))))
            _ = try session.put(try UnitEvent(kind: .merge, date: Records.day("2025-06-01"), fromCode: "616", toCode: "700", document: Document(number: "NQ 1", date: nil, clause: "")))
            try session.put([try Records.dossier("L1")])
        }
        let explained = try Look(desk.store).explain(
            desk.home.indicator(named: "O1"), Scope(agencyCode: "700"), in: Self.may, structure: .restated(to: Records.day("2025-06-01")), limit: 0, recount: false)
        #expect(explained.figure.rate == Rate(6, of: 10))
    }

    @Test func whatIsFinalCannotBeUndoneFromUnderIt() throws {
        let desk = try Desk()
        let at = Instant(secondsSinceEpoch: 1_752_200_000)
        let procedures = try desk.load { session in _ = try session.put(Procedure(code: "9.000009", name: "N", sector: "S", bearsFee: nil)) }
        let records = try desk.load { session in try session.put([try Records.dossier("N1", procedureID: 4)]) }
        _ = try desk.period().restate(reason: "r", at: at)
        _ = try desk.store.undo(importNumber: records, at: at)
        #expect(throws: InputError.self) { _ = try desk.store.undo(importNumber: procedures, at: at) }
        _ = try desk.store.undo(importNumber: 2, at: at)
        let quarter = try Publish(desk.store, home: desk.home, period: Period(.administrative, year: 2025, months: 4...6), reportIDs: ["unit-monthly"]).reports(units: ["616"], language: .english)[0]
        #expect(quarter.figures["O1.v1/616/2025-Q2/administrative"] == Rate(7, of: 11), "what is final is there although its records are not")
    }

    @Test func decisionsOutOfOrderAreRefused() throws {
        let desk = try Desk()
        func refusal(_ body: () throws -> Void) -> String {
            do { try body() } catch { return "\(error)" }
            return ""
        }
        let at = Instant(secondsSinceEpoch: 1_752_002_000)
        let june = Period(.administrative, year: 2025, months: 6...6)
        #expect(refusal { _ = try desk.period().freeze(reason: "r", override: "o", at: at) }.contains("is final since"))
        #expect(refusal { _ = try desk.period().review(reason: "r", at: at) }.contains("is final since"))
        #expect(refusal { _ = try desk.period(june).freeze(reason: "r", override: "o", at: at) }.contains("nothing is stored"))
        #expect(refusal { _ = try desk.period(Period(.administrative, year: 2025, months: 1...12)).freeze(reason: "r", override: "o", at: at) }.contains("becomes final after its last day"))
        #expect(refusal { _ = try desk.period(june).reopen(reason: "r", at: at) }.contains("is not final"))
        #expect(refusal { _ = try desk.period(june).restate(reason: "r", at: at) }.contains("was never final"))
        #expect(refusal { _ = try desk.period().restate(reason: "r", at: at) }.isEmpty, "nothing has changed")
        #expect(try desk.store.acts().count == 1)
        _ = try desk.period().reopen(reason: "r", at: at)
        #expect(refusal { _ = try desk.period().restate(reason: "r", at: at) }.contains("is open"))
        // The units that what is final counts cannot be undone.
        #expect(refusal { _ = try desk.store.undo(importNumber: 1, at: at) }.contains("undo"))
    }
}
