/** Up to how many streams a command of each class has in its consistency boundary. */
const CLASSES = [1, 5, 20, 100, 500, Number.POSITIVE_INFINITY] as const

export interface ClassOfCommands {
  /** Streams in the boundary: more than in the class before, and at most so many. `null`: no limit. */
  readonly upTo: number | null
  readonly commands: number
  /** From the call to the durable outcome, in milliseconds. */
  readonly p50: number
  readonly p95: number
}

/** Of each class the times are kept up to here, evenly thinned out afterwards. */
const KEPT = 10_000

/** How long commands took, by how many streams they have. */
export class CommandTimes {
  readonly #classes = CLASSES.map((upTo) => ({ upTo, times: [] as number[], commands: 0 }))

  add(streams: number, milliseconds: number): void {
    const one = this.#classes.find(({ upTo }) => streams <= upTo)
    if (one === undefined) return
    one.times[one.commands % KEPT] = milliseconds
    one.commands++
  }

  /** Classes that had commands. */
  summary(): readonly ClassOfCommands[] {
    return this.#classes
      .filter(({ commands }) => commands > 0)
      .map(({ upTo, commands, times }) => {
        const sorted = times.toSorted((a, b) => a - b)
        const at = (part: number): number =>
          round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0)
        return { upTo: Number.isFinite(upTo) ? upTo : null, commands, p50: at(0.5), p95: at(0.95) }
      })
  }
}

const round = (milliseconds: number): number => Math.round(milliseconds * 100) / 100
