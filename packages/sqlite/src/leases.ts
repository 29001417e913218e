import type { StatementSync } from 'node:sqlite'
import { assertNames, type Lease, type LeaseStore } from 'eventcore'
import { Query } from './query.ts'
import type { StoreAccess } from './store-access.ts'

/**
 * A row outlives its lease: without it the next owner's epoch could not be higher. Each change is one statement whose
 * WHERE says who may make it.
 */
export class SqliteLeases implements LeaseStore {
  readonly #access: StoreAccess
  readonly #now: () => number
  readonly #acquire: Query<[epoch: number]>
  readonly #renew: StatementSync
  readonly #release: StatementSync
  readonly #holder: Query<[owner: string, epoch: number, expiresAt: number]>

  constructor(access: StoreAccess, now: () => number) {
    this.#access = access
    this.#now = now
    const { db } = access.writer
    this.#holder = new Query(
      access.reader.db,
      'SELECT owner, epoch, expires_at FROM eventcore_leases WHERE name = ? AND owner IS NOT NULL AND expires_at > ?',
    )
    this.#acquire = new Query(
      db,
      `INSERT INTO eventcore_leases (name, owner, epoch, expires_at) VALUES (?, ?, 1, ?)
       ON CONFLICT (name) DO UPDATE
         SET owner = excluded.owner,
             expires_at = excluded.expires_at,
             epoch = eventcore_leases.epoch + (eventcore_leases.owner IS NOT excluded.owner)
         WHERE eventcore_leases.owner IS NULL OR eventcore_leases.owner = excluded.owner OR eventcore_leases.expires_at <= ?
       RETURNING epoch`,
    )
    this.#renew = db.prepare('UPDATE eventcore_leases SET expires_at = ? WHERE name = ? AND owner = ? AND epoch = ?')
    this.#release = db.prepare(
      'UPDATE eventcore_leases SET owner = NULL, expires_at = 0 WHERE name = ? AND owner = ? AND epoch = ?',
    )
  }

  async acquire(name: string, owner: string, durationMs: number): Promise<Lease | undefined> {
    assertNames({ name, owner })
    return await this.#access.write('leases.acquire', () => {
      const now = this.#now()
      const expiresAt = now + durationMs
      const row = this.#acquire.get(name, owner, expiresAt, now)
      return row === undefined ? undefined : { name, owner, epoch: row[0], expiresAt }
    })
  }

  renew({ name, owner, epoch }: Lease, durationMs: number): Promise<Lease | undefined> {
    return this.#access.write('leases.renew', () => {
      const expiresAt = this.#now() + durationMs
      const renewed = this.#renew.run(expiresAt, name, owner, epoch).changes === 1
      return renewed ? { name, owner, epoch, expiresAt } : undefined
    })
  }

  holder(name: string): Promise<Lease | undefined> {
    return this.#access.read('leases.holder', () => {
      const row = this.#holder.get(name, this.#now())
      if (row === undefined) return undefined
      const [owner, epoch, expiresAt] = row
      return { name, owner, epoch, expiresAt }
    })
  }

  release({ name, owner, epoch }: Lease): Promise<void> {
    return this.#access.write('leases.release', () => {
      this.#release.run(name, owner, epoch)
    })
  }
}
