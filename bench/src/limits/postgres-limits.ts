import { PostgresEventStore } from '@eventcore/postgres'
import type { Commit } from 'eventcore'
import pg from 'pg'
import { rateOf } from './rate-of.ts'

async function withClient(url: string, measure: (client: pg.Client) => Promise<number>): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await measure(client)
  } finally {
    await client.end()
  }
}

export function roundTrips(url: string, seconds: number): Promise<number> {
  return withClient(url, (client) =>
    rateOf(seconds, async () => {
      await client.query({ name: 'one', text: 'select 1' })
      return 1
    }),
  )
}

/** One statement, one commit: rows with a primary key and a unique stream version, and no check at all. */
export function bareInserts(url: string, batch: number, seconds: number): Promise<number> {
  return withClient(url, async (client) => {
    await client.query(
      'create table if not exists bare_event (position bigint generated always as identity primary key, stream text, version int, data text, unique (stream, version))',
    )
    await client.query('truncate bare_event')
    const text =
      'insert into bare_event (stream, version, data) select * from unnest($1::text[], $2::int[], $3::text[])'
    const data = Array.from({ length: batch }, () => '{"amount":1}')
    let version = 0
    return await rateOf(seconds, async () => {
      const versions = data.map(() => ++version)
      const streams = versions.map((number) => `account/${(number * 7_919) % 10_000}`)
      await client.query({ name: 'bare', text, values: [streams, versions, data] })
      return batch
    })
  })
}

/** Checked commits to 10,000 streams, made before the clock runs: what the executor could reach if it cost nothing. */
export async function storeAppends(url: string, batch: number, seconds: number): Promise<number> {
  const store = await PostgresEventStore.open({ url })
  try {
    const streams = Array.from({ length: 10_000 }, (_, n) => ({
      stream: `account/${batch}-${n}`,
      version: 0,
      headId: null as string | null,
    }))
    let next = 0
    return await rateOf(seconds, async () => {
      const commits = Array.from({ length: batch }, (): Commit => {
        const at = streams[next++ % streams.length] as (typeof streams)[number]
        const { stream, version, headId } = at
        const id = store.newId()
        Object.assign(at, { version: version + 1, headId: id })
        const commandId = store.newId()
        return {
          commandId,
          commandName: 'Deposit',
          inputHash: '',
          checks: [{ stream, version, headId, base: version }],
          events: [{ id, stream, type: 'MoneyDeposited', data: '{"amount":1}' }],
          recordedAt: 1_790_000_000_000,
          correlationId: commandId,
          causationId: null,
          metadata: '{}',
        }
      })
      const results = await store.append(commits)
      if (results.some(({ status }) => status !== 'committed')) throw new Error('A commit of the limit failed.')
      return batch
    })
  } finally {
    await store.close()
  }
}
