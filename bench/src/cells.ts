import type { StoreName } from './stores/open-store.ts'

/** What is measured, before it is: a scenario on a store, with so many in flight, in so many processes. */
export interface CellPlan {
  readonly scenario: string
  readonly store: StoreName
  readonly inFlight: number
  readonly processes: number
  readonly cached: boolean
  readonly parameter?: number
  /** In the table of goals: measured in every round, and for longer. */
  readonly headline: boolean
}

type Options = Partial<Omit<CellPlan, 'scenario' | 'store'>>

const cell = (scenario: string, store: StoreName, options: Options = {}): CellPlan => ({
  scenario,
  store,
  inFlight: 64,
  processes: 1,
  cached: true,
  headline: false,
  ...options,
})

const durable: readonly StoreName[] = ['sqlite', 'postgres']
const everywhere: readonly StoreName[] = ['memory', ...durable]

const goals: readonly CellPlan[] = [
  cell('deposit', 'postgres'),
  cell('deposit', 'postgres', { cached: false }),
  cell('transfer', 'postgres'),
  cell('transfer', 'postgres', { cached: false }),
  cell('zipf', 'postgres'),
  cell('transfer', 'postgres', { inFlight: 1 }),
  cell('deposit', 'postgres', { processes: 4 }),
  cell('zipf-deposit', 'postgres', { processes: 4 }),
  cell('deposit', 'sqlite'),
  cell('transfer', 'sqlite'),
  cell('deposit', 'memory'),
  cell('catch-up', 'postgres', { inFlight: 1, parameter: 50_000 }),
  cell('projection', 'postgres', { inFlight: 1, parameter: 20_000 }),
  cell('delivery', 'postgres', { inFlight: 1, parameter: 30 }),
].map((plan) => ({ ...plan, headline: true }))

const operations = everywhere.flatMap((store) => [
  ...['open', 'order', 'read-only', 'discovery', 'hot', 'contention', 'async-handler'].map((name) => cell(name, store)),
])

const others: readonly CellPlan[] = [
  cell('transfer', 'memory'),
  cell('zipf', 'memory'),
  cell('zipf', 'sqlite'),
  cell('deposit', 'sqlite', { cached: false }),
  cell('transfer', 'sqlite', { cached: false }),
  cell('deposit', 'sqlite-normal'),
  cell('transfer', 'sqlite-normal'),
]

const pool = [2, 10].map((parameter) => cell('pool-saturation', 'postgres', { parameter, cached: false }))

const concurrency = durable.flatMap((store) => [
  ...[16, 256].map((inFlight) => cell('transfer', store, { inFlight })),
  ...(store === 'sqlite' ? [cell('transfer', store, { inFlight: 1 })] : []),
])

const processes = [
  cell('deposit', 'postgres', { processes: 2 }),
  cell('transfer', 'postgres', { processes: 2 }),
  cell('transfer', 'postgres', { processes: 4 }),
  cell('deposit', 'sqlite', { processes: 2 }),
]

const streams = durable.flatMap((store) => [1, 5, 20, 50].map((parameter) => cell('streams', store, { parameter })))

const history = durable.flatMap((store) =>
  [10, 100, 1_000, 10_000].flatMap((parameter) =>
    [true, false].map((cached) => cell('history', store, { inFlight: 1, parameter, cached })),
  ),
)

const storeAlone = durable.flatMap((store) => [
  ...[1, 10, 100].map((parameter) => cell('append', store, { inFlight: 1, parameter })),
  ...[10, 100, 1_000].map((parameter) => cell('read', store, { inFlight: 1, parameter })),
])

const feed = [
  ...everywhere.map((store) => cell('import', store, { inFlight: 1, parameter: 20_000 })),
  cell('catch-up', 'sqlite', { inFlight: 1, parameter: 50_000 }),
  cell('projection', 'sqlite', { inFlight: 1, parameter: 20_000 }),
  cell('delivery', 'sqlite', { inFlight: 1, parameter: 30 }),
  ...durable.map((store) => cell('rebuild', store, { inFlight: 1, parameter: 20_000 })),
  ...durable.map((store) => cell('cold-start', store, { inFlight: 1, parameter: 20_000 })),
]

/** What `npm run bench` measures. The goals first: they are what a short run has time for. */
export const STANDARD: readonly CellPlan[] = [
  ...goals,
  ...operations,
  ...others,
  ...concurrency,
  ...processes,
  ...pool,
  ...streams,
  ...history,
  ...storeAlone,
  ...feed,
]

/** How speed changes with what is stored. Filling takes minutes, so this is a command of its own. */
export const growth = (sizes: readonly number[], stores: readonly StoreName[]): readonly CellPlan[] =>
  stores.flatMap((store) => sizes.map((parameter) => cell('stored', store, { parameter })))

/** `postgres/transfer/uncached/64/4p`: the same in every file, so that two of them can be compared. */
export function cellId({ scenario, store, inFlight, processes, cached, parameter }: CellPlan): string {
  return [
    store,
    scenario,
    ...(parameter === undefined ? [] : [`n${parameter}`]),
    ...(cached ? [] : ['uncached']),
    `c${inFlight}`,
    ...(processes === 1 ? [] : [`p${processes}`]),
  ].join('/')
}
