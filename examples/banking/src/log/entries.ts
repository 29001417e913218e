import type { EventsOf } from 'eventcore'
import type { Account } from '../streams/account.ts'
import type { Clearing } from '../streams/clearing.ts'

/** What an event does to the books. */
export interface Entry {
  /** Which way it moves the stream that it stands on. */
  readonly sign: 1 | -1
  /** `outside`: money enters or leaves the bank. `inside`: another event of the same command is the other side. */
  readonly counterpart: 'outside' | 'inside'
}

/**
 * The book-keeper's view of the events, apart from the folds that commands decide on. `null` moves no money. An event that
 * is forgotten does not compile.
 */
export const ENTRIES: {
  readonly account: Readonly<Record<keyof EventsOf<typeof Account>, Entry | null>>
  readonly clearing: Readonly<Record<keyof EventsOf<typeof Clearing>, Entry>>
} = {
  account: {
    AccountOpened: null,
    CashDeposited: { sign: 1, counterpart: 'outside' },
    CashWithdrawn: { sign: -1, counterpart: 'outside' },
    InterestCredited: { sign: 1, counterpart: 'outside' },
    ChargeDebited: { sign: -1, counterpart: 'outside' },
    TransferSent: { sign: -1, counterpart: 'inside' },
    TransferReceived: { sign: 1, counterpart: 'inside' },
    RemittanceSent: { sign: -1, counterpart: 'inside' },
    CollectionReceived: { sign: 1, counterpart: 'inside' },
  },
  // What we owe a partner bank is money that we still hold.
  clearing: {
    RemittanceCleared: { sign: 1, counterpart: 'inside' },
    CollectionCleared: { sign: -1, counterpart: 'inside' },
  },
}
