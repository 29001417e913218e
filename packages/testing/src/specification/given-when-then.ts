import type { AnyRejection, Command, ExecuteOptions, Outcome } from 'eventcore'
import type { Expectation, SpecifiedEvent } from './expectations.ts'

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
