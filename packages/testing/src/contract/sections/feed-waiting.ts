import assert from 'node:assert/strict'
import { type ContractSection, contractTest, contractTestFor } from '../contract-section.ts'
import { readFeedToHead } from '../fixture/feed-reading.ts'
import { expectEvents } from '../fixture/results.ts'
import { write } from '../fixture/writing.ts'

/** Longer than any test waits for what must happen. */
const LONG = 30_000

export const feedWaitingSection: ContractSection = {
  name: 'waiting for events',
  tests: [
    contractTest('a reader that is behind need not wait', async ({ store }) => {
      await write(store, 'a', 2)
      assert.equal(await store.waitForEvents(undefined, { timeoutMs: LONG }), true)
      const { cursor } = await store.readFeed({ limit: 1 })
      assert.equal(await store.waitForEvents(cursor, { timeoutMs: LONG }), true)
    }),

    contractTest('a reader at the head of an empty store is woken by the first append', async ({ store }) => {
      const [woken, made] = await Promise.all([store.waitForEvents(undefined, { timeoutMs: LONG }), write(store, 'a')])
      assert.equal(woken, true)
      expectEvents((await readFeedToHead(store)).events, made, 'what woke the reader')
    }),

    contractTest('several readers at the head are woken by the next append', async ({ store }) => {
      await write(store, 'a')
      const head = await store.headCursor()
      const waiting = Array.from({ length: 5 }, () => store.waitForEvents(head, { timeoutMs: LONG }))
      const [woken, made] = await Promise.all([Promise.all(waiting), write(store, 'b')])
      assert.deepEqual(woken, [true, true, true, true, true])
      expectEvents((await readFeedToHead(store, { after: head })).events, made, 'what woke the readers')
    }),

    contractTestFor('severalHandles', 'a reader is woken by an append through another handle', async (stage) => {
      const { store } = stage
      const other = await stage.openAnother()
      await write(store, 'a')
      const head = await store.headCursor()
      const [woken] = await Promise.all([store.waitForEvents(head, { timeoutMs: LONG }), write(other, 'b')])
      assert.equal(woken, true)
    }),

    contractTest('when the time is up and nothing came, the answer is false', async ({ store }) => {
      await write(store, 'a')
      assert.equal(await store.waitForEvents(await store.headCursor(), { timeoutMs: 20 }), false)
    }),

    contractTest('an abort ends the waiting with false, before and while it waits', async ({ store }) => {
      await write(store, 'a')
      const head = await store.headCursor()
      assert.equal(await store.waitForEvents(head, { timeoutMs: LONG, signal: AbortSignal.abort() }), false)
      const controller = new AbortController()
      const waiting = store.waitForEvents(head, { timeoutMs: LONG, signal: controller.signal })
      setTimeout(() => controller.abort(), 5)
      assert.equal(await waiting, false)
    }),

    contractTest('closing the store ends the waiting', async ({ store }) => {
      await write(store, 'a')
      const head = await store.headCursor()
      // Whether it answers or rejects is the store's choice.
      await Promise.allSettled([store.waitForEvents(head, { timeoutMs: LONG }), store.close()])
    }),
  ],
}
