import {
  type Commit,
  CommitOutcomeUnknown,
  type CommitResult,
  type ReadOptions,
  type RecordedCommit,
  StoreFailure,
  StoreUnavailable,
  type StreamRead,
  type StreamSlice,
} from 'eventcore'
import type { SeededRandom } from '../../../../testing/src/workload/seeded-random.ts'
import type { LogStore } from '../fixture/log-store.ts'
import { StoreWrapper } from '../fixture/store-wrapper.ts'
import type { Turns } from '../fixture/turns.ts'

/** One process's connection to a shared log: slow, in a random order, and as faulty as it is told to be. */
export class ScriptedStore extends StoreWrapper {
  readonly #log: LogStore
  readonly #turns: Turns
  readonly #random: SeededRandom
  readonly #faults: number
  readonly #underWay = new Set<readonly Commit[]>()
  /** Batches whose answer was lost before they were written. They land some time. */
  readonly late: Promise<void>[] = []
  /** How the executor broke its side of the contract. */
  readonly violations: string[] = []

  constructor(log: LogStore, turns: Turns, random: SeededRandom, lanes: number, faults: number) {
    super(log, lanes)
    this.#log = log
    this.#turns = turns
    this.#random = random
    this.#faults = faults / 100
  }

  override async read(reads: readonly StreamRead[], options?: ReadOptions): Promise<readonly StreamSlice[]> {
    await this.#turns.pause()
    if (this.#random.chance(this.#faults)) throw new StoreUnavailable('no connection', 'read')
    // Short pages: more rounds in which something can change.
    const slices = await this.#log.read(reads, { limit: Math.min(options?.limit ?? 1_000, 3 + this.#random.below(20)) })
    await this.#turns.pause()
    return slices
  }

  override async append(commits: readonly Commit[]): Promise<readonly CommitResult[]> {
    this.#expectLanesApart(commits)
    this.#underWay.add(commits)
    try {
      await this.#turns.pause()
      if (this.#random.chance(this.#faults)) return await this.#fail(commits)
      const results = this.#log.appendNow(commits)
      await this.#turns.pause()
      return results
    } finally {
      this.#underWay.delete(commits)
    }
  }

  override async findCommits(commandIds: readonly string[]): Promise<readonly RecordedCommit[]> {
    await this.#turns.pause()
    if (this.#random.chance(this.#faults)) throw new StoreUnavailable('no connection', 'findCommits')
    const found = await this.#log.findCommits(commandIds)
    await this.#turns.pause()
    return found
  }

  async #fail(commits: readonly Commit[]): Promise<readonly CommitResult[]> {
    switch (this.#random.below(5)) {
      case 0:
        throw new StoreUnavailable('busy', 'append')
      case 1:
        throw commits.length > 1 ? new StoreFailure('no', 'append') : new StoreUnavailable('busy', 'append')
      case 2:
        this.#log.appendNow(commits)
        await this.#turns.pause()
        throw new CommitOutcomeUnknown(commits.map(({ commandId }) => commandId))
      case 3:
        await this.#turns.pause()
        throw new TypeError('a driver that fell over')
      default:
        this.late.push(this.#land(commits))
        throw new CommitOutcomeUnknown(commits.map(({ commandId }) => commandId))
    }
  }

  /** The server goes on with what the client has given up. */
  async #land(commits: readonly Commit[]): Promise<void> {
    for (let pauses = this.#random.below(12); pauses >= 0; pauses--) await this.#turns.pause()
    this.#log.appendNow(commits)
  }

  #expectLanesApart(commits: readonly Commit[]): void {
    if (this.#underWay.size >= this.appendLanes) this.violations.push(`more than ${this.appendLanes} calls at once`)
    for (const other of this.#underWay) {
      const crossed = [...written(commits)].find((stream) => checked(other).has(stream))
      const crossing = [...written(other)].find((stream) => checked(commits).has(stream))
      const stream = crossed ?? crossing
      if (stream !== undefined) this.violations.push(`two calls at once touch ${stream}, and one writes to it`)
    }
  }
}

const written = (commits: readonly Commit[]): Set<string> =>
  new Set(commits.flatMap(({ events }) => events.map(({ stream }) => stream)))
const checked = (commits: readonly Commit[]): Set<string> =>
  new Set(commits.flatMap(({ checks }) => checks.map(({ stream }) => stream)))
