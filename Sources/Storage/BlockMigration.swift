internal import Adoption
internal import GRDB

/// Dossiers and payments stood in a row each, under numbers given in the order of their arrival; now they stand in blocks, under numbers
/// that are their codes. Every version and its import stays.
func moveRecordsIntoBlocks(_ db: Database) throws {
    try db.execute(sql: """
        DROP VIEW open_refusal;
        CREATE TABLE code_stem (id INTEGER PRIMARY KEY, stem TEXT NOT NULL UNIQUE) STRICT;
        CREATE TABLE other_code (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE) STRICT;
        CREATE TABLE provider (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

        -- Dossiers with their payments: see EntryCoder. Moments are seconds since 1970; the zone says what the block can be about.
        CREATE TABLE record_block (
          first_key INTEGER PRIMARY KEY,
          counted_from INTEGER, counted_to INTEGER, settled_from INTEGER, settled_to INTEGER, paid_from INTEGER, paid_to INTEGER,
          agencies INTEGER NOT NULL,
          entries BLOB NOT NULL
        ) STRICT;
        CREATE INDEX record_block_zone ON record_block (
          counted_from, counted_to, agencies, settled_from, settled_to, paid_from, paid_to);
        -- Under which dossier each payment stands: see PaymentPlaceCoder.
        CREATE TABLE payment_place_block (first_key INTEGER PRIMARY KEY, places BLOB NOT NULL) STRICT;
        -- Records that came after an earlier import had refused a row of theirs.
        CREATE TABLE brought_record (
          record_code TEXT NOT NULL, kind TEXT NOT NULL, import_id INTEGER NOT NULL REFERENCES import,
          PRIMARY KEY (record_code, kind, import_id)
        ) STRICT, WITHOUT ROWID;
        ALTER TABLE awaited_dossier RENAME TO old_awaited_dossier;
        CREATE TABLE awaited_dossier (dossier_key INTEGER PRIMARY KEY, payments INTEGER NOT NULL) STRICT;
        ALTER TABLE tally_block RENAME TO old_tally_block;
        CREATE TABLE tally_block (
          id INTEGER PRIMARY KEY,
          kind INTEGER NOT NULL,
          half_month INTEGER NOT NULL,
          agency_id INTEGER NOT NULL REFERENCES agency,
          counts BLOB NOT NULL,
          CHECK (id = (kind << 52) | (half_month << 32) | agency_id)
        ) STRICT;

        CREATE TABLE old_key (old_id INTEGER PRIMARY KEY, key INTEGER NOT NULL) STRICT;
        CREATE TABLE old_payment_key (old_id INTEGER PRIMARY KEY, key INTEGER NOT NULL) STRICT;
        """)
    try moveKeys(db)
    try db.execute(sql: historySQL)
    try moveEntries(db)
    try db.execute(sql: """
        INSERT INTO brought_record
        SELECT DISTINCT r.record_code, f.kind, d.import_id FROM refusal r JOIN import_file f ON f.id = r.import_file_id
          JOIN dossier_code c ON c.code = r.record_code
          JOIN (SELECT id, import_id FROM dossier UNION SELECT dossier_id, import_id FROM old_dossier_history WHERE withdrawn_in IS NULL) d ON d.id = c.id
        WHERE r.record_code != '' AND f.kind = 'submissions' AND d.import_id > f.import_id;
        INSERT OR IGNORE INTO brought_record
        SELECT DISTINCT r.record_code, f.kind, p.import_id FROM refusal r JOIN import_file f ON f.id = r.import_file_id JOIN payment p ON p.code = r.record_code
        WHERE r.record_code != '' AND f.kind = 'payments' AND p.import_id > f.import_id;

        DROP TABLE old_tally_block;
        DROP TABLE old_awaited_dossier;
        DROP TABLE old_attempt;
        DROP TABLE old_attempt_history;
        DROP TABLE old_attribution;
        DROP TABLE old_attribution_history;
        DROP TABLE old_dossier_history;
        DROP TABLE old_payment_history;
        DROP TABLE payment;
        DROP TABLE dossier;
        DROP TABLE dossier_code;
        DROP TABLE old_key;
        DROP TABLE old_payment_key;

        -- What is still kept aside: not taken back, not brought by a later import, not refused again, and for rows without a
        -- readable code not replaced by a newer file of the same name.
        CREATE VIEW open_refusal AS
        SELECT r.rowid AS position, r.*, f.name, f.kind, f.import_id FROM refusal r JOIN import_file f ON f.id = r.import_file_id
        WHERE f.import_id NOT IN (SELECT undoes FROM import WHERE undoes IS NOT NULL)
          AND NOT EXISTS (
            SELECT * FROM import_file g WHERE r.record_code = '' AND g.name = f.name AND g.kind = f.kind AND g.import_id > f.import_id
              AND g.import_id NOT IN (SELECT undoes FROM import WHERE undoes IS NOT NULL))
          AND NOT EXISTS (
            SELECT * FROM refusal s JOIN import_file g ON g.id = s.import_file_id
            WHERE r.record_code != '' AND s.record_code = r.record_code AND g.kind = f.kind AND g.import_id > f.import_id
              AND g.import_id NOT IN (SELECT undoes FROM import WHERE undoes IS NOT NULL))
          AND NOT EXISTS (
            SELECT * FROM brought_record b WHERE b.record_code = r.record_code AND b.kind = f.kind AND b.import_id > f.import_id
              AND b.import_id NOT IN (SELECT undoes FROM import WHERE undoes IS NOT NULL));
        """)
}

/// The new number of every code.
private func moveKeys(_ db: Database) throws {
    let codes = try CodeBook(try db.connection)
    // The codes of payments that were taken back are not known any more; their withdrawn versions stay under made ones.
    let undone = """
        SELECT payment_id, 'undone-' || payment_id FROM (SELECT payment_id FROM payment_history UNION SELECT payment_id FROM attempt_history)
        WHERE payment_id NOT IN (SELECT id FROM payment)
        """
    for (select, insert) in [
        ("SELECT id, code FROM dossier_code", "INSERT INTO old_key VALUES (?, ?)"), ("SELECT id, code FROM payment", "INSERT INTO old_payment_key VALUES (?, ?)"),
        (undone, "INSERT INTO old_payment_key VALUES (?, ?)"),
    ] {
        let insert = try db.makeStatement(sql: insert)
        let rows = try Row.fetchCursor(db, sql: select)
        while let row = try rows.next() {
            guard let code = RecordCode(row[1] as String) else { throw StoreError("a record's code is longer than a code may be") }
            try insert.execute(arguments: [row[0] as Int, try codes.key(of: code)])
        }
    }
}

/// The tables that point to records, under their new numbers.
private let historySQL = """
    ALTER TABLE dossier_history RENAME TO old_dossier_history;
    CREATE TABLE dossier_history (
      dossier_key INTEGER NOT NULL, agency_id INTEGER NOT NULL, procedure_id INTEGER NOT NULL,
      channel INTEGER NOT NULL, level INTEGER NOT NULL, applicant INTEGER NOT NULL, filer INTEGER NOT NULL,
      state INTEGER NOT NULL, delivery INTEGER NOT NULL,
      filed_at INTEGER, received_at INTEGER, due_at INTEGER, settled_at INTEGER, amount_due_vnd INTEGER,
      updated_at INTEGER NOT NULL, payment_mark INTEGER NOT NULL, import_id INTEGER NOT NULL, withdrawn_in INTEGER
    ) STRICT;
    INSERT INTO dossier_history
    SELECT k.key, agency_id, procedure_id, channel, level, applicant, filer, state, delivery, filed_at, received_at, due_at, settled_at,
      amount_due_vnd, updated_at, payment_mark, import_id, withdrawn_in FROM old_dossier_history h JOIN old_key k ON k.old_id = h.dossier_id ORDER BY h.rowid;
    CREATE INDEX dossier_history_key ON dossier_history (dossier_key);

    ALTER TABLE payment_history RENAME TO old_payment_history;
    CREATE TABLE payment_history (
      payment_key INTEGER NOT NULL, dossier_key INTEGER NOT NULL, amount_vnd INTEGER NOT NULL, method INTEGER NOT NULL,
      provider TEXT NOT NULL, state INTEGER NOT NULL, requested_at INTEGER, paid_at INTEGER, refunded_at INTEGER,
      updated_at INTEGER NOT NULL, import_id INTEGER NOT NULL, withdrawn_in INTEGER
    ) STRICT;
    INSERT INTO payment_history
    SELECT p.key, k.key, amount_vnd, method, provider, state, requested_at, paid_at, refunded_at, updated_at, import_id, withdrawn_in
    FROM old_payment_history h JOIN old_payment_key p ON p.old_id = h.payment_id JOIN old_key k ON k.old_id = h.dossier_id ORDER BY h.rowid;
    CREATE INDEX payment_history_key ON payment_history (payment_key);

    ALTER TABLE attribution RENAME TO old_attribution;
    ALTER TABLE attribution_history RENAME TO old_attribution_history;
    CREATE TABLE attribution (
      id INTEGER PRIMARY KEY,
      dossier_key INTEGER NOT NULL UNIQUE,
      successor_code TEXT NOT NULL,
      document_number TEXT NOT NULL, document_date INTEGER, document_clause TEXT NOT NULL,
      import_id INTEGER NOT NULL REFERENCES import
    ) STRICT;
    CREATE TABLE attribution_history (
      id INTEGER NOT NULL, dossier_key INTEGER NOT NULL, successor_code TEXT NOT NULL, document_number TEXT NOT NULL,
      document_date INTEGER, document_clause TEXT NOT NULL, import_id INTEGER NOT NULL, withdrawn_in INTEGER
    ) STRICT;
    INSERT INTO attribution SELECT id, key, successor_code, document_number, document_date, document_clause, import_id
    FROM old_attribution JOIN old_key ON old_id = dossier_id;
    INSERT INTO attribution_history SELECT id, key, successor_code, document_number, document_date, document_clause, import_id, withdrawn_in
    FROM old_attribution_history JOIN old_key ON old_id = dossier_id;

    ALTER TABLE attempt RENAME TO old_attempt;
    ALTER TABLE attempt_history RENAME TO old_attempt_history;
    CREATE TABLE attempt (
      id INTEGER PRIMARY KEY,
      code TEXT NOT NULL UNIQUE,
      payment_key INTEGER NOT NULL,
      amount_vnd INTEGER NOT NULL CHECK (amount_vnd >= 0),
      provider TEXT NOT NULL,
      error_code TEXT NOT NULL,
      attempted_at INTEGER NOT NULL,
      import_id INTEGER NOT NULL REFERENCES import
    ) STRICT;
    CREATE TABLE attempt_history (
      id INTEGER NOT NULL, code TEXT NOT NULL, payment_key INTEGER NOT NULL, amount_vnd INTEGER NOT NULL, provider TEXT NOT NULL,
      error_code TEXT NOT NULL, attempted_at INTEGER NOT NULL, import_id INTEGER NOT NULL, withdrawn_in INTEGER
    ) STRICT;
    INSERT INTO attempt SELECT id, code, key, amount_vnd, provider, error_code, attempted_at, import_id FROM old_attempt JOIN old_payment_key ON old_id = payment_id;
    INSERT INTO attempt_history SELECT id, code, key, amount_vnd, provider, error_code, attempted_at, import_id, withdrawn_in
    FROM old_attempt_history JOIN old_payment_key ON old_id = payment_id;
    DROP INDEX attempt_payment;
    CREATE INDEX attempt_payment ON attempt (payment_key);
    """

/// The records as they stand, with the tallies that follow from them.
private func moveEntries(_ db: Database) throws {
    let connection = try db.connection
    let tallies = try TallyTable(connection)
    tallies.use(try register(db))
    // Not a RecordTable: its statements are for the schema as it is today.
    let entries = try BlockTable(connection, EntryCoder(providers: try Providers(connection)), .records)
    let paymentPlaces = try BlockTable(connection, PaymentPlaceCoder(), .places)
    let awaited = try AwaitedDossiers(connection)
    let dossiers = try Row.fetchCursor(db, sql: """
        SELECT k.key, agency_id, procedure_id, channel, level, applicant, filer, state, delivery, filed_at, received_at, due_at, settled_at,
          amount_due_vnd, payment_mark, updated_at, import_id,
          min(import_id, coalesce((SELECT min(h.import_id) FROM old_dossier_history h WHERE h.dossier_id = old_id AND h.withdrawn_in IS NULL), import_id))
        FROM old_key k LEFT JOIN dossier d ON d.id = k.old_id ORDER BY k.key
        """)
    let payments = try Row.fetchCursor(db, sql: """
        SELECT k.key, pk.key, amount_vnd, method, provider, p.state, requested_at, paid_at, refunded_at, updated_at, import_id
        FROM payment p JOIN old_key k ON k.old_id = dossier_id JOIN old_payment_key pk ON pk.old_id = p.id ORDER BY 1, 2
        """)
    var ahead = try payments.next().map(PaymentRow.init)
    var batch: [Entry] = []
    func write() throws {
        try entries.edit(batch.map(\.key)) { entry, range in
            entry = batch[range.lowerBound]
            if entry.isEmpty { return false }
            try awaited.mark(nil, entry)
            try tallies.count(entry)
            return true
        }
        let places = batch.flatMap { entry in entry.payments.map { (key: $0.key, dossierKey: entry.key) } }.sorted { $0.key < $1.key }
        try paymentPlaces.edit(places.map(\.key)) { place, range in
            place.dossierKey = places[range.lowerBound].dossierKey
            return true
        }
        batch.removeAll(keepingCapacity: true)
    }
    while let row = try dossiers.next() {
        var entry = Entry(key: row[0])
        if row[1] as Int? != nil {
            (entry.importID, entry.firstImportID) = (row[16], row[17])
            entry.dossier = try dossier(row)
        }
        while let payment = ahead, payment.dossierKey == entry.key {
            entry.payments.append(payment.kept)
            ahead = try payments.next().map(PaymentRow.init)
        }
        batch.append(entry)
        if batch.count == 16_384 { try write() }
    }
    try write()
    try tallies.write()
}

private func dossier(_ row: Row) throws -> Dossier {
    func moment(_ index: Int) -> Instant? { (row[index] as Int?).map(Instant.init(secondsSinceEpoch:)) }
    return try Dossier(
        agencyID: row[1], procedureID: row[2], channel: try stored(row[3]), level: try stored(row[4]), applicant: try stored(row[5]),
        filer: try stored(row[6]), state: try stored(row[7]), delivery: try stored(row[8]), filed: moment(9), received: moment(10), due: moment(11),
        settled: moment(12), amountDueVND: row[13], paymentMark: try stored(row[14]), updated: Instant(secondsSinceEpoch: row[15]))
}

private struct PaymentRow {
    let dossierKey: Int
    let kept: KeptPayment

    init(_ row: Row) throws {
        func moment(_ index: Int) -> Instant? { (row[index] as Int?).map(Instant.init(secondsSinceEpoch:)) }
        dossierKey = row[0]
        kept = KeptPayment(
            key: row[1],
            payment: try Payment(
                amountVND: row[2], method: try stored(row[3]), provider: Provider(row[4]), state: try stored(row[5]),
                requested: moment(6), paid: moment(7), refunded: moment(8), updated: Instant(secondsSinceEpoch: row[9])),
            importID: row[10])
    }
}
