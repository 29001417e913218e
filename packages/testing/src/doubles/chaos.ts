import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Commit,
  CommitOutcomeUnknown,
  type CommitResult,
  type Cursor,
  type EventStore,
  type FeedPage,
  type FeedQuery,
  InvalidOptions,
  StoreUnavailable,
} from 'eventcore'
import { SeededRandom } from '../workload/seeded-random.ts'
import { wrapStore } from '../wrapping/wrap-store.ts'
import { rate } from './rate.ts'

/** What goes wrong, and how often. Shares of calls, from 0 to 1; default 0 each. */
export interface ChaosOptions {
  /** Determines everything random. Default: another one each time; {@link Chaos.seed} names it. */
  readonly seed?: number
  /** Each call waits so many milliseconds at most before it reaches the store, and again before its answer comes back. */
  readonly latencyMs?: number
  /** Of all calls: fail with `STORE_UNAVAILABLE`, and nothing was done. */
  readonly unavailable?: number
  /** Of appends: done, and then `COMMIT_OUTCOME_UNKNOWN`. */
  readonly lostReplies?: number
  /** Of appends: `COMMIT_OUTCOME_UNKNOWN`, and never done. */
  readonly lostRequests?: number
  /** Of appends: `COMMIT_OUTCOME_UNKNOWN`, and done a while later, when a look-up may have found nothing. The worst of them. */
  readonly lateWrites?: number
  /**
   * Of pages of the feed: begin again where the page before them began, as they do for a consumer that restarts from an older
   * cursor. No store does so by itself: it is for consumers that must bear it. At most 0.9, so that readers get on.
   */
  readonly duplicateDelivery?: number
  /** How it waits. Default: by timer. */
  readonly sleep?: (milliseconds: number) => Promise<unknown>
}

/** How often each thing went wrong so far. A test in which nothing did proves nothing. */
export interface ChaosFaults {
  readonly unavailable: number
  readonly lostReplies: number
  readonly lostRequests: number
  readonly lateWrites: number
  readonly duplicateDelivery: number
}

/** Of how many cursors it is remembered where their page began. */
const REMEMBERED = 10_000

/**
 * Makes stores unreliable, within what the store contract allows (but for {@link ChaosOptions.duplicateDelivery}): whoever uses
 * them must come to the right end all the same.
 *
 * @example
 * ```ts
 * const chaos = new Chaos({ seed: 4711, unavailable: 0.1, lostReplies: 0.05, lostRequests: 0.05, lateWrites: 0.05 })
 * const executor = new CommandExecutor(chaos.wrap(new MemoryEventStore()), { maxAttempts: 100 })
 * ```
 */
export class Chaos {
  readonly seed: number
  readonly #options: Required<Omit<ChaosOptions, 'seed'>>
  readonly #faults = { unavailable: 0, lostReplies: 0, lostRequests: 0, lateWrites: 0, duplicateDelivery: 0 }
  readonly #late = new Set<Promise<unknown>>()
  /** One per thing that chance decides: how many reads there are changes nothing about the appends. */
  readonly #calls: SeededRandom
  readonly #appends: SeededRandom
  readonly #pages: SeededRandom
  readonly #delays: SeededRandom
  #calm = false

  /** @throws InvalidOptions (`INVALID_OPTIONS`) */
  constructor(options: ChaosOptions = {}) {
    this.seed = options.seed ?? Math.floor(Math.random() * 2 ** 31)
    this.#options = {
      latencyMs: rate('latencyMs', options.latencyMs, 60_000),
      unavailable: rate('unavailable', options.unavailable),
      lostReplies: rate('lostReplies', options.lostReplies),
      lostRequests: rate('lostRequests', options.lostRequests),
      lateWrites: rate('lateWrites', options.lateWrites),
      duplicateDelivery: rate('duplicateDelivery', options.duplicateDelivery, 0.9),
      sleep: options.sleep ?? ((milliseconds) => sleep(milliseconds)),
    }
    const unknown = this.#options.lostReplies + this.#options.lostRequests + this.#options.lateWrites
    if (unknown > 1) throw new InvalidOptions('lostReplies, lostRequests and lateWrites', unknown, 'a sum of at most 1')
    const random = new SeededRandom(this.seed)
    this.#calls = random.fork()
    this.#appends = random.fork()
    this.#pages = random.fork()
    this.#delays = random.fork()
  }

  get faults(): ChaosFaults {
    return { ...this.#faults }
  }

  /** From now on nothing goes wrong any more. Late writes still come. */
  calm(): void {
    this.#calm = true
  }

  /** Resolves when no late write is under way. */
  async settled(): Promise<void> {
    while (this.#late.size > 0) await Promise.allSettled(this.#late)
  }

  /** The same store, unreliable. Several may share one chaos. Closing one waits for its late writes. */
  wrap<Store extends EventStore>(store: Store): Store {
    const pages = new Map<Cursor, Cursor | undefined>()
    return wrapStore<Store>(store, {
      read: (reads, options) => this.#call('read', () => store.read(reads, options)),
      append: (commits) => this.#call('append', () => this.#append(store, commits)),
      findCommits: (commandIds) => this.#call('findCommits', () => store.findCommits(commandIds)),
      readFeed: (query) => this.#call('readFeed', () => this.#readFeed(store, query, pages)),
      headCursor: () => this.#call('headCursor', () => store.headCursor()),
      readStream: (stream, query) => this.#call('readStream', () => store.readStream(stream, query)),
      listStreams: (query) => this.#call('listStreams', () => store.listStreams(query)),
      close: async () => {
        await this.settled()
        await store.close()
      },
    })
  }

  async #call<Result>(operation: string, call: () => Promise<Result>): Promise<Result> {
    const fails = !this.#calm && this.#calls.chance(this.#options.unavailable)
    await this.#wait()
    if (fails) {
      this.#faults.unavailable++
      throw new StoreUnavailable(`Chaos (seed ${this.seed}): "${operation}" was not done. Try again.`, operation)
    }
    const result = await call()
    await this.#wait()
    return result
  }

  async #append(store: EventStore, commits: readonly Commit[]): Promise<readonly CommitResult[]> {
    const { lostReplies, lostRequests, lateWrites } = this.#options
    const dice = this.#calm ? 1 : this.#appends.next()
    if (dice < lostReplies) {
      // What it refuses is refused: only answers get lost.
      await store.append(commits)
      this.#faults.lostReplies++
    } else if (dice < lostReplies + lostRequests) this.#faults.lostRequests++
    else if (dice < lostReplies + lostRequests + lateWrites) {
      this.#faults.lateWrites++
      this.#appendLater(store, commits)
    } else return await store.append(commits)
    throw new CommitOutcomeUnknown(
      commits.map(({ commandId }) => commandId),
      { cause: new Error(`Chaos (seed ${this.seed}): the answer got lost.`) },
    )
  }

  #appendLater(store: EventStore, commits: readonly Commit[]): void {
    const late = (async () => {
      await this.#options.sleep(this.#delays.next() * (4 * this.#options.latencyMs + 5))
      await store.append(commits)
    })()
    // Its caller has given it up. What becomes of it, a conflict most likely, is for the store to decide.
    const settled = late.then(
      () => undefined,
      () => undefined,
    )
    this.#late.add(settled)
    void settled.then(() => this.#late.delete(settled))
  }

  async #readFeed(store: EventStore, query: FeedQuery, pages: Map<Cursor, Cursor | undefined>): Promise<FeedPage> {
    const { after } = query
    const again =
      !this.#calm && after !== undefined && pages.has(after) && this.#pages.chance(this.#options.duplicateDelivery)
    const from = again ? pages.get(after) : after
    const page = await store.readFeed({ ...query, after: from })
    if (again && page.events.length > 0) this.#faults.duplicateDelivery++
    if (page.cursor !== undefined && page.cursor !== from) {
      pages.set(page.cursor, from)
      const [oldest] = pages.keys()
      if (pages.size > REMEMBERED && oldest !== undefined) pages.delete(oldest)
    }
    return page
  }

  async #wait(): Promise<void> {
    const { latencyMs, sleep: wait } = this.#options
    if (latencyMs > 0 && !this.#calm) await wait(this.#delays.next() * latencyMs)
  }
}
