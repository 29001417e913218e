import type { EventStore } from 'eventcore'
import { type CheckOptions, checkHistory } from '../checker/check-history.ts'
import type { History } from '../checker/history.ts'
import { HistoryRecorder } from '../checker/history-recorder.ts'
import { readLog } from '../checker/read-log.ts'
import type { Verdict } from '../checker/verdict.ts'
import { follow, followerProjections } from './follower.ts'
import { noPause, type Pause } from './pauses.ts'
import { noCounts, type RaceCounts, raceClients } from './race-clients.ts'
import { SeededRandom } from './seeded-random.ts'
import { StoreClient } from './store-client.ts'
import type { Workload } from './workload.ts'
import type { WorkloadClient } from './workload-client.ts'

/** What a client is made of. */
export interface ClientContext {
  readonly store: EventStore
  readonly process: string
  readonly recorder: HistoryRecorder
  readonly pause: Pause
  readonly maxAttempts: number
}

export interface WorkloadOptions {
  /** Determines everything random but the timing. Default: another one each time; the run names it. */
  readonly seed?: number | undefined
  /** Default 16. */
  readonly clients?: number | undefined
  /** Commands in all, the setup not counted. Default 1,000. */
  readonly commands?: number | undefined
  /** No command is begun after so many milliseconds. Default: no limit but {@link commands}. */
  readonly timeLimitMs?: number | undefined
  /** Attempts of one command. Default 1,000: nobody should need so many, and a livelock ends. */
  readonly maxAttempts?: number | undefined
  /** Random delays between the steps of each command. Default `true`. */
  readonly pauses?: boolean | undefined
  /** Readers of the feed beside the clients. Default 1. */
  readonly followers?: number | undefined
  /** Default: in memory. Give one that writes to a file when this process may be killed. */
  readonly recorder?: HistoryRecorder | undefined
  /** How commands are executed. Default: directly on the store contract. */
  readonly client?: ((context: ClientContext) => WorkloadClient) | undefined
}

export interface WorkloadRun extends Readonly<RaceCounts> {
  readonly workload: string
  readonly seed: number
  readonly history: History
}

/**
 * Lets clients race on a store that is empty at the beginning, and writes down what they were told. Several stores are
 * several handles on the same data; the clients share them out.
 */
export async function runWorkload(
  store: EventStore | readonly EventStore[],
  workload: Workload,
  options: WorkloadOptions = {},
): Promise<WorkloadRun> {
  const { clients = 16, commands = 1_000, timeLimitMs, maxAttempts = 1_000, pauses = true, followers = 1 } = options
  const { seed = Math.floor(Math.random() * 2 ** 31), recorder = new HistoryRecorder() } = options
  const { client: makeClient = ({ store: handle, ...rest }: ClientContext) => new StoreClient(handle, rest) } = options
  const handles = 'append' in store ? [store] : store
  const random = new SeededRandom(seed)
  const counts = noCounts()

  const client = (process: string, number: number, pause: Pause): WorkloadClient => {
    const handle = handles[number % handles.length]
    if (handle === undefined) throw new RangeError('A workload needs at least one store.')
    return makeClient({ store: handle, process, recorder, pause, maxAttempts })
  }
  const setup = client('setup', 0, noPause)
  for (const command of workload.setup ?? []) await setup.execute(command)

  const ended = new AbortController()
  const following = Array.from({ length: followers }, (_, i) => {
    const handle = handles[i % handles.length]
    const settings = { name: `follower-${i}`, recorder, random: random.fork(), ended: ended.signal }
    return handle === undefined ? Promise.resolve() : follow(handle, settings)
  })
  const end = timeLimitMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeLimitMs
  let begun = 0
  try {
    await raceClients({
      workload,
      random,
      clients,
      pauses,
      counts,
      client: (number, pause) => client(`client-${number}`, number, pause),
      goesOn: () => performance.now() < end && begun++ < commands,
    })
  } finally {
    ended.abort()
  }
  await Promise.all(following)
  return { workload: workload.name, seed, history: recorder.history(), ...counts }
}

export interface CheckedRun extends WorkloadRun {
  readonly verdict: Verdict
  /** What the workload's own rules say about the log. */
  readonly violations: readonly string[]
  /** Whether both found nothing. */
  readonly ok: boolean
  /** All of it for a person, with the seed. */
  explain(): string
}

/** {@link runWorkload}, and then the checker on what it left. */
export async function raceAndCheck(
  store: EventStore | readonly EventStore[],
  workload: Workload,
  options: WorkloadOptions & { readonly check?: CheckOptions | undefined } = {},
): Promise<CheckedRun> {
  const run = await runWorkload(store, workload, options)
  const [handle] = 'append' in store ? [store] : store
  const log = handle === undefined ? [] : await readLog(handle)
  const projections = followerProjections(run.history)
  const verdict = checkHistory(run.history, log, { projections, ...options.check })
  const violations = workload.violations?.(log) ?? []
  return {
    ...run,
    verdict,
    violations,
    ok: verdict.ok && violations.length === 0,
    explain: () => [`Workload "${run.workload}", seed ${run.seed}. ${verdict.explain()}`, ...violations].join('\n'),
  }
}
