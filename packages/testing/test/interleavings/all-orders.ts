import type { CallScheduler } from '../../src/fast-check/index.ts'

/** A scheduler whose choices are given in advance: the first of those that wait, where none is given. */
class ChosenOrder implements CallScheduler {
  readonly #choices: readonly number[]
  readonly #waiting: (() => void)[] = []
  /** What was chosen, and from how many. */
  readonly made: { readonly choice: number; readonly of: number }[] = []

  constructor(choices: readonly number[]) {
    this.#choices = choices
  }

  async schedule<Result>(task: Promise<Result>): Promise<Result> {
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
    return await task
  }

  count(): number {
    return this.#waiting.length
  }

  async waitNext(): Promise<void> {
    const choice = this.#choices[this.made.length] ?? 0
    this.made.push({ choice, of: this.#waiting.length })
    const [next] = this.#waiting.splice(choice, 1)
    next?.()
  }
}

/**
 * Runs something once for every order in which its scheduled calls can go ahead: depth first, each run going one choice further
 * than the one before. Answers how many orders there are.
 */
export async function forAllOrders(run: (scheduler: CallScheduler) => Promise<void>, most: number): Promise<number> {
  let choices: readonly number[] | undefined = []
  for (let runs = 0; ; ) {
    const scheduler: ChosenOrder = new ChosenOrder(choices)
    try {
      await run(scheduler)
    } catch (cause) {
      throw new Error(`in the order ${JSON.stringify(scheduler.made.map(({ choice }) => choice))}`, { cause })
    }
    runs++
    choices = nextChoices(scheduler.made)
    if (choices === undefined) return runs
    if (runs >= most) throw new RangeError(`There are more than ${most} orders.`)
  }
}

function nextChoices(made: ChosenOrder['made']): readonly number[] | undefined {
  for (let last = made.length - 1; last >= 0; last--) {
    const { choice = 0, of = 0 } = made[last] ?? {}
    if (choice + 1 < of) return [...made.slice(0, last).map((one) => one.choice), choice + 1]
  }
  return undefined
}
