import Adoption
import GRDB
import Testing
import TestSupport

@testable import Storage

/// Who may settle what was kept aside: an import of the same scope, or one of the whole province.
@Suite struct RefusalScopeTests {
    private static let (own, other, whole) = ("616", "611", "")

    private func filled() throws -> Store {
        let store = try Store(path: nil)
        try load(store, "registers", as: Self.whole) { session, counts in
            for agency in Records.agencies { counts.count(try session.put(agency)) }
            for procedure in Records.procedures { counts.count(try session.put(procedure)) }
        }
        return store
    }

    /// - Parameter mark: files of the same mark are the same file.
    @discardableResult
    private func load(_ store: Store, _ name: String, as scope: String, mark: Character = "a", _ put: (ImportSession, inout FileCounts) throws -> Void) throws -> Int {
        try store.record(at: Instant(secondsSinceEpoch: 0), scope: scope) { session in
            var counts = FileCounts()
            try session.beginFile(name: name, kind: "submissions", isIllustrative: false)
            try put(session, &counts)
            try session.endFile(sha256: String(repeating: mark, count: 64), counts: counts)
        }
    }

    private func refuse(_ code: String, line: Int, in name: String, of store: Store, as scope: String, mark: Character, fault: Fault = .missingValue) throws {
        try load(store, name, as: scope, mark: mark) { session, counts in
            try session.put(Refusal(file: name, line: line, column: 1, field: "x", fault: fault, recordCode: code), row: line)
            counts.count(nil)
        }
    }

    private func bring(_ code: RecordCode, in name: String, to store: Store, as scope: String, mark: Character, updated: String = "2025-05-20") throws {
        try load(store, name, as: scope, mark: mark) { session, counts in counts.count(try session.put(try Records.dossier(code, updated: Records.moment(updated)))) }
    }

    private func open(_ store: Store) throws -> [Int] { try store.refusals(importNumber: nil).map(\.line) }

    /// Who refused, who comes later, and whether it is settled.
    private static let pairs = [(own, own, true), (other, own, false), (whole, own, false), (own, whole, true), (other, whole, true), (whole, whole, true)]

    @Test(arguments: pairs) func aFileOfTheSameNameSettlesItsOwn(refused: String, later: String, settles: Bool) throws {
        let store = try filled()
        try refuse("", line: 3, in: "b.csv", of: store, as: refused, mark: "b")
        try bring("A", in: "b.csv", to: store, as: later, mark: "c")
        #expect(try open(store) == (settles ? [] : [3]))
    }

    /// It brings nothing but the absence of what was refused.
    @Test(arguments: pairs) func aCorrectedFileThatIsKnownOtherwiseSettlesItsOwn(refused: String, later: String, settles: Bool) throws {
        let store = try filled()
        try bring("A", in: "a.csv", to: store, as: later, mark: "c")
        try refuse("", line: 3, in: "b.csv", of: store, as: refused, mark: "b")
        try bring("A", in: "b.csv", to: store, as: later, mark: "d")
        #expect(try open(store) == (settles ? [] : [3]))
        #expect(try store.dataVersion() == (settles ? 4 : 3))
    }

    @Test(arguments: pairs) func aRowThatIsRefusedAgainReplacesItsOwn(refused: String, later: String, settles: Bool) throws {
        let store = try filled()
        try refuse("A", line: 3, in: "b.csv", of: store, as: refused, mark: "b")
        try refuse("A", line: 5, in: "c.csv", of: store, as: later, mark: "c")
        #expect(try open(store) == (settles ? [5] : [3, 5]))
    }

    @Test(arguments: pairs) func aRecordThatComesSettlesItsOwn(refused: String, later: String, settles: Bool) throws {
        let store = try filled()
        try refuse("A", line: 3, in: "b.csv", of: store, as: refused, mark: "b")
        try bring("A", in: "c.csv", to: store, as: later, mark: "c")
        #expect(try open(store) == (settles ? [] : [3]))
        #expect(try store.refusals(importNumber: 2).map(\.line) == [3])
    }

    /// The record came from a part of the province; the province, which loads it after that, finds it known.
    @Test(arguments: [(whole, whole), (other, whole), (other, other)]) func whatAPartHasBroughtIsSettledByWhoeverMay(refused: String, later: String) throws {
        let store = try filled()
        try refuse("A", line: 3, in: "b.csv", of: store, as: refused, mark: "b")
        try bring("A", in: "c.csv", to: store, as: Self.own, mark: "c")
        #expect(try open(store) == [3])
        try bring("A", in: "c.csv", to: store, as: later, mark: "c")
        #expect(try open(store) == [])
        #expect(try store.dataVersion() == 4)
        try bring("A", in: "c.csv", to: store, as: later, mark: "c")
        #expect(try store.dataVersion() == 4, "there is nothing more to settle")
    }

    /// A row that is known and was refused since is not settled by the old version, as before.
    @Test func anOldVersionSettlesNothing() throws {
        let store = try filled()
        try bring("A", in: "a.csv", to: store, as: Self.own, mark: "a")
        try refuse("A", line: 3, in: "b.csv", of: store, as: Self.own, mark: "b")
        try bring("A", in: "a.csv", to: store, as: Self.own, mark: "a")
        #expect(try open(store) == [3])
    }

    /// Who speaks of a dossier that no file has brought.
    @Test func scopesThatSpeakOfADossierAreKnown() throws {
        let store = try filled()
        func scopes(_ code: RecordCode) throws -> [String] {
            var found: Set<String> = []
            try store.record(at: Instant(secondsSinceEpoch: 0), keep: false) { found = try $0.scopes(speakingOf: code) }
            return found.sorted()
        }
        #expect(try scopes("A") == [])
        try refuse("A", line: 2, in: "a.csv", of: store, as: Self.other, mark: "b", fault: .unknownUnit)
        try refuse("A", line: 3, in: "b.csv", of: store, as: Self.own, mark: "c", fault: .notYourUnit)
        #expect(try scopes("A") == [], "they were not theirs to load")
        try refuse("A", line: 4, in: "c.csv", of: store, as: Self.other, mark: "d")
        #expect(try scopes("A") == ["611"])
        try load(store, "p.csv", as: Self.own) { session, counts in counts.count(try session.put(try Records.payment("P", of: "A"))) }
        #expect(try scopes("A") == ["611", "616"])
        try refuse("A", line: 5, in: "d.csv", of: store, as: Self.whole, mark: "e", fault: .unknownUnit)
        #expect(try scopes("A") == ["", "616"], "the province's refusal stands for the others'")
    }

    @Test func theLogHasHowOftenCodesOfOthersWereTried() throws {
        let store = try filled()
        try load(store, "b.csv", as: Self.own, mark: "b") { session, counts in
            for (row, fault) in [(1, Fault.notYourUnit), (1, .notADate), (2, .notYourUnit), (3, .notADate)] {
                try session.put(Refusal(file: "b.csv", line: row + 1, column: 1, field: "x", fault: fault, recordCode: "A\(row)"), row: row)
            }
            for _ in 1...3 { counts.count(nil) }
        }
        #expect(try store.auditLog().last?.detail == "data version 2; stored 0, corrected 0, older 0, unchanged 0, quarantined 3 (2 not-your-unit); sha256 \(String(repeating: "b", count: 64))")
    }
}
