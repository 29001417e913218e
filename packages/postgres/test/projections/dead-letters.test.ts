import { randomUUID } from 'node:crypto'
import type { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { letter } from '../support/letters.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()

/**
 * 12,000 skipped letters of one projection, 10,000 that wait in another one, and 5 of a third behind them all; each of a stream of its
 * own, or all of one, which makes planners expect that whatever is looked for comes soon.
 */
async function manyLetters(client: Client, streams: 'many' | 'one'): Promise<void> {
  const many = (projection: string, count: number, reason: string, from: number) =>
    client.query(
      `insert into eventcore.dead_letters
          (projection, "position", event_id, stream, version, type, command_id, reason, error, attempts, parked_at)
        select $1, $4 + i, gen_random_uuid(), 'account/' || case $5 when 'one' then 1 else i end, i, 'Noted', 'c' || i, $3,
            'out of order', 3, 0
          from generate_series(1, $2::integer) i`,
      [projection, count, reason, from, streams],
    )
  await many('skips@1', 12_000, 'skipped', 0)
  await many('hot@1', 10_000, 'waiting', 1_000_000)
  await many('rare@1', 5, 'failed', 2_000_000)
  await client.query('vacuum analyze eventcore.dead_letters')
}

interface Asked {
  readonly text: string
  readonly values: readonly unknown[]
}

interface Plan {
  readonly 'Node Type': string
  readonly 'Index Name'?: string
  readonly 'Actual Rows': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly Plan[]
}

const flat = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(flat)]

/** The indexes that a statement uses with a plan for all values, and how many rows it reads to no avail. */
async function usage(
  client: Client,
  { text, values }: Asked,
): Promise<{ indexes: unknown[]; scans: string[]; idle: number }> {
  const literals = values.map((value) =>
    value === null
      ? 'null'
      : Array.isArray(value)
        ? `array[${value.map((one) => client.escapeLiteral(String(one))).join(', ')}]`
        : client.escapeLiteral(String(value)),
  )
  await client.query('set plan_cache_mode = force_generic_plan; deallocate all')
  await client.query(`prepare asked as ${text}`)
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
    `explain (analyze, format json) execute asked(${literals.join(', ')})`,
  )
  const nodes = flat((rows[0]?.['QUERY PLAN'] ?? [])[0]?.Plan as Plan)
  return {
    indexes: nodes.flatMap((node) => node['Index Name'] ?? []),
    scans: nodes.map((node) => node['Node Type']).filter((type) => type.includes('Seq Scan') || type === 'Sort'),
    idle: nodes.reduce((sum, node) => sum + (node['Rows Removed by Filter'] ?? 0), 0),
  }
}

describe.each(['many', 'one'] as const)('dead letters of %s streams', { timeout: 60_000 }, (streams) => {
  it('are looked up by an index for every batch', async () => {
    const url = await stage.database()
    const client = await stage.client(url)
    await manyLetters(client, streams)
    const { deadLetters } = (await stage.store({ url })).projections
    const asked: Asked[] = []
    const spy = {
      query: (text: string, values: unknown[]) => {
        asked.push({ text, values })
        return client.query(text, values)
      },
    } as unknown as Client
    expect(await deadLetters.blockedIn(spy, 'skips@1', ['account/1'])).toEqual(new Set())
    expect(await deadLetters.blockedIn(spy, 'rare@1', ['account/1', 'account/x'])).toEqual(new Set(['account/1']))
    const [none, any, , blocked] = asked
    for (const statement of [none, any, blocked])
      expect(await usage(client, statement as Asked), statement?.text).toEqual({
        indexes: ['dead_letters_held'],
        scans: [],
        idle: 0,
      })
  })

  it('are listed by an index: those of a projection, and those that hold a stream up', async () => {
    const url = await stage.database()
    const client = await stage.client(url)
    await manyLetters(client, streams)
    const values = ['rare@1', 0, null, 100]
    const asked = [
      { options: {}, values, index: 'dead_letters_order', rows: 5 },
      {
        options: { stream: 'account/1', reasons: ['failed', 'waiting'] as const },
        values: ['rare@1', 0, ['failed', 'waiting'], 100, 'account/1'],
        index: 'dead_letters_held',
      },
    ]
    for (const { options, values, index, rows = streams === 'one' ? 5 : 1 } of asked) {
      const text = await recorded(client, url, 'limit $4', async ({ deadLetters }) => {
        expect(await deadLetters.list({ projection: 'rare@1', limit: 100, ...options })).toHaveLength(rows)
      })
      const { indexes, scans, idle } = await usage(client, { text, values })
      expect({ indexes, scans }, text).toEqual({ indexes: [index], scans: [] })
      expect(idle, text).toBe(0)
    }
  })
})

/** The text of the statement by which a new store asks, as the server has it. */
async function recorded(
  client: Client,
  url: string,
  part: string,
  ask: (projections: Awaited<ReturnType<typeof stage.store>>['projections']) => Promise<unknown>,
): Promise<string> {
  const applicationName = `asking ${randomUUID()}`
  const store = await stage.store({ url, applicationName, maxConnections: 1 })
  await ask(store.projections)
  const { rows } = await client.query<{ query: string }>(
    'select query from pg_stat_activity where application_name = $1 and strpos(query, $2) > 0',
    [applicationName, part],
  )
  return rows[0]?.query ?? ''
}

it('however many events wait behind one that failed, they are parked by one statement, in their order', async () => {
  const url = await stage.database()
  const client = await stage.client(url)
  const { deadLetters } = (await stage.store({ url })).projections
  let statements = 0
  const counting = {
    query: (...args: Parameters<Client['query']>) => {
      statements++
      return client.query(...args)
    },
  } as unknown as Client
  const error = 'a "quoted" \\ text, {braces} and null'
  const letters = [
    letter(7, { error }),
    ...Array.from({ length: 3_999 }, (_, i) => letter(8 + i, { reason: 'waiting', error: null, attempts: 0 })),
  ]
  await deadLetters.addIn(counting, letters)
  expect(statements).toBe(1)
  await deadLetters.addIn(counting, [])
  expect(statements).toBe(1)
  const stored = await deadLetters.list({ projection: 'p@1', limit: 10_000 })
  expect(stored.map(({ sequence, ...rest }) => rest)).toEqual(letters)
})
