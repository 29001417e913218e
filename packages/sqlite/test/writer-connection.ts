import type { DatabaseSync } from 'node:sqlite'
import { vi } from 'vitest'
import { SqliteEventStore, type SqliteEventStoreOptions } from '../src/index.ts'
import { Writer } from '../src/writer.ts'

/** Opens a store and hands out its write connection too, to limit it as a full disk would. */
export async function openWithWriter(
  path: string,
  options?: SqliteEventStoreOptions,
): Promise<{ readonly store: SqliteEventStore; readonly writer: DatabaseSync }> {
  const begin = vi.spyOn(Writer.prototype, 'begin')
  try {
    const store = await SqliteEventStore.open(path, options)
    await store.snapshots.delete({ stream: 'nothing' })
    const writer = begin.mock.contexts.at(-1)
    if (writer === undefined) throw new Error('the store has not written')
    return { store, writer: writer.db }
  } finally {
    begin.mockRestore()
  }
}
