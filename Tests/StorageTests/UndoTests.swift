import Adoption
import GRDB
import Testing
import TestSupport

@testable import Storage

/// An import is taken back as if it had never been.
@Suite struct UndoTests {
    private func store() throws -> Store {
        let store = try Store(path: nil)
        try load(store, kind: "units") { session in
            for agency in Records.agencies { _ = try session.put(agency) }
            for procedure in Records.procedures { _ = try session.put(procedure) }
        }
        return store
    }

    @discardableResult
    private func load(_ store: Store, kind: String = "submissions", unchanged: Int = 0, _ put: (ImportSession) throws -> Void) throws -> Int {
        try store.record(at: Instant(secondsSinceEpoch: 0)) { session in
            try session.beginFile(name: "f", kind: kind, isIllustrative: false)
            try put(session)
            var counts = FileCounts()
            counts.count(.stored)
            for _ in 0..<unchanged { counts.count(.unchanged) }
            try session.endFile(sha256: String(repeating: "b", count: 64), counts: counts)
        }
    }

    /// What stands, apart from the numbers of imports.
    private func standing(_ store: Store) throws -> [String] {
        let agencies = try store.queue.read { db in
            try Row.fetchAll(db, sql: "SELECT code, valid_from, valid_to, name FROM agency ORDER BY code, valid_from").map { $0.databaseValues.map(\.description).joined(separator: "|") }
        }
        return try store.recordLines() + agencies + store.tallyLines()
    }

    private func undo(_ number: Int, _ store: Store) throws { _ = try store.undo(importNumber: number, at: Instant(secondsSinceEpoch: 9)) }

    @Test func newRecordsAreGoneAndOldVersionsStandAgain() throws {
        let store = try store()
        try load(store) { session in
            _ = try session.put(try Records.dossier("A", digitised: .yes, signed: .no))
            _ = try session.put(try Records.payment("P", of: "A"))
        }
        let before = try standing(store)
        let version = try load(store) { session in
            _ = try session.put(try Records.dossier("A", state: .settled, settled: Records.moment("2025-05-21"), updated: Records.moment("2025-05-22")))
            _ = try session.put(try Records.dossier("B"))
            _ = try session.put(try Records.payment("Q", of: "C"))
            _ = try session.put(try Records.payment("P", of: "A", .online, .refunded, updated: Records.moment("2025-05-30")))
        }
        #expect(try standing(store) != before)
        try undo(version, store)
        #expect(try standing(store) == before)
        #expect(try store.dataVersion() == version + 1, "the undoing is an import of its own")
    }

    /// The undone version may be the older one: the newer stays, and the older is no history any more.
    @Test func anImportInTheMiddleLeavesTheLaterOnes() throws {
        let (store, reference) = (try store(), try store())
        let versions = try ["2025-05-20", "2025-05-22", "2025-05-21"].enumerated().map { index, day in
            try Records.dossier("A", state: [.received, .settled, .inProcess][index], settled: index == 1 ? Records.moment("2025-05-21") : nil, updated: Records.moment(day))
        }
        for version in versions { try load(store) { _ = try $0.put(version) } }
        for version in [versions[0], versions[2]] { try load(reference) { _ = try $0.put(version) } }
        try undo(3, store)
        #expect(try standing(store) == standing(reference))
        try undo(4, store)
        #expect(try standing(store).contains { $0.hasPrefix("dossier A ") && $0.contains(" received ") })
    }

    @Test func registersGoBackToo() throws {
        let store = try store()
        let before = try standing(store)
        let last = Records.agencies[3]
        let version = try load(store, kind: "units") { session in
            _ = try session.put(last.shown(as: "Another name"))
            _ = try session.put(Agency(code: "999", name: "x", level: .commune, parentCode: "616", validity: Records.validity))
        }
        try undo(version, store)
        #expect(try standing(store) == before)
    }

    @Test func whatOthersRestOnIsNotTakenBack() throws {
        let store = try store()
        try load(store) { _ = try $0.put(try Records.dossier("A")) }
        let rests = #expect(throws: InputError.self) { try undo(1, store) }
        #expect(rests?.description.contains("undo those imports first") == true)
        try load(store, unchanged: 1) { _ = try $0.put(try Records.dossier("B")) }
        let known = #expect(throws: InputError.self) { try undo(2, store) }
        #expect(known?.description.contains("undo import 3 first") == true)
        try undo(3, store)
        try undo(2, store)
        for number in [2, 4, 77] { #expect(throws: InputError.self) { try undo(number, store) } }
        #expect(try store.recordLines().isEmpty)
    }

    @Test func paymentsWithLaterAttemptsAreNotTakenBack() throws {
        let store = try store()
        let version = try load(store, kind: "payments") { _ = try $0.put(try Records.payment("P", of: "A")) }
        try load(store, kind: "attempts") { _ = try $0.put(Attempt(code: "1", paymentCode: "P", amountVND: 1, provider: .unnamed, errorCode: "00", attempted: Records.moment("2025-05-05"))) }
        let error = #expect(throws: InputError.self) { try undo(version, store) }
        #expect(error?.description.contains("undo those imports first") == true)
    }

    /// Loading the files again undoes the undoing.
    @Test func whatWasUndoneCanBeLoadedAgain() throws {
        let store = try store()
        let put: (ImportSession) throws -> Void = { _ = try $0.put(try Records.dossier("A")) }
        try load(store, put)
        let before = try standing(store)
        try undo(2, store)
        #expect(try load(store, put) == 4)
        #expect(try standing(store) == before)
    }
}
