import Foundation
import Testing
import TestSupport

@Suite struct IngestCommandTests {
    /// Whoever doubts a figure takes the records out and counts them; and nobody is locked in.
    @Test func whatIsExportedLoadsAsTheSame() throws {
        let (first, second) = (try Folder(), try Folder())
        try Command(["ingest"] + Example.registers + Example.records, in: first)
        let export = try Command(["export", "--out", second.path + "/out"], in: first)
        #expect(export.code == 0 && export.output.contains("dossiers written to"))
        let load = try Command(["ingest"] + Example.registers + ["out/submissions.csv", "out/payments.csv"], in: second)
        #expect(load.code == 0 && !load.output.contains("kept aside,"), "\(load.output)\(load.errors)")
        try Command(["export", "--out", "again"], in: second)
        for file in ["submissions.csv", "payments.csv"] { #expect(try sorted(second.read("out/" + file)) == sorted(second.read("again/" + file))) }
        for indicator in ["O1", "O2", "P1", "P2", "T1"] {
            let question = ["figure", "--indicator", indicator, "--unit", "62", "--period", "2025-05", "--list", "30"]
            func lines(_ folder: Folder) throws -> [Substring] { try Command(question, in: folder).output.split(separator: "\n").filter { !$0.hasPrefix("data ") } }
            #expect(try lines(first) == lines(second))
        }
        #expect(try Command(["export", "--out", "/proc/nowhere"], in: first).errors.contains("name another folder with --out"))
    }

    private func sorted(_ data: Data) -> [String] { String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init).sorted() }

    @Test func theExampleIsStoredOnceAndKnownTheSecondTime() throws {
        let folder = try Folder()
        let first = try Command(["ingest"] + Example.registers + Example.records, in: folder)
        #expect(first.code == 0)
        #expect(first.output.contains("stored; the data version is now 1"))
        #expect(first.errors.contains("submissions.csv:549:63: 'received_at' is not a date; write 14/05/2025 or 2025-05-14T08:00:00+07:00"))
        let second = try Command(["ingest"] + Example.registers + Example.records, in: folder)
        #expect(second.code == 0)
        #expect(second.output.contains("nothing new; the data version stays 1"))
        #expect(try folder.files.filter { $0.hasSuffix(".sqlite") } == ["uptake.sqlite"])
    }

    /// R8: read = stored + corrected + older + unchanged + quarantined, for every file.
    @Test func everyRowIsAccountedFor() throws {
        let folder = try Folder()
        let run = try Command(["ingest", "--json"] + Example.registers + Example.records, in: folder)
        let summary = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        let files = try #require(summary["files"] as? [[String: Any]])
        #expect(files.count == Example.registers.count + Example.records.count)
        for file in files + [summary] {
            let parts = ["stored", "corrected", "older", "unchanged"].map { file[$0] as? Int ?? -1 }.reduce(0, +)
            let quarantined = try #require(file["quarantined"] as? [String: Int]).values.reduce(0, +)
            #expect(file["read"] as? Int == parts + quarantined, "\(file["name"] ?? "all")")
            if let name = file["name"] as? String, name.hasSuffix(".csv") {
                let lines = try String(contentsOfFile: Example.folder + name, encoding: .utf8).split(separator: "\n").count - 1
                #expect(file["read"] as? Int == lines, "every line of \(name) is read")
            }
        }
    }

    @Test func anyOrderOfFilesAndImportsGivesTheSameReports() throws {
        let together = try Folder(), apart = try Folder()
        try Command(["ingest"] + Example.registers + Example.records, in: together)
        try Command(["ingest"] + Example.registers, in: apart)
        for path in Example.records.reversed() { #expect(try Command(["ingest", path], in: apart).code == 0) }
        let arguments = ["figure", "--unit", "62", "--period", "2025-05", "--list", "all"]
        for indicator in ["O1", "O2", "P1", "P2", "T1", "A1", "S1"] {
            func figure(_ folder: Folder) throws -> [Substring] {
                let run = try Command(arguments + ["--indicator", indicator], in: folder)
                #expect(run.code == 0)
                return run.output.split(separator: "\n").filter { !$0.hasPrefix("data ") }
            }
            #expect(try figure(together) == figure(apart))
        }
    }

    @Test func aDryRunSaysAllOfItAndStoresNothing() throws {
        let folder = try Folder()
        let run = try Command(["ingest", "--dry-run"] + Example.registers + Example.records, in: folder)
        #expect(run.code == 0)
        #expect(run.output.contains("dry run: nothing was stored; the data version stays 0"))
        #expect(run.output.contains("6,053      6,000"))
        #expect(try !folder.files.contains("uptake.sqlite"), "a rehearsal leaves no store behind")
    }

    @Test func theClerksListNamesPlacesAndNeverValues() throws {
        let folder = try Folder()
        try Command(["ingest", "--quarantine", "now.csv"] + Example.registers + Example.records, in: folder)
        try Command(["quarantine", "--csv", "later.csv"], in: folder)
        let list = try String(decoding: folder.read("now.csv"), as: UTF8.self)
        #expect(try folder.read("later.csv") == folder.read("now.csv"))
        #expect(list.hasPrefix("\u{FEFF}tệp,dòng,cột"))
        #expect(list.split(separator: "\n").count == 11)
        for value in ["webb", "-75000", "75000.5", "9.999999", "616-240401", "2024-02-31"] { #expect(!list.contains(value)) }
    }

    /// A good file beside a spoilt one: nothing of either is stored.
    @Test func aSpoiltFileChangesNothing() throws {
        let folder = try Folder()
        try Command(["ingest"] + Example.registers, in: folder)
        let whole = try String(contentsOfFile: Example.folder + "submissions.csv", encoding: .utf8)
        try folder.file("cut.csv", String(whole.prefix(whole.count / 2 + 7)))
        try folder.file("empty.csv", "")
        try folder.file("header.csv", String(whole.prefix { $0 != "\n" }) + "\n")
        try folder.file("binary.csv", Data((0..<5_000).map { UInt8(truncatingIfNeeded: $0 &* 97) }))
        try folder.file("other.json", "{\"items\": []}")
        for name in ["cut.csv", "empty.csv", "header.csv", "binary.csv", "other.json", "missing.csv"] {
            let run = try Command(["ingest", Example.folder + "payments.csv", name], in: folder)
            #expect(run.code == 1, "\(name)")
            #expect(run.errors.contains("uptake: \(name)"), "\(name): \(run.errors)")
            #expect(try Command(["imports"], in: folder).output.split(separator: "\n").count == 1 + Example.registers.count, "\(name) left a trace")
        }
    }

    @Test func anEvaluationResponseMustBeToldItsPeriodAndUnit() throws {
        let folder = try Folder()
        let file = Repository.root + "/examples/phu-tho-2026-08/dvc-progress-tree.json"
        #expect(try Command(["ingest", file], in: folder).errors.contains("does not say its own period; give --period and --unit"))
        let wrong = try Command(["ingest", "--period", "2026-08", "--unit", "H45", file], in: folder)
        #expect(wrong.code == 1 && wrong.errors.contains("is about the unit 'H44', and --unit says 'H45'"))
        #expect(try Command(["ingest", "--period", "2026-08", file], in: folder).code == 64)
        #expect(try Command(["ingest", "--period", "2026-08", "--unit", "H44", file], in: folder).code == 0)
    }

    /// R1 in small: the program is killed while it loads, again and again; the store is as before or as after.
    @Test func aKilledImportLeavesTheStoreAsBeforeOrAsAfter() throws {
        let folder = try Folder()
        try Command(["ingest"] + Example.registers, in: folder)
        let sample = try Folder()
        #expect(try Command(["sample", "--dossiers", "20000", "--seed", "3", "--out", "big"], in: sample).code == 0)
        var outcomes: Set<String> = []
        for milliseconds in [5, 20, 40, 80, 160, 320, 500, 700] {
            let process = Process()
            process.executableURL = URL(filePath: Command.program)
            process.arguments = ["ingest", sample.path + "/big/submissions.csv", sample.path + "/big/payments.csv"]
            process.currentDirectoryURL = URL(filePath: folder.path)
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            usleep(UInt32(milliseconds * 1_000))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            let imports = try Command(["imports"], in: folder)
            #expect(imports.code == 0)
            let lines = imports.output.split(separator: "\n").count - 1
            #expect([0, 2].contains(lines - Example.registers.count), "the registers, or the registers and both files")
            outcomes.insert("\(lines - Example.registers.count)")
        }
        #expect(outcomes.contains("0"), "at least one kill came before the end")
        #expect(try Command(["ingest", sample.path + "/big/submissions.csv", sample.path + "/big/payments.csv"], in: folder).code == 0)
        let run = try Command(["figure", "--indicator", "O1", "--unit", "62", "--period", "2025-05", "--list", "0"], in: folder)
        #expect(run.code == 0, "tallies and dossiers agree: \(run.errors)")
    }
}
