import { defineProjection, MemoryEventStore, type MemoryTransaction } from '@eventcore/memory'
import type { Projection } from 'eventcore'
import {
  BALANCE_LIMIT,
  LedgerAccount,
  type LedgerEvent,
  type LedgerOptions,
  type LedgerRow,
  type OpenedProjections,
} from '../../src/contract/index.ts'

const tableOf = (name: string, version: number): string => `${name}_v${version}`

function ledger({
  name = 'ledger',
  version = 1,
  before,
  after,
  batch = false,
  ...options
}: LedgerOptions): Projection<MemoryTransaction> {
  const basics = {
    name,
    version,
    streams: [LedgerAccount],
    reset: (tx: MemoryTransaction) => tx.table(tableOf(name, version)).clear(),
    ...options,
  } as const
  const apply = (event: LedgerEvent, tx: MemoryTransaction): void => {
    before?.(event)
    const table = tx.table<LedgerRow>(tableOf(name, version))
    const row = table.get(event.stream) ?? { balance: 0, events: 0, version: 0 }
    const balance = row.balance + event.data.amount
    table.set(event.stream, { balance, events: row.events + 1, version: event.version })
    if (balance > BALANCE_LIMIT) throw new Error('the balance is above the limit')
    after?.(event)
  }
  return batch
    ? defineProjection({ ...basics, batch: (events, tx) => events.forEach((event) => void apply(event, tx)) })
    : defineProjection({ ...basics, handlers: { account: { Deposited: apply } } })
}

export async function openMemoryLedger(inline?: LedgerOptions): Promise<OpenedProjections<MemoryTransaction>> {
  let now = 1_764_000_000_000
  const inlineProjections = inline === undefined ? [] : [ledger(inline)]
  const store = new MemoryEventStore({ now: () => now, inlineProjections })
  return {
    store,
    ledger,
    rows: async (name, version) => new Map(store.readModel<LedgerRow>(tableOf(name, version)).entries()),
    passTime: (ms) => {
      now += ms
    },
  }
}
