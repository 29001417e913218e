import { expect, it } from 'vitest'
import { write } from '../support/commits.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()

it.each([
  [
    { schema: 'shop_a', prefix: 'b_' },
    { schema: 'shop', prefix: 'a_b_' },
  ],
  [{ schema: 'tenant_acme_industries_eu_west_one' }, { schema: 'tenant_acme_industries_eu_west_two' }],
])('two stores share the sessions of one pool: %j and %j', async (one, other) => {
  const url = await stage.bareDatabase()
  const pool = stage.pool({ connectionString: url, max: 1 })
  const stores = [await stage.store({ pool, ...one }), await stage.store({ pool, ...other })]
  for (const store of stores) {
    expect((await write(store, 'a')).version).toBe(1)
    expect((await store.readFeed({ limit: 10 })).events).toHaveLength(1)
  }
  const client = await pool.connect()
  const { rows } = await client.query<{ name: string }>('select name from pg_prepared_statements')
  client.release()
  expect(rows.length).toBeGreaterThan(4)
  // The server keeps 63 bytes of a name.
  for (const { name } of rows) expect(name.length).toBeLessThan(63)
})
