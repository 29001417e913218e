import { assertNames, type Lease, type LeaseStore } from 'eventcore'

interface LeaseRow {
  /** `undefined` after a release. */
  readonly owner: string | undefined
  readonly epoch: number
  readonly grantedAt: number
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
    if (row?.owner !== undefined && row.owner !== owner && runs(row, now)) return undefined
    const epoch = row === undefined ? 1 : row.owner === owner ? row.epoch : row.epoch + 1
    return this.#keep({ name, owner, epoch, expiresAt: now + durationMs }, now)
  }

  async renew({ name, owner, epoch }: Lease, durationMs: number): Promise<Lease | undefined> {
    this.#assertOpen('leases.renew')
    if (!this.#holds(name, owner, epoch)) return undefined
    const now = this.#now()
    return this.#keep({ name, owner, epoch, expiresAt: now + durationMs }, now)
  }

  async holder(name: string): Promise<Lease | undefined> {
    this.#assertOpen('leases.holder')
    const row = this.#rows.get(name)
    if (row?.owner === undefined || !runs(row, this.#now())) return undefined
    const { owner, epoch, expiresAt } = row
    return { name, owner, epoch, expiresAt }
  }

  async release({ name, owner, epoch }: Lease): Promise<void> {
    this.#assertOpen('leases.release')
    if (this.#holds(name, owner, epoch)) this.#rows.set(name, { owner: undefined, epoch, grantedAt: 0, expiresAt: 0 })
  }

  /** The highest epoch that this lease has had; 0 when it was never taken. */
  epochOf(name: string): number {
    return this.#rows.get(name)?.epoch ?? 0
  }

  #holds(name: string, owner: string, epoch: number): boolean {
    const row = this.#rows.get(name)
    return row !== undefined && row.owner === owner && row.epoch === epoch
  }

  #keep(lease: Lease, grantedAt: number): Lease {
    const { name, owner, epoch, expiresAt } = lease
    this.#rows.set(name, { owner, epoch, grantedAt, expiresAt })
    return lease
  }
}

/** One from the future was granted before the clock was set back, and would run for as long as that again. */
const runs = ({ grantedAt, expiresAt }: LeaseRow, now: number): boolean => grantedAt <= now && now < expiresAt
