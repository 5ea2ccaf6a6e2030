internal import GRDB

/// Decisions about periods, what was frozen and published by them, and the log of everything that was done.
///
/// None of these rows is ever changed or deleted, and the store itself refuses it.
func createPublicationTables(_ db: Database) throws {
    try db.execute(sql: """
        -- The definitions by which figures were made: the files of reports/ as JSON, by their SHA-256.
        CREATE TABLE definition_set (sha256 TEXT PRIMARY KEY, files TEXT NOT NULL) STRICT;

        CREATE TABLE act (
          id INTEGER PRIMARY KEY,
          kind TEXT NOT NULL CHECK (kind IN ('review', 'freeze', 'reopen', 'restate', 'explain', 'publish')),
          calendar TEXT NOT NULL,
          period TEXT NOT NULL,
          acted_at INTEGER NOT NULL,
          actor TEXT NOT NULL,
          reason TEXT NOT NULL,
          override TEXT NOT NULL,
          data_version INTEGER NOT NULL REFERENCES import,
          definitions TEXT REFERENCES definition_set
        ) STRICT;
        CREATE INDEX act_period ON act (period, calendar);

        -- The half-months that an act froze, or gave free again.
        CREATE TABLE frozen_half_month (
          half_month INTEGER NOT NULL, act_id INTEGER NOT NULL REFERENCES act, PRIMARY KEY (half_month, act_id)
        ) STRICT, WITHOUT ROWID;
        -- Their tallies: see TallyBlock.
        CREATE TABLE frozen_tally (
          act_id INTEGER NOT NULL REFERENCES act, kind INTEGER NOT NULL, half_month INTEGER NOT NULL, agency_id INTEGER NOT NULL REFERENCES agency,
          counts BLOB NOT NULL,
          PRIMARY KEY (act_id, kind, half_month, agency_id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE frozen_figure (
          act_id INTEGER NOT NULL REFERENCES act, unit_key TEXT NOT NULL, indicator TEXT NOT NULL, numerator INTEGER NOT NULL, denominator INTEGER NOT NULL,
          PRIMARY KEY (act_id, unit_key, indicator)
        ) STRICT, WITHOUT ROWID;

        -- How a restatement changed a figure, and why.
        CREATE TABLE figure_revision (
          act_id INTEGER NOT NULL REFERENCES act, unit_key TEXT NOT NULL, old_indicator TEXT NOT NULL, new_indicator TEXT NOT NULL,
          old_numerator INTEGER NOT NULL, old_denominator INTEGER NOT NULL, new_numerator INTEGER NOT NULL, new_denominator INTEGER NOT NULL,
          PRIMARY KEY (act_id, unit_key, new_indicator)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE figure_revision_cause (
          act_id INTEGER NOT NULL, unit_key TEXT NOT NULL, new_indicator TEXT NOT NULL, cause TEXT NOT NULL,
          numerator INTEGER NOT NULL, denominator INTEGER NOT NULL,
          PRIMARY KEY (act_id, unit_key, new_indicator, cause),
          FOREIGN KEY (act_id, unit_key, new_indicator) REFERENCES figure_revision
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE explanation (
          act_id INTEGER NOT NULL REFERENCES act, figure TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (act_id, figure)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE publication (
          id INTEGER PRIMARY KEY,
          act_id INTEGER NOT NULL UNIQUE REFERENCES act,
          -- The acts that it knows of.
          through_act INTEGER NOT NULL,
          structure TEXT NOT NULL,
          language TEXT NOT NULL,
          formats TEXT NOT NULL,
          reports TEXT NOT NULL,
          units TEXT NOT NULL,
          is_external INTEGER NOT NULL CHECK (is_external IN (0, 1)),
          threshold INTEGER NOT NULL,
          program TEXT NOT NULL
        ) STRICT;
        CREATE TABLE publication_file (
          publication_id INTEGER NOT NULL REFERENCES publication, name TEXT NOT NULL, report TEXT NOT NULL, unit_code TEXT NOT NULL,
          sha256 TEXT NOT NULL CHECK (length(sha256) = 64), bytes INTEGER NOT NULL,
          PRIMARY KEY (publication_id, name)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE publication_recipient (
          publication_id INTEGER NOT NULL REFERENCES publication, recipient TEXT NOT NULL, PRIMARY KEY (publication_id, recipient)
        ) STRICT, WITHOUT ROWID;
        -- What each file says, so that a difference can be named: a hash for each section, and every figure.
        CREATE TABLE publication_section (
          publication_id INTEGER NOT NULL REFERENCES publication, report TEXT NOT NULL, section TEXT NOT NULL, sha256 TEXT NOT NULL,
          PRIMARY KEY (publication_id, report, section)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE publication_figure (
          publication_id INTEGER NOT NULL REFERENCES publication, figure TEXT NOT NULL, numerator INTEGER NOT NULL, denominator INTEGER NOT NULL,
          PRIMARY KEY (publication_id, figure)
        ) STRICT, WITHOUT ROWID;
        -- The lines of counts that an external publication showed or hid.
        CREATE TABLE publication_line (
          publication_id INTEGER NOT NULL REFERENCES publication, indicator TEXT NOT NULL, line TEXT NOT NULL, leaves TEXT NOT NULL,
          numerator INTEGER NOT NULL, denominator INTEGER NOT NULL, is_hidden INTEGER NOT NULL CHECK (is_hidden IN (0, 1)),
          PRIMARY KEY (publication_id, indicator, line)
        ) STRICT, WITHOUT ROWID;

        -- Each entry's hash is over its own words and the hash before, so that nothing can be changed or left out unnoticed.
        CREATE TABLE audit (
          id INTEGER PRIMARY KEY,
          happened_at INTEGER NOT NULL,
          actor TEXT NOT NULL,
          event TEXT NOT NULL,
          subject TEXT NOT NULL,
          detail TEXT NOT NULL,
          hash TEXT NOT NULL CHECK (length(hash) = 64)
        ) STRICT;
        """)
    for table in appendOnlyTables {
        // `INSERT OR REPLACE` deletes without asking the trigger of deleting.
        let key = try db.primaryKey(table).columns
        let isThere = key.map { "\($0) = NEW.\($0)" }.joined(separator: " AND ")
        try db.execute(sql: """
            CREATE TRIGGER \(table)_no_replace BEFORE INSERT ON \(table) WHEN EXISTS (SELECT * FROM \(table) WHERE \(isThere))
            BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END
            """)
        for change in ["UPDATE", "DELETE"] {
            try db.execute(sql: """
                CREATE TRIGGER \(table)_no_\(change.lowercased()) BEFORE \(change) ON \(table)
                BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END
                """)
        }
    }
}

/// Those that point to others come first.
let appendOnlyTables = [
    "frozen_half_month", "frozen_tally", "frozen_figure", "figure_revision_cause", "figure_revision", "explanation", "publication_file",
    "publication_recipient", "publication_section", "publication_figure", "publication_line", "publication", "act", "definition_set", "audit",
]
