import { setTimeout as sleep } from 'node:timers/promises'
import type { Commit, CommitResult, FeedPage, FeedQuery, ReadOptions, StreamRead, StreamSlice } from 'eventcore'
import { append } from '../../../../memory/src/append.ts'
import { cursorAt } from '../../../../memory/src/feed.ts'
import { SharedLogStore } from '../shared-log-store.ts'
import type { Mutant } from './mutant.ts'

/** Shape A: everybody passes the check, then everybody inserts. */
class AwaitsBetweenCheckAndInsert extends SharedLogStore {
  override async append(commits: readonly Commit[]): Promise<readonly CommitResult[]> {
    const checked = append(
      this.log,
      commits.map((commit) => ({ ...commit, events: [] })),
    )
    if (checked.some(({ status }) => status !== 'verified')) return await super.append(commits)
    await sleep(0)
    const unconditional = commits.map((commit) => ({ ...commit, checks: this.#asTheyStand(commit) }))
    return await super.append(unconditional)
  }

  #asTheyStand({ checks }: Commit): Commit['checks'] {
    return checks.map(({ stream }) => {
      const head = this.log.streams.get(stream)
      return { stream, version: head?.version ?? 0, headId: head?.id ?? null, base: 0 }
    })
  }
}

/** Shape B: the events of one moment with the version of a later one. */
class ReadsVersionsAfterEvents extends SharedLogStore {
  override async read(reads: readonly StreamRead[], options?: ReadOptions): Promise<readonly StreamSlice[]> {
    const events = await super.read(reads, options)
    await sleep(0)
    const versions = await super.read(reads, { limit: 0 })
    return events.map((slice, i) => ({
      ...slice,
      version: versions[i]?.version ?? 0,
      headId: versions[i]?.headId ?? null,
    }))
  }
}

class ReadsEachStreamAtItsOwnMoment extends SharedLogStore {
  override async read(reads: readonly StreamRead[], options?: ReadOptions): Promise<readonly StreamSlice[]> {
    const slices: StreamSlice[] = []
    let left = options?.limit ?? 1_000
    for (const read of reads) {
      const [slice] = await super.read([read], { limit: left })
      if (slice !== undefined) slices.push(slice)
      left -= slice?.events.length ?? 0
      if (reads.length > 1) await sleep(0)
    }
    return slices
  }
}

/** Answers before the events can be read. */
class AnswersBeforeItIsVisible extends SharedLogStore {
  /** Ids of events, which no two logs share. */
  static readonly #invisible = new Set<string>()

  override async append(commits: readonly Commit[]): Promise<readonly CommitResult[]> {
    const before = this.log.length
    const results = await super.append(commits)
    const written = this.log.slice(before)
    for (const { id } of written) AnswersBeforeItIsVisible.#invisible.add(id)
    setTimeout(() => {
      for (const { id } of written) AnswersBeforeItIsVisible.#invisible.delete(id)
    }, 1)
    return results
  }

  /** The feed ends before the first event that is invisible. */
  override async readFeed(query: FeedQuery): Promise<FeedPage> {
    const page = await super.readFeed(query)
    const end = page.events.findIndex(({ id }) => AnswersBeforeItIsVisible.#invisible.has(id))
    const first = page.events[end]
    if (first === undefined) return page
    const cursor = cursorAt(this.log, Number(first.position) - 1) ?? query.after
    return { events: page.events.slice(0, end), cursor, atHead: true }
  }
}

/** Shape C: positions are drawn in one order and become visible in another; the reader moves past what is still to come. */
class SkipsWhatBecomesVisibleLater extends SharedLogStore {
  /** Ids of events, which no two logs share. */
  static readonly #invisible = new Set<string>()

  override async append(commits: readonly Commit[]): Promise<readonly CommitResult[]> {
    const before = this.log.length
    const results = await super.append(commits)
    const written = this.log.slice(before)
    for (const event of written) SkipsWhatBecomesVisibleLater.#invisible.add(event.id)
    await sleep(written.length % 2 === 0 ? 0 : 2)
    for (const event of written) SkipsWhatBecomesVisibleLater.#invisible.delete(event.id)
    this.wake()
    return results
  }

  override async readFeed(query: FeedQuery): Promise<FeedPage> {
    const page = await super.readFeed(query)
    return { ...page, events: page.events.filter(({ id }) => !SkipsWhatBecomesVisibleLater.#invisible.has(id)) }
  }
}

const READ_TWICE = 'the version, the head and the events of a slice belong together'

export const timingMutants: readonly Mutant[] = [
  {
    fault: 'there is an await between the check and the insert',
    open: (shared) => new AwaitsBetweenCheckAndInsert(shared),
    killedBy: [
      'of all who append to one stream, exactly one commits in each round',
      'of all who create a stream, exactly one does',
      'write skew: of all who read two streams and write to one of them, exactly one commits in each round',
      'commands over a hot set of streams, read in one call',
    ],
  },
  {
    fault: 'versions are read after the events',
    open: (shared) => new ReadsVersionsAfterEvents(shared),
    killedBy: [READ_TWICE, 'commands over a hot set of streams, read in one call'],
  },
  {
    fault: 'each stream is read at a moment of its own',
    open: (shared) => new ReadsEachStreamAtItsOwnMoment(shared),
    killedBy: ['a read over two streams sees every commit on both of them or on neither'],
  },
  {
    fault: 'an append is answered before its events can be read',
    open: (shared) => new AnswersBeforeItIsVisible(shared),
    killedBy: ['commits stand in the feed in the order in which they were made'],
  },
  {
    fault: 'the feed passes positions that become visible later',
    open: (shared) => new SkipsWhatBecomesVisibleLater(shared),
    killedBy: ['whoever follows the feed sees every event once, in the one order of the feed'],
  },
]
