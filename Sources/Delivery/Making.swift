internal import Adoption
internal import FoundationEssentials
internal import Pipeline
internal import Reporting
internal import Storage

/// From a run that is due to letters that wait for being sent.
extension Scheduler {
    /// What the act of publishing says; by it a run finds its publication again.
    static func reason(of run: Run) -> String { "Gửi tự động: \(run.key)" }

    func work(_ run: Run, _ schedule: Schedule, now: Instant, _ round: inout Round) throws {
        if run.state == .due {
            guard try make(run, schedule, now: now, &round) else { return }
            round.made += 1
        }
        try send(run, schedule, now: now, &round)
    }

    /// - Returns: false while it must wait, or when it has ended.
    private func make(_ run: Run, _ schedule: Schedule, now: Instant, _ round: inout Round) throws -> Bool {
        do {
            let store = try openStore()
            if let closed = try gate(schedule, run, store) {
                try hold(run, schedule, because: closed, now: now, &round)
                return false
            }
            try step("startMaking") { try ledger.startMaking(run.number, now: now) }
            let made = try schedule.what == .reminder ? reminders(run, schedule, store, now: now) : reports(run, schedule, store, now: now)
            if made.parcels.isEmpty {
                try step("skip") { try ledger.skip(run: run.number, reason: made.emptyBecause, now: now) }
                round.skipped += 1
                return false
            }
            try step("finishMaking") { try ledger.finishMaking(run.number, publication: made.publication, dataVersion: made.dataVersion, parcels: made.parcels, now: now) }
            return true
        } catch let busy as StoreBusy {
            try wait(run, at: Instant(secondsSinceEpoch: now.secondsSinceEpoch + 60), busy.description, now: now, &round)
        } catch let interrupted as Interrupted {
            throw interrupted
        } catch {
            try stumble(run, schedule, "\(error)", now: now, &round)
        }
        return false
    }

    private func wait(_ run: Run, at moment: Instant, _ reason: String, now: Instant, _ round: inout Round) throws {
        round.waiting += 1
        // Before it was begun there is nothing to take back.
        if try ledger.run(run.number)?.state == .making {
            try step("retryMaking") { try ledger.retryMaking(run.number, at: moment, reason: reason, now: now) }
        } else {
            try step("hold") { try ledger.hold(run.number, until: moment, reason: reason, now: now) }
        }
    }

    /// A fault goes to the owner, with its cause; readers get nothing.
    private func stumble(_ run: Run, _ schedule: Schedule, _ reason: String, now: Instant, _ round: inout Round) throws {
        guard let begun = try ledger.run(run.number), begun.state == .making else { return try hold(run, schedule, because: reason, now: now, &round) }
        let tries = begun.attempts
        try notify("making/\(run.key)", words.cannotBeMade(run.key), words.fault(reason, run.key), now: now)
        guard tries < Scheduler.mostTries else {
            try step("fail") { try ledger.fail(run: run.number, reason: reason, now: now) }
            round.failed += 1
            return
        }
        try wait(run, at: Scheduler.nextTry(after: max(1, tries), now: now), reason, now: now, &round)
    }

    // MARK: The gate

    /// Why it may not go out yet; nil when it may.
    private func gate(_ schedule: Schedule, _ run: Run, _ store: Store) throws -> String? {
        if schedule.what == .reminder { return nil }
        let status = try PeriodDesk(store, home: home, period: run.period).status()
        let isFinal = status.history.official != nil
        guard try store.hasTallies(in: run.period.halfMonths) || isFinal else { return "nothing is stored for \(run.period.id)" }
        switch schedule.gate {
        case .provisional: return nil
        case .final: return isFinal ? nil : "\(run.period.id) is not final"
        case .complete:
            if isFinal || status.asOf >= run.period.last && status.coverage.isComplete { return nil }
            let holes = status.coverage.lines(.english).joined(separator: " ")
            return status.asOf < run.period.last ? "the records reach to \(status.asOf.iso), and \(run.period.id) ends on \(run.period.last.iso)" : "\(run.period.id) is incomplete. \(holes)"
        }
    }

    /// Looked at again every hour, until the schedule's patience ends.
    private func hold(_ run: Run, _ schedule: Schedule, because reason: String, now: Instant, _ round: inout Round) throws {
        if now.day > run.due.day.advanced(by: schedule.waitDays) {
            try notify("given-up/\(run.key)", words.givenUp(run.key, days: schedule.waitDays), words.fault(reason, run.key), now: now)
            try step("fail") { try ledger.fail(run: run.number, reason: "waited for \(schedule.waitDays) days: \(reason)", now: now) }
            round.failed += 1
            return
        }
        try notify("held/\(run.key)", words.held(run.key), words.fault(reason, run.key), now: now)
        try step("hold") { try ledger.hold(run.number, until: Instant(secondsSinceEpoch: now.secondsSinceEpoch + 3_600), reason: reason, now: now) }
        round.waiting += 1
    }

    // MARK: Reports

    struct Made {
        var publication: Int?
        var dataVersion: Int
        var parcels: [NewParcel]
        var emptyBecause = "nobody is there to send it to"
    }

    private func reports(_ run: Run, _ schedule: Schedule, _ store: Store, now: Instant) throws -> Made {
        guard case .reports(let ids) = schedule.what else { throw StoreError("\(run.key) is about no reports") }
        let register = try store.register()
        let readers = try readers(of: schedule, run, now: now)
        let places = schedule.recipients.filter(\.isPlace)
        if readers.isEmpty, places.isEmpty {
            try notify("nobody/\(run.key)", words.nobody(run.key), words.fault("no account of these roles has an address and the right to see it", run.key), now: now)
            return Made(publication: nil, dataVersion: try store.dataVersion(), parcels: [])
        }
        let pack = try publication(run, schedule, ids, store, recipients: readers.map(\.name) + places.map(\.word), now: now)
        let publication = pack.publication
        let revision = try run.revision.map { try self.revision($0, run, publication, store) }
        let version = "v\(publication.position.dataVersion)" + (run.revision.map { "r\($0)" } ?? "")
        func key(_ recipient: String) -> String { "\(ids.joined(separator: "+"))/\(run.period.id)/\(run.period.calendar.rawValue)\(schedule.isRunning ? "/\(run.due.day.iso)" : "")/\(version)/\(recipient)" }
        func parcel(_ recipient: String, unit: String, _ content: ParcelContent) throws -> NewParcel {
            NewParcel(key: key(recipient), recipient: recipient, unitCode: unit, messageID: messageID(of: key(recipient)), content: try content.encoded())
        }
        var parcels: [NewParcel] = []
        for account in readers {
            let codes = account.seesEverything ? nil : register.codes(within: account.scope, in: run.period)
            let files = publication.files.filter { codes?.contains($0.unitCode) ?? true }
            if files.isEmpty { continue }
            let names = Set(files.map(\.report))
            let reports = pack.reports.filter { names.contains($0.id) }
            let context = context(
                greeting: account.displayName.isEmpty ? nil : account.displayName, language: schedule.language ?? settings.language, files: pack.number.map { "\(settings.publicURL)/publications/\($0)" })
            let own = revision.map { ($0.number, $0.reason, $0.changes.filter { change in codes?.contains(change.unitKey) ?? true }) }
            let letter = reportLetter(reports, files: files.map { attachment($0, in: pack.folder) }, context, revision: own)
            parcels.append(try parcel("account:\(account.name)", unit: account.scope, .letter(letter, units: Set(files.map(\.unitCode)).sorted())))
        }
        let wanted = publication.files.filter { file in schedule.units.isEmpty || schedule.units.contains { register.codes(within: $0, in: run.period).contains(file.unitCode) } }
        for place in places where !wanted.isEmpty {
            let files = wanted.map { attachment($0, in: pack.folder) }
            switch place {
            case .folder: parcels.append(try parcel(place.word, unit: "", .files(files, place: "\(schedule.id)/\(run.period.id)\(schedule.isRunning ? "_\(run.due.day.iso)" : "")\(run.revision.map { "_r\($0)" } ?? "")")))
            case .webhook: parcels.append(try parcel(place.word, unit: "", .event(event(run, schedule, publication, pack.number, files))))
            case .role, .account: continue
            }
        }
        return Made(publication: pack.number, dataVersion: publication.position.dataVersion, parcels: parcels, emptyBecause: "no report is about the units of its recipients")
    }

    private struct Pack {
        let number: Int?
        let publication: Publication
        let reports: [Report]
        let folder: String
    }

    /// The run's publication: made now, or made again where an earlier try was killed after it.
    private func publication(_ run: Run, _ schedule: Schedule, _ ids: [String], _ store: Store, recipients: [String], now: Instant) throws -> Pack {
        let folder = "\(settings.delivery.folder)/\(run.number)"
        try checkRoom()
        let reason = Scheduler.reason(of: run)
        if try store.acts().contains(where: { $0.kind == .publish && $0.reason == reason }), let known = try store.publications().last(where: { $0.act.reason == reason }) {
            let again = try Publishing.rebuild(known.number, store, to: folder)
            guard again.isSame else { throw InputError("publication \(known.number) cannot be made again as it was: \(again.different.joined(separator: ", ")); `uptake publish --rebuild \(known.number)` says more") }
            return Pack(number: known.number, publication: known.publication, reports: again.reports, folder: folder)
        }
        let order = PublicationOrder(
            period: run.period, structure: nil, language: schedule.language?.rawValue ?? "", formats: schedule.formats, reports: ids, units: [])
        let published = try step("publish") { try Publishing(store, home: home, at: now).publish(order, reason: reason, recipients: recipients, to: folder) }
        for fault in published.faults { try notify("drawing/\(run.key)/\(fault.report)", words.cannotBeMade(fault.report), words.fault(fault.reason, run.key), now: now) }
        return Pack(number: published.number, publication: published.publication, reports: published.reports, folder: folder)
    }

    private func checkRoom() throws {
        try FileManager.default.createDirectory(atPath: settings.delivery.folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let free = try freeBytes(at: settings.delivery.folder)
        if free < 200_000_000 { throw InputError("\(settings.delivery.folder): only \(free / 1_000_000) MB are free there; make room, and the report is made by itself") }
    }

    private func attachment(_ file: Publication.File, in folder: String) -> Attachment {
        Attachment(
            name: file.name, path: "\(folder)/\(file.name)", sha256: file.sha256, bytes: file.bytes, type: ReportFiles.Format(fileName: file.name)?.mediaType ?? "application/octet-stream")
    }

    /// What changed against the publication that was sent before.
    private func revision(_ act: Int, _ run: Run, _ publication: Publication, _ store: Store) throws -> (number: Int, reason: String, changes: [FigureRevision]) {
        let history = try store.history(of: run.period)
        let found = history.acts.first { $0.number == act } ?? history.covering.first { $0.number == act }
        let number = history.revisions.firstIndex { $0.number == act }.map { $0 + 1 } ?? 0
        if found?.kind == .restate { return (number, found?.reason ?? "", try store.revisions(of: act)) }
        let before = try store.publications().last { $0.publication.order.period == run.period && $0.act.number < act && $0.publication.order.reports == publication.order.reports }
        let old = before?.publication.figures ?? [:]
        let changes = publication.figures.compactMap { name, rate -> FigureRevision? in
            guard let was = old[name], was != rate, let figure = FigureID(name), figure.scope.procedureCode == nil, figure.scope.channel == nil else { return nil }
            return FigureRevision(unitKey: figure.scope.agencyCode, oldIndicator: figure.indicator, newIndicator: figure.indicator, old: was, new: rate, changes: [])
        }
        return (number, found?.reason ?? "", changes.sorted { ($0.unitKey, $0.newIndicator) < ($1.unitKey, $1.newIndicator) })
    }

    private func event(_ run: Run, _ schedule: Schedule, _ publication: Publication, _ number: Int?, _ files: [Attachment]) -> Event {
        Event(
            run: run.key, schedule: schedule.id, period: run.period.id, calendar: run.period.calendar.rawValue, data_version: publication.position.dataVersion, publication: number, revision: run.revision,
            url: number.map { "\(settings.publicURL)/publications/\($0)" }, files: files.map { Event.File(name: $0.name, bytes: $0.bytes, sha256: $0.sha256) })
    }

    // MARK: Reminders

    /// One letter for each account whose units have days without records; none where nothing is missing.
    private func reminders(_ run: Run, _ schedule: Schedule, _ store: Store, now: Instant) throws -> Made {
        let (register, period) = (try store.register(), run.period)
        let yesterday = min(now.day.advanced(by: -1), period.last)
        let units = try Look.completeness(store, in: period, register: register, asOf: yesterday, lateAfterDays: Look.usualLateAfterDays).filter { $0.isUnreported || !$0.missing.isEmpty }
        var parcels: [NewParcel] = []
        for account in try readers(of: schedule, run, now: now) where !account.seesEverything {
            let codes = register.codes(within: account.scope, in: period)
            for unit in units where codes.contains(unit.agency.code) || codes.contains(unit.agency.key) {
                let context = context(greeting: account.displayName.isEmpty ? nil : account.displayName, language: schedule.language ?? settings.language)
                let letter = reminderLetter(unit: unit.agency, period: period, completeness: unit, cut: period.last, context)
                let key = "\(run.key)/\(unit.agency.key)/account:\(account.name)"
                parcels.append(NewParcel(key: key, recipient: "account:\(account.name)", unitCode: unit.agency.key, messageID: messageID(of: key), content: try ParcelContent.letter(letter, units: [unit.agency.key]).encoded()))
            }
        }
        return Made(publication: nil, dataVersion: try store.dataVersion(), parcels: parcels, emptyBecause: units.isEmpty ? "nothing is missing" : "nobody of the units that miss something has an account with an address")
    }
}
