import { reasonOf } from '../executor/reason-of.ts'

/** Tells a user's hook. What it throws is no failure of the work that it is told of: it becomes a process warning. */
export function tellHook<Told>(name: string, hook: ((told: Told) => void) | undefined, told: Told): void {
  try {
    hook?.(told)
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : reasonOf(error), {
      detail: `thrown by the ${name} hook of a runner`,
    })
  }
}
