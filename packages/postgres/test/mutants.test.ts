import { raceAndCheck, workloads } from '@eventcore/testing/checker'
import { type EventStore, StoreFailure } from 'eventcore'
import { describe, expect, it } from 'vitest'
import { FEED_MUTANTS, type Mutant, SLOWER, SQL_MUTANTS, tornToken } from './mutants/mutants.ts'
import { type Edit, rewriteFunction } from './mutants/rewrite-function.ts'
import { newCommit, newEvent } from './support/commits.ts'
import { useStage } from './support/stage.ts'

const stage = useStage()

/** How often a mutant may get through before the test says that it lives. Some need six. */
const ROUNDS = 20
const COMMANDS = 300

async function race(mutant: Pick<Mutant, 'edits' | 'workload'>, slower: readonly Edit[], followers: number) {
  const url = await stage.database()
  const client = await stage.client(url)
  for (const [name, edits] of Object.entries(mutant.edits)) await rewriteFunction(client, name, edits)
  if (slower.length > 0) await rewriteFunction(client, 'append', slower)
  const handles = [await stage.store({ url, maxConnections: 8 }), await stage.store({ url, maxConnections: 8 })]
  return await raceAndCheck(handles, workloads[mutant.workload](), {
    commands: COMMANDS,
    followers,
    check: { witness: 'commits' },
  })
}

async function killed(mutant: Mutant, slower: readonly Edit[], followers: number): Promise<string> {
  for (let round = 1; round <= ROUNDS; round++) {
    try {
      const run = await race(mutant, slower, followers)
      if (!run.ok) return run.explain()
    } catch (error) {
      // So wrong that the log cannot be read any more.
      if (error instanceof StoreFailure && error.message.includes('damaged')) return error.message
      // A stream says that it has more events than can be read.
      if (error instanceof Error && error.message.includes('is not complete, and gives no more')) return error.message
      throw error
    }
  }
  throw new Error(`The mutant "${mutant.fault}" lives: ${ROUNDS} races of ${COMMANDS} commands showed nothing.`)
}

const WORKLOADS = ['hotSet', 'phantom', 'onCall', 'readDependency', 'bank'] as const

describe('as slow as the mutants, the store itself is consistent', () => {
  it.each(WORKLOADS)(
    '%s',
    async (workload) => {
      const run = await race({ edits: {}, workload }, SLOWER, 2)
      expect(run.ok, run.explain()).toBe(true)
      expect(run.committed, run.explain()).toBeGreaterThan(0)
    },
    60_000,
  )
})

describe('racers find', () => {
  it.each(SQL_MUTANTS.map((mutant) => [mutant.fault, mutant.workload, mutant] as const))(
    '%s (%s)',
    async (_fault, _workload, mutant) => {
      expect(await killed(mutant, SLOWER, 0)).not.toBe('')
    },
    120_000,
  )

  it.each(FEED_MUTANTS.map((mutant) => [mutant.fault, mutant.workload, mutant] as const))(
    '%s (%s)',
    async (_fault, _workload, mutant) => {
      expect(await killed(mutant, [], 3)).not.toBe('')
    },
    120_000,
  )

  it('a torn token: events from one snapshot, the version from a later one', async () => {
    const url = await stage.database()
    const stores = [await stage.store({ url }), await stage.store({ url })]
    expect(await miscounts(stores)).toBe(0)
    expect(await miscounts(stores.map(tornToken))).toBeGreaterThan(0)
  }, 60_000)
})

/** Clients that append the number of events that they have seen: how many of these numbers are wrong. */
async function miscounts(stores: readonly EventStore[]): Promise<number> {
  const stream = `counter-${stores[0]?.newId()}`
  await Promise.all(
    Array.from({ length: 16 }, async (_, i) => {
      const store = stores[i % stores.length] as EventStore
      for (let done = 0; done < 15; ) {
        const [slice] = await store.read([{ stream, after: 0 }])
        if (slice === undefined) throw new Error('A read of one stream answered no slice.')
        const { version, headId, events } = slice
        const commit = newCommit(
          store,
          [{ stream, version, headId, base: version }],
          [newEvent(store, stream, String(events.length))],
        )
        const [result] = await store.append([commit])
        if (result?.status === 'committed') done++
      }
    }),
  )
  const written = await stores[0]?.readStream(stream, { direction: 'forwards', limit: 1_000 })
  return written?.filter(({ data, version }) => Number(data) !== version - 1).length ?? 0
}
