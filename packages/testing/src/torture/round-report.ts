import type { History } from '../checker/history.ts'
import type { Verdict } from '../checker/verdict.ts'
import type { StrikeCounts } from './faults/strikes.ts'
import { firstCommitsAfter } from './first-commits.ts'
import type { PlayedRound, RoundOptions } from './played-round.ts'
import { type Quantiles, quantiles } from './quantiles.ts'
import type { WorkFigures } from './workers/work.ts'

/** What one round came to. */
export interface RoundReport {
  readonly name: string
  readonly ok: boolean
  /** For a person, when it is not. */
  readonly explanation: string
  readonly through: 'store' | 'executor'
  readonly strikes: StrikeCounts
  /** Calls recorded, of all processes. */
  readonly calls: number
  readonly events: number
  readonly acknowledged: number
  readonly withoutEvents: number
  readonly failed: number
  /** Of calls that ended unknown, their processes dead or their answers lost. */
  readonly unknownCommitted: number
  readonly unknownAbsent: number
  readonly lost: number
  readonly torn: number
  readonly anomalies: number
  readonly takeOvers: number
  readonly deliveries: number
  readonly figures: WorkFigures
  readonly commandsPerSecond: number
  readonly attempts: Quantiles
  /** Of acknowledged calls, from call to answer. */
  readonly latencyMs: Quantiles
  /** Times and sizes, whose names end with their units. */
  readonly measured: Readonly<Record<string, Quantiles>>
  /** After each time that something was over, a full disk for one: how long until a client was told of a commit. */
  readonly firstCommitMs: Readonly<Record<string, readonly number[]>>
  readonly workedSeconds: number
  /** From the last fault to the end of the last process. */
  readonly calmSeconds: number
  readonly checkerSeconds: number
}

export function reportOf(found: {
  readonly options: RoundOptions
  readonly played: PlayedRound
  readonly history: History
  readonly verdict: Verdict
  readonly problems: readonly string[]
  readonly checkerMs: number
  readonly takeOvers: number | undefined
}): RoundReport {
  const { options, played, history, verdict, problems, checkerMs, takeOvers = 0 } = found
  const { statistics, counts } = verdict
  const ok = verdict.ok && problems.length === 0
  const answered = history.calls.filter(({ status }) => status === 'ok')
  return {
    name: options.name,
    ok,
    explanation: ok ? '' : [verdict.explain(), ...problems].join('\n'),
    through: options.through,
    strikes: played.strikes,
    calls: statistics.calls,
    events: statistics.events,
    acknowledged: statistics.committed,
    withoutEvents: statistics.readOnly,
    failed: statistics.failed,
    unknownCommitted: statistics.unknownCommitted,
    unknownAbsent: statistics.unknownAbsent,
    lost: counts['lost-commit'] ?? 0,
    torn: counts['torn-commit'] ?? 0,
    anomalies: Object.values(counts).reduce((sum, count) => sum + count, 0),
    takeOvers,
    deliveries: statistics.deliveries,
    figures: played.crew.figures(),
    commandsPerSecond: Math.round(answered.length / (played.workedMs / 1_000)),
    attempts: quantiles(answered.flatMap(({ attempts }) => attempts ?? [])),
    latencyMs: quantiles(
      answered.map(({ invokedAt, completedAt = invokedAt }) => (completedAt - invokedAt) / 1_000_000),
    ),
    measured: Object.fromEntries(Array.from(played.measured, ([what, values]) => [what, quantiles(values)])),
    firstCommitMs: firstCommitsAfter(played.moments, history.calls),
    workedSeconds: seconds(played.workedMs),
    calmSeconds: seconds(played.calmMs),
    checkerSeconds: seconds(checkerMs),
  }
}

const seconds = (ms: number): number => Math.round(ms / 100) / 10
