import { HandlerFailed } from '../errors/command-errors.ts'
import type { Commit, CommitResult, StreamCheck } from '../store/commit.ts'
import type { NewEvent } from '../store/stored-event.ts'
import type { Attempt } from './attempt.ts'
import type { BoundaryStream } from './boundary.ts'
import type { Decided } from './decide.ts'
import type { Emission } from './emission.ts'
import type { Job } from './job.ts'
import { isOwnError } from './own-error.ts'
import { reasonOf } from './reason-of.ts'
import { appended } from './small-list.ts'
import type { Overlay, PendingEvent, StreamEntry } from './stream-entry.ts'

/** One command of a batch: what it decided, and what became of it. */
export interface BatchMember {
  readonly job: Job
  readonly attempt: Attempt
  readonly decided: Decided
  readonly commit: Commit
  /** Its events, in their order. */
  readonly pending: readonly PendingEvent[]
  /** The streams that it writes to, each with its events. */
  readonly writes: readonly Written[]
  result: CommitResult | undefined
}

type Written = BoundaryStream & { readonly written: readonly PendingEvent[] }

/** How many characters of payload a batch carries: it takes no further command then. */
const BATCH_CHARACTERS = 4_194_304

/** Commands that go to the store in one call, each deciding on what those before it decided. */
export class Batch {
  readonly members: BatchMember[] = []
  /** Each once. Lists, since a set that grows to a batch's size is made anew five times on the way. */
  readonly #written: StreamEntry[] = []
  /** Once for each command that only reads it. */
  readonly #read: StreamEntry[] = []
  #characters = 0

  /** Whether its payloads are as much as one call of the store should carry. */
  get isFull(): boolean {
    return this.#characters >= BATCH_CHARACTERS
  }

  get written(): readonly StreamEntry[] {
    return this.#written
  }

  /** Adds a decision, and puts its events on top of the states that the next commands are decided on. */
  add(attempt: Attempt, decided: Decided, newId: () => string, recordedAt: number): void {
    const { job } = attempt
    const { request } = job
    const { streams } = attempt.boundary
    const checks = streams.map(checkOf)
    let accepted = decided
    let writes: readonly Written[] = NONE
    let events: readonly NewEvent[] = NONE
    let pending: readonly PendingEvent[] = NONE
    if (decided.kind === 'events' && decided.emissions.length > 0) {
      const numbered = number(decided.emissions, newId)
      try {
        this.#foldOnTop(numbered.writes, job)
        writes = numbered.writes
        events = numbered.events
        pending = numbered.pending
      } catch (error) {
        // A fold that cannot take what its own stream emits: nothing of the command is written.
        accepted = { kind: 'threw', error: foldFailure(job, error) }
        for (const stream of streams) stream.written = undefined
      }
    }
    const commit: Commit = {
      commandId: request.commandId,
      commandName: request.kind.name,
      inputHash: request.inputHash,
      checks,
      events,
      recordedAt,
      correlationId: request.correlationId,
      causationId: request.causationId,
      metadata: request.metadataText,
    }
    for (const { data } of events) this.#characters += data.length
    for (const { entry, written } of streams) if (written === undefined) this.#read.push(entry)
    this.members.push({ job, attempt, decided: accepted, commit, pending, writes, result: undefined })
  }

  #foldOnTop(writes: readonly Written[], job: Job): void {
    // All folds first, so that one that throws leaves every stream as it was.
    const overlays = writes.map(foldOnTop)
    for (let i = 0; i < writes.length; i++) {
      const { entry, written } = writes[i] as Written
      // No other batch has pending events on it: whoever needs its streams waits.
      if (entry.pending === undefined) this.#written.push(entry)
      entry.addPending(written, overlays[i], job)
    }
  }

  /** The streams belong to the batch until {@link release}. */
  hold(): void {
    for (const entry of this.#written) entry.isBeingWritten = true
    for (const entry of this.#read) entry.readers++
  }

  release(): void {
    for (const entry of this.#written) entry.isBeingWritten = false
    for (const entry of this.#read) entry.readers--
  }

  /** Nothing of the batch was written as far as is known: the streams stand where they stood. */
  dropPending(): void {
    for (const entry of this.#written) entry.dropPending()
  }

  /** Takes the results over into the cached states. */
  settleStates(results: readonly CommitResult[]): void {
    let broken: Set<StreamEntry> | undefined
    for (let i = 0; i < this.members.length; i++) {
      const member = this.members[i] as BatchMember
      member.result = results[i] as CommitResult
      if (member.result.status === 'committed') {
        member.job.committed = true
        continue
      }
      for (const { entry } of member.writes) {
        broken ??= new Set()
        broken.add(entry)
      }
    }
    for (const entry of this.#written) {
      if (broken?.has(entry) === true) entry.dropPending()
      else entry.promotePending()
    }
    if (broken === undefined) return
    for (const { job, writes } of this.members) {
      if (!job.committed) continue
      for (const { entry, written } of writes) if (broken.has(entry)) entry.confirm(written)
    }
  }
}

const NONE: readonly never[] = []

// Functions of their own where they need nothing from around them: one that is written in place is made anew for each command.

function checkOf({ stream, version, headId, entry, dependsOn }: BoundaryStream): StreamCheck {
  // One that builds on a command before it in the batch loses with that one, which has the missed events reported: once, and not
  // once for each command of the chain.
  const base = dependsOn === undefined ? Math.max(0, Math.min(entry.version, version)) : version
  return { stream, version, headId, base }
}

function foldOnTop({ entry, written, views }: Written): Overlay | undefined {
  return entry.foldPending(written, views)
}

function newEventOf({ id, stream, type, text }: PendingEvent): NewEvent {
  return { id, stream, type, data: text }
}

/** Gives the events their ids, anew for each attempt, and the versions that they have if they are committed. */
function number(
  emissions: readonly Emission[],
  newId: () => string,
): Pick<BatchMember, 'pending' | 'writes'> & { readonly events: readonly NewEvent[] } {
  let writes: Written[] = NO_WRITES
  const pending = emissions.map(({ target, type, payload, data, schema, text }): PendingEvent => {
    const { stream, written } = target
    const version = target.version + (written?.length ?? 0) + 1
    const event: PendingEvent = { id: newId(), stream, type, version, payload, data, schema, text }
    if (written !== undefined) written.push(event)
    else {
      target.written = [event]
      writes = appended(writes, target as Written)
    }
    return event
  })
  return { events: pending.map(newEventOf), pending, writes }
}

/** Shared, and never written to: `appended` copies short lists. */
const NO_WRITES: Written[] = []

/** @throws TypeError when a store's answer is none: then nobody knows what it wrote */
export function assertAnswered(members: readonly BatchMember[], results: readonly CommitResult[]): void {
  if (results.length !== members.length)
    throw new TypeError(`the store gave ${results.length} results for ${members.length} commits`)
  for (let i = 0; i < members.length; i++) {
    const result = results[i] as CommitResult
    if (result.status !== 'committed' && !STATUSES.has(result.status))
      throw new TypeError(`the store answered a commit with "${result.status}"`)
    const { events } = (members[i] as BatchMember).commit
    if (result.status === 'committed' && result.positions.length !== events.length)
      throw new TypeError(`the store gave ${result.positions.length} positions for ${events.length} events`)
  }
}

const STATUSES: ReadonlySet<CommitResult['status']> = new Set([
  'committed',
  'verified',
  'conflict',
  'duplicate',
  'failed',
])

/** Whether the decision was built on an event of a command that was not committed: then it failed with that one. */
export function failedWithOthers({ attempt }: BatchMember): boolean {
  return attempt.boundary.streams.some(({ dependsOn }) => dependsOn !== undefined && !dependsOn.committed)
}

function foldFailure(job: Job, error: unknown): unknown {
  if (isOwnError(error)) return error
  const { kind, commandId } = job.request
  return new HandlerFailed(
    kind.name,
    commandId,
    `a fold failed on an event that the command made: ${reasonOf(error)}`,
    { cause: error },
  )
}
