internal import Glibc
internal import Pipeline
internal import Reporting
internal import Synchronization

/// One line on a terminal that tells how far a long work has come; silent in a pipe.
///
/// It is a class because it remembers when it spoke last.
final class ProgressLine: Sendable {
    private let isTerminal = isatty(2) == 1
    private let start = monotonicSeconds()
    private let last = Mutex(0.0)

    /// True at most five times in a second.
    private func isTime(_ now: Double) -> Bool {
        isTerminal && last.withLock { last in
            guard now - last > 0.2 else { return false }
            last = now
            return true
        }
    }

    func show(done: Int, of all: Int, _ what: String) {
        let now = monotonicSeconds()
        guard isTime(now) else { return }
        let remaining = Int((now - start) / Double(max(done, 1)) * Double(all - done))
        printToStandardError("\r\u{1B}[K\(done) of \(all) \(what)  \(remaining) s remaining", terminator: "")
    }

    func show(_ progress: Pipeline.Ingest.Progress) {
        let now = monotonicSeconds()
        guard isTime(now) else { return }
        let elapsed = max(now - start, 0.001)
        let speed = Double(progress.bytes) / elapsed
        let remaining = Int(Double(max(0, progress.allBytes - progress.bytes)) / max(speed, 1))
        let percent = progress.allBytes == 0 ? 100 : progress.bytes * 100 / progress.allBytes
        let text = "\(progress.file)  \(percent)%  \(grouped(progress.rows, .english)) rows  \(Int(speed / 1e6)) MB/s  \(remaining) s remaining"
        printToStandardError("\r\u{1B}[K" + text, terminator: "")
    }

    func clear() {
        if isTerminal && last.withLock({ $0 > 0 }) { printToStandardError("\r\u{1B}[K", terminator: "") }
    }
}
