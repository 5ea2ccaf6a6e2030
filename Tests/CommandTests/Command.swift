import Foundation
import TestSupport

/// One run of the program, as a user makes it: in an empty folder, with nothing but its files.
struct Command {
    let code: Int32
    let output: String
    let errors: String

    /// The program that the tests were built with.
    static let program: String = {
        let built = Bundle.allBundles.map(\.bundlePath).first { FileManager.default.isExecutableFile(atPath: $0 + "/uptake") }
        return built.map { $0 + "/uptake" } ?? URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path() + "/uptake"
    }()

    @discardableResult
    init(_ arguments: [String], in folder: Folder, program: String = Command.program, environment: [String: String] = [:]) throws {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder.path)
        process.environment = ["PATH": "/usr/bin:/bin", "UPTAKE_HOME": Repository.root, "HOME": folder.path].merging(environment) { $1 }
        let files = ["output", "errors"].map { URL(filePath: folder.path + "/." + $0 + UUID().uuidString) }
        for file in files { try Data().write(to: file) }
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        code = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
        output = try String(contentsOf: files[0], encoding: .utf8)
        errors = try String(contentsOf: files[1], encoding: .utf8)
        for file in files { try FileManager.default.removeItem(at: file) }
    }
}

/// The files of the invented example.
enum Example {
    static let folder = Repository.root + "/examples/kon-tum-2025/"
    static let registers = ["units.csv", "procedures.csv", "services.csv", "targets.yaml"].map { folder + $0 }
    static let records = ["submissions.csv", "payments.csv", "corrections.csv", "accounts.csv"].map { folder + $0 }
}
