import Foundation
import Testing
import TestSupport

@Suite struct ReportCommandTests {
    private func example() throws -> Folder {
        let folder = try Folder()
        #expect(try Command(["ingest"] + Example.registers + Example.records, in: folder).code == 0)
        return folder
    }

    private func bytes(_ folder: Folder, _ out: String) throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/" + out)
        return try Dictionary(uniqueKeysWithValues: names.map { ($0, try folder.read(out + "/" + $0)) })
    }

    /// A second reader (openpyxl) opens every workbook and compares its cells with counts by a separate SQL query and with the page.
    @Test func everyWorkbookAgreesWithAnIndependentCount() throws {
        let folder = try example()
        #expect(try Command(["export", "--out", "records"], in: folder).code == 0)
        for (calendar, period) in [("administrative", "2025-05"), ("calendar", "2025-04"), ("administrative", "2025-Q1")] {
            #expect(try Command(["report", "--period", period, "--calendar", calendar, "--out", "out-\(calendar)-\(period)"], in: folder).code == 0)
            let check = try Command(
                [Repository.root + "/Tests/CommandTests/check_workbooks.py", "uptake.sqlite", "out-\(calendar)-\(period)", calendar, period, "records"],
                in: folder, program: "/usr/bin/python3")
            #expect(check.code == 0, "\(check.output)\(check.errors)")
            #expect(check.output.contains("20 files"), "\(check.output)")
            let forms = ["form-ii06-province", "form-07a-province", "form-ii06-unit", "form-07a-unit"].flatMap { ["--report", $0] }
            #expect(try Command(["report", "--period", period, "--calendar", calendar, "--out", "forms-\(calendar)-\(period)"] + forms, in: folder).code == 0)
            let formCheck = try Command(
                [Repository.root + "/Tests/CommandTests/check_workbooks.py", "uptake.sqlite", "forms-\(calendar)-\(period)", calendar, period, "records"],
                in: folder, program: "/usr/bin/python3")
            #expect(formCheck.code == 0 && formCheck.output.contains("40 files"), "\(formCheck.output)\(formCheck.errors)")
        }
    }

    /// A figure is found again by the name that it prints, and a definition can be tried before it is published.
    @Test func definitionsAreShownCheckedAndTried() throws {
        let folder = try example()
        let named = try Command(["figure", "V1.v1/616/2025-05/administrative", "--list", "1"], in: folder)
        let asked = try Command(["figure", "--indicator", "V1", "--unit", "616", "--period", "2025-05", "--list", "1"], in: folder)
        #expect(named.code == 0 && named.output == asked.output && named.output.hasPrefix("figure      V1.v1/616/2025-05/administrative\n"), "\(named.errors)")
        #expect(try Command(["figure", "V1/616"], in: folder).errors.contains("is not the name of a figure"))
        #expect(try Command(["figure", "V1/616/online/2025-05/administrative"], in: folder).errors.contains("counts procedures"))
        #expect(try Command(["figure", "O1.v9/616/2025-05/administrative"], in: folder).errors.contains("there is no indicator 'O1.v9'"))

        let shown = try Command(["indicators", "show", "P3"], in: folder).output
        #expect(shown.contains("denominator state not new, refused; requests = standing") && shown.contains("competes    with P1 v1, P2 v1, P4 v1, P5 v1"), "\(shown)")
        #expect(try Command(["indicators", "check"], in: folder).output.hasPrefix("26 definitions of 26 indicators and 21 reports are right"))

        // As O1, without what is withdrawn: the figure stands beside the published one.
        let text = try String(contentsOfFile: Repository.root + "/reports/indicators/O1.yaml", encoding: .utf8)
        try folder.file("O1.yaml", text.replacing("version: 1", with: "version: 2").replacing("not: [new, refused]", with: "not: [new, refused, withdrawn]"))
        let tried = try Command(["indicators", "try", "O1.yaml", "--unit", "62", "--period", "2025-05"], in: folder)
        #expect(tried.code == 0 && tried.output.contains("figure      O1.v2/62/2025-05/administrative") && tried.output.contains("published   O1 v1: 313 / 438 = 71.46%"), "\(tried.output)\(tried.errors)")
        #expect(tried.output.contains("state = withdrawn"), "what it leaves out is told")
        try folder.file("bad.yaml", text.replacing("[online]", with: "[onlin]"))
        let bad = try Command(["indicators", "check", "bad.yaml"], in: folder)
        #expect(bad.code == 1 && bad.errors.contains("bad.yaml:") && bad.errors.contains("did you mean 'online'?"))
    }

    /// Neither the clock, the zone nor the language of the machine is in a report.
    @Test func theSameInputsGiveTheSameBytes() throws {
        let folder = try example(), other = try Folder()
        usleep(1_100_000)
        try Command(["ingest"] + Example.registers + Example.records, in: other, environment: ["TZ": "Pacific/Apia", "LANG": "tr_TR.UTF-8"])
        try Command(["report", "--period", "2025-05", "--out", "out"], in: folder, environment: ["TZ": "UTC"])
        try Command(["report", "--period", "2025-05", "--out", "out"], in: other, environment: ["TZ": "America/New_York", "LANG": "vi_VN.UTF-8"])
        let first = try bytes(folder, "out")
        #expect(first.count == 20)
        #expect(try bytes(other, "out") == first)
    }

    @Test func oneUnitsReportIsTheSameAlone() throws {
        let folder = try example()
        try Command(["report", "--period", "2025-05", "--out", "all"], in: folder)
        let run = try Command(["report", "--period", "2025-05", "--unit", "616", "--out", "one"], in: folder)
        #expect(run.output == "one/unit-monthly_616_2025-05_administrative.xlsx\none/unit-monthly_616_2025-05_administrative.html\n")
        let all = try bytes(folder, "all")
        for (name, content) in try bytes(folder, "one") { #expect(all[name] == content) }
    }

    @Test func everythingDrawnFromInventedRecordsSaysSo() throws {
        let folder = try example()
        try Command(["report", "--period", "2025-05", "--format", "html", "--out", "out"], in: folder)
        for (name, content) in try bytes(folder, "out") {
            let page = String(decoding: content, as: UTF8.self)
            #expect(page.contains("DỮ LIỆU MINH HỌA"), "\(name)")
            #expect(page.contains("(Từ ngày 15/04/2025 đến ngày 14/05/2025)"), "\(name)")
        }
    }

    @Test func aPageNeedsNothingFromOutside() throws {
        let folder = try example()
        try Command(["report", "--period", "2025-05", "--format", "html", "--out", "out"], in: folder)
        for (name, content) in try bytes(folder, "out") {
            let page = String(decoding: content, as: UTF8.self)
            for sign in ["http:", "https:", "<script", "<link", "<img", "url(", "@import", "src="] { #expect(!page.contains(sign), "\(name): \(sign)") }
            #expect(page.components(separatedBy: "<svg").count >= 3, "two trends")
        }
    }

    @Test func thePortalsScoresAreDrawnBesideTheComputedOnes() throws {
        let folder = try Folder()
        let files = ["formality-online-payment-tree.json", "dvc-progress-tree.json", "provide-online-tree.json"].map { Repository.root + "/examples/phu-tho-2026-08/" + $0 }
        #expect(try Command(["ingest", "--period", "2026-08", "--unit", "H44"] + files, in: folder).code == 0)
        #expect(try Command(["report", "--period", "2026-08", "--calendar", "calendar", "--out", "out"], in: folder).code == 0)
        let page = String(decoding: try folder.read("out/portal-evaluation_H44_2026-08_calendar.html"), as: UTF8.self)
        #expect(page.contains("329 trong 329 điểm tính lại từ số đếm bằng đúng điểm công bố; 163 điểm được công bố không kèm số đếm."))
        for score in ["8,83", "6,25", "15,68"] { #expect(page.contains(">\(score)<")) }
        #expect(!page.contains("MINH HỌA"), "real figures are not called invented")
        let check = try Command(
            [Repository.root + "/Tests/CommandTests/check_evaluation.py", "out/portal-evaluation_H44_2026-08_calendar.xlsx", Repository.root + "/examples/phu-tho-2026-08"],
            in: folder, program: "/usr/bin/python3")
        #expect(check.code == 0, "\(check.output)\(check.errors)")
    }

    @Test(arguments: [
        (["report", "--period", "2025-13"], Int32(64), "is not a period"),
        (["report", "--period", "2019-05"], 1, "nothing is stored for 2019-05"),
        (["report", "--period", "2025-05", "--unit", "61"], 1, "no unit '61' gets a report in 2025-05; did you mean '611'?"),
        (["report", "--period", "2025-05", "--store", "nowhere.sqlite"], 1, "nowhere.sqlite: there is no such store"),
        (["report", "--period", "2025-05", "--home", "nowhere"], 1, "there is no 'reports/print.css' in it"),
        (["report", "--period", "2025-05", "--out", "/proc/none"], 1, "/proc/none: cannot be created"),
        (["figure", "--indicator", "O9", "--unit", "62", "--period", "2025-05"], 1, "there is no indicator 'O9'; did you mean"),
        (["figure", "--indicator", "O1", "--unit", "617", "--period", "2025-05"], 1, "there is no unit '617'; did you mean"),
        (["figure", "--indicator", "O1", "--unit", "62", "--period", "2025-05", "--procedure", "1"], 1, "there is no procedure '1'"),
        (["figure", "--indicator", "O1", "--unit", "62", "--period", "2025-05", "--channel", "web"], 64, "'web' is not a channel"),
        (["sample", "--dossiers", "0", "--out", "x"], 64, "--dossiers takes a number"),
        (["reprot"], 64, "Unexpected argument 'reprot'"),
    ])
    func aWrongOrderIsAnsweredWithWhatToDo(arguments: [String], code: Int32, message: String) throws {
        let folder = try example()
        let run = try Command(arguments, in: folder)
        #expect(run.code == code, "\(run.errors)")
        #expect(run.errors.contains(message), "\(run.errors)")
    }

    @Test func theSampleThatIsShippedIsTheOneThatTheProgramMakes() throws {
        let folder = try Folder()
        #expect(try Command(["sample", "--dossiers", "6000", "--seed", "2025", "--out", "sample"], in: folder).code == 0)
        for name in ["units.csv", "procedures.csv", "services.csv", "accounts.csv", "submissions.csv", "payments.csv", "corrections.csv"] {
            #expect(try folder.read("sample/" + name) == Data(contentsOf: URL(filePath: Example.folder + name)), "\(name)")
        }
        let again = try Command(["sample", "--out", "sample"], in: folder)
        #expect(again.code == 1 && again.errors.contains("File exists"), "files that are there are not overwritten")
    }

    /// A new report is a file: checked, previewed, and written by its id when it is put beside the others.
    @Test func aReportNeedsNoProgram() throws {
        let folder = try example()
        let text = """
            id: short
            audience: unit
            title: {vi: Báo cáo ngắn, en: Short report}
            indicators: [O1, P1]
            headline: [O1]
            sections: [summary, trend]
            trend_months: 3

            """
        try folder.file("short.yaml", text)
        #expect(try Command(["reports", "check", "short.yaml"], in: folder).output == "short.yaml: short is right\n")
        let preview = try Command(["reports", "preview", "short.yaml", "--period", "2025-05", "--unit", "616"], in: folder)
        #expect(preview.code == 0 && preview.output.split(separator: "\n").count == 2, "\(preview.errors)")
        let page = String(decoding: try folder.read("preview/short_616_2025-05_administrative.html"), as: UTF8.self)
        #expect(page.contains("<h1>Báo cáo ngắn</h1>") && page.contains("section-trend") && !page.contains("section-ranking"))
        try folder.file("bad.yaml", text.replacing("trend]", with: "trnd]"))
        let bad = try Command(["reports", "check", "bad.yaml"], in: folder)
        #expect(bad.code == 1 && bad.errors.contains("bad.yaml:6: ") && bad.errors.contains("did you mean 'trend'?"), "\(bad.errors)")
        let list = try Command(["reports"], in: folder).output
        #expect(list.contains("provincial-review    province    always") && list.contains("public-unit          unit        --external") && list.contains("form-07a-unit        unit        by its id"), "\(list)")
        let shown = try Command(["reports", "preview", Repository.root + "/reports/public-unit.yaml", "--period", "2025-05", "--unit", "616", "--format", "html"], in: folder)
        let public616 = try folder.read("preview/public-unit_616_2025-05_administrative.html")
        #expect(shown.code == 0 && String(decoding: public616, as: UTF8.self).contains("▒ ẩn"), "\(shown.errors)")
    }

    /// What a definition cannot mean is said where it stands, with what to write.
    @Test(arguments: [
        ("id: short", "id: ../../etc", "bad.yaml:1: 'id' names files: write at most 60 small letters"), ("id: short", "id: indicators/O1", "'id' names files"),
        ("[summary, trend]", "[summary, summary]", "bad.yaml:6: 'summary' stands twice"), ("[summary, trend]", "[]", "bad.yaml:6: 'sections' is an empty list"),
        ("[summary, trend]", "[summary, payment]", "the section 'payment' has nothing to say in a report with 'audience: unit'"), ("[O1, P1]", "[O1, O1]", "'O1' stands twice in 'indicators'"),
        ("headline: [O1]", "headline: []", "'headline' is empty, and the section 'trend' shows it; write an indicator, such as [O1]"), ("[O1, P1]", "[O9, P1]", "O9"),
        ("trend_months: 3", "trend_months: 3\nperiods: []", "'periods' is an empty list"), ("[summary, trend]", "[public-units]\nexternal: no", "write 'external: yes'"),
        ("trend_months: 3", "trend_months: #3", "'trend_months' has no value"), ("trend_months: 3", "trend_months: 3\nsort: {units: nam}", "did you mean 'name'?"),
        ("trend_months: 3", "trend_months: 3\nstructure: today", "add 'on_request: yes'"), ("audience: unit", "audience: units", "did you mean 'unit'?"),
    ])
    func aMistakeInAReportNamesItsLineAndRemedy(right: String, wrong: String, message: String) throws {
        let folder = try Folder()
        let text = "id: short\naudience: unit\ntitle: {vi: Ngắn, en: Short}\nindicators: [O1, P1]\nheadline: [O1]\nsections: [summary, trend]\ntrend_months: 3\n"
        #expect(text.contains(right))
        try folder.file("bad.yaml", text.replacing(right, with: wrong))
        try folder.file("good.yaml", text)
        let check = try Command(["reports", "check", "bad.yaml", "good.yaml"], in: folder)
        #expect(check.code == 1 && check.errors.contains("uptake: bad.yaml: ") && check.errors.contains(message), "\(check.errors)")
        #expect(check.output == "good.yaml: short is right\n", "one mistake does not hide what is said of the others")
    }

    @Test func twoReportsOfOneNameAreRefused() throws {
        let folder = try Folder()
        try FileManager.default.copyItem(atPath: Repository.root + "/reports", toPath: folder.path + "/reports")
        try FileManager.default.copyItem(atPath: folder.path + "/reports/targets.yaml", toPath: folder.path + "/reports/targets-again.yaml")
        let check = try Command(["reports", "check", "--home", folder.path], in: folder)
        #expect(check.code == 1 && check.errors.contains("targets.yaml: the id 'targets' is that of") && check.errors.contains("give one of them another id"), "\(check.errors)")
    }

    @Test func aReportThatIsNobodysIsRefused() throws {
        let folder = try example()
        let run = try Command(["report", "--report", "unit-monthly", "--unit", "62", "--period", "2025-05"], in: folder)
        #expect(run.code == 1 && run.errors.contains("no report would be written for 62: unit-monthly is about departments and districts"), "\(run.errors)")
    }

    /// Kon Tum's district units ended on 30/6/2025: on the year's last day they offer nothing of which there could be a count.
    @Test func whatEndedWithinTheYearIsNotZero() throws {
        let folder = try example()
        #expect(try Command(["report", "--period", "2025", "--report", "services-by-unit", "--format", "csv", "--out", "year"], in: folder).code == 0)
        let list = String(decoding: try folder.read("year/services-by-unit_62_2025_administrative_services-by-unit-table.csv"), as: UTF8.self)
        let saThay = try #require(list.split(separator: "\r\n").first { $0.contains("Sa Thầy") })
        #expect(saThay.contains("\"không áp dụng\",\"không áp dụng\",\"không áp dụng\",\"không áp dụng\",\"không áp dụng\",") && saThay.contains("DỮ LIỆU MINH HỌA"), "\(saThay)")
    }

    /// Each table is a file of its own, with the numbers of the page; a publication registers them like any other.
    @Test func tablesAreWrittenAsLists() throws {
        let folder = try example()
        let made = try Command(["publish", "2025-05", "--report", "targets", "--format", "csv", "--out", "lists"], in: folder)
        #expect(made.code == 0 && made.output.contains("lists/targets_62_2025-05_administrative_targets-table.csv"), "\(made.errors)")
        let list = String(decoding: try folder.read("lists/targets_62_2025-05_administrative_targets-table.csv"), as: UTF8.self)
        #expect(list.hasPrefix("\u{FEFF}\"Mã\",\"Đơn vị\",\"Tử số\"") && list.contains("\"O1 v1\",\"UBND tỉnh Kon Tum\",313,438,\"71,46%\""), "\(list.prefix(400))")
        #expect(try Command(["publish", "--rebuild", "1", "--out", "again"], in: folder).output.contains("the same to the byte"))
        #expect(try Command(["publications", "show", "1"], in: folder).output.contains("targets-table.csv"))
    }

    @Test func theHelpNamesEveryCommandAndTheReadmeToo() throws {
        let folder = try Folder()
        let help = try Command(["--help"], in: folder)
        let readme = try String(contentsOfFile: Repository.root + "/README.md", encoding: .utf8)
        let commands = [
            "ingest", "report", "figure", "quarantine", "imports", "indicators", "export", "sample", "period status", "period review", "period explain", "period freeze",
            "period reopen", "restate", "publish", "publications", "audit", "backup", "restore", "doctor", "reports list", "reports check", "reports preview",
            "serve", "users list", "users add", "users role", "users disable", "users enable", "users link", "users reset", "users token", "users revoke",
        ]
        for command in commands {
            let words = command.split(separator: " ").map(String.init)
            #expect(help.output.contains("  \(words[0])  "))
            #expect(readme.contains("uptake \(command)") || command.hasPrefix("users ") && readme.contains("`\(words[1]) "), "the README tells of \(command)")
            let options = try Command(words + ["--help"], in: folder).output
            for option in options.matches(of: /--[a-z-]+/).map({ String($0.output) }) where !["--version", "--help"].contains(option) {
                #expect(readme.contains("`\(option)"), "the README tells of \(command) \(option)")
            }
        }
    }
}
