import { assertValidCommits, type Commit, type CommitResult, type StreamCheck } from 'eventcore'
import type { EventLog } from '../../../../memory/src/event-log.ts'
import { SharedLogStore } from '../shared-log-store.ts'
import type { Mutant } from './mutant.ts'

/** The check that the stream would pass as it stands now. */
function passing(log: EventLog, stream: string): StreamCheck {
  const head = log.streams.get(stream)
  return { stream, version: head?.version ?? 0, headId: head?.id ?? null, base: 0 }
}

const isWritten = ({ events }: Commit, stream: string): boolean => events.some((event) => event.stream === stream)

/** Changes what is checked, at the moment when it is checked: after the earlier commits of the batch. */
abstract class ChangedChecks extends SharedLogStore {
  abstract change(commit: Commit): StreamCheck[]

  override async append(commits: readonly Commit[]): Promise<readonly CommitResult[]> {
    assertValidCommits(commits)
    const changed = (commit: Commit) => this.change(commit)
    return await super.append(
      commits.map((commit) => ({
        ...commit,
        get checks() {
          return changed(commit)
        },
      })),
    )
  }
}

class ChecksOnlyWrittenStreams extends ChangedChecks {
  change(commit: Commit): StreamCheck[] {
    if (commit.events.length === 0) return [...commit.checks]
    return commit.checks.map((check) => (isWritten(commit, check.stream) ? check : passing(this.log, check.stream)))
  }
}

class IgnoresAbsentStreams extends ChangedChecks {
  change({ checks }: Commit): StreamCheck[] {
    return checks.map((check) => (check.version === 0 ? passing(this.log, check.stream) : check))
  }
}

class IgnoresAbsentStreamsThatAreOnlyRead extends ChangedChecks {
  change(commit: Commit): StreamCheck[] {
    return commit.checks.map((check) =>
      check.version === 0 && !isWritten(commit, check.stream) ? passing(this.log, check.stream) : check,
    )
  }
}

class IgnoresHeadIds extends ChangedChecks {
  change({ checks }: Commit): StreamCheck[] {
    return checks.map((check) => {
      const actual = passing(this.log, check.stream)
      return actual.version === check.version ? { ...check, headId: actual.headId } : check
    })
  }
}

class ComparesWithAtLeast extends ChangedChecks {
  change({ checks }: Commit): StreamCheck[] {
    return checks.map((check) => {
      const actual = passing(this.log, check.stream)
      return actual.version < check.version ? actual : check
    })
  }
}

class LeavesEmptyCommitsUnchecked extends ChangedChecks {
  change({ checks, events }: Commit): StreamCheck[] {
    return events.length === 0 ? checks.map(({ stream }) => passing(this.log, stream)) : [...checks]
  }
}

export const checkingMutants: readonly Mutant[] = [
  {
    fault: 'only the streams that are written to are checked',
    open: (shared) => new ChecksOnlyWrittenStreams(shared),
    killedBy: [
      'a stream that is only read is checked: when it is stale, nothing is written',
      'a stream read as absent is checked although nothing is written to it',
      'write skew: of all who read two streams and write to one of them, exactly one commits in each round',
      'write skew: one half reads A and B and writes A, the other half writes B',
      'commands that read five streams and write to one',
      'batches over a hot set of streams',
    ],
  },
  {
    fault: 'streams read as absent are not checked',
    open: (shared) => new IgnoresAbsentStreams(shared),
    killedBy: [
      'an append to a stream that was read as absent conflicts when it exists',
      'of all who create a stream, exactly one does',
      'a stream that was read as absent and then created by another conflicts with its events',
    ],
  },
  {
    fault: 'streams read as absent are not checked unless they are written to',
    open: (shared) => new IgnoresAbsentStreamsThatAreOnlyRead(shared),
    killedBy: [
      'a stream read as absent is checked although nothing is written to it',
      'write skew over absent streams: of all who read two and create one of them, exactly one commits',
      'commands that need a stream to be absent, while others create it',
    ],
  },
  {
    fault: 'the version is compared, the head id is not',
    open: (shared) => new IgnoresHeadIds(shared),
    killedBy: [
      'an append conflicts when another event stands at the version that was read',
      'random batches are answered as the model answers them',
      'a commit built on a conflicting batch-mate fails even when another event stands at the same version',
      'batches over a hot set of streams',
    ],
  },
  {
    fault: 'a stream that has not come as far as the check says passes',
    open: (shared) => new ComparesWithAtLeast(shared),
    killedBy: [
      'an append conflicts when the stream is not yet where it claims to have read it',
      'a commit built on a batch-mate that conflicts conflicts too, and so does what is built on it',
    ],
  },
  {
    fault: 'commits without events succeed unchecked',
    open: (shared) => new LeavesEmptyCommitsUnchecked(shared),
    killedBy: [
      'a commit without events conflicts when a check fails',
      'what is verified without writing stood so at one moment, which was not over',
    ],
  },
]
