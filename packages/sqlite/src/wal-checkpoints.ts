import { statSync } from 'node:fs'
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

const BYTES_PER_PAGE = 4_096

/** How often it is tried to keep other writers out, after a checkpoint that could not empty the WAL. */
const RESTARTS = 8

/** After how many transactions the size of the WAL is looked at, which takes 2.5 µs, and 14 on a busy machine. */
const LOOK_EVERY = 8

type CheckpointResult = [busy: number, log: number, checkpointed: number]

/**
 * Copies the WAL into the file when enough has come together. SQLite would do it inside of a COMMIT and at a fixed number of
 * pages; here it gets a turn of the event loop for itself, and the number follows from how long the last one took: 10,000
 * pages take 11 ms on a fast disk. On a slow one fewer are copied at a time.
 *
 * How many pages the WAL has is estimated from what was written, and the estimate is corrected by each checkpoint.
 * Passive: readers and writers, of other processes too, go on meanwhile. While one of them reads an old snapshot the WAL
 * cannot be emptied and grows; the next step catches up.
 *
 * Writers who never rest can keep the WAL from being emptied for ever: each step ends where they have got to by then (four
 * processes on a database of 20 MB came to a WAL of 490 MB in two minutes, and on). So when its file is larger than it would be
 * left, a step that keeps them out follows, {@link restart}.
 */
export class WalCheckpoints {
  readonly #checkpoint: Query<CheckpointResult>
  readonly #restart: Query<CheckpointResult>
  readonly #walPath: string
  #pages: number
  #threshold = MOST_PAGES / 2
  /** Bytes of the WAL from which on a checkpoint is due, whoever wrote them. Raised while it cannot be emptied, not to try all the time. */
  #sizeLimit = JOURNAL_SIZE_LIMIT
  /** Spent in the COMMITs since the last checkpoint. */
  #commitMs = 0
  #commits = 0
  /** Actual over estimated pages, at the last checkpoint. */
  #correction = 1
  /** Pages at the beginning of the WAL that are in the file already, because the last checkpoint could not reach the end. */
  #done = 0
  /** How often it may still be tried to keep the writers out. */
  #restartsLeft = 0

  /** @param path of the database: a process that was killed leaves a WAL beside it */
  constructor(db: DatabaseSync, path: string) {
    this.#checkpoint = new Query(db, 'PRAGMA wal_checkpoint(PASSIVE)')
    this.#restart = new Query(db, 'PRAGMA wal_checkpoint(RESTART)')
    this.#walPath = `${path}-wal`
    this.#pages = this.#walBytes() / BYTES_PER_PAGE
  }

  /** A transaction was committed. An event costs about two pages where streams are many, and its data what it fills. */
  wrote(events: number, characters: number, commitMs: number): void {
    this.#commitMs += commitMs
    this.#commits++
    this.#pages += this.#correction * (4 + 2 * events + characters / 4_000)
  }

  get due(): boolean {
    return this.#pages >= this.#threshold || (this.#commits % LOOK_EVERY === 0 && this.#walBytes() > this.#sizeLimit)
  }

  run(): void {
    const start = performance.now()
    const [, log = 0, checkpointed = 0] = this.#checkpoint.get() ?? []
    const elapsed = performance.now() - start
    const copied = checkpointed - Math.min(this.#done, checkpointed)
    if (copied > 0 && this.#pages > 0) this.#correction = clamp((this.#correction * copied) / this.#pages, 0.1, 10)
    const target = Math.max(TARGET_MS, (TARGET_COMMITS * this.#commitMs) / Math.max(1, this.#commits))
    this.#threshold = clamp(this.#threshold * (elapsed > target ? 0.7 : 1.2), FEWEST_PAGES, MOST_PAGES)
    this.#done = log > checkpointed ? checkpointed : 0
    // What was not copied is more where a reader has an old snapshot. About that nothing can be done.
    const heldByWriters = log - checkpointed < log / 4
    this.#restartsLeft = log * BYTES_PER_PAGE > JOURNAL_SIZE_LIMIT && heldByWriters ? RESTARTS : 0
    const bytes = this.#walBytes()
    this.#sizeLimit = bytes > JOURNAL_SIZE_LIMIT ? bytes + MOST_PAGES * BYTES_PER_PAGE : JOURNAL_SIZE_LIMIT
    this.#pages = 0
    this.#commitMs = 0
    this.#commits = 0
  }

  /** Whether the WAL is larger than what its file keeps, and the writers seem to be the reason: then {@link restart} may help. */
  get outgrown(): boolean {
    return this.#restartsLeft > 0
  }

  /**
   * Copies the rest while nobody writes, and has the next writer begin at the beginning; or does not, if somebody is in the way. To be called
   * right after a COMMIT, before the others notice that it is their turn.
   */
  restart(): void {
    this.#restartsLeft--
    const [busy] = this.#restart.get() ?? []
    if (busy !== 0) return
    this.#done = 0
    this.#restartsLeft = 0
    this.#sizeLimit = JOURNAL_SIZE_LIMIT
  }

  /** Only the size: to open and close a file of the database would release the locks that SQLite holds on it. */
  #walBytes(): number {
    return statSync(this.#walPath, { throwIfNoEntry: false })?.size ?? 0
  }
}

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value))
