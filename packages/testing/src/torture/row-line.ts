import type { FaultRow } from './fault-table.ts'
import { quantiles } from './quantiles.ts'
import type { RoundReport } from './round-report.ts'
import type { TortureReport } from './torture.ts'

/** As in docs/guarantees.md. */
export const TABLE_HEAD = [
  '| Fault | Store | How often | Commands | Commits told | Lost | Torn | Anomalies | Nobody was told: there, not there | Answers lost: found, made again | Take-overs |',
  '|---|---|---|---|---|---|---|---|---|---|---|',
] as const

/** A run as a row of the table. */
export function rowLine({ title }: FaultRow, { store, rounds, ok }: TortureReport): string {
  const sum = (of: (round: RoundReport) => number): number => rounds.reduce((total, round) => total + of(round), 0)
  const strikes = new Map<string, number>()
  for (const round of rounds)
    for (const [kind, times] of Object.entries(round.strikes)) strikes.set(kind, (strikes.get(kind) ?? 0) + times)
  const cells = [
    ok ? title : `**FAILED** ${title}`,
    store,
    Array.from(strikes, ([kind, times]) => `${times} ${kind}`).join(', ') || '–',
    sum(({ calls }) => calls),
    sum(({ acknowledged }) => acknowledged),
    sum(({ lost }) => lost),
    sum(({ torn }) => torn),
    sum(({ anomalies }) => anomalies),
    `${sum(({ unknownCommitted }) => unknownCommitted)}, ${sum(({ unknownAbsent }) => unknownAbsent)}`,
    `${sum(({ figures }) => figures.foundAfterUnknown)}, ${sum(({ figures }) => figures.absentAfterUnknown)}`,
    sum(({ takeOvers }) => takeOvers),
  ]
  return `| ${cells.join(' | ')} |`
}

/** What the table has no column for: of each round, and for first commits of all of them together. */
export function rowFigures({ rounds }: TortureReport): string {
  const waited = new Map<string, number[]>()
  for (const { firstCommitMs } of rounds)
    for (const [what, ms] of Object.entries(firstCommitMs)) waited.set(what, [...(waited.get(what) ?? []), ...ms])
  return [
    `${rounds.length} rounds`,
    ...rounds.map((round) => `  ${roundFigures(round)}`),
    ...Array.from(waited, ([what, ms]) => {
      const { p50, p99, max } = quantiles(ms)
      return `  first commit after ${what}, ${ms.length} times: p50 ${p50}, p99 ${p99}, max ${max} ms`
    }),
  ].join('\n')
}

function roundFigures(round: RoundReport): string {
  const { through, calls, acknowledged, workedSeconds, commandsPerSecond, figures, attempts, checkerSeconds } = round
  const perCommit = (figures.conflicts / Math.max(1, acknowledged)).toFixed(2)
  return [
    `through the ${through}: ${calls} commands in ${workedSeconds} s (${commandsPerSecond}/s)`,
    `${figures.conflicts} conflicts (${perCommit} per commit)`,
    `retries p50 ${Math.max(0, attempts.p50 - 1)}, p99 ${Math.max(0, attempts.p99 - 1)}, max ${Math.max(0, attempts.max - 1)}`,
    `loop delay p50 ${figures.loopDelayP50}, p99 ${figures.loopDelayP99} ms`,
    `${figures.unavailable} times unavailable`,
    `an append without an answer took at most ${figures.longestUnanswered} ms`,
    ...Object.entries(round.measured).map(([what, { p50, p99, max }]) => `${what}: p50 ${p50}, p99 ${p99}, max ${max}`),
    `checked in ${checkerSeconds} s`,
  ].join('; ')
}
