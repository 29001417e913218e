import { setTimeout as sleep } from 'node:timers/promises'
import { CommandExecutor, type EventStore, type Position } from 'eventcore'
import { SetLimits } from '../commands/set-limits.ts'
import { Transfer } from '../commands/transfer.ts'
import { seededRandom } from '../sample/random.ts'
import { RETAIL } from '../streams/limits.ts'

const SEED = 7

/** Longest pause of one customer between two transfers, in milliseconds. */
const LONGEST_PAUSE = 5

/** Small transfers between accounts, to and fro, until they are stopped. */
export class Transfers {
  committed = 0
  /** Of the last event that was committed. */
  position: Position | undefined
  readonly #executor: CommandExecutor
  readonly #accounts: readonly string[]
  readonly #random = seededRandom(SEED)
  #stopped = false
  #customers: Promise<unknown> = Promise.resolve()

  /** @param accounts at least two, all with some money */
  constructor(store: EventStore, accounts: readonly string[]) {
    this.#executor = new CommandExecutor(store, { timeoutMs: 60_000 })
    this.#accounts = accounts
  }

  /** @param limits in a bank that has none yet nothing could be moved */
  async start(customers: number, limits: { readonly approvalAbove: number; readonly maximum: number }): Promise<void> {
    await this.#executor.execute(SetLimits({ policy: RETAIL, ...limits }))
    this.#customers = Promise.all(Array.from({ length: customers }, () => this.#transferAgainAndAgain()))
    // Heard of when they are stopped.
    this.#customers.catch(() => {})
  }

  /** Resolves when the last one is through. */
  async stop(): Promise<void> {
    this.#stopped = true
    try {
      await this.#customers
    } finally {
      await this.#executor.close()
    }
  }

  async #transferAgainAndAgain(): Promise<void> {
    while (!this.#stopped) {
      const from = this.#anyAccount()
      const to = this.#anyAccount()
      if (from === to) continue
      await this.#transfer(from, to)
      await sleep(this.#random() * LONGEST_PAUSE)
      await this.#transfer(to, from)
    }
  }

  async #transfer(from: string, to: string): Promise<void> {
    const outcome = await this.#executor.execute(Transfer({ from, to, amount: 1 }))
    if (outcome.status === 'rejected') return
    this.committed++
    this.position = outcome.position ?? this.position
  }

  #anyAccount(): string {
    return this.#accounts[Math.floor(this.#random() * this.#accounts.length)] ?? ''
  }
}
