import type { Verdict } from '../harness/audit.ts'
import type { Unit } from '../harness/task.ts'
import type { Machine } from './machine.ts'

/** Raised when a reader of older files would misunderstand newer ones. */
export const RESULT_FORMAT = 1

/** What one run of the benchmark left behind. */
export interface ResultFile {
  readonly format: typeof RESULT_FORMAT
  /** `eventcore`: ours alone; `peers`: side by side with others. */
  readonly kind: 'eventcore' | 'peers'
  /** What a reader must know, such as that the machine was busy. */
  readonly label: string
  /** The command that repeats it. */
  readonly command: string
  readonly startedAt: string
  readonly finishedAt: string
  readonly machine: Machine
  /** The commit that was measured. Absent in files of before 30 November 2026, and where nobody knows. */
  readonly code?: string
  readonly versions: Readonly<Record<string, string>>
  /** By store: what decides about durability and speed, read from where it is in force. */
  readonly settings: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly limits: readonly Limit[]
  readonly cells: readonly Cell[]
}

/** What is possible on the machine, without a library. */
export interface Limit {
  readonly name: string
  readonly description: string
  readonly perSecond: number
}

/** One thing that was measured: a scenario on a store, with so many in flight, in so many processes. */
export interface Cell {
  readonly id: string
  readonly scenario: string
  readonly title: string
  /** The store, or the participant in a comparison with others. */
  readonly subject: string
  readonly unit: Unit
  readonly inFlight: number
  readonly processes: number
  readonly cached: boolean
  /** What the scenario varies: streams in a command, events of a stream, events stored. */
  readonly parameter?: number
  /** What an acknowledgement means, or in which way this participant's operation differs. */
  readonly note?: string
  /** Medians over the samples. */
  readonly median: Figures
  readonly samples: readonly Sample[]
}

/** Rates per second, latencies in milliseconds, CPU in microseconds for one operation. What was not measured is absent. */
export interface Figures {
  readonly perSecond: number
  readonly p50?: number
  readonly p95?: number
  readonly p99?: number
  readonly max?: number
  readonly clientCpu: number
  readonly serverCpu?: number
  /** Calls of the store (each one statement on PostgreSQL) for one operation. */
  readonly roundTrips?: number
  readonly rejected: number
  /** Attempts beyond the first, for one operation. */
  readonly retries: number
  /** Operations that the subject gave up on after its retries. */
  readonly gaveUp: number
  /** Of the database at the end, divided by all its events. */
  readonly bytesPerEvent?: number
  readonly walBytesPerEvent?: number
}

/** One run of a cell. */
export interface Sample extends Figures {
  readonly operations: number
  readonly seconds: number
  readonly verdict: Verdict
}
