/** Times of single operations, without an object for each. */
export class LatencyRecorder {
  #values = new Float64Array(4_096)
  #count = 0

  add(milliseconds: number): void {
    if (this.#count === this.#values.length) {
      const larger = new Float64Array(this.#count * 2)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.#count++] = milliseconds
  }

  get count(): number {
    return this.#count
  }

  values(): Float64Array {
    return this.#values.slice(0, this.#count)
  }
}

/** What a phase of measurement took. */
export interface Phase {
  readonly seconds: number
  readonly cpu: number
  readonly latencies: Float64Array
}

/**
 * Keeps so many operations under way for so long: each of the callers calls again when it has its answer. (A closed loop: a
 * slow store is asked less often, so that its latencies are those of a system that is just saturated, never of an overrun one.)
 */
export async function closedLoop(inFlight: number, seconds: number, operation: () => Promise<void>): Promise<Phase> {
  const latencies = new LatencyRecorder()
  const cpuBefore = process.cpuUsage()
  const begun = performance.now()
  const end = begun + seconds * 1_000
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      // One look at the clock per operation, which takes 0.05 µs: the memory store takes some 7 µs for a whole command.
      let now = performance.now()
      while (now < end) {
        const called = now
        await operation()
        now = performance.now()
        latencies.add(now - called)
      }
    }),
  )
  const elapsed = (performance.now() - begun) / 1_000
  return { seconds: elapsed, cpu: cpuSince(cpuBefore), latencies: latencies.values() }
}

/** So many operations, one after the other: for what is counted and not timed. */
export async function repeated(times: number, operation: () => Promise<void>): Promise<Phase> {
  const latencies = new LatencyRecorder()
  const phase = await once(async () => {
    for (let i = 0; i < times; i++) {
      const called = performance.now()
      await operation()
      latencies.add(performance.now() - called)
    }
  })
  return { ...phase, latencies: latencies.values() }
}

/** Times one thing that is done as a whole. */
export async function once(work: () => Promise<void>): Promise<Phase> {
  const cpuBefore = process.cpuUsage()
  const begun = performance.now()
  await work()
  return { seconds: (performance.now() - begun) / 1_000, cpu: cpuSince(cpuBefore), latencies: new Float64Array() }
}

function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}
