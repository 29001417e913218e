import { storeContract } from '@eventcore/testing/contract'
import { describe, it } from 'vitest'
import { MemoryEventStore } from '../src/index.ts'

storeContract(
  'memory',
  async () => {
    let now = 1_764_000_000_000
    const store = new MemoryEventStore({ now: () => now })
    return {
      store,
      passTime: (ms) => {
        now += ms
      },
    }
  },
  // It lives in one process and ends with it.
  { describe, it, capabilities: { reopen: false, severalHandles: false } },
)
