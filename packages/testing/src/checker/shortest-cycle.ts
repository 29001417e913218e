import { intAt, itemAt } from './bounds.ts'
import type { PlaceTable, Subgraph } from './components.ts'
import { RW } from './dependency-graph.ts'

/** Kind of a step that is no dependency: completed before invoked. */
export const RT = 8

export interface FoundStep {
  readonly from: number
  readonly to: number
  /** `WW`, `WR`, `RW` or {@link RT}. */
  readonly kind: number
}

/**
 * How many edges one search may look at. Only groups of thousands of entangled transactions, as a thoroughly broken store
 * leaves them, come near; then the shortest cycle found so far is taken.
 */
const EDGE_BUDGET = 20_000_000

/**
 * The shortest cycle among the members of an entangled group. With `missing: 'one'` it has exactly one step of kind
 * `RW`; else any number.
 */
export function shortestCycle(
  subgraph: Subgraph,
  places: PlaceTable,
  missing: 'one' | 'any',
): readonly FoundStep[] | undefined {
  const { graph, members, kinds } = subgraph
  places.set(members)
  const search = new BreadthFirst(subgraph, places, missing === 'one' ? kinds & ~RW : kinds)
  let best: readonly FoundStep[] | undefined
  const longest = () => (best === undefined ? members.length : best.length - 1)
  for (let place = 0; place < members.length && longest() >= 2 && search.visitedEdges < EDGE_BUDGET; place++) {
    const start = intAt(members, place)
    if (missing === 'any') {
      best = search.from(start, start, longest()) ?? best
      continue
    }
    for (let edge = graph.first(start); edge < graph.end(start); edge++) {
      const target = graph.target(edge)
      if (graph.kind(edge) !== RW || places.of(target) === -1) continue
      const back = search.from(target, start, longest() - 1)
      if (back !== undefined) best = [{ from: start, to: target, kind: RW }, ...back]
    }
  }
  places.clear(members)
  return best
}

class BreadthFirst {
  readonly #subgraph: Subgraph
  readonly #places: PlaceTable
  readonly #kinds: number
  /** By place: the search in which it was last reached, from where, by what kind of step, and how far out. */
  readonly #reachedIn: Int32Array
  readonly #parent: Int32Array
  readonly #kind: Uint8Array
  readonly #depth: Int32Array
  #search = 0
  visitedEdges = 0

  constructor(subgraph: Subgraph, places: PlaceTable, kinds: number) {
    const size = subgraph.members.length
    this.#subgraph = subgraph
    this.#places = places
    this.#kinds = kinds
    this.#reachedIn = new Int32Array(size)
    this.#parent = new Int32Array(size)
    this.#kind = new Uint8Array(size)
    this.#depth = new Int32Array(size)
  }

  /** The shortest way of at least one and at most `limit` steps. */
  from(start: number, goal: number, limit: number): readonly FoundStep[] | undefined {
    const { graph, time } = this.#subgraph
    this.#search++
    const queue: number[] = [start]
    if (start !== goal) this.#reach(start, start, 0, 0)
    // What a completed transaction precedes is a tail of the order of invocation, so each search walks that order once.
    let tail = time?.byInvocation.length ?? 0
    for (let head = 0; head < queue.length; head++) {
      const node = itemAt(queue, head)
      const depth = node === start ? 0 : intAt(this.#depth, this.#places.of(node))
      if (depth >= limit) return undefined
      const visit = (next: number, kind: number): boolean => {
        this.visitedEdges++
        const place = this.#places.of(next)
        if (place === -1 || intAt(this.#reachedIn, place) === this.#search) return false
        this.#reach(next, node, kind, depth + 1)
        queue.push(next)
        return next === goal
      }
      for (let edge = graph.first(node); edge < graph.end(node); edge++) {
        if ((graph.kind(edge) & this.#kinds) === 0) continue
        if (visit(graph.target(edge), graph.kind(edge))) return this.#path(start, goal)
      }
      if (time === undefined) continue
      for (const from = time.firstInvokedAfter(node); tail > from; tail--) {
        if (visit(intAt(time.byInvocation, tail - 1), RT)) return this.#path(start, goal)
      }
    }
    return undefined
  }

  #reach(node: number, parent: number, kind: number, depth: number): void {
    const place = this.#places.of(node)
    this.#reachedIn[place] = this.#search
    this.#parent[place] = parent
    this.#kind[place] = kind
    this.#depth[place] = depth
  }

  #path(start: number, goal: number): readonly FoundStep[] {
    const steps: FoundStep[] = []
    let to = goal
    do {
      const place = this.#places.of(to)
      const from = intAt(this.#parent, place)
      steps.push({ from, to, kind: this.#kind[place] ?? 0 })
      to = from
    } while (to !== start)
    return steps.reverse()
  }
}
