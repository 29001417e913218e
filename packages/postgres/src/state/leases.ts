import { assertNames, type Lease, type LeaseStore } from 'eventcore'
import type { Connections } from '../connection/connections.ts'
import type { Statement } from '../connection/statement.ts'
import { type Naming, withNames } from '../schema/naming.ts'

/** Leases expire by the clock of the server, which all processes share. */
export class PostgresLeases implements LeaseStore {
  readonly #connections: Connections
  readonly #statements: Readonly<Record<'acquire' | 'renew' | 'holder' | 'release', Statement>>

  constructor(connections: Connections, names: Naming) {
    this.#connections = connections
    const statement = (name: string, sql: string): Statement => ({ name, text: withNames(sql, names) })
    this.#statements = {
      acquire: statement(
        'leases_acquire',
        'select epoch, extract(epoch from expires_at) * 1000 from {schema}.{prefix}acquire_lease($1, $2, $3)',
      ),
      renew: statement(
        'leases_renew',
        `update {schema}.{prefix}leases
          set granted_at = clock_timestamp(), expires_at = clock_timestamp() + $4::double precision * interval '1 millisecond'
          where name = $1 and owner = $2 and epoch = $3
          returning epoch, extract(epoch from expires_at) * 1000`,
      ),
      holder: statement(
        'leases_holder',
        `select owner, epoch, extract(epoch from least(expires_at, 'epoch'::timestamptz + interval '9999 years')) * 1000
          from {schema}.{prefix}leases where name = $1 and owner is not null and {schema}.{prefix}lease_runs(granted_at, expires_at)`,
      ),
      release: statement(
        'leases_release',
        'update {schema}.{prefix}leases set owner = null where name = $1 and owner = $2 and epoch = $3',
      ),
    }
  }

  async acquire(name: string, owner: string, durationMs: number): Promise<Lease | undefined> {
    assertNames({ name, owner })
    const [row] = await this.#connections.run('leases.acquire', this.#statements.acquire, [name, owner, durationMs])
    const [epoch, expiresAt] = row ?? []
    return epoch == null ? undefined : { name, owner, epoch: Number(epoch), expiresAt: Math.trunc(Number(expiresAt)) }
  }

  async renew({ name, owner, epoch }: Lease, durationMs: number): Promise<Lease | undefined> {
    const [row] = await this.#connections.run('leases.renew', this.#statements.renew, [name, owner, epoch, durationMs])
    return row && { name, owner, epoch, expiresAt: Math.trunc(Number(row[1])) }
  }

  async holder(name: string): Promise<Lease | undefined> {
    const [row] = await this.#connections.run('leases.holder', this.#statements.holder, [name])
    const [owner, epoch, expiresAt] = row ?? []
    return owner == null ? undefined : { name, owner, epoch: Number(epoch), expiresAt: Math.trunc(Number(expiresAt)) }
  }

  async release({ name, owner, epoch }: Lease): Promise<void> {
    await this.#connections.run('leases.release', this.#statements.release, [name, owner, epoch])
  }
}
