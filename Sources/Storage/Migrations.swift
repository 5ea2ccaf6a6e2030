internal import GRDB

/// The schema, step by step. A step that was released is never changed; the next one is added below it.
///
/// Valid time stands in the rows (`valid_from`, `valid_to`, days since 1970). Record time is the import's number, the data
/// version: a version that was replaced moves to the `…_history` table with the number of the import that brought it.
/// Moments are seconds since 1970-01-01T00:00:00Z; words are the codes of Adoption's vocabularies.
let migrations: DatabaseMigrator = {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("records, registers, tallies") { db in
        try db.execute(sql: """
            CREATE TABLE import (
              id INTEGER PRIMARY KEY,
              recorded_at INTEGER NOT NULL,
              latest_update INTEGER
            ) STRICT;

            CREATE TABLE import_file (
              id INTEGER PRIMARY KEY,
              import_id INTEGER NOT NULL REFERENCES import,
              name TEXT NOT NULL,
              kind TEXT NOT NULL,
              sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
              illustrative INTEGER NOT NULL CHECK (illustrative IN (0, 1)),
              rows_read INTEGER NOT NULL,
              stored INTEGER NOT NULL,
              corrected INTEGER NOT NULL,
              older INTEGER NOT NULL,
              unchanged INTEGER NOT NULL,
              quarantined INTEGER NOT NULL,
              CHECK (rows_read = stored + corrected + older + unchanged + quarantined)
            ) STRICT;
            CREATE INDEX import_file_sha256 ON import_file (sha256);

            CREATE TABLE refusal (
              import_file_id INTEGER NOT NULL REFERENCES import_file,
              row_number INTEGER NOT NULL,
              line INTEGER NOT NULL,
              column_number INTEGER NOT NULL,
              field TEXT NOT NULL,
              fault TEXT NOT NULL,
              allowed TEXT NOT NULL
            ) STRICT;
            CREATE INDEX refusal_file ON refusal (import_file_id, row_number);

            CREATE TABLE agency (
              id INTEGER PRIMARY KEY,
              code TEXT NOT NULL,
              valid_from INTEGER NOT NULL,
              valid_to INTEGER CHECK (valid_to >= valid_from),
              name TEXT NOT NULL,
              level INTEGER NOT NULL,
              parent_code TEXT,
              import_id INTEGER NOT NULL REFERENCES import,
              UNIQUE (code, valid_from)
            ) STRICT;
            CREATE TABLE agency_history (
              id INTEGER NOT NULL, code TEXT NOT NULL, valid_from INTEGER NOT NULL, valid_to INTEGER, name TEXT NOT NULL,
              level INTEGER NOT NULL, parent_code TEXT, import_id INTEGER NOT NULL
            ) STRICT;

            CREATE TABLE procedure (
              id INTEGER PRIMARY KEY,
              code TEXT NOT NULL UNIQUE,
              name TEXT NOT NULL,
              sector TEXT NOT NULL,
              bears_fee INTEGER CHECK (bears_fee IN (0, 1)),
              import_id INTEGER NOT NULL REFERENCES import
            ) STRICT;
            CREATE TABLE procedure_history (
              id INTEGER NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, sector TEXT NOT NULL, bears_fee INTEGER,
              import_id INTEGER NOT NULL
            ) STRICT;

            CREATE TABLE target (
              id INTEGER PRIMARY KEY,
              indicator_id TEXT NOT NULL,
              scope TEXT NOT NULL CHECK (scope IN ('province', 'level', 'unit')),
              scope_code TEXT NOT NULL,
              valid_from INTEGER NOT NULL,
              valid_to INTEGER CHECK (valid_to >= valid_from),
              basis_points INTEGER NOT NULL CHECK (basis_points BETWEEN 0 AND 10000),
              document_number TEXT NOT NULL,
              document_date INTEGER,
              document_clause TEXT NOT NULL,
              illustrative INTEGER NOT NULL CHECK (illustrative IN (0, 1)),
              import_id INTEGER NOT NULL REFERENCES import,
              UNIQUE (indicator_id, scope, scope_code, valid_from)
            ) STRICT;
            CREATE TABLE target_history (
              id INTEGER NOT NULL, indicator_id TEXT NOT NULL, scope TEXT NOT NULL, scope_code TEXT NOT NULL,
              valid_from INTEGER NOT NULL, valid_to INTEGER, basis_points INTEGER NOT NULL, document_number TEXT NOT NULL,
              document_date INTEGER, document_clause TEXT NOT NULL, illustrative INTEGER NOT NULL, import_id INTEGER NOT NULL
            ) STRICT;

            CREATE TABLE dossier_code (
              id INTEGER PRIMARY KEY,
              code TEXT NOT NULL UNIQUE
            ) STRICT;

            CREATE TABLE awaited_dossier (
              id INTEGER PRIMARY KEY REFERENCES dossier_code
            ) STRICT;

            CREATE TABLE dossier (
              id INTEGER PRIMARY KEY REFERENCES dossier_code,
              agency_id INTEGER NOT NULL REFERENCES agency,
              procedure_id INTEGER NOT NULL REFERENCES procedure,
              channel INTEGER NOT NULL, level INTEGER NOT NULL, applicant INTEGER NOT NULL, filer INTEGER NOT NULL,
              state INTEGER NOT NULL, delivery INTEGER NOT NULL,
              filed_at INTEGER, received_at INTEGER, due_at INTEGER, settled_at INTEGER,
              amount_due_vnd INTEGER CHECK (amount_due_vnd >= 0),
              updated_at INTEGER NOT NULL,
              counted_at INTEGER NOT NULL,
              import_id INTEGER NOT NULL REFERENCES import
            ) STRICT;
            CREATE INDEX dossier_agency_counted ON dossier (agency_id, counted_at);
            CREATE TABLE dossier_history (
              dossier_id INTEGER NOT NULL, agency_id INTEGER NOT NULL, procedure_id INTEGER NOT NULL,
              channel INTEGER NOT NULL, level INTEGER NOT NULL, applicant INTEGER NOT NULL, filer INTEGER NOT NULL,
              state INTEGER NOT NULL, delivery INTEGER NOT NULL,
              filed_at INTEGER, received_at INTEGER, due_at INTEGER, settled_at INTEGER,
              amount_due_vnd INTEGER, updated_at INTEGER NOT NULL, counted_at INTEGER NOT NULL, import_id INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX dossier_history_dossier ON dossier_history (dossier_id);

            CREATE TABLE payment (
              id INTEGER PRIMARY KEY,
              code TEXT NOT NULL UNIQUE,
              dossier_id INTEGER NOT NULL REFERENCES dossier_code,
              amount_vnd INTEGER NOT NULL CHECK (amount_vnd >= 0),
              method INTEGER NOT NULL, provider TEXT NOT NULL, state INTEGER NOT NULL,
              requested_at INTEGER, paid_at INTEGER, refunded_at INTEGER,
              updated_at INTEGER NOT NULL,
              import_id INTEGER NOT NULL REFERENCES import
            ) STRICT;
            CREATE INDEX payment_dossier ON payment (dossier_id);
            CREATE TABLE payment_history (
              payment_id INTEGER NOT NULL, dossier_id INTEGER NOT NULL, amount_vnd INTEGER NOT NULL, method INTEGER NOT NULL,
              provider TEXT NOT NULL, state INTEGER NOT NULL, requested_at INTEGER, paid_at INTEGER, refunded_at INTEGER,
              updated_at INTEGER NOT NULL, import_id INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX payment_history_payment ON payment_history (payment_id);

            CREATE TABLE tally_block (
              half_month INTEGER NOT NULL,
              basis INTEGER NOT NULL,
              agency_id INTEGER NOT NULL REFERENCES agency,
              counts BLOB NOT NULL,
              PRIMARY KEY (half_month, basis, agency_id)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE official_record (
              id INTEGER PRIMARY KEY,
              evaluation TEXT NOT NULL,
              calendar TEXT NOT NULL,
              period TEXT NOT NULL,
              agency_code TEXT NOT NULL,
              agency_name TEXT NOT NULL,
              level INTEGER NOT NULL,
              published_hundredths INTEGER NOT NULL,
              counts TEXT NOT NULL,
              position INTEGER NOT NULL,
              import_id INTEGER NOT NULL REFERENCES import,
              UNIQUE (evaluation, calendar, period, agency_code)
            ) STRICT;
            CREATE TABLE official_record_history (
              id INTEGER NOT NULL, evaluation TEXT NOT NULL, calendar TEXT NOT NULL, period TEXT NOT NULL,
              agency_code TEXT NOT NULL, agency_name TEXT NOT NULL, level INTEGER NOT NULL,
              published_hundredths INTEGER NOT NULL, counts TEXT NOT NULL, position INTEGER NOT NULL, import_id INTEGER NOT NULL
            ) STRICT;
            """)
    }
    migrator.registerMigration("registers through time, attempts, accounts, undo") { db in
        // Every history table has the columns of its table in the same order, and last the import that withdrew the version.
        try db.execute(sql: """
            ALTER TABLE import ADD COLUMN undoes INTEGER REFERENCES import;
            ALTER TABLE import_file ADD COLUMN skipped INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE import_file ADD COLUMN profile TEXT NOT NULL DEFAULT '';
            ALTER TABLE refusal ADD COLUMN value TEXT NOT NULL DEFAULT '';
            ALTER TABLE refusal ADD COLUMN record_code TEXT NOT NULL DEFAULT '';
            CREATE INDEX refusal_record_code ON refusal (record_code);
            CREATE INDEX import_file_name ON import_file (name, kind);

            ALTER TABLE agency ADD COLUMN aliases TEXT NOT NULL DEFAULT '';
            ALTER TABLE agency_history ADD COLUMN aliases TEXT NOT NULL DEFAULT '';
            ALTER TABLE agency_history ADD COLUMN withdrawn_in INTEGER;
            ALTER TABLE procedure ADD COLUMN authority INTEGER;
            ALTER TABLE procedure_history ADD COLUMN authority INTEGER;
            ALTER TABLE procedure_history ADD COLUMN withdrawn_in INTEGER;
            ALTER TABLE target_history ADD COLUMN withdrawn_in INTEGER;
            ALTER TABLE official_record_history ADD COLUMN withdrawn_in INTEGER;
            ALTER TABLE dossier ADD COLUMN payment_mark INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE dossier_history ADD COLUMN payment_mark INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE dossier_history ADD COLUMN withdrawn_in INTEGER;
            ALTER TABLE payment_history ADD COLUMN withdrawn_in INTEGER;

            -- A profile's words may hold blanks themselves.
            UPDATE refusal SET allowed = replace(allowed, ' ', char(9));

            CREATE TABLE unit_event (
              id INTEGER PRIMARY KEY,
              kind INTEGER NOT NULL,
              date INTEGER NOT NULL,
              from_code TEXT NOT NULL,
              to_code TEXT NOT NULL,
              document_number TEXT NOT NULL, document_date INTEGER, document_clause TEXT NOT NULL,
              import_id INTEGER NOT NULL REFERENCES import,
              UNIQUE (kind, date, from_code, to_code)
            ) STRICT;
            CREATE TABLE unit_event_history (
              id INTEGER NOT NULL, kind INTEGER NOT NULL, date INTEGER NOT NULL, from_code TEXT NOT NULL, to_code TEXT NOT NULL,
              document_number TEXT NOT NULL, document_date INTEGER, document_clause TEXT NOT NULL, import_id INTEGER NOT NULL,
              withdrawn_in INTEGER
            ) STRICT;

            CREATE TABLE service (
              id INTEGER PRIMARY KEY,
              procedure_code TEXT NOT NULL REFERENCES procedure (code),
              applies_to TEXT NOT NULL,
              valid_from INTEGER NOT NULL,
              valid_to INTEGER CHECK (valid_to >= valid_from),
              level INTEGER NOT NULL,
              counter_fee_vnd INTEGER, online_fee_vnd INTEGER, counter_days INTEGER, online_days INTEGER,
              document_number TEXT NOT NULL, document_date INTEGER, document_clause TEXT NOT NULL,
              import_id INTEGER NOT NULL REFERENCES import,
              UNIQUE (procedure_code, applies_to, valid_from)
            ) STRICT;
            CREATE TABLE service_history (
              id INTEGER NOT NULL, procedure_code TEXT NOT NULL, applies_to TEXT NOT NULL, valid_from INTEGER NOT NULL, valid_to INTEGER,
              level INTEGER NOT NULL, counter_fee_vnd INTEGER, online_fee_vnd INTEGER, counter_days INTEGER, online_days INTEGER,
              document_number TEXT NOT NULL, document_date INTEGER, document_clause TEXT NOT NULL, import_id INTEGER NOT NULL,
              withdrawn_in INTEGER
            ) STRICT;

            CREATE TABLE attribution (
              id INTEGER PRIMARY KEY,
              dossier_id INTEGER NOT NULL UNIQUE REFERENCES dossier_code,
              successor_code TEXT NOT NULL,
              document_number TEXT NOT NULL, document_date INTEGER, document_clause TEXT NOT NULL,
              import_id INTEGER NOT NULL REFERENCES import
            ) STRICT;
            CREATE TABLE attribution_history (
              id INTEGER NOT NULL, dossier_id INTEGER NOT NULL, successor_code TEXT NOT NULL, document_number TEXT NOT NULL,
              document_date INTEGER, document_clause TEXT NOT NULL, import_id INTEGER NOT NULL, withdrawn_in INTEGER
            ) STRICT;

            CREATE TABLE attempt (
              id INTEGER PRIMARY KEY,
              code TEXT NOT NULL UNIQUE,
              payment_id INTEGER NOT NULL REFERENCES payment,
              amount_vnd INTEGER NOT NULL CHECK (amount_vnd >= 0),
              provider TEXT NOT NULL,
              error_code TEXT NOT NULL,
              attempted_at INTEGER NOT NULL,
              import_id INTEGER NOT NULL REFERENCES import
            ) STRICT;
            CREATE INDEX attempt_payment ON attempt (payment_id);
            CREATE TABLE attempt_history (
              id INTEGER NOT NULL, code TEXT NOT NULL, payment_id INTEGER NOT NULL, amount_vnd INTEGER NOT NULL, provider TEXT NOT NULL,
              error_code TEXT NOT NULL, attempted_at INTEGER NOT NULL, import_id INTEGER NOT NULL, withdrawn_in INTEGER
            ) STRICT;

            CREATE TABLE account_count (
              id INTEGER PRIMARY KEY,
              agency_id INTEGER NOT NULL REFERENCES agency,
              day INTEGER NOT NULL,
              registered INTEGER NOT NULL CHECK (registered >= 0),
              confirmed INTEGER NOT NULL CHECK (confirmed >= 0),
              first_filing INTEGER NOT NULL CHECK (first_filing >= 0),
              import_id INTEGER NOT NULL REFERENCES import,
              UNIQUE (agency_id, day)
            ) STRICT;
            CREATE TABLE account_count_history (
              id INTEGER NOT NULL, agency_id INTEGER NOT NULL, day INTEGER NOT NULL, registered INTEGER NOT NULL, confirmed INTEGER NOT NULL,
              first_filing INTEGER NOT NULL, import_id INTEGER NOT NULL, withdrawn_in INTEGER
            ) STRICT;

            CREATE TABLE zero_days (
              id INTEGER PRIMARY KEY,
              agency_id INTEGER NOT NULL REFERENCES agency,
              first_day INTEGER NOT NULL,
              last_day INTEGER NOT NULL CHECK (last_day >= first_day),
              import_id INTEGER NOT NULL REFERENCES import,
              UNIQUE (agency_id, first_day)
            ) STRICT;
            CREATE TABLE zero_days_history (
              id INTEGER NOT NULL, agency_id INTEGER NOT NULL, first_day INTEGER NOT NULL, last_day INTEGER NOT NULL,
              import_id INTEGER NOT NULL, withdrawn_in INTEGER
            ) STRICT;

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
                SELECT * FROM dossier_code c JOIN dossier d ON d.id = c.id
                WHERE r.record_code != '' AND f.kind = 'submissions' AND c.code = r.record_code AND d.import_id > f.import_id)
              AND NOT EXISTS (
                SELECT * FROM dossier_code c JOIN dossier_history h ON h.dossier_id = c.id
                WHERE r.record_code != '' AND f.kind = 'submissions' AND c.code = r.record_code AND h.import_id > f.import_id AND h.withdrawn_in IS NULL)
              AND NOT EXISTS (
                SELECT * FROM payment p WHERE r.record_code != '' AND f.kind = 'payments' AND p.code = r.record_code AND p.import_id > f.import_id);

            CREATE TABLE setting (
              name TEXT PRIMARY KEY,
              value TEXT NOT NULL
            ) STRICT;
            """)
    }
    migrator.registerMigration("records in blocks") { db in try moveRecordsIntoBlocks(db) }
    migrator.registerMigration("digitised and signed dossiers") { db in
        try db.execute(sql: """
            ALTER TABLE dossier_history ADD COLUMN digitised INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE dossier_history ADD COLUMN signed INTEGER NOT NULL DEFAULT 0;
            """)
        // Dossiers are now also counted by whether a request for payment stands.
        try countAnew(db)
    }
    migrator.registerMigration("acts, publications, audit") { db in try createPublicationTables(db) }
    migrator.registerMigration("scopes of imports") { db in
        try db.execute(sql: """
            -- The part of the province whose clerk loaded it, by its code; empty for the whole province.
            ALTER TABLE import ADD COLUMN scope TEXT NOT NULL DEFAULT '';

            -- What is still kept aside: not taken back, not brought by a later import, not refused again, and for rows without a
            -- readable code not replaced by a newer file of the same name; each by an import of the same scope or of the whole province.
            DROP VIEW open_refusal;
            CREATE VIEW open_refusal AS
            SELECT r.rowid AS position, r.*, f.name, f.kind, f.import_id
            FROM refusal r JOIN import_file f ON f.id = r.import_file_id JOIN import i ON i.id = f.import_id
            WHERE f.import_id NOT IN (SELECT undoes FROM import WHERE undoes IS NOT NULL)
              AND NOT EXISTS (
                SELECT * FROM import_file g JOIN import j ON j.id = g.import_id
                WHERE r.record_code = '' AND g.name = f.name AND g.kind = f.kind AND g.import_id > f.import_id AND j.scope IN ('', i.scope)
                  AND g.import_id NOT IN (SELECT undoes FROM import WHERE undoes IS NOT NULL))
              AND NOT EXISTS (
                SELECT * FROM refusal s JOIN import_file g ON g.id = s.import_file_id JOIN import j ON j.id = g.import_id
                WHERE r.record_code != '' AND s.record_code = r.record_code AND g.kind = f.kind AND g.import_id > f.import_id AND j.scope IN ('', i.scope)
                  AND g.import_id NOT IN (SELECT undoes FROM import WHERE undoes IS NOT NULL))
              AND NOT EXISTS (
                SELECT * FROM brought_record b JOIN import j ON j.id = b.import_id
                WHERE b.record_code = r.record_code AND b.kind = f.kind AND b.import_id > f.import_id AND j.scope IN ('', i.scope)
                  AND b.import_id NOT IN (SELECT undoes FROM import WHERE undoes IS NOT NULL));
            """)
    }
    return migrator
}()
