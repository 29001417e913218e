import type { AnyCommand, RejectionsOf } from '../command/command.ts'
import type { Outcome } from '../command/outcome.ts'
import type { ExecuteOptions } from '../executor/executor-options.ts'
import type { AnyRecordedEvent, AnyStreamDefinition } from '../feed/recorded-event.ts'
import { forgetTypes } from '../forget-types.ts'
import { type HandlersOf, type Projection, projectionOf } from '../projection/define-projection.ts'
import type { FailurePolicy } from '../projection/failure-policy.ts'
import type { Cursor } from '../store/position.ts'

/** What a reactor's handler can do beside its own effects. */
export interface ReactorContext {
  /**
   * Executes a command because of the event. Its id is made of the reactor's name, the event's id and `key`, so the command is
   * executed once however often the event comes; causation is set to the event, correlation is inherited from it. The event is handled when all
   * that was executed has come to an end; if the handler does not await it and it fails, the event fails.
   * @param options `key` tells two commands of one kind apart that follow from one event. Default: the command's name.
   * @throws what `CommandExecutor.execute` throws
   */
  execute<Given extends AnyCommand>(
    command: Given,
    options?: Omit<ExecuteOptions, 'commandId' | 'causedBy' | 'causationId'> & { readonly key?: string },
  ): Promise<Outcome<RejectionsOf<Given>>>
  /**
   * Names what this handler does about this event, always the same: the idempotency key for a payment provider, a message id.
   * @param key tells several effects of one event apart. Default: none.
   */
  effectId(key?: string): string
}

export interface ReactorSpecification<Definitions extends readonly AnyStreamDefinition[]> {
  /** A letter, then at most 99 letters, digits, `_`, `.` or `-`. Names the checkpoint: another name begins anew. */
  readonly name: string
  /** Whose events it is given. */
  readonly streams: Definitions
  /**
   * Where it begins when it has no checkpoint yet. Default `now`: what happened before it was first started has no effect. Its
   * own past never comes again; rebuilding read models does not touch it.
   */
  readonly from?: 'start' | 'now' | Cursor
  /** By the name of the stream. A handler may be asynchronous; the next event waits for it. */
  readonly handlers: HandlersOf<Definitions, ReactorContext, unknown>
  /** What becomes of an event whose handler keeps failing. Default: three attempts, then it stops. */
  readonly onFailure?: FailurePolicy
}

/** What has effects because of events. Run it with a `ReactorRunner`. */
export interface Reactor {
  readonly name: string
  /** @internal */
  readonly projection: Projection<ReactorContext>
}

/**
 * Defines what happens because of events: a mail, a payment, a command (then it is a process manager). Each event is handled **at
 * least once**, in feed order: after a crash some come again. Commands are executed once all the same; give other effects
 * `effectId`, and let the other side leave out what it has seen.
 *
 * @example
 * ```ts
 * const Welcome = defineReactor({
 *   name: 'welcome',
 *   streams: [Account],
 *   handlers: {
 *     account: {
 *       AccountOpened: async ({ key }, { execute }) => {
 *         await execute(TransferMoney({ from: 'gifts', to: key, amount: 5 }))
 *       },
 *       otherwise: 'ignore',
 *     },
 *   },
 * })
 * ```
 * @throws InvalidDefinition (`INVALID_DEFINITION`), InvalidOptions (`INVALID_OPTIONS`)
 */
export function defineReactor<const Definitions extends readonly AnyStreamDefinition[]>(
  specification: ReactorSpecification<Definitions>,
): Reactor {
  const { from = 'now', ...rest } = specification
  // The pairing of events and handlers was checked by the types, and is checked once more in there.
  const untyped = forgetTypes<Parameters<typeof projectionOf<ReactorContext>>[0]>({ ...rest, version: 1 })
  return { name: rest.name, projection: projectionOf(untyped, 'outside', from) }
}

/** The event that a handler is called with, as far as its context needs it. */
export type CausingEvent = Pick<AnyRecordedEvent, 'id' | 'commit'>
