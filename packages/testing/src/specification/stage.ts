import { MemoryEventStore } from '@eventcore/memory'
import {
  type AnyRejection,
  type Command,
  CommandExecutor,
  defineCommand,
  type EventStore,
  type ExecuteOptions,
  type ExecutorOptions,
  type Outcome,
  type RecordedCommit,
  type Rejection,
  reject,
  unchecked,
} from 'eventcore'
import type { ExpectedState, SpecifiedEvent, WritableReference } from './expectations.ts'

/** What specifications run on. The options of the executor are among them: `now`, `newId`, `metadata` and the others. */
export interface SpecificationOptions extends ExecutorOptions {
  /**
   * The store, or a function that gives one for each specification. It stays open: it is yours. It need not be empty, and others
   * may use it at the same time. Default: a new memory store each time.
   */
  readonly store?: EventStore | (() => EventStore | Promise<EventStore>)
}

/** What came of a command that was executed on the stage. */
export interface Execution {
  readonly outcome: Outcome<AnyRejection> | undefined
  readonly error: unknown
  /** Of the commit, if this execution wrote it. */
  readonly written: RecordedCommit['events']
}

/** A store, and commands executed on it one after another, each by an executor of its own: nothing is left in a cache. */
export class Stage {
  readonly store: EventStore
  readonly #options: ExecutorOptions

  private constructor(store: EventStore, options: ExecutorOptions) {
    this.store = store
    this.#options = options
  }

  static async open({ store, ...options }: SpecificationOptions): Promise<Stage> {
    const opened = typeof store === 'function' ? await store() : store
    return new Stage(opened ?? new MemoryEventStore(), options)
  }

  async execute(command: Command<string, AnyRejection>, options: ExecuteOptions = {}): Promise<Execution> {
    const commandId = options.commandId ?? this.#options.newId?.() ?? this.store.newId()
    const before = await this.store.findCommits([commandId])
    const executor = new CommandExecutor(this.store, this.#options)
    let outcome: Outcome<AnyRejection> | undefined
    let error: unknown
    try {
      outcome = await executor.execute(command, { ...options, commandId })
    } catch (thrown) {
      error = thrown
    } finally {
      await executor.close()
    }
    const [commit] = await this.store.findCommits([commandId])
    return { outcome, error, written: before.length === 0 ? (commit?.events ?? []) : [] }
  }

  /** Writes events, in this order, in one commit. @throws what the executor throws when they are not valid */
  async write(events: readonly SpecifiedEvent[]): Promise<void> {
    if (events.length === 0) return
    const executor = new CommandExecutor(this.store, this.#options)
    try {
      await executor.execute(writing(events))
    } finally {
      await executor.close()
    }
  }

  /** What a stream folds into, as a command sees it. */
  async stateOf({ reference }: Pick<ExpectedState, 'reference'>): Promise<unknown> {
    const executor = new CommandExecutor(this.store, this.#options)
    try {
      const outcome = await executor.execute(looking(reference))
      // It has no other way to end.
      return outcome.status === 'rejected' ? outcome.detail : undefined
    } finally {
      await executor.close()
    }
  }
}

/** Writes what a specification starts from. Defined for each: references are no input that could be hashed. */
const writing = (events: readonly SpecifiedEvent[]): Command<'Given', never> =>
  defineCommand({
    name: 'Given',
    input: unchecked<null>(),
    streams: (): Record<string, WritableReference> =>
      Object.fromEntries(events.map(({ reference }, i) => [`given${i}`, reference])),
    handle: (streams) => events.flatMap(({ type, data }, i) => streams[`given${i}`]?.emit(type, data) ?? []),
  })(null)

/** Ends with the state of a stream. */
const looking = (reference: ExpectedState['reference']): Command<'Look', Rejection<'Seen', unknown>> =>
  defineCommand({
    name: 'Look',
    input: unchecked<null>(),
    streams: () => ({ looked: reference }),
    handle: ({ looked }) => reject('Seen', looked.state),
  })(null)
