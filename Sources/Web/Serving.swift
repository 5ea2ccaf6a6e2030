internal import Adoption
internal import Delivery
internal import FoundationEssentials
internal import Glibc
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import Pipeline
internal import ServiceLifecycle
internal import Storage
internal import UnixSignals

/// The server as a process: it takes connections until it is told to end, finishes what it has begun, and ends.
extension WebService {
    /// - Parameter onRunning: told the port that is listened at.
    package func serve(onRunning: @escaping @Sendable (Int) -> Void) async throws {
        let services: [any ServiceLifecycle.Service] = [application(onRunning: onRunning), Housekeeping(service: self), Unattended(service: self)]
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: WebService.logger))
        try await group.run()
        // An import that was begun is finished.
        while !uploads.isIdle { try await Task.sleep(for: .milliseconds(50)) }
    }

    private static var logger: Logger {
        var logger = Logger(label: "uptake")
        logger.logLevel = .warning
        return logger
    }

    /// What takes connections.
    func application(onRunning: @escaping @Sendable (Int) -> Void) -> some ApplicationProtocol {
        // Bytes that are no whole headers yet do not count as a sign of life: a connection that never comes to its request ends as a silent one does.
        Application(
            router: router(), server: .http1(configuration: .init(idleTimeout: TimeAmount(margins.silence))),
            configuration: ApplicationConfiguration(address: .hostname(settings.host, port: settings.port), serverName: nil),
            onServerRunning: { channel in onRunning(channel.localAddress?.port ?? 0) }, logger: WebService.logger)
    }

    /// The first administrator's one-time link; nil when there are accounts.
    package func firstLink() throws -> String? {
        guard try accounts.accounts().isEmpty else { return nil }
        try accounts.add("admin", role: .administrator, scope: Account.everything, now: now)
        try accounts.logAccess(.account, actor: "?", subject: "admin", detail: "added at the first start", now: now)
        return settings.publicURL + (try accounts.issueLink(for: "admin", now: now))
    }

    /// Asks for the newest month once, so that the first reader does not wait.
    package func warmUp() {
        do {
            try stores.read { store in
                if let period = try desks.newestPeriod(store, .administrative) { _ = try desks.desk(store, period, .then) }
            }
        } catch {
            log.note("warming up: \(error)")
        }
    }
}

/// What is done now and then.
private struct Housekeeping: ServiceLifecycle.Service {
    let service: WebService

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var state: Position?
            var rounds = 0
            while !Task.isCancelled {
                do {
                    try await onThread { service.uploads.removeExpired(now: service.now) }
                    if rounds % 720 == 0 { try await onThread { try forgetSessions() } }
                    state = try await warm(state)
                } catch is CancellationError {
                    return
                } catch {
                    // Such as a store that is being written for long: the server goes on without.
                    service.log.note("housekeeping: \(error)")
                }
                rounds += 1
                do { try await Task.sleep(for: .seconds(5)) } catch { return }
            }
        }
    }

    /// Makes what is asked for first of a store with other records or another act.
    private func warm(_ state: Position?) async throws -> Position {
        try await onThread {
            let newest = try service.stores.read { try $0.position() }
            if newest != state { service.warmUp() }
            return newest
        }
    }

    private func forgetSessions() throws {
        try service.accounts.removeExpired(now: service.now, idleSeconds: service.settings.idleMinutes * 60, absoluteSeconds: service.settings.absoluteHours * 3_600)
    }
}

/// What is due is made and sent. Where another process does it, this one only looks.
private struct Unattended: ServiceLifecycle.Service {
    let service: WebService

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await cancelWhenGracefulShutdown {
                while !Task.isCancelled {
                    if !service.scheduler.hasNoWay { try await Pools.deliveries.runIfActive { round() } }
                    do { try await Task.sleep(for: .seconds(20)) } catch { return }
                }
            }
        } onGracefulShutdown: {
            service.isEnding.raise()
        }
    }

    private func round() {
        do {
            let round = try service.scheduler.round(now: service.now)
            if !round.didNothing, !round.isBusy { service.log.note("schedules: \(round.line)") }
        } catch {
            // The ledger knows how far it came; the next round goes on from there.
            service.log.note("schedules: \(error)")
        }
    }
}
