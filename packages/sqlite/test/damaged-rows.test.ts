import { DatabaseSync } from 'node:sqlite'
import { CommandExecutor, defineCommand, defineStream, unchecked } from 'eventcore'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SqliteEventStore } from '../src/index.ts'
import { type TemporaryDirectory, temporaryDirectory } from './temporary-directory.ts'

const Counter = defineStream('counter', {
  events: { Counted: unchecked<{ by: number }>() },
  initial: () => 0,
  apply: { Counted: (count, { by }) => count + by },
})

const Count = defineCommand({
  name: 'Count',
  input: unchecked<{ counter: string; times: number }>(),
  streams: ({ counter }) => ({ counter: Counter(counter) }),
  handle: ({ input, counter }) => Array.from({ length: input.times }, () => counter.emit('Counted', { by: 1 })),
})

let directory: TemporaryDirectory
beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(() => directory.remove())

/** A store with the commits first (events 1 and 2), second (3) and third (4 and 5), and then something done to its rows. */
async function damaged(sql: string): Promise<SqliteEventStore> {
  const path = directory.file('events.db')
  const store = await SqliteEventStore.open(path)
  const executor = new CommandExecutor(store)
  await executor.execute(Count({ counter: 'a', times: 2 }), { commandId: 'first' })
  await executor.execute(Count({ counter: 'b', times: 1 }), { commandId: 'second' })
  await executor.execute(Count({ counter: 'a', times: 2 }), { commandId: 'third' })
  await store.close()
  const db = new DatabaseSync(path)
  for (const table of ['events', 'commits', 'streams'])
    for (const change of ['update', 'delete']) db.exec(`DROP TRIGGER eventcore_${table}_${change}`)
  db.exec(sql)
  db.close()
  return await SqliteEventStore.open(path)
}

const feed = (store: SqliteEventStore) => store.readFeed({ limit: 100 })
const command = (store: SqliteEventStore) => new CommandExecutor(store).execute(Count({ counter: 'a', times: 1 }))
const stream = (store: SqliteEventStore) => store.readStream('counter/a', { direction: 'backwards', limit: 10 })
const look = (id: string) => (store: SqliteEventStore) => store.findCommits([id])

describe('rows that contradict one another are an error, at once, and never left out', () => {
  test.each([
    [
      'an event in the middle of a stream',
      'DELETE FROM eventcore_events WHERE position = 2',
      command,
      'event 2 of counter/a is missing',
    ],
    [
      'the same, for a reader of the stream',
      'DELETE FROM eventcore_events WHERE position = 2',
      stream,
      'event 2 of counter/a is missing',
    ],
    [
      'the same, for a reader of the feed',
      'DELETE FROM eventcore_events WHERE position = 2',
      feed,
      'the event at position 2 is missing',
    ],
    [
      'the end of the last commit',
      'DELETE FROM eventcore_events WHERE position = 5',
      feed,
      'the event at position 5 is missing',
    ],
    [
      'the same, for who looks it up',
      'DELETE FROM eventcore_events WHERE position = 5',
      look('third'),
      'commit third has 1 events where 2 were written',
    ],
    [
      'a commit',
      "DELETE FROM eventcore_commits WHERE command_id = 'second'",
      feed,
      'the event at position 3 belongs to no commit',
    ],
    [
      'a commit that claims more',
      "UPDATE eventcore_commits SET events = 3 WHERE command_id = 'first'",
      feed,
      'two commits claim the event at position 3',
    ],
    [
      'the same, for who looks it up',
      "UPDATE eventcore_commits SET events = 3 WHERE command_id = 'first'",
      look('first'),
      'two commits claim the event at position 3',
    ],
    [
      'all events of a stream',
      'UPDATE eventcore_streams SET id = 99 WHERE id = 1',
      command,
      'the events of counter/a are missing',
    ],
    [
      'what a commit read',
      `UPDATE eventcore_commits SET reads = '["a"]' WHERE command_id = 'first'`,
      feed,
      'the streams that a commit read cannot be read: ["a"]',
    ],
    [
      'a command id',
      `UPDATE eventcore_commits SET command_id = x'00ff' WHERE command_id = 'first'`,
      feed,
      'a command id of 2 bytes is none',
    ],
  ])('%s: %s', async (_name, sql, ask, message) => {
    const store = await damaged(sql)
    await expect(ask(store)).rejects.toMatchObject({ code: 'STORE_FAILURE', message: expect.stringContaining(message) })
    await store.close()
  })
})

test('a URL that names no file is refused', async () => {
  await expect(SqliteEventStore.open(new URL('https://example.org/events.db'))).rejects.toMatchObject({
    code: 'STORE_FAILURE',
    message: expect.stringContaining('https://example.org/events.db names no file'),
  })
})
