import { MemoryEventStore } from '@eventcore/memory'
import { expect, test } from 'vitest'
import { Audit, assertSound } from '../src/harness/audit.ts'
import type { Task } from '../src/harness/task.ts'
import { scenarioNamed } from '../src/scenarios/catalogue.ts'

function judge(amounts: readonly (readonly [account: string, amount: number])[], entries: number, money: number) {
  const audit = new Audit()
  for (const [account, amount] of amounts) audit.add({ account, amount })
  return audit.verdict({ entries, money })
}

test('a log that holds what was acknowledged is sound', () => {
  const verdict = judge(
    [
      ['a', 5],
      ['a', -5],
      ['b', 5],
    ],
    3,
    5,
  )
  expect(verdict).toEqual({ acknowledged: 3, lost: 0, surplus: 0, oversold: 0, moneyOff: 0 })
  expect(() => assertSound(verdict)).not.toThrow()
})

test('the oracle counts what was lost', () => {
  const verdict = judge([['a', 5]], 2, 10)
  expect(verdict).toMatchObject({ lost: 1, moneyOff: -5 })
  expect(() => assertSound(verdict)).toThrow(/1 of 2 entries lost/)
})

test('the oracle counts what nobody was told of', () => {
  expect(
    judge(
      [
        ['a', 5],
        ['a', 5],
      ],
      1,
      5,
    ),
  ).toMatchObject({ surplus: 1, moneyOff: 5 })
})

test('the oracle counts debts where they arise, whatever is paid in later', () => {
  expect(
    judge(
      [
        ['a', 5],
        ['a', -6],
        ['a', 10],
        ['b', 1],
      ],
      4,
      10,
    ),
  ).toMatchObject({ oversold: 1, moneyOff: 0 })
})

test('the oracle sees money that changed on its way', () => {
  expect(() => assertSound(judge([['a', 4]], 1, 5))).toThrow(/money off by -1/)
})

const task: Task = {
  subject: 'memory',
  scenario: 'zipf',
  inFlight: 8,
  cached: true,
  seconds: 0.05,
  seed: 1,
  process: 0,
  processes: 1,
}

test('a store that loses a commit that it acknowledged does not get away with it', { timeout: 20_000 }, async () => {
  const store = new MemoryEventStore()
  const { append } = store
  let calls = 0
  Object.assign(store, {
    append: async (...[commits]: Parameters<typeof append>) => {
      // The first call fills the accounts.
      if (++calls !== 3) return await append.call(store, commits)
      const results = await append.call(store, commits.slice(1))
      return [{ status: 'committed', positions: commits[0]?.events.map(() => '999999999') }, ...results]
    },
  })
  const prepared = await scenarioNamed('zipf').prepare(store, { ...task, inFlight: 1 })
  const { acknowledged } = await prepared.measure()
  const all = {
    entries: prepared.opened.entries + acknowledged.entries,
    money: prepared.opened.money + acknowledged.money,
  }
  await expect(prepared.check(all)).rejects.toThrow(/2 of \d+ entries lost/)
})
