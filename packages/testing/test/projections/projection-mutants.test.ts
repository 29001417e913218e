import type { ProjectingStore, ProjectionBatch, ProjectionTarget } from 'eventcore'
import { describe, expect, it } from 'vitest'
import { playProjectionTest, projectionTests } from '../../src/contract/index.ts'
import { openMemoryLedger } from './memory-ledger.ts'

/** A store with one planted fault, and tests of the suite that must notice it. */
interface ProjectionMutant {
  readonly fault: string
  readonly change: <Tx>(store: ProjectingStore<Tx>) => Partial<ProjectingStore<Tx>>
  readonly killedBy: readonly string[]
}

const commitInstead = <Tx>(
  store: ProjectingStore<Tx>,
  commit: (batch: ProjectionBatch<Tx>, target: ProjectionTarget<Tx>) => Promise<void>,
): Partial<ProjectingStore<Tx>> => {
  const { projections } = store
  return { projections: changed(projections, { commit: (batch) => commit(batch, projections) }) }
}

const without = <Tx>({ checkpoint: _, ...batch }: ProjectionBatch<Tx>): ProjectionBatch<Tx> => batch

const FAILS_ITS_COMMIT = 'inline: a failure fails its commit, with an error that says so, and no other of the batch'

const mutants: readonly ProjectionMutant[] = [
  {
    fault: 'the checkpoint moves after the transaction',
    change: (store) =>
      commitInstead(store, async (batch, target) => {
        await target.commit(without(batch))
        if (batch.checkpoint !== undefined)
          await store.checkpoints.save({ name: batch.projection, ...batch.checkpoint })
      }),
    killedBy: ['an owner that slept through its lease applies nothing twice'],
  },
  {
    fault: 'the checkpoint moves before the transaction',
    change: (store) =>
      commitInstead(store, async (batch, target) => {
        if (batch.checkpoint !== undefined)
          await store.checkpoints.save({ name: batch.projection, ...batch.checkpoint })
        await target.commit(without(batch))
      }),
    killedBy: [
      'when a handler fails, nothing of its event is kept, and everything before it is',
      'a crash at any place leaves the read model at its checkpoint',
    ],
  },
  {
    fault: 'checkpoints are not fenced',
    change: (store) =>
      commitInstead(store, async (batch, target) => {
        const { checkpoint } = batch
        await target.commit(
          checkpoint === undefined ? batch : { ...batch, checkpoint: { ...checkpoint, epoch: 1_000_000 } },
        )
      }),
    killedBy: ['an owner whose lease was taken over cannot commit: its batch is rolled back with its checkpoint'],
  },
  {
    fault: 'a checkpoint may be anywhere',
    change: (store) =>
      commitInstead(store, async (batch, target) => {
        const { checkpoint } = batch
        const after = (await store.checkpoints.load(batch.projection))?.cursor
        await target.commit(checkpoint === undefined ? batch : { ...batch, checkpoint: { ...checkpoint, after } })
      }),
    killedBy: ['a batch that was committed after all is not applied again'],
  },
  {
    fault: 'a rebuild of partitions forgets how far one of them came',
    change: ({ projections }) => ({
      projections: changed(projections, { restart: ({ others: _, ...work }) => projections.restart(work) }),
    }),
    killedBy: ['partitions share the streams out, and are run, waited for and rebuilt as one'],
  },
  {
    fault: 'a rebuild is not fenced',
    change: ({ projections }) => ({
      projections: changed(projections, {
        restart: (work) => projections.restart({ ...work, epoch: work.epoch + 1_000 }),
      }),
    }),
    killedBy: ['an owner whose lease was taken over cannot commit: its batch is rolled back with its checkpoint'],
  },
  {
    fault: 'events do not wait behind a failed one of their stream',
    change: (store) =>
      commitInstead(store, (batch, target) =>
        target.commit({ ...batch, apply: (tx) => batch.apply(tx, new Set<string>()) }),
      ),
    killedBy: [
      'a poison event is parked, its stream behind it, and other streams flow',
      'dead letters are retried in order once the handler is mended, and the stream flows again',
    ],
  },
  {
    fault: 'dead letters get lost',
    change: (store) =>
      commitInstead(store, (batch, target) =>
        target.commit({
          ...batch,
          apply: (tx, blocked) => {
            const letters = batch.apply(tx, blocked)
            return letters instanceof Promise ? letters.then(() => []) : []
          },
        }),
      ),
    killedBy: [
      'who waits for an event that was parked is told so, and is not told that it is there',
      'the policy "skip" goes on without the event, and keeps a record',
      'an event that cannot be decoded follows the same policy',
    ],
  },
  {
    fault: 'a dead letter is settled without looking whether it is there',
    change: (store) =>
      commitInstead(store, async (batch, target) => {
        const { resolves, ...rest } = batch
        const letters = await target.deadLetters.list({ projection: batch.projection, limit: 100 })
        await target.commit(letters.some(({ sequence }) => sequence === resolves) ? batch : rest)
      }),
    killedBy: ['a discarded event is kept as skipped, and what waits behind it can be retried'],
  },
  {
    fault: 'everybody gets the lease',
    change: ({ leases }) => ({
      leases: changed(leases, {
        acquire: (name, _owner, durationMs) => leases.acquire(name, 'everybody', durationMs),
        renew: async (lease) => lease,
        release: async () => undefined,
      }),
    }),
    killedBy: ['of several runners one works, and another takes over when it stops'],
  },
  {
    fault: 'a switch of versions is forgotten',
    change: ({ projections }) => ({ projections: changed(projections, { activate: async () => undefined }) }),
    killedBy: [
      'a new version catches up beside the old one, is switched to in one step, and the old one stays until it is dropped',
    ],
  },
  {
    fault: 'a commit whose inline projection failed is called verified',
    change: (store) => ({
      append: async (commits) =>
        (await store.append(commits)).map((result) => (result.status === 'failed' ? { status: 'verified' } : result)),
    }),
    killedBy: [
      FAILS_ITS_COMMIT,
      'inline: commands that build on each other, some of which fail, leave the fold of the log',
    ],
  },
  {
    fault: 'an inline projection that fails fails the batch',
    change: (store) => ({
      append: async (commits) => {
        const results = await store.append(commits)
        const failed = results.find(({ status }) => status === 'failed')
        return failed === undefined ? results : commits.map(() => failed)
      },
    }),
    killedBy: [
      FAILS_ITS_COMMIT,
      'inline: what was built on a commit that fails conflicts, and a repeated command is a duplicate whatever its handler says',
    ],
  },
  {
    fault: 'a rebuild keeps the checkpoint',
    change: ({ projections }) => ({
      projections: changed(projections, {
        restart: ({ projection, apply }) =>
          projections.commit({
            projection,
            streams: [],
            apply: (tx) => {
              apply(tx)
              return []
            },
          }),
      }),
    }),
    killedBy: ['a rebuild in place begins anew, and forgets dead letters'],
  },
]

/** The same object with some members replaced; the others stay bound to it. */
function changed<T extends object>(target: T, members: Partial<T>): T {
  return new Proxy(target, {
    get: (of, name) => {
      if (Object.hasOwn(members, name)) return Reflect.get(members, name)
      const member: unknown = Reflect.get(of, name)
      return typeof member === 'function' ? member.bind(of) : member
    },
  })
}

describe('the projection suite can fail', () => {
  for (const { fault, change, killedBy } of mutants) {
    for (const name of killedBy) {
      it(`notices that ${fault}: ${name}`, async () => {
        const test = projectionTests.find((one) => one.name === name)
        if (test === undefined) throw new Error(`there is no test "${name}"`)
        const play = playProjectionTest(test, async (inline) => {
          const opened = await openMemoryLedger(inline)
          return { ...opened, store: changed(opened.store, change(opened.store)) }
        })
        await expect(play).rejects.toThrow()
      }, 60_000)
    }
  }
})
