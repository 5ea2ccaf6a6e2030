internal import GRDB

/// The schema of the accounts' own file; as with the store's, a released step is never changed.
///
/// Moments are seconds since 1970-01-01T00:00:00Z. Of passwords, tokens and links only hashes are kept.
let accountMigrations: DatabaseMigrator = {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("accounts, links, sessions, tokens, attempts, access log") { db in
        try db.execute(sql: """
            -- Never deleted: the log names them.
            CREATE TABLE account (
              name TEXT PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 64 AND name = lower(name)),
              role TEXT NOT NULL CHECK (role IN ('administrator', 'reviewer', 'head', 'clerk', 'auditor')),
              scope TEXT NOT NULL CHECK (scope != ''),
              display_name TEXT NOT NULL,
              is_disabled INTEGER NOT NULL CHECK (is_disabled IN (0, 1)),
              password_hash TEXT CHECK (password_hash LIKE '$argon2id$%'),
              password_changed_at INTEGER,
              subject TEXT UNIQUE CHECK (subject != ''),
              created_at INTEGER NOT NULL,
              CHECK ((password_hash IS NULL) = (password_changed_at IS NULL))
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE link (
              secret_hash TEXT PRIMARY KEY CHECK (length(secret_hash) = 64),
              account TEXT NOT NULL UNIQUE REFERENCES account,
              created_at INTEGER NOT NULL,
              valid_until INTEGER NOT NULL CHECK (valid_until > created_at)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE session (
              token_hash TEXT PRIMARY KEY CHECK (length(token_hash) = 64),
              account TEXT NOT NULL REFERENCES account,
              csrf TEXT NOT NULL CHECK (csrf != ''),
              created_at INTEGER NOT NULL,
              last_seen_at INTEGER NOT NULL CHECK (last_seen_at >= created_at),
              see_as TEXT REFERENCES account
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX session_account ON session (account);
            CREATE INDEX session_see_as ON session (see_as);

            CREATE TABLE token (
              id TEXT PRIMARY KEY CHECK (id != ''),
              hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
              account TEXT NOT NULL REFERENCES account,
              label TEXT NOT NULL,
              -- Words with blanks between them.
              scopes TEXT NOT NULL CHECK (scopes != ''),
              created_at INTEGER NOT NULL,
              valid_until INTEGER NOT NULL CHECK (valid_until > created_at),
              last_used_at INTEGER
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX token_account ON token (account);

            -- Failures in a row: of a name from an address, of an address with any name (''), of a name from any address ('').
            CREATE TABLE attempt (
              name TEXT NOT NULL, address TEXT NOT NULL, failures INTEGER NOT NULL CHECK (failures > 0), last_failed_at INTEGER NOT NULL,
              PRIMARY KEY (name, address)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX attempt_last_failed_at ON attempt (last_failed_at);
            CREATE TABLE known_address (
              account TEXT NOT NULL REFERENCES account, address TEXT NOT NULL, signed_in_at INTEGER NOT NULL,
              PRIMARY KEY (account, address)
            ) STRICT, WITHOUT ROWID;

            -- Which events there are is said by the program: a CHECK here could only be changed by copying the log.
            CREATE TABLE access_log (
              id INTEGER PRIMARY KEY,
              happened_at INTEGER NOT NULL,
              event TEXT NOT NULL CHECK (event != ''),
              actor TEXT NOT NULL,
              subject TEXT NOT NULL,
              detail TEXT NOT NULL
            ) STRICT;
            -- `INSERT OR REPLACE` deletes without asking the trigger of deleting.
            CREATE TRIGGER access_log_no_replace BEFORE INSERT ON access_log WHEN EXISTS (SELECT * FROM access_log WHERE id = NEW.id)
            BEGIN SELECT RAISE(ABORT, 'access_log is append-only'); END;
            CREATE TRIGGER access_log_no_update BEFORE UPDATE ON access_log BEGIN SELECT RAISE(ABORT, 'access_log is append-only'); END;
            CREATE TRIGGER access_log_no_delete BEFORE DELETE ON access_log BEGIN SELECT RAISE(ABORT, 'access_log is append-only'); END;
            """)
    }
    migrator.registerMigration("mail of accounts") { db in
        // What is an address is said by the program.
        try db.execute(sql: "ALTER TABLE account ADD COLUMN mail TEXT CHECK (length(mail) BETWEEN 3 AND 254)")
    }
    return migrator
}()
