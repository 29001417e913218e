import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { event, given, nothing, rejected, SpecificationFailed, state, throws } from '../../src/index.ts'
import { Account, Limits, OutOfPaper, PrintStatement, SetLimitByClock, TransferMoney } from './bank.ts'

const opened = event(Account('alice'), 'AccountOpened', { owner: 'Alice' })
const rich = event(Account('alice'), 'MoneyDeposited', { amount: 100 })
const transfer = TransferMoney({ from: 'alice', to: 'bob', amount: 30 })
const withdrawn = event(Account('alice'), 'MoneyWithdrawn', { amount: 30 })
const deposited = event(Account('bob'), 'MoneyDeposited', { amount: 30, memo: 'from alice' })

/** What a specification that must not hold says. */
async function message(specified: PromiseLike<void>): Promise<string> {
  const error = await Promise.resolve(specified).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(SpecificationFailed)
  return `\n${(error as Error).message}\n`
}

describe('what does not hold is told', () => {
  test('another event', async () => {
    const wrong = event(Account('alice'), 'MoneyWithdrawn', { amount: 31 })
    expect(await message(given(opened, rich).when(transfer).then(wrong, deposited))).toBe(`
The command did not do what is expected of it.

given
  account/alice  AccountOpened { owner: 'Alice' }
  account/alice  MoneyDeposited { amount: 100 }

when
  TransferMoney { from: 'alice', to: 'bob', amount: 30 }

then (- expected, + happened)
    committed
    account/alice
  -   MoneyWithdrawn { amount: 31 }
  +   MoneyWithdrawn { amount: 30 }
    account/bob
      MoneyDeposited { amount: 30, memo: 'from alice' }
`)
  })

  test('an event that is missing, and one that nobody expected', async () => {
    const note = event(Account('alice'), 'AccountOpened', { owner: 'Alice' })
    expect(await message(given(opened, rich).when(transfer).then(note, withdrawn))).toBe(`
The command did not do what is expected of it.

given
  account/alice  AccountOpened { owner: 'Alice' }
  account/alice  MoneyDeposited { amount: 100 }

when
  TransferMoney { from: 'alice', to: 'bob', amount: 30 }

then (- expected, + happened)
    committed
    account/alice
  -   AccountOpened { owner: 'Alice' }
      MoneyWithdrawn { amount: 30 }
  + account/bob
  +   MoneyDeposited { amount: 30, memo: 'from alice' }
`)
  })

  test('a rejection instead of events', async () => {
    expect(await message(given(opened).when(transfer).then(withdrawn, deposited))).toBe(`
The command did not do what is expected of it.

given
  account/alice  AccountOpened { owner: 'Alice' }

when
  TransferMoney { from: 'alice', to: 'bob', amount: 30 }

then (- expected, + happened)
  - committed
  - account/alice
  -   MoneyWithdrawn { amount: 30 }
  - account/bob
  -   MoneyDeposited { amount: 30, memo: 'from alice' }
  + rejected: InsufficientFunds { balance: 0 }
`)
  })

  test('another detail', async () => {
    expect(
      await message(
        given(opened)
          .when(transfer)
          .then(rejected('InsufficientFunds', { balance: 7 })),
      ),
    ).toContain(`
then (- expected, + happened)
  - rejected: InsufficientFunds { balance: 7 }
  + rejected: InsufficientFunds { balance: 0 }
`)
  })

  test('events instead of a rejection, of nothing, of an error', async () => {
    const when = given(opened, rich).when(transfer)
    const happened = `
  + account/bob
  +   MoneyDeposited { amount: 30, memo: 'from alice' }
  + account/alice
  +   MoneyWithdrawn { amount: 30 }
`
    expect(await message(when.then(rejected('NeedsApproval')))).toContain(
      `  - rejected: NeedsApproval\n  + committed${happened}`,
    )
    expect(await message(when.then(nothing()))).toContain(`    committed\n  - no new events${happened}`)
    expect(await message(when.then(throws(OutOfPaper, 'empty')))).toContain(
      `  - threw OutOfPaper: empty\n  + committed${happened}`,
    )
  })

  test('an error that nobody expected, with its causes', async () => {
    const failed = await message(
      given()
        .when(PrintStatement({ account: 'bob' }))
        .then(nothing()),
    )
    expect(failed.replace(/[0-9a-f-]{36}/g, 'its id')).toContain(`
  - committed
  - no new events
  + threw HandlerFailed (HANDLER_FAILED): PrintStatement (its id): its handler failed: the printer of bob is empty
  +   caused by OutOfPaper: the printer of bob is empty
`)
  })

  test('each of several states of one stream', async () => {
    const deposits = Account.view({
      initial: () => 0,
      apply: { AccountOpened: (n) => n, MoneyDeposited: (n) => n + 1, MoneyWithdrawn: (n) => n },
    })
    const right = [state(Account('alice'), { open: true, balance: 70 }), state(deposits('alice'), 1)] as const
    await given(opened, rich)
      .when(transfer)
      .then(...right)
    for (const wrong of [
      [state(Account('alice'), { open: true, balance: 71 }), right[1]],
      [right[0], state(deposits('alice'), 2)],
    ] as const)
      expect(
        await message(
          given(opened, rich)
            .when(transfer)
            .then(...wrong),
        ),
      ).toMatch(/- {3}(2|.*balance: 71)/)
    expect(
      await message(
        given(opened, rich)
          .when(transfer)
          .then(right[0], state(deposits('alice'), 2)),
      ),
    ).toContain(`
    state of account/alice
      { open: true, balance: 70 }
    state of account/alice, number 2
  -   2
  +   1
`)
  })

  test('another state', async () => {
    const balance = state(Account('alice'), { open: true, balance: 71 })
    expect(await message(given(opened, rich).when(transfer).then(balance))).toContain(`
    state of account/alice
  -   { open: true, balance: 71 }
  +   { open: true, balance: 70 }
`)
  })

  test('one line of a long payload', async () => {
    const Form = Limits.view({ initial: () => ({ fields: [] as readonly string[] }), apply: { LimitSet: (s) => s } })
    const fields = Array.from({ length: 8 }, (_, i) => `field number ${i} of the form`)
    expect(
      await message(
        given()
          .when(SetLimitByClock({}))
          .then(state(Form('retail'), { fields })),
      ),
    ).toContain(`
    state of limits/retail
  -   {
  -     fields: [
  -       'field number 0 of the form',
`)
  })

  test('a command before that does not commit', async () => {
    expect(await message(given(opened).when(transfer).when(transfer).then(nothing()))).toBe(`
TransferMoney { from: 'alice', to: 'bob', amount: 30 } was rejected: InsufficientFunds { balance: 0 }. What others build on must commit.

given
  account/alice  AccountOpened { owner: 'Alice' }
`)
  })

  test('a given event that its schema refuses', async () => {
    const negative = event(Account('alice'), 'MoneyDeposited', { amount: -5 })
    expect(await message(given(negative).when(transfer).then(nothing()))).toContain(
      'The given events cannot be written: The event MoneyDeposited for account/alice is not valid: amount:',
    )
  })

  test('with what runners need to show the difference their own way', async () => {
    const error = await Promise.resolve(given(opened).when(transfer).then(nothing())).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'SPECIFICATION_FAILED',
      showDiff: true,
      expected: { outcome: { status: 'committed' }, events: {} },
      actual: { outcome: { status: 'rejected', code: 'InsufficientFunds', detail: { balance: 0 } }, events: {} },
    })
  })
})

test('any test runner shows it: node:test, which knows nothing of Vitest', () => {
  // Node's runner tells its children by this variable that they are children.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const file = fileURLToPath(new URL('./under-node-test.ts', import.meta.url))
  const args = ['--conditions=eventcore-source', '--test', '--test-reporter=tap', file]
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', env })
  expect(stdout).toContain('# pass 1\n')
  expect(stdout).toContain('# fail 1\n')
  expect(stdout).toContain('-   MoneyWithdrawn { amount: 31 }\n      +   MoneyWithdrawn { amount: 30 }')
  expect(status).toBe(1)
}, 30_000)
