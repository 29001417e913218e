import { CommandExecutor, defineCommand, unchecked } from 'eventcore'
import { expect, test } from 'vitest'
import { Account, Deposit, look } from './fixture/account.ts'
import { gate, quiet } from './fixture/gate.ts'
import { HookedStore } from './fixture/hooked-store.ts'

const Largest = Account.view({
  initial: () => ({ largest: 0 }),
  apply: {
    Deposited: (state, { amount }) => ({ largest: Math.max(state.largest, amount) }),
    Withdrawn: (state) => state,
  },
})

const copyLargest = (when: Promise<void>) =>
  defineCommand({
    name: 'CopyLargest',
    input: unchecked<{ from: string; to: string }>(),
    streams: ({ to }) => ({ to: Account(to) }),
    handle: async ({ input, to, read }) => {
      await when
      const { state } = await read(Largest.readOnly(input.from))
      return to.emit('Deposited', { amount: state.largest })
    },
  })

test('a fold that is wanted while its stream has pending events waits for them instead of reading again and again', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  await executor.execute(Deposit({ to: 'a', amount: 5 }))
  const answered = gate()
  const begun = gate()
  const copied = executor.execute(copyLargest(begun.passed)({ from: 'a', to: 'b' }))
  await quiet()
  store.onAppend = async (_commits, proceed, call) => {
    if (call === 2) await answered.passed
    return await proceed()
  }
  const pending = executor.execute(Deposit({ to: 'a', amount: 7 }))
  await quiet()
  begun.open()
  await quiet()
  const reads = store.reads.length
  await quiet()
  expect(store.reads.length).toBe(reads)
  answered.open()
  expect(await pending).toMatchObject({ status: 'committed' })
  expect(await copied).toMatchObject({ status: 'committed', events: [{ data: { amount: 7 } }] })
  expect(await look(executor, 'b')).toMatchObject({ balance: 7 })
  expect(store.reads.length).toBeLessThan(reads + 4)
})
