import assert from 'node:assert/strict'
import type { Cursor, EventStore, FeedEvent } from 'eventcore'
import type { SeededRandom } from '../../workload/seeded-random.ts'
import { type ContractSection, contractTest } from '../contract-section.ts'
import { asRead, newCommit, newEvent } from '../fixture/commits.ts'
import { readFeedToHead } from '../fixture/feed-reading.ts'
import { pause } from '../fixture/pauses.ts'
import { idsOf } from '../fixture/results.ts'
import { together } from '../fixture/together.ts'
import type { Stage } from '../stage.ts'

const WRITERS = 6
const COMMITS = 25

/** Order of positions is not order of commits unless the store makes it so: a reader that trusts it skips events for ever. */
export const feedRacesSection: ContractSection = {
  name: 'races: the feed under parallel commits',
  tests: [
    contractTest('whoever follows the feed sees every event once, in the one order of the feed', async (stage) => {
      const handles = await stage.handles(3)
      const committed = new Set<string>()
      const writing = writeAll(stage, committed)
      const followers = handles.map((store) => follow(store, stage.random.fork(), writing))
      await together<unknown>([writing, ...followers])
      const { events } = await readFeedToHead(stage.store)
      assert.deepEqual(
        idsOf(events).sort(),
        [...committed].sort(),
        'the feed should hold what was committed, and nothing else',
      )
      for (const [i, seen] of (await together(followers)).entries()) {
        assert.deepEqual(
          idsOf(seen),
          idsOf(events),
          `follower ${i} should have seen the feed as it stands, each event once`,
        )
      }
    }),

    contractTest('whoever follows a filtered feed sees every event that matches, once', async (stage) => {
      const handles = await stage.handles(3)
      const writing = writeAll(stage)
      const followers = handles.map((store) => follow(store, stage.random.fork(), writing, 'writer-1'))
      await together<unknown>([writing, ...followers])
      const expected = (await readFeedToHead(stage.store)).events.filter(({ stream }) => stream.startsWith('writer-1'))
      for (const seen of await together(followers)) assert.deepEqual(idsOf(seen), idsOf(expected))
    }),

    contractTest('the feed agrees with the order of every stream', async (stage) => {
      await writeAll(stage)
      const versions = new Map<string, number>()
      const { events } = await readFeedToHead(stage.store, { limit: 7 })
      for (const [i, { stream, version, position }] of events.entries()) {
        assert.equal(version, (versions.get(stream) ?? 0) + 1, `"${stream}" should stand in the feed in version order`)
        versions.set(stream, version)
        const before = events[i - 1]
        if (before !== undefined)
          assert.ok(stage.store.comparePositions(before.position, position) < 0, 'positions rise along the feed')
      }
    }),

    contractTest('what is appended after a head cursor was read stands behind it', async (stage) => {
      const handles = await stage.handles(3)
      const noted: { cursor: Cursor; ids: readonly string[] }[] = []
      const note = async (store: EventStore, random: SeededRandom, name: string): Promise<void> => {
        for (let i = 0; i < COMMITS; i++) {
          await pause(random)
          const cursor = await store.headCursor()
          const ids = await writeOnce(store, [name])
          if (cursor !== undefined) noted.push({ cursor, ids })
        }
      }
      await together([writeAll(stage), ...handles.map((store, i) => note(store, stage.random.fork(), `noting-${i}`))])
      for (const { cursor, ids } of noted) {
        const behind = new Set(idsOf((await readFeedToHead(stage.store, { after: cursor })).events))
        for (const id of ids)
          assert.ok(behind.has(id), `event ${id} was appended after the cursor ${cursor} had been handed out`)
      }
    }),
  ],
}

/** Several writers at paces of their own, each on streams of its own. Notes the ids of the events committed. */
async function writeAll(stage: Stage, ids = new Set<string>()): Promise<void> {
  const write = async (store: EventStore, random: SeededRandom, name: string): Promise<void> => {
    for (let i = 0; i < COMMITS; i++) {
      const streams = Array.from({ length: 1 + random.below(3) }, (_, n) => `${name}-${n}`)
      for (const id of await writeOnce(store, streams)) ids.add(id)
      await pause(random)
    }
  }
  const writers = await stage.handles(WRITERS)
  await together(writers.map((store, i) => write(store, stage.random.fork(), `writer-${i}`)))
}

async function writeOnce(store: EventStore, streams: readonly string[]): Promise<readonly string[]> {
  const slices = await store.read(
    streams.map((stream) => ({ stream, after: 0 })),
    { limit: 0 },
  )
  const wanted = newCommit(
    store,
    slices.map(asRead),
    streams.map((stream) => newEvent(store, stream)),
  )
  const [result] = await store.append([wanted])
  assert.equal(result?.status, 'committed', 'nobody else writes to these streams')
  return wanted.events.map(({ id }) => id)
}

/** Follows the feed from its beginning until the writers are done and the head is reached. */
async function follow(
  store: EventStore,
  random: SeededRandom,
  writing: Promise<unknown>,
  prefix?: string,
): Promise<FeedEvent[]> {
  let done = false
  const finished = new AbortController()
  const end = (): void => {
    done = true
    finished.abort()
  }
  writing.then(end, end)
  const seen: FeedEvent[] = []
  let cursor: Cursor | undefined
  while (true) {
    const last = done
    const page = await store.readFeed({
      after: cursor,
      limit: 1 + random.below(20),
      filter: prefix === undefined ? undefined : { prefix },
    })
    seen.push(...page.events)
    cursor = page.cursor
    if (page.atHead && last) return seen
    if (page.atHead) await store.waitForEvents(cursor, { timeoutMs: 5_000, signal: finished.signal })
    await pause(random)
  }
}
