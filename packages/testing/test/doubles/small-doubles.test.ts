import { MemoryEventStore } from '@eventcore/memory'
import { CommandExecutor } from 'eventcore'
import { describe, expect, test } from 'vitest'
import { CallRecorder, sequentialIds, TestClock, wrapStore } from '../../src/index.ts'
import { OpenAccount } from '../specification/bank.ts'

const open = OpenAccount({ account: 'alice', owner: 'Alice' })

describe('a recorder', () => {
  test('keeps calls, arguments and answers in their order', async () => {
    const recorder = new CallRecorder()
    const store = recorder.wrap(new MemoryEventStore())
    await new CommandExecutor(store).execute(open)
    expect(recorder.calls.map(({ operation }) => operation)).toEqual(['read', 'append'])
    const [append] = recorder.of('append')
    expect(append?.args[0].map(({ commandName }) => commandName)).toEqual(['OpenAccount'])
    expect(append?.end).toMatchObject({ status: 'resolved', value: [{ status: 'committed' }] })
  })

  test('keeps what is under way, and failures', async () => {
    const recorder = new CallRecorder()
    const store = recorder.wrap(new MemoryEventStore())
    const waiting = store.waitForEvents(undefined, { timeoutMs: 1 })
    expect(recorder.calls).toMatchObject([{ operation: 'waitForEvents', end: { status: 'pending' } }])
    await waiting
    await store.close()
    await expect(store.headCursor()).rejects.toThrow('closed')
    expect(recorder.calls.at(-1)).toMatchObject({
      operation: 'headCursor',
      end: { status: 'rejected', error: { code: 'STORE_CLOSED' } },
    })
  })

  test('keeps so many calls, the newest', async () => {
    const recorder = new CallRecorder({ limit: 2 })
    const store = recorder.wrap(new MemoryEventStore())
    await store.headCursor()
    await store.listStreams({ limit: 1 })
    await store.readFeed({ limit: 1 })
    expect(recorder.calls.map(({ operation }) => operation)).toEqual(['listStreams', 'readFeed'])
    expect(recorder.leftOut).toBe(1)
    recorder.clear()
    expect([recorder.calls.length, recorder.leftOut]).toEqual([0, 0])
  })
})

test('a wrapped store has what the store has beyond the contract', () => {
  const inner = new MemoryEventStore()
  const store = wrapStore(inner, { newId: () => 'mine' })
  expect(store.newId()).toBe('mine')
  expect(store.projections).toBe(inner.projections)
  expect(store.readModel('rows').get('a')).toBeUndefined()
  expect(store.append).toBe(store.append)
})

test('a clock goes when it is told to', () => {
  const clock = new TestClock(new Date('2026-11-23T00:00:00Z'))
  const { now } = clock
  clock.advance(1_500)
  expect(new Date(now()).toISOString()).toBe('2026-11-23T00:00:01.500Z')
  clock.set(0)
  expect(now()).toBe(0)
  expect(() => clock.advance(-1)).toThrow('a number of at least 0 is expected')
  expect(() => clock.set(new Date('never'))).toThrow('a moment is expected')
})

test('sequential ids have the form and the order of UUIDv7, and are the same in every run', () => {
  const newId = sequentialIds(255)
  expect([newId(), newId()]).toEqual(['00000000-0000-7000-8000-0000000000ff', '00000000-0000-7000-8000-000000000100'])
  expect(() => sequentialIds(-1)).toThrow('from 0 to below 2^48 is expected')
})
