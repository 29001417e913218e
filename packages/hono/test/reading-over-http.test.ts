import { eventStream, type FeedMessage, handleProblems, readYourWrites } from '@eventcore/hono'
import { defineProjection, MemoryEventStore } from '@eventcore/memory'
import { CommandExecutor, ProjectionRunner, subscribe } from 'eventcore'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { Count, Counter } from './fixture/counter-app.ts'

const Nothing = defineProjection({
  name: 'nothing',
  version: 1,
  streams: [Counter],
  handlers: { counter: { Counted: () => {} } },
})

function readingApp(heartbeatMs = 15_000) {
  const store = new MemoryEventStore()
  const executor = new CommandExecutor(store)
  const runner = new ProjectionRunner(store, Nothing)
  const stopping = new AbortController()
  const app = new Hono()
  const unexpected: unknown[] = []
  app.onError(handleProblems({ onUnexpected: (error) => unexpected.push(error) }))
  app.get('/read', async (c) => {
    await readYourWrites(c, runner, { timeoutMs: 50 })
    return c.text('read')
  })
  app.get('/live', (c) =>
    eventStream(c, {
      subscribe: (after, signal) => subscribe(store, { after, signal, streams: [Counter], pageSize: 2 }),
      from: () => store.headCursor(),
      messages: (events): FeedMessage[] => events.map(({ data }) => ({ event: 'counted', data })),
      signal: stopping.signal,
      heartbeatMs,
    }),
  )
  const count = (by: number) => executor.executeOrThrow(Count({ counter: 'a', by }))
  return { app, runner, count, stopping, unexpected }
}

describe('reading what one wrote', () => {
  test('waits for it, and no longer than it takes', async () => {
    const { app, runner, count } = readingApp()
    const { position } = await count(1)
    const early = await app.request(`/read?after=${position}`)
    expect([early.status, early.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await early.json()).toMatchObject({ code: 'PROJECTION_WAIT_TIMEOUT' })
    runner.start()
    await runner.waitFor(await count(1))
    expect((await app.request(`/read?after=${position}`)).status).toBe(200)
    expect((await app.request('/read?after=')).status).toBe(200)
    expect((await app.request('/read')).status).toBe(200)
    expect((await app.request('/read?after=tomorrow')).status).toBe(400)
    await runner.stop()
  })
})

test('a reader who goes away while waiting is no surprise', async () => {
  const { app, count, unexpected } = readingApp()
  const { position } = await count(1)
  const response = await app.request(`/read?after=${position}`, { signal: AbortSignal.timeout(5) })
  expect(await response.json()).toMatchObject({ code: 'REQUEST_ABORTED', status: 503 })
  expect(unexpected).toEqual([])
})

/** Reads the text of a stream until it has so many events. */
async function read(response: Response, events: number): Promise<string> {
  if (response.body === null) throw new Error('There is no stream.')
  let text = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk
    if (text.split('event: counted').length > events) break
  }
  return text
}

describe('an event stream', () => {
  test('sends what comes from now on, and after a break what came meanwhile', async () => {
    const { app, count } = readingApp()
    await count(1)
    const live = await app.request('/live')
    expect(live.headers.get('content-type')).toMatch('text/event-stream')
    // Opened before the event: the head was asked for when the request came.
    await new Promise((resolve) => setTimeout(resolve, 20))
    await count(2)
    const text = await read(live, 1)
    expect(text).toContain('data: {"by":2}')
    const [beginning = '', last = '', ...others] = Array.from(text.matchAll(/^id: (.*)$/gm), ([, id]) => id)
    expect(others).toEqual([])
    for (const by of [3, 4, 5]) await count(by)
    const since = async (id: string, events: number) => {
      const again = await read(await app.request('/live', { headers: { 'last-event-id': id } }), events)
      return Array.from(again.matchAll(/data: (.*)/g), ([, data]) => data)
    }
    expect(await since(last, 3)).toEqual(['{"by":3}', '{"by":4}', '{"by":5}'])
    // Whoever lost the connection before the first message has seen this id only.
    expect(await since(beginning, 4)).toEqual(['{"by":2}', '{"by":3}', '{"by":4}', '{"by":5}'])
  })

  test('beats, and ends when the service stops', async () => {
    const { app, stopping } = readingApp(5)
    const live = await app.request('/live')
    setTimeout(() => stopping.abort(), 100)
    const text = await live.text()
    expect(text).toMatch(/^: connected\n\n(: \n\n)+$/)
  })

  test('that begins at what is no cursor, or none any more, has the client begin anew, and ends', async () => {
    const { app, count } = readingApp()
    await count(1)
    for (const id of ['yesterday', '7:01a22c27-453a-7c4b-8000-000000000001']) {
      const live = await app.request('/live', { headers: { 'last-event-id': id } })
      // An id that is empty is forgotten: the standard's words on "id".
      expect(await live.text()).toBe(': connected\n\nevent: reset\nid:\ndata: {"code":"INVALID_CURSOR"}\n\n')
    }
  })
})
