import type { Tally, Verdict } from './audit.ts'

/** What is counted. */
export type Unit = 'commands' | 'events' | 'appends' | 'reads' | 'starts' | 'deliveries'

/** What a process is told to do. */
export interface Task {
  /** The store, or the participant in a comparison. */
  readonly subject: string
  readonly scenario: string
  readonly inFlight: number
  /** False: nothing is kept between commands, each one reads its streams. */
  readonly cached: boolean
  readonly seconds: number
  /** After so long caches count as full, and the code as compiled. Less than the default is for tests, which measure nothing. */
  readonly longestWarmUpMs?: number | undefined
  /** So many operations, instead of so long. */
  readonly times?: number | undefined
  readonly seed: number
  /** 0 for the process that prepares and checks. */
  readonly process: number
  readonly processes: number
  readonly parameter?: number | undefined
  /** True: the database is a copy of one that was filled already. */
  readonly filled?: boolean | undefined
  /** Of the database, where the subject has a server. */
  readonly url?: string | undefined
  /** Of the database, where it is a file. */
  readonly path?: string | undefined
}

/** What a process measured. */
export interface Measured {
  readonly operations: number
  readonly seconds: number
  /** Milliseconds, in any order. Empty where single operations cannot be told apart. */
  readonly latencies: Float64Array
  readonly rejected: number
  readonly retries: number
  readonly gaveUp: number
  /** In this phase, the warm-up included. */
  readonly acknowledged: Tally
  /** Calls of the store; `undefined` where they are not counted. */
  readonly roundTrips: number | undefined
  /** Seconds of CPU of this process. */
  readonly cpu: number
}

/** A scenario that is ready to be measured. */
export interface Prepared {
  /** What was acknowledged while preparing: the opening balances. */
  readonly opened: Tally
  /** Where there is something to warm up; answers what was acknowledged. Of several processes, all do it at once. */
  warmUp?(): Promise<Tally>
  measure(): Promise<Measured>
  /** Judges the log by what all processes were told. */
  check(acknowledged: Tally): Promise<Verdict>
  close(): Promise<void>
}

/** From the process that runs the benchmark to the one that measures. */
export type Order<T> =
  | { readonly type: 'prepare'; readonly task: T }
  | { readonly type: 'warm-up' }
  | { readonly type: 'measure'; readonly profiles?: string | undefined }
  | { readonly type: 'check'; readonly acknowledged: Tally }
  | { readonly type: 'close' }

/** And back, one for each order. */
export type Answer =
  | { readonly type: 'prepared'; readonly opened: Tally }
  | { readonly type: 'warmed'; readonly acknowledged: Tally }
  | { readonly type: 'measured'; readonly measured: Measured }
  | { readonly type: 'checked'; readonly verdict: Verdict }
  | { readonly type: 'closed' }
  | { readonly type: 'failed'; readonly message: string }
