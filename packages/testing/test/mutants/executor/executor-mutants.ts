import type { workloads } from '../../../src/workload/workloads.ts'

/** A text of one file of the core, and what stands in its place. It must be there exactly once. */
export interface SourceEdit {
  /** Below `packages/core/src/executor`. */
  readonly file: string
  readonly from: string
  readonly to: string
}

/** An executor that is wrong in one way, and the workload aimed at it. */
export interface ExecutorMutant {
  readonly fault: string
  readonly workload: keyof typeof workloads
  readonly edits: readonly SourceEdit[]
}

const CHECKS = 'const checks = streams.map('
const SEND = 'await this.#store.append(members.map(({ commit }) => commit))'
const FAIL = `Object.assign(new Error('taken for a failure'), { code: 'STORE_FAILURE' })`
const IS_WRITTEN = `decided.kind === 'events' && decided.emissions.some((emission) => emission.stream === stream)`

const checksOnly = (fault: string, workload: ExecutorMutant['workload'], condition: string): ExecutorMutant => ({
  fault,
  workload,
  edits: [
    {
      file: 'batch.ts',
      from: CHECKS,
      to: `const checks = streams.filter(({ stream, found, version }) => (${condition}) || (${IS_WRITTEN})).map(`,
    },
  ],
})

export const EXECUTOR_MUTANTS: readonly ExecutorMutant[] = [
  checksOnly('only the streams that are written to are checked', 'hotSet', 'false'),
  checksOnly('streams found at run time are not checked', 'discovery', `found === 'declared'`),
  checksOnly('streams read as absent are not checked', 'phantom', 'version > 0'),
  {
    fault: 'rejections and empty decisions are told from the cache, unverified',
    workload: 'phantom',
    edits: [
      {
        file: 'engine.ts',
        from: SEND,
        to: 'await this.#store.append(members.map(({ commit }) => (commit.events.length > 0 ? commit : { ...commit, checks: [] })))',
      },
    ],
  },
  {
    fault: 'a rejection is told while what it was built on is on its way',
    workload: 'bank',
    edits: [
      {
        file: 'engine.ts',
        from: "import { Attempt, notCarriedOut, tooManyRuns } from './attempt.ts'\n",
        to: "import { Attempt, notCarriedOut, tooManyRuns } from './attempt.ts'\nimport { outcomeOfRejection } from './build-outcome.ts'\n",
      },
      {
        file: 'engine.ts',
        from: '    batch.hold()\n',
        to: `    batch.hold()
    for (const member of members)
      if (member.decided.kind === 'rejection') member.job.request.resolve(outcomeOfRejection(member, member.decided.rejection))
`,
      },
    ],
  },
  {
    fault: 'a conflict repeats the write without the decision',
    workload: 'bank',
    edits: [
      {
        file: 'settlement.ts',
        from: "      case 'conflict':\n",
        to: `      case 'conflict':
        if (commit.events.length > 0) {
          const heads = new Map(result.conflicts.map((conflict) => [conflict.stream, conflict]))
          const checks = commit.checks.map((check) => {
            const head = heads.get(check.stream)
            return head === undefined ? check : { ...check, version: head.actualVersion, headId: head.actualHeadId }
          })
          this.#store.append([{ ...commit, checks }]).then(
            ([again]) => this.#settleMember(member, again as CommitResult),
            (error: unknown) => this.storeFailed(job, error),
          )
          return
        }
`,
      },
    ],
  },
  {
    fault: 'a decision is sent with the versions of now, not with those that were read',
    workload: 'ring',
    edits: [
      {
        file: 'overtaken.ts',
        from: 'if (currentVersion < 0 || (currentVersion === version && currentHeadId === headId)) continue',
        to: 'if (currentVersion >= -1) continue',
      },
      {
        file: 'batch.ts',
        from: 'function checkOf({ stream, version, headId, entry, dependsOn }: BoundaryStream)',
        to: 'function checkOf({ stream, dependsOn, entry, entry: { currentVersion: version, currentHeadId: headId } }: BoundaryStream)',
      },
    ],
  },
  {
    fault: 'an unknown outcome is taken for a failure',
    workload: 'hotSet',
    edits: [
      {
        file: 'settlement.ts',
        from: 'if (error instanceof CommitOutcomeUnknown) this.#outcomeUnknown(batch, error)',
        to: `if (error instanceof CommitOutcomeUnknown) {
      batch.dropPending()
      for (const { job } of batch.members) this.#register.fail(job, ${FAIL})
    }`,
      },
    ],
  },
  {
    fault: 'a command id that is not found yet is taken for a failure',
    workload: 'hotSet',
    edits: [
      {
        file: 'settlement.ts',
        from: 'if (commit !== undefined) this.#recorded(job, commit)\n',
        to: `if (commit !== undefined) this.#recorded(job, commit)
    else if (job.attempts > 0) this.#register.fail(job, ${FAIL})
`,
      },
    ],
  },
  {
    fault: 'a retry has another command id',
    workload: 'hotSet',
    edits: [
      {
        file: 'batch.ts',
        from: '      commandId: request.commandId,\n',
        to: '      commandId: job.attempts > 1 ? newId() : request.commandId,\n',
      },
    ],
  },
  {
    fault: 'the cached state moves on without the event',
    workload: 'bank',
    edits: [
      {
        file: 'stream-entry.ts',
        from: '      this.state = step(this.kind, this.state, event, data)\n',
        to: '      if (event.version % 10 !== 0) this.state = step(this.kind, this.state, event, data)\n',
      },
    ],
  },
]
