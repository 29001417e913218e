import { assertValidCommits, type Commit, type CommitResult, type StreamCheck } from 'eventcore'
import { append } from '../../../../memory/src/append.ts'
import { CommandIdIndex } from '../../../../memory/src/command-id-index.ts'
import { LogStore } from '../fixture/log-store.ts'

/** The check that passes as the log stands. */
function passing({ log }: LogStore, stream: string): StreamCheck {
  const head = log.streams.get(stream)
  return { stream, version: head?.version ?? 0, headId: head?.id ?? null, base: 0 }
}

/** Takes the commits one by one, each changed in the light of those before it. */
abstract class ChangesCommits extends LogStore {
  abstract change(commit: Commit): Commit

  override appendNow(commits: readonly Commit[]): readonly CommitResult[] {
    assertValidCommits(commits)
    return commits.map((commit) => append(this.log, [this.change(commit)])[0] as CommitResult)
  }
}

/** Compares version numbers only. */
export class IgnoresHeadIds extends ChangesCommits {
  change(commit: Commit): Commit {
    const checks = commit.checks.map((check) => {
      const actual = passing(this, check.stream)
      return actual.version === check.version ? { ...check, headId: actual.headId } : check
    })
    return { ...commit, checks }
  }
}

/** Believes decisions that write nothing. */
export class VerifiesNothing extends ChangesCommits {
  change(commit: Commit): Commit {
    if (commit.events.length > 0) return commit
    return { ...commit, checks: commit.checks.map(({ stream }) => passing(this, stream)) }
  }
}

/** Write skew: what is only read is not checked. */
export class ChecksOnlyWhatIsWritten extends ChangesCommits {
  change(commit: Commit): Commit {
    if (commit.events.length === 0) return commit
    const written = new Set(commit.events.map(({ stream }) => stream))
    return {
      ...commit,
      checks: commit.checks.map((check) => (written.has(check.stream) ? check : passing(this, check.stream))),
    }
  }
}

export class IgnoresAbsentStreams extends ChangesCommits {
  change(commit: Commit): Commit {
    return {
      ...commit,
      checks: commit.checks.map((check) => (check.version === 0 ? passing(this, check.stream) : check)),
    }
  }
}

/** Commits under the same command id again. */
export class ForgetsCommandIds extends LogStore {
  override appendNow(commits: readonly Commit[]): readonly CommitResult[] {
    Object.assign(this.log, { commandIds: new CommandIdIndex((commit) => this.log.commandIdAt(commit)) })
    return super.appendNow(commits)
  }
}

/** Acknowledges a commit now and then that it does not write. */
export class LosesCommits extends LogStore {
  #calls = 0

  override appendNow(commits: readonly Commit[]): readonly CommitResult[] {
    const results = super.appendNow(commits)
    const last = results.at(-1)
    if (++this.#calls % 5 !== 0 || last?.status !== 'committed') return results
    this.log.takeBackLast()
    return results
  }
}

/** Answers that nothing of the batch was written, and writes it. */
export class WritesWhatItRefuses extends LogStore {
  override appendNow(commits: readonly Commit[]): readonly CommitResult[] {
    const results = super.appendNow(commits)
    if (this.length % 7 !== 0) return results
    const refused: CommitResult[] = commits.map(({ checks }) => ({
      status: 'conflict',
      conflicts: checks.map(({ stream, version, headId }) => ({
        stream,
        expectedVersion: version,
        expectedHeadId: headId,
        actualVersion: version,
        actualHeadId: headId,
        missed: [],
        missedComplete: true,
      })),
    }))
    return results.map((result, index) => (result.status === 'committed' ? (refused[index] as CommitResult) : result))
  }
}
