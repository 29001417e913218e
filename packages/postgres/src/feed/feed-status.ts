import { asPosition, type Position } from 'eventcore'
import type { Connections } from '../connection/connections.ts'
import type { Statement } from '../connection/statement.ts'
import { type Naming, withNames } from '../schema/naming.ts'
import type { FeedReader } from './feed-reader.ts'

/** How far the feed can be read, and who holds it back. */
export interface FeedStatus {
  /** Position of the last event that can be read; `undefined` while there is none. */
  readonly head: Position | undefined
  /** The running append that began first: events with a higher position wait for it. `undefined`: none is running. */
  readonly heldBackBy: FeedHolder | undefined
}

/** A session of the server that is in the middle of an append. */
export interface FeedHolder {
  /** Process id on the server, for `pg_stat_activity` and `pg_terminate_backend`. */
  readonly pid: number
  /** When its transaction began; `undefined` when the role may not see other roles' sessions. */
  readonly since: Date | undefined
  readonly applicationName: string | undefined
  readonly state: string | undefined
}

export class FeedStatusReader {
  readonly #connections: Connections
  readonly #feed: FeedReader
  readonly #statement: Statement

  constructor(connections: Connections, feed: FeedReader, names: Naming) {
    this.#connections = connections
    this.#feed = feed
    this.#statement = {
      name: 'feed_status',
      text: withNames(
        'select pid, extract(epoch from since) * 1000, application_name, state from {schema}.{prefix}feed_status()',
        names,
      ),
    }
  }

  async read(): Promise<FeedStatus> {
    const [row] = await this.#connections.run('feedStatus', this.#statement)
    const head = await this.#feed.head(0n, 'feedStatus')
    const [pid, since, applicationName, state] = row ?? []
    return {
      head: head === undefined ? undefined : asPosition(String(head.position)),
      heldBackBy:
        pid == null
          ? undefined
          : {
              pid: Number(pid),
              since: since == null ? undefined : new Date(Number(since)),
              applicationName: applicationName ?? undefined,
              state: state ?? undefined,
            },
    }
  }
}
