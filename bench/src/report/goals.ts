import type { Cell, ResultFile } from '../results/result-file.ts'

/** What a cell must reach, and where it is going. Rates a second; p95 in milliseconds. */
export interface Goal {
  readonly id: string
  readonly title: string
  readonly floor: Target
  readonly goal: Target
}

interface Target {
  readonly perSecond?: number
  readonly p95?: number
}

export const GOALS: readonly Goal[] = [
  ...(
    [
      ['postgres/deposit/c64', 'PostgreSQL, 1 stream, state cached', 20_000, 8, 35_000, 3.5],
      ['postgres/deposit/uncached/c64', 'PostgreSQL, 1 stream, nothing cached', 12_000, 9, 20_000, 5],
      ['postgres/transfer/c64', 'PostgreSQL, 2 streams, state cached', 12_000, 9, 23_000, 4.5],
      ['postgres/transfer/uncached/c64', 'PostgreSQL, 2 streams, nothing cached', 6_500, 15, 11_000, 8],
      ['postgres/zipf/c64', 'PostgreSQL, 2 streams, Zipf over 100 accounts', 12_000, 9, 29_000, 3.5],
    ] as const
  ).map(([id, title, floorRate, floorP95, goalRate, goalP95]) => ({
    id,
    title,
    floor: { perSecond: floorRate, p95: floorP95 },
    goal: { perSecond: goalRate, p95: goalP95 },
  })),
  ...(
    [
      ['postgres/transfer/c1', 'PostgreSQL, one at a time, 2 streams', 1_000, 1_500],
      ['postgres/deposit/c64/p4', 'PostgreSQL, 4 processes, 1 stream, uniform', 12_000, 25_000],
      ['postgres/zipf-deposit/c64/p4', 'PostgreSQL, 4 processes, 1 stream, Zipf', 8_000, 19_000],
      ['sqlite/deposit/c64', 'SQLite, 1 stream', 30_000, 60_000],
      ['sqlite/transfer/c64', 'SQLite, 2 streams', 18_000, 32_000],
      ['memory/deposit/c64', 'memory, 1 stream', 150_000, 270_000],
      ['postgres/catch-up/n50000/c1', 'PostgreSQL feed alone (events)', 100_000, 300_000],
      [
        'postgres/projection/n20000/c1',
        'PostgreSQL projection, row and checkpoint in one transaction (events)',
        30_000,
        80_000,
      ],
    ] as const
  ).map(([id, title, floor, goal]) => ({ id, title, floor: { perSecond: floor }, goal: { perSecond: goal } })),
  {
    id: 'postgres/delivery/n30/c1',
    title: 'PostgreSQL, idle delivery to a subscriber',
    floor: { p95: 15 },
    goal: { p95: 3 },
  },
]

/** Against the best other library on the same work in one run: how many times as many operations a second. */
export const PEER_GOALS = [
  { key: 'deposit-c64', title: '1 stream', floor: 6, goal: 12 },
  { key: 'transfer-c64', title: '2 streams', floor: 4, goal: 8 },
  { key: 'zipf-transfer-c64', title: 'contended (2 streams, Zipf over 100)', floor: 20, goal: 100 },
] as const

export type Standing = 'goal' | 'floor' | 'below the floor'

export function standingOf({ median }: Cell, { floor, goal }: Goal): Standing {
  const reaches = ({ perSecond, p95 }: Target): boolean =>
    (perSecond === undefined || median.perSecond >= perSecond) &&
    (p95 === undefined || (median.p95 ?? Number.POSITIVE_INFINITY) <= p95)
  return reaches(goal) ? 'goal' : reaches(floor) ? 'floor' : 'below the floor'
}

export const cellNamed = (results: ResultFile, id: string): Cell | undefined =>
  results.cells.find((cell) => cell.id === id)
