import type { RecordedCommit } from 'eventcore'
import { encodeTexts } from '../append/column-writer.ts'
import type { Connections } from '../connection/connections.ts'
import type { Statement } from '../connection/statement.ts'
import { type Naming, withNames } from '../schema/naming.ts'
import { recordedCommits } from './event-rows.ts'

/** Looks commits up by their command ids. */
export class CommitFinder {
  readonly #connections: Connections
  readonly #statement: Statement

  constructor(connections: Connections, names: Naming) {
    this.#connections = connections
    this.#statement = {
      name: 'find_commits',
      text: withNames('select * from {schema}.{prefix}find_commits($1)', names),
    }
  }

  async find(commandIds: readonly string[]): Promise<readonly RecordedCommit[]> {
    const wanted = [...new Set(commandIds)].filter((id) => !id.includes('\0'))
    if (wanted.length === 0) return []
    return recordedCommits(await this.#connections.run('findCommits', this.#statement, [encodeTexts(wanted)]))
  }
}
