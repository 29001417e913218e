import { defineStream, type Emitted, type ReadOnlyStream, unchecked, type WritableStream } from 'eventcore'
import type { ReadObservation } from '../checker/history.ts'
import { payloadOf, unseen, WORK, WORKED, type WorkedPayload, workStream } from './worked-event.ts'
import type { PlannedCommand, PlannedDecision, StreamView } from './workload.ts'

/** The streams of all workloads, as an executor knows them. */
export const Work = defineStream(WORK, {
  events: { [WORKED]: unchecked<WorkedPayload>() },
  initial: (): StreamView => unseen(''),
  apply: {
    [WORKED]: (view, { amount, next = view.next }, { id, stream, version }): StreamView => {
      return { stream, version, headId: id, sum: view.sum + amount, next }
    },
  },
})

/** The events of a {@link Work} stream, by type. */
type WorkEvents = { readonly [WORKED]: WorkedPayload }

/** Streams to read, by their ids without the stream's name. */
export interface WantedStreams {
  readonly open: readonly string[]
  /** Those that the command never writes to. */
  readonly fixed: readonly string[]
}

export interface TakenStreams<Name extends string> {
  readonly open: Iterable<WritableStream<Name, WorkEvents, StreamView>>
  readonly fixed: Iterable<ReadOnlyStream<StreamView>>
}

/** A planned command on its way through one run of a handler. */
export class Walk<Name extends string> {
  readonly #decision: PlannedDecision
  #step: ReturnType<PlannedDecision['next']>
  readonly #readOnly: ReadonlySet<string>
  readonly #writable = new Map<string, WritableStream<Name, WorkEvents, StreamView>>()
  readonly #views = new Map<string, StreamView>()

  constructor({ decide, readOnly = [] }: PlannedCommand) {
    this.#readOnly = new Set(readOnly)
    this.#decision = decide()
    this.#step = this.#decision.next()
  }

  /** What must be read next; `undefined` when it has decided. */
  wanted(): WantedStreams | undefined {
    while (!this.#step.done) {
      const missing = [...new Set(this.#step.value)].filter((stream) => !this.#views.has(stream))
      if (missing.length > 0) {
        return {
          open: missing.filter((stream) => !this.#readOnly.has(stream)).map(idOf),
          fixed: missing.filter((stream) => this.#readOnly.has(stream)).map(idOf),
        }
      }
      this.#step = this.#decision.next(this.#views)
    }
    return undefined
  }

  take({ open, fixed }: TakenStreams<Name>): void {
    for (const stream of open) {
      this.#writable.set(stream.stream, stream)
      this.#views.set(stream.stream, viewOf(stream))
    }
    for (const stream of fixed) this.#views.set(stream.stream, viewOf(stream))
  }

  emissions(commandId: string): Emitted<Name>[] {
    return this.payloads(commandId).map(({ stream, payload }) => {
      const writable = this.#writable.get(stream)
      if (writable === undefined)
        throw new RangeError(
          `The workload writes to "${stream}" without having read it, or although it called it read-only.`,
        )
      return writable.emit(WORKED, payload)
    })
  }

  payloads(commandId: string): { readonly stream: string; readonly payload: WorkedPayload }[] {
    const events = this.#step.done ? this.#step.value : []
    return events.map((event, i) => {
      return { stream: event.stream, payload: payloadOf(event, commandId, i, events.length) }
    })
  }

  /** What it was decided on: the events that were folded. */
  observations(): ReadObservation[] {
    return Array.from(this.#views.values(), ({ stream, version, headId }) => ({ stream, version, headId }))
  }
}

/** The state is what was seen. A stream that does not exist has the state of none, which does not know its name. */
const viewOf = ({ stream, state }: ReadOnlyStream<StreamView>): StreamView => ({ ...state, stream })

const idOf = (stream: string): string => stream.slice(workStream('').length)
