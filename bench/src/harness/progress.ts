/** Says on stderr what is going on: on a terminal in one line that changes, elsewhere line by line. */
export class Progress {
  readonly #begun = performance.now()
  #done = 0

  /** @param total how many steps there may be; `undefined` where the time decides */
  step(total: number | undefined, what: string): void {
    this.#done++
    const of = total === undefined ? '' : ` of ${total}`
    this.#write(`${this.elapsed()}  ${this.#done}${of}  ${what}`)
  }

  say(what: string): void {
    this.#write(`${this.elapsed()}  ${what}`)
  }

  /** Leaves the line as it is. */
  end(): void {
    if (process.stderr.isTTY) process.stderr.write('\n')
  }

  elapsed(): string {
    const seconds = Math.floor((performance.now() - this.#begun) / 1_000)
    return `${String(Math.floor(seconds / 60)).padStart(2)}:${String(seconds % 60).padStart(2, '0')}`
  }

  #write(line: string): void {
    process.stderr.write(process.stderr.isTTY ? `\r\u001B[K${line}` : `${line}\n`)
  }
}
