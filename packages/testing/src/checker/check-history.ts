import type { CommitRecord, FeedEvent } from 'eventcore'
import type { Anomaly } from './anomaly.ts'
import { checkCycles } from './check-cycles.ts'
import { checkDurability } from './check-durability.ts'
import { checkLog } from './check-log.ts'
import { checkProjections, type ProjectionModel } from './check-projections.ts'
import { checkReads } from './check-reads.ts'
import { checkSubscribers, type SubscriberExpectation } from './check-subscribers.ts'
import { checkQueries, checkWitness } from './check-witness.ts'
import { DependencyGraph } from './dependency-graph.ts'
import type { CommandCall, History } from './history.ts'
import { LogIndex } from './log-index.ts'
import { callsByCommand, transactionsOf } from './transactions.ts'
import { Verdict, type VerdictStatistics } from './verdict.ts'

export interface CheckOptions {
  /** `serializable` leaves real time out, for a store that reads from replicas, say. Default `strict-serializable`. */
  readonly isolation?: 'strict-serializable' | 'serializable' | undefined
  /**
   * What the feed order must explain by itself, beside the dependency graph, which is exact for any order. `commits`
   * (default): each commit stands where nothing that it had read had changed. `commits-and-queries`: each query, too, has a
   * moment of the feed that shows what it saw. That holds for stores with one writer at a time (memory, SQLite); elsewhere
   * two unrelated commits may become visible in one order and stand in the other. `none`: for a store that draws
   * positions before it holds its locks.
   */
  readonly witness?: 'none' | 'commits' | 'commits-and-queries' | undefined
  /** Commits that no recorded client made and that are fine: what prepared the store, say. Default: none. */
  readonly isExpected?: ((commit: CommitRecord) => boolean) | undefined
  /** What each subscriber of the history should have been given, by its name. Default: every event, exactly once. */
  readonly subscribers?: Readonly<Record<string, SubscriberExpectation>> | undefined
  /** The model of each projection that the history observes. */
  readonly projections?: Readonly<Record<string, ProjectionModel>> | undefined
  /** How many anomalies of each kind are kept, and how many cycles are looked for. Default 100. */
  readonly maxAnomalies?: number | undefined
}

/**
 * Decides whether what the clients did and were told fits what the store holds: nothing lost, torn, changed or invented,
 * every outcome explained by one order of all commands that agrees with real time, every subscriber given everything once.
 *
 * Exact: stream versions give the order of all writes, so nothing is guessed, and a history without anomaly of kind
 * `cycle` can be put into an order, one with cannot. Linear in the size of the history but for the search of cycles to
 * show. Keep one run at 200,000 commands or fewer.
 */
export function checkHistory(history: History, log: readonly FeedEvent[], options: CheckOptions = {}): Verdict {
  const {
    isolation = 'strict-serializable',
    witness = 'commits',
    isExpected = () => false,
    maxAnomalies = 100,
  } = options
  const index = new LogIndex(log)
  const byCommand = callsByCommand(history.calls)
  const transactions = transactionsOf(index, history.calls, byCommand)
  const graph = new DependencyGraph(transactions, index)
  const realTime = isolation === 'strict-serializable'
  const anomalies: Anomaly[] = [
    ...checkLog(index, byCommand, isExpected),
    ...checkDurability(index, byCommand),
    ...checkReads(transactions, index),
    ...checkCycles(transactions, index, graph, { realTime, limit: maxAnomalies }),
    ...(witness === 'none' ? [] : checkWitness(transactions, index)),
    ...(witness === 'commits-and-queries' ? checkQueries(transactions, index) : []),
    ...checkSubscribers(history.subscribers, index, options.subscribers ?? {}),
    ...checkProjections(history.projections, index, options.projections ?? {}),
  ]
  return new Verdict(anomalies, statisticsOf(history, byCommand, index, graph), maxAnomalies)
}

function statisticsOf(
  { calls, subscribers }: History,
  byCommand: ReadonlyMap<string, readonly CommandCall[]>,
  index: LogIndex,
  graph: DependencyGraph,
): VerdictStatistics {
  let committed = 0
  let readOnly = 0
  let failed = 0
  let unknownCommitted = 0
  let unknownAbsent = 0
  for (const { status, writes } of calls) {
    if (status === 'fail') failed++
    else if (status === 'ok' && writes.length > 0) committed++
    else if (status === 'ok') readOnly++
  }
  for (const [commandId, all] of byCommand) {
    if (!all.every((call) => call.status === 'info')) continue
    if (index.commitOf(commandId) === -1) unknownAbsent++
    else unknownCommitted++
  }
  let deliveries = 0
  for (const { sessions } of subscribers) for (const session of sessions) deliveries += session.length
  return {
    calls: calls.length,
    committed,
    readOnly,
    failed,
    unknownCommitted,
    unknownAbsent,
    events: index.log.length,
    streams: index.streams.size,
    edges: graph.counts,
    deliveries,
  }
}
