import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import type { Reader, Seen } from './racing-readers.ts'

interface Place {
  readonly position: string
  /** Of the transaction that wrote the event. */
  readonly xid: string
}

const START: Place = { position: '0', xid: '0' }

const EVENTS = `select e.position, e.xmin::text as xid, e.id, s.id as stream, e.version::integer as version
  from eventcore.events e join eventcore.streams s on s.key = e.stream_key`
/** Of transactions before all that are still running. */
const SETTLED = 'e.xmin::text::bigint < pg_snapshot_xmin(pg_current_snapshot())::text::bigint'

/** How followers of a table read it, as others have shipped it. Parameters: position, transaction, how many. */
export const WRONG_CURSORS: Readonly<Record<string, string>> = {
  'position > last': `${EVENTS} where e.position > $1 and $2::bigint >= 0 order by e.position limit $3`,
  'position > last, of transactions before all that are running': `${EVENTS}
    where e.position > $1 and $2::bigint >= 0 and ${SETTLED} order by e.position limit $3`,
  '(transaction, position) > last, of transactions before all that are running': `${EVENTS}
    where (e.xmin::text::bigint, e.position) > ($2::bigint, $1::bigint) and ${SETTLED}
    order by e.xmin::text::bigint, e.position limit $3`,
}

/** Follows the table of events with one of these queries. */
export function followWith(url: string, query: string): Reader {
  return async function* (_store, pageSize, signal): AsyncGenerator<Seen> {
    const client = new Client({ connectionString: url })
    client.on('error', () => undefined)
    await client.connect()
    try {
      let last = START
      while (!signal.aborted) {
        const { rows } = await client.query<Seen & Place>(query, [last.position, last.xid, pageSize])
        yield* rows
        last = rows.at(-1) ?? last
        if (rows.length < pageSize) await sleep(2)
      }
    } finally {
      await client.end()
    }
  }
}
