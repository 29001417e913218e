import assert from 'node:assert/strict'
import type { EventStore, StoredEvent, StreamRead } from 'eventcore'
import { type ContractSection, contractTest } from '../contract-section.ts'
import { expectEvents, expectSlice } from '../fixture/results.ts'
import { write } from '../fixture/writing.ts'

export const readSection: ContractSection = {
  name: 'read',
  tests: [
    contractTest('a stream that does not exist has version 0 and no events', async ({ store }) => {
      await write(store, 'account-1')
      const [slice, ...more] = await store.read([{ stream: 'account-2', after: 0 }])
      expectSlice(slice, { stream: 'account-2', version: 0, headId: null, events: [], complete: true })
      assert.equal(more.length, 0, 'one slice per request')
    }),

    contractTest('a read after version 2 of three gives the third event', async ({ store }) => {
      const events = await write(store, 's', 3)
      const [slice] = await store.read([{ stream: 's', after: 2 }])
      expectSlice(slice, { stream: 's', version: 3, headId: idAt(events, 3), events: events.slice(2), complete: true })
    }),

    contractTest('a read after the head, or beyond it, gives the version and no events', async ({ store }) => {
      const events = await write(store, 's', 3)
      for (const after of [3, 4, 1_000_000]) {
        const [slice] = await store.read([{ stream: 's', after }])
        expectSlice(slice, { stream: 's', version: 3, headId: idAt(events, 3), events: [], complete: true })
      }
    }),

    contractTest('slices come in the order of the requests, each with what was asked of it', async ({ store }) => {
      const a = await write(store, 'a', 3)
      const b = await write(store, 'b', 2)
      const slices = await store.read([
        { stream: 'b', after: 1 },
        { stream: 'missing', after: 0 },
        { stream: 'a', after: 0 },
      ])
      assert.equal(slices.length, 3, 'one slice per request')
      expectSlice(slices[0], { stream: 'b', version: 2, headId: idAt(b, 2), events: b.slice(1), complete: true })
      expectSlice(slices[1], { stream: 'missing', version: 0, headId: null, events: [], complete: true })
      expectSlice(slices[2], { stream: 'a', version: 3, headId: idAt(a, 3), events: a, complete: true })
    }),

    contractTest('a stream that is asked for twice has two slices, each with what was asked', async ({ store }) => {
      const s = await write(store, 's', 4)
      const t = await write(store, 't', 1)
      const slices = await store.read([
        { stream: 's', after: 2 },
        { stream: 't', after: 0 },
        { stream: 's', after: 0, upTo: 1 },
        { stream: 'missing', after: 0 },
        { stream: 'missing', after: 0 },
      ])
      assert.equal(slices.length, 5, 'one slice per request')
      expectSlice(slices[0], { stream: 's', version: 4, headId: idAt(s, 4), events: s.slice(2), complete: true })
      expectSlice(slices[1], { stream: 't', version: 1, headId: idAt(t, 1), events: t, complete: true })
      expectSlice(slices[2], { stream: 's', version: 4, headId: idAt(s, 4), events: s.slice(0, 1), complete: true })
      for (const slice of slices.slice(3)) {
        expectSlice(slice, { stream: 'missing', version: 0, headId: null, events: [], complete: true })
      }
    }),

    contractTest('a read of no streams has no slices', async ({ store }) => {
      assert.deepEqual([...(await store.read([]))], [])
    }),

    contractTest('a read of 300 streams answers them all', async ({ store }) => {
      const events: StoredEvent[] = []
      for (let i = 0; i < 300; i += 30) events.push(...(await write(store, `s-${i}`)))
      const slices = await store.read(Array.from({ length: 300 }, (_, i) => ({ stream: `s-${i}`, after: 0 })))
      assert.equal(slices.length, 300)
      expectEvents(
        slices.flatMap((slice) => slice.events),
        events,
        'the events of the streams that exist',
      )
      assert.deepEqual(
        slices.map(({ version }) => version),
        Array.from({ length: 300 }, (_, i) => (i % 30 === 0 ? 1 : 0)),
      )
    }),

    contractTest('a limit cuts off: the slice says so and still tells the version', async ({ store }) => {
      const events = await write(store, 's', 20)
      const [slice] = await store.read([{ stream: 's', after: 0 }], { limit: 10 })
      expectSlice(slice, {
        stream: 's',
        version: 20,
        headId: idAt(events, 20),
        events: events.slice(0, 10),
        complete: false,
      })
    }),

    contractTest('a limit that is just enough leaves the slice complete', async ({ store }) => {
      const events = await write(store, 's', 5)
      const [slice] = await store.read([{ stream: 's', after: 2 }], { limit: 3 })
      expectSlice(slice, { stream: 's', version: 5, headId: idAt(events, 5), events: events.slice(2), complete: true })
    }),

    contractTest('the limit is given out to the streams in the order asked for', async ({ store }) => {
      const a = await write(store, 'a', 3)
      const b = await write(store, 'b', 3)
      const c = await write(store, 'c', 3)
      const slices = await store.read(
        [
          { stream: 'b', after: 0 },
          { stream: 'a', after: 1 },
          { stream: 'c', after: 0 },
          { stream: 'missing', after: 0 },
          { stream: 'c', after: 3 },
        ],
        { limit: 4 },
      )
      expectSlice(slices[0], { stream: 'b', version: 3, headId: idAt(b, 3), events: b, complete: true })
      expectSlice(slices[1], { stream: 'a', version: 3, headId: idAt(a, 3), events: a.slice(1, 2), complete: false })
      expectSlice(slices[2], { stream: 'c', version: 3, headId: idAt(c, 3), events: [], complete: false })
      expectSlice(slices[3], { stream: 'missing', version: 0, headId: null, events: [], complete: true })
      expectSlice(slices[4], { stream: 'c', version: 3, headId: idAt(c, 3), events: [], complete: true })
    }),

    contractTest('limit 0 gives versions without events', async ({ store }) => {
      const events = await write(store, 's', 2)
      const slices = await store.read(
        [
          { stream: 's', after: 0 },
          { stream: 'missing', after: 0 },
        ],
        { limit: 0 },
      )
      expectSlice(slices[0], { stream: 's', version: 2, headId: idAt(events, 2), events: [], complete: false })
      expectSlice(slices[1], { stream: 'missing', version: 0, headId: null, events: [], complete: true })
    }),

    contractTest('upTo ends the events, not the version', async ({ store }) => {
      const events = await write(store, 's', 5)
      const [slice] = await store.read([{ stream: 's', after: 1, upTo: 3 }])
      expectSlice(slice, {
        stream: 's',
        version: 5,
        headId: idAt(events, 5),
        events: events.slice(1, 3),
        complete: true,
      })
      const [beyond] = await store.read([{ stream: 's', after: 3, upTo: 9 }])
      expectSlice(beyond, { stream: 's', version: 5, headId: idAt(events, 5), events: events.slice(3), complete: true })
      const [cut] = await store.read([{ stream: 's', after: 1, upTo: 4 }], { limit: 2 })
      expectSlice(cut, {
        stream: 's',
        version: 5,
        headId: idAt(events, 5),
        events: events.slice(1, 3),
        complete: false,
      })
    }),

    contractTest('a long stream is read in pages that stop where the first one fixed the end', async ({ store }) => {
      const events = await write(store, 's', 25)
      const [first] = await store.read([{ stream: 's', after: 0 }], { limit: 10 })
      assert.ok(first !== undefined)
      await write(store, 's', 7)
      const pages = [first.events, ...(await restOf(store, { stream: 's', after: 10, upTo: first.version }, 10))]
      assert.deepEqual(
        pages.map(({ length }) => length),
        [10, 10, 5],
      )
      expectEvents(pages.flat(), events, 'the pages should hold the stream as it was when the first one was read')
    }),

    contractTest('a read without a limit is cut off at 1,000 events', async ({ store }) => {
      const events = await write(store, 's', 1_003)
      const [slice] = await store.read([{ stream: 's', after: 0 }])
      expectSlice(slice, {
        stream: 's',
        version: 1_003,
        headId: idAt(events, 1_003),
        events: events.slice(0, 1_000),
        complete: false,
      })
    }),
  ],
}

const idAt = (events: readonly StoredEvent[], version: number): string | null => events[version - 1]?.id ?? null

async function restOf(store: EventStore, read: StreamRead, limit: number): Promise<(readonly StoredEvent[])[]> {
  const pages: (readonly StoredEvent[])[] = []
  let after = read.after
  while (true) {
    const [slice] = await store.read([{ ...read, after }], { limit })
    const last = slice?.events.at(-1)
    assert.ok(slice !== undefined && last !== undefined, 'an incomplete slice must be followed by one with events')
    pages.push(slice.events)
    if (slice.complete) return pages
    after = last.version
  }
}
