import { asCursor, type EventStore } from 'eventcore'
import { type ContractSection, contractTest, contractTestFor } from '../contract-section.ts'
import { absent, newCommit, newEvents } from '../fixture/commits.ts'
import { expectRejection, expectStream } from '../fixture/results.ts'
import { commit, write } from '../fixture/writing.ts'

const calls: Readonly<Record<string, (store: EventStore) => Promise<unknown>>> = {
  append: (store) => store.append([newCommit(store, [absent('s')], newEvents(store, 's', 1))]),
  read: (store) => store.read([{ stream: 's', after: 0 }]),
  readStream: (store) => store.readStream('s', { direction: 'forwards', limit: 1 }),
  readFeed: (store) => store.readFeed({ limit: 1 }),
  waitForEvents: (store) => store.waitForEvents(undefined, { timeoutMs: 60_000 }),
  headCursor: (store) => store.headCursor(),
  findCommits: (store) => store.findCommits(['a']),
  listStreams: (store) => store.listStreams({ limit: 1 }),
  'snapshots.load': (store) => store.snapshots.load([{ stream: 's', fold: 'f' }]),
  'snapshots.save': (store) => store.snapshots.save({ stream: 's', fold: 'f', version: 1, headId: 'x', state: '{}' }),
  'snapshots.list': (store) => store.snapshots.list({ limit: 1 }),
  'snapshots.delete': (store) => store.snapshots.delete({ stream: 's' }),
  'checkpoints.load': (store) => store.checkpoints.load('a'),
  'checkpoints.save': (store) => store.checkpoints.save({ name: 'a', cursor: asCursor('a'), epoch: 1 }),
  'checkpoints.list': (store) => store.checkpoints.list({ limit: 1 }),
  'checkpoints.delete': (store) => store.checkpoints.delete('a'),
  'leases.acquire': (store) => store.leases.acquire('a', 'b', 1_000),
  'leases.renew': (store) => store.leases.renew({ name: 'a', owner: 'b', epoch: 1, expiresAt: 0 }, 1_000),
  'leases.release': (store) => store.leases.release({ name: 'a', owner: 'b', epoch: 1, expiresAt: 0 }),
  'leases.holder': (store) => store.leases.holder('a'),
}

export const closingSection: ContractSection = {
  name: 'closing',
  tests: [
    contractTest('every call on a closed store rejects with STORE_CLOSED', async ({ store }) => {
      await write(store, 's')
      await store.close()
      for (const [name, call] of Object.entries(calls))
        await expectRejection(() => call(store), 'STORE_CLOSED', `${name} on a closed store`)
    }),

    contractTest('closing twice is fine, also at once', async ({ store }) => {
      await Promise.all([store.close(), store.close()])
      await store.close()
    }),

    contractTestFor(
      'reopen',
      'what was begun before closing is finished: an append in flight is durable',
      async (stage) => {
        const wanted = newCommit(stage.store, [absent('s')], newEvents(stage.store, 's', 3))
        const [written] = await Promise.all([commit(stage.store, wanted), stage.store.close()])
        await expectStream(await stage.reopen(), 's', written)
      },
    ),
  ],
}
