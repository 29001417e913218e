import { assertNames, type Lease, type LeaseStore } from 'eventcore'

interface LeaseRow {
  /** `undefined` after a release. */
  readonly owner: string | undefined
  readonly epoch: number
  readonly expiresAt: number
}

export class MemoryLeases implements LeaseStore {
  readonly #assertOpen: (operation: string) => void
  readonly #now: () => number
  /** A row outlives its lease: without it the next owner's epoch could not be higher. */
  readonly #rows = new Map<string, LeaseRow>()

  constructor(assertOpen: (operation: string) => void, now: () => number) {
    this.#assertOpen = assertOpen
    this.#now = now
  }

  async acquire(name: string, owner: string, durationMs: number): Promise<Lease | undefined> {
    this.#assertOpen('leases.acquire')
    assertNames({ name, owner })
    const row = this.#rows.get(name)
    const now = this.#now()
    if (row?.owner !== undefined && row.owner !== owner && row.expiresAt > now) return undefined
    const epoch = row === undefined ? 1 : row.owner === owner ? row.epoch : row.epoch + 1
    return this.#keep({ name, owner, epoch, expiresAt: now + durationMs })
  }

  async renew({ name, owner, epoch }: Lease, durationMs: number): Promise<Lease | undefined> {
    this.#assertOpen('leases.renew')
    if (!this.#holds(name, owner, epoch)) return undefined
    return this.#keep({ name, owner, epoch, expiresAt: this.#now() + durationMs })
  }

  async holder(name: string): Promise<Lease | undefined> {
    this.#assertOpen('leases.holder')
    const { owner, epoch, expiresAt } = this.#rows.get(name) ?? { owner: undefined, epoch: 0, expiresAt: 0 }
    return owner === undefined || expiresAt <= this.#now() ? undefined : { name, owner, epoch, expiresAt }
  }

  async release({ name, owner, epoch }: Lease): Promise<void> {
    this.#assertOpen('leases.release')
    if (this.#holds(name, owner, epoch)) this.#rows.set(name, { owner: undefined, epoch, expiresAt: 0 })
  }

  /** The highest epoch that this lease has had; 0 when it was never taken. */
  epochOf(name: string): number {
    return this.#rows.get(name)?.epoch ?? 0
  }

  #holds(name: string, owner: string, epoch: number): boolean {
    const row = this.#rows.get(name)
    return row !== undefined && row.owner === owner && row.epoch === epoch
  }

  #keep(lease: Lease): Lease {
    this.#rows.set(lease.name, { owner: lease.owner, epoch: lease.epoch, expiresAt: lease.expiresAt })
    return lease
  }
}
