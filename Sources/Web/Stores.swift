internal import NIOCore
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
        defer { idle.withLock { if $0.count < 16 { $0.append(store) } } }
        return try work(store)
    }

    /// What is changed is done in somebody's name.
    func write<T>(as actor: String, _ work: (Store) throws -> T) throws -> T { try work(try Store.open(path, pseudonymKey: pseudonymKey, actor: actor)) }

    private struct Pulse: Sendable {
        let seconds: Double
        let fault: String?
    }

    private let pulse = Mutex<Pulse?>(nil)
    private let pulseStore = Mutex<Store?>(nil)

    /// Why the store cannot be read; nil when it can. It is looked at once a second at most, by a connection and on a thread that nobody else has.
    func fault() async throws -> String? {
        if let known = recentPulse { return known.fault }
        return try await Pools.pulse.run { () -> String? in
            if let known = self.recentPulse { return known.fault }
            let fault = self.look()
            self.pulse.withLock { $0 = Pulse(seconds: monotonicSeconds(), fault: fault) }
            return fault
        }
    }

    private var recentPulse: Pulse? { pulse.withLock { $0 }.flatMap { monotonicSeconds() - $0.seconds < 1 ? $0 : nil } }

    private func look() -> String? {
        do {
            let store = try pulseStore.withLock { $0 } ?? Store.open(path, pseudonymKey: pseudonymKey)
            _ = try store.dataVersion()
            pulseStore.withLock { $0 = store }
            return nil
        } catch {
            pulseStore.withLock { $0 = nil }
            return "\(error)"
        }
    }
}

/// Threads for one kind of work, and how many may be working and waiting at once.
///
/// It is a class because it counts them.
final class Pool: Sendable {
    let threads: NIOThreadPool
    private let most: Int
    private let inside = Mutex(0)

    init(_ count: Int, most: Int = .max) {
        threads = NIOThreadPool(numberOfThreads: count)
        self.most = most
        threads.start()
    }

    /// - Throws: `Refused.tooMany` when too many wait already, and what the work throws.
    func run<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        let isIn = inside.withLock { count -> Bool in
            guard count < most else { return false }
            count += 1
            return true
        }
        guard isIn else { throw Refused.tooMany(seconds: 10) }
        defer { inside.withLock { $0 -= 1 } }
        return try await threads.runIfActive(work)
    }
}

/// Threads for what takes long or waits, so that nobody else waits for it.
enum Pools {
    /// What only reads: nobody here ever waits for the store's one writer. There are more of them than cores, as some wait for a page that another is making.
    static let readers = Pool(max(4, 2 * NIOCore.System.coreCount))
    /// What writes the store by the way, such as explanations and decisions. A rehearsal has the lock for as long as it reads its files, so they may wait for seconds.
    static let writers = Pool(2, most: 64)
    /// Whole reports and publications.
    static let making = Pool(2, most: 64)
    /// Who asks: sessions and tokens, for every request that has one.
    static let accounts = Pool(2)
    /// Whether all is well.
    static let pulse = Pool(1)
    /// Passwords, each of which takes a good part of a second.
    static let doors = Pool(2)
    /// Providers of identities, which answer when they like: whoever comes while as many wait is told so.
    static let providers = Pool(2, most: 8)
    /// Imports one after the other, as the store has one writer.
    static let imports = started(1)
    /// Reports that are made and sent unattended.
    static let deliveries = started(1)

    private static func started(_ threads: Int) -> NIOThreadPool {
        let pool = NIOThreadPool(numberOfThreads: threads)
        pool.start()
        return pool
    }
}

/// Passwords are checked on threads of their own.
func onDoorThread<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T { try await Pools.doors.run(work) }

/// What writes the store waits for its turn where no reader does.
func onWriteThread<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T { try await Pools.writers.run(work) }

/// Reports are made where no page waits for them.
func onMakingThread<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T { try await Pools.making.run(work) }

/// Work that waits for the disk is done on threads of its own, never on those that serve connections.
func onThread<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T { try await Pools.readers.run(work) }

/// Raised once, and never lowered. It is a class because several threads look at it.
final class Flag: Sendable {
    private let raised = Mutex(false)

    var isRaised: Bool { raised.withLock { $0 } }

    func raise() { raised.withLock { $0 = true } }
}
