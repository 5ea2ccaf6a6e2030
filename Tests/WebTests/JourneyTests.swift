import Foundation
import Testing
import TestSupport

/// The real program, a real browser, and programs that nobody here wrote.
@Suite struct JourneyTests {
    private static let program = (Bundle.allBundles.map(\.bundlePath).map { $0 + "/uptake" }.first { FileManager.default.isExecutableFile(atPath: $0) })
        ?? URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path() + "/uptake"

    private func run(_ arguments: [String]) throws -> (code: Int32, output: String) {
        let folder = try Folder()
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": folder.path, "PYTHONIOENCODING": "utf-8"]
        let output = folder.path + "/output"
        try Data().write(to: URL(filePath: output))
        let file = try FileHandle(forWritingTo: URL(filePath: output))
        (process.standardOutput, process.standardError) = (file, file)
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: try Data(contentsOf: URL(filePath: output)), as: UTF8.self))
    }

    @Test func peopleGoTheirWays() throws {
        let axe = Repository.root + "/.build-checks/axe.min.js"
        let extra = FileManager.default.fileExists(atPath: axe) ? ["--axe", axe] : []
        let journeys = try run([Repository.root + "/Tests/WebTests/journeys.py", Self.program, Repository.root] + extra)
        #expect(journeys.code == 0 && journeys.output.hasSuffix("every way was gone to its end\n"), "\(journeys.output)")
    }
}
