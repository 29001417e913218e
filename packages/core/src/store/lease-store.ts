/** The right to be the only one that does something, for a while. */
export interface Lease {
  readonly name: string
  /** Who holds it: unique per holder, not per process. */
  readonly owner: string
  /** Rises whenever the lease is taken anew, by the same owner too. Whoever writes under the lease writes it too, so that a late writer is refused. */
  readonly epoch: number
  /** Milliseconds since the epoch, by the store's clock. */
  readonly expiresAt: number
}

export interface LeaseStore {
  /** Never waits: `undefined` when another owner holds it. The same owner gets its own lease again, prolonged, with the same epoch. */
  acquire(name: string, owner: string, durationMs: number): Promise<Lease | undefined>
  /** Prolongs it from now; `undefined` when it expired and another owner took it, or when it was released. */
  renew(lease: Lease, durationMs: number): Promise<Lease | undefined>
  /** Who holds it now; `undefined` when nobody does: never taken, released, or run out. */
  holder(name: string): Promise<Lease | undefined>
  /** Gives it up; a lease that is no longer held is left alone. */
  release(lease: Lease): Promise<void>
}
