import assert from 'node:assert/strict'
import { type ContractSection, contractTest } from '../contract-section.ts'

export const idsSection: ContractSection = {
  name: 'ids',
  tests: [
    contractTest('new ids are UUIDs of version 7, unique, and grow', async ({ store }) => {
      const ids = Array.from({ length: 5_000 }, () => store.newId())
      for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      assert.equal(new Set(ids).size, ids.length)
      assert.deepEqual(ids.toSorted(), ids)
    }),

    contractTest('a store says what it is and how many appends it can use at once', async ({ store }) => {
      assert.ok(store.kind.length > 0)
      assert.ok(
        Number.isSafeInteger(store.appendLanes) && store.appendLanes >= 1,
        `appendLanes is ${store.appendLanes}`,
      )
    }),
  ],
}
