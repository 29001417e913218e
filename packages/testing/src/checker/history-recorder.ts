import { closeSync, openSync, writeSync } from 'node:fs'
import type {
  CallStatus,
  History,
  HistoryLine,
  ProjectionObservation,
  ReadObservation,
  SentAttempt,
  WriteObservation,
} from './history.ts'
import { HistoryBuilder } from './history-builder.ts'
import { readHistory } from './read-history.ts'

export interface HistoryRecorderOptions {
  /**
   * A new file for JSON Lines. Each line is written synchronously, so that a process killed at any moment leaves
   * everything up to there (and at most one torn line). Without a path the history is kept in memory.
   */
  readonly path?: string | undefined
  /** Nanoseconds of a monotonic clock. Default `process.hrtime`, which all processes of one machine share. */
  readonly now?: (() => number) | undefined
}

/** What a client was told when its call succeeded. */
export interface AcknowledgedCall {
  readonly reads: readonly ReadObservation[]
  /** Empty for a rejection, an empty decision or a query. */
  readonly writes: readonly WriteObservation[]
  readonly attempts?: number | undefined
}

/**
 * Writes down what clients do and are told, for `checkHistory`. One recorder per operating system process; the histories
 * of several processes of one machine are read together (`readHistory(...paths)`).
 */
export class HistoryRecorder {
  readonly #path: string | undefined
  readonly #file: number | undefined
  readonly #memory = new HistoryBuilder()
  readonly #now: () => number
  #lastTime = Number.NEGATIVE_INFINITY
  #calls = 0

  /** @throws when the file exists already: a history belongs to one run of one process. */
  constructor({ path, now = monotonicNanoseconds }: HistoryRecorderOptions = {}) {
    this.#path = path
    this.#file = path === undefined ? undefined : openSync(path, 'ax')
    this.#now = now
  }

  /** Call it before the first read of a command or query. */
  invoke(commandId: string, process: string): RecordedCall {
    const call = this.#calls++
    this.#write({ type: 'invoke', call, commandId, process, at: this.#time() })
    return new RecordedCall(
      (attempt) => this.#write({ type: 'send', call, ...attempt }),
      (status, told) => this.#write({ type: 'complete', call, at: this.#time(), status, ...told }),
    )
  }

  /** A subscriber starts, or starts again. */
  subscribed(subscriber: string): void {
    this.#write({ type: 'subscribe', subscriber })
  }

  delivered(subscriber: string, eventId: string): void {
    this.#write({ type: 'deliver', subscriber, eventId })
  }

  projected(observation: ProjectionObservation): void {
    this.#write({ type: 'projection', ...observation })
  }

  /** Everything so far. Calls still under way are `info`. */
  history(): History {
    return this.#path === undefined ? this.#memory.build() : readHistory(this.#path)
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
  }

  #write(line: HistoryLine): void {
    if (this.#file !== undefined) writeSync(this.#file, `${JSON.stringify(line)}\n`)
    else {
      const mistake = this.#memory.add(line)
      if (mistake !== undefined) throw new TypeError(`The history cannot take this line: ${mistake}.`)
    }
  }

  /** Strictly increasing: within one recorder what was written down first happened first, whatever the clock's grain. */
  #time(): number {
    const now = this.#now()
    this.#lastTime = now > this.#lastTime ? now : nextAfter(this.#lastTime)
    return this.#lastTime
  }
}

/** One call under way. Exactly one of {@link ok}, {@link fail} and {@link unknown} ends it. */
export class RecordedCall {
  readonly #send: (attempt: SentAttempt) => void
  readonly #complete: (status: CallStatus, told: Told) => void
  #ended = false

  /** @internal */
  constructor(send: (attempt: SentAttempt) => void, complete: (status: CallStatus, told: Told) => void) {
    this.#send = send
    this.#complete = complete
  }

  /**
   * Call it right before an attempt goes to the store. Optional: with it the checker can tell whether a commit of a
   * client that died is whole, without it only whether it is there.
   */
  sending(attempt: SentAttempt): void {
    this.#send(attempt)
  }

  ok(told: AcknowledgedCall): void {
    this.#end('ok', told)
  }

  /** A definite error: nothing was written and nothing ever will be. */
  fail(error: unknown, attempts?: number): void {
    this.#end('fail', { errorCode: errorCode(error), attempts })
  }

  /** The client does not know. */
  unknown(error: unknown, attempts?: number): void {
    this.#end('info', { errorCode: errorCode(error), attempts })
  }

  #end(status: CallStatus, told: Told): void {
    if (this.#ended) throw new TypeError('This call has ended already: a call has one outcome.')
    this.#ended = true
    this.#complete(status, told)
  }
}

type Told = Partial<AcknowledgedCall> & { readonly errorCode?: string | undefined }

function errorCode(error: unknown): string {
  if (error instanceof Error) return 'code' in error && typeof error.code === 'string' ? error.code : error.name
  return String(error)
}

/** As a number: exact for 104 days of uptime, and rounding after that never swaps two times. */
function monotonicNanoseconds(): number {
  return Number(process.hrtime.bigint())
}

/** The next larger time: one nanosecond on, or the next representable number where that is farther away. */
function nextAfter(time: number): number {
  let step = 1
  while (time + step <= time) step *= 2
  return time + step
}
