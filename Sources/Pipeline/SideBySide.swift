internal import Dispatch
internal import FoundationEssentials
internal import Synchronization

/// Does each piece of work once, on as many threads as the machine has cores.
///
/// - Parameters:
///   - makeTool: makes what a thread keeps for itself between its pieces.
///   - work: may run at the same time for different pieces, and never for two with the same tool.
/// - Throws: the first error; what has not begun by then is left.
func sideBySide<Tool>(_ count: Int, makeTool: @escaping @Sendable () -> Tool, work: @escaping @Sendable (Int, Tool) throws -> Void) throws {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let next = Mutex(0)
    let failure = Mutex<(any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: max(1, min(cores, count))) { _ in
        let tool = makeTool()
        while let piece = next.withLock({ (next: inout Int) -> Int? in
            defer { next += 1 }
            return next < count ? next : nil
        }) {
            if failure.withLock({ $0 != nil }) { return }
            do { try work(piece, tool) } catch { failure.withLock { $0 = $0 ?? error } }
        }
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
}
