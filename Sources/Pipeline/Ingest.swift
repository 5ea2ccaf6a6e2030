package import Adoption
internal import CMalloc
internal import FoundationEssentials
package import Ingestion
package import Storage

/// The trip of files into the store.
package struct Ingest {
    /// What a national evaluation response does not say of itself: the request did.
    package struct Request: Sendable {
        package let period: Period
        package let provinceCode: String

        package init(period: Period, provinceCode: String) {
            self.period = period
            self.provinceCode = provinceCode
        }
    }

    /// When a list was made that does not say when its rows changed.
    package enum Exported: Sendable {
        case at(Instant)
        /// When its file was last written.
        case modified

        /// `2025-05-15T08:00`, `2025-05-15`, or `modified`; nil for anything else.
        package init?(_ text: String) {
            if text == "modified" {
                self = .modified
                return
            }
            let parts = text.split(separator: "T", omittingEmptySubsequences: false)
            let clock = parts.count == 2 ? parts[1].split(separator: ":").compactMap { Int($0) } : [0, 0]
            guard let first = parts.first, let day = Day(iso: String(first)), parts.count <= 2, (2...3).contains(clock.count),
                (0..<24).contains(clock[0]), clock[1...].allSatisfy((0..<60).contains)
            else { return nil }
            self = .at(Instant(local: day, secondOfDay: clock[0] * 3_600 + clock[1] * 60 + (clock.count == 3 ? clock[2] : 0)))
        }

        func moment(of path: String) throws -> Instant {
            switch self {
            case .at(let moment): return moment
            case .modified:
                guard let date = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date else {
                    throw InputError("\(path): does not say when it was last written; give --exported with a moment")
                }
                return Instant(secondsSinceEpoch: Int(date.timeIntervalSince1970))
            }
        }
    }

    /// How far a long import has come.
    package struct Progress: Sendable {
        package let file: String
        package let rows: Int
        package let bytes: Int
        package let allBytes: Int
    }

    package struct FileSummary: Sendable {
        package let name: String
        package let kind: String
        package let counts: FileCounts
        /// Rows by their first fault.
        package let quarantined: [Fault: Int]
        /// The names of the columns that were not read.
        package let droppedColumns: [String]
        /// The profile by which the columns were understood; empty where none is needed.
        package let profile: String
        /// What the user should know although it is no fault.
        package let remarks: [String]
    }

    package struct Summary: Sendable {
        package let files: [FileSummary]
        /// Why sheets of workbooks were not read, beside others that were.
        package let leftOut: [String]
        package let paymentsWithoutDossier: Int
        package let versionBefore: Int
        /// The same as before when nothing was kept.
        package let version: Int

        package var counts: FileCounts { files.reduce(FileCounts()) { $0 + $1.counts } }
    }

    /// What `uptake register import` takes.
    package static let registerKinds = SourceKind.allCases.filter(\.isRegister)

    private let session: ImportSession
    private let asOf: Instant
    private let request: Request?
    private let scope: String?
    private let indicatorIDs: () throws -> [String]?
    private let allBytes: Int
    private let onRefusal: (Refusal) throws -> Void
    private let onProgress: (Progress) -> Void
    private var bytesBefore = 0
    private var rows = 0

    /// Reads all files and stores them as one import, or changes nothing.
    ///
    /// - Parameters:
    ///   - profiles: paths of mapping profiles.
    ///   - exported: when lists were made that do not say when their rows changed.
    ///   - kinds: what the files may be; nil for anything.
    ///   - request: needed for evaluation responses only.
    ///   - scope: the code of the unit with which, and with those ever below it, rows may be about; nil for all. Dossiers that stand under others, or of which
    ///     others speak already, and payments of such or of no dossier, are refused too.
    ///   - keep: false for a rehearsal, which reads and checks everything and stores nothing.
    ///   - indicatorIDs: is asked for the defined indicators when there are targets; nil leaves those of targets unchecked.
    ///   - onRefusal: is told each fault of each row, in the order of the files.
    /// - Throws: `InputError` for a file that cannot be used.
    package static func run(
        _ paths: [String], into store: Store, profiles: [String] = [], request: Request? = nil, exported: Exported? = nil, kinds: Set<SourceKind>? = nil,
        scope: String? = nil, keep: Bool = true, asOf: Instant, indicatorIDs: @escaping () throws -> [String]? = { nil },
        onRefusal: @escaping (Refusal) throws -> Void = { _ in }, onProgress: @escaping (Progress) -> Void = { _ in }
    ) throws -> Summary {
        keepFreedMemory()
        let profiles = try profiles.map { path throws(InputError) in try Profile(path: path) }
        var sources: [Source] = []
        var leftOut: [String] = []
        for path in paths {
            sources += try Source.open(path, profiles: profiles, exported: try exported?.moment(of: path)) { leftOut.append($0.description) }
        }
        if let kinds, let other = sources.first(where: { !kinds.contains($0.kind) }) {
            throw InputError(file: other.name, "is a file of \(other.kind.rawValue), and only these may be loaded here: \(kinds.map(\.rawValue).sorted().joined(separator: ", "))")
        }
        let order = SourceKind.allCases
        let sorted = sources.enumerated().sorted { a, b in
            (order.firstIndex(of: a.element.kind) ?? 0, a.offset) < (order.firstIndex(of: b.element.kind) ?? 0, b.offset)
        }.map(\.element)
        let before = try store.dataVersion()
        var files: [FileSummary] = []
        let version = try store.record(at: asOf, keep: keep, scope: scope ?? "") { session in
            var ingest = Ingest(
                session: session, asOf: asOf, request: request, scope: scope, indicatorIDs: indicatorIDs, allBytes: sources.reduce(0) { $0 + $1.byteCount },
                onRefusal: onRefusal, onProgress: onProgress)
            for source in sorted { files.append(try ingest.take(source)) }
        }
        return Summary(
            files: files, leftOut: leftOut, paymentsWithoutDossier: try store.paymentsWithoutDossier(), versionBefore: before, version: version)
    }

    private mutating func take(_ source: Source) throws -> FileSummary {
        defer { bytesBefore += source.byteCount }
        switch source {
        case .table(let plan): return try take(try plan.open(), foreign: try foreign(plan))
        case .targets(let file):
            let known = try indicatorIDs()
            let register = try session.register()
            return try small(file.name, .targets, file.fingerprint) { counts in
                for target in file.targets {
                    try check(target, known, register, file.name)
                    counts.count(try session.put(target, from: file.name))
                }
            }
        case .evaluation(let file):
            guard let request else {
                throw InputError(file: file.name, "is an evaluation response, which does not say its own period; give --period and --unit as they were requested")
            }
            guard request.period.calendar == .calendar else {
                throw InputError(file: file.name, "the portal's evaluation is by calendar periods; leave --calendar out")
            }
            guard request.provinceCode == file.provinceCode else {
                throw InputError(file: file.name, "is about the unit '\(file.provinceCode)', and --unit says '\(request.provinceCode)'")
            }
            return try small(file.name, .evaluation, file.fingerprint) { counts in
                for (position, record) in file.records(in: request.period).enumerated() {
                    counts.count(try session.put(record, position: position))
                }
            }
        }
    }

    private func small(_ name: String, _ kind: SourceKind, _ sha256: String, put: (inout FileCounts) throws -> Void) throws -> FileSummary {
        var counts = FileCounts()
        try session.beginFile(name: name, kind: kind.rawValue, isIllustrative: false)
        do { try put(&counts) } catch is RegisterConflict {
            throw InputError(file: name, "says something else than another file of this import about the same; leave one of them out")
        }
        try session.endFile(sha256: sha256, counts: counts)
        return FileSummary(name: name, kind: kind.rawValue, counts: counts, quarantined: [:], droppedColumns: [], profile: "", remarks: [])
    }

    /// The register as the readers of rows see it: a unit that rows may not be about is not in it.
    private func register() throws -> Register {
        let all = try session.register()
        guard let scope else { return all }
        let allowed = all.everWithin(scope)
        return Register(agencies: all.agencies.filter { allowed.contains($0.key) }, procedures: all.procedures, services: all.services.all, events: [])
    }

    /// The records of a file that stand under units which rows may not be about, or may come to: the file is read once more for them.
    ///
    /// Of payments it cannot be told apart whether their dossier is another's or nobody's. Of dossiers it can: a code that stands elsewhere is refused and one
    /// that stands nowhere is stored, and so it is with the code of a payment for an own dossier. That cannot be hidden where codes are to be unique;
    /// the log has how many rows of an import were refused for it.
    private func foreign(_ plan: TablePlan) throws -> ForeignRecords {
        var foreign = ForeignRecords()
        guard let scope, [.submissions, .payments].contains(plan.kind) else { return foreign }
        let all = try session.register()
        let allowed = all.everWithin(scope)
        if plan.kind == .submissions {
            var reader = SubmissionReader(try plan.open(), register: try register(), asOf: asOf)
            while let batch = try reader.nextBatch(after: 0) {
                for record in batch.records {
                    let isOwn = if let unit = try session.agency(ofDossier: record.code) {
                        allowed.contains(unit)
                    } else {
                        // What the province has spoken of is taken from nobody: it loads rows of all, and payments before their dossiers. What another part has is that part's;
                        // what a part of the own part has, the own part's as well.
                        try session.scopes(speakingOf: record.code).allSatisfy { $0.isEmpty || $0 == scope || isWithin($0, allowed, all) }
                    }
                    if !isOwn { foreign.dossiers.insert(record.code) }
                }
            }
            return foreign
        }
        var reader = PaymentReader(try plan.open(), asOf: asOf)
        while let batch = try reader.nextBatch(after: 0) {
            for record in batch.records {
                if let unit = try session.agency(ofPayment: record.code), !allowed.contains(unit) { foreign.payments.insert(record.code) }
                if try session.agency(ofDossier: record.dossierCode).map(allowed.contains) != true { foreign.dossiers.insert(record.dossierCode) }
            }
        }
        return foreign
    }

    private func isWithin(_ other: String, _ allowed: Set<Int>, _ register: Register) -> Bool {
        let units = register.everWithin(other)
        return !units.isEmpty && units.isSubset(of: allowed)
    }

    private mutating func take(_ table: TableFile, foreign: ForeignRecords) throws -> FileSummary {
        var tally = TableTally()
        let session = session
        try session.beginFile(name: table.name, kind: table.kind.rawValue, profile: table.profileName, isIllustrative: table.isIllustrative)
        let confirming = table.isListed
        switch table.kind {
        case .submissions:
            var reader = SubmissionReader(table, register: try register(), asOf: asOf, foreign: foreign)
            try each(batch: table.name, &tally) { try reader.nextBatch(after: $0) } put: { try session.put($0, confirming: confirming) }
        case .payments:
            var reader = PaymentReader(table, asOf: asOf, foreign: foreign)
            try each(batch: table.name, &tally) { try reader.nextBatch(after: $0) } put: { try session.put($0, confirming: confirming) }
        case .attempts: try each(row: table, &tally, AttemptReader(table)) { try $0.attempt().map(session.put) }
        case .accounts: try each(row: table, &tally, AccountReader(table, register: try register())) { try $0.count().map(session.put) }
        case .zeros: try each(row: table, &tally, ZeroReader(table, register: try register())) { try $0.days().map(session.put) }
        case .units: try each(row: table, &tally, AgencyReader(table)) { try $0.agency().map(session.put) }
        case .events: try each(row: table, &tally, EventReader(table)) { try $0.event().map(session.put) }
        case .procedures: try each(row: table, &tally, ProcedureReader(table)) { try $0.procedure().map(session.put) }
        case .services: try each(row: table, &tally, ServiceReader(table, register: try register())) { try $0.service().map(session.put) }
        case .attributions: try each(row: table, &tally, AttributionReader(table)) { try $0.attribution().map(session.put) }
        case .explanations: throw InputError(file: table.name, "is a draft with explanations; load it with `uptake period explain`")
        case .targets, .evaluation: preconditionFailure("these are no tables")
        }
        tally.counts.skipped = table.skippedRows
        guard tally.counts.read > 0 else {
            throw InputError(file: table.name, "has a header and no rows; export it again, or leave the file out")
        }
        if tally.quarantined == [.wrongFieldCount: tally.counts.read] {
            throw InputError(file: table.name, "every row has another number of fields than the header; were they exported with another delimiter?")
        }
        try session.endFile(sha256: table.fingerprint(), counts: tally.counts)
        let remarks = table.endsOpenly ? ["the last row has no line end; if the file was cut off there, its last field is too short"] : []
        return FileSummary(
            name: table.name, kind: table.kind.rawValue, counts: tally.counts, quarantined: tally.quarantined, droppedColumns: table.droppedColumns,
            profile: table.profileName, remarks: remarks)
    }

    /// A target that no figure would ever find is a slip of the pen.
    private func check(_ target: Target, _ indicatorIDs: [String]?, _ register: Register, _ file: String) throws(InputError) {
        if let indicatorIDs, !indicatorIDs.contains(target.indicatorID) {
            let hint = nearest(to: target.indicatorID, in: indicatorIDs).map { "did you mean '\($0)'?" } ?? "known are \(indicatorIDs.joined(separator: ", "))"
            throw InputError(file: file, "the target of \(target.validity.first.iso) is for the indicator '\(target.indicatorID)', which is not defined; \(hint)")
        }
        guard case .agency(let code) = target.coverage, !register.agencies.values.contains(where: { $0.code == code || $0.aliases.contains(code) }) else { return }
        throw InputError(file: file, "the target of \(target.indicatorID) from \(target.validity.first.iso) is for the unit '\(code)', which the register does not have; load the units first, or correct the code")
    }

    /// For rows that the store may have something against.
    private mutating func each<R: ConflictRefusing>(
        row table: TableFile, _ tally: inout TableTally, _ reader: R, put: (inout R) throws -> Arrival?
    ) throws {
        var reader = reader
        try each(row: table, &tally) {
            do {
                return (try put(&reader), reader.refusals)
            } catch let conflict as RegisterConflict {
                reader.refuse(conflict)
                return (nil, reader.refusals)
            }
        }
    }

    private struct TableTally {
        var counts = FileCounts()
        var quarantined: [Fault: Int] = [:]
    }

    /// For the files that are large: a batch is read while the one before it is stored.
    private mutating func each<Record: Sendable>(
        batch file: String, _ tally: inout TableTally, next: @escaping (_ rowsBefore: Int) throws -> RecordBatch<Record>?, put: ([Record]) throws -> Void
    ) throws {
        var rowsRead = 0
        // The store takes four batches before it writes them together; as many again are read meanwhile.
        let batches = Ahead(limit: 8) {
            let batch = try next(rowsRead)
            rowsRead += batch?.rows ?? 0
            return batch
        }
        defer { batches.stop() }
        while let batch = try batches.next() {
            try put(batch.records)
            for (row, refusals) in batch.refused { try refuse(row, refusals, &tally) }
            rows += batch.rows
            onProgress(Progress(file: file, rows: rows, bytes: bytesBefore + batch.bytesRead, allBytes: allBytes))
        }
        tally.counts = tally.counts + (try session.settle())
    }

    private func refuse(_ row: Int, _ refusals: [Refusal], _ tally: inout TableTally) throws {
        tally.counts.count(nil)
        if let first = refusals.first { tally.quarantined[first.fault, default: 0] += 1 }
        for refusal in refusals {
            try session.put(refusal, row: row)
            try onRefusal(refusal)
        }
    }

    private mutating func each(
        row table: TableFile, _ tally: inout TableTally, put: () throws -> (Arrival?, [Refusal])
    ) throws {
        while try table.next() {
            let (arrival, refusals) = try put()
            if let arrival { tally.counts.count(arrival) } else { try refuse(tally.counts.read + 1, refusals, &tally) }
            rows += 1
            if rows & 0x3FFF == 0 {
                onProgress(Progress(file: table.name, rows: rows, bytes: bytesBefore + table.bytesRead, allBytes: allBytes))
            }
        }
    }
}

/// Batches are made and given back many times a second: without this the C library returns them to the system, which clears each page
/// before it is used again, a sixth of the time of a large import.
private func keepFreedMemory() {
    _ = mallopt(M_MMAP_THRESHOLD, 1 << 25)
    _ = mallopt(M_TRIM_THRESHOLD, 1 << 30)
    _ = mallopt(M_TOP_PAD, 16 << 20)
    // What one thread has made another gives back.
    _ = mallopt(M_ARENA_MAX, 1)
}
