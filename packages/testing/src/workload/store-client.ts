import { setTimeout as sleep } from 'node:timers/promises'
import type { Commit, CommitResult, EventStore, NewEvent, RecordedCommit, StreamCheck } from 'eventcore'
import type { ReadObservation, WriteObservation } from '../checker/history.ts'
import type { HistoryRecorder, RecordedCall } from '../checker/history-recorder.ts'
import { digestText } from '../checker/payload-digest.ts'
import type { Pause } from './pauses.ts'
import { StreamViews } from './stream-views.ts'
import { payloadOf, WORKED } from './worked-event.ts'
import type { PlannedCommand, PlannedEvent } from './workload.ts'
import type { CommandEnd, WorkloadClient } from './workload-client.ts'

/** A store that cannot be reached is not asked again at once. */
const UNAVAILABLE_MS = 10

export interface StoreClientOptions {
  readonly process: string
  readonly recorder: HistoryRecorder
  readonly pause: Pause
  /** After so many attempts a command that always conflicts fails. */
  readonly maxAttempts: number
}

/** What one attempt came to. */
type AttemptEnd =
  | { readonly kind: 'done'; readonly reads: readonly ReadObservation[]; readonly writes: readonly WriteObservation[] }
  | { readonly kind: 'again'; readonly reason: 'conflict' | 'unavailable' | 'unknown'; readonly error: unknown }
  | { readonly kind: 'failed'; readonly error: unknown }

/**
 * A client that uses the store contract directly, as plainly as it can be done: read, decide, append with a check for
 * everything read, and after a conflict the whole thing again.
 */
export class StoreClient implements WorkloadClient {
  readonly #store: EventStore
  readonly #options: StoreClientOptions
  readonly #views: StreamViews

  constructor(store: EventStore, options: StoreClientOptions) {
    this.#store = store
    this.#options = options
    this.#views = new StreamViews(store)
  }

  async execute(command: PlannedCommand): Promise<CommandEnd> {
    const { recorder, process, maxAttempts } = this.#options
    const commandId = this.#store.newId()
    const call = recorder.invoke(commandId, process)
    let conflicts = 0
    let unknown: unknown
    let last: unknown = new Error('no attempt was made')
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      const end = await this.#attempt(command, commandId, call)
      if (end.kind === 'done') {
        call.ok({ reads: end.reads, writes: end.writes, attempts: attempt })
        return { status: end.writes.length > 0 ? 'committed' : 'nothing', attempts: attempt, conflicts }
      }
      last = end.error
      if (end.kind === 'failed') break
      if (end.reason === 'conflict') conflicts++
      if (end.reason === 'unknown') unknown = end.error
      if (end.reason === 'unavailable') await sleep(UNAVAILABLE_MS)
    }
    // A later definite error says nothing about an attempt whose outcome is unknown.
    if (unknown !== undefined) call.unknown(unknown, maxAttempts)
    else call.fail(last, maxAttempts)
    return { status: unknown === undefined ? 'failed' : 'unknown', attempts: maxAttempts, conflicts }
  }

  async #attempt(command: PlannedCommand, commandId: string, call: RecordedCall): Promise<AttemptEnd> {
    const { pause } = this.#options
    try {
      await pause()
      const boundary = this.#views.boundary()
      const decision = command.decide()
      let snapshots = 0
      let step = decision.next()
      while (!step.done) {
        if (await boundary.read(step.value)) snapshots++
        await pause()
        if (command.thinkMs !== undefined) await sleep(command.thinkMs)
        step = decision.next(boundary.views)
      }
      const reads = boundary.observations()
      if (command.query === true && step.value.length === 0 && snapshots === 1)
        return { kind: 'done', reads, writes: [] }
      const commit = this.#commit(command.name, commandId, boundary.checks(), step.value)
      call.sending({ reads, writes: observed(commit.events) })
      const [result] = await this.#store.append([commit])
      return endOf(result, commit, reads)
    } catch (error) {
      return endOfError(error)
    }
  }

  #commit(
    commandName: string,
    commandId: string,
    checks: readonly StreamCheck[],
    planned: readonly PlannedEvent[],
  ): Commit {
    const events = planned.map((event, i): NewEvent => {
      const data = JSON.stringify(payloadOf(event, commandId, i, planned.length))
      return { id: this.#store.newId(), stream: event.stream, type: WORKED, data }
    })
    const correlationId = commandId
    const inputHash = commandName
    return {
      commandId,
      commandName,
      inputHash,
      checks,
      events,
      recordedAt: 0,
      correlationId,
      causationId: null,
      metadata: '{}',
    }
  }
}

function observed(events: readonly NewEvent[]): WriteObservation[] {
  return events.map(({ id, stream, type, data }) => ({ stream, eventId: id, digest: digestText(type, data) }))
}

function endOf(result: CommitResult | undefined, commit: Commit, reads: readonly ReadObservation[]): AttemptEnd {
  switch (result?.status) {
    case 'committed':
      return { kind: 'done', reads, writes: acknowledged(commit, result.positions) }
    case 'verified':
      return { kind: 'done', reads, writes: [] }
    case 'duplicate':
      return { kind: 'done', ...firstOutcome(result.commit) }
    case 'conflict':
      return { kind: 'again', reason: 'conflict', error: new ConflictsExhausted(result.conflicts.length) }
    case 'failed':
      return { kind: 'failed', error: result.error }
    default:
      return { kind: 'failed', error: new TypeError('The store answered a commit without a result.') }
  }
}

/** A committed check says at which version the events begin, so a client knows where they stand. */
function acknowledged({ checks, events }: Commit, positions: readonly string[]): WriteObservation[] {
  const versions = new Map(checks.map(({ stream, version }) => [stream, version]))
  return observed(events).map((write, i) => {
    const version = (versions.get(write.stream) ?? 0) + 1
    versions.set(write.stream, version)
    return { ...write, version, position: positions[i] }
  })
}

function firstOutcome({ reads, events }: RecordedCommit): {
  readonly reads: readonly ReadObservation[]
  readonly writes: readonly WriteObservation[]
} {
  const writes = events.map(({ id, stream, version, position, type, data }) => {
    return { stream, eventId: id, version, position, digest: digestText(type, data) }
  })
  return { reads, writes }
}

/** @throws what is no error of a store: a defect, which must not look like a command that failed. */
function endOfError(error: unknown): AttemptEnd {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'COMMIT_OUTCOME_UNKNOWN') return { kind: 'again', reason: 'unknown', error }
  if (code === 'STORE_UNAVAILABLE') return { kind: 'again', reason: 'unavailable', error }
  if (code === 'STORE_FAILURE' || code === 'STORE_CLOSED') return { kind: 'failed', error }
  throw error
}

/** How a command ends that lost every race. */
class ConflictsExhausted extends Error {
  override readonly name = 'ConflictsExhausted'
  readonly code = 'CONFLICT'

  constructor(streams: number) {
    super(`Each attempt conflicted; the last one on ${streams} streams.`)
  }
}
