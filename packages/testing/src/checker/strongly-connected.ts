import { intAt } from './bounds.ts'

/** A graph whose edges are computed rather than stored. */
export interface ImplicitGraph {
  readonly size: number
  /** How many successor slots a node has. */
  degree(node: number): number
  /** The node in this slot, -1 when the slot is empty. */
  successor(node: number, slot: number): number
}

/**
 * The strongly connected components of more than one node: Tarjan's algorithm, with its recursion on an explicit stack,
 * since a history is deeper than any call stack.
 */
export function stronglyConnected(graph: ImplicitGraph): number[][] {
  const components: number[][] = []
  const order = new Int32Array(graph.size) // 0: not visited
  const low = new Int32Array(graph.size)
  const nextSlot = new Int32Array(graph.size)
  const onStack = new Uint8Array(graph.size)
  const stack: number[] = []
  const path: number[] = []
  let visited = 0

  const enter = (node: number): void => {
    visited++
    order[node] = visited
    low[node] = visited
    onStack[node] = 1
    stack.push(node)
    path.push(node)
  }
  const lower = (node: number, candidate: number): void => {
    if (candidate < intAt(low, node)) low[node] = candidate
  }

  for (let root = 0; root < graph.size; root++) {
    if (intAt(order, root) !== 0) continue
    enter(root)
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      const slot = intAt(nextSlot, node)
      if (slot < graph.degree(node)) {
        nextSlot[node] = slot + 1
        const successor = graph.successor(node, slot)
        if (successor === -1) continue
        if (intAt(order, successor) === 0) enter(successor)
        else if (onStack[successor] === 1) lower(node, intAt(order, successor))
        continue
      }
      path.pop()
      const parent = path.at(-1)
      if (parent !== undefined) lower(parent, intAt(low, node))
      if (intAt(low, node) !== intAt(order, node)) continue
      const component: number[] = []
      let member: number | undefined
      do {
        member = stack.pop()
        if (member === undefined) break // never: the node itself is on the stack
        onStack[member] = 0
        component.push(member)
      } while (member !== node)
      if (component.length > 1) components.push(component)
    }
  }
  return components
}
