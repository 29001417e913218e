import assert from 'node:assert/strict'
import type { EventStore, StreamPageQuery } from 'eventcore'
import { type ContractSection, contractTest } from '../contract-section.ts'
import { expectEvents } from '../fixture/results.ts'
import { write } from '../fixture/writing.ts'

export const streamPagesSection: ContractSection = {
  name: 'stream pages',
  tests: [
    contractTest('a stream is read forwards from its first event', async ({ store }) => {
      const events = await write(store, 's', 5)
      await write(store, 'other', 2)
      expectEvents(await store.readStream('s', { direction: 'forwards', limit: 100 }), events, 'all, in version order')
      expectEvents(
        await store.readStream('s', { direction: 'forwards', limit: 2 }),
        events.slice(0, 2),
        'the first two',
      )
    }),

    contractTest('a stream is read backwards from its head', async ({ store }) => {
      const events = await write(store, 's', 5)
      expectEvents(
        await store.readStream('s', { direction: 'backwards', limit: 100 }),
        events.toReversed(),
        'all, the last one first',
      )
      expectEvents(
        await store.readStream('s', { direction: 'backwards', limit: 2 }),
        events.toReversed().slice(0, 2),
        'the last two',
      )
    }),

    contractTest('from is inclusive in both directions', async ({ store }) => {
      await write(store, 's', 5)
      await expectVersions(store, { direction: 'forwards', from: 3, limit: 10 }, [3, 4, 5])
      await expectVersions(store, { direction: 'forwards', from: 3, limit: 2 }, [3, 4])
      await expectVersions(store, { direction: 'backwards', from: 3, limit: 10 }, [3, 2, 1])
      await expectVersions(store, { direction: 'backwards', from: 3, limit: 2 }, [3, 2])
    }),

    contractTest('from beyond either end gives what there is', async ({ store }) => {
      await write(store, 's', 3)
      await expectVersions(store, { direction: 'forwards', from: 4, limit: 10 }, [])
      await expectVersions(store, { direction: 'backwards', from: 100, limit: 10 }, [3, 2, 1])
      await expectVersions(store, { direction: 'backwards', from: 100, limit: 2 }, [3, 2])
      await expectVersions(store, { direction: 'forwards', from: 0, limit: 2 }, [1, 2])
      await expectVersions(store, { direction: 'backwards', from: 0, limit: 2 }, [])
    }),

    contractTest('limit 0 and streams that do not exist give nothing', async ({ store }) => {
      await write(store, 's', 3)
      await expectVersions(store, { direction: 'forwards', limit: 0 }, [])
      await expectVersions(store, { direction: 'backwards', limit: 0 }, [])
      expectEvents(await store.readStream('missing', { direction: 'forwards', limit: 10 }), [], 'a missing stream')
      expectEvents(await store.readStream('missing', { direction: 'backwards', limit: 10 }), [], 'a missing stream')
    }),
  ],
}

async function expectVersions(store: EventStore, query: StreamPageQuery, expected: readonly number[]): Promise<void> {
  const events = await store.readStream('s', query)
  assert.deepEqual(
    events.map(({ version }) => version),
    expected,
    `versions for ${JSON.stringify(query)}`,
  )
}
