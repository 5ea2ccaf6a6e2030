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

    private enum Item { case dossier(DossierRecord), payment(PaymentRecord) }

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

    /// Everything that a reader of the store can see of its records: equal dumps are equal stores.
    private func dump(_ store: Store) throws -> [String] { try store.recordLines() + store.historyLines() + store.tallyLines() }

    /// Counts from the records what the indicator O1 counts, without any of the product's arithmetic.
    private func onlineByHand(_ store: Store, first: String, last: String) throws -> [Int] {
        var counts = [0, 0]
        for line in try store.recordLines() where line.hasPrefix("dossier ") {
            let words = line.split(separator: " ")
            guard words[5] != "new", words[5] != "refused", words[6].prefix(10) >= first, words[6].prefix(10) <= last else { continue }
            counts[1] += 1
            if words[4] == "online" { counts[0] += 1 }
        }
        return counts
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
        #expect(try store.recordLines().count == 1)
        #expect(try store.historyLines().count == 2)
    }

    /// R7 of the reliability goals in small: any order and any partition into imports gives the same store.
    @Test func everyOrderAndPartitionGivesTheSameStore() throws {
        var generator = SeededGenerator(seed: 20_250_514)
        var items: [Item] = []
        for number in 0..<40 {
            let code = Records.code("D\(number % 25)")
            items.append(.dossier(try Records.dossier(
                code, agencyID: 2 + number % 3, procedureID: 1 + number % 3, channel: Channel(rawValue: UInt8(number % 3)) ?? .online,
                state: number % 7 == 0 ? .refused : .inProcess, received: Records.moment(number % 2 == 0 ? "2025-05-05" : "2025-05-20"),
                settled: number % 4 == 0 ? Records.moment("2025-06-02") : nil, updated: Records.moment("2025-06-10", second: number % 5))))
            items.append(.payment(try Records.payment(
                Records.code("P\(number % 30)"), of: Records.code("D\((number * 7) % 28)"), PaymentMethod(rawValue: UInt8(number % 3)) ?? .online,
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
            #expect(try dump(other) == expected, "trial \(trial), seed 20250514")
        }
    }

    @Test func talliesEqualACountByHandAfterEveryChange() throws {
        var generator = SeededGenerator(seed: 7)
        let store = try store()
        for round in 0..<12 {
            let items = try (0..<30).map { _ in
                let number = Int.random(in: 0..<60, using: &generator)
                return Item.dossier(try Records.dossier(
                    Records.code("D\(number)"), agencyID: Int.random(in: 2...4, using: &generator), channel: Channel.allCases.randomElement(using: &generator) ?? .online,
                    state: [.new, .refused, .inProcess, .withdrawn].randomElement(using: &generator) ?? .new,
                    received: Instant(local: Records.day("2025-05-01").advanced(by: Int.random(in: -20...40, using: &generator)), secondOfDay: [0, 86_399].randomElement(using: &generator) ?? 0),
                    updated: Instant(secondsSinceEpoch: 1_760_000_000 + round)))
            }
            try load(items, into: store)
            for calendar in ReportingCalendar.allCases {
                for month in 4...6 {
                    let period = Period(calendar, year: 2025, months: month...month)
                    let rate = online.rate(of: try store.tallies(in: period.halfMonths))
                    #expect([rate.numerator, rate.denominator] == (try onlineByHand(store, first: period.first.iso, last: period.last.iso)), "seed 7, round \(round), \(period.id)")
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
    private func encoded(_ block: TallyBlock) throws -> [UInt8] {
        let sink = ByteSink()
        try block.encode(into: sink)
        return Array(sink.bytes)
    }

    private func decoded(_ bytes: [UInt8]) throws -> TallyBlock { try bytes.withUnsafeBytes { try TallyBlock(encoded: $0) } }

    @Test func survivesItsEncoding() throws {
        var block = TallyBlock()
        for procedureID in [1_000_000, 1, 2] {
            block.add((0..<300).map { TallyBlock.Count(procedureID, $0 % 3, dossiers: 1, collectedVND: 999_999_999_999) })
        }
        let bytes = try encoded(block)
        let again = try decoded(bytes)
        #expect(try encoded(again) == bytes)
        #expect(again.counts.map(\.first) == [1, 1, 1, 2, 2, 2, 1_000_000, 1_000_000, 1_000_000])
        #expect(again.counts.allSatisfy { $0.dossiers == 100 && $0.collectedVND == 99_999_999_999_900 })
        #expect(again.ofAll.counts.map(\.dossiers) == [300, 300, 300])
    }

    @Test func whatIsTakenOutLeavesNothing() throws {
        var block = TallyBlock()
        block.add([TallyBlock.Count(1, 5, dossiers: 2), TallyBlock.Count(2, 5, dossiers: 1), TallyBlock.Count(3, 5, dossiers: 1)])
        block.add([TallyBlock.Count(3, 5, dossiers: -1), TallyBlock.Count(1, 5, dossiers: -2)])
        #expect(block.counts.map(\.first) == [2])
        block.add([TallyBlock.Count(2, 5, dossiers: -1)])
        #expect(block.counts.isEmpty)
    }

    @Test(arguments: [[0x80], [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80], [1, 1]] as [[UInt8]])
    func damageIsAnErrorAndNotACrash(bytes: [UInt8]) {
        #expect(throws: StoreError.self) { try decoded(bytes) }
    }

    @Test func aNegativeCountIsRefused() throws {
        var block = TallyBlock()
        block.add([TallyBlock.Count(1, 5, dossiers: -1)])
        #expect(throws: StoreError.self) { try encoded(block) }
    }
}
