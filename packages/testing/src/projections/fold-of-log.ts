import assert from 'node:assert/strict'
import type { EventStore } from 'eventcore'
import { readFeedToHead } from '../contract/fixture/feed-reading.ts'
import type { LedgerRow, OpenedProjections } from './open-projections.ts'

/** The read model as a fold of the log would make it. */
export async function foldOfLog(
  store: EventStore,
  without: (event: { readonly stream: string; readonly version: number }) => boolean = () => false,
): Promise<ReadonlyMap<string, LedgerRow>> {
  const rows = new Map<string, LedgerRow>()
  for (const event of (await readFeedToHead(store)).events) {
    if (!event.stream.startsWith('account/') || without(event)) continue
    const { balance, events } = rows.get(event.stream) ?? { balance: 0, events: 0 }
    const { amount } = JSON.parse(event.data) as { amount: number }
    rows.set(event.stream, { balance: balance + amount, events: events + 1, version: event.version })
  }
  return rows
}

export async function expectFoldOfLog<Tx>(
  { store, rows }: OpenedProjections<Tx>,
  { name = 'ledger', version = 1 }: { readonly name?: string; readonly version?: number } = {},
  without?: (event: { readonly stream: string; readonly version: number }) => boolean,
): Promise<void> {
  const [found, expected] = [await rows(name, version), await foldOfLog(store, without)]
  const plain = (model: ReadonlyMap<string, LedgerRow>): object =>
    Object.fromEntries([...model].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, row]) => [key, { ...row }]))
  assert.deepEqual(plain(found), plain(expected), 'the read model should be the fold of the log')
}
