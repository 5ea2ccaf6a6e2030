internal import Dispatch
internal import Synchronization

/// Makes pieces on a thread of its own while the last one is used.
///
/// - Parameters:
///   - limit: how many pieces may wait: as many as are made while one is used that takes long.
///   - make: gives the next piece, and nil after the last. Nothing that it uses may be touched by others until this returns.
///   - use: is given the pieces in their order, on the thread of the caller.
/// - Throws: what either of them throws; then nothing more is made.
func readAhead<Piece: Sendable>(limit: Int, _ make: @escaping () throws -> Piece?, use: (Piece) throws -> Void) throws {
    let line = Line<Piece>(limit: limit)
    // Handed over whole: the caller waits in here, and only uses the pieces.
    nonisolated(unsafe) let make = make
    let isDone = DispatchSemaphore(value: 0)
    DispatchQueue(label: "read ahead").async {
        while line.waitForRoom() {
            let made = Result { try make() }
            line.add(made)
            if case .success(.some) = made { continue }
            break
        }
        isDone.signal()
    }
    defer {
        line.stop()
        isDone.wait()
    }
    while let piece = try line.next() { try use(piece) }
}

/// What was made and is not used yet. It is a class because both threads share it.
private final class Line<Piece: Sendable>: Sendable {
    private let pieces = Mutex<[Result<Piece?, any Error>]>([])
    private let isStopped = Mutex(false)
    private let room = DispatchSemaphore(value: 0)
    private let ready = DispatchSemaphore(value: 0)

    /// The room is made afterwards: a semaphore that ends with less than it began with stops the program.
    init(limit: Int) { for _ in 0..<limit { room.signal() } }

    /// False when nothing more is wanted.
    func waitForRoom() -> Bool {
        room.wait()
        return isStopped.withLock { !$0 }
    }

    func add(_ made: Result<Piece?, any Error>) {
        pieces.withLock { $0.append(made) }
        ready.signal()
    }

    /// Waits for it; nil after the last.
    func next() throws -> Piece? {
        ready.wait()
        defer { room.signal() }
        return try pieces.withLock { $0.removeFirst() }.get()
    }

    func stop() {
        isStopped.withLock { $0 = true }
        room.signal()
    }
}
