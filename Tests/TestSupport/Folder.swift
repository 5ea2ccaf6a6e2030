package import Foundation

/// A folder that is empty at first and gone at the end. It is a class so that its end can be noticed.
package final class Folder: Sendable {
    package let path: String

    package init() throws {
        path = NSTemporaryDirectory() + "/uptake-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and returns its path.
    @discardableResult
    package func file(_ name: String, _ content: String) throws -> String { try file(name, Data(content.utf8)) }

    @discardableResult
    package func file(_ name: String, _ content: Data) throws -> String {
        let path = path + "/" + name
        try content.write(to: URL(filePath: path))
        return path
    }

    package func read(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: path + "/" + name)) }

    package var files: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    }
}

/// The repository that the tests run in.
package enum Repository {
    package static let root: String = {
        var url = URL(filePath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        return url.path()
    }()

    /// The corpora of others lie beside the repository and are never copied into it; nil where they are absent.
    package static func corpus(_ name: String) -> String? {
        let path = root + "/../shared/data/corpora/" + name
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }
}

/// A small random generator whose seed is printed with a failure, so that a run can be repeated.
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
