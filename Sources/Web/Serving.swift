internal import Adoption
internal import FoundationEssentials
internal import Glibc
package import Hummingbird
internal import Logging
internal import NIOCore
internal import Pipeline
internal import ServiceLifecycle
internal import Storage
internal import UnixSignals

/// The server as a process: it takes connections until it is told to end, finishes what it has begun, and ends.
extension WebService {
    /// - Parameter onRunning: told the port that is listened at.
    package func serve(onRunning: @escaping @Sendable (Int) -> Void) async throws {
        var logger = Logger(label: "uptake")
        logger.logLevel = .warning
        let host = settings.host
        let application = Application(
            router: router(), server: .http1(configuration: .init(idleTimeout: .seconds(75))),
            configuration: ApplicationConfiguration(address: .hostname(host, port: settings.port), serverName: nil),
            onServerRunning: { channel in onRunning(channel.localAddress?.port ?? 0) }, logger: logger)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [application, Housekeeping(service: self)], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
        // An import that was begun is finished.
        while !uploads.isIdle { try await Task.sleep(for: .milliseconds(50)) }
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
        let limits = (idle: service.settings.idleMinutes * 60, absolute: service.settings.absoluteHours * 3_600)
        try await cancelWhenGracefulShutdown {
            var version = -1
            var rounds = 0
            while !Task.isCancelled {
                let newest = try await onThread { try service.stores.read { try $0.dataVersion() } }
                if newest != version {
                    version = newest
                    try await onThread { service.warmUp() }
                }
                if rounds % 720 == 0 { try await onThread { try service.accounts.removeExpired(now: service.now, idleSeconds: limits.idle, absoluteSeconds: limits.absolute) } }
                rounds += 1
                do { try await Task.sleep(for: .seconds(5)) } catch { return }
            }
        }
    }
}
