import Adoption
import Pipeline
import Reporting
import Storage
import Testing
import TestSupport

/// What is missing stands on the cover, and nobody makes a period with a hole final without a word.
@Suite struct CoverageTests {
    private static let may = Period(.administrative, year: 2025, months: 5...5)

    /// Four dossiers on every working day from 3 February to 14 May; the health department stops on 11 April.
    private func store() throws -> Store {
        let store = try Store(path: nil, actor: "tester")
        try load(store) { session in
            for agency in Records.agencies { _ = try session.put(agency) }
            for procedure in Records.procedures { _ = try session.put(procedure) }
        }
        try load(store) { session in
            var records: [DossierRecord] = []
            for offset in 0...100 where offset % 7 < 5 {
                let day = Records.day("2025-02-03").advanced(by: offset)
                for number in 0..<4 {
                    let isThere = [2: day < Records.day("2025-04-12"), 3: true, 4: number > 0]
                    for (agencyID, isThere) in isThere where isThere {
                        records.append(try Records.dossier(
                            Records.code("H\(agencyID)-\(offset)-\(number)"), agencyID: agencyID, channel: number % 2 == 0 ? .online : .counter,
                            received: Instant(local: day, secondOfDay: 30_000), updated: Records.moment("2025-05-20")))
                    }
                }
            }
            try session.put(records)
        }
        return store
    }

    private func load(_ store: Store, _ put: (ImportSession) throws -> Void) throws {
        try store.record(at: Records.moment("2025-02-01")) { session in
            try session.beginFile(name: "f", kind: "submissions", isIllustrative: false)
            try put(session)
            var counts = try session.settle()
            if counts.read == 0 { counts.count(.stored) }
            try session.endFile(sha256: String(repeating: "0", count: 64), counts: counts)
        }
    }

    private func reports(_ store: Store, _ language: Language = .english) throws -> [Report] {
        try Publish(store, home: try Home(path: Repository.root, program: ""), period: Self.may).reports(units: [], language: language)
    }

    private func cells(_ report: Report, _ table: String, of unit: String) throws -> [Cell] {
        let table = try #require(report.tables.first { $0.id == table })
        return try #require(table.rows.first { $0.cells.contains(.text(unit)) }).cells
    }

    @Test func aUnitThatHasNotReportedIsNamed() throws {
        let store = try store()
        let desk = PeriodDesk(store, home: try Home(path: Repository.root, program: ""), period: Self.may)
        let (province, health) = (try reports(store)[0], try #require(try reports(store).first { $0.unitCode == "62.SYT" }))
        let status = try #require(province.status)
        #expect(status.state == "PROVISIONAL" && !status.isFinal)
        #expect(status.lines.contains("2 of 3 units; 1 has not reported: Sở Y tế."), "\(status.lines)")
        #expect(try reports(store, .vietnamese)[0].status?.lines.contains("2/3 đơn vị có số liệu; 1 đơn vị chưa báo cáo: Sở Y tế.") == true)
        #expect(health.status?.state == "COLLECTING", "its own figures are not there yet")
        #expect(try cells(province, "ranking-table", of: "Sở Y tế")[3...5] == [.notReported, .notReported, .notReported])
        #expect(try cells(province, "sections-table", of: "Sở Y tế").suffix(9).allSatisfy { $0 == .notReported })
        #expect(try cells(province, "ranking-table", of: "UBND huyện Sa Thầy")[4] == .count(22 * 7), "22 working days of four and three dossiers")

        do {
            _ = try desk.freeze(reason: "r", override: "", at: Records.moment("2025-05-21"))
            Issue.record("a period with a hole became final")
        } catch let error as InputError {
            #expect(error.description.contains("1 has not reported: Sở Y tế"))
        }
        let states = try desk.status().units.map { "\($0.agency.code) \($0.state.rawValue)" }
        #expect(states == ["23527 provisional", "616 provisional", "62.SYT collecting"])
    }

    @Test func aConfirmedZeroIsAReport() throws {
        let store = try store()
        try load(store) { session in _ = try session.put(ZeroDays(agencyID: 2, validity: Validity(first: Self.may.first, last: Self.may.last))) }
        let province = try reports(store)[0]
        #expect(province.status?.lines.contains("3 of 3 units have reported.") == true && province.status?.lines.contains("Confirmed zero: Sở Y tế (30 days).") == true, "\(province.status?.lines ?? [])")
        #expect(try cells(province, "ranking-table", of: "Sở Y tế")[3...5] == [.count(0), .count(0), .rate(.none)], "nothing counted is no gap")
        let desk = PeriodDesk(store, home: try Home(path: Repository.root, program: ""), period: Self.may)
        #expect(try desk.freeze(reason: "r", override: "not needed", at: Records.moment("2025-05-21")).act.override.isEmpty)
        #expect(try reports(store)[0].status?.state == "FINAL")
    }

    @Test func theReasonIsPrintedWhereAPeriodWithAHoleIsFinal() throws {
        let store = try store()
        let desk = PeriodDesk(store, home: try Home(path: Repository.root, program: ""), period: Self.may)
        _ = try desk.freeze(reason: "r", override: "the department is closed", at: Records.moment("2025-05-21"))
        let status = try #require(try reports(store)[0].status)
        #expect(status.isFinal && status.lines.contains("Made final although incomplete; reason: the department is closed"))
        #expect(status.lines.contains("2 of 3 units; 1 has not reported: Sở Y tế."))
        #expect(try desk.status().units.allSatisfy { $0.state == .final })
        // It reports after all: what is final stays, and the restatement has its dossiers as late ones.
        try load(store) { session in
            try session.put([try Records.dossier("LATE", agencyID: 2, received: Records.moment("2025-05-05"), updated: Records.moment("2025-06-05"))])
        }
        #expect(try cells(reports(store)[0], "ranking-table", of: "Sở Y tế")[3] == .notReported)
        _ = try desk.restate(reason: "r", at: Records.moment("2025-06-10"))
        #expect(try cells(reports(store)[0], "ranking-table", of: "Sở Y tế")[3...5] == [.count(1), .count(1), .rate(Rate(1, of: 1))])
        #expect(try desk.status().units.map(\.state.rawValue) == ["final", "final", "restated"], "only the one whose figures changed")
    }
}
