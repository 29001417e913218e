import type { CommitRecord, FeedEvent } from 'eventcore'
import { intAt, itemAt } from './bounds.ts'

/** One command's events in the log. */
export interface LoggedCommit {
  readonly commandId: string
  /** As carried by its first event. */
  readonly record: CommitRecord
  /** Indexes into the log, ascending. */
  readonly events: number[]
}

/** One stream's events by version. */
class StreamIndex {
  readonly #byVersion: number[] = [-1]
  /** Versions that came out of turn; empty for a sound log. */
  readonly #strays = new Map<number, number>()
  /** The version of the last event in feed order. */
  lastVersion = 0

  add(version: number, event: number): void {
    this.lastVersion = version
    if (version === this.#byVersion.length) this.#byVersion.push(event)
    else if (this.eventAt(version) === -1) this.#strays.set(version, event)
  }

  /** Index into the log, -1 when nothing stands there. */
  eventAt(version: number): number {
    return this.#byVersion[version] ?? this.#strays.get(version) ?? -1
  }

  /** The dense part: versions 1 to this one are all there. */
  get contiguous(): number {
    return this.#byVersion.length - 1
  }
}

/** The log by command, by stream and version, and by event id. */
export class LogIndex {
  readonly log: readonly FeedEvent[]
  /** In the feed order of their first events. */
  readonly commits: readonly LoggedCommit[]
  readonly streams: ReadonlyMap<string, StreamIndex>
  readonly #commitOfCommand = new Map<string, number>()
  readonly #commitOfEvent: Int32Array
  readonly #eventOfId = new Map<string, number>()

  constructor(log: readonly FeedEvent[]) {
    const commits: LoggedCommit[] = []
    const streams = new Map<string, StreamIndex>()
    this.log = log
    this.commits = commits
    this.streams = streams
    this.#commitOfEvent = new Int32Array(log.length)
    for (let i = 0; i < log.length; i++) {
      const event = itemAt(log, i)
      const { commandId } = event.commit
      let commit = this.#commitOfCommand.get(commandId)
      if (commit === undefined) {
        commit = commits.length
        this.#commitOfCommand.set(commandId, commit)
        commits.push({ commandId, record: event.commit, events: [i] })
      } else itemAt(commits, commit).events.push(i)
      this.#commitOfEvent[i] = commit

      let stream = streams.get(event.stream)
      if (stream === undefined) {
        stream = new StreamIndex()
        streams.set(event.stream, stream)
      }
      stream.add(event.version, i)
      if (!this.#eventOfId.has(event.id)) this.#eventOfId.set(event.id, i)
    }
  }

  /** Index into {@link commits}, -1 when the command committed nothing. */
  commitOf(commandId: string): number {
    return this.#commitOfCommand.get(commandId) ?? -1
  }

  /** The commit that wrote the event at this index of the log. */
  commitOfEvent(event: number): number {
    return intAt(this.#commitOfEvent, event)
  }

  /** The commit that wrote this version, -1 when nobody did. */
  writer(stream: string, version: number): number {
    const event = this.eventAt(stream, version)
    return event === -1 ? -1 : intAt(this.#commitOfEvent, event)
  }

  /** Index into the log of the event that stands at this version, -1 when none does. */
  eventAt(stream: string, version: number): number {
    return this.streams.get(stream)?.eventAt(version) ?? -1
  }

  /** Index into the log of the (first) event with this id, -1 when there is none. */
  eventWithId(id: string): number {
    return this.#eventOfId.get(id) ?? -1
  }
}
