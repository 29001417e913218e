import { expect, it } from 'vitest'
import { PostgresEventStore } from '../../src/index.ts'
import { write } from '../support/commits.ts'
import { letter } from '../support/letters.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()

const LAST = `select pg_sequence_last_value('eventcore.batches') as batches,
  pg_sequence_last_value('eventcore.streams_key_seq') as streams,
  pg_sequence_last_value('eventcore.dead_letters_sequence_seq') as letters`

it('opening a store moves every sequence behind its rows, as after a logical replication, and only then', async () => {
  const url = await stage.database()
  const client = await stage.client(url)
  const before = await stage.store({ url })
  for (const stream of ['a', 'b', 'c']) await write(before, stream)
  await before.projections.deadLetters.addIn(client, [letter(1), letter(2)])
  const { rows: last } = await client.query(LAST)
  expect(last).toEqual([{ batches: '3', streams: '3', letters: '2' }])

  await client.query(`select setval('eventcore.batches', 1, false), setval('eventcore.streams_key_seq', 1, false),
    setval('eventcore.dead_letters_sequence_seq', 1, false)`)
  const store = await stage.store({ url })
  expect((await client.query(LAST)).rows).toEqual(last)
  expect((await write(store, 'a')).version).toBe(2)
  expect((await write(store, 'new')).version).toBe(1)
  await store.projections.deadLetters.addIn(client, [letter(3)])
  expect(
    (await store.projections.deadLetters.list({ projection: 'p@1', limit: 10 })).map((one) => one.sequence),
  ).toEqual([1, 2, 3])

  // Ahead of the rows is where a sequence may be.
  await client.query(`select setval('eventcore.streams_key_seq', 1000)`)
  await (await PostgresEventStore.open({ url })).close()
  expect((await client.query(LAST)).rows).toEqual([{ batches: '5', streams: '1000', letters: '3' }])
})

it('of the longest names are found', async () => {
  const url = await stage.bareDatabase()
  const options = { url, schema: 's'.repeat(63), prefix: 'p'.repeat(41) }
  const client = await stage.client(url)
  const store = await stage.store(options)
  await store.projections.deadLetters.addIn(client, [letter(1)])
  const table = `${options.schema}.${options.prefix}dead_letters`
  await client.query(`select setval(pg_get_serial_sequence('${table}', 'sequence'), 1, false)`)
  const again = await stage.store(options)
  await again.projections.deadLetters.addIn(client, [letter(2)])
  expect(await again.projections.deadLetters.count('p@1')).toMatchObject({ failed: 2 })
})
