import { backup, DatabaseSync } from 'node:sqlite'
import { readLog } from '@eventcore/testing/checker'
import { expect, test } from 'vitest'
import { SqliteEventStore } from '../src/index.ts'
import { temporaryDirectory } from './temporary-directory.ts'
import { appendOne, commitOn, fill } from './writing.ts'

test.each(['VACUUM INTO', 'backup'])(
  'a copy made with %s while others write is a beginning of the log, and a store',
  async (how) => {
    const directory = await temporaryDirectory()
    const store = await SqliteEventStore.open(directory.file('store.db'))
    await fill(store, 3_000, { prefix: 'before-' })
    const cursor = await store.headCursor()
    const writing = fill(store, 3_000, { prefix: 'meanwhile-' })

    const source = new DatabaseSync(directory.file('store.db'), { readOnly: true })
    if (how === 'backup') await backup(source, directory.file('copy.db'), { rate: 20 })
    else source.exec(`VACUUM INTO '${directory.file('copy.db')}'`)
    source.close()
    await writing

    const copy = await SqliteEventStore.open(directory.file('copy.db'))
    const [whole, copied] = [await readLog(store), await readLog(copy)]
    expect(copied.length).toBeGreaterThanOrEqual(3_000)
    expect(copied).toEqual(whole.slice(0, copied.length))
    // Readers go on with it where they stood, and so do writers.
    expect((await copy.readFeed({ after: cursor, limit: 1 })).events.length).toBe(copied.length > 3_000 ? 1 : 0)
    expect((await appendOne(copy, commitOn(copy, 'after'))).status).toBe('committed')
    await copy.close()
    await store.close()
    await directory.remove()
  },
)
