/** Megabytes on the JavaScript heap, garbage included. */
export const heap = (): number => process.memoryUsage().heapUsed / 1_048_576

/** The same after everything that can go is gone. Needs `--expose-gc`. */
export function heapAtRest(): number {
  if (globalThis.gc === undefined) throw new Error('start node with --expose-gc')
  globalThis.gc()
  globalThis.gc()
  return heap()
}

/** The last line of a program that a test has started. */
export function report(figures: Record<string, number>): void {
  process.stdout.write(`${JSON.stringify(figures)}\n`)
}
