import { defineProjection, MemoryEventStore, type MemoryTransaction } from '@eventcore/memory'
import { defineStream, unchecked } from 'eventcore'
import type { OpenedProjections } from '../../src/index.ts'

interface Row {
  readonly balance: number
  readonly events: number
  readonly version: number
}

const Account = defineStream('account', {
  events: { Deposited: unchecked<{ amount: number }>() },
  initial: () => 0,
  apply: { Deposited: (balance, { amount }) => balance + amount },
})

export async function openMemoryLedger(): Promise<OpenedProjections<MemoryTransaction>> {
  let now = 1_764_000_000_000
  const store = new MemoryEventStore({ now: () => now })
  const tableOf = (name: string, version: number): string => `${name}_v${version}`
  return {
    store,
    ledger: ({ name = 'ledger', version = 1, before, after, batch = false, ...options }) => {
      const basics = {
        name,
        version,
        streams: [Account],
        reset: (tx: MemoryTransaction) => tx.table(tableOf(name, version)).clear(),
        ...options,
      } as const
      const apply = (
        event: { stream: string; version: number; position: string; data: { amount: number } },
        tx: MemoryTransaction,
      ): void => {
        before?.(event)
        const table = tx.table<Row>(tableOf(name, version))
        const row = table.get(event.stream) ?? { balance: 0, events: 0, version: 0 }
        table.set(event.stream, {
          balance: row.balance + event.data.amount,
          events: row.events + 1,
          version: event.version,
        })
        after?.(event)
      }
      return batch
        ? defineProjection({ ...basics, batch: (events, tx) => events.forEach((event) => void apply(event, tx)) })
        : defineProjection({ ...basics, handlers: { account: { Deposited: apply } } })
    },
    rows: async (name, version) => new Map(store.readModel<Row>(tableOf(name, version)).entries()),
    passTime: (ms) => {
      now += ms
    },
  }
}
