import { MemoryEventStore } from '@eventcore/memory'
import {
  CommandExecutor,
  defineCommand,
  defineStream,
  InvalidDefinition,
  readState,
  type Snapshot,
  unchecked,
} from 'eventcore'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { HookedStore } from './fixture/hooked-store.ts'

const seed = Number(process.env.EVENTCORE_SEED ?? Date.now() % 2 ** 31)

const events = { Added: unchecked<{ n: number }>() }
const sum = {
  initial: () => ({ sum: 0 }),
  apply: { Added: (state: { readonly sum: number }, { n }: { n: number }) => ({ sum: state.sum + n }) },
}

/** A counter whose state is kept every 10 events, and the commands on it. */
function counter(snapshot: { version: number; every?: number; schema?: z.ZodType } = { version: 1 }) {
  const Counter = defineStream('counter', { events, ...sum, snapshot: { name: 'sum', every: 10, ...snapshot } })
  const Add = defineCommand({
    name: 'Add',
    input: unchecked<{ id: string; n: number }>(),
    streams: ({ id }) => ({ counter: Counter(id) }),
    handle: ({ input, counter }) => counter.emit('Added', { n: input.n }),
  })
  const Sum = defineCommand({
    name: 'Sum',
    input: unchecked<{ id: string; seen: (sum: number) => void }>(),
    streams: ({ id }) => ({ counter: Counter.readOnly(id) }),
    handle: ({ input, counter }) => {
      input.seen(counter.state.sum)
      return []
    },
  })
  return { Counter, Add, Sum }
}
const kept = counter()

/** What a process that has just started makes of the stream. */
async function sumOf(store: HookedStore, kind = kept): Promise<number> {
  const Copy = defineCommand({
    name: 'Copy',
    input: unchecked<{ id: string }>(),
    streams: ({ id }) => ({ counter: kind.Counter.readOnly(id), copy: kind.Counter('copy') }),
    handle: ({ counter, copy }) => copy.emit('Added', { n: counter.state.sum }),
  })
  const executor = new CommandExecutor(store)
  const outcome = await executor.execute(Copy({ id: 'a' }))
  await executor.close()
  const [event] = outcome.events
  return (event?.data as { n: number } | undefined)?.n ?? Number.NaN
}

async function add(store: HookedStore, count: number, kind = kept): Promise<void> {
  const executor = new CommandExecutor(store)
  for (let n = 1; n <= count; n++) await executor.execute(kind.Add({ id: 'a', n: 1 }))
  await executor.close()
}

async function snapshotsOf(store: HookedStore): Promise<readonly Snapshot[]> {
  const found = await store.snapshots.list({ stream: 'counter/a', limit: 10 })
  return await store.snapshots.load(found)
}

const warnings: string[] = []
const listen = (warning: Error): void => {
  warnings.push(warning.message)
}
beforeEach(() => {
  warnings.length = 0
  process.on('warning', listen)
})
afterEach(() => {
  process.off('warning', listen)
})
const warned = async (): Promise<readonly string[]> => {
  await new Promise((resolve) => setImmediate(resolve))
  return warnings
}

test('a new process reads the snapshot and what came after', async () => {
  const store = new HookedStore()
  await add(store, 25)
  expect(await snapshotsOf(store)).toMatchObject([{ fold: 'sum@1', version: 20, state: '{"sum":20}' }])
  store.reads.length = 0
  expect(await sumOf(store)).toBe(25)
  // The event that the snapshot was made at is read too: it shows that the snapshot is of this very history.
  expect(store.reads[0]).toContainEqual({ stream: 'counter/a', after: 19 })
})

test('a stream that is only read gets a snapshot too', async () => {
  const store = new HookedStore()
  await add(store, 25, counter({ version: 1, every: 1_000 }))
  expect(await snapshotsOf(store)).toEqual([])
  expect(await sumOf(store)).toBe(25)
  expect(await snapshotsOf(store)).toMatchObject([{ version: 25 }])
})

test('a snapshot is kept once in so many events, not with every commit', async () => {
  const store = new HookedStore()
  const saves: number[] = []
  const { snapshots } = store
  Object.defineProperty(store, 'snapshots', {
    value: {
      ...snapshots,
      load: snapshots.load.bind(snapshots),
      save: async ({ version }: Snapshot) => saves.push(version),
    },
  })
  await add(store, 55)
  expect(saves).toEqual([10, 20, 30, 40, 50])
})

test('another version of the fold does not see it', async () => {
  const store = new HookedStore()
  await add(store, 25)
  store.reads.length = 0
  expect(await sumOf(store, counter({ version: 2 }))).toBe(25)
  expect(store.reads[0]).toContainEqual({ stream: 'counter/a', after: 0 })
})

describe('a snapshot of another history is not used', () => {
  test.each<[string, number]>([
    ['the stream is shorter now', 5],
    ['the stream has as many events, of other content', 20],
    ['the stream has more events, of other content', 33],
  ])('%s', async (_what, events) => {
    const before = new HookedStore()
    await add(before, 25)
    const [snapshot] = await snapshotsOf(before)
    const restored = new HookedStore()
    await restored.snapshots.save({ ...(snapshot as Snapshot), state: '{"sum":1000}' })
    await add(restored, events, counter({ version: 7 }))
    expect(await sumOf(restored)).toBe(events)
    expect(await readState(restored, kept.Counter('a'))).toMatchObject({ version: events, state: { sum: events } })
  })
})

test('reading a state outside of a command uses it', async () => {
  const store = new HookedStore()
  await add(store, 25)
  store.reads.length = 0
  expect(await readState(store, kept.Counter('a'))).toMatchObject({ version: 25, state: { sum: 25 } })
  expect(store.reads).toEqual([[{ stream: 'counter/a', after: 19 }]])
})

describe('what goes wrong fails no command, and is told', () => {
  test('one that cannot be kept', async () => {
    const store = new HookedStore()
    Object.defineProperty(store, 'snapshots', {
      value: {
        ...store.snapshots,
        load: async () => [],
        save: async () => {
          throw new Error('no room')
        },
      },
    })
    await add(store, 25)
    // Once, not for each.
    expect(await warned()).toEqual(['Snapshots of sum@1 cannot be kept: no room'])
  })

  test('one that cannot be fetched', async () => {
    const store = new HookedStore()
    await add(store, 25)
    Object.defineProperty(store, 'snapshots', {
      value: {
        ...store.snapshots,
        load: async () => {
          throw new Error('no answer')
        },
        save: async () => undefined,
      },
    })
    expect(await sumOf(store)).toBe(25)
    expect(await warned()).toEqual(['Snapshots of sum@1 cannot be fetched: no answer'])
  })

  test.each<[string, string]>([
    ['is no JSON', '{"sum":'],
    ['is refused by its schema', '{"total":5}'],
  ])('one that %s', async (_what, state) => {
    const checked = counter({ version: 1, schema: z.object({ sum: z.number() }) })
    const store = new HookedStore()
    await add(store, 9, checked)
    await store.snapshots.save({
      stream: 'counter/a',
      fold: 'sum@1',
      version: 9,
      headId: store.shared.log.streams.get('counter/a')?.id ?? '',
      state,
    })
    expect(await sumOf(store, checked)).toBe(9)
    expect(await warned()).toMatchObject([expect.stringContaining('Snapshots of sum@1 cannot be read: ')])
  })

  test('a state that is no JSON', async () => {
    const Odd = defineStream('counter', {
      events,
      initial: (): { at: unknown } => ({ at: 0 }),
      apply: { Added: () => ({ at: new Date(0) }) },
      snapshot: { name: 'odd', version: 1, every: 1 },
    })
    const AddOdd = defineCommand({
      name: 'AddOdd',
      input: unchecked<Record<never, never>>(),
      streams: () => ({ odd: Odd('a') }),
      handle: ({ odd }) => odd.emit('Added', { n: 1 }),
    })
    const executor = new CommandExecutor(new MemoryEventStore())
    for (let i = 0; i < 3; i++) expect(await executor.execute(AddOdd({}))).toMatchObject({ status: 'committed' })
    await executor.close()
    expect(await warned()).toMatchObject([expect.stringContaining('$.at is an instance of Date')])
  })
})

describe('a definition says what it keeps', () => {
  test.each<[string, object, RegExp]>([
    ['a name that is none', { name: '', version: 1 }, /is named ""/],
    ['a version that is none', { name: 'a', version: 1.5 }, /has version 1.5/],
    ['an interval that is none', { name: 'a', version: 1, every: 0 }, /every 0 events/],
  ])('%s is refused', (_what, snapshot, message) => {
    const define = () =>
      defineStream('counter', { events, ...sum, snapshot: snapshot as { name: string; version: number } })
    expect(define).toThrow(InvalidDefinition)
    expect(define).toThrow(message)
  })

  test('two folds of a stream cannot keep theirs under one name', () => {
    expect(() => kept.Counter.view({ ...sum, snapshot: { name: 'sum', version: 1 } })).toThrow(
      'Two folds of stream "counter" keep snapshots as "sum@1"',
    )
  })
})

test('whatever the snapshots, a fold comes to the same', async () => {
  const step = fc.oneof(
    fc.record({ add: fc.integer({ min: -5, max: 5 }) }),
    fc.record({ restart: fc.constantFrom(1, 2) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 7 }), async (steps, every) => {
      const store = new HookedStore()
      // Two folds of each stream, each with snapshots of its own; the second is redefined at a restart now and then.
      let version = 1
      let kind = counter({ version, every })
      let executor = new CommandExecutor(store)
      let expected = 0
      for (const one of steps) {
        if ('add' in one) {
          expected += one.add
          await executor.execute(kind.Add({ id: 'a', n: one.add }))
        } else {
          await executor.close()
          if (one.restart === 2) kind = counter({ version: ++version, every })
          executor = new CommandExecutor(store, { cachedStreams: one.restart === 2 ? 0 : 10 })
        }
        const { state } = await readState(store, kind.Counter('a'))
        expect(state.sum).toBe(expected)
      }
      await executor.close()
    }),
    { seed, numRuns: 100 },
  )
})
