import type { OpenProjections } from '@eventcore/testing/contract'
import { SqliteEventStore, type SqliteTransaction } from '../../src/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { ledger, ledgerRows } from './ledger.ts'

/** In a file of its own. */
export const openLedger: OpenProjections<SqliteTransaction> = async (inline) => {
  const directory = await temporaryDirectory()
  let now = 1_764_000_000_000
  const inlineProjections = inline === undefined ? [] : [ledger(inline)]
  const open = () => SqliteEventStore.open(directory.file('store.db'), { now: () => now, inlineProjections })
  const store = await open()
  return {
    store,
    ledger,
    rows: (name, version) => ledgerRows(store, name, version),
    openAnother: open,
    passTime: (ms) => {
      now += ms
    },
    cleanup: () => directory.remove(),
  }
}
