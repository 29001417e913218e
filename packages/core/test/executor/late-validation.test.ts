// An input that an asynchronous schema is looking at is under way like any other.
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { CommandExecutor, defineCommand, defineStream, unchecked } from 'eventcore'
import { expect, test } from 'vitest'
import { Account } from './fixture/account.ts'
import { HookedStore } from './fixture/hooked-store.ts'
import { pass, useStoppedTime } from './fixture/time.ts'

useStoppedTime()

/** Passes everything, in the form in which it is told to answer. */
function schema<Input>(answer: (value: unknown) => unknown = (value) => ({ value })): StandardSchemaV1<Input, Input> {
  return { '~standard': { version: 1, vendor: 'test', validate: answer as never } }
}

/** What can be awaited, and is no promise. */
const thenableOf = (result: unknown): object =>
  Object.fromEntries([['then', (tell: (result: unknown) => void) => tell(result)]])

const never = (): Promise<never> => new Promise(() => {})

const slowly = (validate: (value: unknown) => unknown) =>
  defineCommand({
    name: 'Deposit',
    input: schema<{ to: string }>(validate),
    streams: ({ to }) => ({ account: Account(to) }),
    handle: ({ account }) => account.emit('Deposited', { amount: 1 }),
  })

test('the time of a command counts from its call, also while its input is validated', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  const stuck = expect(executor.execute(slowly(never)({ to: 'a' }), { timeoutMs: 100 })).rejects.toMatchObject({
    code: 'COMMAND_TIMEOUT',
    attempts: 0,
  })
  await pass(101)
  await stuck
  await executor.close()
  expect(store.appends).toEqual([])
})

test('what validation took of the time is not there for the rest', async () => {
  const store = new HookedStore()
  store.onAppend = never
  const executor = new CommandExecutor(store)
  const validated = (value: unknown) => new Promise((resolve) => setTimeout(() => resolve({ value }), 60))
  let ended = false
  const late = executor.execute(slowly(validated)({ to: 'a' }), { timeoutMs: 100 }).catch(() => (ended = true))
  await pass(60)
  expect(executor.activeCount).toBe(1)
  await pass(45)
  // Its commit is with the store: who aborts it now has to wait, and it is the deadline that asked.
  expect(ended).toBe(false)
  void late
})

test('an abort ends the call while its input is validated', async () => {
  const executor = new CommandExecutor(new HookedStore())
  const controller = new AbortController()
  const call = executor.execute(slowly(never)({ to: 'a' }), { signal: controller.signal })
  controller.abort('enough')
  await expect(call).rejects.toMatchObject({ code: 'COMMAND_ABORTED', cause: 'enough' })
})

test('validations count as commands under way', async () => {
  const executor = new CommandExecutor(new HookedStore(), { maxQueue: 2, timeoutMs: 50 })
  const Stuck = slowly(never)
  const stuck = [1, 2].map(() =>
    expect(executor.execute(Stuck({ to: 'a' }))).rejects.toMatchObject({ code: 'COMMAND_TIMEOUT' }),
  )
  await expect(executor.execute(Stuck({ to: 'a' }))).rejects.toMatchObject({ code: 'EXECUTOR_OVERLOADED' })
  await pass(51)
  await Promise.all(stuck)
})

test('a thenable is an answer that is not there yet, whatever its class', async () => {
  const store = new HookedStore()
  const thenable = (value: unknown) => thenableOf({ value })
  const outcome = await new CommandExecutor(store).execute(slowly(thenable)({ to: 'a' }))
  expect(outcome).toMatchObject({ status: 'committed' })
  expect(store.storyOf('account/a')).toBe('Deposited 1')
})

test('an event whose schema answers with a thenable is refused, and not taken for valid', async () => {
  const Thing = defineStream('thing', {
    events: { Made: schema<{ n: number }>(() => thenableOf({ issues: [] })) },
    initial: () => 0,
    apply: { Made: (count) => count + 1 },
  })
  const Make = defineCommand({
    name: 'Make',
    input: unchecked<{ id: string }>(),
    streams: ({ id }) => ({ thing: Thing(id) }),
    handle: ({ thing }) => thing.emit('Made', { n: 1 }),
  })
  const executor = new CommandExecutor(new HookedStore())
  await expect(executor.execute(Make({ id: '1' }))).rejects.toMatchObject({ code: 'INVALID_EVENT' })
})
