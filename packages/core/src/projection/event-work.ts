import { EventDecodeError } from '../errors/event-errors.ts'
import { ProjectionHandlerFailed } from '../errors/projection-errors.ts'
import { EventDecoder } from '../feed/event-decoder.ts'
import type { AnyRecordedEvent } from '../feed/recorded-event.ts'
import type { FeedEvent, FeedFilter } from '../store/feed.ts'
import type { NewDeadLetter } from './dead-letter.ts'
import { type ProjectionKind, projectionId, type UntypedHandler } from './projection-kind.ts'
import { withinTime } from './within-time.ts'

/** One event that is to be handled, and by what. `handler` is absent where a batch handler takes all. */
export interface EventWork<Tx> {
  readonly event: FeedEvent
  /** Its place in the page. */
  readonly index: number
  readonly decoded: AnyRecordedEvent
  readonly handler: UntypedHandler<Tx> | undefined
}

export interface PreparedPage<Tx> {
  readonly work: readonly EventWork<Tx>[]
  /** The first event that could not be decoded; those after it are not in {@link work}. */
  readonly undecodable: { readonly index: number; readonly error: EventDecodeError } | undefined
}

/** Which share of the streams: all events of one stream go to the same partition. */
export interface Partition {
  /** From 0. */
  readonly index: number
  readonly count: number
}

/** Finds out what a projection has to do about the events of a page. */
export class WorkPlanner<Tx> {
  readonly #kind: ProjectionKind<Tx>
  readonly #decoder: EventDecoder
  readonly #partition: Partition | undefined
  readonly filter: FeedFilter

  constructor(kind: ProjectionKind<Tx>, partition: Partition | undefined) {
    this.#kind = kind
    this.#decoder = new EventDecoder(kind.definitions)
    this.#partition = partition
    this.filter = this.#decoder.filter(kind.types === undefined ? {} : { types: kind.types })
  }

  plan(events: readonly FeedEvent[]): PreparedPage<Tx> {
    const work: EventWork<Tx>[] = []
    for (const [index, event] of events.entries()) {
      try {
        const one = this.#workOn(event, index)
        if (one !== undefined) work.push(one)
      } catch (error) {
        if (!(error instanceof EventDecodeError)) throw error
        return { work, undecodable: { index, error } }
      }
    }
    return { work, undecodable: undefined }
  }

  #workOn(event: FeedEvent, index: number): EventWork<Tx> | undefined {
    if (!this.#decoder.concerns(event)) return undefined
    const partition = this.#partition
    if (partition !== undefined && partitionOf(event.stream, partition.count) !== partition.index) return undefined
    const { streams, batch } = this.#kind
    if (batch !== undefined) return { event, index, decoded: this.#decoder.decode(event), handler: undefined }
    const handlers = streams.get(event.stream.slice(0, event.stream.indexOf('/')))
    const handler = handlers?.byType.get(event.type) ?? handlers?.otherwise
    if (handler === 'ignore') return undefined
    // Without a handler the definition does not know the event either: decoding it says so.
    const decoded = this.#decoder.decode(event)
    return handler === undefined ? undefined : { event, index, decoded, handler }
  }
}

/** FNV-1a over the UTF-16 units: spreads evenly, and is the same everywhere. */
function partitionOf(stream: string, count: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < stream.length; i++) hash = Math.imul(hash ^ stream.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % count
}

export function handle<Tx>(kind: ProjectionKind<Tx>, { event, decoded, handler }: EventWork<Tx>, tx: Tx): unknown {
  try {
    const result = handler === undefined ? kind.batch?.([decoded], tx) : handler(decoded, tx)
    return isThenable(result) ? settled(kind, event, result) : result
  } catch (cause) {
    failed(kind, event, cause)
  }
}

/** @throws ProjectionHandlerFailed (`PROJECTION_HANDLER_FAILED`) when it was rejected, or is late */
export async function settled<Tx>(
  kind: ProjectionKind<Tx>,
  event: FeedEvent,
  promised: PromiseLike<unknown>,
): Promise<unknown> {
  try {
    return await withinTime(promised, kind.onFailure.timeoutMs)
  } catch (cause) {
    failed(kind, event, cause)
  }
}

/** Some drivers answer with queries that are no promises and can be awaited. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'

export function failed<Tx>(kind: ProjectionKind<Tx>, event: FeedEvent, cause: unknown): never {
  throw failureOf(kind, event, cause)
}

/** An earlier event's failure that comes out in the handler of a later one stays that of the earlier. */
export const failureOf = <Tx>(kind: ProjectionKind<Tx>, event: FeedEvent, cause: unknown): ProjectionHandlerFailed =>
  cause instanceof ProjectionHandlerFailed ? cause : new ProjectionHandlerFailed(projectionId(kind), event, cause)

export function letterOf(
  projection: string,
  event: FeedEvent,
  about: Pick<NewDeadLetter, 'reason' | 'error' | 'attempts' | 'parkedAt'>,
): NewDeadLetter {
  const { id: eventId, stream, version, type, position, commit } = event
  return { projection, eventId, stream, version, type, position, commandId: commit.commandId, ...about }
}
