internal import GRDB

/// The schema of the ledger of deliveries; as with the store's, a released step is never changed.
///
/// Moments are seconds since 1970-01-01T00:00:00Z. None is compared with another by a CHECK: the clock may be set back.
let deliveryMigrations: DatabaseMigrator = {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("schedules, runs, parcels, notices, history") { db in
        try createRuns(db)
        try createParcels(db)
        try createNoticesAndHistory(db)
    }
    return migrator
}()

private func createRuns(_ db: Database) throws {
    try db.execute(sql: """
        CREATE TABLE schedule (
          id TEXT PRIMARY KEY CHECK (id != ''),
          since INTEGER NOT NULL,
          planned_through INTEGER NOT NULL,
          -- Which periods it is about; when that changes, it begins anew.
          shape TEXT NOT NULL DEFAULT '',
          paused_by TEXT CHECK (paused_by != ''),
          paused_at INTEGER,
          paused_why TEXT,
          CHECK ((paused_by IS NULL) = (paused_at IS NULL) AND (paused_by IS NULL) = (paused_why IS NULL))
        ) STRICT, WITHOUT ROWID;
        -- The clock of the last round, by which a clock that was set back is known.
        CREATE TABLE round (only INTEGER PRIMARY KEY CHECK (only = 1), last_at INTEGER NOT NULL) STRICT;

        CREATE TABLE run (
          id INTEGER PRIMARY KEY,
          key TEXT NOT NULL UNIQUE CHECK (key != ''),
          schedule TEXT NOT NULL REFERENCES schedule,
          due_at INTEGER NOT NULL,
          calendar TEXT NOT NULL CHECK (calendar IN ('administrative', 'calendar')),
          period TEXT NOT NULL CHECK (period != ''),
          revision INTEGER CHECK (revision > 0),
          state TEXT NOT NULL CHECK (state IN ('due', 'making', 'made', 'sent', 'failed', 'skipped')),
          attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
          next_try_at INTEGER CHECK (next_try_at IS NULL OR state IN ('due', 'made')),
          reason TEXT NOT NULL,
          publication INTEGER CHECK (publication > 0),
          data_version INTEGER CHECK (data_version IS NOT NULL OR state NOT IN ('made', 'sent')),
          created_at INTEGER NOT NULL,
          -- From when on its patience with a gate counts: when it was due, planned, or asked for again, whichever came last.
          waits_since INTEGER NOT NULL,
          -- When its state was last changed, by the clock of then.
          changed_at INTEGER NOT NULL,
          ended_at INTEGER CHECK ((ended_at IS NOT NULL) = (state IN ('sent', 'failed', 'skipped')))
        ) STRICT;
        CREATE INDEX run_state ON run (state, due_at);
        CREATE INDEX run_period ON run (schedule, calendar, period);
        -- Without the run that was there, its key would be free again.
        CREATE TRIGGER run_no_delete BEFORE DELETE ON run BEGIN SELECT RAISE(ABORT, 'a run is never deleted'); END;
        -- `INSERT OR REPLACE` deletes without asking the trigger of deleting.
        CREATE TRIGGER run_no_replace BEFORE INSERT ON run WHEN EXISTS (SELECT * FROM run WHERE id = NEW.id OR key = NEW.key)
        BEGIN SELECT RAISE(ABORT, 'a run is never replaced'); END;
        CREATE TRIGGER run_stays BEFORE UPDATE OF id, key, schedule, due_at, calendar, period, revision ON run
        BEGIN SELECT RAISE(ABORT, 'a run stays what it is'); END;
        -- Asked for again, it looks for readers who have nothing yet; its parcels that were sent stay so.
        CREATE TRIGGER run_stays_sent BEFORE UPDATE ON run WHEN OLD.state = 'sent' AND NEW.state != 'due'
        BEGIN SELECT RAISE(ABORT, 'what was sent stays sent'); END;
        """)
}

private func createParcels(_ db: Database) throws {
    try db.execute(sql: """
        CREATE TABLE parcel (
          id INTEGER PRIMARY KEY,
          run_id INTEGER NOT NULL REFERENCES run,
          key TEXT NOT NULL UNIQUE CHECK (key != ''),
          recipient TEXT NOT NULL CHECK (recipient != ''),
          unit_code TEXT NOT NULL,
          message_id TEXT NOT NULL,
          content TEXT NOT NULL,
          state TEXT NOT NULL CHECK (state IN ('making', 'made', 'sent', 'failed', 'skipped')),
          attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
          next_try_at INTEGER CHECK (next_try_at IS NULL OR state = 'made'),
          -- It may have arrived: after the try that runs or was the last one, and before it.
          is_uncertain INTEGER NOT NULL DEFAULT 0 CHECK (is_uncertain IN (0, 1) AND (is_uncertain = 0 OR state != 'sent')),
          was_uncertain INTEGER NOT NULL DEFAULT 0 CHECK (was_uncertain IN (0, 1)),
          reason TEXT NOT NULL DEFAULT '',
          changed_at INTEGER NOT NULL,
          ended_at INTEGER CHECK ((ended_at IS NOT NULL) = (state IN ('sent', 'failed', 'skipped')))
        ) STRICT;
        CREATE INDEX parcel_run ON parcel (run_id);
        CREATE INDEX parcel_open ON parcel (state) WHERE state IN ('making', 'made');
        CREATE TRIGGER parcel_no_delete BEFORE DELETE ON parcel BEGIN SELECT RAISE(ABORT, 'a parcel is never deleted'); END;
        CREATE TRIGGER parcel_no_replace BEFORE INSERT ON parcel WHEN EXISTS (SELECT * FROM parcel WHERE id = NEW.id OR key = NEW.key)
        BEGIN SELECT RAISE(ABORT, 'a parcel is never replaced'); END;
        CREATE TRIGGER parcel_stays BEFORE UPDATE OF id, run_id, key, recipient, message_id ON parcel
        BEGIN SELECT RAISE(ABORT, 'a parcel stays what it is'); END;
        -- All but the letter, which is taken away when it is old.
        CREATE TRIGGER parcel_stays_sent BEFORE UPDATE OF unit_code, state, attempts, next_try_at, is_uncertain, was_uncertain, reason, changed_at, ended_at ON parcel
        WHEN OLD.state = 'sent'
        BEGIN SELECT RAISE(ABORT, 'what was sent stays sent'); END;
        """)
}

private func createNoticesAndHistory(_ db: Database) throws {
    try db.execute(sql: """
        CREATE TABLE notice (
          id INTEGER PRIMARY KEY,
          key TEXT NOT NULL UNIQUE CHECK (key != ''),
          subject TEXT NOT NULL,
          text TEXT NOT NULL,
          created_at INTEGER NOT NULL,
          attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
          next_try_at INTEGER CHECK (next_try_at IS NULL OR sent_at IS NULL),
          changed_at INTEGER NOT NULL,
          sent_at INTEGER
        ) STRICT;
        CREATE INDEX notice_open ON notice (id) WHERE sent_at IS NULL;

        -- What became of a run or one of its parcels, or of a schedule; which words there are is said by the program.
        CREATE TABLE history (
          id INTEGER PRIMARY KEY,
          run_id INTEGER REFERENCES run,
          parcel_id INTEGER REFERENCES parcel CHECK (parcel_id IS NULL OR run_id IS NOT NULL),
          schedule TEXT REFERENCES schedule CHECK ((schedule IS NULL) != (run_id IS NULL)),
          happened_at INTEGER NOT NULL,
          state TEXT NOT NULL CHECK (state != ''),
          detail TEXT NOT NULL
        ) STRICT;
        CREATE INDEX history_run ON history (run_id);
        CREATE INDEX history_schedule ON history (schedule) WHERE schedule IS NOT NULL;
        CREATE TRIGGER history_no_replace BEFORE INSERT ON history WHEN EXISTS (SELECT * FROM history WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
        CREATE TRIGGER history_no_update BEFORE UPDATE ON history BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
        CREATE TRIGGER history_no_delete BEFORE DELETE ON history BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
        """)
}
