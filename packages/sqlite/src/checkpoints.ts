import type { StatementSync } from 'node:sqlite'
import {
  asCursor,
  assertNames,
  assertTexts,
  type Checkpoint,
  type CheckpointStore,
  type Cursor,
  LeaseLost,
} from 'eventcore'
import { Query } from './query.ts'
import { rowLimit } from './row-limit.ts'
import type { StoreAccess } from './store-access.ts'

type CheckpointRow = readonly [name: string, cursor: string, epoch: number]

const decode = ([name, cursor, epoch]: CheckpointRow): Checkpoint => ({ name, cursor: asCursor(cursor), epoch })

export class SqliteCheckpoints implements CheckpointStore {
  readonly #access: StoreAccess
  readonly #load: Query<CheckpointRow>
  readonly #list: Query<CheckpointRow>
  readonly #highestEpoch: Query<[number]>
  readonly #cursorNow: Query<[cursor: string]>
  readonly #save: StatementSync
  readonly #delete: StatementSync

  constructor(access: StoreAccess) {
    this.#access = access
    const { reader, writer } = access
    this.#load = new Query(reader.db, 'SELECT name, cursor, epoch FROM eventcore_checkpoints WHERE name = ?')
    this.#list = new Query(
      reader.db,
      'SELECT name, cursor, epoch FROM eventcore_checkpoints WHERE name > ? ORDER BY name LIMIT ?',
    )
    this.#highestEpoch = new Query(
      writer.db,
      `SELECT max(coalesce((SELECT epoch FROM eventcore_leases WHERE name = n), 0),
                  coalesce((SELECT epoch FROM eventcore_checkpoints WHERE name = n), 0)) AS epoch
       FROM (SELECT ? AS n)`,
    )
    this.#cursorNow = new Query(writer.db, 'SELECT cursor FROM eventcore_checkpoints WHERE name = ?')
    // The condition stands in the statement that writes: whoever reuses it elsewhere cannot forget it.
    this.#save = writer.db.prepare(
      `INSERT INTO eventcore_checkpoints (name, cursor, epoch)
       SELECT n, c, e FROM (SELECT ? AS n, ? AS c, ? AS e)
       WHERE e >= coalesce((SELECT epoch FROM eventcore_leases WHERE name = n), 0)
       ON CONFLICT (name) DO UPDATE SET cursor = excluded.cursor, epoch = excluded.epoch
         WHERE excluded.epoch >= eventcore_checkpoints.epoch`,
    )
    this.#delete = writer.db.prepare('DELETE FROM eventcore_checkpoints WHERE name = ?')
  }

  load(name: string): Promise<Checkpoint | undefined> {
    return this.#access.read('checkpoints.load', () => {
      const row = this.#load.get(name)
      return row === undefined ? undefined : decode(row)
    })
  }

  async save(checkpoint: Checkpoint): Promise<void> {
    assertNames({ name: checkpoint.name })
    assertTexts({ cursor: checkpoint.cursor })
    await this.#access.write('checkpoints.save', () => this.saveNow(checkpoint, 'checkpoints.save'))
  }

  /**
   * The same in the write transaction of the caller.
   * @throws LeaseLost (`LEASE_LOST`) before anything is written
   */
  saveNow({ name, cursor, epoch }: Checkpoint, operation: string): void {
    if (this.#save.run(name, cursor, epoch).changes === 1) return
    throw new LeaseLost(operation, name, epoch, this.#highestEpoch.get(name)?.[0] ?? epoch)
  }

  /** Of an inline projection, which needs no lease: in the write transaction of the caller. */
  advanceNow(name: string, cursor: Cursor): void {
    this.#save.run(name, cursor, this.#highestEpoch.get(name)?.[0] ?? 0)
  }

  /** As the write transaction of the caller sees it. */
  cursorNow(name: string): string | undefined {
    return this.#cursorNow.get(name)?.[0]
  }

  /** Forgets it in the write transaction of the caller, fenced as {@link saveNow}. */
  forgetNow(name: string, epoch: number, operation: string): void {
    const highest = this.#highestEpoch.get(name)?.[0] ?? 0
    if (epoch < highest) throw new LeaseLost(operation, name, epoch, highest)
    this.#delete.run(name)
  }

  list({ after = '', limit }: { readonly after?: string; readonly limit: number }): Promise<readonly Checkpoint[]> {
    return this.#access.read('checkpoints.list', () => this.#list.all(after, rowLimit(limit)).map(decode))
  }

  delete(name: string): Promise<boolean> {
    return this.#access.write('checkpoints.delete', () => this.#delete.run(name).changes === 1)
  }
}
