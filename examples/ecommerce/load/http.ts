// Two servers on one PostgreSQL, and many clients that want the same things:
//   node --conditions=eventcore-source load/http.ts [--store postgres://…] [--seconds 10] [--connections 32]
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import autocannon from 'autocannon'
import { StockProducts } from '../src/commands/stock-products.ts'
import type { OperationsSummary } from '../src/http/operations-log.ts'
import { readSalesBooks } from '../src/log/read-sales-books.ts'
import { Draws } from '../src/sample/draws.ts'
import { shopExecutor } from '../src/shop-executor.ts'
import { openShop, parseStoreUrl } from '../src/store/open-shop.ts'
import { percentile } from './percentiles.ts'
import { databaseFor } from './test-database.ts'

const { values } = parseArgs({
  options: {
    store: { type: 'string' },
    seconds: { type: 'string', default: '10' },
    connections: { type: 'string', default: '32' },
    port: { type: 'string', default: '8790' },
  },
})
const PRODUCTS = 200
/** Few enough that some are sold out before the end. */
const PIECES = 60
const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

await using database = await databaseFor(values.store)
const shop = await openShop(parseStoreUrl(database.url))
const executor = shopExecutor(shop.events)
const products = Array.from({ length: PRODUCTS }, (_, i) => ({ product: `p${i}`, price: 100, quantity: PIECES }))
await executor.executeOrThrow(StockProducts({ products }))
await executor.close()

const ports = [Number(values.port), Number(values.port) + 1]
const servers = ports.map(startServer)
try {
  await Promise.all(servers.map(listening))
  for (const scenario of ['orders', 'products'] as const) {
    const before = await cpuSeconds()
    const runs = await Promise.all(
      ports.map((port, i) => load(scenario, `http://127.0.0.1:${port}`, `${scenario}-${i}`)),
    )
    const statuses = new Map<number, number>()
    for (const run of runs)
      for (const [status, count] of run.statuses) statuses.set(status, (statuses.get(status) ?? 0) + count)
    const times = runs.flatMap((run) => run.times)
    const perSecond = times.length / Number(values.seconds)
    console.log(
      `${scenario}: ${perSecond.toFixed(0)} requests/s, p50 ${percentile(times, 0.5)} ms, p95 ${percentile(times, 0.95)} ms, ` +
        `p99 ${percentile(times, 0.99)} ms, ` +
        `${((((await cpuSeconds()) - before) * 1_000) / times.length).toFixed(2)} ms of CPU per request; ${[...statuses].map(([status, count]) => `${status}: ${count}`).join(', ')}`,
    )
    if (scenario === 'orders') await prove(statuses.get(201) ?? 0)
  }
  for (const port of ports) {
    const { conflicts, retries, commands, cpuSeconds } = await operationsOf(port)
    console.log(
      `server ${port}: ${commands} commands, ${conflicts} conflicts, ${retries} retries, ${cpuSeconds} s of CPU`,
    )
  }
} finally {
  for (const server of servers) server.kill('SIGTERM')
  await Promise.all(servers.map(async (server) => server.exitCode ?? (await once(server, 'exit'))))
  await shop.close()
}

function startServer(port: number): ChildProcess {
  const args = ['--conditions=eventcore-source', MAIN, '--store', database.url, '--port', String(port)]
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
}

async function listening(server: ChildProcess): Promise<void> {
  if (server.stdout === null) throw new Error('The server says nothing.')
  await once(server.stdout, 'data')
}

async function load(scenario: 'orders' | 'products', url: string, seed: string) {
  const draws = new Draws(seed)
  const times: number[] = []
  const statuses = new Map<number, number>()
  const order = () => ({
    customer: `c${draws.between(1, 500)}`,
    lines: Array.from({ length: draws.between(1, 4) }, () => ({ product: `p${draws.popular(PRODUCTS)}`, quantity: 1 })),
  })
  const orders: autocannon.Request = {
    method: 'POST',
    path: '/orders',
    headers: { 'content-type': 'application/json' },
    setupRequest: (request) => ({ ...request, body: JSON.stringify(order()) }),
  }
  const list: autocannon.Request = { method: 'GET', path: '/products?limit=50' }
  const options = {
    url,
    connections: Number(values.connections),
    duration: Number(values.seconds),
    requests: [scenario === 'orders' ? orders : list],
  }
  await new Promise<void>((resolve, reject) => {
    const run = autocannon(options, (error) => (error ? reject(error) : resolve()))
    run.on('response', (_client, status, _bytes, time) => {
      times.push(time)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    })
  })
  return { times, statuses }
}

async function operationsOf(port: number): Promise<OperationsSummary> {
  const response = await fetch(`http://127.0.0.1:${port}/operations`)
  // Of a server of this very program.
  return (await response.json()) as OperationsSummary
}

/** Of both servers. */
async function cpuSeconds(): Promise<number> {
  const all = await Promise.all(ports.map(operationsOf))
  return all.reduce((sum, one) => sum + one.cpuSeconds, 0)
}

/** @param answered how many orders clients were told of; some more may have been placed whose answers were not awaited */
async function prove(answered: number): Promise<void> {
  const { oversold, unequal } = await readSalesBooks(shop.events)
  const placed = await countOrders()
  console.log(`  log: ${placed} orders, ${oversold} products oversold, ${unequal} of which orders and stock differ`)
  if (oversold + unequal > 0 || placed < answered) process.exitCode = 1
}

async function countOrders(): Promise<number> {
  let count = 0
  let after: string | undefined
  for (;;) {
    const streams = await shop.events.listStreams({ prefix: 'order/', after, limit: 1_000 })
    count += streams.length
    after = streams.at(-1)?.stream
    if (streams.length < 1_000) return count
  }
}
