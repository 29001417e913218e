import type { AnyRejection, Command, ExecuteOptions, Outcome } from 'eventcore'
import type { Expectation, SpecifiedEvent } from './expectations.ts'
import { type SpecificationOptions, Stage } from './stage.ts'
import { giveAll, Step } from './step.ts'
import type { StoryLine } from './story.ts'

/** Something that happened before: an event, or a command that committed. */
export type GivenItem = SpecifiedEvent | Command<string, AnyRejection>

/** What was given. */
export interface Given {
  /** The command to look at. It is executed by a real `CommandExecutor`, on the real store, when its outcome is asked for. */
  when<Name extends string, Rejections extends AnyRejection>(
    command: Command<Name, Rejections>,
    options?: ExecuteOptions,
  ): When<Rejections>
}

/** A command, and what is to come of it. */
export interface When<Rejections extends AnyRejection> {
  /**
   * Insists on all of these, and looks at nothing older than the command:
   *
   * - events: exactly these are new, those of each stream in this order;
   * - {@link nothing}: none is new;
   * - {@link rejected}: it refused, and nothing is new;
   * - {@link throws}: it threw, and nothing is new;
   * - {@link state}: what a stream folds into afterwards. Alone: the command committed, whatever it wrote.
   *
   * @throws SpecificationFailed (`SPECIFICATION_FAILED`), as the rejection of the promise
   */
  then(first: Expectation<Rejections>, ...more: readonly Expectation<Rejections>[]): Then
  /** What the executor answered, for expectations of your own. Rejects with what it threw. */
  outcome(): Promise<Outcome<Rejections>>
  /** This command must commit; another follows it, and what is new is what the other one writes. */
  when: Given['when']
}

/** A checked expectation. Await it: it rejects when the specification does not hold. */
export interface Then extends PromiseLike<void> {
  /** Another command, after what has happened so far. */
  when: Given['when']
}

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
