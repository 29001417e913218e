import { randomUUID } from 'node:crypto'
import {
  asPosition,
  type Commit,
  type EventStoreError,
  type FeedEvent,
  type InlineProjection,
  InlineProjectionFailed,
  inlineProjections,
  type Projection,
} from 'eventcore'
import type { PostgresTransaction } from './handler-transaction.ts'
import { encodeValue, type PostgresValue } from './postgres-value.ts'

/** Stands for the position of an event that has none yet: the database puts it in. Data cannot be taken for it. */
const PLACEHOLDER = `position-${randomUUID()}-`
const POSITION = new RegExp(`^${PLACEHOLDER}(\\d+)$`)

/** What the handlers of a batch want written, as the append function takes it. Commits and texts are numbered from 1. */
export interface InlineBatch {
  readonly values: readonly (readonly (string | number)[])[]
  /**
   * Which commits fail now, by their place. A commit that was built on another one that fails is left out: without that one
   * it may conflict, and then that is the better answer.
   */
  failuresOf(answer: string): ReadonlyMap<number, EventStoreError>
}

/** As the function reports it. */
type Failure = readonly [commit: number, statement: number, code: string, message: string]

/** Inline projections: their handlers run before anything is sent, and what they leave is run by the append function. */
export class InlineStatements {
  readonly projections: readonly InlineProjection<PostgresTransaction>[]
  readonly #ids: readonly string[]

  /** @throws InvalidDefinition (`INVALID_DEFINITION`) */
  constructor(projections: readonly Projection<PostgresTransaction>[]) {
    this.projections = inlineProjections(projections)
    this.#ids = this.projections.map(({ id }) => id).sort()
  }

  encode(commits: readonly Commit[]): InlineBatch {
    const texts = new Map<string, number>()
    const statements: { commit: number; text: number; values: string; projection: string }[] = []
    const thrown = new Map<number, EventStoreError>()
    let ordinal = 1
    commits.forEach((commit, c) => {
      const events = feedEvents(commit, ordinal)
      ordinal += events.length
      if (events.length === 0) return
      for (const projection of this.projections) {
        const { id } = projection
        const leave = (text: string, values: string): void => {
          const number = texts.get(text) ?? texts.size + 1
          texts.set(text, number)
          statements.push({ commit: c + 1, text: number, values, projection: id })
        }
        try {
          projection.apply(events, new InlineTransaction(leave))
        } catch (error) {
          if (!(error instanceof InlineProjectionFailed)) throw error
          // Only the database knows whether the commit is a duplicate, or conflicts: those answers come first.
          thrown.set(c, error)
          statements.push({ commit: c + 1, text: 0, values: '[]', projection: id })
          return
        }
      }
    })
    return {
      values: [
        this.#ids,
        [...texts.keys()],
        statements.map(({ commit }) => commit),
        statements.map(({ text }) => text),
        statements.map(({ values }) => values),
      ],
      failuresOf: (answer) => {
        const failures = JSON.parse(answer) as readonly Failure[]
        const failed = new Map<number, EventStoreError>()
        const broken = new Set<string>()
        for (const [commit, statement, code, message] of failures) {
          const { checks, events } = commits[commit - 1] as Commit
          if (checks.some(({ stream }) => broken.has(stream))) continue
          for (const { stream } of events) broken.add(stream)
          const { projection = '' } = statements[statement - 1] ?? {}
          const error =
            thrown.get(commit - 1) ?? new InlineProjectionFailed(projection, new Error(`${message} (${code})`))
          failed.set(commit - 1, error)
        }
        return failed
      },
    }
  }
}

/** Takes statements down. Nothing can be asked: whatever it answered could be another by the time of the commit. */
class InlineTransaction implements PostgresTransaction {
  readonly #leave: (text: string, values: string) => void

  constructor(leave: (text: string, values: string) => void) {
    this.#leave = leave
  }

  run(text: string, values: readonly PostgresValue[] = []): void {
    this.#leave(text, JSON.stringify(values.map(jsonValue)))
  }

  query(): never {
    throw new TypeError(
      'an inline projection cannot query: its handlers run before the commit. Leave statements with "run", or keep the projection behind the feed',
    )
  }

  client(): never {
    return this.query()
  }
}

/** A number stands for the position of that event of the batch. */
function jsonValue(value: PostgresValue): string | number | null {
  const encoded = encodeValue(value)
  if (encoded === null) return null
  if (typeof encoded !== 'string') return `\\x${encoded.toString('hex')}`
  if (!encoded.includes(PLACEHOLDER)) return encoded
  const number = POSITION.exec(encoded)?.[1]
  // The placeholder itself would be written.
  if (number === undefined)
    throw new TypeError(
      'the position of an event is not known before its commit: give "event.position" as a parameter of its own, not within a text or a list',
    )
  return Number(number)
}

/** The events as they will stand in the feed, but for their positions. */
function feedEvents({ checks, events, ...record }: Commit, first: number): readonly FeedEvent[] {
  const versions = new Map(checks.map(({ stream, version }) => [stream, version]))
  const commit = { ...record, reads: checks.map(({ stream, version }) => ({ stream, version })) }
  return events.map((event, i) => {
    const version = (versions.get(event.stream) ?? 0) + 1
    versions.set(event.stream, version)
    return { ...event, version, position: asPosition(`${PLACEHOLDER}${first + i}`), commit }
  })
}
