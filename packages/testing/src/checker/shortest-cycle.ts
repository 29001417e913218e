import { intAt, itemAt } from './bounds.ts'
import type { PlaceTable, Subgraph } from './components.ts'
import { RW } from './dependency-graph.ts'
import type { Transaction } from './transactions.ts'

/** Kind of a step that is no dependency: completed before invoked. */
export const RT = 8

export interface FoundStep {
  readonly from: number
  readonly to: number
  /** `WW`, `WR`, `RW` or {@link RT}. */
  readonly kind: number
}

export interface CycleSearch {
  readonly transactions: readonly Transaction[]
  /** See `likelyOrder`. */
  readonly rank: Int32Array
  readonly places: PlaceTable
}

/**
 * How many edges one search may look at. Only groups of thousands of entangled transactions, as a thoroughly broken store
 * leaves them, come near; then the shortest cycle found so far is taken.
 */
const EDGE_BUDGET = 20_000_000

/**
 * The shortest cycle among the members of an entangled group. With `missing: 'one'` it has exactly one step of kind `RW`;
 * else any number. Where cycles of two are found, which is as short as it gets, up to `limit` of them that share no member:
 * a broken store leaves thousands, and one search for each took minutes.
 */
export function shortestCycles(
  subgraph: Subgraph,
  search: CycleSearch,
  missing: 'one' | 'any',
  limit: number,
): readonly (readonly FoundStep[])[] {
  search.places.set(subgraph.members)
  const walk = new BreadthFirst(subgraph, search.places, missing)
  const pairs: (readonly FoundStep[])[] = []
  let best: readonly FoundStep[] | undefined
  for (const start of reachedDownwards(subgraph, search)) {
    if (pairs.length === limit || walk.visitedEdges > EDGE_BUDGET) break
    if (search.places.of(start) === -1) continue
    const longest = pairs.length > 0 ? 2 : best === undefined ? subgraph.members.length : best.length - 1
    const found = walk.around(start, longest)
    if (found === undefined) continue
    best = found
    if (found.length > 2) continue
    pairs.push(found)
    search.places.drop(found.map((step) => step.from))
  }
  search.places.clear(subgraph.members)
  return pairs.length > 0 ? pairs : best === undefined ? [] : [best]
}

/** The members to which an edge leads from one of higher rank. Every cycle has one. */
function reachedDownwards({ graph, members, kinds, time }: Subgraph, search: CycleSearch): readonly number[] {
  const { places, rank, transactions } = search
  const byRank = members.toSorted((a, b) => intAt(rank, a) - intAt(rank, b))
  const reached = new Uint8Array(members.length)
  for (const from of members) {
    for (let edge = graph.first(from); edge < graph.end(from); edge++) {
      const to = graph.target(edge)
      const place = places.of(to)
      if (place !== -1 && (graph.kind(edge) & kinds) !== 0 && intAt(rank, from) > intAt(rank, to)) reached[place] = 1
    }
  }
  let firstCompletion = Number.POSITIVE_INFINITY // of those of higher rank
  for (let i = byRank.length - 1; i >= 0 && time !== undefined; i--) {
    const { invokedAt, completedAt } = itemAt(transactions, intAt(byRank, i))
    if (firstCompletion < invokedAt) reached[places.of(intAt(byRank, i))] = 1
    firstCompletion = Math.min(firstCompletion, completedAt)
  }
  return [...byRank].filter((member) => reached[places.of(member)] === 1)
}

/**
 * Walks from a transaction back to itself. A state is a member and, where exactly one `RW` step is wanted, whether it was
 * taken: two layers, of which the only way from the first to the second is an `RW` edge.
 */
class BreadthFirst {
  readonly #subgraph: Subgraph
  readonly #places: PlaceTable
  readonly #layers: 1 | 2
  /** By state: the walk in which it was last reached, from which state, by what kind of step, and how far out. */
  readonly #reachedIn: Int32Array
  readonly #parent: Int32Array
  readonly #kind: Uint8Array
  readonly #depth: Int32Array
  #walk = 0
  visitedEdges = 0

  constructor(subgraph: Subgraph, places: PlaceTable, missing: 'one' | 'any') {
    this.#subgraph = subgraph
    this.#places = places
    this.#layers = missing === 'one' ? 2 : 1
    const states = subgraph.members.length * this.#layers
    this.#reachedIn = new Int32Array(states)
    this.#parent = new Int32Array(states)
    this.#kind = new Uint8Array(states)
    this.#depth = new Int32Array(states)
  }

  /** The shortest way of at most `limit` steps. */
  around(start: number, limit: number): readonly FoundStep[] | undefined {
    const { graph, members, kinds, time } = this.#subgraph
    const size = members.length
    const place = this.#places.of(start)
    const goal = (this.#layers - 1) * size + place
    const queue = [place]
    this.#walk++
    // With one layer the start is also the goal, still to be reached.
    if (this.#layers === 2) this.#reachedIn[place] = this.#walk
    this.#depth[place] = 0
    // What a transaction precedes in time is a tail of the order of invocation, so each layer walks that order once.
    const tails = [time?.byInvocation.length ?? 0, time?.byInvocation.length ?? 0]

    for (let head = 0; head < queue.length; head++) {
      const state = itemAt(queue, head)
      const depth = head === 0 ? 0 : intAt(this.#depth, state)
      if (depth >= limit) return undefined
      const layer = state < size ? 0 : 1
      const node = intAt(members, state - layer * size)
      const visit = (next: number, toLayer: number, kind: number): boolean => {
        this.visitedEdges++
        const nextPlace = this.#places.of(next)
        if (nextPlace === -1) return false
        const reached = toLayer * size + nextPlace
        if (intAt(this.#reachedIn, reached) === this.#walk) return false
        this.#reachedIn[reached] = this.#walk
        this.#parent[reached] = state
        this.#kind[reached] = kind
        this.#depth[reached] = depth + 1
        queue.push(reached)
        return reached === goal
      }
      for (let edge = graph.first(node); edge < graph.end(node); edge++) {
        const kind = graph.kind(edge)
        if ((kind & kinds) === 0) continue
        const toLayer = kind === RW && this.#layers === 2 ? layer + 1 : layer
        if (toLayer < this.#layers && visit(graph.target(edge), toLayer, kind)) return this.#path(place, goal)
      }
      if (time === undefined) continue
      const first = time.firstInvokedAfter(node)
      for (let tail = tails[layer] ?? 0; tail > first; tail--) {
        tails[layer] = tail - 1
        if (visit(intAt(time.byInvocation, tail - 1), layer, RT)) return this.#path(place, goal)
      }
    }
    return undefined
  }

  #path(start: number, goal: number): readonly FoundStep[] {
    const { members } = this.#subgraph
    const node = (state: number) => intAt(members, state % members.length)
    const steps: FoundStep[] = []
    let to = goal
    do {
      const from = intAt(this.#parent, to)
      steps.push({ from: node(from), to: node(to), kind: this.#kind[to] ?? RT })
      to = from
    } while (to !== start)
    return steps.reverse()
  }
}
