import type { Anomaly, CycleClass, CycleName, CycleStep, DependencyKind } from './anomaly.ts'
import { itemAt } from './bounds.ts'
import { entangledGroups, PlaceTable, type Subgraph } from './components.ts'
import { DEPENDENCIES, type DependencyGraph, RW, WR, WW } from './dependency-graph.ts'
import { likelyOrder } from './likely-order.ts'
import type { LogIndex } from './log-index.ts'
import { RealTimeOrder } from './real-time-order.ts'
import { type CycleSearch, type FoundStep, RT, shortestCycles } from './shortest-cycle.ts'
import type { Transaction } from './transactions.ts'

interface SearchedClass {
  readonly class: CycleClass
  readonly kinds: number
  readonly missing: 'one' | 'any'
}

/** Gravest first. Each finds only what the ones before it left: a G2-item has two or more `rw` steps because no cycle has fewer. */
const SEARCHES: readonly SearchedClass[] = [
  { class: 'G0', kinds: WW, missing: 'any' },
  { class: 'G1c', kinds: WW | WR, missing: 'any' },
  { class: 'G-single', kinds: DEPENDENCIES, missing: 'one' },
  { class: 'G2-item', kinds: DEPENDENCIES, missing: 'any' },
]

export interface CycleOptions {
  /** Whether an order must agree with real time: strict serializability rather than serializability. */
  readonly realTime: boolean
  /** At most so many cycles are reported. */
  readonly limit: number
}

/**
 * Cycles of the dependency graph that share no transaction: of each group of entangled transactions the shortest cycle of
 * the gravest class, then what is still entangled without it, and so on.
 */
export function checkCycles(
  transactions: readonly Transaction[],
  index: LogIndex,
  graph: DependencyGraph,
  { realTime, limit }: CycleOptions,
): Anomaly[] {
  const places = new PlaceTable(transactions.length)
  const within = (members: Int32Array, kinds: number, withTime: boolean): Subgraph => {
    return { graph, members, kinds, time: withTime ? new RealTimeOrder(transactions, members) : undefined }
  }
  const anomalies: Anomaly[] = []
  const everything = Int32Array.from({ length: transactions.length }, (_, node) => node)
  const pending = entangledGroups(within(everything, DEPENDENCIES, realTime), places)
  if (pending.length === 0) return anomalies
  const search: CycleSearch = { transactions, rank: likelyOrder(transactions, index), places }
  for (let group = pending.pop(); group !== undefined && anomalies.length < limit; group = pending.pop()) {
    const { name, cycles } = gravestCycles(group, within, search, realTime, limit - anomalies.length)
    for (const cycle of cycles) {
      const steps = cycle.map((step) => describeStep(step, transactions, index))
      anomalies.push({ kind: 'cycle', name, steps, entangled: group.length })
    }
    const reported = new Set(cycles.flatMap((cycle) => cycle.map((step) => step.from)))
    const rest = group.filter((node) => !reported.has(node))
    pending.push(...entangledGroups(within(rest, DEPENDENCIES, realTime), places))
  }
  return anomalies
}

function gravestCycles(
  group: Int32Array,
  within: (members: Int32Array, kinds: number, withTime: boolean) => Subgraph,
  search: CycleSearch,
  realTime: boolean,
  limit: number,
): { readonly name: CycleName; readonly cycles: readonly (readonly FoundStep[])[] } {
  for (const withTime of realTime ? [false, true] : [false]) {
    for (const { class: name, kinds, missing } of SEARCHES) {
      let shortest: readonly (readonly FoundStep[])[] = []
      // Linear, and leaves the search only transactions that do lie on a cycle of these kinds.
      for (const members of entangledGroups(within(group, kinds, withTime), search.places)) {
        const found = shortestCycles(within(members, kinds, withTime), search, missing, limit)
        if (lengthOf(found) < lengthOf(shortest)) shortest = found
      }
      if (shortest.length > 0) return { name: withTime ? `${name}-realtime` : name, cycles: shortest }
    }
  }
  throw new Error(`The checker is broken: ${group.length} entangled transactions without a cycle.`)
}

/** All cycles of one search are equally long. */
const lengthOf = (cycles: readonly (readonly FoundStep[])[]): number => cycles[0]?.length ?? Number.POSITIVE_INFINITY

const KIND_NAMES: ReadonlyMap<number, DependencyKind> = new Map([
  [WW, 'ww'],
  [WR, 'wr'],
  [RW, 'rw'],
  [RT, 'rt'],
])

function describeStep(step: FoundStep, transactions: readonly Transaction[], index: LogIndex): CycleStep {
  const from = itemAt(transactions, step.from)
  const to = itemAt(transactions, step.to)
  return {
    kind: KIND_NAMES.get(step.kind) ?? 'rt',
    from: from.commandId,
    to: to.commandId,
    fromProcess: from.process,
    toProcess: to.process,
    ...meetingPlace(step, transactions, index),
  }
}

/** The graph keeps no streams: they are looked up for the few steps that are shown. */
function meetingPlace(
  { from, to, kind }: FoundStep,
  transactions: readonly Transaction[],
  index: LogIndex,
): { readonly stream: string; readonly version: number } | undefined {
  if (kind === WW) {
    for (const event of itemAt(index.commits, from).events) {
      const { stream, version } = itemAt(index.log, event)
      if (index.writer(stream, version + 1) === to) return { stream, version }
    }
  }
  const reader = kind === WR ? to : from
  const [writer, ahead] = kind === WR ? [from, 0] : [to, 1]
  if (kind === WR || kind === RW) {
    for (const { stream, version } of itemAt(transactions, reader).reads) {
      if (index.writer(stream, version + ahead) === writer) return { stream, version }
    }
  }
  return undefined
}
