import { assertNames, assertTexts, type Snapshot, type SnapshotStore } from 'eventcore'
import { encodeTexts } from '../append/column-writer.ts'
import type { Connections } from '../connection/connections.ts'
import type { Statement } from '../connection/statement.ts'
import { type Naming, withNames } from '../schema/naming.ts'

export class PostgresSnapshots implements SnapshotStore {
  readonly #connections: Connections
  readonly #statements: Readonly<Record<'load' | 'save' | 'list' | 'delete', Statement>>

  constructor(connections: Connections, names: Naming) {
    this.#connections = connections
    const statement = (name: string, sql: string): Statement => ({ name, text: withNames(sql, names) })
    this.#statements = {
      load: statement(
        'snapshots_load',
        `select s.stream, s.fold, s.version, s.head_id, s.state from unnest($1::text[], $2::text[]) k (stream, fold)
          join {schema}.{prefix}snapshots s on s.stream = k.stream and s.fold = k.fold`,
      ),
      save: statement(
        'snapshots_save',
        `insert into {schema}.{prefix}snapshots as s (stream, fold, version, head_id, state) values ($1, $2, $3, $4, $5)
          on conflict (stream, fold) do update
            set version = excluded.version, head_id = excluded.head_id, state = excluded.state
            where s.version < excluded.version`,
      ),
      list: statement(
        'snapshots_list',
        `select stream, fold, version, head_id from {schema}.{prefix}snapshots
          where ($1::text is null or stream = $1) and ($2::text is null or (stream, fold) > ($2, $3::text))
          order by stream, fold limit $4`,
      ),
      delete: statement(
        'snapshots_delete',
        `with gone as (
          delete from {schema}.{prefix}snapshots where stream = $1 and ($2::text is null or fold = $2) returning 1
        ) select count(*) from gone`,
      ),
    }
  }

  async load(keys: readonly { readonly stream: string; readonly fold: string }[]): Promise<readonly Snapshot[]> {
    const rows = await this.#connections.run('snapshots.load', this.#statements.load, [
      encodeTexts(keys.map(({ stream }) => stream)),
      encodeTexts(keys.map(({ fold }) => fold)),
    ])
    return rows.map(([stream, fold, version, headId, state]) => ({
      stream: stream as string,
      fold: fold as string,
      version: Number(version),
      headId: headId as string,
      state: state as string,
    }))
  }

  async save({ stream, fold, version, headId, state }: Snapshot): Promise<void> {
    assertNames({ stream, fold, headId })
    assertTexts({ state })
    await this.#connections.run('snapshots.save', this.#statements.save, [stream, fold, version, headId, state])
  }

  async list({
    stream,
    after,
    limit,
  }: Parameters<SnapshotStore['list']>[0]): Promise<readonly Omit<Snapshot, 'state'>[]> {
    const rows = await this.#connections.run('snapshots.list', this.#statements.list, [
      stream ?? null,
      after?.stream ?? null,
      after?.fold ?? null,
      limit,
    ])
    return rows.map(([of, fold, version, headId]) => ({
      stream: of as string,
      fold: fold as string,
      version: Number(version),
      headId: headId as string,
    }))
  }

  async delete({ stream, fold }: { readonly stream: string; readonly fold?: string }): Promise<number> {
    const [row] = await this.#connections.run('snapshots.delete', this.#statements.delete, [stream, fold ?? null])
    return Number(row?.[0] ?? 0)
  }
}
