import type { Feed } from './feed.ts'
import { Query } from './query.ts'
import type { Reader } from './reader.ts'

const SHORTEST_POLL_MS = 4
const LONGEST_POLL_MS = 64

interface WaitOptions {
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

interface Waiter {
  readonly position: number
  readonly settle: (arrived: boolean) => void
}

/**
 * Readers of the feed that have seen everything and wait for more. An append of this process wakes them at once. Those of
 * other processes are noticed by asking SQLite for its `data_version`, 2 µs each time, while somebody waits: every 4 ms
 * after something happened, more and more seldom after that, every 64 ms at last. The timer keeps no process alive.
 */
export class WakeUp {
  readonly #reader: Reader
  readonly #feed: Feed
  readonly #dataVersion: Query<[number]>
  readonly #waiting = new Set<Waiter>()
  #timer: NodeJS.Timeout | undefined
  #pause = SHORTEST_POLL_MS
  #seen: number | undefined

  constructor(reader: Reader, feed: Feed) {
    this.#reader = reader
    this.#feed = feed
    this.#dataVersion = new Query(reader.db, 'PRAGMA data_version')
  }

  wait(position: number, { timeoutMs, signal }: WaitOptions): Promise<boolean> {
    if (signal?.aborted === true || timeoutMs <= 0) return Promise.resolve(false)
    return new Promise((resolve) => {
      const settle = (arrived: boolean): void => {
        this.#waiting.delete(waiter)
        clearTimeout(timer)
        signal?.removeEventListener('abort', giveUp)
        resolve(arrived)
      }
      const giveUp = (): void => settle(false)
      const waiter: Waiter = { position, settle }
      const timer = setTimeout(giveUp, timeoutMs)
      signal?.addEventListener('abort', giveUp, { once: true })
      this.#waiting.add(waiter)
      this.#pause = SHORTEST_POLL_MS
      this.#schedule()
    })
  }

  /** This process has appended. */
  appended(): void {
    for (const { settle } of [...this.#waiting]) settle(true)
  }

  close(): void {
    clearTimeout(this.#timer)
    for (const { settle } of [...this.#waiting]) settle(false)
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#poll(), this.#pause).unref()
  }

  #poll(): void {
    if (this.#waiting.size === 0) return
    if (this.#changed()) {
      this.#pause = SHORTEST_POLL_MS
      this.#wakeReached()
    } else this.#pause = Math.min(LONGEST_POLL_MS, this.#pause * 2)
    if (this.#waiting.size > 0) this.#schedule()
  }

  #changed(): boolean {
    try {
      const version = this.#dataVersion.get()?.[0]
      const changed = version !== this.#seen
      this.#seen = version
      return changed
    } catch {
      // Busy for a moment, or worse: whoever waits reads the feed next, and is told there.
      return true
    }
  }

  /** Checkpoints and leases change the file too; only events wake. */
  #wakeReached(): void {
    for (const { position, settle } of [...this.#waiting]) {
      let more = true
      try {
        more = this.#reader.now(() => this.#feed.hasMore(position))
      } catch {
        // As above: waking is a hint.
      }
      if (more) settle(true)
    }
  }
}
