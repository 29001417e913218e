import { describe, expect, it } from 'vitest'
import { absent, newCommit, newEvent, write } from './support/commits.ts'
import { beginAppend } from './support/open-append.ts'
import { useStage } from './support/stage.ts'

const stage = useStage()

/** Never looks by itself within a test: whoever is woken was notified. */
const NEVER = 3_600_000
const LONG = 60_000

describe('a waiting reader', () => {
  it('is notified by an append of another process', async () => {
    const url = await stage.database()
    const reader = await stage.store({ url, pollIntervalMs: NEVER, applicationName: 'reader' })
    const writer = await stage.store({ url })
    const head = (await write(writer, 'a')) && (await reader.headCursor())
    const waiting = reader.waitForEvents(head, { timeoutMs: LONG })
    await untilListening(url, 'reader')
    await write(writer, 'a')
    expect(await waiting).toBe(true)
  })

  it('listens again after its connection was ended, and learns what it missed meanwhile', async () => {
    const url = await stage.database()
    const reader = await stage.store({ url, pollIntervalMs: NEVER, applicationName: 'reader' })
    const writer = await stage.store({ url })
    const first = reader.waitForEvents(undefined, { timeoutMs: LONG })
    await untilListening(url, 'reader')
    const client = await stage.client(url)
    await client.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'reader'`)
    await write(writer, 'a')
    expect(await first).toBe(true)
    const head = await reader.headCursor()
    await untilListening(url, 'reader')
    const second = reader.waitForEvents(head, { timeoutMs: LONG })
    await write(writer, 'a')
    expect(await second).toBe(true)
  })

  it('is told at once of what was notified before it began to wait', async () => {
    const url = await stage.database()
    const reader = await stage.store({ url, pollIntervalMs: NEVER, applicationName: 'reader' })
    const writer = await stage.store({ url })
    const first = reader.waitForEvents(undefined, { timeoutMs: LONG })
    await untilListening(url, 'reader')
    await write(writer, 'a')
    expect(await first).toBe(true)
    // It has read nothing meanwhile, so it stands before an event of which no further notification comes.
    expect(await reader.waitForEvents(undefined, { timeoutMs: LONG })).toBe(true)
  })

  it('finds out by looking when notifications are off', async () => {
    const url = await stage.database()
    const reader = await stage.store({ url, notifications: false, pollIntervalMs: 20 })
    const writer = await stage.store({ url, notifications: false })
    const waiting = reader.waitForEvents(undefined, { timeoutMs: LONG })
    await write(writer, 'a')
    expect(await waiting).toBe(true)
  })

  it('of an event that another append still holds back is woken when it can be read', async () => {
    const url = await stage.database()
    const store = await stage.store({ url, pollIntervalMs: NEVER })
    const slow = await stage.client(url)
    await beginAppend(slow, [newCommit(store, [absent('slow')], [newEvent(store, 'slow')])])
    await write(store, 'a')
    // Committed and not readable: the hint came before, so nobody else will wake us.
    const waiting = store.waitForEvents(undefined, { timeoutMs: LONG })
    expect((await store.readFeed({ limit: 10 })).events).toEqual([])
    await slow.query('commit')
    expect(await waiting).toBe(true)
    expect((await store.readFeed({ limit: 10 })).events).toHaveLength(2)
  })

  it('is not woken by appends to another store in the same database', async () => {
    const url = await stage.database()
    const store = await stage.store({ url })
    const other = await stage.store({ url, schema: 'other' })
    const waiting = store.waitForEvents(undefined, { timeoutMs: 300 })
    await untilListening(url, 'eventcore')
    await write(other, 'a')
    expect(await waiting).toBe(false)
  })
})

describe('appends', () => {
  it('notify at most once in ten milliseconds, however many there are', async () => {
    const url = await stage.database()
    const store = await stage.store({ url })
    const listener = await stage.client(url)
    let notifications = 0
    listener.on('notification', () => notifications++)
    await listener.query('listen "eventcore.events"')
    const start = performance.now()
    await Promise.all(
      Array.from({ length: 4 }, async (_, i) => {
        for (let n = 0; n < 50; n++) await write(store, `s-${i}`)
      }),
    )
    await store.close()
    await listener.query('select 1')
    expect(notifications).toBeGreaterThan(0)
    expect(notifications).toBeLessThanOrEqual(2 + (performance.now() - start) / 10)
  })
})

async function untilListening(url: string, name: string): Promise<void> {
  const client = await stage.client(url)
  const listening = `select from pg_stat_activity where application_name = $1 and query ilike 'listen%' and state = 'idle'`
  while ((await client.query(listening, [name])).rowCount === 0) await new Promise((resolve) => setTimeout(resolve, 5))
}
