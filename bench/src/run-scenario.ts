import { CommandExecutor, type Commit, type EventStore } from 'eventcore'
import type { Scenario } from './scenarios.ts'
import type { OpenStore } from './stores/open-store.ts'
import { Account } from './workloads/bank.ts'

/** What one run of a scenario on a store came to. */
export interface Run {
  readonly commandsPerSecond: number
  readonly commands: number
  readonly rejected: number
  readonly retries: number
  /** Milliseconds. */
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
  /** Seconds of CPU of this process per second. */
  readonly cpu: number
}

const OPENING_BALANCE = 1_000_000

/** Runs a scenario for so long, and checks afterwards that the log holds exactly what was acknowledged. */
export async function runScenario(
  { store }: OpenStore,
  scenario: Scenario,
  seconds: number,
  seed: number,
): Promise<Run> {
  await openAccounts(store, scenario.accounts)
  let retries = 0
  const executor = new CommandExecutor(store, {
    cachedStreams: scenario.cached ? 50_000 : 0,
    onRetry: () => {
      retries++
    },
  })
  const next = scenario.next(seed)
  let deposited = 0
  let rejected = 0
  const one = async (): Promise<void> => {
    const outcome = await executor.execute(next())
    if (outcome.status === 'rejected') rejected++
    else if (outcome.events.length === 1) deposited++
  }
  await loop(scenario.inFlight, seconds / 4, one)

  const latencies: number[] = []
  const cpuBefore = process.cpuUsage()
  const begun = performance.now()
  await loop(scenario.inFlight, seconds, async () => {
    const called = performance.now()
    await one()
    latencies.push(performance.now() - called)
  })
  const elapsed = (performance.now() - begun) / 1000
  const { user, system } = process.cpuUsage(cpuBefore)
  await executor.close()
  await assertMoney(store, scenario.accounts * OPENING_BALANCE + deposited)
  latencies.sort((a, b) => a - b)
  const at = (share: number): number =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] as number
  return {
    commandsPerSecond: latencies.length / elapsed,
    commands: latencies.length,
    rejected,
    retries,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    max: at(1),
    cpu: (user + system) / 1e6 / elapsed,
  }
}

async function loop(inFlight: number, seconds: number, one: () => Promise<void>): Promise<void> {
  const end = performance.now() + seconds * 1000
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (performance.now() < end) await one()
    }),
  )
}

async function openAccounts(store: EventStore, accounts: number): Promise<void> {
  for (let first = 0; first < accounts; first += 500) {
    const commits = Array.from({ length: Math.min(500, accounts - first) }, (_, index): Commit => {
      const stream = Account.idOf(String(first + index))
      const commandId = store.newId()
      return {
        commandId,
        commandName: 'OpenAccount',
        inputHash: '',
        checks: [{ stream, version: 0, headId: null, base: 0 }],
        events: [
          { id: store.newId(), stream, type: 'MoneyDeposited', data: JSON.stringify({ amount: OPENING_BALANCE }) },
        ],
        recordedAt: Date.now(),
        correlationId: commandId,
        causationId: null,
        metadata: '{}',
      }
    })
    await store.append(commits)
  }
}

/** Recomputes all money from the log, so that a lost or doubled event would show. */
async function assertMoney(store: EventStore, expected: number): Promise<void> {
  let total = 0
  let after: Awaited<ReturnType<EventStore['headCursor']>>
  for (;;) {
    const page = await store.readFeed({ after, limit: 5_000 })
    for (const event of page.events) {
      const { amount } = JSON.parse(event.data) as { amount: number }
      total += event.type === 'MoneyWithdrawn' ? -amount : amount
    }
    after = page.cursor
    if (page.atHead) break
  }
  if (total !== expected) throw new Error(`The log holds ${total}, and ${expected} was acknowledged.`)
}
