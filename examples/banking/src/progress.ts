import { SingleBar } from 'cli-progress'

/** A bar on stderr that shows how much of the input has been done. Without a terminal there is none: stdout stays clean, and logs too. */
export class Progress {
  readonly #bar: SingleBar | undefined
  #bytesDone = 0

  constructor(bytes: number) {
    if (!process.stderr.isTTY || bytes === 0) return
    this.#bar = new SingleBar({
      format: '  {bar} {percentage} % | {rows} commands | {seconds} s',
      stream: process.stderr,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      // The terminal is left as it was, even if the program is stopped in the middle.
      hideCursor: false,
      linewrap: true,
      clearOnComplete: true,
    })
    this.#bar.start(bytes, 0, { rows: 0, seconds: 0 })
  }

  show(bytesDone: number, rows: number, seconds: number): void {
    // A row that had to be tried again ends after rows that stand behind it.
    this.#bytesDone = Math.max(this.#bytesDone, bytesDone)
    this.#bar?.update(this.#bytesDone, { rows: rows.toLocaleString('en'), seconds: seconds.toFixed(1) })
  }

  stop(): void {
    this.#bar?.stop()
  }
}
