/** One step from a version of the schema to the next. Published steps are never edited: a change is a new step. */
export interface Migration {
  /** 1, 2, 3, … without gaps. */
  readonly version: number
  readonly name: string
  readonly sql: string
}

/**
 * Why the schema looks like this, with the measured alternatives: docs/adr/0003-sqlite-schema.md.
 *
 * `eventcore_events`: the position is the rowid, so feed order is the order of the table, and no index is needed for it.
 * It is given by the writer (last + 1, under the write lock), so it has no gaps, and a position that was read never
 * belongs to another event as long as nothing is deleted, which the triggers refuse. `data` stands last: a scan that only
 * filters does not touch the overflow pages of large payloads.
 *
 * `eventcore_commits`: keyed by the position of the commit's first event, so that events need no column that names
 * their commit: it is the last one that begins at or before them. NULL says what is usual: `correlation_id` the command
 * id, `metadata` `{}`, `reads` exactly the one stream written to, where it stood before.
 */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'events, commits, snapshots, checkpoints, leases',
    sql: `
      CREATE TABLE eventcore_streams (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE
      ) STRICT;

      CREATE TABLE eventcore_events (
        position INTEGER PRIMARY KEY,
        stream INTEGER NOT NULL, -- eventcore_streams.id
        version INTEGER NOT NULL,
        id TEXT NOT NULL,
        type TEXT NOT NULL,
        data TEXT NOT NULL, -- JSON
        UNIQUE (stream, version)
      ) STRICT;

      CREATE TABLE eventcore_commits (
        position INTEGER PRIMARY KEY, -- of its first event
        command_id ANY NOT NULL UNIQUE, -- the 16 bytes of a UUID, any other id as text
        events INTEGER NOT NULL, -- how many
        command_name TEXT NOT NULL,
        input_hash TEXT NOT NULL,
        reads TEXT, -- JSON: [stream, version, stream, version, …]
        recorded_at INTEGER NOT NULL, -- milliseconds since the epoch
        correlation_id TEXT,
        causation_id TEXT,
        metadata TEXT -- JSON
      ) STRICT;

      CREATE TABLE eventcore_snapshots (
        stream TEXT NOT NULL,
        fold TEXT NOT NULL,
        version INTEGER NOT NULL,
        head_id TEXT NOT NULL,
        state TEXT NOT NULL, -- JSON
        PRIMARY KEY (stream, fold)
      ) STRICT;

      CREATE TABLE eventcore_checkpoints (
        name TEXT PRIMARY KEY NOT NULL,
        cursor TEXT NOT NULL,
        epoch INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE eventcore_leases (
        name TEXT PRIMARY KEY NOT NULL,
        owner TEXT, -- NULL after a release
        epoch INTEGER NOT NULL,
        expires_at INTEGER NOT NULL -- milliseconds since the epoch
      ) STRICT;

      -- Written to find out about a COMMIT that failed, see failed-commit.ts.
      CREATE TABLE eventcore_fence (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        counter INTEGER NOT NULL
      ) STRICT;
      INSERT INTO eventcore_fence (id, counter) VALUES (1, 0);

      CREATE TRIGGER eventcore_events_update BEFORE UPDATE ON eventcore_events
        BEGIN SELECT RAISE(ABORT, 'events are immutable'); END;
      CREATE TRIGGER eventcore_events_delete BEFORE DELETE ON eventcore_events
        BEGIN SELECT RAISE(ABORT, 'events are immutable'); END;
      CREATE TRIGGER eventcore_commits_update BEFORE UPDATE ON eventcore_commits
        BEGIN SELECT RAISE(ABORT, 'commits are immutable'); END;
      CREATE TRIGGER eventcore_commits_delete BEFORE DELETE ON eventcore_commits
        BEGIN SELECT RAISE(ABORT, 'commits are immutable'); END;
      CREATE TRIGGER eventcore_streams_update BEFORE UPDATE ON eventcore_streams
        BEGIN SELECT RAISE(ABORT, 'streams are immutable'); END;
      CREATE TRIGGER eventcore_streams_delete BEFORE DELETE ON eventcore_streams
        BEGIN SELECT RAISE(ABORT, 'streams are immutable'); END;
    `,
  },
  {
    version: 2,
    name: 'dead letters and active versions of projections',
    sql: `
      CREATE TABLE eventcore_dead_letters (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        projection TEXT NOT NULL,
        position INTEGER NOT NULL,
        event_id TEXT NOT NULL,
        stream TEXT NOT NULL,
        version INTEGER NOT NULL,
        type TEXT NOT NULL,
        command_id TEXT NOT NULL,
        reason TEXT NOT NULL CHECK (reason IN ('failed', 'waiting', 'skipped')),
        error TEXT,
        attempts INTEGER NOT NULL,
        parked_at INTEGER NOT NULL, -- milliseconds since the epoch
        UNIQUE (projection, position)
      ) STRICT;
      CREATE INDEX eventcore_dead_letters_stream ON eventcore_dead_letters (projection, stream);

      CREATE TABLE eventcore_projections (
        name TEXT PRIMARY KEY NOT NULL,
        version INTEGER NOT NULL -- the one that readers are to use
      ) STRICT;
    `,
  },
  {
    version: 3,
    name: 'when leases were granted, for clocks that are set back',
    sql: 'ALTER TABLE eventcore_leases ADD COLUMN granted_at INTEGER; -- milliseconds since the epoch; NULL: not known',
  },
]
