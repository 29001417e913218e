import type { CommandKind } from '../command/command-kind.ts'
import type { Metadata } from '../command/metadata.ts'
import type { Commit, StreamConflict } from '../store/commit.ts'
import type { AnyReference, References } from '../stream/stream-reference.ts'
import type { Attempt } from './attempt.ts'
import type { Decided } from './decide.ts'
import { NeededStreams } from './needed-streams.ts'
import type { StreamEntry } from './stream-entry.ts'
import type { TimelineState } from './timeline-reader.ts'

/** Where a command is on its way. */
export type JobPhase =
  /** In the queue, to be decided (again) or to be sent. */
  | 'queued'
  /** Its streams are being read. */
  | 'loading'
  /** Its asynchronous handler is running. */
  | 'deciding'
  /** Its commit is with the store: from here on, only the store knows. */
  | 'sent'
  /** It waits before its next attempt, or looks its command id up. */
  | 'waiting'
  | 'settled'

/** What is given to make a job. */
export interface JobRequest {
  readonly kind: CommandKind
  readonly input: unknown
  readonly inputHash: string
  readonly commandId: string
  readonly correlationId: string
  readonly causationId: string | null
  readonly metadata: Metadata
  readonly metadataText: string
  readonly declared: References
  /** Those of {@link declared}, without their names. */
  readonly references: readonly AnyReference[]
  readonly timeoutMs: number
  readonly maxAttempts: number
  readonly signal: AbortSignal | undefined
  /** What another execution under the same id has left behind that ended in this error: its attempts may be committed yet. */
  readonly unknownBefore: { readonly error: unknown; readonly attempts: readonly Commit[] } | undefined
  /** Called once, with the outcome. */
  readonly resolve: (outcome: unknown) => void
  /** Called once, with the error. */
  readonly reject: (error: unknown) => void
}

const NONE: readonly never[] = []

/** Shared, and never written to. */
const NO_JOBS: Job[] = []

/** One execution of one command, through all its attempts. */
export class Job {
  readonly request: JobRequest
  /** Its place in line: a command that was called earlier goes first, retries included. */
  readonly ticket: number
  /** By the monotonic clock. */
  readonly deadline: number
  phase: JobPhase = 'queued'
  /** Where the register keeps it; -1 when it does not. */
  place = -1
  /** How often it was decided. See {@link countAttempt}. */
  attempts = 0
  /** Runs of its handler since then that came upon streams which had to be loaded first. */
  rounds = 0
  /** When the first of them began: the time of all. */
  startedAt = 0
  /** Whether the store said so. */
  committed = false
  /** Conflicts that it lost by itself: failures of others in the same batch do not count. */
  conflicts = 0
  lastConflicts: readonly StreamConflict[] = NONE
  /** Streams that it is known to need: declared, and those that earlier attempts found. Pinned. */
  readonly needed = new NeededStreams()
  /** How many of them, the first ones, are declared; -1 before they are pinned, which is when its turn comes first. */
  declaredStreams = -1
  /** Reads for it since its streams were last all at hand. */
  loads = 0
  /** The decision of an asynchronous handler, waiting to be sent. */
  decided: Decided | undefined
  attempt: Attempt | undefined
  timeline: TimelineState | undefined
  /** How often it was read since the command was last decided. */
  timelineReads = 0
  /** Attempts whose outcome is unknown: each may be committed yet. */
  unknownAttempts: readonly Commit[] = NONE
  /** The error behind the last unknown or unavailable answer. */
  lastError: unknown
  /** At most so many commands go into the batch with it: halved when a batch fails as a whole. */
  batchLimit = Number.POSITIVE_INFINITY
  /** Entries that are kept for it, since it lost too often. */
  reserved: readonly StreamEntry[] = NONE
  reservationExpires = 0
  reservationTimer: NodeJS.Timeout | undefined
  /** Commands out of the queue until the reservation ends. */
  parked: Job[] = NO_JOBS
  /** Set by an abort or by the deadline while its commit is with the store. */
  cancelled: (() => unknown) | undefined
  onAbort: (() => void) | undefined
  timer: NodeJS.Timeout | undefined

  constructor(request: JobRequest, ticket: number, deadline: number) {
    this.request = request
    this.ticket = ticket
    this.deadline = deadline
    if (request.unknownBefore === undefined) return
    this.unknownAttempts = request.unknownBefore.attempts
    this.lastError = request.unknownBefore.error
  }

  /** It was decided, or could not be: the runs that only loaded what it reads belong to that. */
  countAttempt(): void {
    this.attempts++
    this.rounds = 0
    this.timelineReads = 0
  }

  /**
   * Whether it has its outcome. To be asked again after each call of the user's code: a handler, an initial state or a clock can abort the
   * very command that it is called for.
   */
  get isSettled(): boolean {
    return this.phase === 'settled'
  }
}
