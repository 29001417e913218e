import { asPosition, type CommitRecord, type FeedEvent } from 'eventcore'
import type { CommandCall, History, ReadObservation, WriteObservation } from '../../src/checker/history.ts'
import { digestText } from '../../src/checker/payload-digest.ts'

/** A command of a history that a test writes by hand. */
export interface WrittenCommand {
  readonly id: string
  readonly reads?: Readonly<Record<string, number>>
  /** The streams of its events, in feed order. */
  readonly writes?: readonly string[]
  /** Invoked and completed; no second time: never completed. */
  readonly at?: readonly [number, number] | readonly [number]
  readonly status?: CommandCall['status']
  /** What reached the log: the default is all of `writes`. */
  readonly visible?: readonly number[]
}

export interface WrittenRun {
  readonly history: History
  readonly log: FeedEvent[]
}

export const eventId = (command: string, index: number): string => `${command}.${index}`
const dataOf = (id: string): string => `{"id":"${id}"}`
const EVENT_TYPE = 'Happened'

/**
 * A log that holds the commands in the order given (or their events in `feed` order, as `[command, index]`), and the
 * history of clients that were told so. Each command has a client of its own. Without times they come one after another.
 */
export function written(
  commands: readonly WrittenCommand[],
  feed: readonly (readonly [string, number])[] = commands.flatMap(({ id, writes = [], visible }) =>
    (visible ?? writes.map((_, i) => i)).map((i) => [id, i] as const),
  ),
): WrittenRun {
  const byId = new Map(commands.map((command) => [command.id, command]))
  const records = new Map(commands.map((command) => [command.id, recordOf(command)]))
  const versions = new Map<string, number>()
  const placed = new Map<string, { version: number; position: string }>()
  const log = feed.map(([commandId, i], place): FeedEvent => {
    const stream = byId.get(commandId)?.writes?.[i]
    const commit = records.get(commandId)
    if (stream === undefined || commit === undefined) throw new RangeError(`${commandId} has no write ${i}.`)
    const version = (versions.get(stream) ?? 0) + 1
    versions.set(stream, version)
    const id = eventId(commandId, i)
    const position = asPosition(String(place + 1).padStart(4, '0'))
    placed.set(id, { version, position })
    return { id, stream, type: EVENT_TYPE, data: dataOf(id), version, position, commit }
  })
  const calls = commands.map((command, i) => callOf(command, i, placed))
  return { log, history: { calls, subscribers: [], projections: [] } }
}

function recordOf({ id, reads = {} }: WrittenCommand): CommitRecord {
  return {
    commandId: id,
    commandName: 'Test',
    inputHash: `hash of ${id}`,
    reads: readsOf(reads),
    recordedAt: 0,
    correlationId: id,
    causationId: null,
    metadata: '{}',
  }
}

function callOf(
  { id, reads = {}, writes = [], at, status = 'ok' }: WrittenCommand,
  index: number,
  placed: ReadonlyMap<string, { version: number; position: string }>,
): CommandCall {
  const [invokedAt, completedAt] = at ?? [index * 10, index * 10 + 5]
  const observed = writes.map((stream, i): WriteObservation => {
    const written = eventId(id, i)
    return { stream, eventId: written, digest: digestText(EVENT_TYPE, dataOf(written)), ...placed.get(written) }
  })
  const told = status === 'ok'
  return {
    commandId: id,
    process: `client-${id}`,
    invokedAt,
    completedAt,
    status,
    reads: told ? readsOf(reads) : [],
    writes: told ? observed : [],
    sent: status === 'info' && writes.length > 0 ? [{ reads: readsOf(reads), writes: observed }] : [],
    errorCode: status === 'fail' ? 'CONFLICT' : undefined,
  }
}

const readsOf = (reads: Readonly<Record<string, number>>): ReadObservation[] =>
  Object.entries(reads).map(([stream, version]) => ({ stream, version }))
