package import Adoption
internal import FoundationEssentials
package import Pipeline
internal import Reporting
package import Storage

/// The third user: makes the reports that are due and sees that each reaches its reader once, while the office sleeps.
///
/// Time comes in with each round. Whatever happens between two steps, a later round goes on from what the ledger says: a run is made once for each
/// period, its files are those of one publication, and a letter that may have arrived already is only ever sent again under the same Message-ID.
package struct Scheduler: Sendable {
    let settings: Settings
    let home: Home
    package let schedules: [Schedule]
    package let calendar: WorkingCalendar
    package let ledger: DeliveryStore
    let accounts: AccountStore
    let ways: Ways
    /// Told before each step that changes the ledger or goes out; what it throws ends the round there with `Interrupted`, as a kill would. For tests.
    package var onStep: @Sendable (String) throws -> Void = { _ in }

    /// - Parameter accounts: where they are open already.
    /// - Throws: what is wrong with settings, schedules, calendar or ledger.
    package init(_ settings: Settings, home: Home, accounts: AccountStore? = nil) throws {
        self.settings = settings
        self.home = home
        calendar = try WorkingCalendar(path: home.path(of: "reports/holidays.yaml"))
        schedules = try ScheduleFile(path: home.path(of: "reports/schedules.yaml"), reports: home.reports).schedules
        ways = try Ways(settings.delivery)
        for schedule in schedules { try ways.check(schedule) }
        ledger = try DeliveryStore(path: settings.delivery.ledger)
        self.accounts = try accounts ?? AccountStore(path: settings.accounts)
    }

    /// What one round did.
    package struct Round: Hashable, Sendable {
        /// Another process is at it, and does the work.
        package var isBusy = false
        package var planned = 0
        package var made = 0
        package var sent = 0
        package var failed = 0
        package var skipped = 0
        /// Something was tried and is to be tried again.
        package var waiting = 0

        package var didNothing: Bool { self == Round() }

        package var line: String {
            if isBusy { return "another process does the work" }
            return "planned \(planned), made \(made), sent \(sent), failed \(failed), skipped \(skipped), waiting \(waiting)"
        }
    }

    /// Plans what has become due, makes it, sends it, tells the owner of faults, and takes away what is old. Rounds of several processes do not overlap.
    package func round(now: Instant) throws -> Round {
        guard let lock = try WorkLock(path: settings.delivery.ledger + ".lock") else {
            var round = Round()
            round.isBusy = true
            return round
        }
        defer { lock.release() }
        var round = Round()
        try step("recover") { _ = try ledger.recover(now: now) }
        let standing = Dictionary(uniqueKeysWithValues: try ledger.standing(of: schedules.map(\.id), now: now).map { ($0.id, $0) })
        for schedule in schedules { if let one = standing[schedule.id] { round.planned += try plan(schedule, one, now: now) } }
        round.planned += try planRevisions(now: now)
        for run in try ledger.nextRuns(now: now) {
            guard let schedule = schedules.first(where: { $0.id == run.schedule }) else {
                try step("skip") { try ledger.skip(run: run.number, reason: "the schedule '\(run.schedule)' is no longer in reports/schedules.yaml", now: now) }
                round.skipped += 1
                continue
            }
            if standing[run.schedule]?.paused != nil { continue }
            try work(run, schedule, now: now, &round)
        }
        try tellOwner(now: now)
        try removeOld(now: now)
        return round
    }

    /// Makes one run due now, by hand, and does what can be done of it at once.
    ///
    /// - Parameter period: nil for the one that the schedule is about today.
    /// - Returns: the run; a period that was sent already is not made again.
    package func runNow(_ schedule: Schedule, period: Period?, by actor: String, now: Instant) throws -> Run {
        let period = period ?? schedule.period(on: now.day)
        let key = schedule.runKey(period: period, due: now)
        try step("plan") { _ = try ledger.plan([NewRun(key: key, schedule: schedule.id, due: now, period: period)], of: schedule.id, through: nil, now: now) }
        guard let run = try ledger.run(key: key) else { throw StoreError("the ledger has lost the run \(key)") }
        if run.state == .failed || run.state == .skipped { try step("again") { try ledger.again(run.number, by: actor, now: now) } }
        return run
    }

    /// The next moments at which a schedule is due.
    package func next(_ schedule: Schedule, after now: Instant, count: Int) -> [Instant] { schedule.occasions(after: now, count: count, calendar) }

    /// What `onStep` threw: nothing is done about it, as after a kill.
    struct Interrupted: Error {
        let cause: any Error
    }

    func step<T>(_ name: String, _ work: () throws -> T) throws -> T {
        do { try onStep(name) } catch { throw Interrupted(cause: error) }
        return try work()
    }

    func openStore() throws -> Store { try Store.open(settings.store, pseudonymKey: settings.pseudonymKey, actor: "scheduler") }

    // MARK: Faults

    /// When something is tried again after so many tries: from a minute up to six hours.
    static func nextTry(after attempts: Int, now: Instant) -> Instant {
        Instant(secondsSinceEpoch: now.secondsSinceEpoch + min(6 * 3_600, 60 << min(attempts - 1, 12)))
    }

    /// Some four days of tries.
    static let mostTries = 24

    private func tellOwner(now: Instant) throws {
        guard let owner = settings.delivery.owner, let mailer = ways.mailer else { return }
        for notice in try ledger.openNotices(now: now) {
            let letter = noticeLetter(subject: notice.subject, text: notice.text, context(greeting: nil, language: settings.language))
            do {
                try mailer.send(letter, to: Mailbox(name: "", address: owner), messageID: messageID(of: "notice/\(notice.key)"), date: now, handover: {})
                try step("noticeSent") { try ledger.noticeSent(notice.number, now: now) }
            } catch let fault as MailFault {
                try step("retryNotice") { try ledger.retryNotice(notice.number, at: Scheduler.nextTry(after: notice.attempts + 1, now: now), now: now) }
                // The same server would say the same to the others.
                if case .temporary = fault { return }
            }
        }
    }

    func notify(_ key: String, _ subject: String, _ text: String, now: Instant) throws {
        _ = try step("notify") { try ledger.notify(key: key, subject: subject, text: text, now: now) }
    }

    // MARK: What is old

    /// Files are taken away; the ledger keeps what became of them, and the register of publications makes them again.
    private func removeOld(now: Instant) throws {
        let end = Instant(secondsSinceEpoch: now.secondsSinceEpoch - settings.delivery.keepDays * 86_400)
        _ = try step("clear") { try ledger.clearContents(endedBefore: end) }
        let folder = settings.delivery.folder
        var isFolder = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder else { return }
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            guard let number = Int(name), let run = try ledger.run(number), let ended = run.ended, run.state.isOver else { continue }
            guard ended < end else { continue }
            try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
    }

    func messageID(of key: String) -> String { "\(shortHash(key))@\(ways.domain)" }

    func context(greeting: String?, language: Language, files: String? = nil) -> LetterContext {
        LetterContext(
            language: language, publicURL: settings.publicURL.hasPrefix("https://") ? settings.publicURL : nil, attachLimit: settings.delivery.attachMegabytes * 1_000_000, greeting: greeting,
            filesURL: files)
    }
}

extension Scheduler {
    /// Nothing could go anywhere.
    package var hasNoWay: Bool { settings.delivery.hasNoWay }

    /// - Throws: an unknown schedule, with the nearest known one.
    package func schedule(named id: String) throws(InputError) -> Schedule {
        if let schedule = schedules.first(where: { $0.id == id }) { return schedule }
        let hint = nearest(to: id, in: schedules.map(\.id)).map { "did you mean '\($0)'?" } ?? "known are \(schedules.map(\.id).joined(separator: ", "))"
        throw InputError("there is no schedule '\(id)' in reports/schedules.yaml; \(hint)")
    }

    /// Sends a short message, so that an office sees whether its mail server takes them.
    ///
    /// - Throws: `InputError` with what the server said.
    package func sendTest(to address: String, now: Instant) throws {
        guard let mailer = ways.mailer else { throw InputError("the settings name no mail server; add it under delivery, mail") }
        guard ways.allows(address) else { throw InputError("\(address) is in none of the allowed domains (delivery, allowed_domains)") }
        let letter = noticeLetter(subject: words.testSubject, text: words.testText, context(greeting: nil, language: settings.language))
        do { try mailer.send(letter, to: Mailbox(name: "", address: address), messageID: messageID(of: "test/\(now.secondsSinceEpoch)/\(address)"), date: now, handover: {}) } catch let fault as MailFault {
            throw InputError("the mail server did not take it: \(fault)")
        }
    }
}
