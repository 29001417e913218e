import { setImmediate as nextTurn } from 'node:timers/promises'

/** For how long SQLite may work in one turn of the event loop before the next call waits for the next turn. */
const TURN_MS = 5

/**
 * SQLite works on the thread that calls it, and a caller who does nothing but `await` the store never lets the event loop
 * turn: timers and sockets would wait until it is through with its million events. This counts what was spent since
 * the last turn, and makes the call that comes after too much of it wait for one.
 */
export class LoopShare {
  #spent = 0
  #turn: Promise<void> | undefined

  /** Resolves when there is time to spend. A caller may skip it while {@link exhausted} is false. */
  async available(): Promise<void> {
    while (this.exhausted) await this.#nextTurn()
  }

  get exhausted(): boolean {
    return this.#spent >= TURN_MS
  }

  spend(ms: number): void {
    this.#spent += ms
    if (this.#turn === undefined) void this.#nextTurn()
  }

  #nextTurn(): Promise<void> {
    this.#turn ??= nextTurn().then(() => {
      this.#spent = 0
      this.#turn = undefined
    })
    return this.#turn
  }
}
