import { MemoryEventStore } from '@eventcore/memory'
import { describe, it } from 'vitest'
import { storeContract } from '../../src/contract/index.ts'
import { CallRecorder, Chaos, conflictsOn, sequentialIds, TestClock, wrapStore } from '../../src/index.ts'

// A wrapper that is told to do nothing changes nothing: the store keeps the whole contract.
const wrappers = {
  'with no member of its own': (store: MemoryEventStore) => wrapStore(store, {}),
  'in a chaos without faults': (store: MemoryEventStore) => new Chaos().wrap(store),
  recorded: (store: MemoryEventStore) => new CallRecorder().wrap(store),
  'on which no append conflicts': (store: MemoryEventStore) => conflictsOn(store, () => false),
}

// One source for all: two stores whose ids are the same take each other's cursors for their own.
const newId = sequentialIds()

for (const [name, wrap] of Object.entries(wrappers)) {
  storeContract(
    `memory ${name}`,
    async () => {
      const clock = new TestClock()
      const store = new MemoryEventStore({ now: clock.now, newId })
      return { store: wrap(store), passTime: (ms) => clock.advance(ms) }
    },
    { describe, it, capabilities: { reopen: false, severalHandles: false } },
  )
}
