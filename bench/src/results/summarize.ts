import type { Figures, Sample } from './result-file.ts'
import { median, rounded } from './statistics.ts'

/** The median of each figure over the samples that have it. */
export function medianOf(samples: readonly Sample[]): Figures {
  const of = (figure: keyof Figures): number =>
    rounded(median(samples.flatMap(({ [figure]: value }) => (value === undefined ? [] : [value]))))
  const optional = (figure: keyof Figures): number | undefined =>
    samples.some(({ [figure]: value }) => value !== undefined) ? of(figure) : undefined
  return definedOnly({
    perSecond: of('perSecond'),
    p50: optional('p50'),
    p95: optional('p95'),
    p99: optional('p99'),
    max: optional('max'),
    clientCpu: of('clientCpu'),
    serverCpu: optional('serverCpu'),
    roundTrips: optional('roundTrips'),
    rejected: of('rejected'),
    retries: of('retries'),
    gaveUp: of('gaveUp'),
    bytesPerEvent: optional('bytesPerEvent'),
    walBytesPerEvent: optional('walBytesPerEvent'),
  })
}

/** What is `undefined` left out, so that it is absent from JSON and from the types. */
type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

export function definedOnly<T extends object>(record: T): Defined<T> {
  // `Object.fromEntries` forgets which names it was given.
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Defined<T>
}

/** The slowest and the fastest sample. */
export function spreadOf(samples: readonly Sample[]): { readonly low: number; readonly high: number } {
  const rates = samples.map(({ perSecond }) => perSecond)
  return { low: Math.min(...rates), high: Math.max(...rates) }
}
