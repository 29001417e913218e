import assert from 'node:assert/strict'
import type { EventStore, StreamSlice } from 'eventcore'
import type { SeededRandom } from '../../workload/seeded-random.ts'
import { type ContractSection, contractTest } from '../contract-section.ts'
import { pause } from '../fixture/pauses.ts'
import { expectLogReplays } from '../fixture/race-replay.ts'
import { countOf, decide, Race } from '../fixture/racer.ts'
import { together } from '../fixture/together.ts'
import type { Stage } from '../stage.ts'

const CLIENTS = 10
const COMMANDS = 12

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
      let commands = 0
      await raceAndReplay(stage, async (store, random) => {
        // Several commands in turn have the same guard, and about a third of them create it.
        const guard = `guard-${Math.floor(commands++ / 8)}`
        if (random.below(3) === 0) return { slices: await readTogether(store, [guard]), writes: [guard] }
        const slices = await readTogether(store, [guard])
        await pause(random)
        const own = `own-${random.below(6)}`
        return { slices: [...slices, ...(await readTogether(store, [own]))], writes: [own] }
      })
    }),

    contractTest('commands that read five streams and write to one', async (stage) => {
      const streams = Array.from({ length: 8 }, (_, i) => `hot-${i}`)
      await raceAndReplay(stage, async (store, random) => {
        const chosen = random.sample(streams, 5)
        return { slices: await readTogether(store, chosen), writes: [chosen[0] as string] }
      })
    }),

    contractTest('what is verified without writing stood so at one moment, which was not over', async (stage) => {
      const streams = ['a', 'b', 'c']
      const race = await raceAndReplay(stage, async (store, random) => {
        const chosen = random.sample(streams, 2)
        const slices: StreamSlice[] = []
        for (const stream of chosen) {
          slices.push(...(await readTogether(store, [stream])))
          await pause(random)
        }
        return { slices, writes: random.below(2) === 0 ? [] : [random.pick(chosen)] }
      })
      assert.ok(countOf(race.entries, 'verified') > 0, 'the race proves nothing: nothing was verified')
    }),
  ],
}

async function raceAndReplay(stage: Stage, fetch: Fetch): Promise<Race> {
  const race = new Race()
  const run = async (store: EventStore, random: SeededRandom): Promise<void> => {
    for (let i = 0; i < COMMANDS; i++) {
      await pause(random)
      const { slices, writes } = await fetch(store, random)
      await pause(random)
      await race.enter(store, decide(store, slices, writes))
    }
  }
  await together((await stage.handles(CLIENTS)).map((store) => run(store, stage.random.fork())))
  assert.ok(countOf(race.entries, 'committed') > 0, 'the race proves nothing: nobody committed')
  assert.ok(countOf(race.entries, 'conflict') > 0, 'the race proves nothing: nobody met a conflict')
  await expectLogReplays(stage.store, race)
  return race
}

const readTogether = (store: EventStore, streams: readonly string[]): Promise<readonly StreamSlice[]> =>
  store.read(streams.map((stream) => ({ stream, after: 0 })))
