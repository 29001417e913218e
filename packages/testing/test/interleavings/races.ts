import type { Commit, EventStore, StreamCheck } from 'eventcore'
import fc from 'fast-check'
import { wrapStore } from '../../src/index.ts'
import { expectOneOrder } from './one-order.ts'
import { Begin, rounds } from './rounds.ts'
import { type AnyCommand, type Breaking, type Round, race } from './run.ts'
import { Arrive, Give, Leave, Spend } from './shop.ts'

/** The property of all races: what happened is what one order of the commands gives. Counts those in which somebody lost a race. */
export const property = (breaking?: Breaking, met: { conflicts: number } = { conflicts: 0 }) =>
  fc.asyncProperty(rounds, fc.scheduler(), async (round, scheduler) => {
    const end = await race(round, scheduler, breaking)
    if (end.attempts > 1) met.conflicts++
    await expectOneOrder(round, end)
  })

const begin = Begin({ balances: [10, 0], here: false })
export const pairs: readonly (readonly [string, readonly AnyCommand[]])[] = [
  ['two spend the same money', [Give({ from: 'a', to: 'b', amount: 10 }), Give({ from: 'a', to: 'b', amount: 6 })]],
  [
    'two give in opposite directions',
    [Give({ from: 'a', to: 'b', amount: 10 }), Give({ from: 'b', to: 'a', amount: 10 })],
  ],
  [
    'two come, and only one may',
    [Arrive({ guest: 'a', unless: 'b', purse: 'a' }), Arrive({ guest: 'b', unless: 'a', purse: 'a' })],
  ],
  ['one comes while it spends', [Arrive({ guest: 'a', unless: 'b', purse: 'a' }), Spend({ guest: 'a', amount: 10 })]],
  ['one leaves twice', [Leave({ guest: 'a' }), Leave({ guest: 'a' })]],
]

export const roundOf = (commands: readonly AnyCommand[]): Round => ({
  before: [begin],
  racing: commands.map((command, executor) => ({ command, executor })),
  executors: commands.length,
})

/** Stores that check too little. */
const changing =
  (change: (check: StreamCheck, actual: StreamCheck, written: boolean) => StreamCheck): Breaking =>
  (store: EventStore) =>
    wrapStore(store, {
      append: async (commits) => {
        const changed: Commit[] = []
        for (const commit of commits) {
          const written = new Set(commit.events.map(({ stream }) => stream))
          const slices = await store.read(commit.checks.map(({ stream, version }) => ({ stream, after: version })))
          const checks = commit.checks.map((check, i) => {
            const { version = 0, headId = null } = slices[i] ?? {}
            return change(
              check,
              { ...check, version, headId, base: Math.min(check.base, version) },
              written.has(check.stream),
            )
          })
          changed.push({ ...commit, checks })
        }
        return await store.append(changed)
      },
    })

export const mutants: readonly (readonly [string, Breaking])[] = [
  ['checks nothing', changing((_check, actual) => actual)],
  ['checks only what is written', changing((check, actual, written) => (written ? check : actual))],
  ['takes absent streams for granted', changing((check, actual) => (check.version === 0 ? actual : check))],
]
