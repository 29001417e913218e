import type { Entry } from '../harness/audit.ts'

/** What each type of event does to the balance of its stream. */
const SIGNS: Readonly<Record<string, 1 | 0 | -1>> = {
  AccountOpened: 0,
  MoneyDeposited: 1,
  MoneyWithdrawn: -1,
  LimitSet: 0,
  StockReceived: 1,
  StockReserved: -1,
  OrderPlaced: 0,
}

/** What an event means to the audit. */
export function entryOfEvent(stream: string, type: string, data: unknown): Entry {
  const sign = SIGNS[type]
  if (sign === undefined) throw new Error(`The audit does not know the event type ${type}.`)
  const { amount, quantity } = data as { readonly amount?: number; readonly quantity?: number }
  return { account: stream, amount: sign === 0 ? 0 : sign * (amount ?? quantity ?? 0) }
}
