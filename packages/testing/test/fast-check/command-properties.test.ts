import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { afterCommands, anyCommand, anyHistory, followsModel, modelCommand } from '../../src/fast-check/index.ts'
import { event, given, rejected } from '../../src/index.ts'
import { Account, OpenAccount, PrintStatement, TransferMoney } from '../specification/bank.ts'

const names = ['alice', 'bob', 'carol']
const name = fc.constantFrom(...names)
const transfers = fc.record({ from: name, to: name, amount: fc.integer({ min: 1, max: 200 }) })
const rich = names.map((one) => event(Account(one), 'MoneyDeposited', { amount: 100 }))

test('given any valid history, a transfer of more than there is is rejected', async () => {
  const history = anyHistory(Account('alice'), {
    isValid: ({ balance }, one) => one.type !== 'MoneyWithdrawn' || one.data.amount <= balance,
    payloads: { MoneyDeposited: fc.record({ amount: fc.integer({ min: 1, max: 100 }) }) },
  })
  await fc.assert(
    fc.asyncProperty(history, async (events) => {
      const balance = events.reduce((sum, { type, data }) => sum + signed(type, data), 0)
      await given(...events)
        .when(TransferMoney({ from: 'alice', to: 'bob', amount: balance + 1 }))
        .then(rejected('InsufficientFunds', { balance }))
    }),
    { numRuns: 30 },
  )
})

function signed(type: string, data: unknown): number {
  const { amount = 0 } = data as { amount?: number }
  return type === 'MoneyWithdrawn' ? -amount : amount
}

describe('a property that holds after every command', () => {
  test('holds', async () => {
    let commands = 0
    const property = afterCommands(
      [anyCommand(TransferMoney, transfers), anyCommand(OpenAccount, fc.record({ account: name, owner: name }))],
      async ({ state, error }) => {
        commands++
        if (error !== undefined) throw error
        const balances = await Promise.all(names.map(async (one) => (await state(Account(one))).balance))
        expect(balances.reduce((sum, balance) => sum + balance)).toBe(300)
        expect(Math.min(...balances)).toBeGreaterThanOrEqual(0)
      },
      { given: rich },
    )
    await fc.assert(property, { numRuns: 30 })
    expect(commands).toBeGreaterThan(100)
  })

  test('fails with the shortest sequence of commands', async () => {
    const property = afterCommands(
      [anyCommand(TransferMoney, transfers)],
      async ({ state }) => expect((await state(Account('bob'))).balance).toBeLessThanOrEqual(100),
      { given: rich },
    )
    const { failed, counterexample } = await fc.check(property, { seed: 1 })
    expect(failed).toBe(true)
    expect(counterexample?.[0]).toHaveLength(1)
    expect(fc.stringify(counterexample)).toMatch(/^\[\[TransferMoney\({"from":"\w+","to":"bob","amount":1}\)\]\]$/)
  })
})

describe('a model', () => {
  type Balances = Readonly<Record<string, number>>
  const transferring = (most: number) =>
    modelCommand<Balances>()(TransferMoney, transfers, (balances, { from, to, amount }) => {
      const balance = balances[from] ?? 0
      if (balance < amount) return rejected('InsufficientFunds', { balance })
      if (amount > most) return rejected('NeedsApproval')
      const left = { ...balances, [from]: balance - amount }
      return { ...left, [to]: (left[to] ?? 0) + amount }
    })
  const initial = (): Balances => ({ alice: 100, bob: 100, carol: 100 })

  test('that is right is followed', async () => {
    await fc.assert(followsModel(initial, [transferring(1_000)], { given: rich }), { numRuns: 50 })
  })

  test('that is wrong is found out, with the shortest sequence of commands', async () => {
    const { failed, counterexample, errorInstance } = await fc.check(
      followsModel(initial, [transferring(50)], { given: rich }),
      {
        seed: 1,
      },
    )
    expect(failed).toBe(true)
    expect(fc.stringify(counterexample)).toMatch(/^\[\[TransferMoney\({"from":"\w+","to":"\w+","amount":51}\)\]\]$/)
    expect(errorInstance).toMatchObject({
      message: expect.stringMatching(
        /^The model says that TransferMoney { from: '\w+', to: '\w+', amount: 51 } is rejected: NeedsApproval, and it committed. The model before it: { alice: 100, bob: 100, carol: 100 }$/,
      ),
    })
  })

  test('knows no errors: a command that throws is found out', async () => {
    const printing = modelCommand<Balances>()(PrintStatement, fc.record({ account: name }), (balances) => balances)
    const { failed, errorInstance } = await fc.check(followsModel(initial, [printing]), { seed: 1 })
    expect(failed).toBe(true)
    expect((errorInstance as Error).message).toContain('the printer of bob is empty')
  })
})

test('rejections of a model are those of the command', () => {
  const transferring = modelCommand<number>()
  // @ts-expect-error the command has no such rejection
  transferring(TransferMoney, transfers, () => rejected('AlreadyOpen'))
  expect(transferring).toBeTypeOf('function')
})
