import Foundation
import TestSupport

/// One run of a check that is written in Python, in an empty folder: the real program, looked at from outside.
struct Python {
    /// The program that the tests were built with.
    static let program = (Bundle.allBundles.map(\.bundlePath).map { $0 + "/uptake" }.first { FileManager.default.isExecutableFile(atPath: $0) })
        ?? URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path() + "/uptake"

    let code: Int32
    let output: String

    init(_ arguments: [String]) throws {
        let folder = try Folder()
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder.path)
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": folder.path, "PYTHONIOENCODING": "utf-8"]
        let output = try folder.file("output", "")
        let file = try FileHandle(forWritingTo: URL(filePath: output))
        (process.standardOutput, process.standardError) = (file, file)
        try process.run()
        process.waitUntilExit()
        code = process.terminationStatus
        self.output = String(decoding: try folder.read("output"), as: UTF8.self)
    }

    /// What `scripts/setup.sh test` fetched and finished, in `.build-checks`.
    static func isFetched(_ name: String) -> Bool { FileManager.default.fileExists(atPath: Repository.root + "/.build-checks/" + name) }
}
