import type { CommittedEvent } from '../command/outcome.ts'
import { HandlerFailed } from '../errors/command-errors.ts'
import { EventCoreError } from '../errors/event-core-error.ts'
import type { Commit, CommitResult, StreamCheck } from '../store/commit.ts'
import type { NewEvent } from '../store/stored-event.ts'
import type { Attempt } from './attempt.ts'
import type { Decided } from './decide.ts'
import type { Emission } from './emission.ts'
import type { Job } from './job.ts'
import type { PendingEvent, StreamEntry } from './stream-entry.ts'

/** One command of a batch: what it decided, and what became of it. */
export interface BatchMember {
  readonly job: Job
  readonly attempt: Attempt
  readonly decided: Decided
  readonly commit: Commit
  /** Its events as the outcome tells them, all but their positions. */
  readonly emitted: readonly Omit<CommittedEvent, 'position'>[]
  /** What it writes, by stream. */
  readonly writes: ReadonlyMap<StreamEntry, readonly PendingEvent[]>
  result: CommitResult | undefined
}

/** Commands that go to the store in one call, each deciding on what those before it decided. */
export class Batch {
  readonly members: BatchMember[] = []
  readonly #written = new Set<StreamEntry>()
  readonly #read = new Set<StreamEntry>()

  get written(): ReadonlySet<StreamEntry> {
    return this.#written
  }

  /** Adds a decision, and puts its events on top of the states that the next commands are decided on. */
  add(attempt: Attempt, decided: Decided, newId: () => string, recordedAt: number): void {
    const { job } = attempt
    const { request } = job
    const checks = attempt.boundary.streams.map(
      ({ stream, version, headId, entry }): StreamCheck => ({
        stream,
        version,
        headId,
        base: Math.max(0, Math.min(entry.version, version)),
      }),
    )
    let accepted = decided
    let writes: ReadonlyMap<StreamEntry, readonly PendingEvent[]> = NO_WRITES
    let events: readonly NewEvent[] = NO_EVENTS
    let emitted: BatchMember['emitted'] = NO_EVENTS as readonly never[]
    if (decided.kind === 'events' && decided.emissions.length > 0) {
      const numbered = number(decided.emissions, newId)
      try {
        this.#foldOnTop(numbered.writes, job)
        writes = numbered.writes
        events = numbered.events
        emitted = numbered.emitted
      } catch (error) {
        // A fold that cannot take what its own stream emits: nothing of the command is written.
        accepted = { kind: 'threw', error: foldFailure(job, error) }
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
    for (const { entry } of attempt.boundary.streams) if (!writes.has(entry)) this.#read.add(entry)
    for (const entry of writes.keys()) this.#written.add(entry)
    this.members.push({ job, attempt, decided: accepted, commit, emitted, writes, result: undefined })
  }

  #foldOnTop(writes: ReadonlyMap<StreamEntry, readonly PendingEvent[]>, job: Job): void {
    // All folds first, so that one that throws leaves every stream as it was.
    const states = new Map<StreamEntry, readonly unknown[]>()
    for (const [entry, events] of writes) states.set(entry, entry.foldPending(events))
    for (const [entry, events] of writes) entry.addPending(events, states.get(entry) as readonly unknown[], job)
  }

  /** The streams belong to the batch until {@link release}. */
  hold(): void {
    for (const entry of this.#written) entry.writer = this
    for (const entry of this.#read) entry.readers++
  }

  release(): void {
    for (const entry of this.#written) entry.writer = undefined
    for (const entry of this.#read) entry.readers--
  }

  /** Nothing of the batch was written: the streams stand where they stood. */
  dropPending(): void {
    for (const entry of this.#written) entry.dropPending()
  }

  /** It is not known what was written: what is known of the streams is read again. */
  forget(): void {
    for (const entry of this.#written) entry.forget()
  }

  /** Takes the results over into the cached states. */
  settleStates(results: readonly CommitResult[]): void {
    const broken = new Set<StreamEntry>()
    for (let i = 0; i < this.members.length; i++) {
      const member = this.members[i] as BatchMember
      member.result = results[i] as CommitResult
      if (member.result.status !== 'committed') for (const entry of member.writes.keys()) broken.add(entry)
    }
    for (const entry of this.#written) {
      if (!broken.has(entry)) entry.promotePending()
      else entry.dropPending()
    }
    if (broken.size === 0) return
    for (const { result, writes } of this.members) {
      if (result?.status !== 'committed') continue
      for (const [entry, events] of writes) if (broken.has(entry)) entry.confirm(events)
    }
  }

  /** The members whose decision was built on an event of a member that was not committed. */
  failedWithOthers(member: BatchMember): boolean {
    for (const { dependsOn } of member.attempt.boundary.streams) {
      if (dependsOn === undefined) continue
      // A writer from an earlier batch failed there, and its event with it.
      const writer = this.members.find(({ job }) => job === dependsOn)
      if (writer === undefined || writer.result?.status !== 'committed') return true
    }
    return false
  }
}

const NO_WRITES: ReadonlyMap<StreamEntry, readonly PendingEvent[]> = new Map()
const NO_EVENTS: readonly NewEvent[] = []

/** Gives the events their ids, anew for each attempt, and the versions that they have if they are committed. */
function number(
  emissions: readonly Emission[],
  newId: () => string,
): Pick<BatchMember, 'emitted'> & { events: NewEvent[]; writes: Map<StreamEntry, PendingEvent[]> } {
  const events: NewEvent[] = []
  const emitted: Omit<CommittedEvent, 'position'>[] = []
  const writes = new Map<StreamEntry, PendingEvent[]>()
  for (const { target, type, text, payload, data } of emissions) {
    const { entry, stream } = target
    const id = newId()
    events.push({ id, stream, type, data: text })
    const pending = writes.get(entry)
    const version = target.version + (pending === undefined ? 1 : pending.length + 1)
    emitted.push({ id, stream, type, version, data: payload })
    const event: PendingEvent = { id, stream, type, version, data }
    if (pending === undefined) writes.set(entry, [event])
    else pending.push(event)
  }
  return { events, emitted, writes }
}

function foldFailure(job: Job, error: unknown): unknown {
  if (error instanceof EventCoreError) return error
  const { kind, commandId } = job.request
  return new HandlerFailed(
    kind.name,
    commandId,
    `a fold failed on an event that the command made: ${error instanceof Error ? error.message : String(error)}`,
    { cause: error },
  )
}
