import { MemoryEventStore } from '@eventcore/memory'
import { CommandExecutor, type RetryInfo } from 'eventcore'
import { expect, test } from 'vitest'
import { conflictsOn, event, rejected, specification, state } from '../../src/index.ts'
import { Account, OpenAccount, TransferMoney } from '../specification/bank.ts'

const rich = event(Account('alice'), 'MoneyDeposited', { amount: 100 })
const transfer = TransferMoney({ from: 'alice', to: 'bob', amount: 80 })

test('the first append conflicts, and the command is decided again', async () => {
  const retries: RetryInfo[] = []
  const store = conflictsOn(new MemoryEventStore(), 1)
  const executor = new CommandExecutor(store, { onRetry: (retry) => retries.push(retry) })
  const outcome = await executor.execute(OpenAccount({ account: 'alice', owner: 'Alice' }))
  expect(outcome).toMatchObject({ status: 'committed', attempts: 2 })
  expect(retries).toMatchObject([{ attempt: 1, reason: 'conflict', conflicts: [{ stream: 'account/alice' }] }])
})

test('every append conflicts, until the attempts are used up', async () => {
  const inner = new MemoryEventStore()
  const executor = new CommandExecutor(
    conflictsOn(inner, () => true),
    { maxAttempts: 3 },
  )
  await expect(executor.execute(OpenAccount({ account: 'alice', owner: 'Alice' }))).rejects.toMatchObject({
    code: 'CONCURRENCY_CONFLICT',
    attempts: 3,
  })
  expect(await inner.headCursor()).toBeUndefined()
})

test('a rival gets in between, and the command decides on what it left', async () => {
  const inner = new MemoryEventStore()
  const rival = new CommandExecutor(inner)
  const steal = () => rival.execute(TransferMoney({ from: 'alice', to: 'carol', amount: 50 }))
  // The first append writes what is given, the second one is the transfer's.
  const { given } = specification({ store: conflictsOn(inner, 2, { rival: steal }) })
  await given(rich)
    .when(transfer)
    .then(rejected('InsufficientFunds', { balance: 50 }), state(Account('carol'), { open: false, balance: 50 }))
})

test('what was committed before is never called a conflict', async () => {
  const inner = new MemoryEventStore()
  const command = OpenAccount({ account: 'alice', owner: 'Alice' })
  await new CommandExecutor(inner).execute(command, { commandId: 'once' })
  const executor = new CommandExecutor(conflictsOn(inner, () => true))
  expect(await executor.execute(command, { commandId: 'once' })).toMatchObject({ alreadyCommitted: true })
})

test('appends are counted from 1', () => {
  expect(() => conflictsOn(new MemoryEventStore(), 0)).toThrow('since appends are counted from 1')
})
