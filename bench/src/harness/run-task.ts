import type { Sample } from '../results/result-file.ts'
import { percentile, rounded } from '../results/statistics.ts'
import { definedOnly } from '../results/summarize.ts'
import { addTallies, NOTHING, type Tally } from './audit.ts'
import { Child } from './child.ts'
import type { Measured, Task } from './task.ts'

/** What is read from a store around a measurement, by the process that does not measure. */
export interface Probe {
  /** Seconds of CPU that the server has used so far. */
  serverCpu(): Promise<number | undefined>
  /** Bytes of write-ahead log so far. */
  walBytes(): Promise<number | undefined>
  /** Round trips so far, where they are counted on the wire. */
  roundTrips?(): number
  /** Of the database, once everything is written, without what an empty one takes. */
  storedBytes(): Promise<number | undefined>
}

export interface RunTaskOptions {
  /** A directory in which each process leaves a CPU profile of what is measured. */
  readonly profiles?: string | undefined
  /** How long a process may take to prepare, to measure, to check. Default half an hour. */
  readonly stepTimeoutMs?: number
}

/**
 * Runs a task in processes of their own, one or several at once, each with a heap that nobody used before. The first one
 * prepares and judges.
 */
export async function runTask(
  entry: URL,
  task: Task,
  probe: Probe,
  { profiles, stepTimeoutMs }: RunTaskOptions = {},
): Promise<Sample> {
  const children: Child<Task>[] = []
  try {
    let opened = NOTHING
    for (let index = 0; index < task.processes; index++) {
      const child = new Child<Task>(entry, stepTimeoutMs)
      children.push(child)
      const order = { type: 'prepare', task: { ...task, process: index } } as const
      opened = addTallies(opened, (await child.order(order, 'prepared')).opened)
    }
    // All at once: one that warms up alone knows nothing of what the others write meanwhile, and has never met a conflict.
    const warmed = await Promise.all(children.map((child) => child.order({ type: 'warm-up' }, 'warmed')))
    for (const { acknowledged } of warmed) opened = addTallies(opened, acknowledged)
    const cpuBefore = await probe.serverCpu()
    const walBefore = await probe.walBytes()
    const tripsBefore = probe.roundTrips?.()
    const measured = await Promise.all(
      children.map(async (child) => (await child.order({ type: 'measure', profiles }, 'measured')).measured),
    )
    const serverCpu = difference(await probe.serverCpu(), cpuBefore)
    const walBytes = difference(await probe.walBytes(), walBefore)
    const tripsOnTheWire = difference(probe.roundTrips?.(), tripsBefore)
    const written = measured.reduce((sum, { acknowledged }) => addTallies(sum, acknowledged), NOTHING)
    const acknowledged = addTallies(opened, written)
    const [first, ...others] = children
    if (first === undefined) throw new Error('A task needs at least one process.')
    const { verdict } = await first.order({ type: 'check', acknowledged }, 'checked')
    for (const child of [...others, first]) await child.order({ type: 'close' }, 'closed')
    const storedBytes = await probe.storedBytes()
    return {
      ...sampleOf(measured, { serverCpu, walBytes, storedBytes, tripsOnTheWire, written, acknowledged }),
      verdict,
    }
  } finally {
    await Promise.all(children.map((child) => child.end()))
  }
}

interface Around {
  readonly serverCpu: number | undefined
  readonly walBytes: number | undefined
  readonly storedBytes: number | undefined
  readonly tripsOnTheWire: number | undefined
  readonly written: Tally
  readonly acknowledged: Tally
}

function sampleOf(measured: readonly Measured[], around: Around): Omit<Sample, 'verdict'> {
  const sum = (of: (one: Measured) => number): number => measured.reduce((total, one) => total + of(one), 0)
  const operations = sum((one) => one.operations)
  const latencies = merged(measured.map((one) => one.latencies))
  const at = (share: number): number | undefined =>
    latencies.length === 0 ? undefined : rounded(percentile(latencies, share))
  const each = (total: number | undefined, by: number): number | undefined =>
    total === undefined || by === 0 ? undefined : rounded(total / by)
  const calls = measured.some((one) => one.roundTrips === undefined) ? undefined : sum((one) => one.roundTrips ?? 0)
  return definedOnly({
    operations,
    seconds: rounded(sum((one) => one.seconds) / measured.length),
    // Of each process by its own clock: none of them waits for the others.
    perSecond: rounded(sum((one) => one.operations / one.seconds)),
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    max: at(1),
    clientCpu: rounded((sum((one) => one.cpu) / Math.max(1, operations)) * 1e6),
    serverCpu: each(around.serverCpu === undefined ? undefined : around.serverCpu * 1e6, operations),
    roundTrips: each(around.tripsOnTheWire ?? calls, operations),
    rejected: sum((one) => one.rejected),
    retries: rounded(sum((one) => one.retries) / Math.max(1, operations)),
    gaveUp: sum((one) => one.gaveUp),
    bytesPerEvent: each(around.storedBytes, around.acknowledged.entries),
    walBytesPerEvent: each(around.walBytes, around.written.entries),
  })
}

function merged(all: readonly Float64Array[]): Float64Array {
  const values = new Float64Array(all.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const some of all) {
    values.set(some, at)
    at += some.length
  }
  return values.sort()
}

const difference = (after: number | undefined, before: number | undefined): number | undefined =>
  after === undefined || before === undefined ? undefined : after - before
