import type { AnyRejection, Command } from 'eventcore'
import { seededRandom, zipf } from './random.ts'
import { Deposit, Transfer } from './workloads/bank.ts'

/** What is run on a store: how many accounts, how many commands at once, and what each of them is. */
export interface Scenario {
  readonly name: string
  readonly accounts: number
  readonly inFlight: number
  /** False: nothing is kept between commands, each one reads its streams. */
  readonly cached: boolean
  readonly next: (seed: number) => () => Command<string, AnyRejection>
}

const ACCOUNTS = 10_000

function deposits(accounts: number) {
  return (seed: number) => {
    const random = seededRandom(seed)
    return () => Deposit({ account: String(Math.floor(random() * accounts)), amount: 1 })
  }
}

function transfers(accounts: number, pick?: (random: () => number) => () => number) {
  return (seed: number) => {
    const random = seededRandom(seed)
    const draw = pick?.(random) ?? (() => Math.floor(random() * accounts))
    return () => {
      const from = draw()
      let to = draw()
      while (to === from) to = draw()
      return Transfer({ from: String(from), to: String(to), amount: 1 })
    }
  }
}

export const SCENARIOS: readonly Scenario[] = [
  { name: '1-stream', accounts: ACCOUNTS, inFlight: 64, cached: true, next: deposits(ACCOUNTS) },
  { name: '2-streams', accounts: ACCOUNTS, inFlight: 64, cached: true, next: transfers(ACCOUNTS) },
  { name: 'hot-stream', accounts: 1, inFlight: 64, cached: true, next: deposits(1) },
  {
    name: '2-streams-zipf',
    accounts: 100,
    inFlight: 64,
    cached: true,
    next: transfers(100, (random) => zipf(100, random)),
  },
  { name: '1-stream-uncached', accounts: ACCOUNTS, inFlight: 64, cached: false, next: deposits(ACCOUNTS) },
  { name: '2-streams-uncached', accounts: ACCOUNTS, inFlight: 64, cached: false, next: transfers(ACCOUNTS) },
  { name: '2-streams-one-at-a-time', accounts: ACCOUNTS, inFlight: 1, cached: true, next: transfers(ACCOUNTS) },
]
