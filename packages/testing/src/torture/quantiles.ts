export interface Quantiles {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** All 0 of nothing. */
export function quantiles(values: readonly number[]): Quantiles {
  const sorted = Float64Array.from(values).sort()
  const at = (share: number): number => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
    return Math.round(value * 100) / 100
  }
  return { p50: at(0.5), p99: at(0.99), max: at(1) }
}
