import { commandIdOf, execute, handleProblems } from '@eventcore/hono'
import { MemoryEventStore } from '@eventcore/memory'
import { CommandExecutor } from 'eventcore'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { Count, counterApp } from './fixture/counter-app.ts'

type Options = Parameters<typeof commandIdOf>[2]

/** The command id of one command with these options, as the answer and the log have it. */
async function idUnder(key: string | undefined, options: Options): Promise<string> {
  const store = new MemoryEventStore()
  const executor = new CommandExecutor(store)
  const app = new Hono()
  app.onError(handleProblems())
  app.post('/', async (c) => {
    await execute(c, executor, Count({ counter: 'a', by: 1 }), options)
    return c.text(commandIdOf(c, executor, options))
  })
  const headers = key === undefined ? {} : { 'idempotency-key': key }
  const response = await app.request('/', { method: 'POST', headers })
  expect(response.status, await response.clone().text()).toBe(200)
  const { events } = await store.readFeed({ limit: 1 })
  const id = await response.text()
  expect([response.headers.get('command-id'), events[0]?.commit.commandId]).toEqual([id, id])
  return id
}

describe('the id of a command', () => {
  test.each([
    ['Łukasz', '%C5%81ukasz/k'],
    ['a\nb', 'a%0Ab/k'],
    ['a b/"c"%0A', 'a%20b%2F%22c%22%250A/k'],
    ['\0', '%00/k'],
    ['\ud83d', '%uD83D/k'],
    ['😀', '%F0%9F%98%80/k'],
  ])('has the scope %j escaped as the key is', async (scope, id) => {
    expect(await idUnder('k', { scope })).toBe(id)
  })

  test('fits, however long the key, the scope and the part are, and is another for each', async () => {
    const key = 'x'.repeat(200)
    const scope = 's'.repeat(100)
    const long = await Promise.all([
      idUnder('x'.repeat(190), { scope }),
      idUnder(key, { scope }),
      idUnder(key, { scope: `${scope}s` }),
      idUnder(key, { scope: 'ł'.repeat(300) }),
      idUnder(key, { scope, part: 'fee' }),
      idUnder(key, { part: 'p'.repeat(255) }),
    ])
    expect(new Set(long).size).toBe(long.length)
    for (const id of long) expect(id).toMatch(/^\/\/[\w-]{43}$/)
    expect(await idUnder(key, { scope })).toBe(long[1])
  })

  test('never is that of another scope, key or part', async () => {
    const ids = await Promise.all([
      idUnder('k', {}),
      idUnder('k', { part: 'p' }),
      idUnder('p', { scope: 'k' }),
      idUnder('p', { scope: 'k/' }),
      idUnder('k//p', {}),
      idUnder('k', { scope: 'a', part: 'p' }),
      idUnder('p', { scope: 'a/k/' }),
      idUnder('k', { part: 'a//p' }),
    ])
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('that was asked for without the scope is not taken for one with it', async () => {
    const executor = new CommandExecutor(new MemoryEventStore())
    const app = new Hono()
    app.post('/:tenant', async (c) => {
      const without = commandIdOf(c, executor)
      const scope = c.req.param('tenant')
      const outcome = await execute(c, executor, Count({ counter: scope, by: 1 }), { scope })
      return c.json([without, outcome.commandId, commandIdOf(c, executor, { scope })])
    })
    const post = async (tenant: string) =>
      await (await app.request(`/${tenant}`, { method: 'POST', headers: { 'idempotency-key': 'k' } })).json()
    expect(await post('t1')).toEqual(['k', 't1/k', 't1/k'])
    expect(await post('t2')).toEqual(['k', 't2/k', 't2/k'])
  })

  test.each([['tenant'], [null], [{ scope: 7 }], [{ part: '' }], [{ requireKey: 'yes' }]])(
    'is not made from %j, which would leave something out',
    async (options) => {
      const executor = new CommandExecutor(new MemoryEventStore())
      const app = new Hono()
      const errors: unknown[] = []
      app.onError(handleProblems({ onUnexpected: (error) => errors.push(error) }))
      app.post('/', (c) => c.text(commandIdOf(c, executor, options as never)))
      expect((await app.request('/', { method: 'POST' })).status).toBe(500)
      expect(errors).toMatchObject([{ code: 'INVALID_OPTIONS' }])
    },
  )
})

describe('a key that is required', () => {
  const required = () => {
    const { app, executor, store } = counterApp()
    app.post('/pay', async (c) => {
      await execute(c, executor, Count({ counter: 'a', by: 1 }), { requireKey: true, scope: 'bank' })
      return c.json({})
    })
    const pay = async (headers: Record<string, string>) => await app.request('/pay', { method: 'POST', headers })
    return { pay, store }
  }

  test('and is missing is a bad request, which says what to send', async () => {
    const { pay, store } = required()
    const response = await pay({})
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      type: 'urn:problem:idempotency-key-required',
      status: 400,
      code: 'IDEMPOTENCY_KEY_REQUIRED',
      detail: expect.stringContaining('Idempotency-Key'),
    })
    expect(await store.headCursor()).toBeUndefined()
  })

  test('and is there is the key', async () => {
    const { pay } = required()
    const response = await pay({ 'idempotency-key': 'k' })
    expect([response.status, response.headers.get('command-id')]).toEqual([200, 'bank/k'])
  })
})
