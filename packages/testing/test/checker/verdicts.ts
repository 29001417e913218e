import type { FeedEvent } from 'eventcore'
import type { AnomalyKind } from '../../src/checker/anomaly.ts'
import { type CheckOptions, checkHistory } from '../../src/checker/check-history.ts'
import type { CommandCall } from '../../src/checker/history.ts'
import type { WrittenRun } from './written-history.ts'

/** The kinds of anomalies found, each once. */
export const kindsOf = ({ history, log }: WrittenRun, options?: CheckOptions): AnomalyKind[] => [
  ...new Set(checkHistory(history, log, options).anomalies.map(({ kind }) => kind)),
]

export const cyclesOf = ({ history, log }: WrittenRun, options?: CheckOptions): string[] =>
  checkHistory(history, log, options).anomalies.flatMap((anomaly) => (anomaly.kind === 'cycle' ? anomaly.name : []))

/** The same run with another log. */
export function withLog(run: WrittenRun, change: (log: FeedEvent[]) => FeedEvent[]): WrittenRun {
  return { history: run.history, log: change(run.log) }
}

/** The same run, one client of which was told something else. */
export function withCall(run: WrittenRun, id: string, change: (call: CommandCall) => CommandCall): WrittenRun {
  const calls = run.history.calls.map((call) => (call.commandId === id ? change(call) : call))
  return { history: { ...run.history, calls }, log: run.log }
}
