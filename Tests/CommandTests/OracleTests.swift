import Foundation
import Testing
import TestSupport

/// Two hundred thousand invented dossiers, a district abolished in the middle of a month, and a count by plain SQL over the exported records.
@Suite struct OracleTests {
    /// On 5 November 2024 Sa Thầy (616) is merged into Đắk Hà (615), and its communes move there.
    private func reorganise(_ folder: Folder) throws {
        let lines = try String(contentsOfFile: folder.path + "/sample/units.csv", encoding: .utf8).split(separator: "\n").map(String.init)
        var (units, events) = ([lines[0]], ["date,event,from_code,to_code,document_number,illustrative", "2024-11-05,merge,616,615,Quyết định minh họa,yes"])
        for line in lines.dropFirst() {
            let until = line.replacing("2025-06-30", with: "2024-11-04")
            if line.hasPrefix("616,") {
                units.append(until)
            } else if line.contains(",commune,616,") {
                let code = line.prefix { $0 != "," }
                units += [until, line.replacing(",616,2021-01-01", with: ",615,2024-11-05")]
                events.append("2024-11-05,move,\(code),\(code),Quyết định minh họa,yes")
            } else {
                units.append(line)
            }
        }
        #expect(units.count == lines.count + 11 && events.count == 13, "Sa Thầy has eleven communes")
        try folder.file("sample/units.csv", units.joined(separator: "\n") + "\n")
        try folder.file("sample/events.csv", events.joined(separator: "\n") + "\n")
    }

    @Test func everyIndicatorAgreesWithPlainSQL() throws {
        let folder = try Folder()
        #expect(try Command(["sample", "--dossiers", "200000", "--seed", "3", "--out", "sample"], in: folder).code == 0)
        try reorganise(folder)
        let files = ["units", "events", "procedures", "services", "submissions", "payments", "corrections"].map { "sample/\($0).csv" }
        let loaded = try Command(["ingest"] + files, in: folder)
        #expect(loaded.code == 0, "\(loaded.errors.prefix(500))")
        #expect(try Command(["export", "--out", "records"], in: folder).code == 0)
        // The reorganisation lies within both.
        for calendar in ["administrative", "calendar"] {
            #expect(try Command(["report", "--period", "2024-11", "--calendar", calendar, "--out", calendar], in: folder).code == 0)
            let check = try Command(
                [Repository.root + "/Tests/CommandTests/check_workbooks.py", "uptake.sqlite", calendar, calendar, "2024-11", "records", "summaries"],
                in: folder, program: "/usr/bin/python3")
            #expect(check.code == 0 && check.output.hasPrefix("10 workbooks, 20 files; 250 counts compared; 0 differences"), "\(check.output)\(check.errors)")
        }
    }
}
