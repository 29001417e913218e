export interface LaneOptions<Row> {
  /** How many rows are executed at once at most. */
  readonly concurrency: number
  /** Rows of one lane are executed in the order in which they come, one after the other. Without a lane: in any order. */
  readonly laneOf?: (row: Row) => string
  readonly execute: (row: Row) => Promise<void>
}

/** How many rows, for each that is executed, may wait for their lane before no more are read. */
const WAITING_PER_RUNNING = 16

/**
 * Executes rows as they come, many at once where their order does not matter. What it holds is bounded, however long the
 * input is: it reads on only when there is room.
 *
 * When a row fails, no more are begun; when the input fails, those before are finished. Either way the error is thrown
 * when nothing is under way any more.
 */
export async function runInLanes<Row>(rows: AsyncIterable<Row>, options: LaneOptions<Row>): Promise<void> {
  await new Lanes(options).run(rows)
}

class Lanes<Row> {
  readonly #options: LaneOptions<Row>
  /** The rows that wait, by lane. A lane is here while one of its rows is being executed. */
  readonly #lanes = new Map<string, Row[]>()
  readonly #maxWaiting: number
  #running = 0
  #waiting = 0
  #failure: { readonly error: unknown } | undefined
  #roomMade: (() => void) | undefined

  constructor(options: LaneOptions<Row>) {
    this.#options = options
    this.#maxWaiting = options.concurrency * WAITING_PER_RUNNING
  }

  async run(rows: AsyncIterable<Row>): Promise<void> {
    try {
      for await (const row of rows) {
        this.#take(row)
        while (!this.#hasRoom()) await this.#change()
        if (this.#failure !== undefined) break
      }
    } finally {
      while (this.#running > 0) await this.#change()
    }
    if (this.#failure !== undefined) throw this.#failure.error
  }

  #hasRoom(): boolean {
    if (this.#failure !== undefined) return true
    return this.#running < this.#options.concurrency && this.#waiting < this.#maxWaiting
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#roomMade = resolve
    })
  }

  #take(row: Row): void {
    const lane = this.#options.laneOf?.(row)
    const queue = lane === undefined ? undefined : this.#lanes.get(lane)
    if (queue !== undefined) {
      queue.push(row)
      this.#waiting++
      return
    }
    if (lane !== undefined) this.#lanes.set(lane, [])
    this.#running++
    void this.#execute(row, lane)
  }

  async #execute(first: Row, lane: string | undefined): Promise<void> {
    try {
      for (let row: Row | undefined = first; row !== undefined; row = this.#next(lane)) await this.#options.execute(row)
    } catch (error) {
      this.#failure ??= { error }
    }
    this.#running--
    this.#roomMade?.()
  }

  #next(lane: string | undefined): Row | undefined {
    if (lane === undefined) return undefined
    const row = this.#failure === undefined ? this.#lanes.get(lane)?.shift() : undefined
    if (row === undefined) this.#lanes.delete(lane)
    else this.#waiting--
    // A row that waited has left room for another to be read.
    this.#roomMade?.()
    return row
  }
}
