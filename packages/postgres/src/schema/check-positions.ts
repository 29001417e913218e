import type { ClientBase } from 'pg'
import { type Naming, withNames } from './naming.ts'

/**
 * Makes sure that new events get higher positions than all that are there. After a dump was restored in part, or where a
 * logical replica took over, the numbers may lag behind the events.
 */
export async function checkPositions(client: ClientBase, names: Naming): Promise<void> {
  const { rows } = await client.query<{ behind: boolean | null }>(
    withNames(
      `select (select max("position") >> 16 from {schema}.{prefix}events)
        > coalesce(pg_sequence_last_value('{schema}.{prefix}batches'::regclass), 0) as behind`,
      names,
    ),
  )
  if (rows[0]?.behind === true) await client.query(withNames('select {schema}.{prefix}advance_batches()', names))
}
