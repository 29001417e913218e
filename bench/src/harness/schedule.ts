/** Something to be measured several times. */
export interface Planned {
  /** Measured in all rounds before the others get a second one. */
  readonly headline: boolean
}

export interface ScheduleOptions {
  readonly rounds: number
  /** No measurement begins that is not expected to end by then. */
  readonly minutes?: number | undefined
  /** Milliseconds. Default: the time of the process. */
  readonly now?: () => number
}

/**
 * Measures everything once, then again, in turns (A B A B …), so that a machine that slows down slows all of them down. When
 * the time is up it answers with what was left out. What fails is not measured again, and does not keep the others from it.
 */
export async function inTurns<Plan extends Planned>(
  plans: readonly Plan[],
  { rounds, minutes = Number.POSITIVE_INFINITY, now = () => performance.now() }: ScheduleOptions,
  measure: (plan: Plan, round: number) => Promise<void>,
): Promise<{ readonly left: readonly Plan[]; readonly failed: ReadonlyMap<Plan, unknown> }> {
  const end = now() + minutes * 60_000
  const took = new Map<Plan, number>()
  const left: Plan[] = []
  const failed = new Map<Plan, unknown>()
  const turn = async (some: readonly Plan[], round: number): Promise<void> => {
    for (const plan of some) {
      if (failed.has(plan)) continue
      const begun = now()
      if (begun + (took.get(plan) ?? 0) > end) {
        if (round === 1) left.push(plan)
        continue
      }
      try {
        await measure(plan, round)
      } catch (error) {
        failed.set(plan, error)
      }
      took.set(plan, now() - begun)
    }
  }
  await turn(plans, 1)
  for (const headline of [true, false])
    for (let round = 2; round <= rounds; round++)
      await turn(
        plans.filter((plan) => plan.headline === headline),
        round,
      )
  return { left, failed }
}
