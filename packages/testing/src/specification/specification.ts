import type { Given, GivenItem } from './given-when-then.ts'
import { type SpecificationOptions, Stage } from './stage.ts'
import { giveAll, Step } from './step.ts'
import type { StoryLine } from './story.ts'

/** Given/when/then on a store, a clock and ids of your choice. */
export interface Specification {
  /** What happened before, in this order: events, and commands, which must commit. May be nothing. */
  given(...items: readonly GivenItem[]): Given
}

/**
 * Makes a `given` of its own: on your store, with your clock and ids.
 *
 * @example
 * ```ts
 * const clock = new TestClock()
 * const { given } = specification({ now: clock.now, newId: sequentialIds() })
 * await given(event(Account('alice'), 'AccountOpened', { owner: 'Alice' }))
 *   .when(Deposit({ account: 'alice', amount: 5 }))
 *   .then(event(Account('alice'), 'MoneyDeposited', { amount: 5 }))
 * ```
 */
export function specification(options: SpecificationOptions = {}): Specification {
  return {
    given(...items) {
      const story: StoryLine[] = []
      const begin = async (): Promise<Stage> => {
        const stage = await Stage.open(options)
        await giveAll(stage, items, story)
        return stage
      }
      return { when: (command, executeOptions) => new Step(begin, story, command, executeOptions) }
    },
  }
}

/**
 * Begins a specification on a new memory store: what happened before, in this order. See {@link specification} for other stores.
 *
 * @example
 * ```ts
 * await given(event(Account('alice'), 'AccountOpened', { owner: 'Alice' }))
 *   .when(TransferMoney({ from: 'alice', to: 'bob', amount: 10 }))
 *   .then(rejected('InsufficientFunds', { balance: 0 }))
 * ```
 */
export const given: Specification['given'] = specification().given
