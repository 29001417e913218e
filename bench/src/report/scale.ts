/** Maps a value to a place on an axis. */
export interface Scale {
  (value: number): number
  readonly ticks: readonly number[]
}

export function linearScale(max: number, from: number, to: number): Scale {
  const step = niceStep(max / 4)
  const end = Math.max(step, Math.ceil(max / step) * step)
  const ticks = Array.from({ length: Math.round(end / step) + 1 }, (_, i) => i * step)
  return Object.assign((value: number) => from + (value / end) * (to - from), { ticks })
}

/** For values above 0 that span several powers of ten. */
export function logScale(min: number, max: number, from: number, to: number): Scale {
  const low = Math.floor(Math.log10(min))
  const high = Math.max(low + 1, Math.ceil(Math.log10(max)))
  const ticks = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i))
  return Object.assign((value: number) => from + ((Math.log10(value) - low) / (high - low)) * (to - from), { ticks })
}

/** At equal distances, whatever their values. */
export function pointScale(values: readonly number[], from: number, to: number): Scale {
  const gap = (to - from) / Math.max(1, values.length)
  return Object.assign((value: number) => from + gap * (values.indexOf(value) + 0.5), { ticks: values })
}

/** 1, 2 or 5 times a power of ten, at least so large. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least) ?? power * 10
}

/** `1.5k`, `20`, `0.3`: short enough for an axis. */
export function short(value: number): string {
  if (value >= 1_000_000) return `${Number((value / 1_000_000).toPrecision(3))}M`
  if (value >= 1_000) return `${Number((value / 1_000).toPrecision(3))}k`
  return String(Number(value.toPrecision(3)))
}
