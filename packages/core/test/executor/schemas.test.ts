import type { StandardSchemaV1 } from '@standard-schema/spec'
import { type } from 'arktype'
import { CommandExecutor, defineCommand, defineStream, type EventSchemas, reject, unchecked } from 'eventcore'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { failure } from './fixture/gate.ts'
import { HookedStore } from './fixture/hooked-store.ts'

type In = { price: string; quantity?: number | undefined }
type Out = { price: number; quantity: number }

interface Library {
  readonly ordered: StandardSchemaV1<In, Out>
  readonly input: StandardSchemaV1<{ id: string; by?: string | undefined }, { id: string; by: number }>
}

/** The same schemas in each library: a text that becomes a number, and a default. */
const libraries: Record<string, Library> = {
  zod: {
    ordered: z.object({
      price: z.string().regex(/^\d+$/).transform(Number),
      quantity: z.int().positive().optional().default(1),
    }),
    input: z.object({ id: z.string().min(1), by: z.string().default('2').transform(Number) }),
  },
  valibot: {
    ordered: v.object({
      price: v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number)),
      quantity: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
    }),
    input: v.object({
      id: v.pipe(v.string(), v.minLength(1)),
      by: v.pipe(v.optional(v.string(), '2'), v.transform(Number)),
    }),
  },
  arktype: {
    ordered: type({ price: type('/^\\d+$/').pipe(Number), quantity: 'number.integer > 0 = 1' }),
    input: type({ id: 'string > 0', by: type('string').pipe(Number).default('2') }),
  },
}

describe.each(Object.entries(libraries))('with schemas of %s', (_library, { ordered, input }) => {
  const Order = defineStream('order', {
    events: { Ordered: ordered },
    initial: () => ({ total: 0, types: '' }),
    apply: {
      Ordered: (state, { price, quantity }) => ({
        total: state.total + price * quantity,
        types: `${state.types}${typeof price} ${typeof quantity};`,
      }),
    },
  })
  const Place = defineCommand({
    name: 'Place',
    input,
    streams: ({ id }) => ({ order: Order(id) }),
    handle: ({ input: { by }, order }) => [
      order.emit('Ordered', { price: `${by}` }),
      order.emit('Ordered', { price: `${order.state.total}`, quantity: by }),
    ],
  })
  const See = defineCommand({
    name: 'See',
    input: unchecked<{ id: string }>(),
    streams: ({ id }) => ({ order: Order.readOnly(id) }),
    handle: ({ order }) => reject('Seen', order.state),
  })

  test('the log stores what a schema takes, and folds see what it gives, of pending events, too', async () => {
    const store = new HookedStore()
    const executor = new CommandExecutor(store)
    await executor.execute(See({ id: 'a' }))
    const [first, second, seen] = await Promise.all([
      executor.execute(Place({ id: 'a' })),
      executor.execute(Place({ id: 'a', by: '3' })),
      executor.execute(See({ id: 'a' })),
    ])
    // 2, 0 × 2, then 3 and what was pending before it, 2 × 3.
    expect(store.shared.log.slice().map(({ data }) => data)).toEqual([
      '{"price":"2"}',
      '{"price":"0","quantity":2}',
      '{"price":"3"}',
      '{"price":"2","quantity":3}',
    ])
    expect(first.events.map(({ data }) => data)).toEqual([{ price: '2' }, { price: '0', quantity: 2 }])
    expect(second).toMatchObject({ attempts: 1, streams: [{ version: 2 }] })
    const state = { total: 2 + 0 + 3 + 6, types: 'number number;'.repeat(4) }
    expect(seen).toMatchObject({ detail: state, streams: [{ version: 4 }] })
    // From the cache, and from the log.
    for (const reader of [executor, new CommandExecutor(store)])
      expect(await reader.execute(See({ id: 'a' }))).toMatchObject({ detail: state })
  })

  test('an input that the schema refuses is an error before anything is read', async () => {
    const store = new HookedStore()
    for (const bad of [{ id: '' }, {}, null, { id: 5 }]) {
      const error = await failure(new CommandExecutor(store).execute(Place(bad as { id: string })))
      expect(error).toMatchObject({ code: 'INVALID_INPUT', retryable: false })
      expect((error as unknown as { issues: unknown[] }).issues.length).toBeGreaterThan(0)
    }
    expect(store.reads).toEqual([])
  })

  test('a payload that the schema refuses is an error, and nothing is written', async () => {
    const store = new HookedStore()
    const Bad = defineCommand({
      name: 'Bad',
      input: unchecked<{ price: unknown }>(),
      streams: () => ({ order: Order('a') }),
      handle: ({ input: payload, order }) => order.emit('Ordered', payload as In),
    })
    for (const price of ['x', 5, null]) {
      const error = await failure(new CommandExecutor(store).execute(Bad({ price })))
      expect(error).toMatchObject({ code: 'INVALID_EVENT', stream: 'order/a', type: 'Ordered' })
      expect(error.message).toContain('price')
    }
    expect(store.shared.length).toBe(0)
  })
})

test('an asynchronous schema may validate an input', async () => {
  const Checked = defineCommand({
    name: 'Checked',
    input: z.object({ id: z.string().refine(async (id) => id !== 'taken', 'is taken') }),
    streams: () => ({}),
    handle: ({ input }) => reject('Done', input.id),
  })
  const executor = new CommandExecutor(new HookedStore())
  expect(await executor.execute(Checked({ id: 'free' }))).toMatchObject({ detail: 'free' })
  const error = await failure(executor.execute(Checked({ id: 'taken' })))
  expect(error).toMatchObject({ code: 'INVALID_INPUT' })
  expect(error.message).toContain('is taken')
})

test.each<[string, EventSchemas[string]]>([
  ['asynchronous', z.object({ n: z.number().refine(async () => true) })],
  ['asynchronous and refuses', z.object({ n: z.number().refine(async () => false) })],
  [
    'failing later',
    { '~standard': { version: 1, vendor: 'test', validate: () => Promise.reject(new Error('later')) } },
  ],
])('a schema of an event that is %s is refused where it is used', async (_what, schema) => {
  const Slow = defineStream('slow', {
    events: { Happened: schema },
    initial: () => 0,
    apply: { Happened: (n) => n + 1 },
  })
  const Happen = defineCommand({
    name: 'Happen',
    input: unchecked<object>(),
    streams: () => ({ slow: Slow('a') }),
    handle: ({ slow }) => slow.emit('Happened', { n: 1 }),
  })
  const store = new HookedStore()
  const error = await failure(new CommandExecutor(store).execute(Happen({})))
  expect(error).toMatchObject({ code: 'INVALID_EVENT' })
  expect(error.message).toContain('asynchronous')
  expect(store.shared.length).toBe(0)
})

test.each([
  [
    'throws',
    () => {
      throw new RangeError('no')
    },
  ],
  ['throws later', () => Promise.reject(new RangeError('no'))],
])('a schema of an input that %s is a typed error', async (_what, validate) => {
  const Failing = defineCommand({
    name: 'Failing',
    input: { '~standard': { version: 1, vendor: 'test', validate } } as StandardSchemaV1<object>,
    streams: () => ({}),
    handle: () => [],
  })
  const executor = new CommandExecutor(new HookedStore())
  expect(await failure(executor.execute(Failing({})))).toMatchObject({
    code: 'HANDLER_FAILED',
    cause: { message: 'no' },
  })
  expect(executor.activeCount).toBe(0)
})

test('a schema that changes what it is given does not change what is stored', async () => {
  const Meddling = defineStream('meddling', {
    events: {
      Set: {
        '~standard': {
          version: 1,
          vendor: 'test',
          validate: (value: unknown) => {
            ;(value as { n: number }).n++
            return { value: value as { n: number } }
          },
        },
      } as StandardSchemaV1<{ n: number }>,
    },
    initial: () => 0,
    apply: { Set: (_state, { n }) => n },
  })
  const Change = defineCommand({
    name: 'Change',
    input: unchecked<{ n: number }>(),
    streams: () => ({ meddling: Meddling('a') }),
    handle: ({ input, meddling }) => meddling.emit('Set', { n: input.n + meddling.state }),
  })
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  await Promise.all([executor.execute(Change({ n: 1 })), executor.execute(Change({ n: 1 }))])
  expect(store.shared.log.slice().map(({ data }) => data)).toEqual(['{"n":1}', '{"n":3}'])
})

const Echoes = defineStream('echoes', {
  events: { Echoed: unchecked<{ n: number }>() },
  initial: () => 0,
  apply: { Echoed: (count) => count + 1 },
})
const Echo = defineCommand({
  name: 'Echo',
  input: unchecked<{ n: number; nested: { at: Date; n: number[] } }>(),
  streams: () => ({ echoes: Echoes('a') }),
  handle: ({ input, echoes }) => {
    const [n = 0] = input.nested.n
    return echoes.emit('Echoed', { n: input.n * 10_000 + n * 1_000 + input.nested.at.getTime() })
  },
})

test('an input that its caller changes after the call is decided on as it was', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  const input = { n: 1, nested: { at: new Date(3), n: [2] } }
  const outcomes: Promise<unknown>[] = []
  for (let index = 0; index < 3; index++) {
    input.n = index
    input.nested.n[0] = index + 1
    input.nested.at.setTime(index + 2)
    outcomes.push(executor.execute(Echo(input), { commandId: `${index}` }))
  }
  await Promise.all(outcomes)
  expect(store.shared.log.slice().map(({ data }) => data)).toEqual(['{"n":1002}', '{"n":12003}', '{"n":23004}'])
  expect(input.nested.n).toEqual([3])
  const same = { n: 1, nested: { at: new Date(3), n: [2] } }
  expect(await executor.execute(Echo(same), { commandId: '1' })).toMatchObject({ alreadyCommitted: true })
})

const Shift = defineCommand({
  name: 'Shift',
  input: unchecked<{ queue: number[] }>(),
  streams: () => ({ echoes: Echoes('a') }),
  handle: ({ input, echoes }) => echoes.emit('Echoed', { n: input.queue.shift() ?? -1 }),
})

test('a handler that changes its input fails at once: its next attempt would be decided on something else', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  const input = { queue: [1, 2] }
  await expect(executor.execute(Shift(input))).rejects.toMatchObject({ code: 'HANDLER_FAILED' })
  expect(store.shared.log.slice()).toEqual([])
  // The caller's own stays as it is.
  input.queue.push(3)
  expect(input).toEqual({ queue: [1, 2, 3] })
})

const Made = defineCommand({
  name: 'Made',
  input: z
    .object({ meta: z.any(), at: z.coerce.date() })
    .transform(({ meta, at }) => ({ meta, at, url: new URL('x:y') })),
  streams: () => ({ echoes: Echoes('a') }),
  handle: ({ input, echoes }) => echoes.emit('Echoed', { n: input.meta.list.length * 100 + input.at.getTime() }),
})

test('parts of the input that a schema passed on are copied, too', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  const meta = { list: [1] }
  const outcome = executor.execute(Made({ meta, at: 5 }))
  meta.list.push(2)
  await outcome
  expect(store.shared.log.slice().map(({ data }) => data)).toEqual(['{"n":105}'])
  expect(Object.isFrozen(meta)).toBe(false)
})
