/** Megabytes. Garbage included. */
export const heapNow = (): number => rounded(process.memoryUsage().heapUsed)

/** After everything that can go is gone. Needs `--expose-gc`. */
export function heapAtRest(): number {
  if (globalThis.gc === undefined) throw new Error('start node with --expose-gc')
  globalThis.gc()
  globalThis.gc()
  return heapNow()
}

/** Of the whole process: the most that it ever had in memory. */
export const peakResident = (): number => rounded(process.resourceUsage().maxRSS * 1_024)

const rounded = (bytes: number): number => Math.round(bytes / 100_000) / 10

/** The last line of a program that a test has started. */
export function report(figures: Readonly<Record<string, number>>): void {
  process.stdout.write(`${JSON.stringify(figures)}\n`)
}
