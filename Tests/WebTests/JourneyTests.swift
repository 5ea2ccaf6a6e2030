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

    /// Schemathesis asks the real server for everything that its document allows, and for much that it does not.
    @Test func theAPIIsAsItsDocumentSays() throws {
        let folder = try Folder()
        let script = """
            import os, re, subprocess, sys
            program, home, check = sys.argv[1:]
            base = {'PATH': os.environ['PATH'], 'HOME': os.getcwd(), 'UPTAKE_HOME': home}
            e = home + '/examples/kon-tum-2025/'
            files = [e + n for n in ('units.csv', 'procedures.csv', 'services.csv', 'targets.yaml', 'submissions.csv', 'payments.csv')]
            subprocess.run([program, 'ingest'] + files, env=base, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            open('s.yaml', 'w').write('listen: 127.0.0.1:0\\nlog: log\\nlimits: {requests_per_minute: 100000}\\n')
            server = subprocess.Popen([program, 'serve', '--settings', 's.yaml'], env=base, stderr=subprocess.PIPE, text=True)
            try:
                address = re.search(r'http://\\S+', server.stderr.readline()).group()
                token = subprocess.run([program, 'users', 'token', 'admin', '--label', 'x', '--scope-of-token', 'read'], env=base, check=True, stdout=subprocess.PIPE, text=True).stdout
                token = re.search(r'uptk_[\\w-]+', token).group()
                run = subprocess.run([sys.executable, check, '--url', address, '--token', token, '--seed', '1', '--examples', '15'], env=base, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                print(run.stdout)
                sys.exit(run.returncode)
            finally:
                server.terminate()
                server.wait(20)
            """
        try folder.file("run.py", script)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["run.py", Self.program, Repository.root, Repository.root + "/Tests/WebTests/check_api.py"]
        process.currentDirectoryURL = URL(filePath: folder.path)
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": folder.path, "PYTHONIOENCODING": "utf-8"]
        try Data().write(to: URL(filePath: folder.path + "/output"))
        let file = try FileHandle(forWritingTo: URL(filePath: folder.path + "/output"))
        (process.standardOutput, process.standardError) = (file, file)
        try process.run()
        process.waitUntilExit()
        let output = String(decoding: try folder.read("output"), as: UTF8.self)
        if output.contains("skipped:") { print(output) }
        #expect(process.terminationStatus == 0, "\(output)")
    }
}
