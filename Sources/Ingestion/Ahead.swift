internal import Dispatch
internal import Synchronization

/// Pieces that are made on a thread of their own while earlier ones are used.
///
/// It is a class because the thread ends with it.
package final class Ahead<Piece: Sendable> {
    private let line: Line<Piece>
    private let hasEnded = DispatchSemaphore(value: 0)
    private var isAtEnd = false

    /// - Parameters:
    ///   - limit: how many pieces may wait: as many as are made while one is used that takes long.
    ///   - make: gives the next piece, and nil after the last. Nothing that it uses may be touched by others until `stop`.
    package init(limit: Int, _ make: @escaping () throws -> Piece?) {
        let line = Line<Piece>(limit: limit)
        self.line = line
        // Handed over whole: the user only takes the pieces.
        nonisolated(unsafe) let make = make
        DispatchQueue(label: "ahead").async { [hasEnded] in
            while line.waitForRoom() {
                let made = Result { try make() }
                line.add(made)
                if case .success(.some) = made { continue }
                break
            }
            hasEnded.signal()
        }
    }

    /// Waits for the next piece; nil after the last, and after an error.
    package func next() throws -> Piece? {
        if isAtEnd { return nil }
        isAtEnd = true
        guard let piece = try line.next() else { return nil }
        isAtEnd = false
        return piece
    }

    /// Waits until nothing more is made. To be called once.
    package func stop() {
        isAtEnd = true
        line.stop()
        hasEnded.wait()
    }
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
