import type { AnyRejection, Outcome, RetryInfo } from 'eventcore'

/** One command, as the operations view shows it. */
export interface FinishedCommand {
  readonly command: string
  readonly commandId: string
  /** `committed`, `replayed`, or the code of a rejection or an error. */
  readonly end: string
  readonly attempts: number
  readonly streams: number
  readonly milliseconds: number
  /** Milliseconds since the epoch. */
  readonly at: number
}

export interface OperationsSummary {
  readonly since: number
  readonly underWay: number
  readonly commands: number
  readonly committed: number
  readonly replayed: number
  /** By code. */
  readonly rejected: Readonly<Record<string, number>>
  readonly failed: Readonly<Record<string, number>>
  readonly conflicts: number
  readonly retries: number
  /** Which kinds of streams the conflicts were about. */
  readonly conflictsByStream: Readonly<Record<string, number>>
  /** Of this process since it began. */
  readonly cpuSeconds: number
  /** Of the last commands, in milliseconds. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number }
  readonly recent: readonly FinishedCommand[]
}

const RECENT = 50
const LATENCIES = 2_000

/** What this process has done with commands since it began: bounded, and lost with it. The log itself is in the store. */
export class OperationsLog {
  readonly #since = Date.now()
  readonly #recent: FinishedCommand[] = []
  readonly #latencies: number[] = []
  readonly #rejected = new Map<string, number>()
  readonly #failed = new Map<string, number>()
  readonly #conflictsByStream = new Map<string, number>()
  #commands = 0
  #committed = 0
  #replayed = 0
  #conflicts = 0
  #retries = 0
  #revision = 0

  /** Grows with everything that changes the summary. */
  get revision(): number {
    return this.#revision
  }

  retried({ reason, conflicts }: RetryInfo): void {
    this.#revision++
    this.#retries++
    if (reason !== 'conflict') return
    this.#conflicts++
    for (const { stream } of conflicts) count(this.#conflictsByStream, stream.slice(0, stream.indexOf('/')))
  }

  /** Watches one command, and changes nothing about it. */
  async watch<Rejections extends AnyRejection>(
    command: string,
    commandId: string,
    execution: Promise<Outcome<Rejections>>,
  ): Promise<Outcome<Rejections>> {
    const begun = performance.now()
    const finish = (end: string, attempts: number, streams: number): void => {
      const milliseconds = Math.round((performance.now() - begun) * 100) / 100
      this.#add({ command, commandId, end, attempts, streams, milliseconds, at: Date.now() })
    }
    try {
      const outcome = await execution
      const plain: Outcome<AnyRejection> = outcome
      if (plain.status === 'rejected') count(this.#rejected, plain.code)
      else if (plain.alreadyCommitted) this.#replayed++
      else this.#committed++
      const end = plain.status === 'rejected' ? plain.code : plain.alreadyCommitted ? 'replayed' : 'committed'
      finish(end, plain.attempts, plain.streams.length)
      return outcome
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNEXPECTED'
      count(this.#failed, code)
      finish(code, 0, 0)
      throw error
    }
  }

  summary(underWay: number): OperationsSummary {
    const sorted = this.#latencies.toSorted((a, b) => a - b)
    const percentile = (part: number): number =>
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
    return {
      since: this.#since,
      underWay,
      commands: this.#commands,
      committed: this.#committed,
      replayed: this.#replayed,
      rejected: Object.fromEntries(this.#rejected),
      failed: Object.fromEntries(this.#failed),
      conflicts: this.#conflicts,
      retries: this.#retries,
      conflictsByStream: Object.fromEntries(this.#conflictsByStream),
      cpuSeconds: cpuSeconds(),
      latency: { p50: percentile(0.5), p95: percentile(0.95), p99: percentile(0.99) },
      recent: this.#recent.toReversed(),
    }
  }

  #add(finished: FinishedCommand): void {
    this.#revision++
    this.#latencies[this.#commands % LATENCIES] = finished.milliseconds
    this.#commands++
    this.#recent.push(finished)
    if (this.#recent.length > RECENT) this.#recent.shift()
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return Math.round((user + system) / 1_000) / 1_000
}
