import { execute } from '@eventcore/hono'
import { MemoryEventStore } from '@eventcore/memory'
import { CommandExecutor, CommitOutcomeUnknown, type EventStore } from 'eventcore'
import { describe, expect, test } from 'vitest'
import { Count, Counter, counterApp, losingTo } from './fixture/counter-app.ts'

const PROBLEM = 'application/problem+json'

async function problem(response: Response) {
  expect(response.headers.get('content-type')).toBe(PROBLEM)
  const body = (await response.json()) as Readonly<Record<string, unknown>>
  expect(body.status).toBe(response.status)
  return body
}

describe('a command', () => {
  test('answers with its id and with where its events stand', async () => {
    const { count, store } = counterApp()
    const response = await count('a', 1, { 'idempotency-key': 'k1' })
    expect(response.status).toBe(201)
    expect(response.headers.get('command-id')).toBe('k1')
    const { events } = await store.readFeed({ limit: 1 })
    expect(response.headers.get('event-position')).toBe(events[0]?.position)
    expect(response.headers.get('idempotency-replayed')).toBeNull()
  })

  test('without a key gets an id of its own', async () => {
    const { count } = counterApp()
    const ids = await Promise.all([count('a', 1), count('a', 1)])
    expect(new Set(ids.map(({ headers }) => headers.get('command-id'))).size).toBe(2)
  })

  test('that is sent again has its effect once, and says so', async () => {
    const { count, app } = counterApp()
    await count('a', 5, { 'idempotency-key': 'k1' })
    const again = await count('a', 5, { 'idempotency-key': '"k1"' })
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true'])
    expect(await (await app.request('/counters/a')).json()).toEqual({ count: 5 })
  })

  test('under the key of another request is refused', async () => {
    const { count } = counterApp()
    await count('a', 5, { 'idempotency-key': 'k1' })
    expect(await problem(await count('a', 6, { 'idempotency-key': 'k1' }))).toMatchObject({
      type: 'urn:problem:command-id-reused',
      title: 'Command id reused',
      status: 422,
      commandId: 'k1',
    })
  })

  test('of another user may have the same key', async () => {
    const { count, app } = counterApp()
    await count('a', 5, { 'idempotency-key': 'k1', 'x-user': 'anna' })
    expect((await count('a', 6, { 'idempotency-key': 'k1', 'x-user': 'bert' })).status).toBe(201)
    expect(await (await app.request('/counters/a')).json()).toEqual({ count: 11 })
  })

  test('cannot take an id of the service itself, which has a slash', async () => {
    const { count } = counterApp()
    const ids = await Promise.all(
      ['reactor/1', 'reactor%2F1'].map(async (key) =>
        (await count('a', 1, { 'idempotency-key': key })).headers.get('command-id'),
      ),
    )
    expect(ids).toEqual(['reactor%2F1', 'reactor%252F1'])
  })

  test.each(['', ' ', 'a b', '"', 'a"b', 'ü', 'x'.repeat(201)])('with the key %j is refused', async (key) => {
    const { count, store } = counterApp()
    const response = await count('a', 1, { 'idempotency-key': key })
    expect(await problem(response)).toMatchObject({ status: 400, code: 'INVALID_IDEMPOTENCY_KEY' })
    expect(await store.headCursor()).toBeUndefined()
  })
})

describe('a rejection', () => {
  test('is a problem with its code and its detail', async () => {
    const { count } = counterApp()
    expect(await problem(await count('a', -1, { 'idempotency-key': 'k1' }))).toEqual({
      type: 'urn:problem:below-zero',
      title: 'Below zero',
      status: 409,
      code: 'BelowZero',
      commandId: 'k1',
      reason: { count: 0 },
    })
    const unlucky = await problem(await count('a', 13))
    expect(unlucky.status).toBe(418)
    expect(unlucky).not.toHaveProperty('reason')
  })

  test('keeps the headers that were set before', async () => {
    const { count } = counterApp()
    expect((await count('a', -1, { 'idempotency-key': 'k1' })).headers.get('command-id')).toBe('k1')
  })
})

describe('a stream as it was seen', () => {
  test('is changed; one that has moved is not', async () => {
    const { count, app } = counterApp()
    expect((await count('a', 1, { 'if-match': '*' })).status).toBe(412)
    expect((await count('a', 1, { 'if-match': '"0"' })).status).toBe(201)
    expect((await count('a', 1, { 'if-match': '"7", "1"' })).status).toBe(201)
    expect((await count('a', 1, { 'if-match': '*' })).status).toBe(201)
    expect(await problem(await count('a', 1, { 'if-match': '"2"' }))).toMatchObject({
      status: 412,
      code: 'PreconditionFailed',
      reason: { stream: 'counter/a', expected: [2], actual: 3 },
    })
    expect((await count('a', 1, { 'if-match': 'W/"3"' })).status).toBe(412)
    expect(await (await app.request('/counters/a')).json()).toEqual({ count: 3 })
  })

  test('is changed once by two that saw the same', async () => {
    const { count } = counterApp()
    const both = await Promise.all([1, 2].map((by) => count('a', by, { 'if-match': '"0"' })))
    expect(both.map(({ status }) => status).sort()).toEqual([201, 412])
  })

  test('is not sent again', async () => {
    const { app, count } = counterApp()
    await count('a', 1)
    const first = await app.request('/counters/a')
    const tag = first.headers.get('etag')
    expect(tag).toBe('"1"')
    const get = (known: string) => app.request('/counters/a', { headers: { 'if-none-match': known } })
    for (const known of ['"1"', 'W/"1"', '"0", "1"', '*']) expect((await get(known)).status).toBe(304)
    expect((await get('"2"')).status).toBe(200)
    expect((await problem(await get('1'))).code).toBe('INVALID_ENTITY_TAG')
  })

  test.each(['1', '"1', '"1",', '"a\nb"'.replace('\n', '\t'), Array(21).fill('"1"').join(',')])(
    'cannot be named by %j',
    async (tag) => {
      const { count } = counterApp()
      expect((await problem(await count('a', 1, { 'if-match': tag }))).code).toBe('INVALID_ENTITY_TAG')
    },
  )
})

describe('an error', () => {
  test('of a command that lost all its attempts is a conflict, and names the streams', async () => {
    const { app, executor, store } = counterApp(undefined, { maxAttempts: 2, retryBaseDelayMs: 1 })
    const other = new CommandExecutor(store)
    const Lose = losingTo(() => other.execute(Count({ counter: 'a', by: 1 })))
    app.post('/lose', async (c) => {
      const outcome = await execute(c, executor, Lose({ counter: 'a' }))
      return c.json(outcome.status)
    })
    const response = await app.request('/lose', { method: 'POST' })
    expect(await problem(response)).toMatchObject({ status: 409, code: 'CONCURRENCY_CONFLICT', streams: ['counter/a'] })
    expect(response.headers.get('retry-after')).toBe('1')
  })

  test('of which nobody knows whether it was one is 503 with the command id to try again under', async () => {
    const memory = new MemoryEventStore()
    // The answer of every append gets lost, and what was written is not to be found yet.
    const store: EventStore = new Proxy(memory, {
      get: (target, name) => {
        if (name === 'append')
          return (commits: Parameters<EventStore['append']>[0]) =>
            Promise.reject(new CommitOutcomeUnknown(commits.map(({ commandId }) => commandId)))
        if (name === 'findCommits') return async () => []
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    const { count } = counterApp(store, { timeoutMs: 100, maxAttempts: 2, retryBaseDelayMs: 1 })
    const response = await count('a', 1, { 'idempotency-key': 'k1' })
    expect(await problem(response)).toMatchObject({ status: 503, code: 'COMMIT_OUTCOME_UNKNOWN', commandId: 'k1' })
    expect(response.headers.get('retry-after')).toBe('1')
  })

  test('of a stream id is a bad request', async () => {
    const { count } = counterApp()
    expect((await problem(await count('a*', 1))).code).toBe('INVALID_STREAM_ID')
  })

  test('that is not known tells the client nothing, and the log everything', async () => {
    const { app, unexpected } = counterApp()
    app.get('/secret', () => {
      throw new Error('the password is 1234')
    })
    expect(await problem(await app.request('/secret'))).toEqual({
      type: 'about:blank',
      title: 'Internal server error',
      status: 500,
      code: 'INTERNAL',
    })
    expect(unexpected).toEqual([new Error('the password is 1234')])
  })

  test('of a service that stops is 503', async () => {
    const { count, executor } = counterApp()
    await executor.close()
    expect((await problem(await count('a', 1))).code).toBe('EXECUTOR_CLOSED')
  })

  test('of an address that leads nowhere is a problem too', async () => {
    const { app } = counterApp()
    expect((await problem(await app.request('/nowhere'))).status).toBe(404)
  })
})

test('a client that goes away before its command was sent takes it along', async () => {
  const { app, executor, store } = counterApp()
  const gone = new AbortController()
  gone.abort()
  const response = await app.request('/counters/a', { method: 'POST', body: '{"by":1}', signal: gone.signal })
  expect(response.status).toBe(503)
  await executor.close()
  expect(await store.readStream(Counter.idOf('a'), { direction: 'forwards', limit: 1 })).toEqual([])
})
