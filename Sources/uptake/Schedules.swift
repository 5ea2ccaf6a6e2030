internal import Adoption
internal import ArgumentParser
internal import Delivery
internal import FoundationEssentials
internal import Glibc
internal import Pipeline
internal import Reporting
internal import Storage

/// The settings that the server and the scheduler share.
struct SettingsOption: ParsableArguments {
    @OptionGroup var store: StoreOption
    @OptionGroup var home: HomeOption

    @Option(help: ArgumentHelp("The settings (every key is in packaging/settings.yaml). Also the variable UPTAKE_SETTINGS.", valueName: "file"))
    var settings: String?

    /// - Parameter overriding: variables that come before those of the environment.
    func loaded(overriding: [String: String] = [:]) throws -> Settings {
        var environment = ProcessInfo.processInfo.environment.merging(overriding) { $1 }
        // What the command line says comes before everything else; its default does not.
        if CommandLine.arguments.contains(where: { $0 == "--store" || $0.hasPrefix("--store=") }) { environment["UPTAKE_STORE"] = store.store }
        if let key = store.pseudonymKey { environment["UPTAKE_PSEUDONYM_KEY"] = key }
        var settings = try Settings(path: settings ?? environment["UPTAKE_SETTINGS"], environment: environment)
        if let folder = home.home { settings.home = folder }
        return settings
    }

    func scheduler() throws -> Scheduler {
        let settings = try loaded()
        return try Scheduler(settings, home: HomeOption.load(settings.home))
    }
}

/// A signal that ends the process waits for its turn.
private func isEndWanted() -> Bool {
    var waiting = sigset_t()
    return sigpending(&waiting) == 0 && [SIGINT, SIGTERM, SIGHUP].contains { sigismember(&waiting, $0) == 1 }
}

/// The moment that counts as now.
struct MomentOption: ParsableArguments {
    @Option(help: ArgumentHelp("The moment that counts as now, such as 2025-05-16T07:30 (time of Viet Nam). What is due then is really made and sent: try it with a ledger and folders of its own.", valueName: "moment"))
    var at: String?

    func parsed() throws -> Instant {
        guard let at else { return now() }
        guard case .at(let moment)? = Pipeline.Ingest.Exported(at) else { throw ValidationError("'\(at)' is no moment; write 2025-05-16T07:30") }
        return moment
    }
}

struct SchedulerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scheduler",
        abstract: "Make and send what reports/schedules.yaml says, unattended, until a signal ends it; `uptake serve` does the same beside its pages.",
        discussion: "With --once it does what is due and ends, for a systemd timer (packaging/uptake-scheduler.timer). Several at once do the work once. Exit code 1 with --once: something has failed for good; `uptake schedule runs --state failed` says what.")

    @OptionGroup var options: SettingsOption
    @OptionGroup var moment: MomentOption

    @Flag(help: "Do what is due, and end.")
    var once = false

    func validate() throws { if moment.at != nil, !once { throw ValidationError("--at goes with --once") } }

    func run() throws {
        var scheduler = try options.scheduler()
        // A signal waits until the letter that is on its way has arrived.
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, signal) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        scheduler.mayGoOn = { !isEndWanted() }
        if once {
            if scheduler.hasNoWay { throw InputError("nothing can go out: the settings name no mail server, folder or webhook (delivery)") }
            let round = try scheduler.round(now: moment.parsed())
            print(round.line)
            if round.failed > 0 { throw ExitCode(1) }
            return
        }
        printToStandardError("\(scheduler.schedules.count) schedules; end with Ctrl-C or SIGTERM")
        while true {
            do {
                let round = try scheduler.round(now: now())
                if !round.didNothing, !round.isBusy { print("\(now().iso) \(round.line)") }
            } catch {
                // The ledger knows how far it came; the next round goes on from there.
                print("\(now().iso) not yet: \(error)")
            }
            fflush(nil)
            var pause = timespec(tv_sec: 20, tv_nsec: 0)
            if sigtimedwait(&signals, nil, &pause) > 0 { return }
        }
    }
}

struct ScheduleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule",
        abstract: "What is made and sent unattended: list, look ahead, run now, pause; and what became of it.",
        discussion: "Schedules stand in reports/schedules.yaml, holidays in reports/holidays.yaml, ways of delivery in the settings. The ledger of runs lies in a file of its own beside the store.",
        subcommands: [List.self, Next.self, Runs.self, Show.self, RunNow.self, Again.self, Skip.self, Pause.self, Resume.self, TestMail.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the schedules, with what is due next and what came last.")

        @OptionGroup var options: SettingsOption
        @OptionGroup var moment: MomentOption

        func run() throws {
            let scheduler = try options.scheduler()
            let moment = try moment.parsed()
            let standing = try scheduler.ledger.standing(of: scheduler.schedules.map(\.id))
            for schedule in scheduler.schedules {
                let next = scheduler.next(schedule, after: moment, count: 1).first.map { shown($0) } ?? "never"
                let last = try scheduler.ledger.runs(limit: 1, schedule: schedule.id).first.map { "\($0.state.rawValue) \($0.key)" } ?? "nothing yet"
                let paused = standing[schedule.id]?.paused.map { "; paused by \($0.by): \($0.why)" } ?? ""
                print("\(padded(schedule.id, 20))  \(padded(schedule.rule.text, 40))  next \(next)  last: \(last)\(paused)")
            }
            if scheduler.hasNoWay { printToStandardError("nothing goes out: the settings name no mail server, folder or webhook (delivery)") }
        }
    }

    struct Next: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show when things are due next.")

        @OptionGroup var options: SettingsOption
        @OptionGroup var moment: MomentOption

        @Argument(help: "A schedule; all of them without it.")
        var id: String?

        @Option(help: ArgumentHelp("How many.", valueName: "number"))
        var count = 10

        func validate() throws { if !(1...1_000).contains(count) { throw ValidationError("--count takes a number from 1 to 1000") } }

        func run() throws {
            let scheduler = try options.scheduler()
            let moment = try moment.parsed()
            let wanted = try id.map { [try scheduler.schedule(named: $0)] } ?? scheduler.schedules
            let all = wanted.flatMap { schedule in scheduler.next(schedule, after: moment, count: count).map { (moment: $0, schedule: schedule) } }
            for one in all.sorted(by: { ($0.moment, $0.schedule.id) < ($1.moment, $1.schedule.id) }).prefix(count) {
                print("\(shown(one.moment))  \(padded(one.schedule.id, 20))  \(one.schedule.period(on: one.moment.day).id)")
            }
            if let known = scheduler.calendar.knownThrough, all.contains(where: { $0.moment.day > known }) {
                printToStandardError("holidays are known to \(known.iso) only (reports/holidays.yaml); later days count weekends alone")
            }
        }
    }

    struct Runs: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List what was due, the newest first, and what became of it.")

        @OptionGroup var options: SettingsOption

        @Option(help: ArgumentHelp("Only these: due, making, made, sent, failed or skipped.", valueName: "state"))
        var state: RunState?

        @Option(help: ArgumentHelp("Only this schedule.", valueName: "id"))
        var schedule: String?

        @Option(help: ArgumentHelp("How many.", valueName: "number"))
        var count = 30

        func run() throws {
            let scheduler = try options.scheduler()
            print("run     state    due               tries  next try          what")
            for run in try scheduler.ledger.runs(limit: max(1, min(count, 10_000)), schedule: schedule, state: state) {
                let reason = run.reason.isEmpty ? "" : " (\(run.reason))"
                print("\(padded(String(run.number), 6))  \(padded(run.state.rawValue, 7))  \(shown(run.due))  \(padded(String(run.attempts), 5))  \(padded(run.nextTry.map(shown) ?? "-", 16))  \(run.key)\(reason)")
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one run: who gets what, and every step.")

        @OptionGroup var options: SettingsOption

        @Argument(help: "The number of the run.")
        var number: Int

        func run() throws {
            let scheduler = try options.scheduler()
            let run = try scheduler.run(numbered: number)
            print("\(run.key): \(run.state.rawValue)\(run.reason.isEmpty ? "" : ", \(run.reason)")")
            if let publication = run.publication { print("publication \(publication), data version \(run.dataVersion ?? 0)") }
            for parcel in try scheduler.ledger.parcels(of: number) {
                print("  \(padded(parcel.recipient, 24))  \(padded(parcel.state.rawValue, 7))  tries \(parcel.attempts)  <\(parcel.messageID)>\(parcel.isUncertain ? "  may have arrived" : "")\(parcel.reason.isEmpty ? "" : "  \(parcel.reason)")")
            }
            for line in try scheduler.ledger.history(of: number) { print("  \(line.moment.iso)  \(line.parcel.map { "parcel \($0)  " } ?? "")\(line.state)\(line.detail.isEmpty ? "" : ": \(line.detail)")") }
        }
    }

    struct RunNow: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "run", abstract: "Make a schedule's report now and send it.",
            discussion: "What was sent already is not sent again: the same report of the same period goes to each recipient once. Of a run that is over, readers who have nothing yet get theirs; one that waits is looked at now.")

        @OptionGroup var options: SettingsOption
        @OptionGroup var moment: MomentOption

        @Argument(help: "The schedule.")
        var id: String

        @Option(help: ArgumentHelp("The period, such as 2025-05; without it the one that the schedule is about today.", valueName: "period"))
        var period: String?

        func run() throws {
            let scheduler = try options.scheduler()
            let schedule = try scheduler.schedule(named: id)
            let moment = try moment.parsed()
            let period = try period.map { try parsePeriod($0, schedule.calendar) }
            let begun = try scheduler.runNow(schedule, period: period, by: options.store.actor, now: moment)
            let round = try scheduler.round(now: moment)
            if round.isBusy { return print("run \(begun.number) is planned; another process does the work") }
            guard let run = try scheduler.ledger.run(begun.number) else { throw InputError("the run \(begun.number) is gone") }
            print("run \(run.number), \(run.key): \(run.state.rawValue)\(run.reason.isEmpty ? "" : ", \(run.reason)")")
            if run.state == .failed { throw ExitCode(1) }
        }
    }

    struct Again: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Do a run again that is over: what was sent stays sent, what failed and whoever was missing gets it.")

        @OptionGroup var options: SettingsOption

        @Argument(help: "The number of the run.")
        var number: Int

        func run() throws {
            let scheduler = try options.scheduler()
            let run = try scheduler.run(numbered: number)
            guard run.state.isOver else { throw InputError("run \(number) is \(run.state.rawValue) and not over; `uptake schedule run \(run.schedule)` takes it up now") }
            try scheduler.ledger.again(number, by: options.store.actor, now: now())
            let round = try scheduler.round(now: now())
            print(round.isBusy ? "run \(number) is due again; another process does the work" : "run \(number), \(run.key): \(try scheduler.ledger.run(number)?.state.rawValue ?? "gone")")
        }
    }

    struct Skip: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a run go that is not over, with everything of it that was not sent.")

        @OptionGroup var options: SettingsOption

        @Argument(help: "The number of the run.")
        var number: Int

        @Option(help: ArgumentHelp("The reason; kept.", valueName: "reason"))
        var why: String

        func run() throws {
            let scheduler = try options.scheduler()
            let run = try scheduler.run(numbered: number)
            guard !run.state.isOver else { throw InputError("run \(number) is over already: \(run.state.rawValue)") }
            try scheduler.skip(run, reason: "by \(options.store.actor): \(why)", now: now())
            print("run \(number), \(run.key), is skipped")
        }
    }

    struct Pause: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a schedule rest: what becomes due meanwhile is skipped, and said so in the ledger.")

        @OptionGroup var options: SettingsOption

        @Argument(help: "The schedule.")
        var id: String

        @Option(help: ArgumentHelp("The reason; kept.", valueName: "reason"))
        var why: String = ""

        func run() throws {
            let scheduler = try options.scheduler()
            let schedule = try scheduler.schedule(named: id)
            try scheduler.ledger.pause(schedule.id, by: options.store.actor, why: why, now: now())
            print("\(schedule.id) is paused; `uptake schedule resume \(schedule.id)` lets it go on")
        }
    }

    struct Resume: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a paused schedule go on.")

        @OptionGroup var options: SettingsOption

        @Argument(help: "The schedule.")
        var id: String

        func run() throws {
            let scheduler = try options.scheduler()
            let schedule = try scheduler.schedule(named: id)
            try scheduler.ledger.resume(schedule.id, by: options.store.actor, now: now())
            let next = scheduler.next(schedule, after: now(), count: 1).first.map { "; due next at \(shown($0))" } ?? ""
            print("\(schedule.id) goes on\(next)")
        }
    }

    struct TestMail: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "test-mail", abstract: "Send a short message, to see whether the mail server of the settings takes it.")

        @OptionGroup var options: SettingsOption

        @Argument(help: "The address.")
        var address: String

        func run() throws {
            try options.scheduler().sendTest(to: address, now: now())
            print("the mail server took a message to \(address)")
        }
    }
}

/// `2025-05-16 07:30`, in Viet Nam.
private func shown(_ moment: Instant) -> String { String(moment.iso.prefix(16)).replacing("T", with: " ") }

extension RunState: ExpressibleByArgument {}
