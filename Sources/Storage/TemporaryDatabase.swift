internal import FoundationEssentials
internal import GRDB
internal import Glibc

/// A database that nobody else may see and that goes away with its owner; what a killed run has left goes with the next one.
final class TemporaryDatabase: Sendable {
    let queue: DatabaseQueue
    private let folder: String

    private static let prefix = "uptake-view-"

    init() throws {
        let base = FileManager.default.temporaryDirectory.path
        try TemporaryDatabase.clear(base)
        folder = base + "/" + TemporaryDatabase.prefix + "\(getpid())-\(UUID().uuidString)"
        // It holds records: for the owner's eyes only.
        guard mkdir(folder, 0o700) == 0 else { throw StoreError("\(folder) cannot be made: \(String(cString: strerror(errno)))") }
        var configuration = Configuration()
        // What was frozen later may point to units that were not there yet.
        configuration.foreignKeysEnabled = false
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA page_size = 8192; PRAGMA cache_size = -131072") }
        queue = try DatabaseQueue(path: folder + "/store.sqlite", configuration: configuration)
    }

    deinit { TemporaryDatabase.remove(folder) }

    /// Takes a copy of a store. Nobody needs it after a power cut.
    func fill(from source: DatabaseQueue) throws {
        try source.backup(to: queue)
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF") }
    }

    private static func clear(_ base: String) throws {
        for name in try leftovers(prefix, in: base) { remove(base + "/" + name) }
    }

    private static func remove(_ folder: String) {
        for ending in ["", "-journal", "-wal", "-shm"] { unlink(folder + "/store.sqlite" + ending) }
        rmdir(folder)
    }
}

/// The names in a folder that begin with the prefix and the number of a run that is no more.
package func leftovers(_ prefix: String, in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).filter { name in
        guard name.hasPrefix(prefix), let number = name.dropFirst(prefix.count).split(separator: "-").first.flatMap({ pid_t($0) }) else { return false }
        return kill(number, 0) != 0 && errno == ESRCH
    }
}
