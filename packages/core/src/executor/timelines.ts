import { HandlerFailed } from '../errors/command-errors.ts'
import type { StreamConflict } from '../store/commit.ts'
import type { EventStore } from '../store/event-store.ts'
import type { Job } from './job.ts'
import { conflictsWith, type SeenStream } from './overtaken.ts'
import { isOwnError } from './own-error.ts'
import { reasonOf } from './reason-of.ts'
import type { StreamSupply, StreamSupplyEvents } from './stream-supply.ts'
import { readTimeline } from './timeline-reader.ts'

/** How many timelines are read at once: each has a page of each of its streams in memory. */
const TIMELINES_AT_ONCE = 4

/** The timelines of commands: whether what was folded still holds, and which is read next. */
export class Timelines {
  readonly #store: EventStore
  readonly #supply: StreamSupply
  readonly #events: Pick<StreamSupplyEvents, 'loaded' | 'failed'>
  #waiting: Job[] = []
  /** When so many wait, those among them that have ended are forgotten. */
  #crowd = 64
  #reads = 0

  constructor(store: EventStore, supply: StreamSupply, events: Pick<StreamSupplyEvents, 'loaded' | 'failed'>) {
    this.#store = store
    this.#supply = supply
    this.#events = events
  }

  /** Whether the command's timeline is folded up to where its streams are known to stand. */
  isCurrent(job: Job): boolean {
    if (job.timeline === undefined) return false
    for (const [stream, { version, headId }] of job.timeline.heads) {
      const entry = this.#supply.peek(stream)
      if (entry?.currentVersion !== version || entry.currentHeadId !== headId) return false
    }
    return true
  }

  /** By what the command's timeline was overtaken. */
  conflictsOf({ timeline }: Job): StreamConflict[] {
    const seen: SeenStream[] = []
    for (const [stream, head] of timeline?.heads ?? []) {
      const entry = this.#supply.peek(stream)
      if (entry !== undefined) seen.push({ stream, ...head, entry })
    }
    return conflictsWith(seen)
  }

  /** Reads the command's timeline when its turn comes. The job is `loading`, and `loaded` or `failed` is told once. */
  load(job: Job): void {
    job.phase = 'loading'
    if (this.#waiting.length >= this.#crowd) {
      this.#waiting = this.#waiting.filter((one) => !one.isSettled)
      this.#crowd = 2 * this.#waiting.length + 64
    }
    this.#waiting.push(job)
    this.#next()
  }

  #next(): void {
    while (this.#reads < TIMELINES_AT_ONCE) {
      const job = this.#waiting.shift()
      if (job === undefined) return
      if (!job.isSettled) void this.#read(job)
    }
  }

  /** Never rejects: every failure goes to the command. */
  async #read(job: Job): Promise<void> {
    this.#reads++
    const { kind, declared } = job.request
    const { list } = job.needed
    const knownBefore = list.map(({ entry: { version, headId } }) => ({ version, headId }))
    try {
      job.timeline = await readTimeline(this.#store, kind.timeline as NonNullable<typeof kind.timeline>, declared, job)
      for (let i = 0; i < list.length; i++) {
        const { entry } = list[i] as (typeof list)[number]
        const found = job.timeline.heads.get(entry.stream)
        if (found !== undefined) this.#supply.seeHead(entry, knownBefore[i] as (typeof knownBefore)[number], found)
      }
      this.#events.loaded(job)
    } catch (error) {
      this.#events.failed(job, failureOf(job, error))
    } finally {
      this.#reads--
    }
    this.#next()
  }
}

function failureOf({ request: { kind, commandId } }: Job, error: unknown): unknown {
  if (isOwnError(error)) return error
  return new HandlerFailed(kind.name, commandId, `its timeline failed: ${reasonOf(error)}`, { cause: error })
}
