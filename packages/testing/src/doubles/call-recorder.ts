import { type EventStore, InvalidOptions } from 'eventcore'
import { wrapStore } from '../wrapping/wrap-store.ts'

/** The calls that are recorded: all that reach the data. */
const OPERATIONS = [
  'read',
  'append',
  'findCommits',
  'readFeed',
  'waitForEvents',
  'headCursor',
  'readStream',
  'listStreams',
  'close',
] as const

export type RecordedOperation = (typeof OPERATIONS)[number]

/** One call of a store, and what became of it. */
export interface RecordedStoreCall<Operation extends RecordedOperation> {
  readonly operation: Operation
  readonly args: Parameters<EventStore[Operation]>
  readonly end:
    | { readonly status: 'pending' }
    | { readonly status: 'resolved'; readonly value: Awaited<ReturnType<EventStore[Operation]>> }
    | { readonly status: 'rejected'; readonly error: unknown }
}

/** Any call, told apart by its `operation`. */
export type StoreCall = { [Operation in RecordedOperation]: RecordedStoreCall<Operation> }[RecordedOperation]

export interface CallRecorderOptions {
  /** How many calls are kept, the newest. Default 10,000. */
  readonly limit?: number
}

/**
 * Writes down what a store is asked and what it answers, in the order of the calls.
 *
 * @example
 * ```ts
 * const recorder = new CallRecorder()
 * const executor = new CommandExecutor(recorder.wrap(new MemoryEventStore()))
 * // …
 * const batches = recorder.of('append').map(({ args: [commits] }) => commits.length)
 * ```
 */
export class CallRecorder {
  readonly #limit: number
  #calls: StoreCall[] = []
  #left = 0

  /** @throws InvalidOptions (`INVALID_OPTIONS`) */
  constructor({ limit = 10_000 }: CallRecorderOptions = {}) {
    if (!Number.isSafeInteger(limit) || limit < 1)
      throw new InvalidOptions('limit', limit, 'a whole number of at least 1')
    this.#limit = limit
  }

  get calls(): readonly StoreCall[] {
    return this.#calls
  }

  /** How many calls were left out because there were too many. */
  get leftOut(): number {
    return this.#left
  }

  /** The calls of one kind. */
  of<Operation extends RecordedOperation>(operation: Operation): readonly RecordedStoreCall<Operation>[] {
    // By its operation; the compiler cannot narrow a union by a parameter.
    return this.#calls.filter((call) => call.operation === operation) as unknown as RecordedStoreCall<Operation>[]
  }

  /** Forgets what was recorded so far. */
  clear(): void {
    this.#calls = []
    this.#left = 0
  }

  /** The same store, recorded. Several may share one recorder. */
  wrap<Store extends EventStore>(store: Store): Store {
    const members = OPERATIONS.map((operation) => [operation, this.#recorded(store, operation)])
    return wrapStore<Store>(store, Object.fromEntries(members))
  }

  #recorded(store: EventStore, operation: RecordedOperation): (...args: readonly unknown[]) => Promise<unknown> {
    return async (...args) => {
      const call: { operation: RecordedOperation; args: readonly unknown[]; end: unknown } = {
        operation,
        args,
        end: { status: 'pending' },
      }
      this.#keep(call as StoreCall)
      try {
        const value: unknown = await Reflect.apply(store[operation], store, args)
        call.end = { status: 'resolved', value }
        return value
      } catch (error) {
        call.end = { status: 'rejected', error }
        throw error
      }
    }
  }

  #keep(call: StoreCall): void {
    this.#calls.push(call)
    const tooMany = this.#calls.length - this.#limit
    if (tooMany <= 0) return
    this.#calls.splice(0, tooMany)
    this.#left += tooMany
  }
}
