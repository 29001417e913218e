import type { Anomaly } from './anomaly.ts'
import { itemAt } from './bounds.ts'
import type { LoggedCommit, LogIndex } from './log-index.ts'
import type { Transaction } from './transactions.ts'

/**
 * Check 5: the feed itself must be an order that explains all commits, and one in which nothing that a command had read
 * changed before its commit. Stricter than serializability, which is content with any order.
 */
export function checkWitness(transactions: readonly Transaction[], index: LogIndex): Anomaly[] {
  return [...replay(transactions, index), ...againstRealTime(transactions, index)]
}

/**
 * Replays the feed. Every stream that a command read must stand at the version that it read when its first event comes,
 * and but for its own events still when its last one comes: commits on other streams may stand in between, no others.
 */
function replay(transactions: readonly Transaction[], index: LogIndex): Anomaly[] {
  const anomalies: Anomaly[] = []
  const versions = new Map<string, number>()
  const refuted = new Uint8Array(index.commits.length)
  for (let i = 0; i < index.log.length; i++) {
    const { stream, version } = itemAt(index.log, i)
    const number = index.commitOfEvent(i)
    const commit = itemAt(index.commits, number)
    const first = commit.events[0] === i
    const last = commit.events.at(-1) === i
    if (first || (last && refuted[number] === 0)) {
      const own = first ? undefined : ownEvents(commit, index)
      for (const read of itemAt(transactions, number).reads) {
        const standsAt = versions.get(read.stream) ?? 0
        if (standsAt === read.version + (own?.get(read.stream) ?? 0)) continue
        const { commandId } = commit
        const stale = { kind: 'stale-at-commit', commandId, stream: read.stream, read: read.version } as const
        anomalies.push({ ...stale, atCommit: standsAt })
        refuted[number] = 1
        break // one is enough
      }
    }
    versions.set(stream, version)
  }
  return anomalies
}

/** How many events a commit has in each stream, but for its last one. */
function ownEvents({ events }: LoggedCommit, index: LogIndex): Map<string, number> {
  const counts = new Map<string, number>()
  for (let i = 0; i < events.length - 1; i++) {
    const { stream } = itemAt(index.log, itemAt(events, i))
    counts.set(stream, (counts.get(stream) ?? 0) + 1)
  }
  return counts
}

/** Whoever had completed before another was invoked must stand before it in the feed. */
function againstRealTime(transactions: readonly Transaction[], index: LogIndex): Anomaly[] {
  const anomalies: Anomaly[] = []
  // The one with the latest invocation so far: whatever comes after it in the feed must not have completed before that.
  let latest = transactions[0]
  for (let number = 1; number < index.commits.length; number++) {
    const transaction = itemAt(transactions, number)
    if (latest === undefined || transaction.invokedAt > latest.invokedAt) latest = transaction
    else if (transaction.completedAt < latest.invokedAt) {
      anomalies.push({ kind: 'feed-against-real-time', earlier: transaction.commandId, later: latest.commandId })
    }
  }
  return anomalies
}

/**
 * Check 6: a query over several streams must have a moment of the feed at which all its versions stood together. Stricter
 * than the dependency graph, which finds every query that no order explains: here the order must be the feed's.
 */
export function checkQueries(transactions: readonly Transaction[], index: LogIndex): Anomaly[] {
  const anomalies: Anomaly[] = []
  for (let number = index.commits.length; number < transactions.length; number++) {
    const { commandId, reads } = itemAt(transactions, number)
    let newer: { stream: string; version: number } | undefined
    let from = -1
    let older: { stream: string; version: number } | undefined
    let until = index.log.length
    for (const { stream, version } of reads) {
      const begin = version === 0 ? -1 : index.eventAt(stream, version)
      if (begin > from) {
        from = begin
        newer = { stream, version }
      }
      const end = index.eventAt(stream, version + 1)
      if (end !== -1 && end < until) {
        until = end
        older = { stream, version }
      }
    }
    if (from >= until && older !== undefined && newer !== undefined) {
      anomalies.push({ kind: 'fractured-read', commandId, older, newer })
    }
  }
  return anomalies
}
