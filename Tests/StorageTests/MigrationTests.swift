import Adoption
import GRDB
import Testing
import TestSupport

@testable import Storage

/// A store of an earlier version is opened: everything in it is there afterwards.
@Suite struct MigrationTests {
    /// Rows as version 0.2 wrote them: two versions of a dossier from two imports, one dossier known by its payment only, a refund, an
    /// attempt, an attribution, and two refused rows of which one has come since.
    private func oldStore(_ path: String) throws {
        let queue = try DatabaseQueue(path: path)
        try migrations.migrate(queue, upTo: "registers through time, attempts, accounts, undo")
        let (may, later) = (Records.moment("2025-05-05").secondsSinceEpoch, Records.moment("2025-05-20").secondsSinceEpoch)
        try queue.write { db in
            try db.execute(sql: """
                INSERT INTO import (id, recorded_at, latest_update) VALUES (1, 10, \(may)), (2, 20, \(later));
                INSERT INTO import_file (id, import_id, name, kind, sha256, illustrative, rows_read, stored, corrected, older, unchanged, quarantined)
                VALUES (1, 1, 'a.csv', 'submissions', '\(String(repeating: "a", count: 64))', 0, 4, 2, 0, 0, 0, 2), (2, 2, 'b.csv', 'submissions', '\(String(repeating: "b", count: 64))', 0, 2, 1, 1, 0, 0, 0);
                INSERT INTO refusal VALUES (1, 1, 2, 3, 'x', 'not-a-date', '', '', '616-250505-0002'), (1, 2, 3, 3, 'x', 'not-a-date', '', '', '616-250505-0009');
                INSERT INTO agency (id, code, valid_from, valid_to, name, level, parent_code, import_id)
                VALUES (1, '62', 18628, NULL, 'UBND tỉnh', 0, NULL, 1), (3, '616', 18628, NULL, 'UBND huyện Sa Thầy', 2, '62', 1);
                INSERT INTO procedure (id, code, name, sector, bears_fee, import_id) VALUES (1, '9.000001', 'Cấp giấy phép', '', 1, 1), (2, '9.000002', 'Khai sinh', '', 0, 1);
                INSERT INTO dossier_code (id, code) VALUES (1, '616-250505-0001'), (2, 'waiting'), (3, '616-250505-0002');
                INSERT INTO awaited_dossier VALUES (2);
                INSERT INTO dossier (id, agency_id, procedure_id, channel, level, applicant, filer, state, delivery, filed_at, received_at, due_at, settled_at,
                  amount_due_vnd, updated_at, counted_at, import_id, payment_mark)
                VALUES (1, 3, 1, 1, 6, 1, 1, 8, 1, NULL, \(may), NULL, \(later), 50000, \(later), \(may), 2, 2), (3, 3, 2, 0, 6, 1, 0, 3, 0, \(may), NULL, NULL, NULL, NULL, \(may), \(may), 2, 0);
                INSERT INTO dossier_history VALUES (1, 3, 1, 1, 6, 1, 1, 3, 1, NULL, \(may), NULL, NULL, 50000, \(may), \(may), 1, 0, NULL);
                INSERT INTO payment (id, code, dossier_id, amount_vnd, method, provider, state, requested_at, paid_at, refunded_at, updated_at, import_id)
                VALUES (1, 'P1', 1, 50000, 0, 'MoMo', 2, NULL, \(later), NULL, \(later), 2), (2, 'X-9', 2, 7, 2, '', 2, NULL, \(may), NULL, \(may), 1);
                INSERT INTO payment_history VALUES (1, 1, 50000, 0, 'MoMo', 1, \(may), NULL, NULL, \(may), 1, NULL);
                INSERT INTO payment_history VALUES (7, 1, 9, 0, '', 2, NULL, \(may), NULL, \(may), 1, 2);
                INSERT INTO attempt (id, code, payment_id, amount_vnd, provider, error_code, attempted_at, import_id) VALUES (1, 'T1', 1, 50000, '', '00', \(later), 2);
                INSERT INTO attribution (id, dossier_id, successor_code, document_number, document_clause, import_id) VALUES (1, 1, '23527', 'QĐ', '', 2);
                """)
        }
        try queue.close()
    }

    @Test func everythingOfAnOldStoreIsThere() throws {
        let path = try Folder().path + "-old.sqlite"
        try oldStore(path)
        let store = try Store(path: path)
        #expect(try store.recordLines() == [
            "awaited waiting",
            "dossier 616-250505-0001 3 1 online settled 2025-05-05T08:00:00+07:00 2025-05-20T08:00:00+07:00 50000 2025-05-20T08:00:00+07:00",
            "dossier 616-250505-0002 3 2 counter in_process 2025-05-05T08:00:00+07:00 - -1 2025-05-05T08:00:00+07:00",
            "payment P1 616-250505-0001 50000 online paid MoMo 2025-05-20T08:00:00+07:00 2025-05-20T08:00:00+07:00",
            "payment X-9 waiting 7 counter paid  2025-05-05T08:00:00+07:00 2025-05-05T08:00:00+07:00",
        ])
        #expect(try store.historyLines().count == 2)
        #expect(try store.queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM payment_history WHERE withdrawn_in = 2 AND amount_vnd = 9") } == 1, "what was taken back is kept")
        #expect(try store.paymentsWithoutDossier() == 1)
        #expect(try store.refusals(importNumber: nil).map(\.line) == [3], "the other row has come since")
        let may = Period(.calendar, year: 2025, months: 5...5)
        let tallies = try store.tallies(in: may.halfMonths)
        #expect(tallies.filter { $0.basis == .received }.reduce(0) { $0 + $1.dossiers } == 2)
        #expect(tallies.contains { $0.traits.word(.requests) == "standing" }, "what has been counted since is counted of old records too")
        #expect(tallies.filter { $0.basis == .collected }.map(\.collectedVND) == [50_000])
        #expect(try store.dayCounts(from: may.first, to: may.last).map { "\($0.dossiers) \($0.loaded.secondsSinceEpoch)" } == ["2 10"], "the first version of the first came with the first import")
        #expect(try store.attributions().values.map { $0 } == ["23527"])
        #expect(try store.discrepancies(in: may, agencies: [3]).isEmpty)
    }

    /// Its history lives on: the import that made a correction can still be undone.
    @Test func anImportOfAnOldStoreCanBeUndone() throws {
        let path = try Folder().path + "-undo.sqlite"
        try oldStore(path)
        let store = try Store(path: path)
        _ = try store.undo(importNumber: 2, at: Instant(secondsSinceEpoch: 30))
        #expect(try store.recordLines() == [
            "awaited waiting",
            "dossier 616-250505-0001 3 1 online in_process 2025-05-05T08:00:00+07:00 - 50000 2025-05-05T08:00:00+07:00",
            "payment P1 616-250505-0001 50000 online pending MoMo - 2025-05-05T08:00:00+07:00",
            "payment X-9 waiting 7 counter paid  2025-05-05T08:00:00+07:00 2025-05-05T08:00:00+07:00",
        ])
    }
}
