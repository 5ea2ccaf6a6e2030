internal import Adoption
internal import ArgumentParser
internal import FoundationEssentials
internal import Glibc
internal import Pipeline
internal import Synchronization
internal import Web

struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve the pages, uploads and the API to people who have an account.",
        discussion: "Settings come from a file (every key is in packaging/settings.yaml), and from variables such as UPTAKE_STORE and UPTAKE_LISTEN, which come first. It listens on this machine only; a proxy with TLS stands before it for everybody else (packaging/nginx.conf). The first start prints a one-time link for the administrator. SIGTERM ends it when what was begun is finished.")

    @OptionGroup var options: SettingsOption

    @Option(help: ArgumentHelp("An address of this machine and a port, in the place of what the settings say.", valueName: "address:port"))
    var listen: String?

    @Flag(help: "Check settings, definitions, store and accounts, and end.")
    var check = false

    func run() throws {
        let settings = try options.loaded(overriding: listen.map { ["UPTAKE_LISTEN": $0] } ?? [:])
        let definitions = try HomeOption.load(settings.home)
        let service = try WebService(settings, home: definitions, clock: now)
        if check { return print("settings, definitions, store and accounts are right") }
        let (port, host, place, path) = (settings.port, settings.host, settings.publicURL, settings.store)
        let link = try service.firstLink()
        // Whoever starts the server may have the signals blocked by which it is told to end.
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in [SIGTERM, SIGINT] { sigaddset(&signals, signal) }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        try runToTheEnd {
            try await service.serve { actual in
                printToStandardError("uptake \(programVersion) serves \(path) at \(port == 0 ? "http://\(host):\(actual)" : place)")
                if let link { printToStandardError("the first administrator is 'admin': open \(port == 0 ? link.replacing(":0/", with: ":\(actual)/") : link) within 24 hours and choose a password") }
            }
        }
    }

    /// Runs asynchronous work to its end in a command that is not.
    private func runToTheEnd(_ work: @escaping @Sendable () async throws -> Void) throws {
        let outcome = Mutex<Result<Void, any Error>?>(nil)
        let ended = DispatchFlag()
        Task {
            let result: Result<Void, any Error>
            do { result = .success(try await work()) } catch { result = .failure(error) }
            outcome.withLock { $0 = result }
            ended.raise()
        }
        ended.wait()
        try outcome.withLock { $0 }?.get()
    }
}

/// Raised once, waited for once. It is a class because two threads share it.
private final class DispatchFlag: Sendable {
    private let raised = Mutex(false)

    func raise() { raised.withLock { $0 = true } }

    func wait() { while !raised.withLock({ $0 }) { usleep(50_000) } }
}
