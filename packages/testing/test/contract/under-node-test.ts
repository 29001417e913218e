import { describe, it } from 'node:test'
import { MemoryEventStore } from '@eventcore/memory'
import { storeContract } from '../../src/contract/index.ts'

// Not a test of its own: `node --test` runs it, in store-contract-runners.test.ts.
storeContract('memory under node:test', async () => ({ store: new MemoryEventStore() }), {
  describe,
  it,
  capabilities: { reopen: false, severalHandles: false },
})
