import type { StatementSync } from 'node:sqlite'
import { assertNames, type Lease, type LeaseStore } from 'eventcore'
import { Query } from './query.ts'
import type { StoreAccess } from './store-access.ts'

/**
 * A lease from the future was granted before the clock was set back, and would run for as long as that again. The time stands there
 * twice: Node 22.13 binds no parameters with numbers by position.
 */
const runsAt = (now: string, row = ''): string =>
  `${row}expires_at > ${now} AND (${row}granted_at IS NULL OR ${row}granted_at <= ${now})`

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
      `SELECT owner, epoch, expires_at FROM eventcore_leases WHERE name = ? AND owner IS NOT NULL AND ${runsAt('?')}`,
    )
    this.#acquire = new Query(
      db,
      `INSERT INTO eventcore_leases AS held (name, owner, epoch, granted_at, expires_at) VALUES (?, ?, 1, ?, ?)
       ON CONFLICT (name) DO UPDATE
         SET owner = excluded.owner,
             granted_at = excluded.granted_at,
             expires_at = excluded.expires_at,
             epoch = held.epoch + (held.owner IS NOT excluded.owner)
         WHERE held.owner IS NULL OR held.owner = excluded.owner OR NOT (${runsAt('excluded.granted_at', 'held.')})
       RETURNING epoch`,
    )
    this.#renew = db.prepare(
      'UPDATE eventcore_leases SET granted_at = ?, expires_at = ? WHERE name = ? AND owner = ? AND epoch = ?',
    )
    this.#release = db.prepare(
      'UPDATE eventcore_leases SET owner = NULL, expires_at = 0 WHERE name = ? AND owner = ? AND epoch = ?',
    )
  }

  async acquire(name: string, owner: string, durationMs: number): Promise<Lease | undefined> {
    assertNames({ name, owner })
    return await this.#access.write('leases.acquire', () => {
      const now = this.#now()
      const expiresAt = now + durationMs
      const row = this.#acquire.get(name, owner, now, expiresAt)
      return row === undefined ? undefined : { name, owner, epoch: row[0], expiresAt }
    })
  }

  renew({ name, owner, epoch }: Lease, durationMs: number): Promise<Lease | undefined> {
    return this.#access.write('leases.renew', () => {
      const now = this.#now()
      const expiresAt = now + durationMs
      const renewed = this.#renew.run(now, expiresAt, name, owner, epoch).changes === 1
      return renewed ? { name, owner, epoch, expiresAt } : undefined
    })
  }

  holder(name: string): Promise<Lease | undefined> {
    return this.#access.read('leases.holder', () => {
      const now = this.#now()
      const row = this.#holder.get(name, now, now)
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
