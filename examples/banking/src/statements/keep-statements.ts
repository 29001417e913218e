import type { EventStore, Position } from 'eventcore'
import type { StatementRunner, Statements } from './statements.ts'

/** For how long, in milliseconds, a statement may lag behind what was committed before that is an error. */
const PATIENCE = 120_000

/** The statements while commands run: a projection keeps them in the background. */
export class StatementKeeper {
  readonly #runner: StatementRunner
  readonly version: number
  readonly #isFirst: boolean

  private constructor(statements: Statements, shown: number | undefined) {
    this.#isFirst = shown === undefined
    this.version = shown ?? 1
    this.#runner = statements.runner(this.version)
  }

  static async start(statements: Statements): Promise<StatementKeeper> {
    const keeper = new StatementKeeper(statements, await statements.shown())
    keeper.#runner.start()
    return keeper
  }

  /**
   * Reads your writes: resolves when the statements that readers see contain these events, and everything before them.
   * @throws ProjectionError when they do not come to it
   */
  async upTo(store: EventStore, positions: readonly Position[]): Promise<void> {
    const last = [...positions].sort(store.comparePositions.bind(store)).at(-1)
    if (last !== undefined) await this.#runner.waitFor(last, { timeoutMs: PATIENCE })
    if (this.#isFirst) await this.#runner.activate({ timeoutMs: PATIENCE })
  }

  /** The next version shows its own: this one's table goes. */
  drop(): Promise<void> {
    return this.#runner.drop()
  }

  stop(): Promise<void> {
    return this.#runner.stop()
  }
}
