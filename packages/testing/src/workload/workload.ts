import type { FeedEvent } from 'eventcore'
import type { SeededRandom } from './seeded-random.ts'

/** What a command of a workload sees of one stream: the fold of its events. */
export interface StreamView {
  readonly stream: string
  /** Of the last event that was folded, not of what the store says beside it: only what was seen counts. */
  readonly version: number
  readonly headId: string | null
  /** Of the amounts of all events. */
  readonly sum: number
  /** Where the last event that named a next stream points to. */
  readonly next: string | undefined
}

/** An event that a command wants to append. */
export interface PlannedEvent {
  readonly stream: string
  /** Default 0. */
  readonly amount?: number | undefined
  readonly next?: string | undefined
}

export type Views = ReadonlyMap<string, StreamView>

/**
 * One attempt of a command: yields the streams that it wants to see, all of one yield from one snapshot, and gets everything
 * seen so far. What it returns is to be appended; nothing is a decision not to. Pure but for the yields: it runs again,
 * from the start, when something it saw has changed.
 */
export type PlannedDecision = Generator<readonly string[], readonly PlannedEvent[], Views>

export interface PlannedCommand {
  readonly name: string
  decide(): PlannedDecision
  /**
   * A question: where it yields once, its one snapshot is the answer, which nobody verifies. Decisions to append nothing
   * are verified. Default `false`.
   */
  readonly query?: boolean
  /** Streams that it never writes to. An executor is told so; the store contract makes no difference. */
  readonly readOnly?: readonly string[]
  /** Milliseconds that it takes over each read, as a handler does that asks somebody else. Default 0. */
  readonly thinkMs?: number
}

/** What to execute, aimed at one class of bug. An object serves one run: it may keep count of what it planned. */
export interface Workload {
  readonly name: string
  /** Executed one after another before the race. */
  readonly setup?: readonly PlannedCommand[]
  /** The next command of some client. */
  plan(random: SeededRandom, client: number): PlannedCommand
  /** Whether a stream belongs to it: lets several workloads share one store. Default: every stream does. */
  owns?(stream: string): boolean
  /** What the log must fulfil in the words of the domain. Answers what is broken. */
  violations?(log: readonly FeedEvent[]): string[]
}

/** The view that was asked for. @throws RangeError when the client did not deliver it. */
export function seen(views: Views, stream: string): StreamView {
  const view = views.get(stream)
  if (view === undefined) throw new RangeError(`"${stream}" was not read before it was looked at.`)
  return view
}

/** A setup command that appends these events to streams that do not exist yet. */
export function begin(name: string, events: readonly PlannedEvent[]): PlannedCommand {
  return {
    name,
    *decide() {
      yield [...new Set(events.map(({ stream }) => stream))]
      return events
    },
  }
}
