import { intAt, itemAt } from './bounds.ts'
import type { LogIndex } from './log-index.ts'
import type { Transaction } from './transactions.ts'

/** Bits, so that a search can be told which edges to follow. */
export const WW = 1
export const WR = 2
export const RW = 4
export const DEPENDENCIES = WW | WR | RW

/** Adds one kind of edge between transactions. */
export type EdgeSource = (
  transactions: readonly Transaction[],
  index: LogIndex,
  edge: (from: number, to: number) => void,
) => void

export interface EdgeSources {
  readonly ww: EdgeSource
  readonly wr: EdgeSource
  readonly rw: EdgeSource
}

/** Writer of a version → writer of the next one. */
const writeWrite: EdgeSource = (_transactions, index, edge) => {
  for (const stream of index.streams.values()) {
    for (let version = 1; version < stream.contiguous; version++) {
      edge(index.commitOfEvent(stream.eventAt(version)), index.commitOfEvent(stream.eventAt(version + 1)))
    }
  }
}

/** Writer of a version → whoever read it. */
const writeRead: EdgeSource = (transactions, index, edge) => {
  for (let reader = 0; reader < transactions.length; reader++) {
    for (const { stream, version } of itemAt(transactions, reader).reads) {
      const writer = version === 0 ? -1 : index.writer(stream, version)
      if (writer !== -1) edge(writer, reader)
    }
  }
}

/** Whoever read a version → writer of the next one. A stream read as absent is one at version 0. */
const readWrite: EdgeSource = (transactions, index, edge) => {
  for (let reader = 0; reader < transactions.length; reader++) {
    for (const { stream, version } of itemAt(transactions, reader).reads) {
      const writer = index.writer(stream, version + 1)
      if (writer !== -1) edge(reader, writer)
    }
  }
}

export const EDGE_SOURCES: EdgeSources = { ww: writeWrite, wr: writeRead, rw: readWrite }

/**
 * Who must come before whom. Stream versions give the order of all writes, so nothing is inferred: a set of transactions
 * can be put into one order exactly when this graph has no cycle. Kept as adjacency arrays: 9 bytes an edge.
 *
 * Real time is not among the edges (it would be quadratic): see `RealTimeOrder`.
 */
export class DependencyGraph {
  readonly size: number
  readonly #offsets: Int32Array
  readonly #targets: Int32Array
  readonly #kinds: Uint8Array
  readonly counts: Readonly<Record<'ww' | 'wr' | 'rw', number>>

  constructor(transactions: readonly Transaction[], index: LogIndex, sources: EdgeSources = EDGE_SOURCES) {
    const edges = new EdgeList()
    const add = (source: EdgeSource, kind: number): number => {
      const before = edges.length
      // Commands do not come before themselves: one that reads and writes a stream has no edge here.
      source(transactions, index, (from, to) => {
        if (from !== to) edges.push(from, to, kind)
      })
      return edges.length - before
    }
    this.counts = { ww: add(sources.ww, WW), wr: add(sources.wr, WR), rw: add(sources.rw, RW) }
    this.size = transactions.length

    const offsets = new Int32Array(this.size + 1)
    for (let i = 0; i < edges.length; i++) {
      const slot = intAt(edges.from, i) + 1
      offsets[slot] = intAt(offsets, slot) + 1
    }
    for (let node = 0; node < this.size; node++) offsets[node + 1] = intAt(offsets, node + 1) + intAt(offsets, node)
    const next = offsets.slice()
    this.#targets = new Int32Array(edges.length)
    this.#kinds = new Uint8Array(edges.length)
    for (let i = 0; i < edges.length; i++) {
      const from = intAt(edges.from, i)
      const slot = intAt(next, from)
      next[from] = slot + 1
      this.#targets[slot] = intAt(edges.to, i)
      this.#kinds[slot] = edges.kindAt(i)
    }
    this.#offsets = offsets
  }

  /** The edges of a node are those from here … */
  first(node: number): number {
    return intAt(this.#offsets, node)
  }

  /** … to before here. */
  end(node: number): number {
    return intAt(this.#offsets, node + 1)
  }

  target(edge: number): number {
    return intAt(this.#targets, edge)
  }

  kind(edge: number): number {
    return this.#kinds[edge] as number // in bounds by construction, as in bounds.ts
  }
}

/** Grows by doubling: the number of edges is known only after the sources ran. */
class EdgeList {
  from: Int32Array = new Int32Array(1024)
  to: Int32Array = new Int32Array(1024)
  #kinds: Uint8Array = new Uint8Array(1024)
  length = 0

  push(from: number, to: number, kind: number): void {
    if (this.length === this.from.length) this.#grow()
    this.from[this.length] = from
    this.to[this.length] = to
    this.#kinds[this.length] = kind
    this.length++
  }

  kindAt(index: number): number {
    return this.#kinds[index] as number // in bounds by construction, as in bounds.ts
  }

  #grow(): void {
    const grown = <T extends Int32Array | Uint8Array>(old: T, fresh: T): T => {
      fresh.set(old)
      return fresh
    }
    this.from = grown(this.from, new Int32Array(this.length * 2))
    this.to = grown(this.to, new Int32Array(this.length * 2))
    this.#kinds = grown(this.#kinds, new Uint8Array(this.length * 2))
  }
}
