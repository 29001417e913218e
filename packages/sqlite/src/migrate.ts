import type { DatabaseSync } from 'node:sqlite'
import { StoreFailure } from 'eventcore'
import { MIGRATIONS } from './migrations.ts'
import { Query } from './query.ts'
import { rollback } from './rollback.ts'

/**
 * Brings the file to the schema of this version of the library. All in one immediate transaction: of two processes that
 * open a new file at once, one migrates, and the other one finds it done. Busy is not waited for here.
 * @throws StoreFailure (`STORE_FAILURE`) when the file was written by a later version of the library
 */
export function migrate(db: DatabaseSync, path: string, now: () => number): void {
  db.exec('BEGIN IMMEDIATE')
  try {
    db.exec(`CREATE TABLE IF NOT EXISTS eventcore_migrations (
      version INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      applied_at INTEGER NOT NULL -- milliseconds since the epoch
    ) STRICT`)
    const [current] = new Query<[number]>(db, 'SELECT coalesce(max(version), 0) FROM eventcore_migrations').get() ?? [0]
    if (current > MIGRATIONS.length) throw newerSchema(path, current)
    // SQLite opens a write-protected file all the same, to read it. This writes nothing, but may not be done then.
    db.exec('UPDATE eventcore_migrations SET version = version WHERE false')
    const record = db.prepare('INSERT INTO eventcore_migrations (version, name, applied_at) VALUES (?, ?, ?)')
    for (const { version, name, sql } of MIGRATIONS.slice(current)) {
      db.exec(sql)
      record.run(version, name, now())
    }
    db.exec('COMMIT')
  } catch (error) {
    rollback(db)
    throw error
  }
}

function newerSchema(path: string, version: number): StoreFailure {
  return new StoreFailure(
    `${path} has schema version ${version}, and this version of @eventcore/sqlite knows ${MIGRATIONS.length}. ` +
      'A later version of the library has written to it: update @eventcore/sqlite. Nothing was written.',
    'open',
  )
}
