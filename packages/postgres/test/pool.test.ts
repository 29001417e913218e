import { CommandExecutor, defineCommand, defineStream, unchecked } from 'eventcore'
import { describe, expect, it } from 'vitest'
import { PostgresEventStore } from '../src/index.ts'
import { write } from './support/commits.ts'
import { crowdPool } from './support/crowded-pool.ts'
import { useStage } from './support/stage.ts'

const stage = useStage()

describe('a pool of two connections', () => {
  it('serves 200 commands at once whose handlers wait for commands of their own', async () => {
    const store = await stage.store({ url: await stage.database(), maxConnections: 2 })
    const { committed, booked } = await crowdPool(store, 200)
    expect([committed, booked]).toEqual([200, 200])
  }, 120_000)

  it('that somebody else has taken is waited for as long as a caller allows, and each is told what was the matter', async () => {
    const url = await stage.database()
    const pool = stage.pool({ connectionString: url, max: 2 })
    // Both are there before somebody waits for one: on a busy machine it may take longer to connect than the time that is allowed below.
    for (const client of await Promise.all([pool.connect(), pool.connect()])) client.release()
    const store = await PostgresEventStore.open({ pool, connectTimeoutMs: 300, notifications: false })
    await write(store, 'a')
    const taken = [await pool.connect(), await pool.connect()]
    await expect(store.read([{ stream: 'a', after: 0 }])).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      retryable: true,
      message: expect.stringContaining('all 2 connections of the pool were in use'),
    })
    const Note = defineStream('note', {
      events: { Noted: unchecked<object>() },
      initial: () => 0,
      apply: { Noted: (n) => n + 1 },
    })
    const Take = defineCommand({
      name: 'Take',
      input: unchecked<object>(),
      streams: () => ({ note: Note('one') }),
      handle: ({ note }) => note.emit('Noted', {}),
    })
    const executor = new CommandExecutor(store, { maxAttempts: 1_000, timeoutMs: 1_000 })
    const refused = await executor.execute(Take({})).catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'COMMAND_TIMEOUT', cause: { code: 'STORE_UNAVAILABLE' } })
    for (const client of taken) client.release()
    expect((await executor.execute(Take({}))).status).toBe('committed')
    await executor.close()
    await store.close()
  }, 60_000)
})
