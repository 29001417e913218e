import {
  type Commit,
  CommitOutcomeUnknown,
  type CommitResult,
  type EventStoreError,
  MISSED_EVENTS_LIMIT,
  type RecordedCommit,
} from 'eventcore'
import type { Connections } from '../connection/connections.ts'
import { isServerError } from '../connection/driver-error.ts'
import type { Statement } from '../connection/statement.ts'
import type { InlineStatements } from '../projections/inline-statements.ts'
import type { CommitFinder } from '../read/find-commits.ts'
import { type Naming, withNames } from '../schema/naming.ts'
import { assertStorable } from './assert-storable.ts'
import { ColumnWriter } from './column-writer.ts'
import { type BatchProblems, committedResults, mixedResults } from './decode-results.ts'
import { encodeBatch } from './encode-batch.ts'

/** How often a batch is sent again after it lost a race that can be lost again: deadlock, the same command id at once. */
const RACES = 5

const ARGUMENTS = 34
/** With inline projections. */
const MORE_ARGUMENTS = 5

/** A definite failure of a whole call, after which nothing of it stands. */
interface Refused {
  readonly refused: EventStoreError
  readonly cause: unknown
}

/** Sends batches of commits to the append function of the database. */
export class Appender {
  readonly #connections: Connections
  readonly #commits: CommitFinder
  readonly #durable: boolean
  readonly #inline: InlineStatements | undefined
  readonly #writer = new ColumnWriter()
  readonly #statement: Statement

  constructor(
    connections: Connections,
    commits: CommitFinder,
    names: Naming,
    { durable, inline }: { readonly durable: boolean; readonly inline: InlineStatements | undefined },
  ) {
    this.#connections = connections
    this.#commits = commits
    this.#durable = durable
    this.#inline = inline
    const call = (name: string, columns: string, length: number): Statement => {
      const parameters = Array.from({ length }, (_, i) => `$${i + 1}`).join(', ')
      return { name, text: withNames(`select ${columns} from {schema}.{prefix}${name}(${parameters})`, names) }
    }
    this.#statement =
      inline === undefined
        ? call('append', 'first_position, problems', ARGUMENTS)
        : call('append_projecting', 'first_position, problems, failures', ARGUMENTS + MORE_ARGUMENTS)
  }

  /**
   * @throws CommitOutcomeUnknown (`COMMIT_OUTCOME_UNKNOWN`) when the answer got lost
   * @throws StoreUnavailable (`STORE_UNAVAILABLE`), StoreFailure (`STORE_FAILURE`), InvalidCommit (`INVALID_COMMIT`):
   * nothing was written
   */
  async append(commits: readonly Commit[]): Promise<readonly CommitResult[]> {
    assertStorable(commits)
    const answer = await this.#appendAll(commits, commits)
    if ('refused' in answer) throw answer.refused
    return answer
  }

  /** @param call all commits of the call, which an unknown outcome names */
  async #appendAll(commits: readonly Commit[], call: readonly Commit[]): Promise<readonly CommitResult[] | Refused> {
    const answer = await this.#send(commits, call)
    if (!('refused' in answer) || !isFaultOfOneCommit(answer.cause)) return answer
    if (commits.length === 1) return [{ status: 'failed', error: answer.refused }]
    // One commit holds what the database does not take. The others have nothing to do with it: halves find it.
    const middle = commits.length >> 1
    const first = await this.#appendAll(commits.slice(0, middle), call)
    if ('refused' in first) return first
    const second = await this.#appendAll(commits.slice(middle), call)
    if (!('refused' in second)) return [...first, ...second]
    // The first half stands, so the call as a whole cannot be refused any more.
    const { refused } = second
    return [...first, ...commits.slice(middle).map((): CommitResult => ({ status: 'failed', error: refused }))]
  }

  async #send(commits: readonly Commit[], call: readonly Commit[]): Promise<readonly CommitResult[] | Refused> {
    let plain = true
    const inline = this.#inline?.encode(commits)
    for (let race = 1; ; race++) {
      let streams: readonly string[] = []
      const answer = await this.#connections.attempt('append', this.#statement, () => {
        const batch = encodeBatch(this.#writer, commits, plain)
        streams = batch.streams
        return [...batch.values, MISSED_EVENTS_LIMIT, this.#durable, ...(inline?.values ?? [])]
      })
      if (answer.outcome === 'unknown') {
        throw new CommitOutcomeUnknown(
          call.map(({ commandId }) => commandId),
          { cause: answer.cause },
        )
      }
      if (answer.outcome === 'definite') {
        if (race > RACES || !isLostRace(answer.cause)) return { refused: answer.error, cause: answer.cause }
        // With an id that another batch has just recorded, the commits must be looked at one by one.
        plain = false
        continue
      }
      const [firstPosition = null, problems = null, failures = null] = answer.rows[0] ?? []
      if (inline !== undefined && failures !== null)
        return await this.#appendOthers(commits, inline.failuresOf(failures), call)
      if (problems === null) return committedResults(commits, firstPosition)
      const found = JSON.parse(problems) as BatchProblems
      return mixedResults(commits, streams, firstPosition, found, await this.#recorded(found.duplicates, call))
    }
  }

  /** Nothing was written, since inline projections could not take some of the commits: the others go on without them. */
  async #appendOthers(
    commits: readonly Commit[],
    failed: ReadonlyMap<number, EventStoreError>,
    call: readonly Commit[],
  ): Promise<readonly CommitResult[] | Refused> {
    const others = commits.filter((_, c) => !failed.has(c))
    const answer = others.length === 0 ? [] : await this.#appendAll(others, call)
    if ('refused' in answer) return answer
    const results = answer.values()
    return commits.map((_, c) => {
      const error = failed.get(c)
      // There is a result for each of the others.
      return error === undefined ? (results.next().value as CommitResult) : { status: 'failed', error }
    })
  }

  async #recorded(commandIds: readonly string[], call: readonly Commit[]): Promise<Map<string, RecordedCommit>> {
    if (commandIds.length === 0) return new Map()
    try {
      const commits = await this.#commits.find(commandIds)
      return new Map(commits.map((commit) => [commit.commandId, commit]))
    } catch (cause) {
      // Others of the batch may have been committed a moment ago.
      throw new CommitOutcomeUnknown(
        call.map(({ commandId }) => commandId),
        { cause },
      )
    }
  }
}

/** Deadlock, serialization, and a command id that another batch recorded at the same time. */
const isLostRace = (cause: unknown): boolean =>
  isServerError(cause) && (cause.code === '40P01' || cause.code === '40001' || cause.code === '23505')

/** Data that cannot be stored, or too much of it: classes "data exception", "integrity", "program limit". */
const isFaultOfOneCommit = (cause: unknown): boolean => isServerError(cause) && /^(22|23|54)/.test(cause.code)
