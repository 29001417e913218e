import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SqliteEventStore } from '../src/index.ts'
import { type TemporaryDirectory, temporaryDirectory } from './temporary-directory.ts'
import { appendOne, commitOn } from './writing.ts'

let directory: TemporaryDirectory
beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(() => directory.remove())

test.each(['eventcore_events', 'eventcore_commits', 'eventcore_streams'])(
  'the database itself refuses to change or delete what stands in %s',
  async (table) => {
    const path = directory.file('store.db')
    const store = await SqliteEventStore.open(path)
    await appendOne(store, commitOn(store, 'one'))
    const other = new DatabaseSync(path)
    const [column] = other.prepare(`PRAGMA table_info(${table})`).all()
    expect(() => other.exec(`UPDATE ${table} SET ${String(column?.name)} = 7`)).toThrow('immutable')
    expect(() => other.exec(`DELETE FROM ${table}`)).toThrow('immutable')
    other.close()
    await store.close()
  },
)
