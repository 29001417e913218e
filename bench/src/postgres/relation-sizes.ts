import pg from 'pg'

/** What each table of a store and each of its indexes takes, the largest first, and all of them. */
export async function relationSizes(
  url: string,
): Promise<readonly { readonly relation: string; readonly bytes: number }[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ relation: string; bytes: number }>(
      `select relname as relation, (case relkind when 'r' then pg_table_size(oid) else pg_relation_size(oid) end)::float8 as bytes
        from pg_class
        where relnamespace = 'eventcore'::regnamespace and relkind in ('r', 'i') and relname ~ '^(events|streams)'
        order by 2 desc`,
    )
    const total = rows.reduce((sum, { bytes }) => sum + bytes, 0)
    return [...rows, { relation: 'all', bytes: total }]
  } finally {
    await client.end()
  }
}
