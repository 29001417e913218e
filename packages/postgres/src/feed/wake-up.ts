import type { Cursor } from 'eventcore'
import { pointOf } from './feed-position.ts'
import type { FeedReader } from './feed-reader.ts'

interface Waiter {
  readonly position: bigint
  settle(arrived: boolean): void
}

export interface WakeUpOptions {
  /** How often the head of the feed is looked at while somebody waits, whatever notifications say. */
  readonly pollIntervalMs: number
  /** Whether appends of others are told, or that some may have been missed. */
  readonly listening: () => boolean
  /** Called when the first reader waits. */
  readonly onFirstWaiter: () => void
}

/**
 * How soon the feed is looked at again when an event is known to be committed and cannot be read yet: an append with a
 * lower position is still running.
 */
const HELD_BACK_MS = 5

/**
 * Readers of the feed that have seen everything and wait for more. They are woken by appends of this store, by
 * notifications of others, and by a look at the feed now and then, since notifications may get lost.
 */
export class WakeUp {
  readonly #feed: FeedReader
  readonly #options: WakeUpOptions
  readonly #waiting = new Set<Waiter>()
  /** The highest position that is known to be committed. */
  #committed = 0n
  #timer: NodeJS.Timeout | undefined
  /** When it runs out. */
  #due = 0
  #looking = false
  #lookAgain = false
  #closed = false

  constructor(feed: FeedReader, options: WakeUpOptions) {
    this.#feed = feed
    this.#options = options
  }

  async wait(
    after: Cursor | undefined,
    { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<boolean> {
    const { position } = pointOf(after, 'waitForEvents')
    if (signal?.aborted === true) return false
    const waiting = this.#enter(position, timeoutMs, signal)
    this.#options.onFirstWaiter()
    // After the waiter has entered: what is committed from now on wakes it. What was committed before is known where
    // notifications come in, and must be looked for where they do not yet.
    const known = this.#options.listening() && this.#committed <= position
    this.#look(known ? this.#options.pollIntervalMs : 0)
    return await waiting
  }

  /** An event is committed at this position. A hint: that it can be read does not follow. */
  committed(position: bigint): void {
    if (position > this.#committed) this.#committed = position
    this.#wakeBelow(position)
  }

  /** Something may have been missed. */
  suspect(): void {
    if (this.#waiting.size > 0) this.#look(0)
  }

  /** Waiting readers are answered `false`. */
  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    for (const waiter of [...this.#waiting]) waiter.settle(false)
  }

  #enter(position: bigint, timeoutMs: number, signal: AbortSignal | undefined): Promise<boolean> {
    return new Promise((resolve) => {
      const waiter: Waiter = {
        position,
        settle: (arrived) => {
          this.#waiting.delete(waiter)
          clearTimeout(timer)
          signal?.removeEventListener('abort', giveUp)
          resolve(arrived)
        },
      }
      const giveUp = (): void => waiter.settle(false)
      const timer = setTimeout(giveUp, timeoutMs)
      signal?.addEventListener('abort', giveUp, { once: true })
      this.#waiting.add(waiter)
    })
  }

  /** Plans a look at the feed, or brings a planned one forward. */
  #look(afterMs: number): void {
    if (this.#closed) return
    if (this.#looking) {
      // What is under way was asked before whatever makes us look now.
      this.#lookAgain ||= afterMs === 0
      return
    }
    const due = performance.now() + afterMs
    if (this.#timer !== undefined && this.#due <= due) return
    clearTimeout(this.#timer)
    this.#due = due
    this.#timer = setTimeout(() => void this.#lookNow(), afterMs)
  }

  async #lookNow(): Promise<void> {
    this.#timer = undefined
    if (this.#waiting.size === 0) return
    this.#looking = true
    try {
      const lowest = [...this.#waiting].reduce((low, { position }) => (position < low ? position : low), 2n ** 63n - 1n)
      const head = await this.#feed.head(lowest, 'waitForEvents')
      if (head !== undefined) this.#wakeBelow(head.position)
    } catch {
      // The next look will tell, or the read that follows the waiting.
    } finally {
      this.#looking = false
    }
    if (this.#waiting.size === 0) return
    const heldBack = [...this.#waiting].some(({ position }) => position < this.#committed)
    const again = this.#lookAgain
    this.#lookAgain = false
    this.#look(again ? 0 : heldBack ? HELD_BACK_MS : this.#options.pollIntervalMs)
  }

  #wakeBelow(position: bigint): void {
    for (const waiter of [...this.#waiting]) if (waiter.position < position) waiter.settle(true)
  }
}
