import type { Anomaly } from './anomaly.ts'
import { itemAt } from './bounds.ts'
import type { LogIndex } from './log-index.ts'
import type { Transaction } from './transactions.ts'

/** Whether what was read ever existed, and whether the commit record tells the same story as the client. */
export function checkReads(transactions: readonly Transaction[], index: LogIndex): Anomaly[] {
  const anomalies: Anomaly[] = []
  for (const transaction of transactions) {
    const { commandId, commit, reads } = transaction
    for (const { stream, version, headId } of reads) {
      const event = version === 0 ? undefined : index.log[index.eventAt(stream, version)]
      if (version > 0 && event === undefined) {
        const lastVersion = index.streams.get(stream)?.lastVersion ?? 0
        anomalies.push({ kind: 'read-from-nowhere', commandId, stream, version, lastVersion })
        continue
      }
      const committedId = event?.id ?? null
      if (headId !== undefined && headId !== committedId) {
        anomalies.push({ kind: 'read-of-uncommitted', commandId, stream, version, readId: headId, committedId })
      }
      if (commit !== -1 && version > 0 && index.writer(stream, version) === commit) {
        anomalies.push({ kind: 'read-of-own-write', commandId, stream, version })
      }
    }
    if (commit !== -1) compareWithRecord(transaction, index, anomalies)
  }
  return anomalies
}

function compareWithRecord({ commandId, commit, reads }: Transaction, index: LogIndex, anomalies: Anomaly[]): void {
  const recorded = itemAt(index.commits, commit).record.reads
  if (recorded === reads) return
  if (recorded.length === reads.length && sameInOrder(recorded, reads)) return
  const byStream = new Map(recorded.map(({ stream, version }) => [stream, version]))
  for (const { stream, version: read } of reads) {
    const version = byStream.get(stream)
    byStream.delete(stream)
    if (version !== read) anomalies.push({ kind: 'read-set-differs', commandId, stream, read, recorded: version })
  }
  for (const [stream, version] of byStream) {
    anomalies.push({ kind: 'read-set-differs', commandId, stream, read: undefined, recorded: version })
  }
}

interface VersionOfStream {
  readonly stream: string
  readonly version: number
}

function sameInOrder(one: readonly VersionOfStream[], other: readonly VersionOfStream[]): boolean {
  for (let i = 0; i < one.length; i++) {
    if (one[i]?.stream !== other[i]?.stream || one[i]?.version !== other[i]?.version) return false
  }
  return true
}
