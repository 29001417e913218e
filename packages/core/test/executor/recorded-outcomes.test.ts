import { CommandExecutor, CommitOutcomeUnknown, defineCommand, defineStream, StoreFailure, unchecked } from 'eventcore'
import { expect, test } from 'vitest'
import { Account, Deposit } from './fixture/account.ts'
import { failure, gate, quiet } from './fixture/gate.ts'
import { HookedStore } from './fixture/hooked-store.ts'

const Everything = defineCommand({
  name: 'Everything',
  input: unchecked<object>(),
  streams: () => ({ written: Account('written'), kept: Account('kept'), seen: Account.readOnly('seen') }),
  discover: () => ({ found: Account('found') }),
  handle: function* ({ written, read }) {
    const { one } = yield* read({ one: Account('one'), other: Account.readOnly('other') })
    return [written.emit('Deposited', { amount: 1 }), one.emit('Deposited', { amount: 1 })]
  },
})

test('an outcome that was looked up names the streams as the execution found them', async () => {
  const store = new HookedStore()
  const told = await new CommandExecutor(store).execute(Everything({}))
  store.onAppend = async (commits, proceed, call) => {
    const results = await proceed()
    if (call > 2) return results
    throw new CommitOutcomeUnknown(commits.map(({ commandId }) => commandId))
  }
  const lookedUp = await new CommandExecutor(store).execute(Everything({}))
  expect(store.lookUps.length).toBe(1)
  const shape = ({ streams }: typeof told) => streams.map(({ stream, found, access }) => `${stream} ${found} ${access}`)
  expect(shape(lookedUp)).toEqual(shape(told))
  expect(shape(told)).toEqual([
    'account/written declared read-write',
    'account/kept declared read-write',
    'account/seen declared read-only',
    'account/found discovered read-write',
    'account/one read read-write',
    'account/other read read-only',
  ])
})

test('a command that cannot read its streams any more counts as decided once, however often its batch fails', async () => {
  const target = (...types: readonly ('Hit' | 'Missed')[]) =>
    defineStream('target', {
      events: Object.fromEntries(types.map((type) => [type, unchecked<object>()])),
      initial: () => 0,
      apply: Object.fromEntries(types.map((type) => [type, (hits: number) => hits])),
    })
  const shoot = (Target: ReturnType<typeof target>) =>
    defineCommand({
      name: 'Shoot',
      input: unchecked<object>(),
      streams: () => ({ target: Target('1') }),
      handle: ({ target }) => target.emit('Missed', {}),
    })({})
  const store = new HookedStore()
  await new CommandExecutor(store.shared).execute(shoot(target('Hit', 'Missed')), { commandId: 'one' })
  const begun = gate()
  store.onAppend = async (commits, proceed, call) => {
    if (call === 1) await begun.passed
    if (commits.some(({ commandId }) => commandId === 'poison')) throw new StoreFailure('cannot be stored', 'append')
    return await proceed()
  }
  const executor = new CommandExecutor(store)
  const busy = executor.execute(Deposit({ to: 'busy', amount: 1 }))
  await quiet()
  const again = executor.execute(shoot(target('Hit')), { commandId: 'one' })
  const poison = failure(executor.execute(Deposit({ to: 'p', amount: 1 }), { commandId: 'poison' }))
  const mate = executor.execute(Deposit({ to: 'm', amount: 1 }))
  await quiet()
  begun.open()
  expect(await again).toMatchObject({ status: 'committed', alreadyCommitted: true, attempts: 1 })
  expect(await poison).toMatchObject({ code: 'STORE_FAILURE' })
  expect(await busy).toMatchObject({ attempts: 1 })
  expect(await mate).toMatchObject({ attempts: 1 })
})
