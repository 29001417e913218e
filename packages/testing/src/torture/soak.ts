import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Cursor, EventStore } from 'eventcore'
import { RecordedCall } from '../checker/history-recorder.ts'
import { noPause } from '../workload/pauses.ts'
import { HANDLER_FORMS, PlanExecutor } from '../workload/plan-executor.ts'
import { SeededRandom } from '../workload/seeded-random.ts'
import type { Workload } from '../workload/workload.ts'
import type { OpenedLocation } from './targets/store-location.ts'
import { untilItWorks } from './workers/until-it-works.ts'

/** The memory of a process after a garbage collection. */
export interface MemorySample {
  readonly minute: number
  readonly commands: number
  readonly events: number
  readonly heapMegabytes: number
  /** Array buffers and what the database holds outside of the heap. */
  readonly externalMegabytes: number
  readonly residentMegabytes: number
  /** Sockets, timers and the like that keep the process alive. */
  readonly resources: number
}

export interface SoakOptions {
  readonly minutes: number
  readonly seed: number
  readonly clients: number
  readonly workload: Workload
  readonly onSample: (sample: MemorySample) => void
}

const SAMPLE_EVERY_MS = 60_000

/** Works on a store for so long, with everything that a process does: executes, follows the feed, keeps a read model. */
export async function soak({ store, ledger }: OpenedLocation, options: SoakOptions): Promise<readonly MemorySample[]> {
  const { minutes, seed, clients, workload, onSample } = options
  const collectGarbage = garbageCollector()
  const random = new SeededRandom(seed)
  // Small, so that it is full long before the end.
  const executor = new PlanExecutor(store, HANDLER_FORMS, { cachedStreams: 2_000 })
  const over = new AbortController()
  const counts = { commands: 0, events: 0 }
  const execute = async (plan: ReturnType<Workload['plan']>): Promise<void> => {
    const call = new RecordedCall(
      () => undefined,
      () => undefined,
    )
    await executor.execute(plan, { commandId: store.newId(), call, pause: noPause, maxAttempts: 1_000 })
    counts.commands++
  }
  for (const command of workload.setup ?? []) await execute(command)
  const runner = ledger?.runner('soak')
  runner?.start()
  const working = Array.from({ length: clients }, async (_, client) => {
    const own = random.fork()
    while (!over.signal.aborted) await execute(workload.plan(own, client))
  })
  const following = follow(store, over.signal, () => counts.events++)
  const samples: MemorySample[] = []
  const start = performance.now()
  const ended = Promise.all([...working, following])
  for (let minute = 1; minute <= minutes; minute++) {
    await Promise.race([sleep(start + minute * SAMPLE_EVERY_MS - performance.now()), ended])
    collectGarbage()
    const { heapUsed, external, rss } = process.memoryUsage()
    const sample = {
      minute,
      ...counts,
      heapMegabytes: megabytes(heapUsed),
      externalMegabytes: megabytes(external),
      residentMegabytes: megabytes(rss),
      resources: process.getActiveResourcesInfo().length,
    }
    samples.push(sample)
    onSample(sample)
  }
  over.abort()
  await ended
  await runner?.stop()
  return samples
}

async function follow(store: EventStore, over: AbortSignal, seen: () => void): Promise<void> {
  for (let cursor: Cursor | undefined; !over.aborted; ) {
    const after = cursor
    const page = await untilItWorks(() => store.readFeed({ after, limit: 500 }))
    for (const _ of page.events) seen()
    cursor = page.cursor
    if (page.atHead) await store.waitForEvents(cursor, { timeoutMs: 100, signal: over })
  }
}

/** Megabytes of heap per hour, by least squares over the samples after the first third, which counts as warm-up. */
export function growthPerHour(samples: readonly MemorySample[]): number {
  const warm = samples.slice(Math.floor(samples.length / 3))
  const mean = (of: (sample: MemorySample) => number): number =>
    warm.reduce((sum, sample) => sum + of(sample), 0) / warm.length
  const [time, heap] = [mean(({ minute }) => minute), mean(({ heapMegabytes }) => heapMegabytes)]
  const covariance = mean(({ minute, heapMegabytes }) => (minute - time) * (heapMegabytes - heap))
  const variance = mean(({ minute }) => (minute - time) ** 2)
  return Math.round((covariance / variance) * 60 * 100) / 100
}

function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect !== 'function') throw new Error('This Node lets nobody collect its garbage.')
  return () => {
    collect()
  }
}

const megabytes = (bytes: number): number => Math.round(bytes / 10_000) / 100
