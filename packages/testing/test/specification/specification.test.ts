import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemoryEventStore } from '@eventcore/memory'
import { SqliteEventStore } from '@eventcore/sqlite'
import { CommandExecutor } from 'eventcore'
import { describe, expect, test } from 'vitest'
import {
  event,
  given,
  nothing,
  rejected,
  sequentialIds,
  specification,
  state,
  TestClock,
  throws,
} from '../../src/index.ts'
import { Account, Limits, OpenAccount, OutOfPaper, PrintStatement, SetLimitByClock, TransferMoney } from './bank.ts'

const opened = event(Account('alice'), 'AccountOpened', { owner: 'Alice' })
const rich = event(Account('alice'), 'MoneyDeposited', { amount: 100 })
const transfer = TransferMoney({ from: 'alice', to: 'bob', amount: 30 })
const withdrawn = event(Account('alice'), 'MoneyWithdrawn', { amount: 30 })
const deposited = event(Account('bob'), 'MoneyDeposited', { amount: 30, memo: 'from alice' })

describe('what holds', () => {
  test('exactly these events are new, in any order of their streams', async () => {
    await given(opened, rich).when(transfer).then(withdrawn, deposited)
    await given(opened, rich).when(transfer).then(deposited, withdrawn)
  })

  test('a rejection, with its detail or without', async () => {
    await given(opened)
      .when(transfer)
      .then(rejected('InsufficientFunds', { balance: 0 }))
    await given(opened).when(transfer).then(rejected('InsufficientFunds'))
    const low = event(Limits('retail'), 'LimitSet', { most: 5 })
    await given(opened, rich, low).when(transfer).then(rejected('NeedsApproval'))
  })

  test('states, alone or beside the rest, of streams that were not touched too', async () => {
    await given(opened, rich)
      .when(transfer)
      .then(state(Account('alice'), { open: true, balance: 70 }), state(Account('carol'), { open: false, balance: 0 }))
    await given(opened)
      .when(transfer)
      .then(rejected('InsufficientFunds'), state(Account.readOnly('bob'), { open: false, balance: 0 }))
  })

  test('a view of a stream', async () => {
    const Count = Account.view({
      initial: () => 0,
      apply: { AccountOpened: (n) => n + 1, MoneyDeposited: (n) => n + 1, MoneyWithdrawn: (n) => n + 1 },
    })
    await given(opened, rich)
      .when(transfer)
      .then(state(Count('alice'), 3))
  })

  test('nothing', async () => {
    await given(opened)
      .when(PrintStatement({ account: 'alice' }))
      .then(nothing())
  })

  test('an error by its code, its class, the class or message of its cause', async () => {
    const bob = given().when(PrintStatement({ account: 'bob' }))
    await bob.then(throws('HANDLER_FAILED'))
    await bob.then(throws(OutOfPaper))
    await bob.then(throws(OutOfPaper, 'printer of bob'))
    await bob.then(throws(OutOfPaper, /empty$/))
    await given()
      .when(TransferMoney({ from: 'alice', to: 'bob', amount: -1 }))
      .then(throws('INVALID_INPUT', 'amount'))
  })

  test('several commands in a row: what is new is what the last one wrote', async () => {
    await given(opened, rich)
      .when(transfer)
      .when(transfer)
      .then(withdrawn, deposited, state(Account('alice'), { open: true, balance: 40 }))
      .when(TransferMoney({ from: 'alice', to: 'bob', amount: 41 }))
      .then(rejected('InsufficientFunds', { balance: 40 }))
      .when(OpenAccount({ account: 'alice', owner: 'Alice' }))
      .then(rejected('AlreadyOpen'))
  })

  test('commands are given like events', async () => {
    await given(OpenAccount({ account: 'alice', owner: 'Alice' }), rich, transfer)
      .when(OpenAccount({ account: 'alice', owner: 'Alice' }))
      .then(rejected('AlreadyOpen'), state(Account('alice'), { open: true, balance: 70 }))
  })

  test('a repetition under the same command id writes nothing new', async () => {
    await given(opened, rich)
      .when(transfer, { commandId: 'once' })
      .when(transfer, { commandId: 'once' })
      .then(nothing(), state(Account('alice'), { open: true, balance: 70 }))
  })

  test('the outcome is what the executor answered, or threw', async () => {
    const outcome = await given(opened, rich).when(transfer, { commandId: 'a-transfer' }).outcome()
    expect(outcome.commandId).toBe('a-transfer')
    expect(outcome.status === 'committed' && outcome.events.length).toBe(2)
    await expect(
      given()
        .when(PrintStatement({ account: 'bob' }))
        .outcome(),
    ).rejects.toThrow('printer of bob')
  })

  test('a command runs once, whoever asks how often', async () => {
    const when = given(opened, rich).when(transfer)
    await when.then(withdrawn, deposited)
    await when.then(state(Account('alice'), { open: true, balance: 70 }))
    expect((await when.outcome()).attempts).toBe(1)
  })

  test('time and ids are those of the test', async () => {
    const clock = new TestClock(1_000)
    const newId = sequentialIds()
    const store = new MemoryEventStore()
    const here = specification({ store, now: clock.now, newId })
    clock.advance(500)
    await here
      .given()
      .when(SetLimitByClock({}))
      .then(event(Limits('retail'), 'LimitSet', { most: 1_500 }))
    const { events } = await store.readFeed({ limit: 1 })
    const [written] = events
    expect(written?.id).toMatch(/^00000000-0000-7000-8000-00000000000\d$/)
    expect(written?.commit.recordedAt).toBe(1_500)
  })

  test('on a store that others write to as well, only what the command wrote is new', async () => {
    const store = new MemoryEventStore()
    await new CommandExecutor(store).execute(OpenAccount({ account: 'alice', owner: 'Alice' }))
    const here = specification({ store })
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        here
          .given(event(Account(`payer-${i}`), 'MoneyDeposited', { amount: 30 }))
          .when(TransferMoney({ from: `payer-${i}`, to: 'alice', amount: 10 }))
          .then(
            event(Account(`payer-${i}`), 'MoneyWithdrawn', { amount: 10 }),
            event(Account('alice'), 'MoneyDeposited', { amount: 10, memo: `from payer-${i}` }),
          ),
      ),
    )
    await here
      .given()
      .when(PrintStatement({ account: 'alice' }))
      .then(state(Account('alice'), { open: true, balance: 200 }))
  })

  test('on a store that is opened for each specification', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'eventcore-specification-'))
    const stores: SqliteEventStore[] = []
    const here = specification({
      store: async () => {
        const store = await SqliteEventStore.open(join(folder, `${stores.length}.db`))
        stores.push(store)
        return store
      },
    })
    await here.given(opened, rich).when(transfer).then(withdrawn, deposited)
    await here
      .given(opened)
      .when(transfer)
      .then(rejected('InsufficientFunds', { balance: 0 }))
    expect(stores).toHaveLength(2)
    for (const store of stores) await store.close()
    rmSync(folder, { recursive: true })
  })
})

test('a command that is awaited without expectations proves nothing, and says so', async () => {
  const awaited = async (): Promise<unknown> => {
    // @ts-expect-error it does not compile either
    return await given(opened).when(transfer)
  }
  await expect(awaited()).rejects.toThrow('Say what is expected, .then(…), or ask for its .outcome().')
})

test('a failure in the middle of a chain is told once, at its end, and is no unhandled rejection', async () => {
  const unhandled: unknown[] = []
  const note = (error: unknown): void => void unhandled.push(error)
  process.on('unhandledRejection', note)
  const chain = given(opened).when(transfer).then(withdrawn, deposited).when(transfer).then(nothing())
  await expect(Promise.resolve(chain)).rejects.toThrow('rejected: InsufficientFunds')
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
})

test('expectations that exclude one another are refused', async () => {
  await expect(given(opened, rich).when(transfer).then(nothing(), withdrawn)).rejects.toThrow(
    'A command ends in one way: expect events, or nothing(), or one rejected(), or one throws().',
  )
})
