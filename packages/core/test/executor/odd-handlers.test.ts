import { CommandExecutor, defineCommand, unchecked } from 'eventcore'
import { expect, test } from 'vitest'
import { Account, Deposit } from './fixture/account.ts'
import { failure, gate, quiet } from './fixture/gate.ts'
import { HookedStore } from './fixture/hooked-store.ts'

const base = {
  input: unchecked<{ account: string }>(),
  streams: ({ account }: { account: string }) => ({ account: Account(account) }),
}

test('a handler can throw what cannot be looked at', async () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  const throwing = (): never => {
    throw proxy
  }
  const commands = [
    defineCommand({ ...base, name: 'Throw', handle: throwing }),
    defineCommand({ ...base, name: 'Throw', handle: async () => throwing() }),
    defineCommand({ ...base, name: 'Throw', timeline: { initial: throwing, apply: {} }, handle: () => [] }),
  ]
  for (const command of commands) {
    const error = await failure(new CommandExecutor(new HookedStore()).execute(command({ account: 'a' })))
    expect(error.code).toBe('HANDLER_FAILED')
    expect(error.cause === proxy).toBe(true)
  }
})

test('the list that an asynchronous handler returned is its own again', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  const busy = gate()
  store.onAppend = async (_commits, proceed, call) => {
    if (call === 1) await busy.passed
    return await proceed()
  }
  const begun = { x: gate(), yy: gate() }
  const shared: unknown[] = []
  const Reuse = defineCommand({
    name: 'Reuse',
    input: unchecked<{ account: keyof typeof begun }>(),
    streams: ({ account }) => ({ account: Account(account) }),
    handle: async ({ account, input }) => {
      await begun[input.account].passed
      shared.length = 0
      const event = account.emit('Deposited', { amount: input.account.length })
      shared.push(event)
      return shared as (typeof event)[]
    },
  })
  const reusing = (['x', 'yy'] as const).map((account) => executor.execute(Reuse({ account })))
  await quiet()
  // The decisions of both wait while the store is busy.
  const first = executor.execute(Deposit({ to: 'busy', amount: 1 }))
  await quiet()
  for (const { open } of Object.values(begun)) {
    open()
    await quiet()
  }
  busy.open()
  expect(await first).toMatchObject({ status: 'committed' })
  expect(await Promise.all(reusing)).toMatchObject([
    { events: [{ stream: 'account/x', data: { amount: 1 } }] },
    { events: [{ stream: 'account/yy', data: { amount: 2 } }] },
  ])
})

test('what a generator throws as it is left in want of a stream is no decision', async () => {
  const cleanUp = (other: unknown): void => {
    if (other === undefined) throw new Error('nothing to clean up')
  }
  const Careful = defineCommand({
    ...base,
    name: 'Careful',
    handle: function* ({ account, read }) {
      let other: unknown
      try {
        other = yield* read(Account('other'))
      } finally {
        cleanUp(other)
      }
      return account.emit('Deposited', { amount: 1 })
    },
  })
  const outcome = await new CommandExecutor(new HookedStore()).execute(Careful({ account: 'a' }))
  expect(outcome).toMatchObject({ status: 'committed', attempts: 1 })
})

/** Timers that keep the process alive. */
const timers = (): number => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length

test('a command that has all the time in the world keeps the process alive, until it has its outcome', async () => {
  const decided = gate()
  const Wait = defineCommand({
    ...base,
    name: 'Wait',
    handle: async ({ account }) => {
      await decided.passed
      return account.emit('Deposited', { amount: 1 })
    },
  })
  const executor = new CommandExecutor(new HookedStore(), { timeoutMs: Number.POSITIVE_INFINITY })
  for (let times = 0; times < 2; times++) {
    const before = timers()
    const outcome = executor.execute(Wait({ account: 'a' }))
    expect(timers()).toBe(before + 1)
    decided.open()
    await outcome
    expect(timers()).toBe(before)
  }
})
