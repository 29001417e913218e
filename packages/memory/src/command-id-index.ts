import { NumberTable } from './number-table.ts'
import { TextTable } from './text-table.ts'

/**
 * Finds commits by their command ids. Ids that come in ascending order, as UUIDv7 made by one process nearly always do, stand in a run of
 * commit numbers that is sorted by id as it grows. One comparison with the greatest of them tells that an id is new: no hash, no look into
 * a table of megabytes. All others stand in a {@link TextTable}. One id that sorts behind all to come sends those to the table, which
 * costs time and nothing else.
 *
 * Ids are compared as JavaScript compares texts, by UTF-16 units. Any order would do, as long as it is one.
 */
export class CommandIdIndex {
  readonly #idAt: (commit: number) => string
  /** One number in a row: that of the commit. */
  readonly #run = new NumberTable(1)
  /** Of the last commit in the run. The empty text sorts before all ids, and is never in the run itself. */
  #greatest = ''
  readonly #others: TextTable

  /** @param idAt the command id of the commit with this number. It is asked for the numbers that were added. */
  constructor(idAt: (commit: number) => string) {
    this.#idAt = idAt
    this.#others = new TextTable(idAt)
  }

  get(commandId: string): number | undefined {
    if (commandId > this.#greatest) return undefined
    return this.#inRun(commandId) ?? this.#others.get(commandId)
  }

  /** The id must not be there yet. */
  add(commandId: string, commit: number): void {
    if (commandId > this.#greatest) {
      this.#run.set(this.#run.add(), 0, commit)
      this.#greatest = commandId
    } else {
      this.#others.add(commandId, commit)
    }
  }

  /** Takes back what was added last; then what was added before that, and so on: the run is cut at its end. */
  takeBackLast(commandId: string): void {
    if (this.#run.length === 0 || commandId !== this.#greatest) {
      this.#others.remove(commandId)
      return
    }
    const length = this.#run.length - 1
    this.#run.truncate(length)
    this.#greatest = length === 0 ? '' : this.#idAt(this.#run.get(length - 1, 0))
  }

  #inRun(commandId: string): number | undefined {
    let low = 0
    let high = this.#run.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const commit = this.#run.get(middle, 0)
      const id = this.#idAt(commit)
      if (id === commandId) return commit
      if (id < commandId) low = middle + 1
      else high = middle
    }
    return undefined
  }
}
