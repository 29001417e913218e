import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SqliteEventStore } from '@eventcore/sqlite'

/** A store on a new file, and the file gone afterwards. Not flushed: nothing here loses power. */
export async function withSqlite(work: (store: SqliteEventStore, path: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'eventcore-fuzz-'))
  const path = join(folder, 'fuzz.db')
  const store = await SqliteEventStore.open(path, { durability: 'normal' })
  try {
    await work(store, path)
  } finally {
    await store.close()
    rmSync(folder, { recursive: true })
  }
}
