import { commandIdOf, execute, handleProblems } from '@eventcore/hono'
import { MemoryEventStore } from '@eventcore/memory'
import { CommandExecutor, defineCommand, ensure, readState, unchecked } from 'eventcore'
import { type Context, Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { Counter } from './fixture/counter-app.ts'

const change = <const Name extends string>(name: Name, sign: 1 | -1) =>
  defineCommand({
    name,
    input: unchecked<{ c: string; by: number }>(),
    streams: ({ c }) => ({ counter: Counter(c) }),
    handle: function* ({ input, counter }) {
      yield* ensure(counter.state + sign * input.by >= 0, 'BelowZero')
      return counter.emit('Counted', { by: sign * input.by })
    },
  })
const Earn = change('Earn', 1)
const Spend = change('Spend', -1)

/** An application with one route, which does whatever the request is for. */
function routed(handle: (c: Context, executor: CommandExecutor) => Promise<unknown>, store = new MemoryEventStore()) {
  const unexpected: unknown[] = []
  const executor = new CommandExecutor(store)
  const app = new Hono()
  app.onError(handleProblems({ onUnexpected: (error) => unexpected.push(error) }))
  app.post('/', async (c) => {
    await handle(c, executor)
    return c.json({})
  })
  const post = async (key?: string) =>
    await app.request('/', { method: 'POST', headers: key === undefined ? {} : { 'idempotency-key': key } })
  const ids = async () => {
    const { events } = await store.readFeed({ limit: 100 })
    return events.map(({ commit }) => commit.commandId)
  }
  const count = async (counter = 'z') => (await readState(store, Counter(counter))).state
  return { post, ids, count, unexpected, store }
}

describe('several commands of a request without a key', () => {
  test('have an id each, equal or not, one after the other or at once', async () => {
    const { post, ids, count } = routed(async (c, executor) => {
      await execute(c, executor, Earn({ c: 'z', by: 5 }))
      await execute(c, executor, Earn({ c: 'z', by: 5 }))
      await execute(c, executor, Spend({ c: 'z', by: 1 }))
      const twice = Earn({ c: 'z', by: 1 })
      await Promise.all([execute(c, executor, twice), execute(c, executor, twice)])
    })
    expect((await post()).status).toBe(200)
    expect(await count()).toBe(11)
    expect(new Set(await ids()).size).toBe(5)
  })

  test('leave the first the id that was asked for', async () => {
    const asked: string[] = []
    const { post, ids } = routed(async (c, executor) => {
      asked.push(commandIdOf(c, executor), commandIdOf(c, executor, { part: 'fee' }))
      await execute(c, executor, Earn({ c: 'z', by: 5 }))
      await execute(c, executor, Spend({ c: 'z', by: 1 }), { part: 'fee' })
      expect(commandIdOf(c, executor)).toBe(asked[0])
    })
    await post()
    expect(await ids()).toEqual(asked)
  })

  test('refuse to be the same part, as they would with a key', async () => {
    const { post, unexpected } = routed(async (c, executor) => {
      await execute(c, executor, Earn({ c: 'z', by: 5 }), { part: 'line' })
      await execute(c, executor, Spend({ c: 'z', by: 5 }), { part: 'line' })
    })
    expect((await post()).status).toBe(500)
    expect(unexpected).toMatchObject([{ code: 'INVALID_OPTIONS', message: expect.stringContaining('"line"') }])
  })
})

describe('several commands of a request with a key', () => {
  test('have the key, and the key and their names: a repeat has no effect', async () => {
    const { post, ids, count } = routed(async (c, executor) => {
      await execute(c, executor, Earn({ c: 'z', by: 5 }), { scope: 't' })
      await execute(c, executor, Spend({ c: 'z', by: 1 }), { scope: 't' })
    })
    const first = await post('k')
    expect([first.status, first.headers.get('command-id')]).toEqual([200, 't/k//Spend'])
    const again = await post('k')
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 'true'])
    expect(await count()).toBe(4)
    expect(await ids()).toEqual(['t/k', 't/k//Spend'])
  })

  test('of one name must say which they are', async () => {
    const { post, ids, unexpected } = routed(async (c, executor) => {
      await execute(c, executor, Earn({ c: 'z', by: 5 }))
      await execute(c, executor, Earn({ c: 'z', by: 5 }))
    })
    expect((await post('k')).status).toBe(500)
    expect(unexpected).toMatchObject([
      { code: 'INVALID_OPTIONS', message: expect.stringContaining("{ part: 'second' }") },
    ])
    expect(await ids()).toEqual(['k'])
  })

  test('are told apart by their part, in whatever order a repeat has them', async () => {
    let lines = ['a', 'b', 'c']
    const { post, ids, count } = routed((c, executor) =>
      Promise.all(lines.map((line) => execute(c, executor, Earn({ c: line, by: 2 }), { part: line }))),
    )
    await post('k')
    lines = ['c', 'a', 'b', 'd/e']
    expect((await post('k')).status).toBe(200)
    expect(await Promise.all([...lines, 'd'].map(count))).toEqual([2, 2, 2, 2, 0])
    expect((await ids()).sort()).toEqual(['k//a', 'k//b', 'k//c', 'k//d%2Fe'])
  })

  test('at the same time are refused without a part: their order would decide', async () => {
    const { post, ids, unexpected } = routed((c, executor) =>
      Promise.all([execute(c, executor, Earn({ c: 'y', by: 5 })), execute(c, executor, Spend({ c: 'z', by: 0 }))]),
    )
    expect((await post('k')).status).toBe(500)
    expect(unexpected).toMatchObject([{ code: 'INVALID_OPTIONS' }])
    expect(await ids()).toEqual(['k'])
  })

  test('after one that wrote nothing are refused without a part: in a repeat without that one they would be the first', async () => {
    const { post, ids, unexpected } = routed(async (c, executor) => {
      const { status } = await execute(c, executor, Spend({ c: 'z', by: 5 }))
      if (status === 'rejected') await execute(c, executor, Earn({ c: 'z', by: 5 }))
    })
    expect((await post('k')).status).toBe(500)
    expect(unexpected).toMatchObject([{ code: 'INVALID_OPTIONS' }])
    expect(await ids()).toEqual([])
  })

  test('that come in another order, or without the first, are refused and not done twice', async () => {
    let commands = [Earn({ c: 'z', by: 5 }), Spend({ c: 'z', by: 1 })]
    const { post, ids, count } = routed(async (c, executor) => {
      for (const command of commands) await execute(c, executor, command)
    })
    expect((await post('k')).status).toBe(200)
    for (const others of [commands.toReversed(), commands.slice(1)]) {
      commands = others
      expect((await post('k')).status).toBe(422)
    }
    expect(await count()).toBe(4)
    expect(await ids()).toEqual(['k', 'k//Spend'])
  })

  test('in another log are refused without a part: that log does not know the first', async () => {
    const other = new CommandExecutor(new MemoryEventStore())
    const { post, unexpected } = routed(async (c, executor) => {
      await execute(c, executor, Earn({ c: 'z', by: 5 }))
      await execute(c, other, Spend({ c: 'z', by: 0 }))
    })
    expect((await post('k')).status).toBe(500)
    expect(unexpected).toMatchObject([{ code: 'INVALID_OPTIONS' }])
  })
})

describe.each([undefined, 'k'])('with the key %j', (key) => {
  test('a command whose execution failed is tried again under its id', async () => {
    const tried: (string | null)[] = []
    const { post, ids } = routed(async (c, executor) => {
      const command = Earn({ c: 'z', by: 5 })
      await expect(execute(c, executor, command, { timeoutMs: -1 })).rejects.toMatchObject({ code: 'INVALID_OPTIONS' })
      tried.push(commandIdOf(c, executor))
      await execute(c, executor, command)
    })
    expect((await post(key)).status).toBe(200)
    expect(await ids()).toEqual(tried)
  })

  test('an error says what the request has committed already', async () => {
    const { post, ids } = routed(async (c, executor) => {
      await execute(c, executor, Earn({ c: 'z', by: 5 }))
      await execute(c, executor, Spend({ c: 'a*', by: 5 }))
    })
    const response = await post(key)
    expect(await response.json()).toMatchObject({
      status: 400,
      code: 'INVALID_STREAM_ID',
      detail: expect.stringContaining('others were committed'),
      committed: await ids(),
    })
  })
})

describe('the headers of a request with several commands', () => {
  test('have the furthest position, whichever command was answered last', async () => {
    let parts = ['a', 'b', 'c']
    const { post, store } = routed(async (c, executor) => {
      for (const part of parts) await execute(c, executor, Earn({ c: part, by: 1 }), { part })
    })
    const first = await post('k')
    parts = parts.toReversed()
    const again = await post('k')
    const { events } = await store.readFeed({ limit: 100 })
    const furthest = events.at(-1)?.position
    expect([first, again].map(({ headers }) => headers.get('event-position'))).toEqual([furthest, furthest])
    expect([first, again].map(({ headers }) => headers.get('command-id'))).toEqual(['k//c', 'k//a'])
  })

  test('speak of a replay only where nothing was written now', async () => {
    let more = false
    const { post } = routed(async (c, executor) => {
      if (more) await execute(c, executor, Earn({ c: 'z', by: 1 }), { part: 'b' })
      await execute(c, executor, Earn({ c: 'z', by: 1 }), { part: 'a' })
      await execute(c, executor, Spend({ c: 'z', by: 100 }), { part: 'rejected' })
    })
    const replayed = async () => (await post('k')).headers.get('idempotency-replayed')
    expect([await replayed(), await replayed()]).toEqual([null, 'true'])
    more = true
    expect([await replayed(), await replayed()]).toEqual([null, 'true'])
  })
})
