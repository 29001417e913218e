import { PostgresEventStore } from '@eventcore/postgres'
import type { Commit } from 'eventcore'
import pg from 'pg'

/** What the store gives to the driver for an append. */
interface AppendCall {
  readonly text: string
  readonly values: readonly unknown[]
}

const isAppend = (query: unknown): query is AppendCall =>
  typeof query === 'object' && query !== null && 'text' in query && /\.append\(/.test(String(query.text))

/**
 * Lets a store append, and writes each call's arguments into a table instead of making it: one row for each, exactly what the
 * store would have sent.
 * @returns SQL for pgbench that makes the call number `:n`
 */
export async function recordBatches(url: string, calls: number, next: () => readonly Commit[]): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await record(client, url, calls, next)
  } finally {
    await client.end()
  }
}

async function record(client: pg.Client, url: string, calls: number, next: () => readonly Commit[]): Promise<string> {
  const { rows } = await client.query<{ type: string }>(
    `select t::regtype::text as type from pg_proc, unnest(proargtypes) with ordinality a (t, n)
      where oid = 'eventcore.append'::regproc order by n`,
  )
  const columns = rows.map((_, i) => `a${i + 1}`)
  const types = rows.map(({ type }, i) => `a${i + 1} ${type}`)
  await client.query(`create unlogged table ready (n integer primary key, ${types.join(', ')})`)
  const insert = `insert into ready values ($1, ${columns.map((_, i) => `$${i + 2}`).join(', ')})`

  const pool = new pg.Pool({ connectionString: url, max: 1 })
  let n = 0
  pool.on('connect', (connection) => {
    const query = connection.query.bind(connection)
    const recording = async (...args: Parameters<typeof query>): Promise<unknown> => {
      const [call] = args as readonly unknown[]
      if (!isAppend(call)) return await query(...args)
      await query({ name: 'ready', text: insert, values: [++n, ...call.values] })
      return { rows: [['65536', null]] }
    }
    connection.query = recording as typeof connection.query
  })
  const store = await PostgresEventStore.open({ pool, notifications: false })
  while (n < calls) await store.append(next())
  await store.close()
  await pool.end()

  await client.query('vacuum analyze ready')
  const values = columns.map((name) => `r.${name}`).join(', ')
  return `select a.first_position from ready r, lateral eventcore.append(${values}) a where r.n = :n;`
}
