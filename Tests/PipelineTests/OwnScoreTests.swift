import Adoption
import Pipeline
import Reporting
import Storage
import Testing
import TestSupport

@Suite struct OwnScoreTests {
    /// Two of Phú Thọ's dossiers of August 2026 beside what the portal published for that month: 82.913/98.459, 93 · 56 · 310 and 6,25.
    @Test func aUnitsOwnScoreStandsBesideThePortals() throws {
        let folder = try Folder()
        let store = try Store(path: folder.path + "/s.sqlite")
        try folder.file("units.csv", "code,name,level,parent_code,valid_from,valid_to,aliases\nPT,UBND tỉnh Phú Thọ,province,,2025-07-01,,H44\n")
        try folder.file("procedures.csv", "code,name,sector,bears_fee\n9.000001,A,S,yes\n9.000002,B,S,yes\n9.000003,C,S,no\n")
        try folder.file("s.csv", """
            dossier_code,procedure_code,unit_code,channel,received_at,due_at,settled_at,state,amount_due_vnd,updated_at
            A,9.000001,PT,online,2026-08-05,2026-08-20,2026-08-10,settled,50000,2026-09-01
            B,9.000002,PT,counter,2026-08-05,2026-08-06,,in_process,50000,2026-09-01

            """)
        try folder.file("p.csv", "payment_id,dossier_code,amount_vnd,method,state,paid_at\nP,A,50000,online,paid,2026-08-05\n")
        try Ingest.run(["units.csv", "procedures.csv", "s.csv", "p.csv"].map { folder.path + "/" + $0 }, into: store, asOf: Records.moment("2026-09-30"))
        let period = Period(.calendar, year: 2026, months: 8...8)
        try Ingest.run(
            [Repository.root + "/examples/phu-tho-2026-08/formality-online-payment-tree.json"], into: store, request: Ingest.Request(period: period, provinceCode: "H44"),
            asOf: Records.moment("2026-09-30"))
        let publish = try Publish(store, home: try Home(path: Repository.root, program: ""), period: period, reportIDs: ["qd766-own-province"])
        let report = try #require(try publish.reports(units: [], language: .vietnamese).first)
        let table = try #require(report.tables.first)
        let rows = table.rows.filter { $0.kind != .heading }.map { $0.cells.dropFirst().map { $0.text(.vietnamese) } }
        #expect(rows.prefix(5) == [
            // One of two with an obligation was paid online: 50 % of 6 points, as the portal's 84,21 % are 5,05.
            ["1", "2", "3,00", "82.913", "98.459", "5,05", "-2,05"],
            // 50 % of 2,5 points; both fee procedures have dossiers.
            ["1", "2", "1,25", "93", "310", "0,75", "+0,50"], ["2", "2", "2,50", "56", "310", "0,45", "+2,05"],
            ["", "", "6,75", "", "", "6,25", "+0,50"],
            // A was early; B was due on the 6th and is open.
            ["1", "2", "10,00", "không báo cáo", "không báo cáo", "không báo cáo", "không báo cáo"],
        ])
    }
}
