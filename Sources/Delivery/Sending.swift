internal import Adoption
internal import FoundationEssentials
internal import Pipeline
internal import Storage

/// What a parcel holds until it is sent; kept in the ledger, so that every try sends the same.
enum ParcelContent: Hashable, Codable, Sendable {
    /// With the units that it tells of: whoever gets it must be allowed to see all of them.
    case letter(Letter, units: [String])
    /// Files, and the folder within the folder.
    case files([Attachment], place: String)
    case event(Event)

    func encoded() throws -> String { String(decoding: try ParcelContent.encoder.encode(self), as: UTF8.self) }

    init(encoded text: String) throws { self = try JSONDecoder().decode(ParcelContent.self, from: Data(text.utf8)) }

    fileprivate static let encoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()
}

/// What a webhook is told.
struct Event: Hashable, Codable, Sendable {
    struct File: Hashable, Codable, Sendable {
        let name: String
        let bytes: Int
        let sha256: String
    }

    let run, schedule, period, calendar: String
    let data_version: Int
    let publication: Int?
    let revision: Int?
    let url: String?
    let files: [File]
}

extension Schedule.Recipient {
    /// It gets files and not letters, and what it may have is the schedule's to say.
    var isPlace: Bool {
        switch self {
        case .folder, .webhook: true
        case .role, .account: false
        }
    }

    /// `folder:van-thu`
    package var word: String {
        switch self {
        case .role(let role): "role:\(role.rawValue)"
        case .account(let name): "account:\(name)"
        case .folder(let name): "folder:\(name)"
        case .webhook(let name): "webhook:\(name)"
        }
    }
}

extension Scheduler {
    /// The accounts that a schedule is for, with an address that mail may go to. Whoever has none is told of to the owner.
    ///
    /// - Parameter told: of a revision, who got what it revises; nil for what is new.
    func accounts(of schedule: Schedule, _ run: Run, told: Set<String>?, now: Instant) throws -> [Account] {
        let all = try accounts.accounts()
        var found: [Account] = []
        for account in all where told?.contains("account:\(account.name)") ?? schedule.isFor(account) {
            if account.isDisabled, !schedule.recipients.contains(.account(account.name)) { continue }
            switch obstacle(to: account) {
            case nil: found.append(account)
            case let reason?: try notify("address/\(run.key)/\(account.name)", words.notReached(account.name), words.fault(reason, run.key), now: now)
            }
        }
        for case .account(let name) in schedule.recipients where !all.contains(where: { $0.name == name }) {
            try notify("address/\(run.key)/\(name)", words.notReached(name), words.fault("there is no account '\(name)'; correct reports/schedules.yaml", run.key), now: now)
        }
        return found
    }

    /// Why nothing may be sent to somebody; nil when it may.
    private func obstacle(to account: Account) -> String? {
        if account.isDisabled { return "the account '\(account.name)' is disabled" }
        if !account.may(.view) { return "the account '\(account.name)' may not see reports any more" }
        guard let mail = account.mail else { return "the account '\(account.name)' has no address; `uptake users mail \(account.name) ADDRESS` gives it one, and `uptake schedule again` sends what was missed" }
        return ways.allows(mail) ? nil : "the address of '\(account.name)' is in none of the allowed domains"
    }

    func send(_ run: Run, _ schedule: Schedule, now: Instant, _ round: inout Round) throws {
        if schedule.what == .reminder, now.day > run.period.last {
            try step("skip") { try ledger.skip(run: run.number, reason: "the cut of \(run.period.id) is over", now: now) }
            round.skipped += 1
            return
        }
        var isServerDown = false
        let register = try openStore().register()
        for parcel in try ledger.parcels(of: run.number) where !parcel.state.isOver {
            guard mayGoOn() else { return }
            if parcel.nextTry.map({ $0 > now }) ?? false || isServerDown && parcel.recipient.hasPrefix("account:") {
                round.waiting += 1
                continue
            }
            try send(parcel, run, schedule, register, now: now, &round, &isServerDown)
        }
        if try ledger.parcels(of: run.number).allSatisfy(\.state.isOver) { _ = try step("finish") { try ledger.finish(run.number, now: now) } }
    }

    /// Files that were taken away meanwhile are made again.
    private func mend(_ content: ParcelContent, _ run: Run) throws {
        guard let number = run.publication, content.files.contains(where: { !FileManager.default.fileExists(atPath: $0.path) }) else { return }
        let again = try Publishing.rebuild(number, openStore(), to: "\(settings.delivery.folder)/\(run.number)")
        guard again.isSame else { throw MailFault.temporary("the files are gone, and publication \(number) cannot be made again as it was: \(again.different.joined(separator: ", "))", isUncertain: false) }
    }

    private func send(_ parcel: Parcel, _ run: Run, _ schedule: Schedule, _ register: Register, now: Instant, _ round: inout Round, _ isServerDown: inout Bool) throws {
        let content = try ParcelContent(encoded: parcel.content)
        if let reason = try vanishedRight(parcel, content, run, schedule, register) {
            try notify("right/\(parcel.key)", words.notSent(parcel.recipient), words.fault(reason, run.key), now: now)
            try step("skipParcel") { try ledger.skip(parcel: parcel.number, reason: reason, now: now) }
            round.skipped += 1
            return
        }
        try step("startSending") { try ledger.startSending(parcel.number, now: now) }
        do {
            try mend(content, run)
            try step("send") { try goOut(content, parcel, now: now) }
            if parcel.isUncertain { try notify("twice/\(parcel.key)", words.maybeTwice(parcel.recipient), words.fault("the answer to an earlier try was lost; it was sent again under the same name (\(parcel.messageID))", run.key), now: now) }
            try step("finishSending") { try ledger.finishSending(parcel.number, now: now) }
            round.sent += 1
        } catch let fault as MailFault {
            try note(fault, parcel, run, now: now, &round)
            // What it says of this reader it may not say of the next.
            if case .letter = content, fault.isOfServer { isServerDown = true }
        } catch let interrupted as Interrupted {
            throw interrupted
        } catch {
            // Whether everything was handed over before it, the ledger knows.
            let isUncertain = try ledger.parcels(of: run.number).first { $0.number == parcel.number }?.isUncertain ?? false
            try note(.temporary("\(error)", isUncertain: isUncertain), parcel, run, now: now, &round)
        }
    }

    private func note(_ fault: MailFault, _ parcel: Parcel, _ run: Run, now: Instant, _ round: inout Round) throws {
        let tries = parcel.attempts + 1
        let isUncertain = if case .temporary(_, let isUncertain) = fault { isUncertain } else { false }
        if case .temporary(let reason, _) = fault, tries < Scheduler.mostTries {
            if tries == 4 { try notify("late/\(parcel.key)/\(now.day.iso)", words.late(parcel.recipient), words.fault(reason, run.key), now: now) }
            try step("retrySending") { try ledger.retrySending(parcel.number, at: Scheduler.nextTry(after: tries, now: now), reason: reason, isUncertain: isUncertain, now: now) }
            round.waiting += 1
        } else {
            try notify("failed/\(parcel.key)/\(now.iso)", words.notSent(parcel.recipient), words.fault(fault.description, run.key), now: now)
            try step("failParcel") { try ledger.fail(parcel: parcel.number, reason: fault.description, isUncertain: isUncertain, now: now) }
            round.failed += 1
        }
    }

    private func goOut(_ content: ParcelContent, _ parcel: Parcel, now: Instant) throws {
        let name = String(parcel.recipient.drop { $0 != ":" }.dropFirst())
        func handover() throws { try step("handover") { try ledger.noteHandover(parcel.number, now: now) } }
        switch content {
        case .letter(let letter, _):
            guard let mailer = ways.mailer else { throw MailFault.temporary("the settings name no mail server (delivery, mail)", isUncertain: false) }
            guard let account = try accounts.account(named: name), let address = account.mail else { throw MailFault.permanent("the account has no address") }
            try mailer.send(letter, to: Mailbox(name: account.displayName, address: address), messageID: parcel.messageID, date: now, handover: handover)
        case .files(let files, let place):
            guard let path = ways.folders[name] else { throw MailFault.permanent("the settings name no folder '\(name)'") }
            let folder: OutFolder
            do { folder = try OutFolder(path: path) } catch { throw MailFault.temporary(error.description, isUncertain: false) }
            try folder.put(files.map { ($0.name, $0.path, $0.sha256) }, in: place)
        case .event(let event):
            guard let webhook = ways.webhooks[name] else { throw MailFault.permanent("the settings name no webhook '\(name)'") }
            try handover()
            try webhook.send([UInt8](ParcelContent.encoder.encode(event)), key: parcel.key, now: now)
        }
    }

    /// Why it may not go there any more: asked again at the last moment.
    private func vanishedRight(_ parcel: Parcel, _ content: ParcelContent, _ run: Run, _ schedule: Schedule, _ register: Register) throws -> String? {
        guard case .letter(_, let units) = content else {
            return schedule.recipients.contains { $0.word == parcel.recipient } ? nil : "the schedule names '\(parcel.recipient)' no more"
        }
        let name = String(parcel.recipient.dropFirst("account:".count))
        guard let account = try accounts.account(named: name) else { return "there is no account '\(name)' any more" }
        if let reason = obstacle(to: account) { return reason }
        if run.revision == nil, !schedule.isFor(account) { return "the schedule is not for '\(name)' any more" }
        if account.seesEverything { return nil }
        let codes = register.codes(within: account.scope, in: run.period)
        return units.allSatisfy(codes.contains) ? nil : "the account '\(name)' may no longer see what it tells of"
    }
}

extension Account {
    /// How a letter calls it; nil where it has no name for people.
    var greeting: String? { displayName.isEmpty ? nil : displayName }
}

extension Schedule {
    /// It names the account, or its role.
    func isFor(_ account: Account) -> Bool { recipients.contains(.account(account.name)) || recipients.contains(.role(account.role)) }
}

extension ParcelContent {
    /// What goes with it from the disk.
    var files: [Attachment] {
        switch self {
        case .letter(let letter, _): letter.attachments
        case .files(let files, _): files
        case .event: []
        }
    }
}
