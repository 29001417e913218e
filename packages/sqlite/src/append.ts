import type { StatementSync } from 'node:sqlite'
import {
  asPosition,
  type Commit,
  type CommitResult,
  MISSED_EVENTS_LIMIT,
  type NewEvent,
  type Position,
  type StreamCheck,
  type StreamConflict,
} from 'eventcore'
import { commandKey } from './command-key.ts'
import { encodeMetadata, encodeReads } from './commit-row.ts'
import type { InlineAppends } from './projections/inline-appends.ts'
import type { Head } from './stream-reads.ts'
import type { Writer } from './writer.ts'

/** How many more missed events this call may report. */
interface MissedBudget {
  left: number
}

/**
 * Takes commits inside the writer's transaction. All checks of a commit come before its first write, and its first
 * write is the one that the command id can refuse, so a commit that does not go through has written nothing, and no
 * savepoint is needed.
 */
export class Appender {
  readonly #writer: Writer
  readonly #insertCommit: StatementSync
  readonly #insertEvent: StatementSync
  readonly #insertStream: StatementSync
  readonly #inline: InlineAppends | undefined

  /** @param inline what is kept in step with the events */
  constructor(writer: Writer, inline?: InlineAppends) {
    this.#writer = writer
    this.#inline = inline
    // One execution per row: rows of 16 in one statement took 13.4 instead of 11.5 µs per commit.
    this.#insertCommit = writer.db.prepare(
      `INSERT INTO eventcore_commits
         (position, command_id, events, command_name, input_hash, reads, recorded_at, correlation_id, causation_id, metadata)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (command_id) DO NOTHING`,
    )
    this.#insertEvent = writer.db.prepare(
      'INSERT INTO eventcore_events (position, stream, version, id, type, data) VALUES (?, ?, ?, ?, ?, ?)',
    )
    this.#insertStream = writer.db.prepare('INSERT INTO eventcore_streams (name) VALUES (?)')
  }

  append(commits: readonly Commit[]): CommitResult[] {
    const budget: MissedBudget = { left: MISSED_EVENTS_LIMIT }
    this.#inline?.catchUp()
    const results = commits.map((commit) => this.#appendCommit(commit, budget))
    if (results.some(({ status }) => status === 'committed')) this.#inline?.advance()
    return results
  }

  #appendCommit(commit: Commit, budget: MissedBudget): CommitResult {
    const { checks, events } = commit
    const heads: Head[] = []
    let failing = false
    for (const check of checks) {
      const head = this.#writer.head(check.stream)
      heads.push(head)
      // Both, since another event may have come to stand at the version that was read.
      if (head.version !== check.version || head.id !== check.headId) failing = true
    }
    if (failing) return this.#duplicate(commit) ?? this.#conflict(checks, heads, budget)
    if (events.length === 0) return this.#duplicate(commit) ?? { status: 'verified' }
    if (this.#inline !== undefined) return this.#insertWithReadModels(this.#inline, commit, heads)
    return this.#insert(commit, heads)
  }

  #insert(commit: Commit, heads: readonly Head[]): CommitResult {
    if (!this.#insertRecord(commit)) return this.#duplicate(commit) ?? missingDuplicate(commit)
    return { status: 'committed', positions: this.#insertEvents(commit.checks, heads, commit.events) }
  }

  /** A savepoint takes the commit back, rows and events, when an inline projection fails. */
  #insertWithReadModels(inline: InlineAppends, commit: Commit, heads: readonly Head[]): CommitResult {
    const [before, position] = [heads.map((head) => ({ ...head })), this.#writer.position]
    const result = inline.inSavepoint(() => {
      const inserted = this.#insert(commit, heads)
      if (inserted.status === 'committed') inline.project(position)
      return inserted
    })
    if (!('failure' in result)) return result
    for (const [i, head] of heads.entries()) Object.assign(head, before[i])
    this.#writer.wrote(position - this.#writer.position, 0)
    return { status: 'failed', error: result.failure }
  }

  #duplicate({ commandId }: Commit): CommitResult | undefined {
    const commit = this.#writer.commits.find(commandId)
    return commit === undefined ? undefined : { status: 'duplicate', commit }
  }

  #conflict(checks: readonly StreamCheck[], heads: readonly Head[], budget: MissedBudget): CommitResult {
    const conflicts: StreamConflict[] = []
    for (const [i, { stream, version, headId, base }] of checks.entries()) {
      const head = heads[i] as Head
      if (head.version === version && head.id === headId) continue
      const missed =
        head.key === 0 ? [] : this.#writer.streams.forwards(stream, head.key, base, head.version, budget.left)
      budget.left -= missed.length
      conflicts.push({
        stream,
        expectedVersion: version,
        expectedHeadId: headId,
        actualVersion: head.version,
        actualHeadId: head.id,
        missed,
        missedComplete: base + missed.length >= head.version,
      })
    }
    return { status: 'conflict', conflicts }
  }

  /** Answers false when the command id is recorded already. */
  #insertRecord(commit: Commit): boolean {
    const { commandId, correlationId } = commit
    const { changes } = this.#insertCommit.run(
      this.#writer.position + 1,
      commandKey(commandId),
      commit.events.length,
      commit.commandName,
      commit.inputHash,
      encodeReads(commit),
      commit.recordedAt,
      correlationId === commandId ? null : correlationId,
      commit.causationId,
      encodeMetadata(commit.metadata),
    )
    return changes === 1
  }

  #insertEvents(checks: readonly StreamCheck[], heads: readonly Head[], events: readonly NewEvent[]): Position[] {
    const positions: Position[] = []
    let position = this.#writer.position
    let characters = 0
    // A valid commit checks each stream that it writes to.
    const byStream = checks.length === 1 ? undefined : new Map(checks.map((check, i) => [check.stream, heads[i]]))
    for (const { stream, id, type, data } of events) {
      const head = (byStream === undefined ? heads[0] : byStream.get(stream)) as Head
      if (head.key === 0) {
        head.key = Number(this.#insertStream.run(stream).lastInsertRowid)
        this.#writer.remember(stream, head)
      }
      position++
      this.#insertEvent.run(position, head.key, head.version + 1, id, type, data)
      head.version++
      head.id = id
      characters += data.length
      positions.push(asPosition(String(position)))
    }
    this.#writer.wrote(events.length, characters)
    return positions
  }
}

function missingDuplicate({ commandId }: Commit): never {
  throw new Error(`command id ${commandId} was refused as recorded, but no commit has it`)
}
