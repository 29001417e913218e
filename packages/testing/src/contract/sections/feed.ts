import assert from 'node:assert/strict'
import { asCursor, type Cursor, FEED_START } from 'eventcore'
import { type ContractSection, contractTest } from '../contract-section.ts'
import { absent, newCommit, newEvent, standsAt } from '../fixture/commits.ts'
import { readFeedToHead } from '../fixture/feed-reading.ts'
import { expectEvents, expectRejection, only } from '../fixture/results.ts'
import { commit, write } from '../fixture/writing.ts'

export const feedSection: ContractSection = {
  name: 'feed',
  tests: [
    contractTest('the feed of an empty store is empty and has no cursor', async ({ store }) => {
      const page = await store.readFeed({ limit: 10 })
      assert.deepEqual([...page.events], [])
      assert.equal(page.cursor, undefined)
      assert.equal(page.atHead, true)
      assert.equal(await store.headCursor(), undefined)
    }),

    contractTest('commits stand in the feed in the order in which they were made', async ({ store }) => {
      const made = [
        ...(await write(store, 'a')),
        ...(await write(store, 'b')),
        ...(await write(store, 'a')),
        ...(await write(store, 'c')),
      ]
      expectEvents(
        (await readFeedToHead(store)).events,
        made,
        'the feed should hold the events in the order of the appends',
      )
    }),

    contractTest('a cursor is exclusive: the feed goes on behind the last event scanned', async ({ store }) => {
      const made = await write(store, 'a', 3)
      const first = await store.readFeed({ limit: 1 })
      expectEvents(first.events, made.slice(0, 1), 'the first page')
      const second = await store.readFeed({ limit: 1, after: first.cursor })
      expectEvents(second.events, made.slice(1, 2), 'the second page')
      const rest = await store.readFeed({ limit: 10, after: second.cursor })
      expectEvents(rest.events, made.slice(2), 'the third page')
      assert.equal(rest.atHead, true)
      const nothing = await store.readFeed({ limit: 10, after: rest.cursor })
      expectEvents(nothing.events, [], 'behind the head')
      assert.equal(nothing.atHead, true)
      assert.equal(nothing.cursor, rest.cursor, 'the cursor of an empty page is the one that was given')
    }),

    contractTest(
      'a page has at most as many events as its limit, and says whether it reached the head',
      async ({ store }) => {
        const made = await write(store, 'a', 20)
        const page = await store.readFeed({ limit: 10 })
        expectEvents(page.events, made.slice(0, 10), 'the first ten')
        assert.equal(page.atHead, false)
        const last = await store.readFeed({ limit: 10, after: page.cursor })
        expectEvents(last.events, made.slice(10), 'the last ten')
        assert.equal(last.atHead, true, 'ten of ten were read: that is the head')
      },
    ),

    contractTest('limit 0 gives no events and the cursor that was given', async ({ store }) => {
      await write(store, 'a', 3)
      const { cursor } = await store.readFeed({ limit: 2 })
      const page = await store.readFeed({ limit: 0, after: cursor })
      assert.deepEqual([...page.events], [])
      assert.equal(page.cursor, cursor)
      expectEvents((await store.readFeed({ limit: 0 })).events, [], 'limit 0 from the beginning')
    }),

    contractTest('every event comes with the record of its commit', async ({ store }) => {
      const [limit] = await write(store, 'limits')
      assert.ok(limit !== undefined)
      const wanted = newCommit(
        store,
        [absent('b'), standsAt(limit), absent('a')],
        [newEvent(store, 'a'), newEvent(store, 'b'), newEvent(store, 'a')],
        {
          commandName: 'TransferMoney',
          inputHash: 'b1946ac92492d2347c6235b4d2611184',
          recordedAt: 1_764_123_456_789,
          correlationId: 'request-77',
          causationId: limit.id,
          metadata: '{"actor":"Zoë","trace": {"id":1}}',
        },
      )
      await commit(store, wanted)
      const { events } = await readFeedToHead(store)
      const { checks: _, events: __, ...record } = wanted
      const expected = {
        ...record,
        reads: [
          { stream: 'b', version: 0 },
          { stream: 'limits', version: 1 },
          { stream: 'a', version: 0 },
        ],
      }
      assert.equal(events.length, 4)
      for (const event of events.slice(1)) {
        const { commandId, commandName, inputHash, reads, recordedAt, correlationId, causationId, metadata } =
          event.commit
        assert.deepEqual(
          {
            commandId,
            commandName,
            inputHash,
            reads: reads.map(({ stream, version }) => ({ stream, version })),
            recordedAt,
            correlationId,
            causationId,
            metadata,
          },
          expected,
        )
      }
    }),

    contractTest('what the feed has given out stays in that order when more is appended', async ({ store }) => {
      const made = [...(await write(store, 'b', 2)), ...(await write(store, 'a', 2))]
      const { cursor } = await readFeedToHead(store)
      made.push(...(await write(store, 'a', 1)), ...(await write(store, 'b', 2)))
      expectEvents(
        (await readFeedToHead(store, { after: cursor })).events,
        made.slice(4),
        'only what is new, behind the cursor',
      )
      expectEvents((await readFeedToHead(store)).events, made, 'the whole feed, from the beginning')
      expectEvents((await readFeedToHead(store, { limit: 2 })).events, made, 'the whole feed in pages of two')
    }),

    contractTest('the head cursor stands behind the last event', async ({ store }) => {
      const made = await write(store, 'a', 3)
      const head = await store.headCursor()
      assert.ok(head !== undefined)
      expectEvents((await readFeedToHead(store, { after: head })).events, [], 'behind the head')
      const later = await write(store, 'b', 2)
      expectEvents((await readFeedToHead(store, { after: head })).events, later, 'what came after it')
      for (const event of made)
        assert.equal(store.hasReached(head, event.position), true, 'it has reached what was there')
      for (const event of later)
        assert.equal(store.hasReached(head, event.position), false, 'it has not reached what came later')
    }),

    contractTest('a cursor has reached the events up to the last one scanned, and no others', async ({ store }) => {
      const made = await write(store, 'a', 12)
      let cursor: Cursor | undefined
      for (const [scanned] of made.entries()) {
        cursor = (await store.readFeed({ limit: 1, after: cursor })).cursor
        for (const [i, event] of made.entries()) {
          assert.equal(
            store.hasReached(cursor as Cursor, event.position),
            i <= scanned,
            `cursor ${scanned} and event ${i}`,
          )
        }
      }
    }),

    contractTest('the start of the feed is a cursor, of an empty store too', async (stage) => {
      const { store } = stage
      for (const filter of [{}, { prefix: 'a' }]) {
        const empty = await store.readFeed({ limit: 10, after: FEED_START, filter })
        assert.deepEqual([...empty.events, empty.cursor, empty.atHead], [FEED_START, true])
      }
      assert.equal(await store.waitForEvents(FEED_START, { timeoutMs: 1 }), false, 'there is nothing behind it')
      const made = await write(store, 'a', 3)
      expectEvents((await readFeedToHead(store, { after: FEED_START })).events, made, 'everything stands behind it')
      assert.equal(await store.waitForEvents(FEED_START, { timeoutMs: 30_000 }), true)
      for (const { position } of made) assert.equal(store.hasReached(FEED_START, position), false)
      expectEvents((await readFeedToHead(await stage.openUnrelated(), { after: FEED_START })).events, [], 'elsewhere')
    }),

    contractTest('a cursor survives being kept as text', async ({ store }) => {
      const made = await write(store, 'a', 4)
      const { cursor } = await store.readFeed({ limit: 2 })
      const kept = asCursor(JSON.parse(JSON.stringify({ cursor })).cursor)
      expectEvents((await readFeedToHead(store, { after: kept })).events, made.slice(2), 'behind the kept cursor')
    }),

    contractTest('what is no cursor of the store is refused', async ({ store }) => {
      await write(store, 'a', 4)
      for (const text of ['', 'nonsense', '-1', '1e9', "1'; drop table events; --", '\u0000', '99999999999999999999']) {
        await expectRejection(
          () => store.readFeed({ after: asCursor(text), limit: 1 }),
          'INVALID_CURSOR',
          `the cursor ${JSON.stringify(text)}`,
        )
      }
    }),

    contractTest(
      'the cursor of another store is refused, also when it points at a position that exists',
      async (stage) => {
        const { store } = stage
        const other = await stage.openUnrelated()
        await write(store, 'a', 4)
        await write(other, 'a', 9)
        const within = (await other.readFeed({ limit: 2 })).cursor as Cursor
        const beyond = (await other.headCursor()) as Cursor
        await expectRejection(
          () => store.readFeed({ after: beyond, limit: 1 }),
          'INVALID_CURSOR',
          'a cursor beyond the head',
        )
        await expectRejection(
          () => store.readFeed({ after: within, limit: 1 }),
          'INVALID_CURSOR',
          "another store's cursor",
        )
      },
    ),

    contractTest('a commit with many events can be read in pages that cut through it', async ({ store }) => {
      const made = await write(store, 'a', 7)
      expectEvents((await readFeedToHead(store, { limit: 3 })).events, made, 'the commit in pages of three')
      const first = await store.readFeed({ limit: 3 })
      const second = await store.readFeed({ limit: 3, after: first.cursor })
      assert.equal(
        only([...new Set([...first.events, ...second.events].map((event) => event.commit.commandId))]),
        first.events[0]?.commit.commandId,
      )
    }),
  ],
}
