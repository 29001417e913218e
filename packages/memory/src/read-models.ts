/** A table of a read model. Rows are shared, not copied: replace them, do not change them. */
export interface MemoryTable<Row> {
  get(key: string): Row | undefined
  set(key: string, row: Row): void
  /** Answers whether there was one. */
  delete(key: string): boolean
  clear(): void
  /** In the order in which the keys were first set. */
  entries(): IterableIterator<[string, Row]>
  readonly size: number
}

/** What a handler writes with: everything is undone when it throws. */
export interface MemoryTransaction {
  /** The table of this name; it is made when it is first asked for. */
  table<Row>(name: string): MemoryTable<Row>
}

/** The tables of all projections of one store. */
export class MemoryReadModels implements MemoryTransaction {
  readonly #tables = new Map<string, Map<string, unknown>>()
  /** How to undo what was written since {@link begin}, last things last. */
  #undo: (() => void)[] | undefined

  begin(): void {
    this.#undo = []
  }

  commit(): void {
    this.#undo = undefined
  }

  rollback(): void {
    for (const undo of (this.#undo ?? []).reverse()) undo()
    this.#undo = undefined
  }

  table<Row>(name: string): MemoryTable<Row> {
    let rows = this.#tables.get(name)
    if (rows === undefined) {
      rows = new Map()
      this.#tables.set(name, rows)
    }
    // The rows of a table are what its projection says they are.
    return this.#logged(rows as Map<string, Row>)
  }

  #logged<Row>(rows: Map<string, Row>): MemoryTable<Row> {
    const change = (key: string): void => {
      const [had, before] = [rows.has(key), rows.get(key) as Row]
      this.#undo?.push(() => (had ? rows.set(key, before) : rows.delete(key)))
    }
    return {
      get: (key) => rows.get(key),
      set: (key, row) => {
        change(key)
        rows.set(key, row)
      },
      delete: (key) => {
        change(key)
        return rows.delete(key)
      },
      clear: () => {
        const before = [...rows]
        this.#undo?.push(() => {
          rows.clear()
          for (const [key, row] of before) rows.set(key, row)
        })
        rows.clear()
      },
      entries: () => rows.entries(),
      get size() {
        return rows.size
      },
    }
  }
}
