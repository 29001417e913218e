import { describe, expect, test } from 'vitest'
import { BookCash } from '../src/commands/book-cash.ts'
import { BookCollection } from '../src/commands/book-collection.ts'
import { BookRemittance } from '../src/commands/book-remittance.ts'
import { Deposit } from '../src/commands/deposit.ts'
import { GrantApproval } from '../src/commands/grant-approval.ts'
import { OpenAccount } from '../src/commands/open-account.ts'
import { SetLimits } from '../src/commands/set-limits.ts'
import { Transfer } from '../src/commands/transfer.ts'
import { Withdraw } from '../src/commands/withdraw.ts'
import { Account } from '../src/streams/account.ts'
import { Approval } from '../src/streams/approval.ts'
import { Limits, RETAIL } from '../src/streams/limits.ts'
import { GivenBank } from './fixture/given.ts'

const written = (outcome: { readonly status: string; readonly events?: readonly { stream: string; type: string }[] }) =>
  outcome.events?.map(({ stream, type }) => `${stream} ${type}`)

async function bankWith(balances: Readonly<Record<string, number>>): Promise<GivenBank> {
  const bank = new GivenBank()
  await bank.given(Limits, RETAIL, 'LimitsSet', { approvalAbove: 1_000, maximum: 5_000 })
  for (const [id, amount] of Object.entries(balances)) {
    await bank.given(Account, id, 'AccountOpened', { owner: id })
    if (amount > 0) await bank.given(Account, id, 'CashDeposited', { amount })
  }
  return bank
}

describe('opening an account', () => {
  test('writes the opening and the first deposit', async () => {
    const { executor } = new GivenBank()
    const outcome = await executor.execute(OpenAccount({ account: 'a', owner: 'Ada', deposit: 5 }))
    expect(written(outcome)).toEqual(['account/a AccountOpened', 'account/a CashDeposited'])
  })

  test('is rejected when the account exists', async () => {
    const { executor } = await bankWith({ a: 0 })
    expect(await executor.execute(OpenAccount({ account: 'a', owner: 'Ada' }))).toMatchObject({
      status: 'rejected',
      code: 'AccountExists',
    })
  })

  test('succeeds for one of many who open the same account at once', async () => {
    const { executor } = new GivenBank()
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, n) => executor.execute(OpenAccount({ account: 'a', owner: `Owner ${n}` }))),
    )
    expect(outcomes.filter(({ status }) => status === 'committed')).toHaveLength(1)
  })
})

describe('deposits and withdrawals', () => {
  test('a deposit needs an open account', async () => {
    const { executor } = await bankWith({ a: 0 })
    expect(written(await executor.execute(Deposit({ account: 'a', amount: 7 })))).toEqual(['account/a CashDeposited'])
    expect(await executor.execute(Deposit({ account: 'b', amount: 7 }))).toMatchObject({
      code: 'AccountNotOpen',
      detail: { account: 'b' },
    })
  })

  test('a withdrawal takes the last cent and not one more', async () => {
    const { executor } = await bankWith({ a: 100 })
    expect(await executor.execute(Withdraw({ account: 'a', amount: 101 }))).toMatchObject({
      code: 'InsufficientFunds',
      detail: { balance: 100 },
    })
    expect(written(await executor.execute(Withdraw({ account: 'a', amount: 100 })))).toEqual([
      'account/a CashWithdrawn',
    ])
    expect(await executor.execute(Withdraw({ account: 'a', amount: 1 }))).toMatchObject({ code: 'InsufficientFunds' })
  })

  test.each([0, -5, 0.5, Number.NaN, 1e15])('an amount of %d is refused before anything is read', async (amount) => {
    const { executor } = await bankWith({ a: 100 })
    await expect(executor.execute(Deposit({ account: 'a', amount }))).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })
})

describe('a transfer', () => {
  test('writes both sides, on both accounts', async () => {
    const bank = await bankWith({ a: 500, b: 0 })
    const outcome = await bank.executor.execute(Transfer({ from: 'a', to: 'b', amount: 200 }))
    expect(written(outcome)).toEqual(['account/a TransferSent', 'account/b TransferReceived'])
    expect((await bank.eventsOf('account/a')).at(-1)).toBe('TransferSent {"amount":200,"to":"b"}')
    expect((await bank.eventsOf('account/b')).at(-1)).toBe('TransferReceived {"amount":200,"from":"a"}')
    expect(outcome.streams.map(({ stream, access }) => `${stream} ${access}`)).toEqual([
      'account/a read-write',
      'account/b read-write',
      'limits/retail read-only',
    ])
  })

  test.each([
    [
      { from: 'x', to: 'b', amount: 1 },
      { code: 'AccountNotOpen', detail: { account: 'x' } },
    ],
    [
      { from: 'a', to: 'x', amount: 1 },
      { code: 'AccountNotOpen', detail: { account: 'x' } },
    ],
    [
      { from: 'a', to: 'b', amount: 5_001 },
      { code: 'AboveLimit', detail: { maximum: 5_000 } },
    ],
    [
      { from: 'a', to: 'b', amount: 4_001 },
      { code: 'InsufficientFunds', detail: { balance: 4_000 } },
    ],
    [{ from: 'a', to: 'b', amount: 1_001 }, { code: 'ApprovalMissing' }],
  ])('%o is rejected with %o', async (input, rejection) => {
    const bank = await bankWith({ a: 4_000, b: 0 })
    const before = await bank.eventsOf('account/a')
    expect(await bank.executor.execute(Transfer(input))).toMatchObject({ status: 'rejected', ...rejection })
    expect(await bank.eventsOf('account/a')).toEqual(before)
  })

  test('to the same account is no transfer', async () => {
    const { executor } = await bankWith({ a: 500 })
    await expect(executor.execute(Transfer({ from: 'a', to: 'a', amount: 1 }))).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    })
  })

  test('reads approvals only when it is large, and uses one up', async () => {
    const bank = await bankWith({ a: 4_000, b: 0 })
    await bank.given(Approval, 'a', 'ApprovalGranted', { by: 'head office' })
    const small = await bank.executor.execute(Transfer({ from: 'a', to: 'b', amount: 1_000 }))
    expect(small.streams.map(({ stream }) => stream)).not.toContain('approval/a')
    const large = await bank.executor.execute(Transfer({ from: 'a', to: 'b', amount: 1_001 }), { commandId: 'large' })
    expect(large.streams.at(-1)).toMatchObject({ stream: 'approval/a', found: 'read', access: 'read-write' })
    expect(await bank.eventsOf('approval/a')).toEqual([
      'ApprovalGranted {"by":"head office"}',
      'ApprovalUsed {"transfer":"large"}',
    ])
    expect(await bank.executor.execute(Transfer({ from: 'a', to: 'b', amount: 1_001 }))).toMatchObject({
      code: 'ApprovalMissing',
    })
  })

  test('shares out exactly the approvals that there are, however many ask at once', async () => {
    const bank = await bankWith({ a: 100_000, b: 0, c: 0 })
    for (let i = 0; i < 3; i++) await bank.executor.execute(GrantApproval({ account: 'a', by: `officer ${i}` }))
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        bank.executor.execute(Transfer({ from: 'a', to: i % 2 === 0 ? 'b' : 'c', amount: 2_000 })),
      ),
    )
    expect(outcomes.filter(({ status }) => status === 'committed')).toHaveLength(3)
  })

  test('is decided on the limits that hold when it commits', async () => {
    const bank = await bankWith({ a: 4_000, b: 0 })
    await bank.executor.execute(Transfer({ from: 'a', to: 'b', amount: 900 }))
    // Behind the back of the executor, which still has the old limits in its cache.
    await bank.given(Limits, RETAIL, 'LimitsSet', { approvalAbove: 500, maximum: 800 })
    const outcome = await bank.executor.execute(Transfer({ from: 'a', to: 'b', amount: 900 }))
    expect(outcome).toMatchObject({ status: 'rejected', code: 'AboveLimit', attempts: 2 })
  })
})

describe('limits', () => {
  test('that are set already are not written again', async () => {
    const { executor } = await bankWith({})
    const same = await executor.execute(SetLimits({ policy: RETAIL, approvalAbove: 1_000, maximum: 5_000 }))
    expect(same).toMatchObject({ status: 'committed', events: [] })
    const other = await executor.execute(SetLimits({ policy: RETAIL, approvalAbove: 1_000, maximum: 6_000 }))
    expect(written(other)).toEqual(['limits/retail LimitsSet'])
  })
})

describe('bookings of another bank', () => {
  const bookedOn = '1993-01-31'

  test('open the account that they name first, and may overdraw it', async () => {
    const bank = new GivenBank()
    const first = await bank.executor.execute(BookCash({ account: '7', entry: 'CashWithdrawn', amount: 250, bookedOn }))
    expect(written(first)).toEqual(['account/7 AccountOpened', 'account/7 CashWithdrawn'])
    const second = await bank.executor.execute(
      BookCash({ account: '7', entry: 'InterestCredited', amount: 20, bookedOn }),
    )
    expect(written(second)).toEqual(['account/7 InterestCredited'])
    expect((await bank.eventsOf('account/7')).at(-1)).toBe('InterestCredited {"amount":20,"bookedOn":"1993-01-31"}')
  })

  test('with a partner bank are one command over the account and its clearing stream', async () => {
    const bank = new GivenBank()
    const out = await bank.executor.execute(BookRemittance({ account: '7', bank: 'AB', amount: 250, bookedOn }))
    expect(written(out)).toEqual([
      'account/7 AccountOpened',
      'account/7 RemittanceSent',
      'clearing/AB RemittanceCleared',
    ])
    const back = await bank.executor.execute(BookCollection({ account: '7', bank: 'AB', amount: 50, bookedOn }))
    expect(written(back)).toEqual(['account/7 CollectionReceived', 'clearing/AB CollectionCleared'])
  })

  test('are booked once, however often they come', async () => {
    const bank = new GivenBank()
    const booking = BookRemittance({ account: '7', bank: 'AB', amount: 250, bookedOn })
    const first = await bank.executor.execute(booking, { commandId: 'statement-1' })
    const again = await bank.executor.execute(booking, { commandId: 'statement-1' })
    expect(again).toMatchObject({ status: 'committed', alreadyCommitted: true })
    expect(written(again)).toEqual(written(first))
    await expect(
      bank.executor.execute(BookRemittance({ account: '7', bank: 'AB', amount: 251, bookedOn }), {
        commandId: 'statement-1',
      }),
    ).rejects.toMatchObject({ code: 'COMMAND_ID_REUSED' })
  })
})
