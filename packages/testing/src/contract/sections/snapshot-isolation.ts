import assert from 'node:assert/strict'
import type { EventStore } from 'eventcore'
import type { SeededRandom } from '../../workload/seeded-random.ts'
import { type ContractSection, contractTest } from '../contract-section.ts'
import { asRead, newCommit, newEvent } from '../fixture/commits.ts'
import { pause } from '../fixture/pauses.ts'
import { expectCommitted, only } from '../fixture/results.ts'
import { together } from '../fixture/together.ts'

const ROUNDS = 40

/** Twins: each commit writes one event to both streams, so nobody may ever see them at different versions. */
const TWINS = ['twin-a', 'twin-b'] as const

export const snapshotIsolationSection: ContractSection = {
  name: 'snapshot isolation',
  tests: [
    contractTest('a read over two streams sees every commit on both of them or on neither', async (stage) => {
      await whileTwinsAreWritten(await stage.handles(4), stage.random, async (store) => {
        const [a, b] = await store.read(TWINS.map((stream) => ({ stream, after: 0 })))
        assert.equal(a?.version, b?.version, 'the versions of one read come from one moment')
        assert.deepEqual(
          a?.events.map(({ data }) => data),
          b?.events.map(({ data }) => data),
          'the events of one read come from one moment',
        )
      })
    }),

    contractTest('the version, the head and the events of a slice belong together', async (stage) => {
      await whileTwinsAreWritten(await stage.handles(4), stage.random, async (store, random) => {
        const after = random.below(4)
        for (const slice of await store.read(TWINS.map((stream) => ({ stream, after })))) {
          if (slice.version <= after) continue
          assert.equal(slice.complete, true, 'nothing was cut off')
          assert.equal(
            slice.events.at(-1)?.version,
            slice.version,
            'the last event of a complete slice stands at its version',
          )
          assert.equal(slice.events.at(-1)?.id, slice.headId, 'the last event of a complete slice is its head')
          assert.deepEqual(
            slice.events.map(({ version }) => version),
            Array.from({ length: slice.version - after }, (_, i) => after + i + 1),
          )
        }
      })
    }),

    contractTest('reads of a writer that has its answer see what it wrote, through every handle', async (stage) => {
      const handles = await stage.handles(3)
      for (let round = 0; round < ROUNDS; round++) {
        const writer = handles[round % handles.length] as EventStore
        const version = await writeTwins(writer, round)
        for (const store of handles) {
          const slices = await store.read(TWINS.map((stream) => ({ stream, after: version - 1 })))
          assert.deepEqual(
            slices.map((slice) => [slice.version, slice.events.length]),
            [
              [version, 1],
              [version, 1],
            ],
          )
        }
      }
    }),
  ],
}

async function whileTwinsAreWritten(
  handles: readonly EventStore[],
  random: SeededRandom,
  look: (store: EventStore, random: SeededRandom) => Promise<void>,
): Promise<void> {
  const [writer, ...readers] = handles as [EventStore, ...EventStore[]]
  let writing = true
  const write = async (pace: SeededRandom): Promise<void> => {
    for (let round = 0; round < ROUNDS; round++) {
      await writeTwins(writer, round)
      await pause(pace)
    }
  }
  const read = async (store: EventStore, pace: SeededRandom): Promise<void> => {
    while (writing) {
      await look(store, pace)
      // At least one turn of the event loop, or a store that answers at once would leave the writer none.
      await new Promise((resolve) => setImmediate(resolve))
      await pause(pace)
    }
  }
  const reading = readers.map((store) => read(store, random.fork()))
  const written = write(random.fork()).finally(() => {
    writing = false
  })
  await together([written, ...reading])
}

/** Writes one event to each twin in one commit, and answers their new version. */
async function writeTwins(store: EventStore, round: number): Promise<number> {
  const slices = await store.read(
    TWINS.map((stream) => ({ stream, after: 0 })),
    { limit: 0 },
  )
  const data = JSON.stringify({ round })
  const wanted = newCommit(
    store,
    slices.map(asRead),
    TWINS.map((stream) => newEvent(store, stream, { data })),
  )
  expectCommitted(only(await store.append([wanted])))
  return (slices[0]?.version ?? 0) + 1
}
