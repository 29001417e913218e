import { setImmediate as turn } from 'node:timers/promises'
import { type Commit, CommitOutcomeUnknown, type CommitResult, StoreFailure, type StreamCheck } from 'eventcore'
import { append } from '../../../memory/src/append.ts'
import type { EventLog } from '../../../memory/src/event-log.ts'
import { SharedLogStore } from '../contract/shared-log-store.ts'

/** The check that a stream passes as it stands now. */
function passing(log: EventLog, stream: string): StreamCheck {
  const head = log.streams.get(stream)
  return { stream, version: head?.version ?? 0, headId: head?.id ?? null, base: 0 }
}

const holds = (log: EventLog, { stream, version, headId }: StreamCheck): boolean => {
  const now = passing(log, stream)
  return now.version === version && now.headId === headId
}

const isWritten = ({ events }: Commit, stream: string): boolean => events.some((event) => event.stream === stream)

/** Appends each commit of a batch in a way of its own, after something else had its turn. */
abstract class OneByOne extends SharedLogStore {
  abstract one(commit: Commit): Promise<CommitResult | undefined>

  override async append(commits: readonly Commit[]): Promise<readonly CommitResult[]> {
    this.assertOpen('append')
    const results: CommitResult[] = []
    for (const commit of commits) {
      const result = await this.one(commit)
      if (result !== undefined) results.push(result)
    }
    this.wake()
    return results
  }

  protected commit(commit: Commit): CommitResult | undefined {
    return append(this.log, [commit])[0]
  }
}

/** Read streams are checked without a lock that lasts until the insert; written ones properly. */
export class ChecksReadStreamsUnlocked extends OneByOne {
  override async one(commit: Commit): Promise<CommitResult | undefined> {
    const checked = this.commit({ ...commit, events: [] })
    if (checked?.status !== 'verified') return checked
    await turn()
    const checks = commit.checks.map((check) =>
      isWritten(commit, check.stream) ? check : passing(this.log, check.stream),
    )
    return this.commit({ ...commit, checks })
  }
}

/** `ON CONFLICT DO NOTHING`: an unlocked check, then what still fits is inserted, and success is reported. */
export class DropsWhatConflicts extends OneByOne {
  override async one(commit: Commit): Promise<CommitResult | undefined> {
    const checked = this.commit({ ...commit, events: [] })
    if (checked?.status !== 'verified' || commit.events.length === 0) return checked
    await turn()
    const stale = new Set(commit.checks.filter((check) => !holds(this.log, check)).map(({ stream }) => stream))
    const events = commit.events.filter(({ stream }) => !stale.has(stream))
    const inserted = this.commit({
      ...commit,
      checks: commit.checks.map(({ stream }) => passing(this.log, stream)),
      events,
    })
    if (inserted?.status === 'conflict') return inserted
    const position = `${this.log.length}`
    const positions = inserted?.status === 'committed' ? inserted.positions : []
    // Something must be answered for the events that were dropped.
    return {
      status: 'committed',
      positions: commit.events.map((_, i) => positions[i] ?? (position as (typeof positions)[number])),
    }
  }
}

/** After a conflict only the write is repeated, on what stands there now: the decision was taken on something else. */
export class ReplaysTheWrite extends OneByOne {
  override async one(commit: Commit): Promise<CommitResult | undefined> {
    const result = this.commit(commit)
    if (result?.status !== 'conflict') return result
    await turn()
    return this.commit({ ...commit, checks: commit.checks.map(({ stream }) => passing(this.log, stream)) })
  }
}

/** Every tenth commit succeeds and is reported as a definite failure. */
export class FailsAfterCommitting extends OneByOne {
  #commits = 0

  override async one(commit: Commit): Promise<CommitResult | undefined> {
    const result = this.commit(commit)
    if (result?.status === 'committed' && ++this.#commits % 10 === 0) {
      throw new StoreFailure('The reply to COMMIT was lost, and taken for a failure.', 'append')
    }
    return result
  }
}

/** The reply to every tenth commit is lost, and so is the command id: the repetition commits again. */
export class ForgetsCommandIds extends OneByOne {
  #commits = 0

  override async one(commit: Commit): Promise<CommitResult | undefined> {
    const result = this.commit(commit)
    if (result?.status === 'committed' && ++this.#commits % 10 === 0) {
      this.log.commandIds.takeBackLast(commit.commandId)
      throw new CommitOutcomeUnknown([commit.commandId])
    }
    return result
  }
}
