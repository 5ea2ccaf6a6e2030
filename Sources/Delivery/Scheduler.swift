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
    package private(set) var schedules: [Schedule]
    package private(set) var calendar: WorkingCalendar
    package let ledger: DeliveryStore
    let accounts: AccountStore
    let ways: Ways
    /// Told before each step that changes the ledger or goes out; what it throws ends the round there with `Interrupted`, as a kill would. For tests.
    package var onStep: @Sendable (String) throws -> Void = { _ in }
    /// Asked between letters: false once the process is to end.
    package var mayGoOn: @Sendable () -> Bool = { true }

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

    /// The same with the schedules and holidays that stand in `reports/` now.
    ///
    /// - Throws: what is wrong with them.
    package func reloaded() throws -> Scheduler {
        var new = self
        new.calendar = try WorkingCalendar(path: home.path(of: "reports/holidays.yaml"))
        new.schedules = try ScheduleFile(path: home.path(of: "reports/schedules.yaml"), reports: home.reports).schedules
        for schedule in new.schedules { try ways.check(schedule) }
        return new
    }

    /// Plans what has become due, makes it, sends it, tells the owner of faults, and takes away what is old. Rounds of several processes do not overlap.
    /// Without a way out nothing is due.
    package func round(now: Instant) throws -> Round {
        if hasNoWay { return Round() }
        guard let lock = try WorkLock(path: settings.delivery.ledger + ".lock") else {
            var round = Round()
            round.isBusy = true
            return round
        }
        defer { lock.release() }
        var current = self
        do { current = try reloaded() } catch let error as InputError {
            // What was right before goes on.
            try notify("definitions/\(now.day.iso)", words.wrongDefinitions, words.fault(error.description, "reports/"), now: now)
        }
        return try current.locked(now: now)
    }

    private func locked(now: Instant) throws -> Round {
        var round = Round()
        try step("recover") { _ = try ledger.recover(now: now) }
        if let then = try step("begin", { try ledger.beginRound(schedules.map(\.id), shapes: Dictionary(uniqueKeysWithValues: schedules.map { ($0.id, $0.shape) }), now: now) }) {
            try notify("clock/\(then.iso)/\(now.iso)", words.clockMoved(then.day, now.day), words.fault("\(then.iso) → \(now.iso)", "–"), now: now)
        }
        let standing = try ledger.standing(of: schedules.map(\.id))
        for schedule in schedules { if let one = standing[schedule.id] { try isolated(schedule.id, now: now, &round) { try plan(schedule, one, now: now, &$0) } } }
        try isolated("revisions", now: now, &round) { try planRevisions(now: now, &$0) }
        for run in try ledger.nextRuns(now: now) {
            guard mayGoOn() else { return round }
            guard let schedule = schedules.first(where: { $0.id == run.schedule }) else {
                // A file that is being written may lack it for a moment.
                guard run.waitsSince.secondsSinceEpoch + 86_400 < now.secondsSinceEpoch else { continue }
                let reason = "the schedule '\(run.schedule)' is no longer in reports/schedules.yaml"
                try step("skip") { try ledger.skip(run: run.number, reason: reason, now: now) }
                try notify("missed/\(run.key)", words.missed(run.key), words.fault(reason, run.key), now: now)
                round.skipped += 1
                continue
            }
            if try ledger.standing(of: [run.schedule])[run.schedule]?.paused != nil { continue }
            try isolated(run.key, now: now, &round) { try work(run, schedule, now: now, &$0) }
        }
        try tellOwner(now: now)
        try removeOld(now: now)
        return round
    }

    /// A fault in one run keeps no other from being made, and is told.
    private func isolated(_ what: String, now: Instant, _ round: inout Round, _ work: (inout Round) throws -> Void) throws {
        do { try work(&round) } catch let interrupted as Interrupted {
            throw interrupted
        } catch is StoreBusy {
            round.waiting += 1
        } catch {
            round.waiting += 1
            try notify("fault/\(what)/\(now.day.iso)", words.cannotBeMade(what), words.fault("\(error)", what), now: now)
        }
    }

    /// Makes one run due now, by hand, and does what can be done of it at once.
    ///
    /// - Parameter period: nil for the one that the schedule is about today.
    /// - Returns: the run. Of one that was sent already only readers who have nothing yet get theirs.
    /// - Throws: `InputError` for a period that is not over, and while the schedule is paused.
    package func runNow(_ schedule: Schedule, period asked: Period?, by actor: String, now: Instant) throws -> Run {
        if hasNoWay { throw InputError("nothing can go out: the settings name no mail server, folder or webhook (delivery)") }
        if asked != nil, schedule.isRunning { throw InputError("'\(schedule.id)' is about the period that runs; leave --period out") }
        let period = asked ?? schedule.period(on: now.day)
        guard schedule.isRunning || period.last < now.day else { throw InputError("\(period.id) ends on \(period.last.iso), and '\(schedule.id)' is about periods that are over; name an earlier one") }
        if let paused = try ledger.standing(of: [schedule.id])[schedule.id]?.paused { throw InputError("'\(schedule.id)' was paused by \(paused.by); let it go on first (`uptake schedule resume \(schedule.id)`)") }
        // What is made by hand takes the place of no time of its own.
        let key = schedule.runKey(period: period, due: now) + (schedule.isRunning ? "/by-hand" : "")
        try step("plan") { _ = try ledger.plan([NewRun(key: key, schedule: schedule.id, due: now, period: period)], of: schedule.id, through: nil, now: now) }
        guard let run = try ledger.run(key: key) else { throw StoreError("the ledger has lost the run \(key)") }
        if run.state.isOver { try step("again") { try ledger.again(run.number, by: actor, now: now) } }
        if [.due, .made].contains(run.state), run.nextTry != nil { try step("hurry") { try ledger.hurry(run.number, by: actor, now: now) } }
        return run
    }

    /// Lets a run go that is not over.
    ///
    /// - Throws: `InputError` while another process works.
    package func skip(_ run: Run, reason: String, now: Instant) throws {
        guard let lock = try WorkLock(path: settings.delivery.ledger + ".lock") else { throw InputError("another process is sending; try again when it is done") }
        defer { lock.release() }
        _ = try ledger.recover(now: now)
        try ledger.skip(run: run.number, reason: reason, now: now)
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

    /// In whose name it publishes.
    static let actor = "scheduler"

    func openStore() throws -> Store { try Store.open(settings.store, pseudonymKey: settings.pseudonymKey, actor: Scheduler.actor) }

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
            } catch is MailFault {
                // It stays on the page of schedules; what nobody takes is not offered for ever.
                let next = notice.attempts < Scheduler.mostTries ? Scheduler.nextTry(after: notice.attempts + 1, now: now) : Instant(secondsSinceEpoch: now.secondsSinceEpoch + 30 * 86_400)
                try step("retryNotice") { try ledger.retryNotice(notice.number, at: next, now: now) }
                // The same server would say the same of the others.
                return
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
            language: language, publicURL: publicAddress, attachLimit: settings.delivery.attachMegabytes * 1_000_000, greeting: greeting, filesURL: files)
    }

    /// Nil while the pages are on this machine only, where no reader could open them.
    var publicAddress: String? { settings.publicURL.hasPrefix("https://") ? settings.publicURL : nil }
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

    /// - Throws: `InputError` when the ledger has no such run.
    package func run(numbered number: Int) throws -> Run {
        guard let run = try ledger.run(number) else { throw InputError("there is no run \(number); `uptake schedule runs` lists them") }
        return run
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
