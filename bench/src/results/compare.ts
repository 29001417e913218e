import type { Cell, ResultFile } from './result-file.ts'
import { spreadOf } from './summarize.ts'

/** How two measurements of the same thing differ. */
export interface Change {
  readonly id: string
  readonly before: Cell
  readonly after: Cell
  /** Above 1: better, whether more is done in a second or an event arrives earlier. */
  readonly ratio: number
  /** By how much a figure moves from one run to the next without a cause: 0.1 is a tenth. */
  readonly noise: number
  readonly verdict: 'better' | 'worse' | 'within the noise'
}

export interface Comparison {
  readonly changes: readonly Change[]
  /** Measured in one of the two only. */
  readonly onlyBefore: readonly string[]
  readonly onlyAfter: readonly string[]
  /** Why the two may not be comparable at all. */
  readonly warnings: readonly string[]
}

/** Less than this is never called a change: a warm-up that ended a moment later moves a figure as much. */
const LEAST_NOISE = 0.03
/** What one sample can be trusted to: nobody knows how much the next one would have differed. */
const NOISE_OF_ONE = 0.2

/**
 * Compares what both files measured. A figure has changed when its samples lie apart, all of them on one side of all the
 * others, and the medians differ by more than the samples of either side do among themselves.
 */
export function compareResults(before: ResultFile, after: ResultFile): Comparison {
  const later = new Map(after.cells.map((cell) => [cell.id, cell]))
  const earlier = new Set(before.cells.map(({ id }) => id))
  const changes = before.cells.flatMap((cell) => {
    const other = later.get(cell.id)
    return other === undefined ? [] : [changeOf(cell, other)]
  })
  return {
    changes,
    onlyBefore: before.cells.map(({ id }) => id).filter((id) => !later.has(id)),
    onlyAfter: after.cells.map(({ id }) => id).filter((id) => !earlier.has(id)),
    warnings: warningsOf(before, after),
  }
}

function changeOf(before: Cell, after: Cell): Change {
  const ratio = qualityOf(before, after)
  const noise = Math.max(LEAST_NOISE, noiseOf(before), noiseOf(after))
  const [a, b] = [rangeOf(before), rangeOf(after)]
  const apart = a.high < b.low || b.high < a.low
  const changed = apart && Math.abs(Math.log(ratio)) > Math.log(1 + noise)
  const verdict = changed ? (ratio > 1 ? 'better' : 'worse') : 'within the noise'
  return { id: before.id, before, after, ratio, noise, verdict }
}

/** Deliveries and starts are paced by the benchmark: what counts is how long one takes. */
const byLatency = ({ unit }: Cell): boolean => unit === 'deliveries' || unit === 'starts'

function qualityOf(before: Cell, after: Cell): number {
  if (!byLatency(before)) return after.median.perSecond / before.median.perSecond
  return (before.median.p50 ?? Number.NaN) / (after.median.p50 ?? Number.NaN)
}

function rangeOf(cell: Cell): { readonly low: number; readonly high: number } {
  if (!byLatency(cell)) return spreadOf(cell.samples)
  const values = cell.samples.map(({ p50 = Number.NaN }) => p50)
  return { low: Math.min(...values), high: Math.max(...values) }
}

function noiseOf(cell: Cell): number {
  if (cell.samples.length < 2) return NOISE_OF_ONE
  const { low, high } = rangeOf(cell)
  // Half of the range, relative to its middle.
  return (high - low) / (high + low)
}

function warningsOf(before: ResultFile, after: ResultFile): readonly string[] {
  const warnings: string[] = []
  const machineOf = ({ machine }: ResultFile): string => `${machine.cpus} × ${machine.model}, Node ${machine.node}`
  if (machineOf(before) !== machineOf(after))
    warnings.push(`not the same machine: ${machineOf(before)}; ${machineOf(after)}`)
  for (const { machine, label, startedAt } of [before, after])
    if (machine.loadBefore > 0.5)
      warnings.push(
        `the machine was busy at ${startedAt} (load ${machine.loadBefore}${label === '' ? '' : `, ${label}`})`,
      )
  for (const store of Object.keys(before.settings)) {
    const [a, b] = [before.settings[store] ?? {}, after.settings[store] ?? {}]
    const differing = Object.keys(a).filter((name) => name in b && a[name] !== b[name])
    for (const name of differing) warnings.push(`${store}: ${name} was ${a[name]}, is ${b[name]}`)
  }
  return warnings
}
