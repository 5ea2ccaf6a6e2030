import Adoption
@testable import Delivery
import Foundation
import Pipeline
import Storage
import TestSupport

/// A small province with everything that sends its reports: store, accounts, mail server, settings and schedules, on the disk and in sockets as in an office.
///
/// It is a class because it owns the mail server.
final class Office {
    let folder: Folder
    let post: PostOffice
    let store: Store
    let accounts: AccountStore
    var settings: Settings
    private let home: Home

    /// Fridays and Mondays are as in the calendar: 14/05/2025 is a Wednesday, and two working days after it is Friday the 16th.
    static let monthly = """
          - id: monthly
            title: {vi: Báo cáo tháng, en: Monthly report}
            reports: [unit-monthly]
            due: two working days after the 14th
            period: finished month
            gate: provisional
            to: {roles: [head]}

        """

    /// - Parameters:
    ///   - schedules: entries of `schedules.yaml`.
    ///   - delivery: further lines of the settings below `delivery`.
    init(_ schedules: String = Office.monthly, delivery: String = "") throws {
        folder = try Folder()
        try FileManager.default.copyItem(atPath: Repository.root + "/reports", toPath: folder.path + "/reports")
        try folder.file("reports/schedules.yaml", "schedules:\n" + schedules)
        home = try Home(path: folder.path, program: "")
        post = try PostOffice()
        store = try Store.open(folder.path + "/uptake.sqlite", pseudonymKey: nil, actor: "tester")
        accounts = try AccountStore(path: folder.path + "/uptake-accounts.sqlite")
        let file = try folder.file("settings.yaml", """
            store: \(folder.path)/uptake.sqlite
            public_url: https://uptake.example.vn
            delivery:
              owner: phu-trach@example.vn
              mail: {server: "127.0.0.1:\(post.port)", security: plain, from: uptake@example.vn, from_name: Văn phòng}
            \(delivery.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))

            """)
        settings = try Settings(path: file, environment: [:])
        try load(at: Office.moment("2024-07-01")) { session in
            for agency in Records.agencies { _ = try session.put(agency) }
            for procedure in Records.procedures { _ = try session.put(procedure) }
        }
    }

    static func moment(_ day: String, _ hour: Int = 8) -> Instant { Records.moment(day, second: hour * 3_600) }

    /// As a process that has just started.
    func scheduler(onStep: @escaping @Sendable (String) throws -> Void = { _ in }) throws -> Scheduler {
        var scheduler = try Scheduler(settings, home: home)
        scheduler.onStep = onStep
        return scheduler
    }

    @discardableResult
    func round(_ day: String, _ hour: Int = 8) throws -> Scheduler.Round { try scheduler().round(now: Office.moment(day, hour)) }

    var ledger: DeliveryStore { get throws { try DeliveryStore(path: settings.delivery.ledger) } }

    func head(_ name: String, of unit: String, mail: String? = nil) throws {
        try accounts.add(name, role: .head, scope: unit, now: Office.moment("2024-07-01"))
        try accounts.setMail(mail ?? "\(name)@example.vn", of: name)
    }

    func reviewer(_ name: String) throws {
        try accounts.add(name, role: .reviewer, scope: Account.everything, now: Office.moment("2024-07-01"))
        try accounts.setMail("\(name)@example.vn", of: name)
    }

    func load(at moment: Instant, _ put: (ImportSession) throws -> Void) throws {
        _ = try store.record(at: moment) { session in
            try session.beginFile(name: "f-\(moment.secondsSinceEpoch)", kind: "submissions", isIllustrative: false)
            try put(session)
            var counts = try session.settle()
            if counts.read == 0 { counts.count(.stored) }
            try session.endFile(sha256: String(repeating: "0", count: 64), counts: counts)
        }
    }

    /// Dossiers that a unit received on a day, the first of them online.
    ///
    /// - Parameter agency: 1 the province, 2 the department of health, 3 Sa Thầy district, 4 its commune.
    func receive(_ count: Int, online: Int, agency: Int, on day: String) throws {
        let moment = Office.moment(day)
        try load(at: Instant(secondsSinceEpoch: moment.secondsSinceEpoch + agency)) { session in
            try session.put(try (0..<count).map { number in
                try Records.dossier(Records.code("\(agency)-\(day)-\(number)"), agencyID: agency, channel: number < online ? .online : .counter, received: moment, updated: moment)
            })
        }
    }

    /// May 2025 of two units: 6 of 10 and 1 of 4 online.
    func fillMay() throws {
        try receive(10, online: 6, agency: 3, on: "2025-05-05")
        try receive(4, online: 1, agency: 2, on: "2025-05-06")
    }

    func freeze(_ period: Period, at moment: Instant) throws { _ = try PeriodDesk(store, home: home, period: period).freeze(reason: "Quyết định 1", override: "thử", at: moment) }

    func restate(_ period: Period, at moment: Instant) throws { _ = try PeriodDesk(store, home: home, period: period).restate(reason: "Hồ sơ nộp muộn", at: moment) }

    /// The addresses that mail went to, in the order of arrival.
    var readers: [String] { get throws { try post.envelopes.flatMap(\.to) } }

    /// Letters to an address as another reader of mail sees them.
    func letters(to address: String) throws -> [PostOffice.Message] { try post.messages.filter { $0.toAddress == address } }
}
