import Adoption
import GRDB
import Testing
import TestSupport

@testable import Storage

@Suite struct CodeBookTests {
    private func withBook<T>(_ body: (CodeBook) throws -> T) throws -> T {
        try Store(path: nil).queue.inDatabase { db in try body(CodeBook(try #require(db.sqliteConnection))) }
    }

    /// Whatever its shape, a code comes back as it was, and no two codes are one number.
    @Test func everyCodeComesBackAsItWas() throws {
        var codes = [
            "000.00.16.H38-250514-0001", "000.00.16.H38-250514-1", "000.00.16.H38-250514-00000001", "000.00.16.H38-250514-000000001", "000.00.16.H38-250514-99999999",
            "H38-250231-0001", "H38-000101-0", "H38-991231-9", "-250514-0001", "250514-0001", "616-250514-0001", "616-250514-1", "616_250514-0001",
            "P0001", "P1", "P01", "1", "01", "0", "123456789012", "1234567890123", "P123456789012", "toolongstem1", "a-1", "A", "a", "x.y/z_w-", "65f0c0ffee65f0c0ffee65f0",
            "p0123456789abcdef0123456789abcdef", String(repeating: "9", count: 64), String(repeating: "a", count: 40) + "-250514-0001",
        ]
        var random = SeededGenerator(seed: 4)
        let letters = Array("0123456789aZ-._/")
        for _ in 0..<3_000 { codes.append(String((0..<Int.random(in: 1...30, using: &random)).map { _ in letters.randomElement(using: &random) ?? "0" })) }
        codes = Array(Set(codes))
        try withBook { book in
            let keys = try codes.map { try book.key(of: Records.code($0)) }
            #expect(Set(keys).count == codes.count)
            #expect(keys.allSatisfy { $0 > 0 })
            #expect(try keys.map { try book.code(of: $0).text } == codes)
            #expect(try codes.map { try book.knownKey(of: Records.code($0)) } == keys, "a known code keeps its number")
            #expect(try book.knownKey(of: "H99-250514-0001") == nil)
            #expect(try book.knownKey(of: "never-seen") == nil)
        }
    }

    @Test func dossiersOfOneDayLieSideBySide() throws {
        try withBook { book in
            let keys = try ["H1-250514-0002", "H2-250514-0001", "H1-250515-0001", "H1-240101-9999"].map { try book.key(of: Records.code($0)) }
            #expect(keys[3] < keys[0] && keys[0] < keys[1] && keys[1] < keys[2])
        }
    }
}

@Suite struct RadixSortTests {
    private struct Pair: Keyed, Equatable {
        let sortKey: UInt64
        let place: Int
    }

    @Test(arguments: [0, 1, 2, 47, 48, 49, 1_000, 5_000])
    func sortsAsComparingDoesAndKeepsEquals(count: Int) {
        var random = SeededGenerator(seed: UInt64(count))
        for bound in [UInt64(1), 3, 1_000, 1 << 20, .max] {
            var pairs = (0..<count).map { Pair(sortKey: UInt64.random(in: 0...bound, using: &random), place: $0) }
            let expected = pairs.sorted { ($0.sortKey, $0.place) < ($1.sortKey, $1.place) }
            pairs.sortByKey()
            #expect(pairs == expected, "\(count) up to \(bound)")
        }
    }
}

@Suite struct BlockTableTests {
    /// Thousands of random additions, changes and removals, against a dictionary.
    @Test(arguments: 1...6)
    func holdsWhatADictionaryHolds(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let store = try Store(path: nil)
        try store.queue.inDatabase { db in
            let connection = try #require(db.sqliteConnection)
            let table = try BlockTable(connection, PaymentPlaceCoder(), .places)
            var expected: [Int: Int] = [:]
            for round in 0..<12 {
                let (low, high) = round % 3 == 0 ? (1, 1 << 61) : (round * 10_000, round * 10_000 + 8_000)
                var places: [Int: Int] = [:]
                for _ in 0..<Int.random(in: 1...6_000, using: &random) {
                    let isKnown = Bool.random(using: &random)
                    let key = isKnown ? expected.keys.randomElement(using: &random) ?? low : Int.random(in: low...high, using: &random)
                    places[key] = Int.random(in: 0...4, using: &random) == 0 ? 0 : Int.random(in: 1...(1 << 62), using: &random)
                }
                let keys = places.keys.sorted()
                try table.edit(keys) { item, range in
                    #expect(item.dossierKey == expected[item.key] ?? 0)
                    item.dossierKey = places[item.key] ?? 0
                    return true
                }
                for (key, place) in places { expected[key] = place == 0 ? nil : place }
                var found: [(Int, Int)] = []
                try table.walk { found.append(($0.key, $0.dossierKey)) }
                #expect(found.map(\.0) == expected.keys.sorted(), "seed \(seed), round \(round)")
                #expect(found.allSatisfy { expected[$0.0] == $0.1 }, "seed \(seed), round \(round)")
                for key in Array(expected.keys.prefix(20)) + [0, 5, Int.max] { #expect(try table.item(key)?.dossierKey == expected[key]) }
            }
            let sizes = try Int.fetchAll(db, sql: "SELECT length(places) FROM payment_place_block")
            #expect(sizes.allSatisfy { $0 < 8_000 })
            try table.editAll { item in
                item.dossierKey = 0
                return true
            }
            #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM payment_place_block") == 0)
        }
    }

    /// What is not changed is not written.
    @Test func aBatchThatChangesNothingWritesNothing() throws {
        let store = try Store(path: nil)
        try store.queue.inDatabase { db in
            let table = try BlockTable(try #require(db.sqliteConnection), PaymentPlaceCoder(), .places)
            let keys = (1...3_000).map { $0 * 7 }
            try table.edit(keys) { item, _ in
                item.dossierKey = item.key
                return true
            }
            let before = db.totalChangesCount
            try table.edit(keys) { _, _ in false }
            #expect(db.totalChangesCount == before)
        }
    }

    @Test func damageIsAnErrorAndNotACrash() throws {
        let store = try Store(path: nil)
        try store.queue.inDatabase { db in
            let connection = try #require(db.sqliteConnection)
            let coder = EntryCoder(providers: try Providers(connection))
            var random = SeededGenerator(seed: 9)
            for _ in 0..<5_000 {
                let bytes = (0..<Int.random(in: 1...60, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
                do {
                    try bytes.withUnsafeBytes { bytes in
                        var scan = try ByteScan(bytes)
                        var last = coder.start
                        while !scan.isAtEnd { _ = try coder.item(&scan, first: 1, after: &last) }
                    }
                } catch let error as StoreError {
                    #expect(error.description.contains("damaged"))
                }
            }
        }
    }
}

@Suite struct RecordTests {
    /// Every kind of dossier and payment comes out of its block as it went in.
    @Test func recordsSurviveTheirBlocks() throws {
        var random = SeededGenerator(seed: 11)
        func moment(_ chance: Int) -> Instant? {
            Int.random(in: 0..<chance, using: &random) == 0 ? nil : Instant(secondsSinceEpoch: Int.random(in: 946_684_800...4_102_444_799, using: &random))
        }
        let store = try Store(path: nil)
        var dossiers: [RecordCode: Dossier] = [:]
        var payments: [RecordCode: (dossier: RecordCode, payment: Payment)] = [:]
        for number in 0..<900 {
            let code = Records.code("H\(number % 7)-2505\(10 + number % 20)-\(number)")
            let received = moment(5)
            guard let counted = received ?? moment(1_000_000) else { continue }
            if number % 9 > 0 {
                dossiers[code] = try Dossier(
                    agencyID: 2 + number % 3, procedureID: 1 + number % 3, channel: Channel.allCases.randomElement(using: &random) ?? .online,
                    level: ServiceLevel.allCases.randomElement(using: &random) ?? .full, applicant: Applicant.allCases.randomElement(using: &random) ?? .unknown,
                    filer: Filer.allCases.randomElement(using: &random) ?? .unknown, state: number % 2 == 0 ? .settled : .paymentAsked,
                    delivery: ResultDelivery.allCases.randomElement(using: &random) ?? .unknown, filed: received == nil ? counted : moment(2), received: received,
                    due: moment(3), settled: number % 2 == 0 ? Instant(secondsSinceEpoch: counted.secondsSinceEpoch + number) : nil,
                    amountDueVND: number % 4 == 0 ? nil : Int.random(in: 0...1_000_000_000_000, using: &random),
                    paymentMark: PaymentMark.allCases.randomElement(using: &random) ?? .unknown,
                    digitised: Answer.allCases.randomElement(using: &random) ?? .unknown, signed: Answer.allCases.randomElement(using: &random) ?? .unknown, updated: counted)
            }
            for part in 0..<(number % 4) {
                payments[Records.code("P\(number)x\(part)")] = (code, try Payment(
                    amountVND: Int.random(in: 0...1_000_000_000_000, using: &random), method: PaymentMethod.allCases.randomElement(using: &random) ?? .online,
                    provider: Provider(["", "MoMo", "Agribank"][part % 3]), state: PaymentState.allCases.filter { $0 != .paid }.randomElement(using: &random) ?? .failed,
                    requested: moment(2), paid: moment(2), refunded: moment(2), updated: counted))
            }
        }
        try store.record(at: Instant(secondsSinceEpoch: 0)) { session in
            try session.beginFile(name: "f", kind: "submissions", isIllustrative: false)
            for agency in Records.agencies {
                let always = Validity(first: Records.day("1999-01-01"), last: nil)
                _ = try session.put(Agency(code: agency.code, name: agency.name, level: agency.level, parentCode: agency.parentCode, validity: always))
            }
            for procedure in Records.procedures { _ = try session.put(procedure) }
            // In several pieces and both kinds in turn, as files come.
            let (a, b) = (dossiers.map { DossierRecord(code: $0.key, dossier: $0.value) }, payments.map { PaymentRecord(code: $0.key, dossierCode: $0.value.dossier, payment: $0.value.payment) })
            try session.put(Array(a.prefix(300)))
            try session.put(Array(b.prefix(500)))
            try session.put(Array(a.dropFirst(300)))
            try session.put(Array(b.dropFirst(500)))
            let counts = try session.settle()
            #expect(counts.stored == a.count + b.count && counts.read == counts.stored)
            try session.endFile(sha256: String(repeating: "0", count: 64), counts: counts)
        }
        var (foundDossiers, foundPayments) = (0, 0)
        try store.records { code, dossier, paid in
            #expect(dossier == dossiers[code])
            foundDossiers += dossier == nil ? 0 : 1
            for (own, payment) in paid {
                #expect(payments[own]?.dossier == code && payments[own]?.payment == payment)
                foundPayments += 1
            }
        }
        #expect(foundDossiers == dossiers.count && foundPayments == payments.count)
        #expect(try store.paymentsWithoutDossier() == payments.values.count { dossiers[$0.dossier] == nil })
    }

    private func fill(_ store: Store, seed: UInt64, rounds: Int) throws {
        var random = SeededGenerator(seed: seed)
        for round in 0..<rounds {
            try store.record(at: Instant(secondsSinceEpoch: round)) { session in
                try session.beginFile(name: "f", kind: "submissions", isIllustrative: false)
                if round == 0 {
                    for agency in Records.agencies { _ = try session.put(agency) }
                    for procedure in Records.procedures { _ = try session.put(procedure) }
                }
                try session.put(try (0..<60).map { _ in
                    let number = Int.random(in: 0..<150, using: &random)
                    return try Records.dossier(
                        Records.code("H\(number % 5)-250505-\(number)"), agencyID: 2 + number % 3, procedureID: Int.random(in: 1...3, using: &random),
                        channel: Channel.allCases.randomElement(using: &random) ?? .online, state: Bool.random(using: &random) ? .inProcess : .new,
                        received: Instant(local: Records.day("2025-04-20").advanced(by: Int.random(in: 0...40, using: &random)), secondOfDay: number),
                        updated: Instant(secondsSinceEpoch: 1_760_000_000 + round))
                })
                try session.put(try (0..<40).map { _ in
                    let number = Int.random(in: 0..<170, using: &random)
                    return try Records.payment(
                        Records.code("P\(number)"), of: Records.code("H\(number % 5)-250505-\(number)"), .online, Bool.random(using: &random) ? .paid : .refunded,
                        updated: Instant(secondsSinceEpoch: 1_760_000_000 + round))
                })
                try session.endFile(sha256: String(repeating: "\(round % 10)", count: 64), counts: try session.settle())
            }
        }
    }

    private func allTallies(_ store: Store) throws -> [String] {
        try store.queue.read { db in try Row.fetchAll(db, sql: "SELECT id, hex(counts) FROM tally_block ORDER BY id").map { "\($0[0] as Int) \($0[1] as String)" } }
    }

    /// What differences added up to is what counting everything again gives, for every kind of tally.
    @Test func talliesByDifferenceAreTalliesFromTheBeginning() throws {
        let store = try Store(path: nil)
        try fill(store, seed: 21, rounds: 8)
        let before = try allTallies(store)
        try store.record(at: Instant(secondsSinceEpoch: 99)) { $0.countAnew() }
        #expect(try allTallies(store) == before)
        #expect(before.count > 20)
    }

    @Test(arguments: DateBasis.allCases)
    func theFirstDossiersAreTheFirstByReceptionAndCode(basis: DateBasis) throws {
        let store = try Store(path: nil)
        try fill(store, seed: 5, rounds: 6)
        let may = Period(.calendar, year: 2025, months: 5...5)
        var all: [(Instant, RecordCode)] = []
        try store.records { code, dossier, payments in
            guard let dossier, dossier.agencyID != 4 else { return }
            let paid = payments.compactMap { $0.payment.state == .paid ? $0.payment.paid : nil }.min()
            let moment: Instant? = switch basis { case .received: dossier.counted ; case .settled: dossier.settled ; case .collected: paid }
            if let moment, moment.day >= may.first, moment.day <= may.last { all.append((dossier.counted, code)) }
        }
        let expected = all.sorted { $0 < $1 }.map(\.1)
        for limit in [0, 1, 7, 1_000] {
            let found = try store.firstDossiers(limit, basis, in: may, agencies: [2, 3]) { _, dossier, payments in
                DossierCount(dossier, terms: Terms(bearsFee: nil), payments: payments).halfMonth(basis).map(may.contains) ?? false
            }
            #expect(found.map(\.code) == Array(expected.prefix(limit)))
        }
        #expect(basis == .settled || expected.count > 20)
    }

    private func load(_ store: Store, at second: Int, _ put: (ImportSession) throws -> Void) throws {
        try store.record(at: Instant(secondsSinceEpoch: second)) { session in
            try session.beginFile(name: "f", kind: "submissions", isIllustrative: false)
            try put(session)
            try session.endFile(sha256: String(repeating: "\(second % 10)", count: 64), counts: try session.settle())
            session.countAnew()
        }
    }

    private func registers(_ session: ImportSession) throws {
        for agency in Records.agencies { _ = try session.put(agency) }
        for procedure in Records.procedures { _ = try session.put(procedure) }
    }

    /// The day's count says when its dossiers first came; an import that was taken back did not bring them.
    @Test func anUndoneImportWasNotTheFirst() throws {
        let store = try Store(path: nil)
        try load(store, at: 1, registers)
        try load(store, at: 2) { try $0.put([try Records.dossier("H-250505-1")]) }
        try load(store, at: 3) { try $0.put([try Records.dossier("H-250505-1", state: .stopped, updated: Records.moment("2025-06-01"))]) }
        func loaded() throws -> [Int] { try store.dayCounts(from: Records.day("2025-05-01"), to: Records.day("2025-05-31")).map(\.loaded.secondsSinceEpoch) }
        #expect(try loaded() == [2])
        _ = try store.undo(importNumber: 2, at: Instant(secondsSinceEpoch: 4))
        #expect(try loaded() == [3])
    }

    /// Under a code that stands for none there may be many payments: each is found, in any order, and again.
    @Test func manyPaymentsUnderOneCodeStayApart() throws {
        let store = try Store(path: nil)
        var random = SeededGenerator(seed: 3)
        let payments = try (0..<20_000).map { try Records.payment(Records.code("P\($0)"), of: "0", amountVND: $0) }.shuffled(using: &random)
        try load(store, at: 1) { session in
            try registers(session)
            for start in stride(from: 0, to: payments.count, by: 7_000) {
                try session.put(Array(payments[start..<min(start + 7_000, payments.count)]))
                _ = try session.settle()
            }
        }
        try load(store, at: 2) { session in
            try session.put(payments)
            #expect(try session.settle().unchanged == payments.count)
        }
        var found: [Int] = []
        try store.records { code, _, paid in
            #expect(code == "0")
            found = paid.map(\.payment.amountVND)
        }
        #expect(found.sorted() == Array(0..<20_000))
        #expect(try store.paymentsWithoutDossier() == 20_000)
    }

    /// A service that holds for a level asks the unit's: when that is corrected, its dossiers are counted again.
    @Test func aCorrectedLevelRecountsItsDossiers() throws {
        let store = try Store(path: nil)
        try load(store, at: 1) { session in
            try registers(session)
            _ = try session.put(Service(
                procedureCode: "9.000001", coverage: .level(.district), validity: Records.validity, level: .partial, counterFeeVND: nil, onlineFeeVND: nil, counterDays: nil,
                onlineDays: nil, document: Document(number: "QĐ", date: nil, clause: "")))
            try session.put([try Records.dossier("A")])
        }
        let district = Records.agencies[2]
        try store.record(at: Instant(secondsSinceEpoch: 2)) { session in
            try session.beginFile(name: "u", kind: "units", isIllustrative: false)
            var counts = FileCounts()
            counts.count(try session.put(Agency(code: district.code, name: district.name, level: .commune, parentCode: "62", validity: district.validity)))
            try session.endFile(sha256: String(repeating: "c", count: 64), counts: counts)
        }
        let may = Period(.calendar, year: 2025, months: 5...5)
        #expect(try store.tallies(in: may.halfMonths).map { $0.traits.word(.level) } == ["full"], "the service of districts does not hold any more")
        try store.record(at: Instant(secondsSinceEpoch: 3)) { session in
            try session.beginFile(name: "d", kind: "submissions", isIllustrative: false)
            let arrival = try session.put(try Records.dossier("A", state: .stopped, updated: Records.moment("2025-06-01")))
            #expect(arrival == .corrected)
            var counts = FileCounts()
            counts.count(arrival)
            try session.endFile(sha256: String(repeating: "d", count: 64), counts: counts)
        }
        #expect(try store.tallies(in: may.halfMonths).map { $0.traits.word(.state) } == ["stopped"])
    }

    /// What was undone is still there, and so are its codes: such a store is not empty, and takes no key.
    @Test func anUndoneStoreKeepsToItsCodes() throws {
        let path = try Folder().path + "-plain.sqlite"
        do {
            let store = try Store(path: path)
            try load(store, at: 1) { session in
                try registers(session)
                try session.put([try Records.dossier("616-250505-0001")])
            }
            _ = try store.undo(importNumber: 1, at: Instant(secondsSinceEpoch: 2))
            #expect(try store.recordLines().isEmpty)
        }
        #expect(throws: InputError.self) { try Store(path: path, pseudonyms: Pseudonyms(keyMark: "k") { "p" + $0 }) }
        #expect(throws: Never.self) { try Store(path: path) }
    }

    /// A row that is refused gives its code no number: only records that come have one.
    @Test func refusedCodesTakeNoNumbers() throws {
        let store = try Store(path: nil)
        try load(store, at: 1, registers)
        try store.record(at: Instant(secondsSinceEpoch: 2)) { session in
            try session.beginFile(name: "bad", kind: "submissions", isIllustrative: false)
            try session.put(Refusal(file: "bad", line: 2, column: 1, field: "x", fault: .notADate, recordCode: "X9-250505-0007"), row: 1)
            var counts = FileCounts()
            counts.count(nil)
            try session.endFile(sha256: String(repeating: "e", count: 64), counts: counts)
        }
        try load(store, at: 3) { try $0.put([try Records.dossier("H-250505-1")]) }
        #expect(try store.queue.read { try String.fetchAll($0, sql: "SELECT stem FROM code_stem ORDER BY id") } == ["H"])
        #expect(try store.refusals(importNumber: nil).count == 1)
        try load(store, at: 4) { try $0.put([try Records.dossier("X9-250505-0007")]) }
        #expect(try store.refusals(importNumber: nil).isEmpty)
    }
}
