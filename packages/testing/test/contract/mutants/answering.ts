import { assertValidCommits, type Commit, type CommitResult, type RecordedCommit } from 'eventcore'
import { append } from '../../../../memory/src/append.ts'
import { SharedLogStore } from '../shared-log-store.ts'
import type { Mutant } from './mutant.ts'

class ReportsTheFirstFailingCheckOnly extends SharedLogStore {
  override async append(commits: readonly Commit[]): Promise<readonly CommitResult[]> {
    const results = await super.append(commits)
    return results.map((result) =>
      result.status === 'conflict' ? { ...result, conflicts: result.conflicts.slice(0, 1) } : result,
    )
  }
}

class AnswersAConflictBeforeADuplicate extends SharedLogStore {
  override async append(commits: readonly Commit[]): Promise<readonly CommitResult[]> {
    assertValidCommits(commits)
    const results = commits.flatMap((commit) => {
      const unknown = { ...commit, commandId: this.newId(), events: [] }
      const checked = append(this.log, [unknown])
      return checked[0]?.status === 'conflict' ? checked : append(this.log, [commit])
    })
    this.wake()
    return results
  }
}

class VerifiesWithoutLookingTheCommandUp extends SharedLogStore {
  override async append(commits: readonly Commit[]): Promise<readonly CommitResult[]> {
    assertValidCommits(commits)
    return await super.append(
      commits.map((commit) => (commit.events.length === 0 ? { ...commit, commandId: this.newId() } : commit)),
    )
  }
}

class FailsTheBatchWithOneCommit extends SharedLogStore {
  override async append(commits: readonly Commit[]): Promise<readonly CommitResult[]> {
    const checked = append(
      this.log,
      commits.map((commit) => ({ ...commit, events: [] })),
    )
    const conflict = checked.find(({ status }) => status === 'conflict')
    return conflict !== undefined && commits.length > 1 ? commits.map(() => conflict) : await super.append(commits)
  }
}

class ChecksTheWholeBatchFirst extends SharedLogStore {
  override async append(commits: readonly Commit[]): Promise<readonly CommitResult[]> {
    const checked = append(
      this.log,
      commits.map((commit) => ({ ...commit, events: [] })),
    )
    const passing = new Set(commits.filter((_, i) => checked[i]?.status === 'verified'))
    const results: CommitResult[] = []
    for (const [i, commit] of commits.entries()) {
      const [result] = passing.has(commit) ? await super.append([commit]) : [checked[i]]
      if (result !== undefined) results.push(result)
    }
    return results
  }
}

class ReportsMissedEventsAfterTheVersion extends SharedLogStore {
  override async append(commits: readonly Commit[]): Promise<readonly CommitResult[]> {
    assertValidCommits(commits)
    return await super.append(
      commits.map((commit) => ({
        ...commit,
        checks: commit.checks.map((check) => ({ ...check, base: check.version })),
      })),
    )
  }
}

class SaysThatCappedEventsAreAll extends SharedLogStore {
  override async append(commits: readonly Commit[]): Promise<readonly CommitResult[]> {
    const results = await super.append(commits)
    return results.map((result) =>
      result.status === 'conflict'
        ? { ...result, conflicts: result.conflicts.map((conflict) => ({ ...conflict, missedComplete: true })) }
        : result,
    )
  }
}

class WritesWhatItCan extends SharedLogStore {
  override async append(commits: readonly Commit[]): Promise<readonly CommitResult[]> {
    const results = await super.append(commits)
    for (const [i, result] of results.entries()) {
      const commit = commits[i]
      if (result.status !== 'conflict' || commit === undefined) continue
      const stale = new Set(result.conflicts.map(({ stream }) => stream))
      const checks = commit.checks.filter(({ stream }) => !stale.has(stream))
      const events = commit.events.filter(({ stream }) => !stale.has(stream))
      append(this.log, [{ ...commit, checks, events }])
    }
    return results
  }
}

class ForgetsEventsOfFoundCommits extends SharedLogStore {
  override async findCommits(commandIds: readonly string[]): Promise<readonly RecordedCommit[]> {
    const found = await super.findCommits(commandIds)
    return found.map((commit) => ({ ...commit, events: commit.events.slice(0, 1) }))
  }
}

class RefusesInvalidCommitsTooLate extends SharedLogStore {
  override async append(commits: readonly Commit[]): Promise<readonly CommitResult[]> {
    const results = commits.flatMap((commit) => append(this.log, [commit]))
    this.wake()
    return results
  }
}

export const answeringMutants: readonly Mutant[] = [
  {
    fault: 'only the first failing check is reported',
    open: (shared) => new ReportsTheFirstFailingCheckOnly(shared),
    killedBy: ['a conflict reports every failing check, with what was expected, what is there and what was missed'],
  },
  {
    fault: 'a conflict outranks a duplicate',
    open: (shared) => new AnswersAConflictBeforeADuplicate(shared),
    killedBy: [
      'a duplicate outranks a conflict',
      'random batches are answered as the model answers them',
      'the same commit again is a duplicate, with what the first one wrote',
      'a command id that was committed before is a duplicate',
    ],
  },
  {
    fault: 'a verification is not looked up by its command id',
    open: (shared) => new VerifiesWithoutLookingTheCommandUp(shared),
    killedBy: ['a verification under a recorded command id is a duplicate, whether its checks hold or not'],
  },
  {
    fault: 'one conflict fails the whole batch',
    open: (shared) => new FailsTheBatchWithOneCommit(shared),
    killedBy: ['each commit of a batch has its own result, in order, and one that conflicts fails no other'],
  },
  {
    fault: 'all commits of a batch are checked before any is written',
    open: (shared) => new ChecksTheWholeBatchFirst(shared),
    killedBy: [
      'a check may name the event that an earlier commit of the batch writes',
      'a chain of 50 commits on one stream commits in one batch',
    ],
  },
  {
    fault: 'missed events are counted from the version, not from the base',
    open: (shared) => new ReportsMissedEventsAfterTheVersion(shared),
    killedBy: [
      'missed events are those after the base, not after the version',
      'random batches are answered as the model answers them',
    ],
  },
  {
    fault: 'a capped list of missed events is called complete',
    open: (shared) => new SaysThatCappedEventsAreAll(shared),
    killedBy: [
      'missed events are capped over the whole call, without gaps, and a conflict says when some are left out',
    ],
  },
  {
    fault: 'a conflicting commit still writes to the streams that pass',
    open: (shared) => new WritesWhatItCan(shared),
    killedBy: [
      'when one of several written streams is stale, none is written to',
      'a stream that is only read is checked: when it is stale, nothing is written',
    ],
  },
  {
    fault: 'a commit that is found again has only its first event',
    open: (shared) => new ForgetsEventsOfFoundCommits(shared),
    killedBy: ['commits are found by their command ids, in any number, those that are not recorded left out'],
  },
  {
    fault: 'an invalid commit is refused when the ones before it are written',
    open: (shared) => new RefusesInvalidCommitsTooLate(shared),
    killedBy: [
      'a write to a stream that is not checked is refused, and nothing of the batch is written',
      'a command id named twice in one batch is refused, and nothing of the batch is written',
    ],
  },
]
