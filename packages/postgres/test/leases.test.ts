import { expect, it } from 'vitest'
import { useStage } from './support/stage.ts'

const stage = useStage()

it('whoever is refused a lease has written nothing, and gets it when it is free', async () => {
  const url = await stage.database()
  const { leases } = await stage.store({ url })
  const lease = await leases.acquire('p', 'one', 600_000)
  const client = await stage.client(url)
  expect(await leases.acquire('p', 'two', 600_000)).toBeUndefined()
  // To lock a row is to write it: a transaction id, and a flush.
  expect((await client.query('select xmax from eventcore.leases')).rows).toEqual([{ xmax: '0' }])
  if (lease !== undefined) await leases.release(lease)
  expect(await leases.acquire('p', 'two', 600_000)).toMatchObject({ owner: 'two', epoch: 2 })
})

it('one of those who saw a lease run out at once gets it', async () => {
  const url = await stage.database()
  const store = await stage.store({ url, maxConnections: 10 })
  for (let round = 1; round <= 20; round++) {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => store.leases.acquire('p', `${round}-${i}`, 600_000)),
    )
    const [lease, ...others] = answers.filter((answer) => answer !== undefined)
    expect(others).toEqual([])
    expect(lease?.epoch).toBe(round)
    if (lease !== undefined) await store.leases.release(lease)
  }
})

it('the look of each append for inline projections reads an index in which no renewal leaves anything', async () => {
  const url = await stage.database()
  const client = await stage.client(url)
  await client.query(`insert into eventcore.leases (name, owner, epoch, expires_at)
    select 'p' || i, 'runner', 1, now() from generate_series(1, 20) i`)
  const long = await stage.client(url)
  await long.query('begin isolation level repeatable read; select 1')
  for (let i = 0; i < 100; i++) await client.query('update eventcore.leases set granted_at = clock_timestamp()')
  // As the append function plans.
  await client.query('set enable_seqscan = off; set enable_bitmapscan = off; set plan_cache_mode = force_generic_plan')
  const { rows } = await client.query<{ prosrc: string }>(
    `select prosrc from pg_proc where oid = 'eventcore.append'::regproc`,
  )
  const look = /select coalesce\(string_agg.*?'eventcore:inline'/s.exec(rows[0]?.prosrc ?? '')?.[0]
  await client.query('set search_path = eventcore')
  const plan = await client.query<{ 'QUERY PLAN': string }>(`explain (analyze, buffers, costs off, timing off) ${look}`)
  const text = plan.rows.map((row) => row['QUERY PLAN']).join('\n')
  expect(text).toContain('Index Only Scan using leases_inline')
  expect(text).toMatch(/Index Only Scan.*\n(.*\n)*? +Buffers: shared (hit|read)=1\n/)
})
