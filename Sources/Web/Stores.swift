internal import NIOPosix
internal import Pipeline
internal import Storage
internal import Synchronization

/// Connections to the store that are lent out, so that readers do not wait for each other.
///
/// It is a class because it keeps those that were given back.
final class Stores: Sendable {
    private let path: String
    private let pseudonymKey: String?
    private let idle = Mutex<[Store]>([])

    /// The store is there and can be opened, or this fails.
    init(path: String, pseudonymKey: String?) throws {
        self.path = path
        self.pseudonymKey = pseudonymKey
        try read { _ in }
    }

    func read<T>(_ work: (Store) throws -> T) throws -> T {
        let store = try idle.withLock { $0.popLast() } ?? Store.open(path, pseudonymKey: pseudonymKey)
        defer { idle.withLock { if $0.count < 4 { $0.append(store) } } }
        return try work(store)
    }

    /// What is changed is done in somebody's name.
    func write<T>(as actor: String, _ work: (Store) throws -> T) throws -> T { try work(try Store.open(path, pseudonymKey: pseudonymKey, actor: actor)) }
}

/// Threads for what takes long, so that nobody else waits for it: imports one after the other, as the store has one writer; passwords and providers of
/// identities, each of which takes a good part of a second; reports that are made and sent unattended.
enum Pools {
    static let imports = started(1)
    static let doors = started(2)
    static let deliveries = started(1)

    private static func started(_ threads: Int) -> NIOThreadPool {
        let pool = NIOThreadPool(numberOfThreads: threads)
        pool.start()
        return pool
    }
}

/// Passwords are checked and providers asked on threads of their own.
func onDoorThread<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T { try await Pools.doors.runIfActive(work) }

/// Work that waits for the disk is done on threads of its own, never on those that serve connections.
func onThread<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T { try await NIOThreadPool.singleton.runIfActive(work) }
