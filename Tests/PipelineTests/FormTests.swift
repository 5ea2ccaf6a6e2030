import Adoption
import Pipeline
import Reporting
import Storage
import Testing
import TestSupport

@Suite struct FormTests {
    /// A district ends on 30 June and two communes take over, one of which is its heir; another district is divided among both.
    private func store(_ folder: Folder) throws -> Store {
        let store = try Store(path: folder.path + "/s.sqlite")
        try folder.file("units.csv", """
            code,name,level,parent_code,valid_from,valid_to
            62,UBND tỉnh,province,,2021-01-01,
            616,UBND huyện Sa Thầy,district,62,2021-01-01,2025-06-30
            617,UBND huyện Ba Khe,district,62,2021-01-01,2025-06-30
            23527,UBND xã Sa Thầy,commune,62,2025-07-01,
            23530,UBND xã Ba Khe,commune,62,2025-07-01,
            618,UBND huyện Ia Lơi,district,62,2021-01-01,2025-06-30
            619,UBND huyện Ba Tơ,district,62,2021-01-01,
            620,UBND huyện Trà Bồng,district,62,2021-01-01,
            23540,UBND xã Trà Tân,commune,619,2021-01-01,2025-07-15
            23540,UBND xã Trà Tân,commune,620,2025-07-16,

            """)
        try folder.file("events.csv", """
            date,event,from_code,to_code,document_number
            2025-07-01,merge,616,23527,QĐ 1
            2025-07-01,split,617,23527,QĐ 1
            2025-07-01,split,617,23530,QĐ 1
            2025-07-01,abolish,618,,QĐ 1
            2025-07-16,move,23540,23540,QĐ 2

            """)
        try folder.file("procedures.csv", "code,name,sector,bears_fee\n9.000001,Cấp giấy phép xây dựng,Xây dựng,yes\n")
        // A is taken over by the heir, B was settled before, C is the heir's own, D and E stay with the province; F and G are of a commune that moves.
        try folder.file("s.csv", """
            dossier_code,procedure_code,unit_code,channel,received_at,due_at,settled_at,state,updated_at
            A,9.000001,616,online,2025-06-20,2025-07-10,,in_process,2025-09-20
            B,9.000001,616,online,2025-06-01,,2025-06-20,settled,2025-09-20
            C,9.000001,23527,counter,2025-07-05,2025-08-20,2025-08-25,settled,2025-09-20
            D,9.000001,617,online,2025-06-20,,2025-07-20,settled,2025-09-20
            E,9.000001,618,online,2025-06-20,,,in_process,2025-09-20
            F,9.000001,23540,online,2025-07-10,,,in_process,2025-09-20
            G,9.000001,23540,online,2025-07-20,,,in_process,2025-09-20

            """)
        try Ingest.run(["units.csv", "events.csv", "procedures.csv", "s.csv"].map { folder.path + "/" + $0 }, into: store, asOf: Records.moment("2025-10-01"))
        return store
    }

    private func rows(_ store: Store, _ report: String, unit: String, _ table: String) throws -> [[String]] {
        let home = try Home(path: Repository.root, program: "")
        let publish = try Publish(store, home: home, period: Period(.calendar, year: 2025, months: 7...7), reportIDs: [report])
        let reports = try publish.reports(units: [unit], language: .vietnamese)
        let first = try #require(reports.first)
        return try #require(first.tables.first { $0.id == table }).rows.filter { $0.kind != .heading }.map { $0.cells.dropFirst().map { $0.text(.vietnamese) } }
    }

    /// What a district left open does not vanish with it: it is its heir's, and what a divided one left, or one without an heir, is the province's.
    /// A commune that moves is in one row for each of its dossiers, and the rows add up.
    @Test func whatAnEndedUnitLeftOpenIsItsHeirs() throws {
        let store = try store(try Folder())
        // (3) total, (4) online, (5) counter and post, (6) carried over; (7) settled, early, on time, late; (11) open, within time, late.
        #expect(try rows(store, "form-ii06-province", unit: "62", "form-ii06-units") == [
            ["UBND tỉnh", "2", "0", "0", "2", "1", "0", "1", "0", "1", "1", "0"],
            ["UBND huyện Ba Tơ", "1", "1", "0", "0", "0", "0", "0", "0", "1", "1", "0"], ["UBND huyện Trà Bồng", "1", "1", "0", "0", "0", "0", "0", "0", "1", "1", "0"],
            ["UBND xã Sa Thầy", "2", "0", "1", "1", "0", "0", "0", "0", "2", "1", "1"],
            ["UBND xã Ba Khe", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0"],
            ["TỔNG CỘNG", "6", "2", "1", "3", "1", "0", "1", "0", "5", "4", "1"],
        ])
        #expect(try rows(store, "form-ii06-unit", unit: "23527", "form-ii06-fields") == [
            ["Xây dựng", "2", "0", "1", "1", "0", "0", "0", "0", "2", "1", "1"], ["TỔNG CỘNG", "2", "0", "1", "1", "0", "0", "0", "0", "2", "1", "1"],
        ])
    }

    /// Restated, dossiers of a divided unit follow their attributions; without them there is no form, as there is no other report.
    @Test func aRestatedFormFollowsAttributions() throws {
        let folder = try Folder()
        let store = try store(folder)
        let home = try Home(path: Repository.root, program: "")
        let period = Period(.calendar, year: 2025, months: 6...6)
        let structure = Structure.restated(to: Records.day("2025-07-01"))
        func report() throws -> Report? {
            try Publish(store, home: home, period: period, structure: structure, reportIDs: ["form-ii06-province"]).reports(units: ["62"], language: .vietnamese).first
        }
        #expect(throws: InputError.self) { try report() }
        try folder.file("a.csv", "dossier_code,successor_code,document_number\nD,23530,QĐ 1\n")
        try Ingest.run([folder.path + "/a.csv"], into: store, asOf: Records.moment("2025-10-01"))
        let restated = try #require(try report())
        let units = try #require(restated.tables.first { $0.id == "form-ii06-units" })
        let row = try #require(units.rows.first { $0.cells[1] == .text("UBND xã Ba Khe") })
        #expect(row.cells.dropFirst(2).map { $0.text(.vietnamese) } == ["1", "1", "0", "0", "0", "0", "0", "0", "1", "1", "0"])
    }

    /// F counts for Ba Tơ, which the commune stood below when it was received, G for Trà Bồng; nothing is counted twice, and D and E are in the total
    /// of June only.
    @Test func theUnitsAreReconciledWithTheProvince() throws {
        let store = try store(try Folder())
        let home = try Home(path: Repository.root, program: "")
        func sentence(_ month: Int) throws -> String? {
            let reports = try Publish(store, home: home, period: Period(.calendar, year: 2025, months: month...month)).reports(units: ["62"], language: .english)
            return try #require(reports.first).sections.first { $0.id == "ranking" }?.blocks.lazy.compactMap { block -> String? in
                if case .paragraphs(let texts) = block { return texts.first { $0.hasPrefix("Reconciliation") } }
                return nil
            }.first
        }
        #expect(try sentence(7) == "Reconciliation: all units 2/3 + received by the province itself 0/0 − counted for two units because one moved within the period 0/0 = province 2/3.")
        #expect(try sentence(6) == "Reconciliation: all units 4/4 + received by the province itself 0/0 − counted for two units because one moved within the period 0/0 = province 4/4.")
    }

    @Test func aFormIsWrittenOnlyWhenItIsAskedFor() throws {
        let store = try store(try Folder())
        let home = try Home(path: Repository.root, program: "")
        let period = Period(.calendar, year: 2025, months: 7...7)
        #expect(try Publish(store, home: home, period: period).reports(units: ["62"], language: .english).map(\.title) == ["Review of online filing and payment"])
        #expect(throws: (any Error).self) { try Publish(store, home: home, period: period, reportIDs: ["form-ii07"]) }
    }
}
