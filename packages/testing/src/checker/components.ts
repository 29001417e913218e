import { intAt } from './bounds.ts'
import type { DependencyGraph } from './dependency-graph.ts'
import type { RealTimeOrder } from './real-time-order.ts'
import { type ImplicitGraph, stronglyConnected } from './strongly-connected.ts'

/** Transactions, and which dependencies and times between them count. */
export interface Subgraph {
  readonly graph: DependencyGraph
  readonly members: Int32Array
  /** Bits of the dependency kinds to follow. */
  readonly kinds: number
  /** Over exactly these members; absent: real time does not count. */
  readonly time: RealTimeOrder | undefined
}

/** The entangled groups: sets of two or more members of which each must come before each other. */
export function entangledGroups({ graph, members, kinds, time }: Subgraph, places: PlaceTable): Int32Array[] {
  places.set(members)
  const count = members.length
  const isTransaction = (node: number) => node < count
  const implicit: ImplicitGraph = {
    size: count + (time?.barriers ?? 0),
    degree(node) {
      if (isTransaction(node)) {
        const transaction = intAt(members, node)
        return graph.end(transaction) - graph.first(transaction) + (time === undefined ? 0 : 1)
      }
      if (time === undefined) return 0
      // Those it releases, and the next barrier.
      return time.releases(node - count + 1) - time.releases(node - count) + 1
    },
    successor(node, slot) {
      if (isTransaction(node)) {
        const edge = graph.first(intAt(members, node)) + slot
        if (edge < graph.end(intAt(members, node))) {
          return (graph.kind(edge) & kinds) === 0 ? -1 : places.of(graph.target(edge))
        }
        const barrier = time === undefined ? -1 : time.barrierAfter(node)
        return barrier === -1 ? -1 : count + barrier
      }
      if (time === undefined) return -1
      const released = time.releases(node - count) + slot
      if (released < time.releases(node - count + 1)) return places.of(intAt(time.byInvocation, released))
      return node + 1 < count + time.barriers ? node + 1 : -1
    },
  }
  const groups: Int32Array[] = []
  for (const component of stronglyConnected(implicit)) {
    // Barriers alone form no cycle, so what is left are at least two transactions.
    groups.push(Int32Array.from(component.filter(isTransaction), (node) => intAt(members, node)))
  }
  places.clear(members)
  return groups
}

/** Where each transaction stands among the members looked at: one array for all searches, cleared after each. */
export class PlaceTable {
  readonly #places: Int32Array

  constructor(size: number) {
    this.#places = new Int32Array(size).fill(-1)
  }

  set(members: Int32Array): void {
    for (let place = 0; place < members.length; place++) this.#places[intAt(members, place)] = place
  }

  clear(members: Int32Array): void {
    this.drop(members)
  }

  /** These are members no longer. */
  drop(members: Iterable<number>): void {
    for (const member of members) this.#places[member] = -1
  }

  /** -1 for a transaction that is no member. */
  of(transaction: number): number {
    return intAt(this.#places, transaction)
  }
}
