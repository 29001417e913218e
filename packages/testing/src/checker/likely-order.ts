import { itemAt } from './bounds.ts'
import type { LogIndex } from './log-index.ts'
import type { Transaction } from './transactions.ts'

/**
 * An order in which the transactions probably happened, as the rank of each: commits in feed order, queries where the
 * newest of what they read, or of what had completed before them, stands. In a sound history all edges lead upwards in it.
 * Nothing depends on that but speed: every cycle has an edge that leads downwards, so only there cycles are looked for.
 */
export function likelyOrder(transactions: readonly Transaction[], index: LogIndex): Int32Array {
  const commits = index.commits.length
  const height = new Float64Array(transactions.length)
  for (let commit = 0; commit < commits; commit++) height[commit] = commit
  const heightOf = (node: number) => height[node] as number // in bounds: a transaction

  // Time runs through all completions and the invocations of queries; of two at one moment the invocation comes first.
  const moments: { readonly time: number; readonly node: number; readonly completed: boolean }[] = []
  for (let node = 0; node < transactions.length; node++) {
    const { invokedAt, completedAt } = itemAt(transactions, node)
    if (completedAt !== Number.POSITIVE_INFINITY) moments.push({ time: completedAt, node, completed: true })
    if (node >= commits) moments.push({ time: invokedAt, node, completed: false })
  }
  moments.sort((a, b) => a.time - b.time || Number(a.completed) - Number(b.completed))
  let highest = -1
  for (const { node, completed } of moments) {
    if (completed) highest = Math.max(highest, heightOf(node))
    else height[node] = newestRead(itemAt(transactions, node), index, highest)
  }

  const order = Int32Array.from(transactions.keys()).sort((a, b) => {
    // A commit before the queries that saw it, and those as they were invoked.
    if (heightOf(a) !== heightOf(b) || a < commits || b < commits) return heightOf(a) - heightOf(b) || a - b
    return itemAt(transactions, a).invokedAt - itemAt(transactions, b).invokedAt
  })
  const rank = new Int32Array(transactions.length)
  for (let place = 0; place < order.length; place++) rank[order[place] ?? 0] = place
  return rank
}

function newestRead({ reads }: Transaction, index: LogIndex, atLeast: number): number {
  let newest = atLeast
  for (const { stream, version } of reads) {
    if (version > 0) newest = Math.max(newest, index.writer(stream, version))
  }
  return newest
}
