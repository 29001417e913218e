import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { AnyCommand, RejectionsOf } from '../command/command.ts'
import type { Metadata } from '../command/metadata.ts'
import type { CommittedOutcome, Outcome } from '../command/outcome.ts'
import type { AnyRejection } from '../command/rejection.ts'
import {
  CommandAborted,
  CommandIdReused,
  CommandRejected,
  ExecutorClosed,
  HandlerFailed,
  InvalidInput,
} from '../errors/command-errors.ts'
import { EventCoreError } from '../errors/event-core-error.ts'
import { InvalidOptions } from '../errors/invalid-options.ts'
import { encodeJson } from '../payload/encode-json.ts'
import { freezeDeeply } from '../payload/freeze-deeply.ts'
import { frozenCopy } from '../payload/frozen-copy.ts'
import { hashInput } from '../payload/hash-input.ts'
import type { EventStore } from '../store/event-store.ts'
import type { AnyReference, References } from '../stream/stream-reference.ts'
import { Engine } from './engine.ts'
import type { Cause, ExecuteOptions, ExecutorOptions } from './executor-options.ts'
import type { JobRequest } from './job.ts'
import { type Execution, joinExecution } from './joined-execution.ts'
import { whyNoReferences } from './named-references.ts'
import { overloaded } from './overloaded.ts'
import { reasonOf } from './reason-of.ts'
import { RenewedMap } from './renewed-map.ts'
import { assertExecuteOptions, type ResolvedOptions, resolveOptions } from './resolve-options.ts'
import { appended } from './small-list.ts'
import { attemptsLeftBy } from './unknown-attempts.ts'
import { validateLater } from './validate-later.ts'

/**
 * Executes commands on a store: reads their streams, folds, decides, commits, and decides again on a conflict. Call
 * `execute` as often at once as you like: commands of one process share reads and commits.
 *
 * @example
 * ```ts
 * const executor = new CommandExecutor(store)
 * const outcome = await executor.execute(TransferMoney({ from: 'alice', to: 'bob', amount: 100 }))
 * if (outcome.status === 'rejected') console.log(outcome.code, outcome.detail)
 * ```
 */
export class CommandExecutor {
  readonly store: EventStore
  readonly #options: ResolvedOptions
  readonly #newId: () => string
  readonly #engine: Engine
  readonly #underWay = new RenewedMap<string, Execution>()
  /** Inputs that an asynchronous schema is looking at. */
  readonly #validations = new Set<Promise<unknown>>()
  readonly #metadata: Metadata
  readonly #metadataText: string
  #closed = false

  /** @throws InvalidOptions (`INVALID_OPTIONS`), PayloadError (`PAYLOAD_ERROR`) when the metadata is not JSON */
  constructor(store: EventStore, options: ExecutorOptions = {}) {
    this.store = store
    this.#options = resolveOptions(options)
    this.#newId = options.newId ?? (() => store.newId())
    this.#engine = new Engine(store, this.#options, this.#newId)
    this.#metadataText = encodeJson(options.metadata ?? {}, 'The metadata of the executor')
    this.#metadata = freezeDeeply(JSON.parse(this.#metadataText) as Metadata)
  }

  /**
   * Executes a command and resolves with what became of it, once that is durable and true: `committed` with its events on all
   * their streams, or `rejected` by its handler. Both were checked against every stream that the decision was based on.
   *
   * Rejects with an error that has a literal `code`: nothing was written, unless it is `COMMIT_OUTCOME_UNKNOWN`.
   *
   * @throws InvalidInput (`INVALID_INPUT`), HandlerFailed (`HANDLER_FAILED`), LostWrite (`LOST_WRITE`), ForeignWrite
   * (`FOREIGN_WRITE`), BoundaryTooLarge (`BOUNDARY_TOO_LARGE`), CommandIdReused (`COMMAND_ID_REUSED`), ConcurrencyConflict
   * (`CONCURRENCY_CONFLICT`), CommandTimeout (`COMMAND_TIMEOUT`), CommandAborted (`COMMAND_ABORTED`), ExecutorOverloaded
   * (`EXECUTOR_OVERLOADED`), ExecutorClosed (`EXECUTOR_CLOSED`), InvalidOptions, InvalidStreamId, InvalidEvent, PayloadError,
   * EventDecodeError, the errors of the store, and CommitOutcomeUnknown (`COMMIT_OUTCOME_UNKNOWN`): execute again under the
   * same command id.
   */
  execute<Given extends AnyCommand>(
    command: Given,
    options: ExecuteOptions = NO_OPTIONS,
  ): Promise<Outcome<RejectionsOf<Given>>> {
    // Which rejections a command has is known to the types only.
    return this.#start(command, options) as Promise<Outcome<RejectionsOf<Given>>>
  }

  /**
   * The same, for callers to whom a rejection is an error.
   * @throws CommandRejected (`COMMAND_REJECTED`) with the rejection's code and detail, and whatever {@link execute} throws.
   */
  async executeOrThrow(command: AnyCommand, options: ExecuteOptions = {}): Promise<CommittedOutcome> {
    const outcome = (await this.#start(command, options)) as Outcome<AnyRejection>
    if (outcome.status === 'rejected')
      throw new CommandRejected(command.commandName, outcome.commandId, outcome.code, outcome.detail)
    return outcome
  }

  /** How many commands are under way in this process. */
  get activeCount(): number {
    return this.#engine.activeCount
  }

  /** Takes no more commands; resolves when those under way have their outcome and due snapshots are kept. The store stays open. */
  async close(): Promise<void> {
    this.#closed = true
    // A call may come out of its validation, or out of the wait for another under its id, only to execute then.
    while (this.#validations.size > 0 || this.#underWay.size > 0 || this.#engine.activeCount > 0) {
      const executions = Array.from(this.#underWay, ([, { outcome }]) => outcome)
      await Promise.allSettled([...this.#validations, ...executions])
      await this.#engine.idle()
    }
    // Their callers hear of the outcomes first.
    await new Promise((resolve) => setImmediate(resolve))
    await this.#engine.snapshotsWritten()
  }

  #start(command: AnyCommand, options: ExecuteOptions): Promise<unknown> {
    try {
      assertCommand(command)
      const { kind } = command
      const commandId = options.commandId ?? this.#newId()
      if (this.#closed) throw new ExecutorClosed(kind.name, commandId, 'the executor is closed.')
      if (options !== NO_OPTIONS) assertExecuteOptions(options)
      const validated = validateInput(command, commandId)
      if ('then' in validated) return this.#admitLater(command, commandId, options, validated)
      return this.#admit(command, commandId, options, validated)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  #admitLater(
    command: AnyCommand,
    commandId: string,
    options: ExecuteOptions,
    validated: PromiseLike<StandardSchemaV1.Result<unknown>>,
  ): Promise<unknown> {
    const { kind } = command
    const underWay = this.#engine.activeCount + this.#validations.size
    if (underWay >= this.#options.maxQueue) throw overloaded(kind.name, commandId, underWay)
    const timeoutMs = options.timeoutMs ?? this.#options.timeoutMs
    const validation = validateLater(
      { commandName: kind.name, commandId, timeoutMs, signal: options.signal },
      validated,
      (cause) => schemaFailed(command, commandId, cause),
    )
    this.#validations.add(validation)
    const leave = (): void => {
      this.#validations.delete(validation)
    }
    validation.then(leave, leave)
    return validation.then(({ result, leftMs }) =>
      this.#admit(command, commandId, { ...options, timeoutMs: leftMs }, result),
    )
  }

  #admit(
    command: AnyCommand,
    commandId: string,
    options: ExecuteOptions,
    validated: StandardSchemaV1.Result<unknown>,
    calledBefore = false,
    unknownBefore?: JobRequest['unknownBefore'],
  ): Promise<unknown> {
    const { kind } = command
    if (options.signal?.aborted === true) throw new CommandAborted(kind.name, commandId, options.signal.reason)
    if (validated.issues !== undefined) throw new InvalidInput(kind.name, commandId, validated.issues)
    const inputHash = this.#hash(command, commandId)
    // Nearly always there are none: a look-up would work out the hash of an id that is new (0.08 µs).
    const same = this.#underWay.size === 0 ? undefined : this.#underWay.get(commandId)
    if (same !== undefined) {
      if (same.commandName !== kind.name || same.inputHash !== inputHash)
        throw new CommandIdReused(kind.name, commandId, same.commandName)
      return this.#join(same, command, commandId, options, validated, calledBefore)
    }
    // A schema may give back what it was given, or parts of it: the caller could change it before all is decided, and a handler could
    // change what its next attempt is decided on.
    const input = frozenCopy(validated.value)
    const outcome = this.#submit(command, commandId, inputHash, options, input, unknownBefore)
    // Only ids that the caller chose can come twice.
    if (options.commandId !== undefined) this.#remember(commandId, { commandName: kind.name, inputHash, outcome })
    return outcome
  }

  #join(
    same: Execution,
    command: AnyCommand,
    commandId: string,
    options: ExecuteOptions,
    validated: StandardSchemaV1.Result<unknown>,
    calledBefore: boolean,
  ): Promise<unknown> {
    return joinExecution(same, {
      commandName: command.commandName,
      commandId,
      signal: options.signal,
      timeoutMs: options.timeoutMs ?? this.#options.timeoutMs,
      calledBefore,
      restart: async (timeoutMs, error) => {
        const attempts = attemptsLeftBy(error)
        const unknownBefore = attempts.length === 0 ? undefined : { error, attempts }
        return await this.#admit(command, commandId, { ...options, timeoutMs }, validated, true, unknownBefore)
      },
    })
  }

  #remember(commandId: string, execution: Execution): void {
    this.#underWay.set(commandId, execution)
    const forget = (): void => {
      this.#underWay.delete(commandId)
    }
    execution.outcome.then(forget, forget)
  }

  #submit(
    command: AnyCommand,
    commandId: string,
    inputHash: string,
    options: ExecuteOptions,
    input: unknown,
    unknownBefore: JobRequest['unknownBefore'],
  ): Promise<unknown> {
    const { kind } = command
    const own =
      options.metadata === undefined || Object.keys(options.metadata).length === 0
        ? undefined
        : { ...this.#metadata, ...options.metadata }
    const metadataText = own === undefined ? this.#metadataText : encodeJson(own, `The metadata of ${kind.name}`)
    const metadata = own === undefined ? this.#metadata : freezeDeeply(JSON.parse(metadataText) as Metadata)
    const cause = options.causedBy === undefined ? undefined : causeOf(options.causedBy)
    const declared = declaredStreams(command, commandId, input)
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    this.#engine.submit({
      kind,
      input,
      inputHash,
      commandId,
      correlationId: options.correlationId ?? cause?.correlationId ?? commandId,
      causationId: options.causationId ?? cause?.causationId ?? null,
      metadata,
      metadataText,
      declared,
      references: listOf(declared),
      timeoutMs: options.timeoutMs ?? this.#options.timeoutMs,
      maxAttempts: options.maxAttempts ?? this.#options.maxAttempts,
      signal: options.signal,
      unknownBefore,
      resolve,
      reject,
    })
    return promise
  }

  #hash(command: AnyCommand, commandId: string): string {
    try {
      return hashInput(command.input)
    } catch (cause) {
      throw new InvalidInput(command.commandName, commandId, [
        { message: `${reasonOf(cause)}, which cannot be compared when the command id comes again` },
      ])
    }
  }
}

/** Shared: most calls have none. */
const NO_OPTIONS: ExecuteOptions = {}

function validateInput(
  command: AnyCommand,
  commandId: string,
): StandardSchemaV1.Result<unknown> | PromiseLike<StandardSchemaV1.Result<unknown>> {
  try {
    return command.kind.input['~standard'].validate(command.input)
  } catch (cause) {
    throw schemaFailed(command, commandId, cause)
  }
}

/** Of a schema that throws instead of naming issues: a transform of the user's, say. */
function schemaFailed({ commandName }: AnyCommand, commandId: string, cause: unknown): HandlerFailed {
  return new HandlerFailed(commandName, commandId, `the schema of its input failed: ${reasonOf(cause)}`, { cause })
}

function declaredStreams(command: AnyCommand, commandId: string, input: unknown): References {
  const { kind } = command
  let declared: References
  let reason: string | undefined
  try {
    declared = kind.streams(input)
    reason = whyNoReferences('streams', declared, undefined)
  } catch (cause) {
    if (cause instanceof EventCoreError) throw cause
    throw new HandlerFailed(kind.name, commandId, `its "streams" failed: ${reasonOf(cause)}`, { cause })
  }
  if (reason !== undefined) throw new HandlerFailed(kind.name, commandId, reason)
  return declared
}

function listOf(declared: References): readonly AnyReference[] {
  let list: AnyReference[] = []
  for (const name in declared) list = appended(list, declared[name] as AnyReference)
  return list
}

/** For callers without types. @throws InvalidOptions (`INVALID_OPTIONS`) */
function assertCommand(command: unknown): void {
  if (typeof command === 'object' && command !== null && 'kind' in command) return
  const { commandName } = (command ?? {}) as { commandName?: string }
  const call = typeof command === 'function' ? `${commandName}({ ... })` : 'Deposit({ ... })'
  throw new InvalidOptions(
    'command',
    command,
    `a command, which a definition gives when it is called, as in execute(${call}),`,
  )
}

function causeOf(cause: Cause): { correlationId: string; causationId: string } {
  if ('commit' in cause) return { correlationId: cause.commit.correlationId, causationId: cause.id }
  return { correlationId: cause.correlationId, causationId: cause.commandId }
}
