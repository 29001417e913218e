import { startPostgres } from '@eventcore/testing'
import { defineStream, ProjectionRunner, readEvents } from 'eventcore'
import { Pool } from 'pg'
import { z } from 'zod'
import { defineProjection, PostgresEventStore } from '../../src/index.ts'

const N = Number(process.argv[2] ?? 100_000)
const Account = defineStream('account', {
  events: { Deposited: z.object({ amount: z.number(), note: z.string() }) },
  initial: () => 0,
  apply: { Deposited: (s) => s },
})
const server = await startPostgres()
const database = await server.createDatabase()
const store = await PostgresEventStore.open({ url: database.url })
const pool = new Pool({ connectionString: database.url })
const heads = new Map<string, { version: number; id: string | null }>()
for (let done = 0; done < N; ) {
  const commits = []
  for (let i = 0; i < 500 && done < N; i++, done++) {
    const stream = `account/${(done * 7919) % 10_000}`
    const head = heads.get(stream) ?? { version: 0, id: null }
    const id = store.newId()
    commits.push({
      commandId: store.newId(),
      commandName: 'D',
      inputHash: 'h',
      checks: [{ stream, version: head.version, headId: head.id, base: head.version }],
      events: [{ id, stream, type: 'Deposited', data: `{"amount":${done},"note":"a note of some length"}` }],
      recordedAt: 1,
      correlationId: 'c',
      causationId: null,
      metadata: '{}',
    })
    heads.set(stream, { version: head.version + 1, id })
  }
  const r = await store.append(commits)
  if (r.some((x) => x.status !== 'committed')) throw new Error('x')
}
const time = async (name: string, f: () => Promise<void>) => {
  const t = performance.now()
  await f()
  const s = (performance.now() - t) / 1000
  console.log(name, Math.round(N / s), 'events/s', 'heap', Math.round(process.memoryUsage().heapUsed / 1e6))
}
for (let round = 0; round < 3; round++) {
  await time('feed raw', async () => {
    let n = 0
    for await (const _ of readEvents(store)) n++
    if (n !== N) throw new Error()
  })
  await time('feed typed', async () => {
    let n = 0
    for await (const _ of readEvents(store, { streams: [Account] })) n++
    if (n !== N) throw new Error()
  })
  for (const batch of [true, false]) {
    const table = `st_${round}_${batch}`
    const basics = {
      name: `statement-${batch}`,
      version: round + 1,
      streams: [Account],
      setUp: (tx: any) =>
        tx.query(
          `create table if not exists ${table} (position bigint primary key, account text, amount double precision, time bigint)`,
        ),
    } as const
    const P = batch
      ? defineProjection({
          ...basics,
          batch: (events, tx) =>
            tx.query({
              name: table,
              text: `insert into ${table} select * from unnest($1::bigint[], $2::text[], $3::double precision[], $4::bigint[])`,
              values: [
                events.map((e) => e.position),
                events.map((e) => e.key),
                events.map((e) => e.data.amount),
                events.map((e) => e.time),
              ],
            }),
        })
      : defineProjection({
          ...basics,
          handlers: {
            account: {
              Deposited: ({ data, key, position, time: t }, tx) =>
                tx.query({
                  name: table,
                  text: `insert into ${table} values ($1, $2, $3, $4)`,
                  values: [position, key, data.amount, t],
                }),
            },
          },
        })
    await time(`projection ${batch ? 'batch' : 'row by row'}`, async () => {
      const r = new ProjectionRunner(store, P)
      r.start()
      await r.waitFor((await store.projections.headPosition())!, { timeoutMs: 600_000 })
      await r.stop()
    })
    const { rows } = await pool.query(`select count(*)::int as n from ${table}`)
    if (rows[0].n !== N) throw new Error(`rows ${rows[0].n}`)
  }
}
await pool.end()
await store.close()
await database.drop()
await server.stop()
