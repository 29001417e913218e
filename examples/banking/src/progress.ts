import { SingleBar } from 'cli-progress'

/** A bar on stderr that shows how much of the input has been done. Without a terminal there is none: stdout stays clean, and logs too. */
export class Progress {
  readonly #bar: SingleBar | undefined

  constructor(bytes: number) {
    if (!process.stderr.isTTY || bytes === 0) return
    this.#bar = new SingleBar({
      format: '  {bar} {percentage} % | {rows} commands | {seconds} s',
      stream: process.stderr,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      // It comes back by itself when the program is stopped.
      hideCursor: false,
      clearOnComplete: true,
    })
    this.#bar.start(bytes, 0, { rows: 0, seconds: 0 })
  }

  show(bytesDone: number, rows: number, seconds: number): void {
    this.#bar?.update(bytesDone, { rows: rows.toLocaleString('en'), seconds: seconds.toFixed(1) })
  }

  stop(): void {
    this.#bar?.stop()
  }
}
