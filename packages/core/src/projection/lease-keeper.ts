import { LeaseLost } from '../errors/store-errors.ts'
import { pause } from '../feed/patience.ts'
import type { EventStore } from '../store/event-store.ts'
import type { Lease } from '../store/lease-store.ts'

/** Holds one lease, and prolongs it in time: when a third of it is over. */
export class LeaseKeeper {
  readonly #store: EventStore
  readonly #name: string
  readonly #owner: string
  readonly #durationMs: number
  #lease: Lease | undefined
  /** Of the last lease that was held; 0 before the first. */
  #lastEpoch = 0
  #renewAt = 0

  constructor(store: EventStore, name: string, owner: string, durationMs: number) {
    this.#store = store
    this.#name = name
    this.#owner = owner
    this.#durationMs = durationMs
  }

  get held(): boolean {
    return this.#lease !== undefined
  }

  /** The fencing epoch of everything written now. */
  get epoch(): number {
    if (this.#lease === undefined) throw this.#lost('lease')
    return this.#lease.epoch
  }

  async acquire(): Promise<boolean> {
    const asked = performance.now()
    this.#keep(await this.#store.leases.acquire(this.#name, this.#owner, this.#durationMs), asked)
    return this.held
  }

  /** @throws LeaseLost (`LEASE_LOST`) when another owner has taken it */
  async renewIfDue(): Promise<void> {
    const lease = this.#lease
    // Whoever prolongs it in the background was told first, and could tell nobody.
    if (lease === undefined) throw this.#lost('leases.renew')
    const asked = performance.now()
    if (asked < this.#renewAt) return
    this.#keep(await this.#store.leases.renew(lease, this.#durationMs), asked)
    if (!this.held) throw this.#lost('leases.renew')
  }

  /** Prolongs it while this is under way, however long it takes: its owner lives. */
  async during<T>(work: Promise<T>): Promise<T> {
    const done = new AbortController()
    const renewing = this.#renewUntil(done.signal)
    try {
      return await work
    } finally {
      done.abort()
      await renewing
    }
  }

  async release(): Promise<void> {
    const lease = this.#lease
    this.#lease = undefined
    if (lease !== undefined) await this.#store.leases.release(lease)
  }

  /** Never rejects: whoever goes on with a lease that could not be prolonged is told then. */
  async #renewUntil(signal: AbortSignal): Promise<void> {
    while (this.held) {
      await pause(Math.max(0, this.#renewAt - performance.now()), signal)
      if (signal.aborted) return
      try {
        await this.renewIfDue()
      } catch {
        return
      }
    }
  }

  #lost(operation: string): LeaseLost {
    return new LeaseLost(operation, this.#name, this.#lastEpoch, this.#lastEpoch + 1)
  }

  #keep(lease: Lease | undefined, asked: number): void {
    this.#lease = lease
    this.#lastEpoch = lease?.epoch ?? this.#lastEpoch
    this.#renewAt = asked + this.#durationMs / 3
  }
}
