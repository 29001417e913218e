import { CommandExecutor, defineCommand, unchecked } from 'eventcore'
import { expect, test } from 'vitest'
import { Snapshots } from '../../src/executor/snapshots.ts'
import { StreamEntry } from '../../src/executor/stream-entry.ts'
import { StreamLoader } from '../../src/executor/stream-loader.ts'
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

test('a read that was sent before anything was known of a stream may bring more than what was heard meanwhile', async () => {
  const store = new HookedStore()
  const writer = new CommandExecutor(store.shared)
  const first = await writer.executeOrThrow(Deposit({ to: 'a', amount: 1 }))
  const sent = gate()
  store.onRead = async (_reads, proceed) => {
    await sent.passed
    return await proceed()
  }
  const { definition } = Account('a')
  const entry = new StreamEntry('account/a')
  entry.wantFold(definition)
  const loaded = gate()
  const loader = new StreamLoader(store, new Snapshots(store))
  loader.request(entry, { loaded: loaded.open, failed: loaded.fail })
  loader.flush()
  // As the timeline of another command does.
  entry.seeHead(1, first.events[0]?.id ?? null)
  await writer.execute(Deposit({ to: 'a', amount: 2 }))
  sent.open()
  await loaded.passed
  // Were the fold ahead of the entry, it would be read again for ever.
  expect(entry.usableFold(definition)).toMatchObject({ version: 2, state: { balance: 3 } })
  expect(entry).toMatchObject({ version: 2, currentVersion: 2 })
})
