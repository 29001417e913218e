import type { ClientBase } from 'pg'
import { type Naming, withNames } from './naming.ts'

/**
 * Makes sure that new events, streams and dead letters get higher numbers than all that are there. After a dump was restored in
 * part, or where a logical replica took over, the sequences may lag behind the rows. A role that cannot append needs no numbers.
 */
export async function checkPositions(client: ClientBase, names: Naming): Promise<void> {
  const { rows } = await client.query<{ lag: boolean }>(
    withNames(
      `select {schema}.{prefix}sequences_lag() and exists (
        select from pg_proc where pronamespace = to_regnamespace($1) and proname = $2 and has_function_privilege(oid, 'execute')
      ) as lag`,
      names,
    ),
    [names.schema, `${names.prefix}append`],
  )
  if (rows[0]?.lag === true) await client.query(withNames('select {schema}.{prefix}advance_sequences()', names))
}
