import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { readSalesBooks } from '../src/log/read-sales-books.ts'
import { sampleCatalogue } from '../src/sample/catalogue.ts'
import { openShop, parseStoreUrl } from '../src/store/open-shop.ts'
import { emptyStore } from './fixture/empty-store.ts'
import { PATIENCE, run, startProgram } from './fixture/program.ts'

/** A server in a process of its own. */
class ServerProcess {
  readonly process: ChildProcess
  url = ''

  constructor(store: string) {
    this.process = startProgram(['--store', store, '--port', '0'])
  }

  async listening(): Promise<void> {
    if (this.process.stdout === null) throw new Error('The server says nothing.')
    const [text] = await once(this.process.stdout.setEncoding('utf8'), 'data')
    this.url = /http:\S+/.exec(String(text))?.[0] ?? ''
  }

  async post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
    const response = await fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    // What a test expects of it, the test says.
    return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> }
  }

  async get(path: string): Promise<unknown> {
    return await (await fetch(`${this.url}${path}`)).json()
  }

  async stop(): Promise<number | null> {
    this.process.kill('SIGTERM')
    const [code] = (await once(this.process, 'exit')) as [number | null]
    return code
  }
}

test('two servers on one PostgreSQL sell what there is once, and read what the other wrote', PATIENCE, async () => {
  await using store = await emptyStore('postgres')
  const servers = [new ServerProcess(store.url), new ServerProcess(store.url)] as const
  const [a, b] = servers
  await Promise.all(servers.map((server) => server.listening()))
  // Both found an empty shop, and both filled it: once.
  expect(await a.get('/products/20000')).toMatchObject({ onHand: sampleCatalogue()[0]?.quantity })
  await a.post('/deliveries', { products: [{ product: 'rare', name: 'A rare thing', price: 100, quantity: 10 }] })

  const order = {
    customer: 'anna',
    lines: [
      { product: 'rare', quantity: 1 },
      { product: '20000', quantity: 1 },
    ],
  }
  const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? a : b).post('/orders', order)))
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(10)
  expect(answers.filter(({ body }) => body.code === 'OutOfStock')).toHaveLength(30)

  const last = answers.find(({ status }) => status === 201)
  const written = await b.post('/deliveries', { products: [{ product: 'rare', quantity: 3 }] })
  expect(await a.get(`/products/rare?after=${written.body.position}`)).toMatchObject({ onHand: 3 })
  expect(await b.get(`/orders/${last?.body.order}`)).toMatchObject({ status: 'placed', total: expect.any(Number) })

  const key = { 'idempotency-key': 'both' }
  const both = await Promise.all(servers.map((server) => server.post('/orders', order, key)))
  expect(both.map(({ status, body }) => [status, body.order])).toEqual(Array(2).fill([201, 'both']))
  expect(both.map(({ body }) => body.replayed).sort()).toEqual([false, true])
  expect(await a.get(`/products/rare?after=${both[0]?.body.position}`)).toMatchObject({ onHand: 2 })

  expect(await Promise.all(servers.map((server) => server.stop()))).toEqual([0, 0])
  const shop = await openShop(parseStoreUrl(store.url))
  expect(await readSalesBooks(shop.events)).toMatchObject({ oversold: 0, unequal: 0, sold: 22 })
  await shop.close()
})

test(
  'a server that is killed with orders under way: sent again to the other, each is placed once',
  PATIENCE,
  async () => {
    await using store = await emptyStore('postgres')
    const [a, b] = [new ServerProcess(store.url), new ServerProcess(store.url)]
    await Promise.all([a.listening(), b.listening()])
    await a.post('/deliveries', { products: [{ product: 'rare', price: 100, quantity: 300 }] })
    const order = { customer: 'anna', lines: [{ product: 'rare', quantity: 2 }] }
    let answered = 0
    const answers = await Promise.all(
      Array.from({ length: 120 }, async (_, i) => {
        const key = { 'idempotency-key': `order-${i}` }
        const first = await a.post('/orders', order, key).catch(() => undefined)
        // In the middle of it: some have their answer, some are placed and have none, some never arrived.
        if (first !== undefined && ++answered === 20) a.process.kill('SIGKILL')
        return first ?? (await b.post('/orders', order, key))
      }),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(120).fill(201))
    expect(await b.stop()).toBe(0)
    const shop = await openShop(parseStoreUrl(store.url))
    expect(await readSalesBooks(shop.events)).toMatchObject({ oversold: 0, unequal: 0, sold: 240 })
    await shop.close()
  },
)

test('a port that is taken is told without a stack trace', PATIENCE, async () => {
  await using store = await emptyStore('sqlite')
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  const { code, stderr } = await run(['--store', store.url, '--port', String(port)])
  taken.close()
  expect(code).toBe(1)
  expect(stderr).toMatch(
    /^The shop cannot listen to port \d+ of 127.0.0.1: .*EADDRINUSE.*Choose another with --port\.\n$/,
  )
})
