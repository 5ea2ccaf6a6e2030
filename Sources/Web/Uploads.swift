internal import Adoption
internal import FoundationEssentials
internal import HTTPTypes
internal import Hummingbird
internal import Ingestion
internal import NIOPosix
internal import Pipeline
internal import Storage
internal import Synchronization

/// Files that were sent and are not stored yet, each kept until it is confirmed, discarded or a day old, or the server ends.
///
/// It is a class because it keeps them.
final class Uploads: Sendable {
    /// One sending of files.
    struct Upload: Sendable {
        let id: String
        /// The account that sent it; nobody else sees it.
        let owner: String
        let folder: String
        let files: [Multipart.File]
        let profile: String?
        let exported: Ingest.Exported?
        /// In the order in which they came.
        let number: Int
        let sent: Instant
        var state = State.working(Progress(percent: 0, rows: 0, file: ""))

        var isWorking: Bool { if case .working = state { true } else { false } }
    }

    enum State: Sendable {
        case working(Progress)
        /// What would be stored; also after it was to be stored, and the store stayed busy.
        case rehearsed(Outcome, wasBusy: Bool = false)
        case stored(Int)
        case failed(String)
    }

    struct Progress: Sendable {
        let percent: Int
        let rows: Int
        let file: String
    }

    /// What reading the files gave.
    struct Outcome: Sendable {
        let summary: Ingest.Summary
        /// The first ones; all are counted.
        let refusals: [Refusal]
        let refusalsTotal: Int
    }

    static let mostRefusals = 1_000
    private let folder: String
    private let known = Mutex<[String: Upload]>([:])
    /// What is being sent: whose it is, and the bytes that were announced. That of a program stays here until it is stored.
    private let coming = Mutex<[String: (owner: String, bytes: Int)]>([:])
    /// What is worked on, and what waits for it, in their order.
    private let line = Mutex<[String]>([])
    private let count = Mutex(0)

    var nextNumber: Int {
        count.withLock { count in
            count += 1
            return count
        }
    }

    /// What a server that ended has left is taken away: nobody can confirm it any more.
    init(folder: String) throws {
        self.folder = folder
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasPrefix("upload-") { try FileManager.default.removeItem(atPath: folder + "/" + name) }
        } catch {
            throw InputError("\(folder): cannot be created or written; name another folder with 'uploads' in the settings, or UPTAKE_UPLOADS")
        }
    }

    /// The disk has room for so many bytes, beside those that are to stay free.
    func hasRoom(for bytes: Int, beside free: Int) throws -> Bool {
        // Nothing that whoever sends files could mend.
        do { return try freeBytes(at: folder) - free >= bytes } catch { throw StoreFault(error.description) }
    }

    /// Takes note of files that are coming, so that others leave their bytes free; `put` or `release` ends that.
    ///
    /// - Throws: `Refused.waiting` when as many of the account as may are coming, worked on or waiting; `Refused.full` when the disk has no room for all that is coming.
    func expect(_ id: String, of owner: String, bytes: Int, beside free: Int, _ words: Phrases) throws {
        try coming.withLock { coming in
            guard coming.values.count(where: { $0.owner == owner }) + countWorking(of: owner) < Uploads.mostAtWork else { throw Refused.waiting(words.uploadsWait) }
            guard try hasRoom(for: coming.values.reduce(bytes) { $0 + $1.bytes }, beside: free) else { throw Refused.full(words.diskFull) }
            coming[id] = (owner, bytes)
        }
    }

    func release(_ id: String) { coming.withLock { $0[id] = nil } }

    /// As many of the account as may are worked on or waiting.
    func isBusy(for owner: String) -> Bool { countWorking(of: owner) >= Uploads.mostAtWork }

    private func countWorking(of owner: String) -> Int { known.withLock { $0.values.count { $0.owner == owner && $0.isWorking } } }

    /// A new folder for files that are coming.
    func makeFolder(_ id: String) throws -> String {
        let path = folder + "/upload-" + id
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        return path
    }

    func remove(folder path: String) {
        do { try FileManager.default.removeItem(atPath: path) } catch {
            // It goes when the server begins next.
        }
    }

    /// Of one account the last few are kept; the oldest that nothing is done with goes.
    func put(_ upload: Upload) {
        let gone = known.withLock { known -> [Upload] in
            known[upload.id] = upload
            let own = known.values.filter { $0.owner == upload.owner && !$0.isWorking && $0.id != upload.id }.sorted { $0.number < $1.number }
            let old = own.dropLast(Uploads.mostOfOne - 1)
            for one in old { known[one.id] = nil }
            return Array(old)
        }
        release(upload.id)
        for one in gone { remove(folder: one.folder) }
    }

    /// One that is read, and one that waits for it: the store has one writer, and everybody's turn has to come.
    private static let mostAtWork = 2
    private static let mostOfOne = 5
    private static let secondsKept = 24 * 3_600

    /// What nobody has confirmed for a day goes.
    func removeExpired(now: Instant) {
        let gone = known.withLock { known -> [Upload] in
            let old = known.values.filter { !$0.isWorking && now.secondsSinceEpoch - $0.sent.secondsSinceEpoch >= Uploads.secondsKept }
            for one in old { known[one.id] = nil }
            return old
        }
        for one in gone { remove(folder: one.folder) }
    }

    /// As it was rehearsed, for the one who may go on with it: from now on it is being worked on. Nil for everybody else.
    func begin(_ id: String) -> Upload? {
        known.withLock { known -> Upload? in
            guard let upload = known[id], case .rehearsed = upload.state else { return nil }
            known[id]?.state = .working(Progress(percent: 0, rows: 0, file: ""))
            return upload
        }
    }

    func upload(_ id: String, of owner: String) -> Upload? { known.withLock { $0[id] }.flatMap { $0.owner == owner ? $0 : nil } }

    func set(_ state: State, of id: String) { known.withLock { $0[id]?.state = state } }

    /// False while it is being worked on.
    func discard(_ upload: Upload) -> Bool {
        let isGone = known.withLock { known in
            guard known[upload.id]?.isWorking == false else { return false }
            known[upload.id] = nil
            return true
        }
        if isGone { remove(folder: upload.folder) }
        return isGone
    }

    /// Runs a long work on a thread of its own. The server waits for it before it ends.
    func run(_ id: String, _ work: @escaping @Sendable () -> Void) {
        line.withLock { line in
            line.append(id)
            Pools.imports.submit { _ in
                work()
                self.leaveLine(id)
            }
        }
    }

    /// The same for whoever waits for what comes of it.
    func inLine<T: Sendable>(_ id: String, _ work: @escaping @Sendable () throws -> T) async throws -> T {
        line.withLock { $0.append(id) }
        defer { leaveLine(id) }
        return try await Pools.imports.runIfActive(work)
    }

    private func leaveLine(_ id: String) { line.withLock { line in line.firstIndex(of: id).map { _ = line.remove(at: $0) } } }

    /// How many have their turn before it; 0 for what is being worked on.
    func countAhead(of id: String) -> Int { line.withLock { $0.firstIndex(of: id) ?? 0 } }

    var isIdle: Bool { line.withLock { $0.isEmpty } }
}

extension WebService {
    /// What a reader may load: a clerk of the province everything; one of a part of it the records of own units.
    func intake(_ reader: Reader, _ store: Store) throws -> (kinds: Set<SourceKind>?, scope: String?) {
        if try isOfWholeProvince(reader, store) { return (nil, nil) }
        return ([.submissions, .payments, .accounts, .zeros], reader.account.scope)
    }

    /// A folder for what a request brings, and the time that it has for that.
    ///
    /// - Parameters:
    ///   - owner: the account that sends it.
    ///   - limit: the most bytes that it may bring.
    /// - Throws: `Refused.waiting` and `Refused.full`, as `Uploads.expect` does.
    func place(for request: Request, of owner: String, limit: Int, _ words: Phrases) async throws -> (id: String, path: String, time: Duration) {
        let bytes = min(limit, request.headers[.contentLength].flatMap { Int($0) } ?? limit)
        let place = try await onThread { () throws -> (id: String, path: String) in
            let id = Secrets.token()
            try self.uploads.expect(id, of: owner, bytes: bytes, beside: self.margins.room, words)
            do { return (id, try self.uploads.makeFolder(id)) } catch {
                self.uploads.release(id)
                throw error
            }
        }
        return (place.id, place.path, margins.time(forBytes: bytes))
    }

    /// The reader's scope is everything, or the province of the period: a code that was a province's once is none's for good.
    ///
    /// - Parameter period: nil for the newest with records.
    func isOfWholeProvince(_ reader: Reader, _ store: Store, in period: Period? = nil) throws -> Bool {
        if reader.account.seesEverything { return true }
        guard let period = try period ?? desks.newestPeriod(store, .administrative), let province = try desks.desk(store, period, .then)?.province else { return false }
        return try store.register().agencies(named: reader.account.scope, in: period).contains { $0.key == province.key }
    }

    /// Reads files, for a rehearsal or for good.
    func ingest(_ paths: [String], profile: String?, exported: Ingest.Exported?, as reader: Reader, keep: Bool, onProgress: @escaping (Ingest.Progress) -> Void = { _ in }) throws -> Uploads.Outcome {
        var (refusals, total): ([Refusal], Int) = ([], 0)
        let moment = now
        let summary = try stores.write(as: reader.person.name) { store in
            let intake = try intake(reader, store)
            return try Ingest.run(
                paths, into: store, profiles: profile.map { [$0] } ?? [], exported: exported, kinds: intake.kinds, scope: intake.scope, keep: keep, asOf: moment,
                indicatorIDs: { self.home.indicators.map(\.id) },
                onRefusal: { refusal in
                    total += 1
                    if refusals.count < Uploads.mostRefusals { refusals.append(refusal) }
                }, onProgress: onProgress)
        }
        return Uploads.Outcome(summary: summary, refusals: refusals, refusalsTotal: total)
    }

    /// Begins the rehearsal of files that were sent, or the storing of files that were rehearsed.
    func work(on upload: Uploads.Upload, as reader: Reader, keep: Bool) {
        uploads.set(.working(Uploads.Progress(percent: 0, rows: 0, file: "")), of: upload.id)
        uploads.run(upload.id) {
            let outcome = Result {
                try patiently(self.margins.pauses) {
                    try self.ingest(upload.files.map(\.path), profile: upload.profile, exported: upload.exported, as: reader, keep: keep) { progress in
                        let percent = progress.allBytes == 0 ? 0 : min(100, progress.bytes * 100 / progress.allBytes)
                        self.uploads.set(.working(Uploads.Progress(percent: percent, rows: progress.rows, file: progress.file)), of: upload.id)
                    }
                }
            }
            self.end(upload, as: reader, keep: keep, outcome)
        }
    }

    /// What came of the work, for whoever looks at it.
    ///
    /// - Parameter upload: as it was before the work.
    func end(_ upload: Uploads.Upload, as reader: Reader, keep: Bool, _ outcome: Result<Uploads.Outcome, any Error>) {
        do {
            let outcome = try outcome.get()
            if keep {
                note(.upload, reader, "import \(outcome.summary.version)")
                uploads.remove(folder: upload.folder)
                uploads.set(.stored(outcome.summary.version), of: upload.id)
            } else {
                uploads.set(.rehearsed(outcome), of: upload.id)
            }
        } catch let error as InputError {
            uploads.set(.failed(error.description), of: upload.id)
        } catch let error as StoreBusy {
            if case .rehearsed(let known, _) = upload.state { uploads.set(.rehearsed(known, wasBusy: true), of: upload.id) } else { uploads.set(.failed(error.description), of: upload.id) }
        } catch {
            log.note("upload: \(error)")
            uploads.set(.failed("the server could not read it; tell an administrator"), of: upload.id)
        }
    }
}

/// Tries again after each of the pauses while somebody else writes the store.
func patiently<T>(_ pauses: [Duration], _ work: () throws -> T, pause: (Duration) -> Void = { usleep(UInt32($0 / .microseconds(1))) }) throws -> T {
    for duration in pauses {
        do { return try work() } catch is StoreBusy { pause(duration) }
    }
    return try work()
}
