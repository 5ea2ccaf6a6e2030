internal import Foundation

/// A program that listens on this machine until `stop()`. It is a class because it owns a process.
package final class LocalServer {
    private let process: Process
    package let port: Int

    struct NoPort: Error, CustomStringConvertible {
        let description: String
    }

    /// Waits until the program names its port.
    ///
    /// - Parameter mark: what stands before the port in what the program says; nil when the port is all that it says.
    package init(_ program: String, _ arguments: [String], mark: String? = nil) throws {
        let (process, folder) = (Process(), try Folder())
        // A file, and no pipe: nobody has to read what it says later, and no descriptor is watched that a server's end closes.
        let said = try folder.file("said", "")
        let output = try FileHandle(forWritingTo: URL(filePath: said))
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = mark == nil ? FileHandle.nullDevice : output
        try process.run()
        var (text, found): (String, Int?) = ("", nil)
        while found == nil, process.isRunning {
            usleep(5_000)
            text = String(decoding: try folder.read("said"), as: UTF8.self)
            found = LocalServer.port(in: text, after: mark)
        }
        guard let found else {
            LocalServer.end(process)
            throw NoPort(description: "\(program) names no port; it says: \(text)")
        }
        (self.process, port) = (process, found)
    }

    package func stop() { LocalServer.end(process) }

    /// The thread that starts a program may have SIGTERM blocked, as those of Dispatch do, and the program is born with that.
    private static func end(_ process: Process) {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    private static func port(in text: String, after mark: String?) -> Int? {
        var rest = text[...]
        if let mark {
            guard let place = text.range(of: mark) else { return nil }
            rest = text[place.upperBound...]
        }
        let digits = rest.prefix { $0.isNumber }
        // Without a sign after it more digits may be on their way.
        return digits.endIndex < rest.endIndex ? Int(digits) : nil
    }
}
