import type { Anomaly, AnomalyKind } from './anomaly.ts'
import { explainAnomaly } from './explain-anomaly.ts'

/** What was looked at. A verdict over nothing is worth nothing: look at these before believing it. */
export interface VerdictStatistics {
  readonly calls: number
  /** Acknowledged, with events. */
  readonly committed: number
  /** Acknowledged, without events: queries, rejections, empty decisions. */
  readonly readOnly: number
  readonly failed: number
  /** Ended unknown, and the commit is there. */
  readonly unknownCommitted: number
  /** Ended unknown, and nothing is there. */
  readonly unknownAbsent: number
  readonly events: number
  readonly streams: number
  /** Edges of the dependency graph. */
  readonly edges: Readonly<Record<'ww' | 'wr' | 'rw', number>>
  readonly deliveries: number
}

/** What the checker found. */
export class Verdict {
  /** True when nothing contradicts the guarantees. */
  readonly ok: boolean
  /** At most `maxAnomalies` of each kind; {@link counts} has how many there were. */
  readonly anomalies: readonly Anomaly[]
  readonly counts: Readonly<Partial<Record<AnomalyKind, number>>>
  readonly statistics: VerdictStatistics

  /** @internal */
  constructor(found: readonly Anomaly[], statistics: VerdictStatistics, maxAnomalies: number) {
    const counts: Partial<Record<AnomalyKind, number>> = {}
    this.anomalies = found.filter(({ kind }) => {
      const count = (counts[kind] ?? 0) + 1
      counts[kind] = count
      return count <= maxAnomalies
    })
    this.counts = counts
    this.ok = found.length === 0
    this.statistics = statistics
  }

  /** For a person: how much was looked at, then each anomaly in words, the first few of each kind. */
  explain({ perKind = 3 }: { readonly perKind?: number } = {}): string {
    const { statistics, anomalies, counts } = this
    const { calls, committed, readOnly, failed, unknownCommitted, unknownAbsent, events, streams } = statistics
    const looked =
      `${count(calls, 'call')} (${committed} committed, ${readOnly} without events, ${failed} failed, ` +
      `${unknownCommitted} unknown but committed, ${unknownAbsent} unknown and absent), ${count(events, 'event')} in ${count(streams, 'stream')}`
    if (this.ok) return `Consistent: ${looked}.`
    const lines = [`INCONSISTENT: ${looked}.`]
    for (const [kind, count] of Object.entries(counts)) {
      const shown = anomalies.filter((anomaly) => anomaly.kind === kind).slice(0, perKind)
      lines.push('', `${kind}: ${count}`)
      for (const anomaly of shown) lines.push(`- ${explainAnomaly(anomaly).replaceAll('\n', '\n  ')}`)
      if (count > shown.length) lines.push(`- … and ${count - shown.length} more`)
    }
    return lines.join('\n')
  }
}

const count = (number: number, one: string): string => `${number} ${one}${number === 1 ? '' : 's'}`
