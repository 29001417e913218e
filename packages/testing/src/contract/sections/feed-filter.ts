import assert from 'node:assert/strict'
import type { EventStore, FeedFilter } from 'eventcore'
import { type ContractSection, contractTest } from '../contract-section.ts'
import { absent, newCommit, newEvent } from '../fixture/commits.ts'
import { readFeedToHead } from '../fixture/feed-reading.ts'
import { expectRejection } from '../fixture/results.ts'
import { commit, write } from '../fixture/writing.ts'

export const feedFilterSection: ContractSection = {
  name: 'feed filter',
  tests: [
    contractTest('a prefix matches the beginning of stream ids', async ({ store }) => {
      await fill(store, ['account-1', 'account-2', 'order-1', 'accoun', 'account-'])
      await expectStreams(store, { prefix: 'account-' }, ['account-1', 'account-2', 'account-'])
      await expectStreams(store, { prefix: '' }, ['account-1', 'account-2', 'order-1', 'accoun', 'account-'])
    }),

    contractTest('a prefix does not match in the middle of a stream id', async ({ store }) => {
      await fill(store, ['account-1', 'old-account-1', 'xaccount-2'])
      await expectStreams(store, { prefix: 'account-' }, ['account-1'])
    }),

    contractTest('_ and % in a prefix stand for themselves', async ({ store }) => {
      await fill(store, ['a_b-1', 'axb-1', 'a%b-1', 'ab-1', 'a\\b-1', 'a\\_b-1'])
      await expectStreams(store, { prefix: 'a_b' }, ['a_b-1'])
      await expectStreams(store, { prefix: 'a%b' }, ['a%b-1'])
      await expectStreams(store, { prefix: 'a\\' }, ['a\\b-1', 'a\\_b-1'])
      await expectStreams(store, { prefix: '%' }, [])
      await expectStreams(store, { prefix: '_' }, [])
    }),

    contractTest('pattern characters in a prefix stand for themselves, and no stream id has any', async ({ store }) => {
      await fill(store, ['account-1'])
      for (const prefix of ['*', 'account-*', 'account-?', 'account-[0-9]', '[a]ccount'])
        await expectStreams(store, { prefix }, [])
    }),

    contractTest('case counts in prefixes, stream ids and types', async ({ store }) => {
      await fill(store, ['Account-1', 'account-1', 'ÄB', 'äb'])
      await expectStreams(store, { prefix: 'Acc' }, ['Account-1'])
      await expectStreams(store, { prefix: 'acc' }, ['account-1'])
      await expectStreams(store, { prefix: 'ä' }, ['äb'])
      await expectStreams(store, { streams: ['account-1'] }, ['account-1'])
      await expectStreams(store, { pattern: 'A*' }, ['Account-1'])
      await expectStreams(store, { types: ['noted'] }, [])
    }),

    contractTest('a prefix of any characters matches byte by byte', async ({ store }) => {
      const streams = [
        '\uffff-end',
        '\u{10ffff}-last',
        'é-composed',
        'e\u0301-decomposed',
        '🧾-1',
        '🧾🧾-2',
        '\u{1f9fe}x',
      ]
      await fill(store, streams)
      await expectStreams(store, { prefix: '🧾' }, ['🧾-1', '🧾🧾-2', '\u{1f9fe}x'])
      await expectStreams(store, { prefix: '\uffff' }, ['\uffff-end'])
      await expectStreams(store, { prefix: '\u{10ffff}' }, ['\u{10ffff}-last'])
      await expectStreams(store, { prefix: 'é' }, ['é-composed'])
      await expectStreams(store, { prefix: 'e\u0301' }, ['e\u0301-decomposed'])
    }),

    contractTest(
      'a pattern behind 50 other events finds its two streams, also with a limit of 10',
      async ({ store }) => {
        await fill(
          store,
          Array.from({ length: 50 }, (_, i) => `order-${i}`),
        )
        await fill(store, ['account-1', 'account-2'])
        await expectStreams(store, { pattern: 'account-*' }, ['account-1', 'account-2'], 10)
        await expectStreams(store, { prefix: 'account-' }, ['account-1', 'account-2'], 10)
        await expectStreams(store, { streams: ['account-2', 'account-1'] }, ['account-1', 'account-2'], 10)
      },
    ),

    contractTest(
      'a filter finds what stands behind 3,000 other events, and the pages on the way get on',
      async ({ store }) => {
        await write(store, 'order-1', 3_000)
        await fill(store, ['account-1'])
        await expectStreams(store, { prefix: 'account-' }, ['account-1'], 10)
        await expectStreams(store, { pattern: 'a*-1' }, ['account-1'], 10)
        await expectStreams(store, { streams: ['account-1'] }, ['account-1'], 10)
        await expectStreams(store, { prefix: 'account-', types: ['Noted'] }, ['account-1'], 1)
      },
    ),

    contractTest('* in a pattern is any run of characters, also none and also slashes', async ({ store }) => {
      await fill(store, ['a/1', 'a/1/b', 'a/', 'a', 'ba/1', 'a/x\ny'])
      await expectStreams(store, { pattern: 'a/*' }, ['a/1', 'a/1/b', 'a/', 'a/x\ny'])
      await expectStreams(store, { pattern: '*' }, ['a/1', 'a/1/b', 'a/', 'a', 'ba/1', 'a/x\ny'])
      await expectStreams(store, { pattern: '*/1' }, ['a/1', 'ba/1'])
      await expectStreams(store, { pattern: '*a*1*' }, ['a/1', 'a/1/b', 'ba/1'])
    }),

    contractTest('? in a pattern is exactly one character, and an emoji is one', async ({ store }) => {
      await fill(store, ['s-1', 's-22', 's-', 's-🧾', 's-é', 's-e\u0301'])
      await expectStreams(store, { pattern: 's-?' }, ['s-1', 's-🧾', 's-é'])
      await expectStreams(store, { pattern: 's-??' }, ['s-22', 's-e\u0301'])
    }),

    contractTest('a class in a pattern is one of its characters', async ({ store }) => {
      await fill(store, ['s-1', 's-12', 's-x', 's-Y', 's--', 's-^'])
      await expectStreams(store, { pattern: 's-[0-9]*' }, ['s-1', 's-12'])
      await expectStreams(store, { pattern: 's-[a-z]' }, ['s-x'])
      await expectStreams(store, { pattern: 's-[xY]' }, ['s-x', 's-Y'])
      await expectStreams(store, { pattern: 's-[-x]' }, ['s-x', 's--'])
      await expectStreams(store, { pattern: 's-[x^]' }, ['s-x', 's-^'])
      await expectStreams(store, { pattern: 's-[^x]' }, ['s-x', 's-^'])
    }),

    contractTest('a negated class in a pattern is one character outside it', async ({ store }) => {
      await fill(store, ['s-1', 's-12', 's-x', 's-!', 's-'])
      await expectStreams(store, { pattern: 's-[!0-9]' }, ['s-x', 's-!'])
      await expectStreams(store, { pattern: 's-[!0-9!]' }, ['s-x'])
    }),

    contractTest(
      '] in first place of a class stands for itself, and other signs stand for themselves everywhere',
      async ({ store }) => {
        await fill(store, ['a.b', 'axb', 'a+b', 'a(b', 'a$', 'a\\b', 'a_b', 'a%b', 'a|b', 'a{2}'])
        // No stream id has a ], so a class that holds one matches what else it holds.
        await expectStreams(store, { pattern: 'a[].]b' }, ['a.b'])
        await expectStreams(store, { pattern: 'a[!].]b' }, ['axb', 'a+b', 'a(b', 'a\\b', 'a_b', 'a%b', 'a|b'])
        await expectStreams(store, { pattern: 'a.b' }, ['a.b'])
        await expectStreams(store, { pattern: 'a+b' }, ['a+b'])
        await expectStreams(store, { pattern: 'a(b' }, ['a(b'])
        await expectStreams(store, { pattern: 'a$' }, ['a$'])
        await expectStreams(store, { pattern: 'a\\b' }, ['a\\b'])
        await expectStreams(store, { pattern: 'a_b' }, ['a_b'])
        await expectStreams(store, { pattern: 'a%b' }, ['a%b'])
        await expectStreams(store, { pattern: 'a|b' }, ['a|b'])
        await expectStreams(store, { pattern: 'a{2}' }, ['a{2}'])
      },
    ),

    contractTest('a pattern matches whole stream ids only', async ({ store }) => {
      await fill(store, ['account-1', 'account-12', 'old-account-1'])
      await expectStreams(store, { pattern: 'account-?' }, ['account-1'])
      await expectStreams(store, { pattern: 'account' }, [])
    }),

    contractTest('a pattern that cannot be compiled is refused', async ({ store }) => {
      for (const pattern of ['', 'a[', 'a[z-a]', 'a[!]']) {
        await expectRejection(
          () => store.readFeed({ limit: 1, filter: { pattern } }),
          'INVALID_STREAM_PATTERN',
          `the pattern "${pattern}"`,
        )
      }
    }),

    contractTest('types select events, several of them too, inside a commit as well', async ({ store }) => {
      const types = ['Opened', 'Deposited', 'Withdrawn', 'Deposited', 'Closed']
      await commit(
        store,
        newCommit(
          store,
          [absent('s')],
          types.map((type) => newEvent(store, 's', { type })),
        ),
      )
      const typesOf = async (filter: FeedFilter) =>
        (await readFeedToHead(store, { filter, limit: 2 })).events.map(({ type }) => type)
      assert.deepEqual(await typesOf({ types: ['Deposited'] }), ['Deposited', 'Deposited'])
      assert.deepEqual(await typesOf({ types: ['Closed', 'Opened', 'Unknown'] }), ['Opened', 'Closed'])
      assert.deepEqual(await typesOf({ types: ['Unknown'] }), [])
    }),

    contractTest('of several prefixes one must match, and the others are literal too', async ({ store }) => {
      await fill(store, ['account-1', 'order-1', 'a_b-1', 'axb-1', 'Order-1', 'account-2', '🧾-1', "o'hara"])
      await expectStreams(store, { prefixes: ['account-', 'order-'] }, ['account-1', 'order-1', 'account-2'])
      await expectStreams(store, { prefixes: ['order-'] }, ['order-1'])
      await expectStreams(store, { prefixes: ['a_b', '🧾', "o'"] }, ['a_b-1', '🧾-1', "o'hara"])
      await expectStreams(store, { prefixes: ['a%', '*', 'nothing'] }, [])
      await expectStreams(store, { prefixes: ['account-', 'account-2', 'account-'] }, ['account-1', 'account-2'])
      await expectStreams(store, { prefixes: ['nothing', ''], types: ['Other'] }, [])
      await expectStreams(store, { prefixes: ['order-', 'account-'], prefix: 'account-2' }, ['account-2'])
      await expectStreams(store, { prefixes: ['order-', 'a_b'], prefix: 'acc' }, [])
      await expectStreams(store, { prefixes: ['order-', 'account-'], pattern: '*-2' }, ['account-2'])
      await expectStreams(store, { prefixes: ['nothing', ''], pattern: '?*-2' }, ['account-2'])
    }),

    contractTest('empty lists match nothing', async ({ store }) => {
      await fill(store, ['a', 'b'])
      await expectStreams(store, { prefixes: [] }, [])
      await expectStreams(store, { prefixes: [], prefix: 'a' }, [])
      await expectStreams(store, { streams: [] }, [])
      await expectStreams(store, { types: [] }, [])
    }),

    contractTest('what is named in several ways must match in all of them', async ({ store }) => {
      await fill(store, ['account-1', 'account-2', 'account-30', 'order-1'])
      await expectStreams(store, { prefix: 'account-', pattern: '*-?' }, ['account-1', 'account-2'])
      await expectStreams(store, { streams: ['account-2', 'order-1'], prefix: 'account-' }, ['account-2'])
      await expectStreams(store, { prefix: 'account-', types: ['Noted'], pattern: '*0' }, ['account-30'])
      await expectStreams(store, { prefix: 'account-', types: ['Other'] }, [])
    }),

    contractTest('a filter that matches nothing still moves the cursor to the head', async ({ store }) => {
      await fill(store, ['a', 'b', 'c'])
      const { events, cursor } = await readFeedToHead(store, { filter: { prefix: 'nothing' } })
      assert.deepEqual([...events], [])
      assert.ok(cursor !== undefined, 'the feed is not empty, so there is a cursor')
      await fill(store, ['d', 'nothing-1'])
      assert.deepEqual(
        (await readFeedToHead(store, { after: cursor })).events.map(({ stream }) => stream),
        ['d', 'nothing-1'],
      )
    }),

    contractTest(
      'a cursor of a filtered page serves an unfiltered one: nothing between the pages is lost',
      async ({ store }) => {
        await fill(store, ['a-1', 'b-1', 'a-2', 'b-2', 'a-3', 'b-3'])
        const page = await store.readFeed({ limit: 2, filter: { prefix: 'a' } })
        assert.deepEqual(
          page.events.map(({ stream }) => stream),
          ['a-1', 'a-2'],
        )
        const rest = (await readFeedToHead(store, { after: page.cursor })).events.map(({ stream }) => stream)
        assert.deepEqual(rest.slice(-3), ['b-2', 'a-3', 'b-3'], 'everything behind the last event of the page')
        const filtered = (await readFeedToHead(store, { after: page.cursor, filter: { prefix: 'a' } })).events
        assert.deepEqual(
          filtered.map(({ stream }) => stream),
          ['a-3'],
        )
      },
    ),

    contractTest('a filter over many streams by name finds them all', async ({ store }) => {
      await fill(
        store,
        Array.from({ length: 40 }, (_, i) => `s-${i}`),
      )
      const wanted = Array.from({ length: 40 }, (_, i) => `s-${i}`).filter((_, i) => i % 3 === 0)
      await expectStreams(
        store,
        { streams: [...wanted, ...Array.from({ length: 500 }, (_, i) => `missing-${i}`)] },
        wanted,
      )
    }),
  ],
}

/** One event for each stream, in order, in one commit. */
async function fill(store: EventStore, streams: readonly string[]): Promise<void> {
  await commit(
    store,
    newCommit(
      store,
      streams.map(absent),
      streams.map((stream) => newEvent(store, stream)),
    ),
  )
}

async function expectStreams(
  store: EventStore,
  filter: FeedFilter,
  expected: readonly string[],
  limit?: number,
): Promise<void> {
  const { events } = await readFeedToHead(store, limit === undefined ? { filter } : { filter, limit })
  assert.deepEqual(
    events.map(({ stream }) => stream),
    expected,
    `streams in the feed with the filter ${JSON.stringify(filter)}`,
  )
}
