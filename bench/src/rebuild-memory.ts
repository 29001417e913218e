// Measures the memory of a rebuild: node --conditions=eventcore-source bench/src/rebuild-memory.ts [events] [limit in MB]
// Fills a SQLite file, then rebuilds a read model of all its events in a process of its own, which has no more heap than the
// limit and would end without it. The read model is checked against the sums of what was written.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineProjection, SqliteEventStore } from '@eventcore/sqlite'
import { defineStream, ProjectionRunner } from 'eventcore'
import { z } from 'zod'

const [, , count = '5000000', limit = '150', path] = process.argv
const STREAMS = 10_000
const PER_COMMIT = 500

const Account = defineStream('account', {
  events: { Deposited: z.object({ amount: z.number(), note: z.string() }) },
  initial: () => 0,
  apply: { Deposited: (balance, { amount }) => balance + amount },
})

const Statement = defineProjection({
  name: 'statement',
  version: 1,
  streams: [Account],
  setUp: (tx) =>
    tx.exec('create table if not exists statement (position integer primary key, account text, amount integer) strict'),
  reset: (tx) => tx.exec('drop table if exists statement'),
  handlers: {
    account: {
      Deposited: ({ position, key, data }, tx) =>
        tx.run('insert into statement values (?, ?, ?)', Number(position), key, data.amount),
    },
  },
})

const mb = (bytes: number): number => Math.round(bytes / 1e6)

/** Commits of 500 events, each over ten streams. */
async function fill(store: SqliteEventStore, events: number): Promise<void> {
  const heads = Array.from({ length: STREAMS }, () => ({ version: 0, id: null as string | null }))
  for (let done = 0; done < events; ) {
    const commits = []
    for (let c = 0; c < 10 && done < events; c++) {
      const first = (done / PER_COMMIT) * 10
      const streams = Array.from({ length: 10 }, (_, i) => (first + i) % STREAMS)
      const checks = streams.map((number) => {
        const { version, id: headId } = heads[number] ?? { version: 0, id: null }
        return { stream: `account/${number}`, version, headId, base: version }
      })
      const written = Array.from({ length: Math.min(PER_COMMIT, events - done) }, (_, i) => {
        const number = streams[i % 10] ?? 0
        const id = store.newId()
        heads[number] = { version: (heads[number]?.version ?? 0) + 1, id }
        const data = `{"amount":${(done + i) % 1_000},"note":"a note of some length"}`
        return { id, stream: `account/${number}`, type: 'Deposited', data }
      })
      done += written.length
      commits.push({
        commandId: store.newId(),
        commandName: 'Deposit',
        inputHash: 'hash',
        checks,
        events: written,
        recordedAt: Date.now(),
        correlationId: 'fill',
        causationId: null,
        metadata: '{}',
      })
    }
    const results = await store.append(commits)
    if (results.some(({ status }) => status !== 'committed')) throw new Error('a commit failed')
  }
}

async function rebuild(file: string): Promise<void> {
  const store = await SqliteEventStore.open(file)
  const runner = new ProjectionRunner(store, Statement)
  let [heap, resident] = [0, 0]
  const watch = setInterval(() => {
    const { heapUsed, rss } = process.memoryUsage()
    heap = Math.max(heap, heapUsed)
    resident = Math.max(resident, rss)
  }, 5)
  const start = performance.now()
  await runner.rebuild()
  const head = await store.projections.headPosition()
  if (head !== undefined) await runner.waitFor(head, { timeoutMs: 3_600_000 })
  const seconds = (performance.now() - start) / 1_000
  clearInterval(watch)
  await runner.stop()
  const [found] = await store.projections.query<{ n: number; total: number }>(
    'select count(*) as n, sum(amount) as total from statement',
  )
  await store.close()
  const events = Number(count)
  let total = 0
  for (let i = 0; i < events; i++) total += i % 1_000
  if (found?.n !== events || found.total !== total) throw new Error(`the read model has ${found?.n} of ${events} rows`)
  console.log(
    `rebuilt ${events.toLocaleString('en')} events in ${seconds.toFixed(1)} s, ${Math.round(events / seconds).toLocaleString('en')} events/s`,
  )
  console.log(`peak heap ${mb(heap)} MB (the limit was ${limit} MB), peak resident ${mb(resident)} MB`)
}

if (path !== undefined) {
  await rebuild(path)
} else {
  const directory = await mkdtemp(join(tmpdir(), 'eventcore-rebuild-'))
  try {
    const file = join(directory, 'store.db')
    const store = await SqliteEventStore.open(file)
    await fill(store, Number(count))
    await store.close()
    const execArgv = [...process.execArgv, `--max-old-space-size=${limit}`]
    const child = fork(fileURLToPath(import.meta.url), [count, limit, file], { execArgv })
    const [code] = await once(child, 'exit')
    process.exitCode = code === 0 ? 0 : 1
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
