import Foundation
import Testing
import TestSupport

/// A folder whose files are loaded as they come.
@Suite struct InboxTests {
    private final class Watch {
        let process = Process()

        init(_ folder: Folder) throws {
            process.executableURL = URL(filePath: Command.program)
            process.arguments = ["ingest", "--watch", "inbox", "--interval", "1"]
            process.currentDirectoryURL = URL(filePath: folder.path)
            process.environment = ["PATH": "/usr/bin:/bin", "UPTAKE_HOME": Repository.root]
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
        }

        func stop(_ signal: Int32 = SIGTERM) -> Int32 {
            kill(process.processIdentifier, signal)
            process.waitUntilExit()
            return process.terminationStatus
        }

        deinit { if process.isRunning { process.terminate() } }
    }

    private func wait(_ seconds: Double = 20, until condition: () throws -> Bool) throws -> Bool {
        let end = Date().addingTimeInterval(seconds)
        while Date() < end {
            if try condition() { return true }
            usleep(100_000)
        }
        return false
    }

    private func files(_ folder: Folder, _ sub: String) throws -> [String] {
        let path = folder.path + "/inbox" + sub
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: path).filter { !$0.hasPrefix(".") && $0 != "done" && $0 != "refused" }.sorted()
    }

    @Test func completeFilesAreTakenOnceAndMovedWithAReport() throws {
        let folder = try Folder()
        try Command(["ingest"] + Example.registers, in: folder)
        try FileManager.default.createDirectory(atPath: folder.path + "/inbox", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: Example.folder + "submissions.csv", toPath: folder.path + "/inbox/submissions.csv")
        try folder.file("inbox/broken.csv", "tên;tuổi\n1;2\n")
        try folder.file("inbox/half.csv.part", "dossier_code")
        // Somebody is still writing this one, however long it has looked the same.
        let writer = try #require(fopen(folder.path + "/inbox/slow.csv", "w"))
        fputs("dossier_code,procedure_code,unit_code,channel,received_at,state,updated_at\n", writer)
        fflush(writer)
        let watch = try Watch(folder)
        #expect(try wait { try files(folder, "/done").count == 2 && files(folder, "/refused").count == 2 })
        #expect(try files(folder, "") == ["half.csv.part", "slow.csv"])
        let report = try #require(try files(folder, "/done").first { $0.hasSuffix("submissions.csv.report.txt") })
        let text = try String(decoding: folder.read("inbox/done/" + report), as: UTF8.self)
        #expect(text.contains("read 6053, stored 6000") && text.contains("không phải là ngày"))
        let reason = try #require(try files(folder, "/refused").first { $0.hasSuffix(".report.txt") })
        #expect(try String(decoding: folder.read("inbox/refused/" + reason), as: UTF8.self).contains("no column is known"))
        fputs("616-1,9.000033,616,online,2025-05-05,in_process,2025-05-05\n", writer)
        fclose(writer)
        #expect(try wait { try files(folder, "/done").count == 4 })
        #expect(watch.stop() == 0, "a signal ends it between two files")
        #expect(try Command(["imports", "list"], in: folder).output.contains("slow.csv"))
    }

    /// Killed in the middle and started again: everything is loaded once.
    @Test func aRestartLosesAndDoublesNothing() throws {
        let folder = try Folder()
        try Command(["ingest"] + Example.registers, in: folder)
        try FileManager.default.createDirectory(atPath: folder.path + "/inbox", withIntermediateDirectories: true)
        for name in ["submissions.csv", "payments.csv", "corrections.csv"] {
            try FileManager.default.copyItem(atPath: Example.folder + name, toPath: folder.path + "/inbox/" + name)
        }
        for milliseconds in [1_200, 1_500] {
            let watch = try Watch(folder)
            usleep(UInt32(milliseconds * 1_000))
            _ = watch.stop(SIGKILL)
        }
        let watch = try Watch(folder)
        #expect(try wait { try files(folder, "").isEmpty })
        #expect(watch.stop() == 0)
        let reference = try Folder()
        try Command(["ingest"] + Example.registers + Example.records.prefix(3), in: reference)
        let question = ["figure", "--indicator", "P1", "--unit", "62", "--period", "2025-05", "--list", "all"]
        func figures(_ folder: Folder) throws -> [Substring] { try Command(question, in: folder).output.split(separator: "\n").filter { !$0.hasPrefix("data ") } }
        #expect(try figures(folder) == figures(reference))
    }

    @Test func oneFolderIsWatchedOnce() throws {
        let folder = try Folder()
        try Command(["ingest"] + Example.registers, in: folder)
        let watch = try Watch(folder)
        #expect(try wait { FileManager.default.fileExists(atPath: folder.path + "/inbox/.uptake-watch") })
        usleep(300_000)
        let second = try Command(["ingest", "--watch", "inbox"], in: folder)
        #expect(second.code == 1 && second.errors.contains("another run of uptake watches this folder"))
        #expect(watch.stop(SIGINT) == 0)
    }
}
