import { SingleBar } from 'cli-progress'
import type { StatementRunner, Statements } from './statements.ts'

/** Milliseconds between two looks at the runner. */
const INTERVAL = 200

/** Without a terminal a line is said so seldom, in milliseconds. */
const LINE_INTERVAL = 2_000

/** Tells how far a rebuild is: events, events per second, and the time that is left. */
export class RebuildProgress {
  readonly #statements: Statements
  readonly #runner: StatementRunner
  readonly #tell: (line: string) => void
  readonly #bar: SingleBar | undefined
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> = Promise.resolve()
  #begun = 0
  #said = 0
  #result: Promise<{ readonly events: number; readonly seconds: number }> | undefined

  constructor(statements: Statements, runner: StatementRunner, tell: (line: string) => void) {
    this.#statements = statements
    this.#runner = runner
    this.#tell = tell
    if (!process.stderr.isTTY) return
    this.#bar = new SingleBar({
      format: '  {bar} {percentage} % | {value} of {total} events | {rate} a second | {left}',
      stream: process.stderr,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      hideCursor: false,
      linewrap: true,
      clearOnComplete: true,
    })
  }

  start(): void {
    this.#begun = performance.now()
    this.#said = this.#begun
    this.#bar?.start(1, 0, { rate: 0, left: '' })
    this.#timer = setInterval(() => {
      this.#looking = this.#looking.then(() => this.#look()).catch(() => {})
    }, INTERVAL)
  }

  /** How many events the log has now, and for how long it ran. */
  stop(): Promise<{ readonly events: number; readonly seconds: number }> {
    this.#result ??= this.#stop()
    return this.#result
  }

  async #stop(): Promise<{ readonly events: number; readonly seconds: number }> {
    const seconds = Math.round(performance.now() - this.#begun) / 1_000
    clearInterval(this.#timer)
    await this.#looking
    this.#bar?.stop()
    return { events: await this.#statements.events(), seconds }
  }

  async #look(): Promise<void> {
    const [events, { lagEvents = 0, rate, secondsLeft }] = [
      await this.#statements.events(),
      await this.#runner.status(),
    ]
    const done = Math.max(0, events - lagEvents)
    const left = secondsLeft === undefined ? '' : `${secondsLeft.toFixed(1)} s left`
    this.#bar?.setTotal(events)
    this.#bar?.update(done, { rate: Math.round(rate).toLocaleString('en'), left })
    if (this.#bar !== undefined || performance.now() - this.#said < LINE_INTERVAL) return
    this.#said = performance.now()
    const figures = [done, events, Math.round(rate)].map((figure) => figure.toLocaleString('en'))
    this.#tell(`  ${figures[0]} of ${figures[1]} events, ${figures[2]} a second, ${left}`)
  }
}
