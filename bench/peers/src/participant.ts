import type { Entry } from '../../src/harness/audit.ts'
import type { Arrivals } from './arrivals.ts'

/** What became of an operation: done, refused for a reason of business, or given up after the library's own retries. */
export type Answer = 'done' | 'refused' | 'gave-up'

/** The same business, done by one library. What a library cannot do is absent. */
export interface Bank {
  /** Accounts `0`, `1`, … each with so many deposits of so much. */
  fill(accounts: number, amount: number, depositsEach: number): Promise<void>
  /** Opens an account that must not be open yet. */
  open(account: string): Promise<Answer>
  deposit(account: string, amount: number): Promise<Answer>
  /** Refused when the account has less. */
  withdraw(account: string, amount: number): Promise<Answer>
  /** From one account to another, all or nothing. */
  transfer?(from: string, to: string, amount: number): Promise<Answer>
  /** From the first event to the last one, by the library's way of following. */
  catchUp?(arrivals: Arrivals, expected: number): Promise<void>
  /** Calls for each new event, until the answered function is called. */
  follow?(onEvent: () => void): Promise<() => Promise<void>>
  /** Every entry, in the order of the log, by plain SQL where the library is not ours. */
  log(): Promise<readonly Entry[]>
  close(): Promise<void>
}

/** Where a bank keeps its data. */
export interface BankPlace {
  readonly url?: string | undefined
  readonly path?: string | undefined
  /** False: nothing is kept between operations, where the library keeps anything. */
  readonly cached: boolean
}

/** A library, and how it is used here. */
export interface Participant {
  readonly name: string
  /** npm packages, the first of which names the version. */
  readonly packages: readonly string[]
  readonly database: 'postgres' | 'sqlite'
  /** In what its operation differs from ours: what it checks, reads, keeps, retries. */
  readonly difference: string
  open(place: BankPlace): Promise<Bank>
}

/** How many connections each participant has to PostgreSQL. */
export const CONNECTIONS = 10

/** What the oracle makes of the opening of an account: each may be opened once. */
const openingOf = (account: string): Entry => ({ account: `unopened/${account}`, amount: -1 })

/** Events as all libraries here write them. */
export function entryOf(account: string, type: string, amount: number): Entry {
  switch (type) {
    case 'AccountOpened':
      return openingOf(account)
    case 'MoneyDeposited':
      return { account, amount }
    case 'MoneyWithdrawn':
      return { account, amount: -amount }
    default:
      throw new Error(`The oracle does not know the event type ${type}.`)
  }
}

/** Runs so many at a time: for libraries that cannot fill in one call. */
export async function inParallel<T>(items: Iterable<T>, work: (item: T) => Promise<unknown>): Promise<void> {
  const iterator = items[Symbol.iterator]()
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (let next = iterator.next(); next.done !== true; next = iterator.next()) await work(next.value)
    }),
  )
}

export const accountsOf = (count: number): string[] => Array.from({ length: count }, (_, account) => String(account))
