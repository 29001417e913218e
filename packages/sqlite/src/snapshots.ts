import type { StatementSync } from 'node:sqlite'
import { assertNames, assertTexts, type Snapshot, type SnapshotStore } from 'eventcore'
import { Query } from './query.ts'
import { rowLimit } from './row-limit.ts'
import type { StoreAccess } from './store-access.ts'

type Key = { readonly stream: string; readonly fold: string }
type KeyRow = readonly [stream: string, fold: string, version: number, headId: string]

export class SqliteSnapshots implements SnapshotStore {
  readonly #access: StoreAccess
  readonly #load: Query<[version: number, headId: string, state: string]>
  readonly #list: Query<KeyRow>
  readonly #listOfStream: Query<KeyRow>
  readonly #save: StatementSync
  readonly #delete: StatementSync
  readonly #deleteFold: StatementSync

  constructor(access: StoreAccess) {
    this.#access = access
    const { reader, writer } = access
    this.#load = new Query(
      reader.db,
      'SELECT version, head_id, state FROM eventcore_snapshots WHERE stream = ? AND fold = ?',
    )
    const list = 'SELECT stream, fold, version, head_id FROM eventcore_snapshots WHERE (stream, fold) > (?, ?)'
    this.#list = new Query(reader.db, `${list} ORDER BY stream, fold LIMIT ?`)
    this.#listOfStream = new Query(reader.db, `${list} AND stream = ? ORDER BY stream, fold LIMIT ?`)
    this.#save = writer.db.prepare(
      `INSERT INTO eventcore_snapshots (stream, fold, version, head_id, state) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (stream, fold) DO UPDATE
         SET version = excluded.version, head_id = excluded.head_id, state = excluded.state
         WHERE excluded.version > eventcore_snapshots.version`,
    )
    this.#delete = writer.db.prepare('DELETE FROM eventcore_snapshots WHERE stream = ?')
    this.#deleteFold = writer.db.prepare('DELETE FROM eventcore_snapshots WHERE stream = ? AND fold = ?')
  }

  load(keys: readonly Key[]): Promise<readonly Snapshot[]> {
    return this.#access.read('snapshots.load', () =>
      keys.flatMap(({ stream, fold }) => {
        const row = this.#load.get(stream, fold)
        return row === undefined ? [] : { stream, fold, version: row[0], headId: row[1], state: row[2] }
      }),
    )
  }

  async save({ stream, fold, version, headId, state }: Snapshot): Promise<void> {
    assertNames({ stream, fold, headId })
    assertTexts({ state })
    await this.#access.write('snapshots.save', () => {
      this.#save.run(stream, fold, version, headId, state)
    })
  }

  list({
    stream,
    after = { stream: '', fold: '' },
    limit,
  }: Parameters<SnapshotStore['list']>[0]): Promise<readonly Omit<Snapshot, 'state'>[]> {
    return this.#access.read('snapshots.list', () => {
      const most = rowLimit(limit)
      const rows =
        stream === undefined
          ? this.#list.all(after.stream, after.fold, most)
          : this.#listOfStream.all(after.stream, after.fold, stream, most)
      return rows.map(([of, fold, version, headId]) => ({ stream: of, fold, version, headId }))
    })
  }

  delete({ stream, fold }: { readonly stream: string; readonly fold?: string }): Promise<number> {
    return this.#access.write('snapshots.delete', () => {
      const { changes } = fold === undefined ? this.#delete.run(stream) : this.#deleteFold.run(stream, fold)
      return Number(changes)
    })
  }
}
