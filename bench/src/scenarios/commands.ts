import { zipf } from '../harness/random.ts'
import {
  Deposit,
  DiscoveringTransfer,
  LimitedTransfer,
  OpenAccount,
  PayOut,
  SlowDeposit,
  Transfer,
} from '../workloads/bank.ts'
import { depositHistory, type Filling, openingBalances } from '../workloads/fill.ts'
import { PlaceOrder } from '../workloads/shop.ts'
import { type CommandWorkload, commandScenario } from './command-scenario.ts'
import type { Scenario } from './scenario.ts'

const ACCOUNTS = 10_000
const BALANCE = 1_000_000
const SKUS = 2_000
const LINES = 19

const below = (limit: number, random: () => number) => (): number => Math.floor(random() * limit)

/** Two different ones. */
function pair(draw: () => number): { readonly from: string; readonly to: string } {
  const from = draw()
  let to = draw()
  while (to === from) to = draw()
  return { from: String(from), to: String(to) }
}

/** So many different ones. */
function several(count: number, draw: () => number): string[] {
  const drawn = new Set<number>()
  while (drawn.size < count) drawn.add(draw())
  return Array.from(drawn, String)
}

function* bankWithLimits(): Generator<Filling> {
  yield { stream: 'limits/retail', type: 'LimitSet', data: { amount: 1_000 } }
  yield* openingBalances(ACCOUNTS, BALANCE)
}

function* stockOf(skus: number): Generator<Filling> {
  for (let sku = 0; sku < skus; sku++)
    yield { stream: `stock/${sku}`, type: 'StockReceived', data: { quantity: BALANCE } }
}

/** Few enough that all of them fit: 100,000 events in all at most. */
const streamsWith = (eventsEach: number): number => Math.max(2, Math.min(100, Math.floor(20_000 / eventsEach)))

const EVENTS_STORED_EACH = 10
const accountsFor = (events: number): number => Math.max(ACCOUNTS, Math.floor(events / EVENTS_STORED_EACH))

const workloads: readonly CommandWorkload[] = [
  {
    name: 'open',
    title: 'open an account (1 new stream)',
    filling: () => [],
    commands: (_random, { process, seed }) => {
      let opened = 0
      return () => OpenAccount({ account: `${seed}-${process}-${opened++}`, owner: 'somebody' })
    },
  },
  {
    name: 'deposit',
    title: 'deposit (1 stream)',
    filling: () => openingBalances(ACCOUNTS, BALANCE),
    commands: (random) => {
      const draw = below(ACCOUNTS, random)
      return () => Deposit({ account: String(draw()), amount: 1 })
    },
  },
  {
    name: 'transfer',
    title: 'transfer (2 streams)',
    filling: () => openingBalances(ACCOUNTS, BALANCE),
    commands: (random) => {
      const draw = below(ACCOUNTS, random)
      return () => Transfer({ ...pair(draw), amount: 1 })
    },
  },
  {
    name: 'order',
    title: `order of ${LINES} products (20 streams)`,
    filling: () => stockOf(SKUS),
    commands: (random, { process, seed }) => {
      const draw = below(SKUS, random)
      let placed = 0
      return () => {
        const lines = several(LINES, draw).map((sku) => ({ sku, quantity: 1 }))
        return PlaceOrder({ order: `${seed}-${process}-${placed++}`, lines })
      }
    },
  },
  {
    name: 'read-only',
    title: 'transfer below a limit (2 streams, and 1 only read by all)',
    filling: bankWithLimits,
    commands: (random) => {
      const draw = below(ACCOUNTS, random)
      return () => LimitedTransfer({ ...pair(draw), amount: 1 })
    },
  },
  {
    name: 'discovery',
    title: 'transfer that finds a third stream at run time',
    filling: () => openingBalances(ACCOUNTS, BALANCE),
    commands: (random) => {
      const draw = below(ACCOUNTS, random)
      return () => DiscoveringTransfer({ ...pair(draw), amount: 1 })
    },
  },
  {
    name: 'hot',
    title: 'deposit, all to one stream',
    filling: () => openingBalances(1, BALANCE),
    commands: () => () => Deposit({ account: '0', amount: 1 }),
  },
  {
    name: 'zipf',
    title: 'transfer, Zipf over 100 accounts',
    filling: () => openingBalances(100, BALANCE),
    commands: (random) => {
      const draw = zipf(100, random)
      return () => Transfer({ ...pair(draw), amount: 1 })
    },
  },
  {
    name: 'zipf-deposit',
    title: 'deposit, Zipf over 100 accounts',
    filling: () => openingBalances(100, BALANCE),
    commands: (random) => {
      const draw = zipf(100, random)
      return () => Deposit({ account: String(draw()), amount: 1 })
    },
  },
  {
    name: 'contention',
    title: 'transfer, 10 accounts with little money',
    filling: () => openingBalances(10, 20),
    commands: (random) => {
      const draw = below(10, random)
      return () => Transfer({ ...pair(draw), amount: 1 + Math.floor(random() * 5) })
    },
  },
  {
    name: 'async-handler',
    title: 'deposit by an asynchronous handler (PostgreSQL: 2 connections)',
    filling: () => openingBalances(ACCOUNTS, BALANCE),
    connections: () => 2,
    commands: (random) => {
      const draw = below(ACCOUNTS, random)
      return () => SlowDeposit({ account: String(draw()), amount: 1 })
    },
  },
  {
    // As in the stress test of the original library. One executor would share reads and commits among its callers, and hardly need a pool.
    name: 'pool-saturation',
    title: 'deposit, each caller with an executor of its own, over N connections',
    filling: () => openingBalances(ACCOUNTS, BALANCE),
    connections: ({ parameter = 2 }) => parameter,
    executors: ({ inFlight }) => inFlight,
    commands: (random) => {
      const draw = below(ACCOUNTS, random)
      return () => Deposit({ account: String(draw()), amount: 1 })
    },
  },
  {
    name: 'streams',
    title: 'one command over N streams',
    filling: () => openingBalances(ACCOUNTS, BALANCE),
    commands: (random, { parameter = 1 }) => {
      const draw = below(ACCOUNTS, random)
      return () => PayOut({ accounts: several(parameter, draw), amount: 1 })
    },
  },
  {
    name: 'history',
    title: 'deposit to a stream of N events',
    filling: ({ parameter = 1 }) => depositHistory(streamsWith(parameter), parameter),
    commands: (random, { parameter = 1 }) => {
      const draw = below(streamsWith(parameter), random)
      return () => Deposit({ account: String(draw()), amount: 1 })
    },
  },
  {
    name: 'stored',
    title: 'transfer, with N events stored',
    filling: ({ parameter = 1 }) => depositHistory(accountsFor(parameter), EVENTS_STORED_EACH, BALANCE),
    eventsPerCommit: 20,
    // As many streams as elsewhere, but spread over all that there are: the states fit into the cache, the indexes may not.
    commands: (random, { parameter = 1 }) => {
      const stride = Math.floor(accountsFor(parameter) / ACCOUNTS)
      const draw = below(ACCOUNTS, random)
      return () => Transfer({ ...pair(() => draw() * stride), amount: 1 })
    },
  },
]

export const COMMAND_SCENARIOS: readonly Scenario[] = workloads.map(commandScenario)
