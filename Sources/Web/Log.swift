internal import Adoption
internal import Glibc
internal import Pipeline
internal import Synchronization

/// One line for each request: never a query, a name, a code or anything else that could be about somebody.
///
/// It is a class because it owns the file. A file that was moved away, as log rotation does, is begun anew.
final class Log: Sendable {
    private struct Target {
        var descriptor: CInt
        var inode: ino_t
    }

    private let path: String?
    private let clock: @Sendable () -> Instant
    private let target: Mutex<Target>

    /// - Parameter path: nil for standard output.
    init(path: String?, clock: @escaping @Sendable () -> Instant) {
        self.path = path
        self.clock = clock
        target = Mutex(Target(descriptor: 1, inode: 0))
    }

    /// - Parameter route: the pattern of the address, such as `/setup/{secret}`, never the address: what stands in it may be a code or a secret. Anything else, and nil, is an address that is none of ours.
    func write(request: String, method: String, route: String?, status: Int, seconds: Double, bytes: Int?) {
        let milliseconds = Int((seconds * 10_000).rounded())
        let place = route.flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/*"
        line("\(request) \(method) \(place) \(status) \(milliseconds / 10).\(milliseconds % 10)ms \(bytes ?? 0)B")
    }

    func note(_ text: String) { line(text) }

    private func line(_ text: String) {
        var parts = tm()
        var seconds: time_t = self.clock().secondsSinceEpoch
        gmtime_r(&seconds, &parts)
        var buffer = [CChar](repeating: 0, count: 32)
        strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        let stamp = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        var output = "\(stamp) \(text.filter { !$0.isNewline })\n"
        target.withLock { target in
            reopen(&target)
            // Nobody can be told that the log cannot be written.
            output.withUTF8 { _ = Glibc.write(target.descriptor, $0.baseAddress, $0.count) }
        }
    }

    private func reopen(_ target: inout Target) {
        guard let path else { return }
        var status = stat()
        if stat(path, &status) == 0, status.st_ino == target.inode { return }
        let opened = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
        guard opened >= 0 else { return }
        if target.descriptor > 2 { close(target.descriptor) }
        target.descriptor = opened
        target.inode = fstat(opened, &status) == 0 ? status.st_ino : 0
    }
}

/// What a monitoring system asks for, in Prometheus' text format.
///
/// It is a class because it counts.
final class Metrics: Sendable {
    private struct Counts {
        var byStatus: [Int: Int] = [:]
        var byBucket = [Int](repeating: 0, count: Metrics.limits.count + 1)
        var seconds = 0.0
    }

    private static let limits = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]
    private let counts = Mutex(Counts())
    private let begun = monotonicSeconds()

    func count(status: Int, seconds: Double) {
        counts.withLock { counts in
            counts.byStatus[status, default: 0] += 1
            counts.byBucket[Metrics.limits.firstIndex { seconds <= $0 } ?? Metrics.limits.count] += 1
            counts.seconds += seconds
        }
    }

    /// - Parameter gauges: further numbers, by name and help text.
    func text(_ gauges: [(name: String, help: String, value: Int)]) -> String {
        let counts = counts.withLock { $0 }
        var lines = ["# HELP uptake_requests_total Requests by status.", "# TYPE uptake_requests_total counter"]
        lines += counts.byStatus.sorted { $0.key < $1.key }.map { "uptake_requests_total{status=\"\($0.key)\"} \($0.value)" }
        lines += ["# HELP uptake_request_seconds How long requests took.", "# TYPE uptake_request_seconds histogram"]
        var sum = 0
        for (place, limit) in Metrics.limits.enumerated() {
            sum += counts.byBucket[place]
            lines.append("uptake_request_seconds_bucket{le=\"\(limit)\"} \(sum)")
        }
        sum += counts.byBucket[Metrics.limits.count]
        lines += ["uptake_request_seconds_bucket{le=\"+Inf\"} \(sum)", "uptake_request_seconds_sum \(counts.seconds)", "uptake_request_seconds_count \(sum)"]
        let all = gauges + [("uptake_uptime_seconds", "How long the server has been running.", Int(monotonicSeconds() - begun))]
        for gauge in all { lines += ["# HELP \(gauge.name) \(gauge.help)", "# TYPE \(gauge.name) gauge", "\(gauge.name) \(gauge.value)"] }
        return lines.joined(separator: "\n") + "\n"
    }
}
