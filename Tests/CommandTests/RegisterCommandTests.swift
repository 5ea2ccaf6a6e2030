import Foundation
import Testing
import TestSupport

/// Units through the reorganisation of 01/7/2025, as an IT officer works with them.
@Suite struct RegisterCommandTests {
    private static let registers = ["units.csv", "events.csv"].map { Repository.root + "/examples/registers/" + $0 }

    /// Three dossiers of Kon Tum's communes in the half month before the break, two after it; 23302 is another commune afterwards.
    private func province() throws -> Folder {
        let folder = try Folder()
        #expect(try Command(["register", "import"] + Self.registers, in: folder).output.contains("the registers are consistent"))
        try folder.file("procedures.csv", "code,name,sector,bears_fee\n9.000080,Đăng ký khai sinh,Hộ tịch,no\n")
        try folder.file("submissions.csv", """
            dossier_code,procedure_code,unit_code,channel,received_at,state,updated_at
            A-1,9.000080,23302,online,2025-06-20,in_process,2025-06-20
            A-2,9.000080,23305,counter,2025-06-20,in_process,2025-06-20
            A-3,9.000080,23527,online,2025-06-30T23:59:59+07:00,in_process,2025-06-30
            B-1,9.000080,23302,online,2025-07-01,in_process,2025-07-01
            B-2,9.000080,23302,counter,2025-07-05,in_process,2025-07-05

            """)
        let run = try Command(["ingest", "procedures.csv", "submissions.csv"], in: folder)
        #expect(run.code == 0, "\(run.errors)")
        return folder
    }

    private func rate(_ arguments: [String], _ folder: Folder) throws -> String {
        let run = try Command(["figure", "--indicator", "O1", "--period", "2025-07", "--list", "0"] + arguments, in: folder)
        let line = run.output.split(separator: "\n").first { $0.hasPrefix("  ") && $0.contains(" / ") }
        return line.map { $0.trimmingCharacters(in: .whitespaces) } ?? run.errors
    }

    /// The administrative July begins on 15 June: nothing of the old structure is lost, and a reused code is not mixed.
    @Test func aPeriodAcrossTheBreakLosesAndMixesNothing() throws {
        let folder = try province()
        #expect(try rate(["--unit", "51"], folder) == "3 / 5 = 60.00%")
        #expect(try rate(["--unit", "62"], folder) == "2 / 3 = 66.67%")
        #expect(try rate(["--unit", "23302"], folder).contains("say which: 23302@2021-01-01 (Phường Lê Lợi), 23302@2025-07-01 (Phường Đăk Bla)"))
        #expect(try rate(["--unit", "23302@2021-01-01"], folder) == "1 / 1 = 100.00%")
        #expect(try rate(["--unit", "23302@2025-07-01"], folder) == "1 / 2 = 50.00%")
    }

    /// Restated, Đăk Bla has what Lê Lợi and Nguyễn Trãi received: 2 of 4.
    @Test func earlierRecordsCountForTheHeirs() throws {
        let folder = try province()
        #expect(try rate(["--unit", "23302", "--structure", "today"], folder) == "2 / 4 = 50.00%")
        #expect(try rate(["--unit", "51", "--structure", "2025-07-01"], folder) == "3 / 5 = 60.00%")
        #expect(try rate(["--unit", "51", "--calendar", "calendar", "--structure", "then"], folder) == "1 / 2 = 50.00%")
        #expect(try rate(["--unit", "62", "--structure", "2025-06-30"], folder).contains("was not yet there on 2025-06-30"), "restating goes forward only")
        let june = try Command(["figure", "--indicator", "O1", "--unit", "51", "--period", "2025-06", "--calendar", "calendar", "--structure", "today"], in: folder)
        #expect(june.output.contains("2 / 3 = 66.67%"))
        #expect(june.output.contains("structure   of 2025-07-01"))
    }

    @Test func everyReportSaysWhereAComparisonBreaks() throws {
        let folder = try province()
        #expect(try Command(["report", "--period", "2025-07", "--format", "html", "--out", "out"], in: folder).code == 0)
        let then = try String(contentsOfFile: folder.path + "/out/provincial-review_51_2025-07_administrative.html", encoding: .utf8)
        #expect(then.contains("Từ ngày 01/07/2025 đơn vị được sắp xếp lại (1677/NQ-UBTVQH15, 19/2025/QĐ-TTg, 202/2025/QH15)"))
        #expect(then.contains("Phường Lê Lợi (– 30/06/2025)") && then.contains("Phường Đăk Bla"))
        let run = try Command(["report", "--period", "2025-07", "--structure", "today", "--format", "html", "--out", "out"], in: folder)
        #expect(run.code == 0, "\(run.errors)")
        let today = try String(contentsOfFile: folder.path + "/out/provincial-review_51_2025-07_administrative_restated-2025-07-01.html", encoding: .utf8)
        #expect(today.contains("quy về cơ cấu đơn vị ngày 01/07/2025"))
        #expect(!today.contains("đơn vị được sắp xếp lại") && !today.contains("Phường Lê Lợi (– 30/06/2025)"))
    }

    /// The months of a year across the break add up to the year, and a renamed unit is found under both of its names.
    @Test func theTrendAddsUpToTheTotal() throws {
        let folder = try province()
        try folder.file("more.csv", "dossier_code,procedure_code,unit_code,channel,received_at,state,updated_at\nC-1,9.000080,23530,online,2025-03-03,in_process,2025-03-03\nC-2,9.000080,23530,online,2025-08-20,in_process,2025-08-20\n")
        #expect(try Command(["ingest", "more.csv"], in: folder).code == 0)
        #expect(try Command(["report", "--period", "2025", "--calendar", "calendar", "--format", "html", "--out", "out"], in: folder).code == 0)
        let page = try String(contentsOfFile: folder.path + "/out/provincial-review_51_2025_calendar.html", encoding: .utf8)
        let trend = try #require(page.range(of: "id=\"table-trend-table\"")).upperBound
        let rows = page[trend...].prefix(upTo: try #require(page[trend...].range(of: "</table>")).lowerBound).split(separator: "<tr").dropFirst(2)
        let denominators = rows.compactMap { row in row.matches(of: /<td[^>]*>([0-9.]+)<\/td>/).dropFirst(1).first.flatMap { Int($0.1) } }
        #expect(denominators.reduce(0, +) == 7, "\(denominators)")
        for code in ["23530", "23530@2021-01-01"] {
            #expect(try Command(["figure", "--indicator", "O1", "--unit", code, "--period", "2025", "--calendar", "calendar"], in: folder).output.contains("2 / 2"))
        }
    }

    /// Two provinces without a word on what became of the first: its dossiers would be in no total.
    @Test func aProvinceThatNoEventExplainsIsRefused() throws {
        let folder = try province()
        let untold = try Folder()
        #expect(try Command(["register", "import", Self.registers[0]], in: untold).code == 0)
        try untold.file("p.csv", try folder.read("procedures.csv"))
        try untold.file("s.csv", try folder.read("submissions.csv"))
        #expect(try Command(["ingest", "p.csv", "s.csv"], in: untold).code == 0)
        let run = try Command(["report", "--period", "2025-07", "--out", "out"], in: untold)
        #expect(run.code == 1 && run.errors.contains("62@2021-01-01"))
        #expect(try Command(["register", "check"], in: untold).code == 1)
    }

    @Test func whatAppliesToAUnitIsShownWithItsReason() throws {
        let folder = try Folder()
        #expect(try Command(["register", "import"] + Example.registers.map { $0 }, in: folder).code == 0)
        let own = try Command(["register", "list", "targets", "--unit", "616", "--on", "2025-05-14"], in: folder)
        #expect(own.output.contains("(its own)") && own.output.contains("(of the whole province, having none of its own nor of its level)"))
        #expect(try Command(["register", "list", "services", "--unit", "616", "--on", "2025-05-14"], in: folder).output.split(separator: "\n").count == 47)
        #expect(try Command(["register", "list", "units", "--on", "2025-07-01"], in: folder).output.isEmpty)
        #expect(try Command(["register", "history", "9.000033"], in: folder).output.contains("counter 75,000 đ"))
        #expect(try Command(["register", "history", "nothing"], in: folder).code == 1)
    }

    @Test func targetsThatNoFigureWouldFindAreRefused() throws {
        let folder = try Folder()
        try Command(["ingest"] + Example.registers, in: folder)
        func targets(_ text: String) throws -> String {
            try folder.file("t.csv", "indicator,applies_to,valid_from,valid_to,value,document_number\n" + text)
            return try Command(["register", "import", "t.csv"], in: folder).errors
        }
        #expect(try targets("o1,province,2026-01-01,,70,x\n").contains("did you mean 'O1'?"))
        #expect(try targets("O1,999,2026-01-01,,70,x\n").contains("the unit '999', which the register does not have"))
        #expect(try targets("O1,commune,2026-01-01,2026-03-31,70,x\nO1,commune,2026-05-01,,80,y\n").contains("t.csv:3: between the target of O1 for 'commune' in line 2, which ends on 2026-03-31"))
        #expect(try targets("O1,commune,2026-01-01,2026-06-30,70,x\nO1,commune,2026-05-01,,80,y\n").contains("t.csv:3: overlaps the target of O1 for 'commune' in line 2"))
        #expect(try targets("O1,commune,2026-01-01,,101,x\n").contains("t.csv:2:"))
        #expect(try targets("O2,commune,2026-01-01,2026-04-30,70,x\nO2,commune,2026-05-01,,80,y\n").isEmpty)
    }
}
