import { storeContract } from '@eventcore/testing/contract'
import { describe, it } from 'vitest'
import { SqliteEventStore } from '../src/index.ts'
import { temporaryDirectory } from './temporary-directory.ts'

storeContract(
  'sqlite',
  async () => {
    const directory = await temporaryDirectory()
    let now = 1_764_000_000_000
    const open = () => SqliteEventStore.open(directory.file('store.db'), { now: () => now })
    return {
      store: await open(),
      reopen: open,
      openAnother: open,
      passTime: (ms) => {
        now += ms
      },
      cleanup: () => directory.remove(),
    }
  },
  { describe, it },
)
