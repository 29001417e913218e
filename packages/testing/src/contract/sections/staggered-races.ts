import assert from 'node:assert/strict'
import type { EventStore, StreamSlice } from 'eventcore'
import { type ContractSection, contractTest } from '../contract-section.ts'
import { readFeedToHead } from '../fixture/feed-reading.ts'
import { pause } from '../fixture/pauses.ts'
import { expectLogReplays } from '../fixture/race-replay.ts'
import { countOf, decide, enter, type RaceEntry } from '../fixture/racer.ts'
import type { SeededRandom } from '../fixture/seeded-random.ts'
import { standPoints } from '../fixture/stand-points.ts'
import type { Stage } from '../stage.ts'

const CLIENTS = 10
const COMMANDS = 10

/** Reads what a command needs, at random paces, and says what the command writes to. */
type Fetch = (
  store: EventStore,
  random: SeededRandom,
) => Promise<{ slices: readonly StreamSlice[]; writes: readonly string[] }>

/**
 * Everybody at a pace of their own, with pauses between the reads and before the append: finds state and versions that
 * were not read together, which a barrier behind the reads cannot find.
 */
export const staggeredRacesSection: ContractSection = {
  name: 'races: everybody at a pace of their own',
  tests: [
    contractTest('commands over a hot set of streams, read in one call', async (stage) => {
      const streams = Array.from({ length: 6 }, (_, i) => `hot-${i}`)
      await raceAndReplay(stage, async (store, random) => {
        const chosen = random.sample(streams, 1 + random.below(4))
        return { slices: await readTogether(store, chosen), writes: random.sample(chosen, 1 + random.below(2)) }
      })
    }),

    contractTest('commands that discover their streams one after another', async (stage) => {
      const streams = Array.from({ length: 6 }, (_, i) => `hot-${i}`)
      await raceAndReplay(stage, async (store, random) => {
        const slices: StreamSlice[] = []
        for (const stream of random.sample(streams, 2 + random.below(2))) {
          slices.push(...(await readTogether(store, [stream])))
          await pause(random)
        }
        return { slices, writes: [random.pick(slices).stream] }
      })
    }),

    contractTest('write skew: one half reads A and B and writes A, the other half writes B', async (stage) => {
      await raceAndReplay(stage, async (store, random) => {
        const pair = random.below(2) === 0 ? ['a', 'b'] : ['c', 'd']
        return { slices: await readTogether(store, pair), writes: [random.pick(pair)] }
      })
    }),

    contractTest(
      'write skew with separate reads: first A, a pause, then B, then a write to one of them',
      async (stage) => {
        await raceAndReplay(stage, async (store, random) => {
          const [first, second] = random.sample(['a', 'b'], 2) as [string, string]
          const slices = [...(await readTogether(store, [first]))]
          await pause(random)
          slices.push(...(await readTogether(store, [second])))
          return { slices, writes: [random.pick([first, second])] }
        })
      },
    ),

    contractTest('commands that need a stream to be absent, while others create it', async (stage) => {
      let generation = 0
      await raceAndReplay(stage, async (store, random) => {
        const guard = `guard-${generation}`
        if (random.below(3) === 0) {
          generation++
          return { slices: await readTogether(store, [guard]), writes: [guard] }
        }
        const own = `own-${random.below(4)}`
        const slices = await readTogether(store, [own])
        await pause(random)
        return { slices: [...slices, ...(await readTogether(store, [guard]))], writes: [own] }
      })
    }),

    contractTest('commands that read five streams and write to one', async (stage) => {
      const streams = Array.from({ length: 8 }, (_, i) => `hot-${i}`)
      await raceAndReplay(stage, async (store, random) => {
        const chosen = random.sample(streams, 5)
        return { slices: await readTogether(store, chosen), writes: [chosen[0] as string] }
      })
    }),

    contractTest('what is verified without writing stood so at one moment', async (stage) => {
      const streams = ['a', 'b', 'c']
      const entries = await race(stage, async (store, random) => {
        const chosen = random.sample(streams, 2)
        const slices: StreamSlice[] = []
        for (const stream of chosen) {
          slices.push(...(await readTogether(store, [stream])))
          await pause(random)
        }
        return { slices, writes: random.below(2) === 0 ? [] : [random.pick(chosen)] }
      })
      await expectLogReplays(stage.store, entries)
      const { events } = await readFeedToHead(stage.store)
      for (const { commit, result } of entries) {
        if (result.status !== 'verified') continue
        const { from, until } = standPoints(events, commit.checks)
        assert.ok(
          from <= until,
          `${commit.checks.map(({ stream, version }) => `"${stream}" at ${version}`).join(' and ')} was verified, but never stood so at one moment`,
        )
      }
    }),
  ],
}

async function raceAndReplay(stage: Stage, fetch: Fetch): Promise<void> {
  const entries = await race(stage, fetch)
  assert.ok(countOf(entries, 'committed') > 0, 'the race proves nothing: nobody committed')
  assert.ok(countOf(entries, 'conflict') > 0, 'the race proves nothing: nobody met a conflict')
  await expectLogReplays(stage.store, entries)
}

async function race(stage: Stage, fetch: Fetch): Promise<RaceEntry[]> {
  const handles = await stage.handles(4)
  const clients = Array.from({ length: CLIENTS }, (_, i) => ({
    store: handles[i % handles.length] as EventStore,
    random: stage.random.fork(),
  }))
  const entries = clients.map(async ({ store, random }) => {
    const made: RaceEntry[] = []
    for (let i = 0; i < COMMANDS; i++) {
      await pause(random)
      const { slices, writes } = await fetch(store, random)
      await pause(random)
      made.push(await enter(store, decide(store, slices, writes)))
    }
    return made
  })
  return (await Promise.all(entries)).flat()
}

const readTogether = (store: EventStore, streams: readonly string[]): Promise<readonly StreamSlice[]> =>
  store.read(streams.map((stream) => ({ stream, after: 0 })))
