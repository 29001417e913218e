import { CommandExecutor, defineCommand, reject, unchecked } from 'eventcore'
import { expect, test } from 'vitest'
import { Account, Deposit, look } from './fixture/account.ts'
import { failure, quiet } from './fixture/gate.ts'
import { HookedStore } from './fixture/hooked-store.ts'

interface Emitter {
  emit(type: string, data: unknown): unknown
  readonly state: { balance: number }
}

interface Context {
  readonly account: Emitter
  readonly read: (reference: unknown) => PromiseLike<Emitter> & Iterable<unknown, Emitter>
}

/** A command without the guard of the types. */
const untyped = (handle: (context: Context) => unknown, more: object = {}) =>
  defineCommand({
    name: 'Untyped',
    input: unchecked<{ to: string }>(),
    streams: ({ to }) => ({ account: Account(to) }),
    ...more,
    handle: handle as never,
  })

const run = (handle: (context: Context) => unknown, more?: object) => {
  const executor = new CommandExecutor(new HookedStore())
  return executor.execute(untyped(handle, more)({ to: 'a' }))
}

const five = { amount: 5 }

/** Makes an event that it does not return. */
const emitAnd =
  (rest: (context: Context) => unknown) =>
  (context: Context): unknown => {
    context.account.emit('Deposited', five)
    return rest(context)
  }

test.each<[string, (context: Context) => unknown]>([
  ['a plain function', emitAnd(() => [])],
  ['one that returns another', emitAnd(({ account }) => account.emit('Deposited', five))],
  ['an asynchronous one', async (context) => emitAnd(() => [])(context)],
  [
    'a generator',
    function* ({ account }) {
      yield* []
      account.emit('Deposited', five)
      return []
    },
  ],
])('an event that is made and not returned by %s is a lost write', async (_what, handle) => {
  const error = await failure(run(handle))
  expect(error).toMatchObject({ code: 'LOST_WRITE', lost: [{ stream: 'account/a', type: 'Deposited' }] })
})

test('a command that rejects may have made events', async () => {
  const outcome = await run(emitAnd(() => reject('No')))
  expect(outcome).toMatchObject({ status: 'rejected', code: 'No' })
})

test('an event that is returned twice is refused', async () => {
  const error = await failure(
    run(({ account }) => {
      const event = account.emit('Deposited', five)
      return [event, event]
    }),
  )
  expect(error).toMatchObject({ code: 'FOREIGN_WRITE' })
  expect(error.message).toContain('returned twice')
})

test('an event of another execution is refused, of an earlier attempt, too', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  let kept: unknown
  const Keep = untyped(({ account }) => {
    kept ??= account.emit('Deposited', five)
    return kept
  })
  expect(await executor.execute(Keep({ to: 'a' }))).toMatchObject({ events: [{ version: 1 }] })
  expect(await failure(executor.execute(Keep({ to: 'a' })))).toMatchObject({ code: 'FOREIGN_WRITE' })

  kept = undefined
  store.onAppend = async (_commits, proceed, call) => {
    if (call === 3) await new CommandExecutor(store.shared).execute(Deposit({ to: 'b', amount: 1 }))
    return await proceed()
  }
  const error = await failure(executor.execute(Keep({ to: 'b' })))
  expect(error).toMatchObject({ code: 'FOREIGN_WRITE' })
  expect(store.storyOf('account/b')).toBe('Deposited 1')
})

test('an event that is made after the handler has returned is refused where it is made', async () => {
  const late: unknown[] = []
  const emitLater = ({ account }: Context): void => {
    setImmediate(() => {
      try {
        account.emit('Deposited', five)
      } catch (error) {
        late.push(error)
      }
    })
  }
  await run((context) => {
    emitLater(context)
    return []
  })
  await run(async (context) => {
    emitLater(context)
    return []
  })
  await failure(
    run((context) => {
      emitLater(context)
      throw new Error('no')
    }),
  )
  await quiet()
  expect(late).toMatchObject([{ code: 'FOREIGN_WRITE' }, { code: 'FOREIGN_WRITE' }, { code: 'FOREIGN_WRITE' }])
})

test('a read after the handler has returned is refused, and holds nothing', async () => {
  const late: unknown[] = []
  await run(async ({ read }) => {
    setImmediate(() => {
      read(Account('late')).then(
        () => late.push('read'),
        (error: unknown) => late.push(error),
      )
    })
    return []
  })
  await quiet()
  expect(late).toMatchObject([{ code: 'HANDLER_FAILED', message: expect.stringContaining('Await every read(...)') }])
})

test.each<[string, (context: Context) => unknown, RegExp]>([
  ['nothing', () => undefined, /returned nothing/],
  ['null', () => null, /returned null/],
  ['a number', () => 5, /returned 5/],
  ['an object', () => ({ type: 'Deposited' }), /an object with the keys \["type"\]/],
  ['a list with something else', ({ account }) => [account.emit('Deposited', five), 'more'], /returned "more"/],
  ['a nested list', ({ account }) => [[account.emit('Deposited', five)]], /returned a list in its list;/],
  ['a symbol', () => Symbol('x'), /returned symbol/],
  ['a function', () => () => [], /returned function/],
  ['a bigint', () => 5n, /returned/],
  ['a read that nobody awaits', ({ read }) => [read(Account('b'))], /returned a promise in its list;/],
  [
    'an asynchronous generator',
    async function* () {
      yield 1
    },
    /returned/,
  ],
  [
    'an object that contains itself',
    () => {
      const loop: Record<string, unknown> = {}
      loop.loop = loop
      return loop
    },
    /keys \["loop"\]/,
  ],
  [
    'what a generator may not yield',
    function* () {
      yield 5
      return []
    },
    /yielded 5/,
  ],
])('a handler that returns %s fails its command', async (_what, handle, message) => {
  const error = await failure(run(handle))
  expect(error).toMatchObject({ code: 'HANDLER_FAILED', retryable: false })
  expect(error.message).toMatch(message)
})

test.each<[string, unknown]>([
  ['an error', new RangeError('too far')],
  ['a text', 'too far'],
  ['nothing', undefined],
  ['an object without a prototype', Object.create(null)],
  ['a symbol', Symbol('far')],
])('a handler that throws %s fails its command with that as its cause', async (_what, thrown) => {
  const shapes: ((context: Context) => unknown)[] = [
    () => {
      throw thrown
    },
    async () => {
      throw thrown
    },
    async () => {
      await quiet()
      throw thrown
    },
    function* () {
      yield* []
      throw thrown
    },
  ]
  for (const handle of shapes) {
    const error = await failure(run(handle))
    expect(error).toMatchObject({ code: 'HANDLER_FAILED', commandName: 'Untyped' })
    expect(error.cause).toBe(thrown)
  }
})

test.each<[string, object, RegExp]>([
  [
    'streams that throw',
    {
      streams: () => {
        throw new Error('none')
      },
    },
    /"streams" failed: none/,
  ],
  ['streams that are no references', { streams: () => ({ account: 'account/a' }) }, /no reference/],
  ['streams that come later', { streams: async () => ({ account: Account('a') }) }, /asynchronous/],
  ['no streams at all', { streams: () => undefined }, /streams/],
  ...['input', 'read', 'now', 'commandId', 'metadata', 'timeline'].map((name): [string, object, RegExp] => [
    `a stream called ${name}`,
    { streams: () => ({ [name]: Account('a') }) },
    /a name of the context/,
  ]),
  [
    'discovered streams that throw',
    {
      discover: () => {
        throw new Error('none')
      },
    },
    /none/,
  ],
  ['discovered streams that are no references', { discover: () => ({ more: 'account/a' }) }, /no reference/],
  ['discovered streams that come later', { discover: async () => ({ more: Account('b') }) }, /asynchronous/],
  ['a discovered stream called read', { discover: () => ({ read: Account('b') }) }, /a name of the context/],
  ['a discovered stream with the name of a declared one', { discover: () => ({ account: Account('b') }) }, /declared/],
  ['nothing discovered', { discover: () => undefined }, /discover/],
  [
    'a timeline over what is no stream',
    { timeline: { initial: () => 0, apply: { other: {} } } },
    /timeline names "other"/,
  ],
])('a command with %s fails', async (_what, more, message) => {
  const error = await failure(run(() => [], more))
  expect(error).toMatchObject({ code: 'HANDLER_FAILED' })
  expect(error.message).toMatch(message)
})

test('what discover gets cannot write', async () => {
  const seen: unknown[] = []
  await run(() => [], {
    discover: ({ account }: { account: object }) => {
      seen.push('emit' in account)
      return {}
    },
  })
  expect(seen).toEqual([false])
})

test.each<[string, (context: Context) => unknown, string]>([
  ['an event that the stream does not have', ({ account }) => account.emit('Renamed', {}), 'INVALID_EVENT'],
  [
    'an event called like a property of every object',
    ({ account }) => account.emit('constructor', {}),
    'INVALID_EVENT',
  ],
  ['a payload that is no JSON', ({ account }) => account.emit('Deposited', { amount: 5n }), 'PAYLOAD_ERROR'],
  ['a stream that cannot be', ({ read }) => read(Account('with\0nul')), 'INVALID_STREAM_ID'],
  ['a stream of a collection that was not read', ({ account }) => account, 'HANDLER_FAILED'],
])('%s is a typed error, and nothing is written', async (_what, handle, code) => {
  expect(await failure(run(handle))).toMatchObject({ code })
})

test('an error that a handler catches is its own business', async () => {
  const outcome = await run(({ account }) => {
    try {
      account.emit('Renamed', {})
    } catch {
      return account.emit('Deposited', five)
    }
    return []
  })
  expect(outcome).toMatchObject({ status: 'committed', events: [{ type: 'Deposited' }] })
})

test('a generator is closed when it is over before its end', async () => {
  const closed: string[] = []
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  const Closing = untyped(function* ({ account, read }) {
    try {
      yield* read(Account('b'))
      yield reject('No')
      return account.emit('Deposited', five)
    } finally {
      closed.push('closed')
    }
  })
  // First it ends for lack of the stream, then with the rejection.
  expect(await executor.execute(Closing({ to: 'a' }))).toMatchObject({ status: 'rejected' })
  expect(closed).toEqual(['closed', 'closed'])
})

test('a handler cannot change the states that others are decided on', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  await executor.execute(Deposit({ to: 'a', amount: 5 }))
  const Cheat = untyped(({ account }) => {
    account.state.balance = 1_000_000
    return []
  })
  const error = await failure(executor.execute(Cheat({ to: 'a' })))
  expect(error).toMatchObject({ code: 'HANDLER_FAILED' })
  expect(error.cause).toBeInstanceOf(TypeError)
  expect(await look(executor, 'a')).toMatchObject({ balance: 5 })
})

test('an object that is changed after it was emitted is stored, folded and told as it was', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  const Change = untyped(({ account }) => {
    const data = { amount: 5 }
    const event = account.emit('Deposited', data)
    data.amount = 6
    return event
  })
  const [outcome, seen] = await Promise.all([executor.execute(Change({ to: 'a' })), look(executor, 'a')])
  expect(outcome).toMatchObject({ events: [{ data: { amount: 5 } }] })
  expect(seen).toMatchObject({ balance: 5 })
  expect(store.storyOf('account/a')).toBe('Deposited 5')
})

test('events are written in the order in which they are returned', async () => {
  const store = new HookedStore()
  const Turn = untyped(({ account }) => {
    const first = account.emit('Deposited', { amount: 1 })
    const second = account.emit('Deposited', { amount: 2 })
    return [second, first]
  })
  const outcome = await new CommandExecutor(store).execute(Turn({ to: 'a' }))
  expect(outcome).toMatchObject({ events: [{ data: { amount: 2 } }, { data: { amount: 1 } }] })
  expect(store.storyOf('account/a')).toBe('Deposited 2, Deposited 1')
})
