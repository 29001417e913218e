import type { FeedEvent } from 'eventcore'
import type { CycleClass, CycleName } from '../../src/checker/anomaly.ts'
import type { WrittenRun } from './written-history.ts'

/** A transaction as the definition of serializability sees it: nothing of the checker is used here. */
interface PlainTransaction {
  readonly id: string
  readonly invokedAt: number
  readonly completedAt: number
  readonly reads: readonly { readonly stream: string; readonly version: number }[]
  readonly writes: readonly { readonly stream: string; readonly version: number }[]
}

function transactionsOf({ history, log }: WrittenRun): PlainTransaction[] {
  const transactions: PlainTransaction[] = []
  for (const { commandId: id, invokedAt, completedAt, status, reads } of history.calls) {
    const events = log.filter((event) => event.commit.commandId === id)
    if (events.length === 0 && status !== 'ok') continue
    transactions.push({
      id,
      invokedAt,
      completedAt: status === 'ok' ? (completedAt ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY,
      reads: status === 'ok' ? reads : (events[0]?.commit.reads ?? []),
      writes: events,
    })
  }
  return transactions
}

/** By trying all orders: is there one in which everybody reads what is there, writes what comes next, and time runs forwards? */
export function hasStrictSerialOrder(run: WrittenRun, realTime = true): boolean {
  const transactions = transactionsOf(run)
  const placed = new Set<PlainTransaction>()
  const versions = new Map<string, number>()
  const place = (): boolean => {
    if (placed.size === transactions.length) return true
    for (const candidate of transactions) {
      if (placed.has(candidate)) continue
      const tooEarly = transactions.some((other) => !placed.has(other) && other.completedAt < candidate.invokedAt)
      if (realTime && tooEarly) continue
      if (candidate.reads.some(({ stream, version }) => (versions.get(stream) ?? 0) !== version)) continue
      const before = new Map(versions)
      const fits = candidate.writes.every(({ stream, version }) => {
        const next = (versions.get(stream) ?? 0) + 1
        versions.set(stream, next)
        return next === version
      })
      placed.add(candidate)
      if (fits && place()) return true
      placed.delete(candidate)
      for (const stream of versions.keys()) versions.set(stream, before.get(stream) ?? 0)
    }
    return false
  }
  return place()
}

/** Commands that read something which changed before (or while) their commit came in the feed, by counting events. */
export function staleCommits({ history, log }: WrittenRun): string[] {
  const isStale = ({ id, reads }: PlainTransaction): boolean => {
    const own = (event: FeedEvent) => event.commit.commandId === id
    const first = log.findIndex(own)
    const last = log.findLastIndex(own)
    const count = (stream: string, events: readonly FeedEvent[]) => events.filter((e) => e.stream === stream).length
    return reads.some(({ stream, version }) => {
      const before = count(stream, log.slice(0, first))
      const amid = count(
        stream,
        log.slice(first, last + 1).filter((event) => !own(event)),
      )
      return before !== version || amid > 0
    })
  }
  return transactionsOf({ history, log })
    .filter(({ writes }) => writes.length > 0)
    .filter(isStale)
    .map(({ id }) => id)
}

interface PlainEdge {
  readonly to: number
  readonly kind: 'ww' | 'wr' | 'rw' | 'rt'
}

/** Of each group of mutually reachable transactions: its size, and class and length of the gravest shortest cycle. */
export interface ReferenceGroup {
  readonly ids: readonly string[]
  readonly name: CycleName
  readonly length: number
}

/** By listing every simple cycle of the graph with all its edges, real time included, drawn between all pairs. */
export function entangledGroups(run: WrittenRun): ReferenceGroup[] {
  const transactions = transactionsOf(run)
  const edges = transactions.map((from): PlainEdge[] =>
    transactions.flatMap((to, target) =>
      from === to ? [] : kindsBetween(from, to).map((kind) => ({ to: target, kind })),
    ),
  )
  const reach = transactions.map((_, from) => reachable(from, edges))
  const groups = new Map<number, number[]>()
  for (let node = 0; node < transactions.length; node++) {
    const first = transactions.findIndex((_, other) => reach[node]?.has(other) && reach[other]?.has(node))
    if (first !== -1) groups.set(first, [...(groups.get(first) ?? []), node])
  }
  return [...groups.values()].map((group) => ({
    ids: group.map((node) => transactions[node]?.id ?? ''),
    ...gravest(cyclesWithin(new Set(group), edges)),
  }))
}

function kindsBetween(from: PlainTransaction, to: PlainTransaction): PlainEdge['kind'][] {
  const next = (one: PlainTransaction['reads'], other: PlainTransaction['reads'], step: number) =>
    one.some((a) => other.some((b) => a.stream === b.stream && a.version + step === b.version))
  const kinds: PlainEdge['kind'][] = []
  if (next(from.writes, to.writes, 1)) kinds.push('ww')
  if (next(from.writes, to.reads, 0)) kinds.push('wr')
  if (next(from.reads, to.writes, 1)) kinds.push('rw')
  if (from.completedAt < to.invokedAt) kinds.push('rt')
  return kinds
}

function reachable(from: number, edges: readonly (readonly PlainEdge[])[]): Set<number> {
  const reached = new Set<number>()
  const queue = [from]
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    for (const { to } of edges[node] ?? []) {
      if (reached.has(to)) continue
      reached.add(to)
      queue.push(to)
    }
  }
  return reached
}

function* cyclesWithin(
  group: ReadonlySet<number>,
  edges: readonly (readonly PlainEdge[])[],
): Generator<PlainEdge['kind'][]> {
  const extend = function* (
    start: number,
    node: number,
    seen: Set<number>,
    kinds: PlainEdge['kind'][],
  ): Generator<PlainEdge['kind'][]> {
    for (const { to, kind } of edges[node] ?? []) {
      if (to === start) yield [...kinds, kind]
      // Each cycle is listed from its smallest node.
      else if (to > start && group.has(to) && !seen.has(to))
        yield* extend(start, to, new Set(seen).add(to), [...kinds, kind])
    }
  }
  for (const start of group) yield* extend(start, start, new Set([start]), [])
}

const CLASSES: readonly CycleClass[] = ['G0', 'G1c', 'G-single', 'G2-item']

function gravest(cycles: Iterable<readonly PlainEdge['kind'][]>): { name: CycleName; length: number } {
  let best: { rank: number; length: number } | undefined
  for (const kinds of cycles) {
    const missing = kinds.filter((kind) => kind === 'rw').length
    const grave = missing >= 2 ? 3 : missing === 1 ? 2 : kinds.includes('wr') ? 1 : 0
    const rank = grave + (kinds.includes('rt') ? CLASSES.length : 0)
    if (best === undefined || rank < best.rank || (rank === best.rank && kinds.length < best.length)) {
      best = { rank, length: kinds.length }
    }
  }
  if (best === undefined) throw new Error('a group without a cycle')
  const name = CLASSES[best.rank % CLASSES.length] ?? 'G0'
  return { name: best.rank >= CLASSES.length ? `${name}-realtime` : name, length: best.length }
}
