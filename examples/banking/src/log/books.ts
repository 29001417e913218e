import type { FeedEvent } from 'eventcore'
import { z } from 'zod'
import { Money } from '../money.ts'
import { ENTRIES, type Entry } from './entries.ts'

const MoneyEvent = z.object({ amount: Money })

const ACCOUNT_ENTRIES: ReadonlyMap<string, Entry | null> = new Map(Object.entries(ENTRIES.account))
const CLEARING_ENTRIES: ReadonlyMap<string, Entry | null> = new Map(Object.entries(ENTRIES.clearing))

/** What the log says about one account. */
export interface AccountBooks {
  /** In minor units. */
  balance: number
  /** How many events moved its money. */
  entries: number
}

/** The bank's books, kept by double entry: every movement of money has two sides, and what a command wrote sums to zero. */
export class Books {
  readonly accounts = new Map<string, AccountBooks>()
  /** What we owe the partner banks, in minor units, by their codes. */
  readonly clearing = new Map<string, number>()
  events = 0
  /** Money that came into the bank and that left it: cash, interest, charges. In minor units. */
  cameIn = 0
  wentOut = 0
  /** Commands of which one side stands in the log without the other: the sum of what they wrote, by command id. */
  readonly #unbalanced = new Map<string, number>()

  add(event: FeedEvent): void {
    this.events++
    const slash = event.stream.indexOf('/')
    const kind = event.stream.slice(0, slash)
    const id = event.stream.slice(slash + 1)
    if (kind === 'account') this.#addToAccount(id, event)
    else if (kind === 'clearing') this.#addToClearing(id, event)
  }

  #addToAccount(id: string, event: FeedEvent): void {
    let account = this.accounts.get(id)
    if (account === undefined) {
      account = { balance: 0, entries: 0 }
      this.accounts.set(id, account)
    }
    const change = this.#enter(event, ACCOUNT_ENTRIES.get(event.type))
    if (change === 0) return
    account.balance += change
    account.entries++
  }

  #addToClearing(bank: string, event: FeedEvent): void {
    const change = this.#enter(event, CLEARING_ENTRIES.get(event.type))
    this.clearing.set(bank, (this.clearing.get(bank) ?? 0) + change)
  }

  /** What the event adds to its stream. */
  #enter(event: FeedEvent, entry: Entry | null | undefined): number {
    if (entry === undefined)
      throw new Error(`Event ${event.version} of ${event.stream} is ${event.type}, of which the books know nothing.`)
    if (entry === null) return 0
    const { amount } = MoneyEvent.parse(JSON.parse(event.data))
    const change = entry.sign * amount
    if (entry.counterpart === 'inside') this.#balance(event.commit.commandId, change)
    else if (entry.sign > 0) this.cameIn += amount
    else this.wentOut += amount
    return change
  }

  #balance(commandId: string, change: number): void {
    const sum = (this.#unbalanced.get(commandId) ?? 0) + change
    // Kept no longer than needed: what is held is bounded by the commands that overlap in the feed.
    if (sum === 0) this.#unbalanced.delete(commandId)
    else this.#unbalanced.set(commandId, sum)
  }

  /** How many commands have one side in the log and not the other. */
  get unbalanced(): number {
    return this.#unbalanced.size
  }

  /** The money in all accounts. */
  get held(): number {
    let held = 0
    for (const { balance } of this.accounts.values()) held += balance
    return held
  }

  /** What we owe all partner banks together; below 0 when they owe us. */
  get owed(): number {
    let owed = 0
    for (const own of this.clearing.values()) owed += own
    return owed
  }

  /** Whether money was neither made nor lost: in total, and by each command alone. */
  get conserved(): boolean {
    return this.unbalanced === 0 && this.held + this.owed === this.cameIn - this.wentOut
  }
}
