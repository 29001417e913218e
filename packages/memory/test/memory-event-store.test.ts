import { getEventListeners } from 'node:events'
import { type Commit, defineStream, type NewEvent, type Projection, type StreamCheck, unchecked } from 'eventcore'
import { describe, expect, it } from 'vitest'
import { defineProjection, MemoryEventStore, type MemoryTransaction } from '../src/index.ts'

const absent = (stream: string): StreamCheck => ({ stream, version: 0, headId: null, base: 0 })

function commitOf(
  store: MemoryEventStore,
  checks: readonly StreamCheck[],
  events: readonly Omit<NewEvent, 'id'>[],
): Commit {
  const commandId = store.newId()
  return {
    commandId,
    commandName: 'Note',
    inputHash: 'hash',
    checks,
    events: events.map((event) => ({ id: store.newId(), ...event })),
    recordedAt: 0,
    correlationId: commandId,
    causationId: null,
    metadata: '{}',
  }
}

const Notes = defineStream('notes', {
  events: { Noted: unchecked<object>() },
  initial: () => 0,
  apply: { Noted: (count) => count + 1 },
})

const onNoted = (handle: () => void): Projection<MemoryTransaction> =>
  defineProjection({ name: 'notes', version: 1, streams: [Notes], handlers: { notes: { Noted: handle } } })

const noted = (stream: string): Omit<NewEvent, 'id'> => ({ stream, type: 'Noted', data: '{}' })

describe('MemoryEventStore', () => {
  it('has appended when the call returns, before its promise is awaited', async () => {
    const store = new MemoryEventStore()
    const appending = store.append([commitOf(store, [absent('s')], [noted('s')])])
    const reading = store.read([{ stream: 's', after: 0 }])
    expect((await reading)[0]?.version).toBe(1)
    expect((await appending)[0]?.status).toBe('committed')
  })

  it('refuses an append from within an inline projection, which would be a part of the one under way', async () => {
    const nested: Promise<unknown>[] = []
    const store: MemoryEventStore = new MemoryEventStore({
      inlineProjections: [
        onNoted(() => {
          const appending = store.append([commitOf(store, [absent('notes/other')], [noted('notes/other')])])
          nested.push(appending.catch((error: unknown) => error))
        }),
      ],
    })
    const [result] = await store.append([commitOf(store, [absent('notes/a')], [noted('notes/a')])])
    expect(result?.status).toBe('committed')
    expect(await Promise.all(nested)).toMatchObject([{ code: 'STORE_FAILURE', operation: 'append' }])
    expect(await store.listStreams({ limit: 10 })).toEqual([{ stream: 'notes/a', version: 1 }])
  })

  it('takes appends again after a projection has failed', async () => {
    let fails = true
    const store = new MemoryEventStore({
      inlineProjections: [
        onNoted(() => {
          if (fails) throw new Error('no')
        }),
      ],
    })
    const commit = commitOf(store, [absent('notes/a')], [noted('notes/a')])
    expect(await store.append([commit])).toMatchObject([{ status: 'failed' }])
    fails = false
    expect(await store.append([commit])).toMatchObject([{ status: 'committed' }])
  })

  it('lets one of a thousand appends pass that were called before any was awaited', async () => {
    const store = new MemoryEventStore()
    const appends = Array.from({ length: 1_000 }, () => store.append([commitOf(store, [absent('s')], [noted('s')])]))
    const statuses = (await Promise.all(appends)).map(([result]) => result?.status)
    expect(statuses.filter((status) => status === 'committed')).toHaveLength(1)
    expect(statuses[0]).toBe('committed')
  })

  it('never rejects an append that has written: an invalid batch is refused whole', async () => {
    const store = new MemoryEventStore()
    const good = commitOf(store, [absent('a')], [noted('a')])
    const bad = commitOf(store, [absent('b')], [noted('c')])
    await expect(store.append([good, bad])).rejects.toMatchObject({ code: 'INVALID_COMMIT', commandId: bad.commandId })
    expect(await store.headCursor()).toBeUndefined()
    expect(await store.findCommits([good.commandId])).toEqual([])
  })

  it('measures leases by the clock that it was given', async () => {
    let now = 1_000
    const { leases } = new MemoryEventStore({ now: () => now })
    expect(await leases.acquire('projection', 'one', 500)).toEqual({
      name: 'projection',
      owner: 'one',
      epoch: 1,
      expiresAt: 1_500,
    })
    now = 1_499
    expect(await leases.acquire('projection', 'two', 500)).toBeUndefined()
    now = 1_500
    expect(await leases.acquire('projection', 'two', 500)).toEqual({
      name: 'projection',
      owner: 'two',
      epoch: 2,
      expiresAt: 2_000,
    })
  })

  it('uses the ids that it was given', () => {
    let last = 0
    const store = new MemoryEventStore({ newId: () => `id-${++last}` })
    expect([store.newId(), store.newId()]).toEqual(['id-1', 'id-2'])
  })

  it('hands out arrays of its own: changing one changes nothing in the store', async () => {
    const store = new MemoryEventStore()
    const wanted = commitOf(store, [absent('s')], [noted('s'), noted('s')])
    await store.append([wanted])
    const answers = async () => [
      (await store.read([{ stream: 's', after: 0 }]))[0]?.events,
      await store.readStream('s', { direction: 'forwards', limit: 10 }),
      await store.readStream('s', { direction: 'backwards', limit: 10 }),
      (await store.readFeed({ limit: 10 })).events,
      (await store.findCommits([wanted.commandId]))[0]?.events,
      await store.listStreams({ limit: 10 }),
    ]
    const before = structuredClone(await answers())
    // What a caller without types could do.
    for (const answer of await answers()) (answer as unknown[]).length = 0
    expect(await answers()).toEqual(before)
  })

  it('shares one record among the events of a commit, and none among commits', async () => {
    const store = new MemoryEventStore()
    await store.append([
      commitOf(store, [absent('a')], [noted('a'), noted('a')]),
      commitOf(store, [absent('b')], [noted('b')]),
    ])
    const [first, second, third] = (await store.readFeed({ limit: 10 })).events
    expect(first?.commit).toBe(second?.commit)
    expect(third?.commit).not.toBe(first?.commit)
  })

  it('leaves neither a timer nor a listener behind when a reader of the feed has been woken', async () => {
    const store = new MemoryEventStore()
    const { signal } = new AbortController()
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
    const before = timers()
    const waiting = Array.from({ length: 10 }, () => store.waitForEvents(undefined, { timeoutMs: 600_000, signal }))
    expect(getEventListeners(signal, 'abort')).toHaveLength(10)
    expect(timers()).toBe(before + 10)
    await store.append([commitOf(store, [absent('s')], [noted('s')])])
    expect(await Promise.all(waiting)).toEqual(Array.from({ length: 10 }, () => true))
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
    expect(timers()).toBe(before)
  })

  it('is not woken by a batch that wrote nothing', async () => {
    const store = new MemoryEventStore()
    const waiting = store.waitForEvents(undefined, { timeoutMs: 20 })
    await store.append([commitOf(store, [absent('s')], [])])
    expect(await waiting).toBe(false)
  })

  it('answers waiting readers with false when it is closed', async () => {
    const store = new MemoryEventStore()
    const waiting = store.waitForEvents(undefined, { timeoutMs: 600_000 })
    await store.close()
    expect(await waiting).toBe(false)
  })

  it('says what is wrong with a cursor', async () => {
    const store = new MemoryEventStore()
    const other = new MemoryEventStore()
    await store.append([commitOf(store, [absent('s')], [noted('s')])])
    await other.append([commitOf(other, [absent('s')], [noted('s')])])
    const foreign = await other.headCursor()
    await expect(store.readFeed({ after: foreign, limit: 1 })).rejects.toThrow(
      'another event stands at position 1 here',
    )
  })
})
