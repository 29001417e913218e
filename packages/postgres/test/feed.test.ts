import { asCursor, type EventStore, subscribe } from 'eventcore'
import { describe, expect, it } from 'vitest'
import { PostgresEventStore } from '../src/index.ts'
import { absent, newCommit, newEvent, write } from './support/commits.ts'
import { beginAppend } from './support/open-append.ts'
import { useStage } from './support/stage.ts'

const stage = useStage()

const streamsOf = async (store: EventStore): Promise<string[]> =>
  (await store.readFeed({ limit: 1_000 })).events.map(({ stream }) => stream)

const oneEvent = (store: EventStore, stream: string) => newCommit(store, [absent(stream)], [newEvent(store, stream)])

describe('the feed', () => {
  it('waits for an append that is still running, says which, and goes on when it ends', async () => {
    const url = await stage.database()
    const store = await stage.store({ url })
    await write(store, 'before')
    const slow = await stage.client(url)
    await beginAppend(slow, [oneEvent(store, 'slow')])
    await write(store, 'after')
    expect(await streamsOf(store)).toEqual(['before'])
    const { heldBackBy } = await store.feedStatus()
    const { rows } = await slow.query<{ pid: number; since: Date }>(
      'select pg_backend_pid() as pid, transaction_timestamp() as since',
    )
    expect(heldBackBy).toMatchObject({ pid: rows[0]?.pid, state: 'idle in transaction' })
    expect(Math.abs(Number(heldBackBy?.since) - Number(rows[0]?.since))).toBeLessThan(2)
    await slow.query('commit')
    expect(await streamsOf(store)).toEqual(['before', 'slow', 'after'])
    expect((await store.feedStatus()).heldBackBy).toBeUndefined()
  })

  it('waits for one that is rolled back, and then goes on without it', async () => {
    const url = await stage.database()
    const store = await stage.store({ url })
    const slow = await stage.client(url)
    await beginAppend(slow, [oneEvent(store, 'slow')])
    await write(store, 'after')
    expect(await streamsOf(store)).toEqual([])
    await slow.query('rollback')
    expect(await streamsOf(store)).toEqual(['after'])
  })

  it('is not held back by a foreign transaction, however much it writes and locks', async () => {
    const url = await stage.database()
    const store = await stage.store({ url })
    const foreign = await stage.client(url)
    await foreign.query('create table mine (x integer)')
    await foreign.query('begin')
    await foreign.query('insert into mine select generate_series(1, 1000)')
    await foreign.query('select pg_advisory_xact_lock_shared(1, 1), pg_advisory_xact_lock(2)')
    await foreign.query(`select pg_advisory_xact_lock_shared('eventcore.streams'::regclass::oid::integer, 0)`)
    await write(store, 'a')
    const elsewhere = await stage.store({ url: await stage.database() })
    const slow = await stage.client(url)
    await beginAppend(slow, [oneEvent(store, 'slow')])
    await write(elsewhere, 'b')
    expect(await streamsOf(store)).toEqual(['a'])
    expect(await streamsOf(elsewhere)).toEqual(['b'])
    expect((await elsewhere.feedStatus()).heldBackBy).toBeUndefined()
  })

  it('finds a writer that took its lock long ago, also where the numbers of the locks begin anew', async () => {
    const url = await stage.database()
    const client = await stage.client(url)
    for (const drawn of [2 ** 31 - 2, 2 ** 32 - 2, 2 ** 32 + 2 ** 31 - 2, 2 ** 40]) {
      await client.query(`select setval('eventcore.batches', ${drawn})`)
      const store = await stage.store({ url })
      const before = (await streamsOf(store)).length
      const slow = await stage.client(url)
      await beginAppend(slow, [oneEvent(store, `slow-${drawn}`)])
      for (let i = 0; i < 5; i++) await write(store, `after-${drawn}-${i}`)
      expect((await streamsOf(store)).length, String(drawn)).toBe(before)
      await slow.query('commit')
      expect((await streamsOf(store)).length, String(drawn)).toBe(before + 6)
    }
  })

  it('keeps its order beyond 2^53, where numbers lose their last digits', async () => {
    const url = await stage.database()
    const client = await stage.client(url)
    // A position is a batch number × 65,536.
    await client.query(`select setval('eventcore.batches', ${2n ** 46n})`)
    const store = await stage.store({ url })
    const commits = Array.from({ length: 20 }, (_, i) => oneEvent(store, `s-${i}`))
    const results = await store.append(commits)
    const positions = results.flatMap((result) => (result.status === 'committed' ? result.positions : []))
    expect(new Set(positions).size).toBe(20)
    const { events, cursor } = await store.readFeed({ limit: 100 })
    expect(events.map(({ position }) => position)).toEqual(positions)
    for (const [i, position] of positions.entries()) {
      if (cursor !== undefined) expect(store.hasReached(cursor, position)).toBe(true)
      const next = positions[i + 1]
      if (next !== undefined) expect(store.comparePositions(position, next)).toBeLessThan(0)
    }
    const page = await store.readFeed({ limit: 7 })
    expect((await store.readFeed({ limit: 100, after: page.cursor })).events).toHaveLength(13)
  })

  it('does not repeat positions when the numbers have stepped back', async () => {
    const url = await stage.database()
    const first = await stage.store({ url })
    for (const stream of ['a', 'b', 'c']) await write(first, stream)
    const cursor = await first.headCursor()
    const client = await stage.client(url)
    await client.query(`select setval('eventcore.batches', 1, false)`)
    const store = await stage.store({ url })
    await write(store, 'd')
    expect((await store.readFeed({ limit: 10, after: cursor })).events.map(({ stream }) => stream)).toEqual(['d'])
  })

  it('refuses a cursor whose event is gone, whatever stands at its position now', async () => {
    const url = await stage.database()
    const store = await stage.store({ url })
    const a = await write(store, 'a')
    const { cursor } = await store.readFeed({ limit: 1 })
    expect(cursor).toBe(`${a.position}:${a.id}`)
    const restored = await stage.store({ url: await stage.database() })
    await write(restored, 'x')
    await expect(restored.readFeed({ limit: 1, after: cursor })).rejects.toMatchObject({ code: 'INVALID_CURSOR' })
    const nowhere = asCursor(`${BigInt(a.position) + 1n}:${a.id}`)
    await expect(store.readFeed({ limit: 1, after: nowhere })).rejects.toMatchObject({ code: 'INVALID_CURSOR' })
  })

  it('is refused at an isolation level where the reader would not see what it must', async () => {
    const url = await stage.database()
    const client = await stage.client(url)
    for (const level of ['repeatable read', 'serializable']) {
      await client.query(`begin isolation level ${level}`)
      await expect(client.query('select eventcore.horizon()')).rejects.toMatchObject({ code: 'EC001' })
      await client.query('rollback')
    }
  })

  it('of a server that has become a standby is tried again by its subscribers, who say what they wait for', async () => {
    const url = await stage.database()
    const store = await stage.store({ url })
    const owner = await stage.client(url)
    const define = (text: string) => owner.query(text.replace('CREATE FUNCTION', 'CREATE OR REPLACE FUNCTION'))
    const { rows } = await owner.query<{ horizon: string }>(
      `select pg_get_functiondef('eventcore.horizon'::regproc) as horizon`,
    )
    const horizon = String(rows[0]?.horizon)
    await write(store, 'a')
    // What the function asks the server first of all.
    await define(horizon.replace('pg_is_in_recovery()', 'true'))
    await expect(store.readFeed({ limit: 1 })).rejects.toThrow(/cannot be read from a standby.*Connect to the primary/)
    const subscription = subscribe(store)
    const first = subscription[Symbol.asyncIterator]().next()
    await expect.poll(() => String(subscription.unavailable)).toContain('cannot be read from a standby')
    await define(horizon)
    expect((await first).value).toMatchObject({ stream: 'a', version: 1 })
  })

  it('looks at a bounded number of events for a filtered page, and goes on from there', async () => {
    const url = await stage.database()
    const store = await stage.store({ url })
    const events = Array.from({ length: 25_000 }, (_, i) => newEvent(store, i % 12_000 === 11_999 ? 'rare' : 'common'))
    await store.append([newCommit(store, [absent('common'), absent('rare')], events)])
    let after = undefined as Awaited<ReturnType<typeof store.headCursor>>
    const pages: number[] = []
    for (let atHead = false; !atHead; ) {
      const page = await store.readFeed({ limit: 10, after, filter: { prefix: 'rare' } })
      pages.push(page.events.length)
      after = page.cursor
      atHead = page.atHead
    }
    expect(pages).toEqual([0, 1, 1])
    expect(after).toBe(await store.headCursor())
    // Who names the streams is not sent through the events of all the others.
    const { events: rare, atHead, cursor } = await store.readFeed({ limit: 10, filter: { streams: ['rare'] } })
    expect([rare.length, atHead, cursor]).toEqual([2, true, after])
  })

  it('gives the events of named streams as the whole feed has them, from wherever one goes on', async () => {
    const store = await stage.store({ url: await stage.database() })
    const names = ['a', 'b', 'c', 'd']
    const versions = new Map(names.map((name) => [name, { version: 0, headId: null as string | null }]))
    for (let i = 0; i < 60; i++) {
      const written = names.filter((_, n) => (i * 7 + n * 3) % (n + 2) === 0)
      const events = written.flatMap((name) => Array.from({ length: 1 + (i % 3) }, () => newEvent(store, name)))
      const checks = written.map((stream) => {
        const { version, headId } = versions.get(stream) ?? { version: 0, headId: null }
        return { stream, version, headId, base: version }
      })
      if (events.length > 0) await store.append([newCommit(store, checks, events)])
      for (const { stream, id } of events)
        versions.set(stream, { version: (versions.get(stream)?.version ?? 0) + 1, headId: id })
    }
    const whole = await store.readFeed({ limit: 10_000 })
    for (const streams of [['a'], ['b', 'd'], ['d', 'nobody', 'a', 'c'], ['nobody'], []])
      for (const skip of [0, 2, 50, whole.events.length]) {
        const before = skip === 0 ? undefined : await store.readFeed({ limit: skip })
        const found: string[] = []
        let after = before?.cursor
        for (let atHead = false; !atHead; ) {
          const page = await store.readFeed({ limit: 20, after, filter: { streams } })
          found.push(...page.events.map(({ id }) => id))
          after = page.cursor
          atHead = page.atHead
        }
        const expected = whole.events.slice(skip).filter(({ stream }) => streams.includes(stream))
        expect({ streams, skip, found }).toEqual({ streams, skip, found: expected.map(({ id }) => id) })
        expect(after).toBe(whole.cursor)
      }
  })

  it('finds the streams with a beginning, whichever of its commit they are, and however their names are written', async () => {
    const store = await stage.store({ url: await stage.database() })
    const names = ['a/1', 'a"/1', 'a\\/1', 'ä/1', 'b/1', 'b/2', 'a\u2028']
    const versions = new Map<string, { readonly version: number; readonly id: string | null }>()
    for (let i = 0; i < 40; i++) {
      const [first = '', second = ''] = [names[i % 7], names[(i * 3 + 1) % 7]]
      const both = first === second ? [first] : [first, second]
      const checks = both.map((stream) => {
        const { version, id: headId } = versions.get(stream) ?? { version: 0, id: null }
        return { stream, version, headId, base: version }
      })
      const events = (i % 2 === 0 ? both : both.slice(-1)).map((stream) => newEvent(store, stream))
      const [result] = await store.append([newCommit(store, checks, events)])
      expect(result?.status).toBe('committed')
      for (const { stream, id } of events)
        versions.set(stream, { version: (versions.get(stream)?.version ?? 0) + 1, id })
    }
    const whole = await store.readFeed({ limit: 1_000 })
    for (const prefixes of [['a'], ['a"'], ['a\\'], ['ä/', 'b/2'], ['a/', 'b/'], ['a\u2028'], ['nobody'], []]) {
      const expected = whole.events.filter(({ stream }) => prefixes.some((prefix) => stream.startsWith(prefix)))
      const { events } = await store.readFeed({ limit: 1_000, filter: { prefixes } })
      expect({ prefixes, events }).toEqual({ prefixes, events: expected })
    }
  })
})

describe('appending', () => {
  it('is refused at an isolation level that does not see what the locks waited for', async () => {
    const url = await stage.database()
    const store = await stage.store({ url })
    const client = await stage.client(url)
    await client.query(`set default_transaction_isolation = 'repeatable read'`)
    await expect(beginAppend(client, [oneEvent(store, 'a')])).rejects.toMatchObject({ code: 'EC001' })
  })

  it('of more than 65,536 events in one commit keeps them in order', async () => {
    const url = await stage.database()
    const store = await stage.store({ url })
    const others = [await PostgresEventStore.open(url), await PostgresEventStore.open(url)]
    for (const other of others) stage.later(() => other.close())
    const count = 140_000
    const commit = newCommit(
      store,
      [absent('bulk')],
      Array.from({ length: count }, (_, i) => newEvent(store, 'bulk', String(i))),
    )
    let done = false
    const noise = others.map(async (other, o) => {
      for (let i = 0; !done; i++) await write(other, `noise-${o}-${i}`)
    })
    const results = await store.append([commit])
    done = true
    await Promise.all(noise)
    expect(results.map(({ status }) => status)).toEqual(['committed'])
    let expected = 0
    let after = undefined as Awaited<ReturnType<typeof store.headCursor>>
    for (let atHead = false; !atHead; ) {
      const page = await store.readFeed({ limit: 20_000, after, filter: { streams: ['bulk'] } })
      for (const { data } of page.events)
        if (Number(data) !== expected++) throw new Error(`${data} stands in the wrong place`)
      after = page.cursor
      atHead = page.atHead
    }
    expect(expected).toBe(count)
    const [found] = await store.findCommits([commit.commandId])
    expect(found?.events).toHaveLength(count)
  }, 60_000)
})
