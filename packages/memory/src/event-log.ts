import {
  asPosition,
  type Commit,
  type CommitRecord,
  type NewEvent,
  type Position,
  type RecordedCommit,
  type StoredEvent,
  type StreamCheck,
  type StreamVersion,
} from 'eventcore'
import { CommandIdIndex } from './command-id-index.ts'
import { Names } from './names.ts'
import { NumberTable } from './number-table.ts'
import { NO_EVENT, type StreamHead, Streams } from './streams.ts'
import { TextSegments } from './text-segments.ts'

/**
 * Columns of a commit. Its texts stand one after the other, from `at` in the segment on: the command id, the hash, the correlation, the
 * causation, the metadata, then id and payload of each event. The columns named after a text hold its length. How many events and reads it
 * has follows from where those of the next commit begin.
 */
const COMMIT = {
  segment: 0,
  at: 1,
  name: 2,
  commandId: 3,
  inputHash: 4,
  /** Or {@link SAME}. */
  correlationId: 5,
  /** Or {@link NULL}. */
  causationId: 6,
  metadata: 7,
  /** A safe integer has 53 bits and a sign: its upper 22 bits here, its lower 32 in the next column. */
  recordedAtHigh: 8,
  recordedAtLow: 9,
  firstEvent: 10,
  firstRead: 11,
  /** How many stream heads there were before it: those from there on go when it is taken back. */
  streams: 12,
} as const
const COMMIT_WIDTH = 13

/** Columns of an event. Its texts stand in the segment of its commit. */
const EVENT = { commit: 0, stream: 1, version: 2, previous: 3, type: 4, at: 5, id: 6, data: 7 } as const
const EVENT_WIDTH = 8

/** Columns of a stream that a commit read: its number, and the version at which it was read. */
const READ = { stream: 0, version: 1 } as const
const READ_WIDTH = 2

/** For the length of a text that is `null`. */
const NULL = -1
/** For the length of a correlation id that is the command id. */
const SAME = -2

const TWO_TO_32 = 2 ** 32

/** The event at index `i` has position `i + 1`. */
export const positionAt = (index: number): Position => asPosition(String(index + 1))

/**
 * Everything committed. Only `append` changes it, in one synchronous step, so whoever looks at it without awaiting in
 * between sees one snapshot.
 *
 * It is kept as rows of numbers and a few long texts, and not as objects: some 13 objects and 614 bytes for each commit, which the garbage
 * collector copied and looked through, now 110 (docs/adr/0011-memory-log.md). So events and records are made anew whenever they are read,
 * and whoever changes one changes nothing in here.
 */
export class EventLog {
  readonly streams = new Streams()
  /** The number of the commit with a command id. */
  readonly commandIds = new CommandIdIndex((commit) => this.commandIdAt(commit))
  readonly #commits = new NumberTable(COMMIT_WIDTH)
  readonly #events = new NumberTable(EVENT_WIDTH)
  readonly #reads = new NumberTable(READ_WIDTH)
  readonly #texts = new TextSegments()
  readonly #names = new Names()

  /** How many events there are. */
  get length(): number {
    return this.#events.length
  }

  /** Adds a commit that was checked, and whose command id is new. Its texts must not be longer than `LONGEST_ADDITION`. */
  add(commit: Commit): Position[] {
    const { commandId, inputHash, correlationId, causationId, metadata, recordedAt, checks, events } = commit
    const commits = this.#commits
    const texts = this.#texts
    const row = commits.add()
    commits.set(row, COMMIT.segment, texts.begin())
    commits.set(row, COMMIT.at, texts.at)
    commits.set(row, COMMIT.name, this.#names.numberOf(commit.commandName))
    commits.set(row, COMMIT.commandId, commandId.length)
    commits.set(row, COMMIT.inputHash, inputHash.length)
    commits.set(row, COMMIT.correlationId, correlationId === commandId ? SAME : correlationId.length)
    commits.set(row, COMMIT.causationId, causationId === null ? NULL : causationId.length)
    commits.set(row, COMMIT.metadata, metadata.length)
    commits.set(row, COMMIT.recordedAtHigh, Math.floor(recordedAt / TWO_TO_32))
    commits.set(row, COMMIT.recordedAtLow, recordedAt | 0)
    commits.set(row, COMMIT.firstEvent, this.#events.length)
    commits.set(row, COMMIT.firstRead, this.#reads.length)
    commits.set(row, COMMIT.streams, this.streams.count)
    texts.add(commandId)
    texts.add(inputHash)
    if (correlationId !== commandId) texts.add(correlationId)
    if (causationId !== null) texts.add(causationId)
    texts.add(metadata)
    for (let i = 0; i < checks.length; i++) this.#addRead(checks[i] as StreamCheck)
    const positions: Position[] = []
    for (let i = 0; i < events.length; i++) positions.push(this.#addEvent(row, events[i] as NewEvent))
    // Last, since the index may read ids.
    this.commandIds.add(commandId, row)
    return positions
  }

  #addRead({ stream, version }: StreamCheck): void {
    const row = this.#reads.add()
    this.#reads.set(row, READ.stream, this.streams.named(stream).number)
    this.#reads.set(row, READ.version, version)
  }

  #addEvent(commit: number, { id, stream, type, data }: NewEvent): Position {
    const head = this.streams.named(stream)
    const events = this.#events
    const index = events.add()
    events.set(index, EVENT.commit, commit)
    events.set(index, EVENT.stream, head.number)
    events.set(index, EVENT.version, head.version + 1)
    events.set(index, EVENT.previous, head.last)
    events.set(index, EVENT.type, this.#names.numberOf(type))
    events.set(index, EVENT.at, this.#texts.at)
    events.set(index, EVENT.id, id.length)
    events.set(index, EVENT.data, data.length)
    this.#texts.add(id)
    this.#texts.add(data)
    this.streams.moveOn(head, index, id)
    return positionAt(index)
  }

  /** Makes one string of the texts that were added since the last time. */
  seal(): void {
    this.#texts.seal()
  }

  /** Takes back the commit that was added last, as if it had never been; then the one before it, and so on. */
  takeBackLast(): void {
    const commits = this.#commits
    const commit = commits.length - 1
    this.commandIds.takeBackLast(this.commandIdAt(commit))
    const firstEvent = commits.get(commit, COMMIT.firstEvent)
    for (let index = this.length - 1; index >= firstEvent; index--) {
      const previous = this.#events.get(index, EVENT.previous)
      this.streams.moveBack(this.#headAt(index), previous, previous === NO_EVENT ? null : this.eventIdAt(previous))
    }
    this.#texts.truncate(commits.get(commit, COMMIT.segment), commits.get(commit, COMMIT.at))
    this.streams.truncate(commits.get(commit, COMMIT.streams))
    this.#reads.truncate(commits.get(commit, COMMIT.firstRead))
    this.#events.truncate(firstEvent)
    commits.truncate(commit)
  }

  streamAt(index: number): string {
    return this.#headAt(index).stream
  }

  typeAt(index: number): string {
    return this.#names.nameOf(this.#events.get(index, EVENT.type))
  }

  eventIdAt(index: number): string {
    const events = this.#events
    return this.#texts.read(this.#segmentAt(index), events.get(index, EVENT.at), events.get(index, EVENT.id))
  }

  eventAt(index: number): StoredEvent {
    const events = this.#events
    const segment = this.#segmentAt(index)
    const idAt = events.get(index, EVENT.at)
    const idLength = events.get(index, EVENT.id)
    return {
      id: this.#texts.read(segment, idAt, idLength),
      stream: this.streamAt(index),
      type: this.typeAt(index),
      data: this.#texts.read(segment, idAt + idLength, events.get(index, EVENT.data)),
      version: events.get(index, EVENT.version),
      position: positionAt(index),
    }
  }

  /** The events from one index up to another, which is exclusive, in feed order. */
  slice(start = 0, end = this.length): StoredEvent[] {
    const events: StoredEvent[] = []
    for (let index = start; index < end; index++) events.push(this.eventAt(index))
    return events
  }

  /** The events of a stream after one version, up to another, in version order. */
  eventsOf(stream: string, after = 0, upTo = Number.POSITIVE_INFINITY): StoredEvent[] {
    const head = this.streams.get(stream)
    const last = Math.trunc(Math.min(head?.version ?? 0, upTo))
    const first = Math.max(0, Math.trunc(after))
    if (head === undefined || !(last > first)) return []
    const events: StoredEvent[] = []
    const previousOf = (index: number): number => this.#events.get(index, EVENT.previous)
    let index = head.indexOf(last, previousOf)
    for (let version = last; version > first; version--) {
      events.push(this.eventAt(index))
      index = previousOf(index)
    }
    return events.reverse()
  }

  /** The number of the commit that wrote the event at this index. */
  commitAt(index: number): number {
    return this.#events.get(index, EVENT.commit)
  }

  commandIdAt(commit: number): string {
    const commits = this.#commits
    const [segment, at] = [commits.get(commit, COMMIT.segment), commits.get(commit, COMMIT.at)]
    return this.#texts.read(segment, at, commits.get(commit, COMMIT.commandId))
  }

  recordAt(commit: number): CommitRecord {
    const commits = this.#commits
    const segment = commits.get(commit, COMMIT.segment)
    let at = commits.get(commit, COMMIT.at)
    const next = (length: number): string => {
      const text = this.#texts.read(segment, at, length)
      at += length
      return text
    }
    const commandId = next(commits.get(commit, COMMIT.commandId))
    const inputHash = next(commits.get(commit, COMMIT.inputHash))
    const correlation = commits.get(commit, COMMIT.correlationId)
    const correlationId = correlation === SAME ? commandId : next(correlation)
    const causation = commits.get(commit, COMMIT.causationId)
    const causationId = causation === NULL ? null : next(causation)
    const metadata = next(commits.get(commit, COMMIT.metadata))
    const recordedAt =
      commits.get(commit, COMMIT.recordedAtHigh) * TWO_TO_32 + (commits.get(commit, COMMIT.recordedAtLow) >>> 0)
    const commandName = this.#names.nameOf(commits.get(commit, COMMIT.name))
    const reads = this.#readsOf(commit)
    return { commandId, commandName, inputHash, reads, recordedAt, correlationId, causationId, metadata }
  }

  recordedCommitAt(commit: number): RecordedCommit {
    const start = this.#commits.get(commit, COMMIT.firstEvent)
    return { ...this.recordAt(commit), events: this.slice(start, this.#endOf(commit, COMMIT.firstEvent, this.#events)) }
  }

  #readsOf(commit: number): StreamVersion[] {
    const reads: StreamVersion[] = []
    const end = this.#endOf(commit, COMMIT.firstRead, this.#reads)
    for (let row = this.#commits.get(commit, COMMIT.firstRead); row < end; row++)
      reads.push({
        stream: this.streams.at(this.#reads.get(row, READ.stream)).stream,
        version: this.#reads.get(row, READ.version),
      })
    return reads
  }

  /** Where the rows of the next commit begin, or would. */
  #endOf(commit: number, first: typeof COMMIT.firstEvent | typeof COMMIT.firstRead, rows: NumberTable): number {
    return commit + 1 < this.#commits.length ? this.#commits.get(commit + 1, first) : rows.length
  }

  #headAt(index: number): StreamHead {
    return this.streams.at(this.#events.get(index, EVENT.stream))
  }

  #segmentAt(index: number): number {
    return this.#commits.get(this.commitAt(index), COMMIT.segment)
  }
}

/** The length of all texts of a commit that are kept in one segment. */
export function charactersOf({ commandId, inputHash, correlationId, causationId, metadata, events }: Commit): number {
  let sum = commandId.length + inputHash.length + correlationId.length + (causationId?.length ?? 0) + metadata.length
  for (let i = 0; i < events.length; i++) {
    const { id, data } = events[i] as NewEvent
    sum += id.length + data.length
  }
  return sum
}
