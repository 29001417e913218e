import type { OutcomeStream } from '../command/outcome.ts'
import { BoundaryTooLarge, ForeignWrite, HandlerFailed } from '../errors/command-errors.ts'
import { EventStoreError } from '../errors/event-store-error.ts'
import type { StreamKind } from '../stream/stream-kind.ts'
import type { AnyReference } from '../stream/stream-reference.ts'
import { BoundReadOnlyStream, BoundStream, BoundStreams, type EmissionLog } from './bound-stream.ts'
import { Boundary, type BoundaryStream, exceeds } from './boundary.ts'
import type { Emission } from './emission.ts'
import type { Job } from './job.ts'
import { HandlerRead, type ReadingAttempt } from './read-request.ts'
import { reasonOf } from './reason-of.ts'
import { appended } from './small-list.ts'
import type { StreamEntry } from './stream-entry.ts'

/** What an attempt needs from the engine. */
export interface AttemptHost {
  /** The stream's entry, pinned for the job. */
  entryOf(job: Job, stream: string, reference: AnyReference): StreamEntry
  /** Loads what an asynchronous handler reads, then resolves. */
  load(job: Job, references: readonly AnyReference[]): Promise<void>
  readonly maxStreams: number
  readonly maxReadRounds: number
}

/** One run of a handler: what it read, and what it made. Over as soon as the handler has returned. */
export class Attempt implements EmissionLog, ReadingAttempt {
  readonly job: Job
  readonly startedAt: number
  readonly boundary = new Boundary()
  emissions: Emission[] = []
  readonly #host: AttemptHost
  /** Set when it asked for what cannot be had any more. Whatever it comes to then is decided anew. */
  outdated = false
  /** Why a `read` failed at the store. If the handler fails with it, it is no decision. */
  readError: EventStoreError | undefined
  /** The code of a rejection that its handler made before it returned or awaited. If it does not reject then, it forgot to. */
  rejectionMade: string | undefined
  idleReads = 0
  #open = true
  #rounds = 0

  constructor(job: Job, host: AttemptHost, startedAt: number) {
    this.job = job
    this.#host = host
    this.startedAt = startedAt
  }

  record(emission: Emission): void {
    if (!this.#open) {
      const { kind, commandId } = this.job.request
      throw new ForeignWrite(
        kind.name,
        commandId,
        `${emission.type} on ${emission.stream} was emitted after the handler had returned. Emit before it returns.`,
      )
    }
    this.emissions = appended(this.emissions, emission)
  }

  close(): void {
    this.#open = false
  }

  /** Everything that `handle` gets. */
  context(): Record<string, unknown> {
    const { request, timeline } = this.job
    const context: Record<string, unknown> = {
      input: request.input,
      read: (wanted: AnyReference | Readonly<Record<string, AnyReference>>) => new HandlerRead(wanted, this),
      now: new Date(this.startedAt),
      commandId: request.commandId,
      metadata: request.metadata,
      timeline: timeline?.state,
    }
    const { declared } = request
    for (const name in declared) context[name] = this.bind(declared[name] as AnyReference, 'declared')
    return context
  }

  /** What `discover` gets: states, and nothing to write with. */
  discoveryContext(): Record<string, unknown> {
    const { declared, input } = this.job.request
    const context: Record<string, unknown> = { input }
    for (const name in declared)
      context[name] = this.bind({ ...(declared[name] as AnyReference), access: 'read-only' }, 'declared')
    return context
  }

  /**
   * Whether the engine has the streams at hand, so that {@link bind} can be called. Notes all that are not, so that one read brings them:
   * with the first alone, 200 streams were 200 reads and 200 runs of the handler.
   */
  areLoaded(references: readonly AnyReference[]): boolean {
    let loaded = true
    for (const reference of references) {
      if (reference.kind === 'stream') loaded = this.#isUsable(reference.stream, reference) && loaded
      else for (const stream of reference.streams) loaded = this.#isUsable(stream, reference) && loaded
    }
    return loaded
  }

  #isUsable(stream: string, reference: AnyReference): boolean {
    return this.#host.entryOf(this.job, stream, reference).usableFold(reference.definition) !== undefined
  }

  /** Takes the streams of a reference into the boundary. */
  bind(reference: AnyReference, found: OutcomeStream['found']): unknown {
    if (reference.kind === 'stream') return this.#view(reference.stream, reference, found)
    const streams = new Map<string, BoundReadOnlyStream>()
    for (let i = 0; i < reference.ids.length; i++)
      streams.set(reference.ids[i] as string, this.#view(reference.streams[i] as string, reference, found))
    return new BoundStreams(reference.ids, streams)
  }

  #view(stream: string, reference: AnyReference, found: OutcomeStream['found']): BoundReadOnlyStream {
    const { definition, access } = reference
    const entry = this.#host.entryOf(this.job, stream, reference)
    const target = this.boundary.add(entry, access, found)
    const { views } = target
    for (const view of views) if (view.kind === definition && view.access === access) return view.stream
    const state = this.#stateOf(target, definition)
    const bound =
      access === 'read-write'
        ? new BoundStream(target, state, definition, this)
        : new BoundReadOnlyStream(target, state)
    target.views =
      views.length === 0
        ? [{ kind: definition, access, stream: bound }]
        : [...views, { kind: definition, access, stream: bound }]
    return bound
  }

  /** The state at the version at which the attempt read the stream, whatever has become of the stream since. */
  #stateOf({ entry, stream, version, headId, views }: BoundaryStream, definition: StreamKind): unknown {
    for (const view of views) if (view.kind === definition) return view.stream.state
    const fold = entry.usableFold(definition)
    if (fold === undefined) throw new Error(`${stream} was bound before it was loaded`)
    // `Object.is`, since `===` looks into the ids even where they are one object, as they nearly always are here.
    if (entry.currentVersion === version && Object.is(entry.currentHeadId, headId)) return entry.stateOf(fold)
    // Another fold of a stream that was read before and has moved on: its state then cannot be had any more.
    this.outdated = true
    throw runIsOver(this.job)
  }

  /**
   * Counts a round of reading.
   * @throws BoundaryTooLarge (`BOUNDARY_TOO_LARGE`) before anything of it is read
   */
  beginRound(references: readonly AnyReference[]): void {
    const { maxStreams, maxReadRounds } = this.#host
    const { kind, commandId } = this.job.request
    if (exceeds(maxStreams, this.boundary.streams, references)) throw tooManyStreams(kind.name, commandId, maxStreams)
    if (++this.#rounds > maxReadRounds)
      throw new BoundaryTooLarge(
        kind.name,
        commandId,
        `it reads streams in more than ${maxReadRounds} rounds. Read several at once, or raise maxReadRounds.`,
      )
  }

  async loadFor(read: HandlerRead): Promise<unknown> {
    this.beginRound(read.references)
    try {
      // Between the end of a read and here, something may have changed again.
      do await this.#host.load(this.job, read.references)
      while (this.#open && !this.areLoaded(read.references))
    } catch (error) {
      if (error instanceof EventStoreError) this.readError = error
      throw error
    }
    if (!this.#open) throw runIsOver(this.job)
    return read.result((reference) => this.bind(reference, 'read'))
  }
}

/** For a handler that still reads: it must not wait for ever for what nobody needs any more. */
export function runIsOver({ request: { kind, commandId } }: Job): HandlerFailed {
  const message =
    'its handler reads in a run that is over: it has returned, or its command has ended or is decided anew. Await every read(...) before you return.'
  return new HandlerFailed(kind.name, commandId, message)
}

/** How often a handler that is run anew for each of its reads is run until it has read them all. */
export function tooManyRuns({ request: { kind, commandId } }: Job): BoundaryTooLarge {
  const message =
    'its handler reads other streams each time it runs. It is run anew when what it reads has been loaded, and has to name the same streams again: an id from the input, from states or from "now", and none that is made anew.'
  return new BoundaryTooLarge(kind.name, commandId, message)
}

/** What a clock or an id source of the caller's throws ends its command. The others go on. */
export function notCarriedOut({ request: { kind, commandId } }: Job, cause: unknown): HandlerFailed {
  return new HandlerFailed(kind.name, commandId, `it could not be carried out: ${reasonOf(cause)}`, { cause })
}

export function tooManyStreams(commandName: string, commandId: string, limit: number): BoundaryTooLarge {
  const message = `it reads more than ${limit} streams. Read fewer, or raise maxStreams.`
  return new BoundaryTooLarge(commandName, commandId, message)
}
