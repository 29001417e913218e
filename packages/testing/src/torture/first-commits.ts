import type { CommandCall } from '../checker/history.ts'

/** When something was over, in nanoseconds of the clock of the histories. */
export interface Moment {
  readonly what: string
  readonly at: number
}

export const momentOf = (what: string): Moment => ({ what, at: Number(process.hrtime.bigint()) })

/** For each moment, by its name: how long until some client was told of a commit, in milliseconds. */
export function firstCommitsAfter(
  moments: readonly Moment[],
  calls: readonly CommandCall[],
): Readonly<Record<string, readonly number[]>> {
  const told = Float64Array.from(
    calls.flatMap(({ status, writes, completedAt }) =>
      status === 'ok' && writes.length > 0 && completedAt !== undefined ? [completedAt] : [],
    ),
  ).sort()
  const waited: Record<string, number[]> = {}
  for (const { what, at } of moments) {
    const first = told.find((completedAt) => completedAt >= at)
    // None came any more: the round was over.
    if (first !== undefined) waited[what] = [...(waited[what] ?? []), Math.round((first - at) / 10_000) / 100]
  }
  return waited
}
