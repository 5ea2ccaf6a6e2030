import Adoption
import Foundation
import GRDB
import Testing
import TestSupport

@testable import Storage

/// A store can be seen as it was after any import, and frozen figures stay as they were.
@Suite struct RewindTests {
    /// What can be told of a store: records, their former versions, registers and tallies.
    private func dump(_ store: Store) throws -> [String] {
        let names = VersionedTable.all.map(\.name) + ["import", "import_file", "refusal", "awaited_dossier", "open_refusal", "tally_block"]
        let rows = try store.queue.read { db in
            try names.flatMap { name -> [String] in
                let rows = try Row.fetchAll(db, sql: "SELECT * FROM \(name)")
                return rows.map { row in name + " " + row.databaseValues.map(text).joined(separator: "|") }.sorted()
            }
        }
        return try store.recordLines() + store.historyLines() + rows
    }

    private func text(_ value: DatabaseValue) -> String {
        if case .blob(let data) = value.storage { return data.map { String($0) }.joined(separator: ",") }
        return value.description
    }

    private func load(_ store: Store, _ kind: String, at second: Int = 1, _ put: (ImportSession) throws -> Void) throws {
        _ = try store.record(at: Instant(secondsSinceEpoch: second)) { session in
            try session.beginFile(name: "f\(second)", kind: kind, isIllustrative: false)
            try put(session)
            var counts = FileCounts()
            counts.count(.stored)
            try session.endFile(sha256: String(repeating: "b", count: 64), counts: counts)
        }
    }

    /// Random imports, corrections in any order, moved payments, register changes, and undoings: after each the store is dumped, and later
    /// seen again exactly so.
    @Test(arguments: 0..<12 as Range<UInt64>) func everyFormerStateIsSeenAgain(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }
        let store = try Store(path: nil)
        try load(store, "units") { session in
            for agency in Records.agencies { _ = try session.put(agency) }
            for procedure in Records.procedures { _ = try session.put(procedure) }
        }
        var dumps = [try dump(store)]
        for step in 2...14 {
            var done = false
            if step > 4, below(4) == 0 {
                do {
                    _ = try store.undo(importNumber: 2 + below(step - 2), at: Instant(secondsSinceEpoch: step))
                    done = true
                } catch is InputError {}
            }
            if !done {
                let kind = below(6)
                try load(store, kind == 0 ? "procedures" : "submissions", at: step) { session in
                    if kind == 0 {
                        for procedure in Records.procedures.prefix(1 + below(3)) {
                            _ = try session.put(Procedure(code: procedure.code, name: "\(procedure.name) \(step)", sector: "S", bearsFee: below(2) == 0))
                        }
                        _ = try session.put(Procedure(code: "9.00001\(below(4))", name: "N", sector: "S", bearsFee: nil))
                        return
                    }
                    for _ in 0..<below(12) {
                        let number = below(20)
                        _ = try session.put(try Records.dossier(
                            Records.code("D-\(number)"), agencyID: 2 + below(3), procedureID: 1 + below(3),
                            channel: below(2) == 0 ? .online : .counter, received: Records.moment("2025-0\(4 + below(3))-1\(below(9))"),
                            updated: Records.moment("2025-07-\(10 + below(20))")))
                    }
                    for _ in 0..<below(8) {
                        _ = try session.put(try Records.payment(
                            Records.code("P-\(below(12))"), of: Records.code("D-\(below(24))"), below(2) == 0 ? .online : .counter,
                            amountVND: 1_000 * (1 + below(9)), updated: Records.moment("2025-07-\(10 + below(20))")))
                    }
                }
            }
            let version = try store.dataVersion()
            if version > dumps.count { dumps.append(try dump(store)) }
        }
        for (index, expected) in dumps.enumerated() {
            let view = try store.rewound(to: Position(dataVersion: index + 1, act: 0)).store
            #expect(try dump(view) == expected, "seed \(seed), version \(index + 1)")
        }
        #expect(dumps.count > 6, "seed \(seed)")
    }

}
