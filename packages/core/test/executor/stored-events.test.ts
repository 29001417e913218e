import {
  CommandExecutor,
  type Commit,
  defineCommand,
  defineStream,
  type EventStore,
  reject,
  unchecked,
} from 'eventcore'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { failure } from './fixture/gate.ts'
import { HookedStore } from './fixture/hooked-store.ts'

/** What an earlier version of the program, or another one, has written. */
async function write(store: EventStore, stream: string, ...events: { type: string; data: string }[]): Promise<void> {
  const [slice] = await store.read([{ stream, after: 0 }])
  const commit: Commit = {
    commandId: store.newId(),
    commandName: 'Earlier',
    inputHash: '',
    checks: [{ stream, version: slice?.version ?? 0, headId: slice?.headId ?? null, base: 0 }],
    events: events.map((event) => ({ ...event, id: store.newId(), stream })),
    recordedAt: 0,
    correlationId: 'earlier',
    causationId: null,
    metadata: '{}',
  }
  const [result] = await store.append([commit])
  expect(result?.status).toBe('committed')
}

const good = { type: 'Counted', data: '{"by":1}' }

const counter = (steps: { counted?: (count: number) => void; initial?: () => number } = {}) =>
  defineStream('counter', {
    events: { Counted: z.object({ by: z.int().positive() }) },
    initial: steps.initial ?? (() => 0),
    apply: {
      Counted: (count, { by }) => {
        steps.counted?.(count)
        return count + by
      },
    },
  })

const Counter = counter()

const countCommand = (kind = Counter) =>
  defineCommand({
    name: 'Count',
    input: unchecked<{ counter: string; by?: number }>(),
    streams: ({ counter: id }) => ({ counter: kind(id) }),
    handle: ({ input, counter: stream }) => stream.emit('Counted', { by: input.by ?? 1 }),
  })
const Count = countCommand()

test.each([
  ['its schema refuses', { type: 'Counted', data: '{"by":-1}' }, /event|schema refuses the payload/],
  ['has a type that is not defined', { type: 'Renamed', data: '{}' }, /defines no such event/],
  ['is no JSON', { type: 'Counted', data: '{"by":' }, /not JSON/],
])('an event that %s fails the commands that need its stream, and no others', async (_what, event, reason) => {
  const store = new HookedStore()
  await write(store, 'counter/bad', good, event, good)
  const executor = new CommandExecutor(store)
  const commands = [
    Count({ counter: 'a' }),
    Count({ counter: 'bad' }),
    Count({ counter: 'b' }),
    Count({ counter: 'a' }),
  ]
  const [a, bad, b, again] = await Promise.allSettled(commands.map((command) => executor.execute(command)))
  expect(bad).toMatchObject({
    status: 'rejected',
    reason: { code: 'EVENT_DECODE_ERROR', stream: 'counter/bad', version: 2, type: event.type, retryable: false },
  })
  expect(String((bad as PromiseRejectedResult).reason)).toMatch(reason)
  for (const outcome of [a, b, again]) expect(outcome).toMatchObject({ value: { status: 'committed', attempts: 1 } })
  // Again, with whatever the cache holds now.
  expect(await failure(executor.execute(Count({ counter: 'bad' })))).toMatchObject({ version: 2 })
  expect(store.shared.log.streams.get('counter/bad')?.version).toBe(3)
})

test('an event that a fold cannot take fails the commands with that fold, and no others', async () => {
  const store = new HookedStore()
  await write(store, 'counter/a', good, good, good)
  const Fragile = counter({
    counted: (count) => {
      if (count === 1) throw new RangeError('no two')
    },
  })
  const executor = new CommandExecutor(store)
  const CountFragile = countCommand(Fragile)
  for (let round = 0; round < 3; round++) {
    const [fragile, sound] = await Promise.allSettled([
      executor.execute(CountFragile({ counter: 'a' })),
      executor.execute(Count({ counter: 'a' })),
    ])
    expect(fragile).toMatchObject({ reason: { code: 'EVENT_DECODE_ERROR', version: 2, cause: { message: 'no two' } } })
    expect(sound).toMatchObject({ value: { status: 'committed', attempts: 1 } })
  }
})

test('a fold that breaks on what another command writes does not fail that one', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  const Fragile = counter({
    counted: (count) => {
      if (count === 2) throw new RangeError('no three')
    },
  })
  const CountFragile = countCommand(Fragile)
  // Both folds are cached, and could take these.
  await executor.execute(CountFragile({ counter: 'a' }))
  await executor.execute(Count({ counter: 'a' }))
  const outcomes = await Promise.allSettled([
    executor.execute(Count({ counter: 'a' })),
    executor.execute(CountFragile({ counter: 'a' })),
    executor.execute(Count({ counter: 'a' })),
  ])
  expect(outcomes).toMatchObject([
    { value: { status: 'committed', events: [{ version: 3 }] } },
    { reason: { code: 'EVENT_DECODE_ERROR', version: 3 } },
    { value: { status: 'committed', events: [{ version: 4 }] } },
  ])
})

test('a command whose own fold breaks on what it emits writes nothing', async () => {
  const store = new HookedStore()
  const Fragile = counter({
    counted: (count) => {
      if (count === 1) throw new RangeError('no two')
    },
  })
  const executor = new CommandExecutor(store)
  const CountFragile = countCommand(Fragile)
  await executor.execute(CountFragile({ counter: 'a' }))
  const error = await failure(executor.execute(CountFragile({ counter: 'a' })))
  expect(error).toMatchObject({ code: 'HANDLER_FAILED', cause: { message: 'no two' } })
  expect(await executor.execute(Count({ counter: 'a' }))).toMatchObject({ events: [{ version: 2 }] })
})

test('an initial state that cannot be made fails the command, and no others', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  const Broken = counter({
    initial: () => {
      throw new RangeError('no beginning')
    },
  })
  const Found = defineCommand({
    name: 'Found',
    input: unchecked<{ counter: string }>(),
    streams: () => ({}),
    handle: async ({ input, read }) => (await read(Broken(input.counter))).emit('Counted', { by: 1 }),
  })
  const outcomes = await Promise.allSettled([
    executor.execute(Count({ counter: 'a' })),
    executor.execute(countCommand(Broken)({ counter: 'a' })),
    executor.execute(Found({ counter: 'a' })),
    executor.execute(Count({ counter: 'b' })),
  ])
  expect(outcomes).toMatchObject([
    { value: { status: 'committed' } },
    { reason: { code: 'HANDLER_FAILED', cause: { message: 'no beginning' } } },
    { reason: { code: 'HANDLER_FAILED', cause: { message: 'no beginning' } } },
    { value: { status: 'committed' } },
  ])
  expect(executor.activeCount).toBe(0)
})

test('an event that cannot be read and comes with a conflict is an error of those who read it, and no others', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  await executor.execute(Count({ counter: 'a' }))
  await write(store, 'counter/a', { type: 'Counted', data: '{"by":"many"}' })
  const [a, b] = await Promise.allSettled([
    executor.execute(Count({ counter: 'a' })),
    executor.execute(Count({ counter: 'b' })),
  ])
  expect(a).toMatchObject({ reason: { code: 'EVENT_DECODE_ERROR', version: 2 } })
  expect(b).toMatchObject({ value: { status: 'committed' } })
})

test.each(['declared', 'read', 'in a timeline'])(
  'a command that was committed before is found again, though a stream of it, %s, cannot be read any more',
  async (how) => {
    const store = new HookedStore()
    const command = defineCommand({
      name: 'Any',
      input: unchecked<{ counter: string }>(),
      streams: (): Record<string, ReturnType<typeof Counter>> => (how === 'read' ? {} : { counter: Counter('a') }),
      ...(how === 'in a timeline'
        ? { timeline: { initial: () => 0, apply: { counter: { Counted: (n: number) => n + 1 } } } }
        : {}),
      handle: async ({ counter: declared, read }) =>
        (declared ?? (await read(Counter('a')))).emit('Counted', { by: 1 }),
    })
    const first = await new CommandExecutor(store).execute(command({ counter: 'a' }), { commandId: 'one' })
    await write(store, 'counter/a', { type: 'Renamed', data: '{}' })
    const executor = new CommandExecutor(store)
    const again = await executor.execute(command({ counter: 'a' }), { commandId: 'one' })
    expect(again).toMatchObject({ status: 'committed', alreadyCommitted: true, position: first.position })
    const error = await failure(executor.execute(command({ counter: 'a' }), { commandId: 'two' }))
    expect(error).toMatchObject({ code: 'EVENT_DECODE_ERROR' })
  },
)

test.each(['initial', 'step'])('a timeline whose %s fails is an error of its command, and no others', async (where) => {
  const store = new HookedStore()
  await write(store, 'counter/a', good)
  const Timed = defineCommand({
    name: 'Timed',
    input: unchecked<{ counter: string }>(),
    streams: ({ counter: id }) => ({ counter: Counter(id) }),
    timeline: {
      initial: () => {
        if (where === 'initial') throw new RangeError('out of time')
        return 0
      },
      apply: {
        counter: {
          Counted: () => {
            throw new RangeError('out of time')
          },
        },
      },
    },
    handle: () => reject('No'),
  })
  const executor = new CommandExecutor(store)
  const [timed, sound] = await Promise.allSettled([
    executor.execute(Timed({ counter: 'a' })),
    executor.execute(Count({ counter: 'a' })),
  ])
  const code = where === 'initial' ? 'HANDLER_FAILED' : 'EVENT_DECODE_ERROR'
  expect(timed).toMatchObject({ reason: { code, cause: { message: 'out of time' } } })
  expect(sound).toMatchObject({ value: { status: 'committed' } })
})

test('definitions of one stream with different schemas each read it their own way, pending events included', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  const InCents = defineStream('counter', {
    events: { Counted: z.object({ by: z.int().transform((by) => by * 100) }) },
    initial: () => 0,
    apply: { Counted: (cents, { by }) => cents + by },
  })
  const CountCents = defineCommand({
    name: 'CountCents',
    input: unchecked<{ counter: string }>(),
    streams: ({ counter: id }) => ({ counter: InCents(id) }),
    handle: ({ counter: stream }) => stream.emit('Counted', { by: stream.state + 1 }),
  })
  for (let round = 0; round < 2; round++)
    await Promise.all([
      executor.execute(Count({ counter: 'a' })),
      executor.execute(CountCents({ counter: 'a' })),
      executor.execute(Count({ counter: 'a', by: 5 })),
      executor.execute(CountCents({ counter: 'a' })),
    ])
  let cents = 0
  for (const { commandName, data, version } of store.shared.log.eventsOf('counter/a').map((event, index) => ({
    ...event,
    commandName: store.shared.log.recordAt(store.shared.log.commitAt(index)).commandName,
  }))) {
    const { by } = JSON.parse(data) as { by: number }
    if (commandName === 'CountCents') expect(by, `version ${version}`).toBe(cents + 1)
    cents += by * 100
  }
})

test('a schema that throws on a stored event makes it one that cannot be read', async () => {
  const store = new HookedStore()
  await write(store, 'counter/a', good)
  const Counted = unchecked<{ by: number }>()
  const validate = (): never => {
    throw new RangeError('boom')
  }
  const Explosive = defineStream('counter', {
    events: { Counted: { '~standard': { ...Counted['~standard'], validate } } as typeof Counted },
    initial: () => 0,
    apply: { Counted: (count) => count },
  })
  const Explode = defineCommand({
    name: 'Explode',
    input: unchecked<{ counter: string }>(),
    streams: ({ counter: id }) => ({ counter: Explosive(id) }),
    handle: ({ counter: stream }) => stream.emit('Counted', { by: 1 }),
  })
  const executor = new CommandExecutor(store)
  const error = await failure(executor.execute(Explode({ counter: 'a' })))
  expect(error).toMatchObject({ code: 'EVENT_DECODE_ERROR', cause: { message: 'boom' } })
  const fresh = await failure(executor.execute(Explode({ counter: 'new' })))
  expect(fresh).toMatchObject({ code: 'HANDLER_FAILED', cause: { message: 'boom' } })
})
