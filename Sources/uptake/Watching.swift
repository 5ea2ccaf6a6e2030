internal import Adoption
internal import Glibc
internal import Pipeline
internal import Storage

/// `uptake ingest --watch`: the loop around an inbox, until a signal ends it between two files.
struct Watching {
    private let folder: String
    private let store: Store
    private let home: HomeOption
    private let profiles: [String]
    private let exported: Pipeline.Ingest.Exported?
    private let interval: Int

    init(_ folder: String, store: Store, home: HomeOption, profiles: [String], exported: Pipeline.Ingest.Exported?, interval: Int) {
        self.folder = folder
        self.store = store
        self.home = home
        self.profiles = profiles
        self.exported = exported
        self.interval = interval
    }

    func run() throws {
        var inbox = try Inbox(folder)
        defer { inbox.release() }
        // A signal waits until the file that is being loaded is done: the loop sleeps in the wait for it.
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, signal) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        printToStandardError("watching \(folder); end with Ctrl-C or SIGTERM")
        while true {
            for name in try inbox.completeFiles(profiles: profiles, asOf: now()) {
                try take(name, &inbox)
                if wasStopped(&signals, seconds: 0) { return }
            }
            if wasStopped(&signals, seconds: interval) { return }
        }
    }

    private func take(_ name: String, _ inbox: inout Inbox) throws {
        let moment = now()
        let home = home
        do {
            switch try inbox.take(name, into: store, profiles: profiles, exported: exported, asOf: moment, stamp: stamp(moment), indicatorIDs: { try home.load().indicators.map(\.id) }) {
            case .done(let summary):
                let c = summary.counts
                print("\(moment.iso) \(name): done; stored \(c.stored), corrected \(c.corrected), unchanged \(c.unchanged), kept aside \(c.quarantined); data version \(summary.version)")
            case .refused(let reason): print("\(moment.iso) \(name): refused; \(reason)")
            }
        } catch let error as StoreBusy {
            print("\(moment.iso) \(name): not yet; \(error)")
        }
        fflush(nil)
    }

    /// `20250514-080000-…`, so that a name that comes again is kept beside the first.
    private func stamp(_ moment: Instant) -> String {
        String(moment.iso.prefix(19).filter { $0 != "-" && $0 != ":" }.map { $0 == "T" ? "-" : $0 })
    }

    private func wasStopped(_ signals: inout sigset_t, seconds: Int) -> Bool {
        var timeout = timespec(tv_sec: seconds, tv_nsec: 0)
        return sigtimedwait(&signals, nil, &timeout) > 0
    }
}

func parseExported(_ text: String) throws -> Pipeline.Ingest.Exported {
    guard let exported = Pipeline.Ingest.Exported(text) else { throw InputError("--exported: '\(text)' is no moment; write 2025-05-15T08:00, 2025-05-15 or modified") }
    return exported
}
