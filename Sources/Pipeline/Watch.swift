package import Adoption
internal import Foundation
internal import Glibc
internal import Ingestion
package import Storage

/// An inbox folder whose files are loaded as they come: each complete file once, then moved to `done/` or `refused/` with a report beside it.
///
/// A crash between storing and moving is harmless: the file is loaded again, nothing of it is new, and it is moved then.
package struct Inbox {
    package enum Outcome: Sendable {
        case done(Ingest.Summary)
        case refused(String)
    }

    private let folder: String
    private let lock: Int32
    /// What each file looked like at the last glance, for file systems that cannot say whether a file is being written.
    private var seen: [String: Glance] = [:]

    private static let quietSeconds = 5

    /// Linux's F_SETLEASE, which Swift's Glibc does not name.
    private static let setLease: Int32 = 1_024

    private struct Glance: Equatable {
        let bytes: Int
        let modified: Int
    }

    /// - Throws: when the folder cannot be used, or another run watches it.
    package init(_ folder: String) throws {
        for sub in ["", "/done", "/refused"] where !FileManager.default.fileExists(atPath: folder + sub) {
            do { try FileManager.default.createDirectory(atPath: folder + sub, withIntermediateDirectories: true) } catch {
                throw InputError("\(folder + sub): cannot be created; make the folder, or name another one with --watch")
            }
        }
        lock = open(folder + "/.uptake-watch", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard lock >= 0 else { throw InputError("\(folder): cannot be written; files that were loaded have to be moved in it") }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw InputError("\(folder): another run of uptake watches this folder")
        }
        self.folder = folder
        // A writer that comes while the lease is held for a moment would end this process by its signal.
        signal(SIGIO, SIG_IGN)
    }

    package func release() { close(lock) }

    /// The files that are complete now, registers before records, each with its name.
    ///
    /// A file is complete when nobody has it open for writing, it looks as it did at the glance before, and it was not written for some seconds.
    package mutating func completeFiles(profiles paths: [String], asOf: Instant) throws -> [String] {
        let profiles = try paths.map { path throws(InputError) in try Profile(path: path) }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        var glances: [String: Glance] = [:]
        var complete: [String] = []
        for name in names where !Inbox.isUnfinished(name) {
            var status = stat()
            guard stat(folder + "/" + name, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            let glance = Glance(bytes: Int(status.st_size), modified: Int(status.st_mtim.tv_sec) * 1_000_000_000 + Int(status.st_mtim.tv_nsec))
            glances[name] = glance
            // Some programs write a file in several goes, and close it in between.
            let isQuiet = asOf.secondsSinceEpoch - Int(status.st_mtim.tv_sec) >= Inbox.quietSeconds
            if seen[name] == glance && isQuiet && !isBeingWritten(name) { complete.append(name) }
        }
        seen = glances
        let order = SourceKind.allCases
        let ranks = Dictionary(uniqueKeysWithValues: complete.map { name in (name, kind(of: name, profiles).flatMap(order.firstIndex) ?? order.count) })
        return complete.sorted { (ranks[$0] ?? 0, $0) < (ranks[$1] ?? 0, $1) }
    }

    /// Nil for a file that cannot be read, which `take` will say.
    private func kind(of name: String, _ profiles: [Profile]) -> SourceKind? {
        do throws(InputError) {
            return try Source.open(folder + "/" + name, profiles: profiles, exported: Instant(secondsSinceEpoch: 1_735_664_400)).first?.kind
        } catch {
            return nil
        }
    }

    /// Loads one file as an import of its own and moves it away.
    ///
    /// - Throws: `StoreBusy` while another run writes; the file stays where it is.
    package func take(
        _ name: String, into store: Store, profiles: [String], exported: Ingest.Exported?, asOf: Instant, stamp: String,
        indicatorIDs: @escaping () throws -> [String]?
    ) throws -> Outcome {
        let path = folder + "/" + name
        let kept = stamp + "-" + name
        var refusals: [Refusal] = []
        let outcome: Outcome
        do {
            let summary = try Ingest.run([path], into: store, profiles: profiles, exported: exported, asOf: asOf, indicatorIDs: indicatorIDs, onRefusal: { refusals.append($0) })
            outcome = .done(summary)
        } catch let error as InputError {
            outcome = .refused(error.description)
        }
        let target: String
        switch outcome {
        case .done: target = folder + "/done/" + kept
        case .refused: target = folder + "/refused/" + kept
        }
        do {
            try Data(Inbox.report(name, outcome, refusals).utf8).write(to: URL(filePath: target + ".report.txt"), options: .atomic)
        } catch {
            throw InputError("\(target).report.txt: cannot be written")
        }
        guard rename(path, target) == 0 else { throw InputError("\(path): cannot be moved to \(target): \(String(cString: strerror(errno)))") }
        return outcome
    }

    /// Files that are named as being copied or as being nobody's business.
    private static func isUnfinished(_ name: String) -> Bool {
        name.hasPrefix(".") || name.hasPrefix("~") || name.hasSuffix("~")
            || [".part", ".tmp", ".crdownload", ".filepart", ".download", ".partial"].contains { name.lowercased().hasSuffix($0) }
    }

    /// A read lease is given only when nobody writes. Where leases are not to be had, the glances have to do.
    private func isBeingWritten(_ name: String) -> Bool {
        let descriptor = open(folder + "/" + name, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        if fcntl(descriptor, Inbox.setLease, F_RDLCK) == 0 {
            _ = fcntl(descriptor, Inbox.setLease, F_UNLCK)
            return false
        }
        return errno == EAGAIN
    }

    private static func report(_ name: String, _ outcome: Outcome, _ refusals: [Refusal]) -> String {
        switch outcome {
        case .refused(let reason): return "\(name)\nrefused; nothing was stored\n\(reason)\n"
        case .done(let summary):
            var lines = [name, summary.version == summary.versionBefore ? "nothing new; data version \(summary.version)" : "stored; data version \(summary.version)"]
            for file in summary.files {
                let c = file.counts
                lines.append("\(file.name) (\(file.kind)): read \(c.read), stored \(c.stored), corrected \(c.corrected), older \(c.older), unchanged \(c.unchanged), kept aside \(c.quarantined), skipped \(c.skipped)")
            }
            lines += summary.leftOut.map { "not read: \($0)" }
            return (lines + refusals.map { Look.refusalLine($0) }).joined(separator: "\n") + "\n"
        }
    }
}
