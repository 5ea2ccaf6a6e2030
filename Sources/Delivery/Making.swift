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
        var run = run
        if run.state == .made, let reason = try outdated(run, schedule) {
            try step("makeAgain") { try ledger.makeAgain(run.number, reason: reason, now: now) }
            run = try ledger.run(run.number) ?? run
        }
        if run.state == .due {
            guard try make(run, schedule, now: now, &round) else { return }
            round.made += 1
        }
        try send(run, schedule, now: now, &round)
    }

    /// Why what was made may not be sent any more: the figures became final, were restated or were opened again since.
    private func outdated(_ run: Run, _ schedule: Schedule) throws -> String? {
        // Where somebody has it already, the others get the same, and all of them what was revised.
        guard schedule.what != .reminder, run.revision == nil, let number = run.publication, try ledger.parcels(of: run.number).allSatisfy({ $0.state != .sent && !$0.isUncertain }) else { return nil }
        let store = try openStore()
        guard let published = try store.acts().last(where: { $0.kind == .publish && $0.reason == Scheduler.reason(of: run) }) else { return nil }
        return try store.history(of: run.period).lastDecision > published.number ? "the figures of \(run.period.id) were decided about after publication \(number)" : nil
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
            let isSent = try ledger.parcels(of: run.number).contains { $0.state == .sent }
            if made.parcels.isEmpty, !isSent {
                try step("skip") { try ledger.skip(run: run.number, reason: made.emptyBecause, now: now) }
                round.skipped += 1
                return false
            }
            try step("finishMaking") { try ledger.finishMaking(run.number, publication: made.publication, dataVersion: made.dataVersion, parcels: made.parcels, now: now) }
            return true
        } catch let interrupted as Interrupted {
            throw interrupted
        } catch let busy as StoreBusy {
            try wait(run, at: Instant(secondsSinceEpoch: now.secondsSinceEpoch + 60), busy.description, now: now, &round)
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

    /// A fault goes to the owner, with its cause, once a day; readers get nothing.
    private func stumble(_ run: Run, _ schedule: Schedule, _ reason: String, now: Instant, _ round: inout Round) throws {
        guard let begun = try ledger.run(run.number), begun.state == .making else { return try hold(run, schedule, because: reason, now: now, &round) }
        guard begun.attempts < Scheduler.mostTries else {
            try notify("given-up/\(run.key)/\(now.day.iso)", words.givenUp(run.key, tries: begun.attempts), words.fault(reason, run.key), now: now)
            try step("fail") { try ledger.fail(run: run.number, reason: reason, now: now) }
            round.failed += 1
            return
        }
        try notify("making/\(run.key)/\(now.day.iso)", words.cannotBeMade(run.key), words.fault(reason, run.key), now: now)
        try wait(run, at: Scheduler.nextTry(after: max(1, begun.attempts), now: now), reason, now: now, &round)
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
        if now.day > run.waitsSince.day.advanced(by: schedule.waitDays) {
            try notify("given-up/\(run.key)/\(now.day.iso)", words.givenUp(run.key, days: schedule.waitDays), words.fault(reason, run.key), now: now)
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
        // Of what was published already the files are fixed; of what is to be, they are known by their units.
        let known = try publication(of: run, store)
        let units = try known.map { $0.publication.files.map(\.unitCode) } ?? Publish(store, home: home, period: run.period, reportIDs: ids).reports(units: [], language: schedule.language).map(\.unitCode)
        let told = run.revision == nil ? nil : try ledger.readers(of: schedule.id, run.period)
        var readers: [(account: Account, codes: Set<String>?)] = []
        let had = Set(try ledger.parcels(of: run.number).filter { $0.state == .sent }.map(\.recipient))
        for account in try accounts(of: schedule, run, told: told, now: now) where !had.contains("account:\(account.name)") {
            let codes = account.seesEverything ? nil : register.codes(within: account.scope, in: run.period)
            if units.contains(where: { codes?.contains($0) ?? true }) { readers.append((account, codes)) } else {
                try notify("slice/\(run.key)/\(account.name)", words.noSlice(account.name, run.key), words.fault("no report of it is about '\(account.scope)' or what is below it in \(run.period.id)", run.key), now: now)
            }
        }
        let places = schedule.recipients.filter { $0.isPlace && (told?.contains($0.word) ?? true) && !had.contains($0.word) }
        if readers.isEmpty, places.isEmpty, !had.isEmpty { return Made(publication: run.publication, dataVersion: try store.dataVersion(), parcels: [], emptyBecause: "everybody has it") }
        if readers.isEmpty, places.isEmpty {
            try notify("nobody/\(run.key)", words.nobody(run.key), words.fault("no account that it is for has an address and the right to see it", run.key), now: now)
            return Made(publication: nil, dataVersion: try store.dataVersion(), parcels: [])
        }
        let pack = try made(run, schedule, ids, known, store, recipients: readers.map(\.account.name) + places.map(\.word), now: now)
        let publication = pack.publication
        let revision = try run.revision.map { try self.revision($0, run, publication, store) }
        func key(_ recipient: String, _ choice: String) -> String {
            // Another choice of units, files or language is another delivery; another schedule alone is not.
            let about = [publication.order.reports.joined(separator: "+"), run.period.id, run.period.calendar.rawValue] + (schedule.isRunning ? [run.due.day.iso] : [])
            let made = ["v\(publication.position.dataVersion)" + (run.revision.map { "r\($0)" } ?? ""), publication.order.formats.sorted().joined(separator: "+"), publication.order.language.isEmpty ? "own" : publication.order.language]
            return (about + made + (choice.isEmpty ? [] : [choice]) + [recipient]).joined(separator: "/")
        }
        func parcel(_ recipient: String, unit: String, choice: String = "", _ content: ParcelContent) throws -> NewParcel {
            let key = key(recipient, choice)
            return NewParcel(key: key, recipient: recipient, unitCode: unit, messageID: messageID(of: key), content: try content.encoded())
        }
        var parcels: [NewParcel] = []
        for (account, codes) in readers {
            let files = publication.files.filter { codes?.contains($0.unitCode) ?? true }
            let own = revision.map { ($0.number, $0.reason, $0.changes.filter { change in codes?.contains(change.unitKey) ?? true }) }
            // Whose figures are what they were is not told that they changed.
            if let own, own.2.isEmpty { continue }
            let names = Set(files.map(\.report))
            let context = context(
                greeting: account.greeting, language: schedule.language ?? settings.language,
                files: publicAddress.map { "\($0)/publications/\(pack.number)" })
            let letter = reportLetter(pack.reports.filter { names.contains($0.id) }, files: files.map { attachment($0, in: pack.folder) }, context, revision: own)
            parcels.append(try parcel("account:\(account.name)", unit: account.scope, .letter(letter, units: Set(files.map(\.unitCode)).sorted())))
        }
        let wanted = publication.files.filter { file in schedule.units.isEmpty || schedule.units.contains { register.codes(within: $0, in: run.period).contains(file.unitCode) } }
        let isOthers = revision.map { one in
            !schedule.units.isEmpty && !one.changes.contains { change in schedule.units.contains { register.codes(within: $0, in: run.period).contains(change.unitKey) } }
        } ?? false
        for place in places where !wanted.isEmpty && !isOthers {
            let (files, choice) = (wanted.map { attachment($0, in: pack.folder) }, schedule.units.sorted().joined(separator: "+"))
            switch place {
            case .folder:
                let name = "\(schedule.id)/\(run.period.id)\(schedule.isRunning ? "_\(run.due.day.iso)" : "")\(run.revision.map { "_r\($0)" } ?? "")"
                parcels.append(try parcel(place.word, unit: "", choice: choice, .files(files, place: name)))
            case .webhook: parcels.append(try parcel(place.word, unit: "", choice: choice, .event(event(run, schedule, publication, pack.number, files))))
            case .role, .account: continue
            }
        }
        return Made(publication: pack.number, dataVersion: publication.position.dataVersion, parcels: parcels, emptyBecause: run.revision == nil ? "no report is about the units of its recipients" : "nobody's figures are others now")
    }

    private struct Pack {
        let number: Int
        let publication: Publication
        let reports: [Report]
        let folder: String
    }

    /// What a run published already: it says so, or an earlier try was killed before it could, and nothing has changed since. Nil when it is to be made anew.
    private func publication(of run: Run, _ store: Store) throws -> (number: Int, publication: Publication)? {
        let reason = Scheduler.reason(of: run)
        guard try run.publication != nil || store.acts().contains(where: { $0.kind == .publish && $0.reason == reason }) else { return nil }
        let all = try store.publications()
        let decided = try store.history(of: run.period).lastDecision
        if let number = run.publication { return all.last { $0.number == number && $0.act.number > decided }.map { ($0.number, $0.publication) } }
        guard let last = all.last(where: { $0.act.reason == reason && $0.act.actor == Scheduler.actor }), try last.publication.position.dataVersion == officialVersion(run, store) else { return nil }
        return decided > last.act.number ? nil : (last.number, last.publication)
    }

    private func officialVersion(_ run: Run, _ store: Store) throws -> Int {
        if let official = try store.history(of: run.period).official { return official.dataVersion }
        return try store.dataVersion()
    }

    private func made(_ run: Run, _ schedule: Schedule, _ ids: [String], _ known: (number: Int, publication: Publication)?, _ store: Store, recipients: [String], now: Instant) throws -> Pack {
        let folder = "\(settings.delivery.folder)/\(run.number)"
        try checkRoom()
        if let known {
            let again = try Publishing.rebuild(known.number, store, to: folder)
            guard again.isSame else { throw InputError("publication \(known.number) cannot be made again as it was: \(again.different.joined(separator: ", ")); `uptake publish --rebuild \(known.number)` says more") }
            return Pack(number: known.number, publication: known.publication, reports: again.reports, folder: folder)
        }
        let order = PublicationOrder(period: run.period, structure: nil, language: schedule.language?.rawValue ?? "", formats: schedule.formats, reports: ids, units: [])
        let published = try step("publish") { try Publishing(store, home: home, at: now).publish(order, reason: Scheduler.reason(of: run), recipients: recipients, to: folder, isWhole: true) }
        return Pack(number: published.number, publication: published.publication, reports: published.reports, folder: folder)
    }

    private func checkRoom() throws {
        try FileManager.default.createDirectory(atPath: settings.delivery.folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let free = try freeBytes(at: settings.delivery.folder)
        if free < 200_000_000 { throw InputError("\(settings.delivery.folder): only \(free / 1_000_000) MB are free there; make room, and the report is made by itself") }
    }

    private func attachment(_ file: Publication.File, in folder: String) -> Attachment {
        Attachment(
            name: file.name, path: "\(folder)/\(file.name)", sha256: file.sha256, bytes: file.bytes, type: String((ReportFiles.Format(fileName: file.name)?.mediaType ?? "application/octet-stream").prefix { $0 != ";" }))
    }

    /// What changed against the publication that was sent before, and why.
    private func revision(_ act: Int, _ run: Run, _ publication: Publication, _ store: Store) throws -> (number: Int, reason: String, changes: [FigureRevision]) {
        let history = try store.history(of: run.period)
        let found = (history.acts + history.covering).last { $0.number == act }
        let number = history.revisions.firstIndex { $0.number == act }.map { $0 + 1 } ?? 0
        let earlier = try ledger.runs(limit: 10_000, schedule: run.schedule).filter { $0.period == run.period && $0.revision ?? 0 < act && $0.number != run.number && $0.publication != nil }
        let sent = try earlier.filter { try ledger.parcels(of: $0.number).contains { $0.state == .sent } }.max { ($0.revision ?? 0, $0.number) < ($1.revision ?? 0, $1.number) }?.publication
        let old = try sent.flatMap { number in try store.publications().last { $0.number == number }?.publication.figures } ?? [:]
        let changes = Scheduler.changes(from: old, to: publication.figures)
        let more = try found.map { try restated(by: $0, store) } ?? []
        // What the letter shows was sent counts, and not what was final before.
        return (number, found?.reason ?? "", changes + more.filter { one in !changes.contains { $0.newIndicator == one.newIndicator && (one.unitKey == $0.unitKey || one.unitKey.hasPrefix($0.unitKey + "@")) } })
    }

    private func event(_ run: Run, _ schedule: Schedule, _ publication: Publication, _ number: Int, _ files: [Attachment]) -> Event {
        Event(
            run: run.key, schedule: schedule.id, period: run.period.id, calendar: run.period.calendar.rawValue, data_version: publication.position.dataVersion, publication: number, revision: run.revision,
            url: publicAddress.map { "\($0)/publications/\(number)" }, files: files.map { Event.File(name: $0.name, bytes: $0.bytes, sha256: $0.sha256) })
    }

    // MARK: Reminders

    /// One letter for each account whose units have days without records; none where nothing is missing.
    private func reminders(_ run: Run, _ schedule: Schedule, _ store: Store, now: Instant) throws -> Made {
        let (register, period) = (try store.register(), run.period)
        let yesterday = min(now.day.advanced(by: -1), period.last)
        let units = try Look.completeness(store, in: period, register: register, asOf: yesterday, lateAfterDays: Look.usualLateAfterDays).filter { $0.isUnreported || !$0.missing.isEmpty }
        let isInvented = try store.sources().contains(where: \.isIllustrative)
        var parcels: [NewParcel] = []
        for account in try accounts(of: schedule, run, told: nil, now: now) where !account.seesEverything {
            let codes = register.codes(within: account.scope, in: period)
            let own = units.filter { codes.contains($0.agency.code) || codes.contains($0.agency.key) }
            if own.isEmpty { continue }
            let language = schedule.language ?? settings.language
            let context = LetterContext(
                language: language, publicURL: publicAddress, greeting: account.greeting,
                notices: isInvented ? [Words.illustrativeRecords(language)] : [], mayUpload: account.may(.upload))
            let letter = reminderLetter(units: own.map { ($0.agency, $0) }, period: period, cut: period.last, context)
            let key = "\(run.key)/account:\(account.name)"
            parcels.append(NewParcel(key: key, recipient: "account:\(account.name)", unitCode: account.scope, messageID: messageID(of: key), content: try ParcelContent.letter(letter, units: own.map(\.agency.key)).encoded()))
        }
        return Made(publication: nil, dataVersion: try store.dataVersion(), parcels: parcels, emptyBecause: units.isEmpty ? "nothing is missing" : "nobody of the units that miss something has an account with an address")
    }
}
