import { asCursor, assertNames, assertTexts, type Checkpoint, type CheckpointStore, LeaseLost } from 'eventcore'
import type { Connections } from '../connection/connections.ts'
import type { Row, Statement } from '../connection/statement.ts'
import { type Naming, withNames } from '../schema/naming.ts'

export class PostgresCheckpoints implements CheckpointStore {
  readonly #connections: Connections
  readonly #statements: Readonly<Record<'load' | 'save' | 'list' | 'delete', Statement>>

  constructor(connections: Connections, names: Naming) {
    this.#connections = connections
    const statement = (name: string, sql: string): Statement => ({ name, text: withNames(sql, names) })
    this.#statements = {
      load: statement(
        'checkpoints_load',
        'select name, cursor, epoch from {schema}.{prefix}checkpoints where name = $1',
      ),
      save: statement('checkpoints_save', 'select {schema}.{prefix}save_checkpoint($1, $2, $3)'),
      list: statement(
        'checkpoints_list',
        `select name, cursor, epoch from {schema}.{prefix}checkpoints
          where $1::text is null or name > $1 order by name limit $2`,
      ),
      delete: statement(
        'checkpoints_delete',
        'delete from {schema}.{prefix}checkpoints where name = $1 returning name',
      ),
    }
  }

  async load(name: string): Promise<Checkpoint | undefined> {
    const [row] = await this.#connections.run('checkpoints.load', this.#statements.load, [name])
    return row && checkpoint(row)
  }

  async save({ name, cursor, epoch }: Checkpoint): Promise<void> {
    assertNames({ name })
    assertTexts({ cursor })
    const [row] = await this.#connections.run('checkpoints.save', this.#statements.save, [name, cursor, epoch])
    const highest = row?.[0]
    if (highest != null) throw new LeaseLost('checkpoints.save', name, epoch, Number(highest))
  }

  async list({ after, limit }: { readonly after?: string; readonly limit: number }): Promise<readonly Checkpoint[]> {
    return (await this.#connections.run('checkpoints.list', this.#statements.list, [after ?? null, limit])).map(
      checkpoint,
    )
  }

  async delete(name: string): Promise<boolean> {
    return (await this.#connections.run('checkpoints.delete', this.#statements.delete, [name])).length > 0
  }
}

const checkpoint = ([name, cursor, epoch]: Row): Checkpoint => ({
  name: name as string,
  cursor: asCursor(cursor as string),
  epoch: Number(epoch),
})
