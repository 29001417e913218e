import type { DatabaseSync } from 'node:sqlite'
import { Query } from './query.ts'

/** How long copying the WAL into the file may block the event loop, as far as the size of the step decides it. */
const TARGET_MS = 10

/**
 * On a slow disk: how many times as long as a COMMIT. A step flushes twice however small it is, so from some point on smaller
 * ones only cost more.
 */
const TARGET_COMMITS = 4

/** SQLite's own default. */
const FEWEST_PAGES = 1_000

/** 40 MB. Later is better, since a page that was written often is copied once; but beyond this there is no gain. */
const MOST_PAGES = 10_000

/** What a WAL file keeps on the disk after it was emptied, when it had grown because a reader held it. */
export const JOURNAL_SIZE_LIMIT = 64 * 1024 * 1024

/**
 * Copies the WAL into the file when enough has come together. SQLite would do it inside of a COMMIT and at a fixed number of
 * pages; here it gets a turn of the event loop for itself, and the number follows from how long the last one took: 10,000
 * pages take 11 ms on a fast disk. On a slow one fewer are copied at a time.
 *
 * How many pages the WAL has is estimated from what was written, and the estimate is corrected by each checkpoint.
 * Passive: readers and writers, of other processes too, go on meanwhile. While one of them reads an old snapshot the WAL
 * cannot be emptied and grows; the next step catches up.
 */
export class WalCheckpoints {
  readonly #checkpoint: Query<[busy: number, log: number, checkpointed: number]>
  #pages: number
  #threshold = MOST_PAGES / 2
  /** Spent in the COMMITs since the last checkpoint. */
  #commitMs = 0
  #commits = 0
  /** Actual over estimated pages, at the last checkpoint. */
  #correction = 1
  /** Pages at the beginning of the WAL that are in the file already, because the last checkpoint could not reach the end. */
  #done = 0

  /** @param pages that the WAL has already, left by a process that was killed, say */
  constructor(db: DatabaseSync, pages: number) {
    this.#checkpoint = new Query(db, 'PRAGMA wal_checkpoint(PASSIVE)')
    this.#pages = pages
  }

  /** A transaction was committed. An event costs about two pages where streams are many, and its data what it fills. */
  wrote(events: number, characters: number, commitMs: number): void {
    this.#commitMs += commitMs
    this.#commits++
    this.#pages += this.#correction * (4 + 2 * events + characters / 4_000)
  }

  get due(): boolean {
    return this.#pages >= this.#threshold
  }

  run(): void {
    const start = performance.now()
    const [, log = 0, checkpointed = 0] = this.#checkpoint.get() ?? []
    const elapsed = performance.now() - start
    const copied = checkpointed - Math.min(this.#done, checkpointed)
    if (copied > 0) this.#correction = clamp((this.#correction * copied) / this.#pages, 0.1, 10)
    const target = Math.max(TARGET_MS, (TARGET_COMMITS * this.#commitMs) / Math.max(1, this.#commits))
    this.#threshold = clamp(this.#threshold * (elapsed > target ? 0.7 : 1.2), FEWEST_PAGES, MOST_PAGES)
    this.#done = log > checkpointed ? checkpointed : 0
    this.#pages = 0
    this.#commitMs = 0
    this.#commits = 0
  }
}

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value))
