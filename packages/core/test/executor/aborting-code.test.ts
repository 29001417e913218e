import { CommandExecutor, defineCommand, defineStream, reject, unchecked } from 'eventcore'
import { expect, test } from 'vitest'
import { Account, Deposit } from './fixture/account.ts'
import { HookedStore } from './fixture/hooked-store.ts'

/** Where a command's own code can abort the command, before its commit is with the store. */
const places = ['streams', 'initial', 'now', 'discover', 'handle', 'generator', 'asynchronous handle'] as const
type Place = (typeof places)[number]

function abortingIn(place: Place) {
  const controller = new AbortController()
  const passes = (here: Place): void => {
    if (here === place) controller.abort(new Error('thought better of it'))
  }
  const Started = defineStream('started', {
    events: { Deposited: unchecked<{ amount: number }>() },
    initial: () => {
      passes('initial')
      return 0
    },
    apply: { Deposited: (sum, { amount }) => sum + amount },
  })
  const common = {
    name: 'Aborting',
    input: unchecked<Record<string, never>>(),
    streams: () => {
      passes('streams')
      return { started: Started('1'), account: Account('a') }
    },
    discover: () => {
      passes('discover')
      return { found: Account('found') }
    },
  }
  const plain = defineCommand({
    ...common,
    handle: ({ started }) => {
      passes('handle')
      return started.emit('Deposited', { amount: 1 })
    },
  })
  const generator = defineCommand({
    ...common,
    handle: function* ({ started, read }) {
      passes('generator')
      yield* read(Account('read'))
      return started.emit('Deposited', { amount: 1 })
    },
  })
  const asynchronous = defineCommand({
    ...common,
    handle: async ({ started, read }) => {
      passes('asynchronous handle')
      await read(Account('read'))
      return started.emit('Deposited', { amount: 1 })
    },
  })
  const command = place === 'generator' ? generator : place === 'asynchronous handle' ? asynchronous : plain
  return { command: command({}), controller, passes }
}

test.each(places)('a command that aborts itself in %s writes nothing, and the others go on', async (place) => {
  const { command, controller, passes } = abortingIn(place)
  const store = new HookedStore()
  const executor = new CommandExecutor(store, {
    now: () => {
      passes('now')
      return 0
    },
  })
  const aborted = executor.execute(command, { signal: controller.signal })
  const others = ['b', 'c'].map((to) => executor.execute(Deposit({ to, amount: 1 })))
  await expect(aborted).rejects.toMatchObject({ code: 'COMMAND_ABORTED' })
  for (const other of others) await expect(other).resolves.toMatchObject({ status: 'committed' })
  expect(executor.activeCount).toBe(0)
  expect(store.storyOf('started/1')).toBe('')
  // Nothing of it holds a stream that others need.
  await expect(executor.execute(Deposit({ to: 'a', amount: 1 }))).resolves.toMatchObject({ status: 'committed' })
  await executor.close()
})

test('a command that aborts its group leaves the others with the outcomes that they have', async () => {
  const group = new AbortController()
  const Take = defineCommand({
    name: 'Take',
    input: unchecked<{ who: number }>(),
    streams: () => ({ account: Account('places') }),
    handle: ({ account }) => {
      if (account.state.count < 2) return account.emit('Deposited', { amount: 1 })
      group.abort()
      return reject('SoldOut')
    },
  })
  const executor = new CommandExecutor(new HookedStore())
  const all = [1, 2, 3, 4, 5].map((who) => executor.execute(Take({ who }), { signal: group.signal }))
  const told = (await Promise.allSettled(all)).map((one) =>
    one.status === 'fulfilled' ? one.value.status : one.reason.code,
  )
  expect(told).toEqual(['committed', 'committed', 'COMMAND_ABORTED', 'COMMAND_ABORTED', 'COMMAND_ABORTED'])
  expect(executor.activeCount).toBe(0)
  await expect(executor.execute(Deposit({ to: 'b', amount: 1 }))).resolves.toMatchObject({ status: 'committed' })
  await executor.close()
})
