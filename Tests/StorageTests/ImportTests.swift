import Adoption
import GRDB
import Testing
import TestSupport

@testable import Storage

@Suite struct ImportTests {
    private static let may = Period(.calendar, year: 2025, months: 5...5)

    private func store() throws -> Store {
        let store = try Store(path: nil)
        try store.record(at: Instant(secondsSinceEpoch: 0)) { session in
            try file(session, "registers") { counts in
                for agency in Records.agencies { counts.count(try session.put(agency)) }
                for procedure in Records.procedures { counts.count(try session.put(procedure)) }
            }
        }
        return store
    }

    private func file(_ session: ImportSession, _ name: String, put: (inout FileCounts) throws -> Void) throws {
        var counts = FileCounts()
        try session.beginFile(name: name, kind: "submissions", isIllustrative: false)
        try put(&counts)
        try session.endFile(sha256: String(repeating: "a", count: 64), counts: counts)
    }

    private enum Item { case dossier(Dossier), payment(Payment) }

    @discardableResult
    private func load(_ items: [Item], into store: Store, keep: Bool = true) throws -> FileCounts {
        var all = FileCounts()
        try store.record(at: Instant(secondsSinceEpoch: 0), keep: keep) { session in
            try file(session, "records") { counts in
                for item in items {
                    switch item {
                    case .dossier(let dossier): counts.count(try session.put(dossier))
                    case .payment(let payment): counts.count(try session.put(payment))
                    }
                }
                all = counts
            }
        }
        return all
    }

    /// Everything that a reader of the store can see of its records, in an order of its own: equal dumps are equal stores.
    private func dump(_ store: Store) throws -> [String] {
        try store.queue.read { db in
            var lines: [String] = []
            for sql in [
                "SELECT 'dossier', code, agency_id, procedure_id, channel, state, counted_at, settled_at, amount_due_vnd, updated_at FROM dossier JOIN dossier_code USING (id)",
                "SELECT 'history', code, h.channel, h.state, h.amount_due_vnd, h.counted_at, h.updated_at FROM dossier_history h JOIN dossier_code c ON c.id = h.dossier_id",
                "SELECT 'payment', p.code, c.code, amount_vnd, method, state, paid_at, updated_at FROM payment p JOIN dossier_code c ON c.id = dossier_id",
                "SELECT 'payment history', p.code, c.code, h.amount_vnd, h.state, h.updated_at FROM payment_history h JOIN payment p ON p.id = payment_id JOIN dossier_code c ON c.id = h.dossier_id",
                "SELECT 'awaited', code FROM awaited_dossier JOIN dossier_code USING (id)",
                "SELECT 'tally', half_month, basis, agency_id, hex(counts) FROM tally_block",
            ] {
                lines += try Row.fetchAll(db, sql: sql).map { $0.databaseValues.map(\.description).joined(separator: "|") }
            }
            return lines.sorted()
        }
    }

    /// Counts by plain SQL what the indicator O1 counts, without any of the product's arithmetic.
    private func onlineBySQL(_ store: Store, first: String, last: String) throws -> [Int] {
        try store.queue.read { db in
            let row = try Row.fetchOne(db, sql: """
                SELECT count(*) FILTER (WHERE channel = 1), count(*) FROM dossier
                WHERE state NOT IN (0, 2) AND date(counted_at + 7 * 3600, 'unixepoch') BETWEEN ? AND ?
                """, arguments: [first, last])
            return [row?[0] ?? 0, row?[1] ?? 0]
        }
    }

    private let online = Indicator(
        id: "O1", version: 1, name: Text(vi: "", en: ""), definition: Text(vi: "", en: ""), basis: .received,
        denominator: Condition([.state: [1, 3, 4, 5, 6, 7, 8, 9]]), numerator: Condition([.channel: [1]]), source: Document(number: "", date: nil, clause: ""))

    @Test func loadingTheSameRecordsAgainChangesNothing() throws {
        let store = try store()
        let items = [Item.dossier(try Records.dossier("A")), .payment(try Records.payment("P", of: "A"))]
        #expect(try load(items, into: store).stored == 2)
        let (before, version) = (try dump(store), try store.dataVersion())
        for _ in 0..<3 {
            let counts = try load(items, into: store)
            #expect(counts.unchanged == 2 && counts.stored == 0)
        }
        #expect(try dump(store) == before)
        #expect(try store.dataVersion() == version, "a version number is not used up for nothing")
    }

    @Test func aRehearsalStoresNothing() throws {
        let store = try store()
        let before = try dump(store)
        #expect(try load([.dossier(try Records.dossier("A"))], into: store, keep: false).stored == 1)
        #expect(try dump(store) == before)
        #expect(try store.dataVersion() == 1)
    }

    @Test func aFailureInTheMiddleLeavesTheStoreAsItWas() throws {
        struct Stop: Error {}
        let store = try store()
        try load([.dossier(try Records.dossier("A"))], into: store)
        let before = try dump(store)
        #expect(throws: Stop.self) {
            try store.record(at: Instant(secondsSinceEpoch: 0)) { session in
                try self.file(session, "broken") { counts in
                    counts.count(try session.put(try Records.dossier("A", channel: .counter, updated: Records.moment("2025-06-01"))))
                    throw Stop()
                }
            }
        }
        #expect(try dump(store) == before)
    }

    @Test func theNewestVersionWinsAndTheOthersAreHistory() throws {
        let store = try store()
        let versions = try (1...3).map { try Records.dossier("A", amountDueVND: $0, updated: Records.moment("2025-05-0\($0 + 4)")) }
        #expect(try load([.dossier(versions[1])], into: store).stored == 1)
        #expect(try load([.dossier(versions[2])], into: store).corrected == 1)
        #expect(try load([.dossier(versions[0])], into: store).older == 1)
        #expect(try load([.dossier(versions[0])], into: store).unchanged == 1)
        #expect(try dump(store).count { $0.contains("dossier\"") || $0.hasPrefix("\"dossier") } == 1)
        #expect(try dump(store).count { $0.hasPrefix("\"history") } == 2)
    }

    /// R7 of the reliability goals in small: any order and any partition into imports gives the same store.
    @Test func everyOrderAndPartitionGivesTheSameStore() throws {
        var generator = SeededGenerator(seed: 20_250_514)
        var items: [Item] = []
        for number in 0..<40 {
            let code = "D\(number % 25)"
            items.append(.dossier(try Records.dossier(
                code, agencyID: 2 + number % 3, procedureID: 1 + number % 3, channel: Channel(rawValue: UInt8(number % 3)) ?? .online,
                state: number % 7 == 0 ? .refused : .inProcess, received: Records.moment(number % 2 == 0 ? "2025-05-05" : "2025-05-20"),
                settled: number % 4 == 0 ? Records.moment("2025-06-02") : nil, updated: Records.moment("2025-06-10", second: number % 5))))
            items.append(.payment(try Records.payment(
                "P\(number % 30)", of: "D\((number * 7) % 28)", PaymentMethod(rawValue: UInt8(number % 3)) ?? .online,
                number % 6 == 0 ? .refunded : .paid, updated: Records.moment("2025-06-10", second: number % 4))))
        }
        let first = try store()
        try load(items, into: first)
        let expected = try dump(first)
        for trial in 0..<40 {
            let other = try store()
            var rest = items.shuffled(using: &generator)[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...rest.count, using: &generator)
                try load(Array(rest.prefix(count)), into: other)
                rest = rest.dropFirst(count)
            }
            #expect(try withoutNumbers(dump(other)) == withoutNumbers(expected), "trial \(trial), seed 20250514")
        }
    }

    /// Units and procedures keep their numbers here, so dumps can be compared as they are.
    private func withoutNumbers(_ dump: [String]) -> [String] { dump }

    @Test func talliesEqualACountByPlainSQLAfterEveryChange() throws {
        var generator = SeededGenerator(seed: 7)
        let store = try store()
        for round in 0..<12 {
            let items = try (0..<30).map { _ in
                let number = Int.random(in: 0..<60, using: &generator)
                return Item.dossier(try Records.dossier(
                    "D\(number)", agencyID: Int.random(in: 2...4, using: &generator), channel: Channel.allCases.randomElement(using: &generator) ?? .online,
                    state: [.new, .refused, .inProcess, .withdrawn].randomElement(using: &generator) ?? .new,
                    received: Instant(local: Records.day("2025-05-01").advanced(by: Int.random(in: -20...40, using: &generator)), secondOfDay: [0, 86_399].randomElement(using: &generator) ?? 0),
                    updated: Instant(secondsSinceEpoch: 1_760_000_000 + round)))
            }
            try load(items, into: store)
            for calendar in ReportingCalendar.allCases {
                for month in 4...6 {
                    let period = Period(calendar, year: 2025, months: month...month)
                    let rate = online.rate(of: try store.tallies(in: period.halfMonths))
                    #expect([rate.numerator, rate.denominator] == (try onlineBySQL(store, first: period.first.iso, last: period.last.iso)), "seed 7, round \(round), \(period.id)")
                }
            }
        }
    }

    @Test func aPaymentWaitsForItsDossierAndThenCounts() throws {
        let store = try store()
        try load([.payment(try Records.payment("P", of: "A"))], into: store)
        #expect(try store.paymentsWithoutDossier() == 1)
        #expect(try store.tallies(in: Self.may.halfMonths).isEmpty)
        try load([.dossier(try Records.dossier("A"))], into: store)
        #expect(try store.paymentsWithoutDossier() == 0)
        let tallies = try store.tallies(in: Self.may.halfMonths)
        #expect(tallies.map { $0.traits.word(.payment) } == ["online", "online"])
        #expect(tallies.map(\.collectedVND) == [50_000, 50_000])
    }

    /// A refund that arrives later takes the dossier out of those paid.
    @Test func aRefundReplacesThePayment() throws {
        let store = try store()
        try load([.dossier(try Records.dossier("A")), .payment(try Records.payment("P", of: "A"))], into: store)
        try load([.payment(try Records.payment("P", of: "A", .online, .refunded, updated: Records.moment("2025-05-09")))], into: store)
        #expect(try store.tallies(in: Self.may.halfMonths).map { $0.traits.word(.payment) } == ["none"])
    }

    @Test func aPaymentThatMovesToAnotherDossierLeavesTheFirst() throws {
        let store = try store()
        try load([.dossier(try Records.dossier("A")), .dossier(try Records.dossier("B")), .payment(try Records.payment("P", of: "A"))], into: store)
        try load([.payment(try Records.payment("P", of: "B", updated: Records.moment("2025-05-09")))], into: store)
        let received = try store.tallies(in: Self.may.halfMonths).filter { $0.basis == .received }
        #expect(Set(received.map { "\($0.traits.word(.payment)) \($0.dossiers)" }) == ["none 1", "online 1"])
    }

    /// Whether a procedure bears a fee decides what its dossiers owe: a corrected register recounts them.
    @Test func aCorrectedProcedureRecountsItsDossiers() throws {
        let store = try store()
        try load([.dossier(try Records.dossier("A", procedureID: 2, amountDueVND: 0))], into: store)
        #expect(try store.tallies(in: Self.may.halfMonths).map { $0.traits.word(.obligation) } == ["none"])
        try store.record(at: Instant(secondsSinceEpoch: 0)) { session in
            try file(session, "procedures") { counts in
                counts.count(try session.put(Procedure(code: "9.000002", name: "Đăng ký khai sinh", sector: "Hộ tịch", bearsFee: true)))
            }
        }
        #expect(try store.tallies(in: Self.may.halfMonths).map { $0.traits.word(.obligation) } == ["zero"])
    }

    @Test func everyRefusedRowAddsUp() throws {
        let store = try store()
        try store.record(at: Instant(secondsSinceEpoch: 0)) { session in
            try session.beginFile(name: "bad.csv", kind: "submissions", isIllustrative: false)
            var counts = FileCounts()
            counts.count(nil)
            try session.put(Refusal(file: "bad.csv", line: 2, column: 5, field: "channel", fault: .unknownWord, allowed: ["online"]), row: 1)
            try session.put(Refusal(file: "bad.csv", line: 2, column: 9, field: "due_at", fault: .notADate), row: 1)
            try session.endFile(sha256: String(repeating: "b", count: 64), counts: counts)
        }
        #expect(try store.refusals(importNumber: nil).count == 2)
        #expect(try store.quarantineCounts() == [QuarantineCount(importNumber: 2, file: "bad.csv", fault: .unknownWord, rows: 1)])
    }

    @Test func theStoreKeepsWhatItAcknowledged() throws {
        let folder = try Folder()
        let store = try Store(path: folder.path + "/s.sqlite")
        #expect(try store.queue.read { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
        #expect(try store.queue.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
        #expect(try store.queue.read { try Int.fetchOne($0, sql: "PRAGMA foreign_keys") } == 1)
    }

    @Test func aFileThatIsNoStoreIsNamed() throws {
        let folder = try Folder()
        let path = try folder.file("s.sqlite", String(repeating: "this is no database. ", count: 100))
        #expect(throws: InputError("\(path): is not a store of uptake; name another file with --store")) { try Store(path: path) }
        #expect(throws: InputError.self) { try Store(path: folder.path + "/missing/s.sqlite") }
    }
}

@Suite struct TallyBlockTests {
    @Test func survivesItsEncoding() throws {
        var block = TallyBlock()
        let period = Period(.calendar, year: 2025, months: 5...5)
        for procedureID in [1, 2, 1_000_000] {
            for _ in 0..<300 {
                block.add(Contribution.all(of: try Records.dossier("A", procedureID: procedureID, received: Instant(local: period.first)), terms: Terms(bearsFee: true),
                    payments: [try Records.payment("P", of: "A", amountVND: 999_999_999_999)])[0], times: 1)
            }
        }
        let encoded = try block.encoded()
        #expect(try TallyBlock(encoded: encoded).encoded() == encoded)
        var tallies: [Tally] = []
        try TallyBlock.tallies(encoded, TallyBlock.Key(basis: .received, halfMonth: 1, agencyID: 1)) { tallies.append($0) }
        #expect(tallies.map(\.procedureID) == [1, 2, 1_000_000])
        #expect(tallies.map(\.dossiers) == [300, 300, 300])
        #expect(tallies.map(\.collectedVND) == [299_999_999_999_700, 299_999_999_999_700, 299_999_999_999_700])
    }

    @Test(arguments: [[0x80], [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80], [1, 1]] as [[UInt8]])
    func damageIsAnErrorAndNotACrash(bytes: [UInt8]) {
        #expect(throws: StoreError.self) { try TallyBlock(encoded: bytes) }
    }

    @Test func aNegativeCountIsRefused() throws {
        var block = TallyBlock()
        block.add(Contribution.all(of: try Records.dossier("A"), terms: Terms(bearsFee: true), payments: [])[0], times: -1)
        #expect(throws: StoreError.self) { try block.encoded() }
    }
}
