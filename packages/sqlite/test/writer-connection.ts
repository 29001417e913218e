import type { DatabaseSync } from 'node:sqlite'
import { SqliteEventStore, type SqliteEventStoreOptions } from '../src/index.ts'
import { Writer } from '../src/writer.ts'

/** Opens a store and hands out its write connection too, to limit it as a full disk would. */
export async function openWithWriter(
  path: string,
  options?: SqliteEventStoreOptions,
): Promise<{ readonly store: SqliteEventStore; readonly writer: DatabaseSync }> {
  const { begin } = Writer.prototype
  let writer: DatabaseSync | undefined
  Writer.prototype.begin = function (this: Writer): void {
    writer = this.db
    begin.call(this)
  }
  try {
    const store = await SqliteEventStore.open(path, options)
    await store.snapshots.delete({ stream: 'nothing' })
    if (writer === undefined) throw new Error('the store has not written')
    return { store, writer }
  } finally {
    Writer.prototype.begin = begin
  }
}
