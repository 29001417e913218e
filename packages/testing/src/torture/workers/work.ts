import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { asCursor, type Cursor, type EventStore } from 'eventcore'
import { HistoryRecorder } from '../../checker/history-recorder.ts'
import { executorClient } from '../../workload/executor-client.ts'
import { noCounts, type RaceCounts, raceClients } from '../../workload/race-clients.ts'
import { SeededRandom } from '../../workload/seeded-random.ts'
import { StoreClient } from '../../workload/store-client.ts'
import type { Workload } from '../../workload/workload.ts'
import type { Ledger } from '../targets/ledger.ts'
import type { OpenedLocation } from '../targets/store-location.ts'
import { tortureWorkload, type WorkloadName } from './torture-workload.ts'
import { untilItWorks } from './until-it-works.ts'
import { noOutcomes, type OutcomeCounts, watchOutcomes } from './watch-outcomes.ts'

/** What one process is to do. */
export interface WorkOrder {
  /** Which of the processes at work at once it is. */
  readonly slot: number
  /** How many it replaces, in the same place. */
  readonly incarnation: number
  readonly seed: number
  readonly clients: number
  readonly through: 'store' | 'executor'
  readonly workloads: readonly WorkloadName[]
  /** Where its history goes. */
  readonly directory: string
}

/** From outside, while it works. */
export interface WorkControl {
  /** Aborted: no further command is begun. */
  readonly finish: AbortSignal
  /** Aborted: the feed and the read model are followed to their heads, and then it ends. */
  readonly close: AbortSignal
  readonly now: () => number
  /** Called when all commands that were begun have ended, after {@link finish}. */
  readonly idle: () => void
}

export interface LoopFigures {
  /** How late the event loop was in one of two looks, in milliseconds. */
  loopDelayP50: number
  /** In one of a hundred looks. */
  loopDelayP99: number
}

export type WorkFigures = RaceCounts & OutcomeCounts & LoopFigures

export const noFigures = (): WorkFigures => ({ ...noCounts(), ...noOutcomes(), loopDelayP50: 0, loopDelayP99: 0 })

/** Of several processes the largest counts, not the sum. */
const LARGEST: ReadonlySet<keyof WorkFigures> = new Set([
  'mostAttempts',
  'longestUnanswered',
  'loopDelayP50',
  'loopDelayP99',
])

export function addFigures(sum: WorkFigures, more: WorkFigures): void {
  // Both have the same keys: they come from one function.
  for (const key of Object.keys(sum) as (keyof WorkFigures)[])
    sum[key] = LARGEST.has(key) ? Math.max(sum[key], more[key]) : sum[key] + more[key]
}

const MAX_ATTEMPTS = 5_000
const OBSERVE_EVERY_MS = 1_000
/** Longer than anybody waits: whoever started the run decides when it is late. */
const REACH_HEAD_MS = 3_600_000
const FEED_WAIT_MS = 50

export const historyFile = (directory: string, slot: number, incarnation: number): string =>
  join(directory, `history-${slot}-${String(incarnation).padStart(4, '0')}.jsonl`)

/** Races clients on a store, follows its feed and keeps its read model, until it is told to end, or killed. */
export async function work(
  order: WorkOrder,
  { store, ledger }: OpenedLocation,
  control: WorkControl,
  figures: WorkFigures,
): Promise<void> {
  const { slot, incarnation, seed, clients, directory } = order
  const process = `p${slot}.${incarnation}`
  const recorder = new HistoryRecorder({ path: historyFile(directory, slot, incarnation) })
  const random = new SeededRandom(seed)
  const observed = watchOutcomes(store, figures)
  const client = clientMaker(order, control)
  const following = follow(observed, { name: `follower-${slot}`, directory, recorder, random: random.fork(), control })
  const keeping = keep(ledger, process, recorder, control)
  const racing = raceClients({
    workload: renumbered(tortureWorkload(order.workloads), slot * clients),
    random,
    clients,
    pauses: true,
    counts: figures,
    client: (number, pause) => {
      const name = `${process}/client-${number}`
      return client({ store: observed, process: name, recorder, pause, maxAttempts: MAX_ATTEMPTS })
    },
    goesOn: () => !control.finish.aborted,
  })
  await Promise.all([racing.then(control.idle), following, keeping])
  recorder.close()
}

function clientMaker({ through }: WorkOrder, { now }: WorkControl): ReturnType<typeof executorClient> {
  if (through === 'store') return ({ store, ...rest }) => new StoreClient(store, rest)
  return executorClient({ executors: 2, executorOptions: { now, retryMaxDelayMs: 200 } })
}

/** Clients of different processes are different clients. */
function renumbered(workload: Workload, first: number): Workload {
  return { ...workload, plan: (random, client) => workload.plan(random, first + client) }
}

interface Following {
  readonly name: string
  readonly directory: string
  readonly recorder: HistoryRecorder
  readonly random: SeededRandom
  readonly control: WorkControl
}

/** Follows the feed from where the process before it had noted to be: what it is given again is given again. */
async function follow(store: EventStore, { name, directory, recorder, random, control }: Following): Promise<void> {
  const file = join(directory, `${name}.cursor`)
  let cursor: Cursor | undefined = existsSync(file) ? asCursor(readFileSync(file, 'utf8')) : undefined
  recorder.subscribed(name)
  for (;;) {
    // Looked at before the page is read: what was appended before the end is then in this page or a later one.
    const lastRound = control.close.aborted
    const page = await untilItWorks(() => store.readFeed({ after: cursor, limit: 1 + random.below(200) }))
    for (const { id } of page.events) recorder.delivered(name, id)
    if (page.cursor !== undefined && page.cursor !== cursor) {
      cursor = page.cursor
      writeFileSync(`${file}.new`, cursor)
      renameSync(`${file}.new`, file)
    }
    if (page.atHead && lastRound) return
    if (page.atHead) await store.waitForEvents(cursor, { timeoutMs: FEED_WAIT_MS, signal: control.close })
  }
}

async function keep(
  ledger: Ledger | undefined,
  owner: string,
  recorder: HistoryRecorder,
  { close }: WorkControl,
): Promise<void> {
  if (ledger === undefined) return
  const observe = async (): Promise<void> => {
    recorder.projected((await untilItWorks(() => ledger.read())).observation)
  }
  await observe()
  const runner = ledger.runner(owner)
  runner.start()
  while (!close.aborted) {
    await sleep(OBSERVE_EVERY_MS, undefined, { signal: close }).catch(() => undefined)
    await observe()
    // It gives up after a while of failures; here nobody is called in the night.
    runner.start()
  }
  await runner.reachHead(REACH_HEAD_MS)
  await runner.stop()
  await observe()
}
