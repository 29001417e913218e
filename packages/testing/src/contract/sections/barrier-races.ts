import assert from 'node:assert/strict'
import { type ContractSection, contractTest } from '../contract-section.ts'
import { Barrier } from '../fixture/pauses.ts'
import { expectLogReplays } from '../fixture/race-replay.ts'
import { countOf, decide, Race, type RaceEntry } from '../fixture/racer.ts'
import { together } from '../fixture/together.ts'
import type { Stage } from '../stage.ts'

const RACERS = 8
const ROUNDS = 8

/** What one racer reads and writes. */
interface Lane {
  readonly reads: readonly string[]
  readonly writes: readonly string[]
}

/** Everybody reads, then all append at once: finds a check that is not one step with the insert. */
export const barrierRacesSection: ContractSection = {
  name: 'races: all read, then all append at once',
  tests: [
    contractTest('of all who append to one stream, exactly one commits in each round', async (stage) => {
      const race = new Race()
      for (let round = 0; round < ROUNDS; round++) {
        const now = await allAtOnce(race, stage, () => ({ reads: ['s'], writes: ['s'] }))
        assert.equal(countOf(now, 'committed'), 1, `round ${round}: one of ${RACERS} should commit`)
        assert.equal(countOf(now, 'conflict'), RACERS - 1, `round ${round}: all others should conflict`)
      }
      await expectLogReplays(stage.store, race)
    }),

    contractTest('of all who create a stream, exactly one does', async (stage) => {
      const race = new Race()
      for (let round = 0; round < ROUNDS; round++) {
        const now = await allAtOnce(race, stage, () => ({ reads: [`s-${round}`], writes: [`s-${round}`] }))
        assert.equal(countOf(now, 'committed'), 1, `round ${round}: one of ${RACERS} should commit`)
      }
      await expectLogReplays(stage.store, race)
    }),

    contractTest(
      'write skew: of all who read two streams and write to one of them, exactly one commits in each round',
      async (stage) => {
        const race = new Race()
        for (let round = 0; round < ROUNDS; round++) {
          const now = await allAtOnce(race, stage, (i) => ({
            reads: i % 3 === 0 ? ['b', 'a'] : ['a', 'b'],
            writes: [i % 2 === 0 ? 'a' : 'b'],
          }))
          assert.equal(countOf(now, 'committed'), 1, `round ${round}: one of ${RACERS} should commit`)
        }
        await expectLogReplays(stage.store, race)
      },
    ),

    contractTest(
      'write skew over absent streams: of all who read two and create one of them, exactly one commits',
      async (stage) => {
        const race = new Race()
        for (let round = 0; round < ROUNDS; round++) {
          const pair = [`a-${round}`, `b-${round}`] as const
          const now = await allAtOnce(race, stage, (i) => ({ reads: pair, writes: [pair[i % 2] as string] }))
          assert.equal(countOf(now, 'committed'), 1, `round ${round}: one of ${RACERS} should commit`)
        }
        await expectLogReplays(stage.store, race)
      },
    ),

    contractTest(
      'a stream that many only read changes before or after each of them, never in between',
      async (stage) => {
        const race = new Race()
        for (let round = 0; round < ROUNDS; round++) {
          const now = await allAtOnce(race, stage, (i) =>
            i === 0 ? { reads: ['guard'], writes: ['guard'] } : { reads: [`own-${i}`, 'guard'], writes: [`own-${i}`] },
          )
          assert.equal(
            now[0]?.result.status,
            'committed',
            'nobody else writes to the guard, so its writer should commit',
          )
        }
        await expectLogReplays(stage.store, race)
      },
    ),

    contractTest(
      'a stream that many read as absent is created before or after each of them, never in between',
      async (stage) => {
        const race = new Race()
        for (let round = 0; round < ROUNDS; round++) {
          const guard = `guard-${round}`
          const now = await allAtOnce(race, stage, (i) =>
            i === 0 ? { reads: [guard], writes: [guard] } : { reads: [guard, `own-${i}`], writes: [`own-${i}`] },
          )
          assert.equal(now[0]?.result.status, 'committed', 'nobody else creates the guard, so its writer should commit')
        }
        await expectLogReplays(stage.store, race)
      },
    ),

    contractTest('a verification at the moment of a write is true before it or refused', async (stage) => {
      const race = new Race()
      for (let round = 0; round < ROUNDS; round++) {
        const now = await allAtOnce(race, stage, (i) =>
          i === 0 ? { reads: ['s'], writes: ['s'] } : { reads: ['s'], writes: [] },
        )
        assert.equal(
          now[0]?.result.status,
          'committed',
          'nobody else writes to the stream, so its writer should commit',
        )
        for (const { result } of now.slice(1)) {
          assert.ok(['verified', 'conflict'].includes(result.status), `a verification was answered "${result.status}"`)
        }
      }
      await expectLogReplays(stage.store, race)
    }),

    contractTest('those who have no stream in common all commit', async (stage) => {
      const race = new Race()
      for (let round = 0; round < ROUNDS; round++) {
        const now = await allAtOnce(race, stage, (i) => ({
          reads: [`own-${i}`, 'only-read', 'never-there'],
          writes: [`own-${i}`, `new-${i}-${round}`],
        }))
        assert.equal(
          countOf(now, 'committed'),
          RACERS,
          `round ${round}: all should commit, since nothing that they read changed`,
        )
      }
      await expectLogReplays(stage.store, race)
    }),

    contractTest('those who write to the same streams in opposite orders all get an answer', async (stage) => {
      const race = new Race()
      for (let round = 0; round < ROUNDS; round++) {
        const streams = ['a', 'b', 'c', 'd']
        const now = await allAtOnce(race, stage, (i) => {
          const order = i % 2 === 0 ? streams : streams.toReversed()
          return { reads: order, writes: order }
        })
        assert.equal(countOf(now, 'committed'), 1, `round ${round}: one of ${RACERS} should commit`)
      }
      await expectLogReplays(stage.store, race)
    }),
  ],
}

async function allAtOnce(race: Race, stage: Stage, laneOf: (racer: number) => Lane): Promise<RaceEntry[]> {
  const handles = await stage.handles(RACERS)
  const barrier = new Barrier(RACERS)
  return await together(
    handles.map(async (store, i) => {
      const { reads, writes } = laneOf(i)
      const checked = [...new Set([...reads, ...writes])]
      const reading = store.read(checked.map((stream) => ({ stream, after: 0 })))
      // Also after a failed read, or the others would wait for ever.
      await barrier.passAfter(reading)
      return await race.enter(store, decide(store, await reading, writes))
    }),
  )
}
