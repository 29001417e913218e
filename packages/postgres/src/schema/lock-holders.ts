import type { ClientBase } from 'pg'
import type { Naming } from './naming.ts'

/**
 * Other sessions that hold locks on the tables of the store, or migrate it, one phrase for each, the oldest transaction first. Asked
 * after a lock was not granted: only while one waits does the server say for whom, and only transactions that are older than
 * the wait can have been the reason.
 */
export async function lockHolders(
  client: ClientBase,
  { schema, prefix }: Naming,
  { migrationLock, olderThanMs }: { readonly migrationLock: number; readonly olderThanMs: number },
): Promise<readonly string[]> {
  const { rows } = await client.query<{
    pid: number | null
    application: string | null
    since: string | null
    locks: string
  }>(
    `select l.pid, coalesce(nullif(a.application_name, ''), a.backend_type) as application, a.xact_start::text as since,
        string_agg(distinct case l.locktype when 'advisory' then 'migrating' else c.relname || ' ' || l.mode end, ', ') as locks
      from pg_locks l
      left join pg_class c on l.locktype = 'relation' and c.oid = l.relation
      left join pg_stat_activity a on a.pid = l.pid
      where l.granted and l.pid is distinct from pg_backend_pid()
        and l.database = (select oid from pg_database where datname = current_database())
        and (
          (c.relkind = 'r' and c.relnamespace = to_regnamespace($1) and starts_with(c.relname, $2))
          or (l.locktype = 'advisory' and l.objsubid = 1 and (l.classid::bigint << 32 | l.objid::bigint) = $3)
        )
        and (a.xact_start is null or a.xact_start < clock_timestamp() - $4 * interval '1 millisecond')
      group by l.pid, a.application_name, a.backend_type, a.xact_start
      order by a.xact_start nulls last
      limit 5`,
    [schema, prefix, migrationLock, olderThanMs],
  )
  return rows.map(({ pid, application, since, locks }) => {
    // Of another role's session one is told the number only.
    const who = pid === null ? 'a prepared transaction (see pg_prepared_xacts)' : `pid ${pid}`
    return `${who}${application === null ? '' : `, ${application}`}${since === null ? '' : `, since ${since}`} (${locks})`
  })
}
