import type { StandardSchemaV1 } from '@standard-schema/spec'
import { InvalidDefinition } from '../errors/definition-errors.ts'
import { forgetTypes } from '../forget-types.ts'
import type { NoStreams, References } from '../stream/stream-reference.ts'
import type { Command, CommandDefinition } from './command.ts'
import type { DiscoveryContext, HandlerContext, ReservedName } from './command-context.ts'
import type { CommandKind } from './command-kind.ts'
import type { HandlerResult, RejectionOf } from './decision.ts'
import type { Timeline } from './timeline.ts'

/**
 * The streams themselves, with a message in the place of each whose name is taken. The messages are literals written in
 * place: TypeScript prints them in its errors, where it would print only the name of an alias.
 */
export type FreelyNamed<Streams extends References, Declared> = {
  readonly [Name in keyof Streams]: Name extends ReservedName
    ? 'A stream cannot have this name: the context of handle uses it for something else. Choose another.'
    : Name extends Declared
      ? string extends Declared
        ? // What is declared is not inferred yet.
          Streams[Name]
        : 'A stream of this name is declared by streams. Choose another.'
      : Streams[Name]
}

/** What {@link defineCommand} takes. Write the properties in this order: `handle` is inferred from those before it. */
export interface CommandSpecification<
  Name extends string,
  Input extends StandardSchemaV1,
  Streams extends References,
  Discovered extends References,
  TimelineState,
  Result,
> {
  /** Stands in the commit record of everything that the command writes. */
  readonly name: Name
  /** Validates what the command is called with; `streams` and `handle` see its output. */
  readonly input: Input
  /** The consistency boundary as far as the input tells it: every stream is read, and checked when the command commits. */
  readonly streams: (input: StandardSchemaV1.InferOutput<Input>) => FreelyNamed<Streams, never>
  /** More streams, derived from the state of those above before `handle` runs. Pure, and synchronous. */
  readonly discover?: (
    context: DiscoveryContext<StandardSchemaV1.InferOutput<Input>, Streams>,
  ) => FreelyNamed<Discovered, keyof Streams>
  /** One fold over the events of several of the declared streams, interleaved in the order in which they were committed. */
  readonly timeline?: Timeline<NoInfer<Streams>, TimelineState>
  /**
   * Decides: returns the events to write (one, or a list; an empty list writes nothing) or a rejection. A plain function, a
   * generator, or asynchronous. It may run several times for one call, since a conflict means deciding again, so it must
   * have no effects of its own.
   */
  readonly handle: (
    context: HandlerContext<Name, StandardSchemaV1.InferOutput<Input>, Streams, Discovered, TimelineState>,
  ) => Result
}

/**
 * Defines a command: a decision over any number of streams, committed on all of them or on none, and valid only if every
 * stream that it read still stands where it was read.
 *
 * @example
 * ```ts
 * const TransferMoney = defineCommand({
 *   name: 'TransferMoney',
 *   input: z.object({ from: z.string(), to: z.string(), amount: z.int().positive() }),
 *   streams: ({ from, to }) => ({ from: Account(from), to: Account(to) }),
 *   handle: ({ input, from, to }) => {
 *     if (from.state.balance < input.amount) return reject('InsufficientFunds', { balance: from.state.balance })
 *     return [from.emit('MoneyWithdrawn', { amount: input.amount }), to.emit('MoneyDeposited', { amount: input.amount })]
 *   },
 * })
 * ```
 * @throws InvalidDefinition (`INVALID_DEFINITION`) when the name is empty, longer than 255 characters or not well-formed, when
 * `input` is no Standard Schema, or when `streams`, `handle` or a `discover` is no function.
 */
export function defineCommand<
  const Name extends string,
  Input extends StandardSchemaV1,
  Streams extends References,
  Result extends HandlerResult<Name>,
  Discovered extends References = NoStreams,
  TimelineState = undefined,
>(
  specification: CommandSpecification<Name, Input, Streams, Discovered, TimelineState, Result>,
): CommandDefinition<Name, StandardSchemaV1.InferInput<Input>, RejectionOf<Result>> {
  const { name } = specification
  if (typeof name !== 'string' || name === '' || name.length > 255 || name.includes('\0') || !name.isWellFormed())
    throw new InvalidDefinition(
      `${JSON.stringify(name)} cannot name a command: 1 to 255 well-formed characters without U+0000 are expected.`,
    )
  if (specification.input?.['~standard']?.version !== 1)
    throw new InvalidDefinition(
      `The input of command "${name}" does not implement Standard Schema version 1. Use Zod, Valibot, ArkType or unchecked<T>().`,
    )
  for (const part of ['streams', 'handle'] as const)
    if (typeof specification[part] !== 'function')
      throw new InvalidDefinition(`Command "${name}" has no function "${part}". It needs both, streams and handle.`)
  if (specification.discover !== undefined && typeof specification.discover !== 'function')
    throw new InvalidDefinition(
      `What command "${name}" has as "discover" is no function. Give a function, or leave it out.`,
    )
  // The engine runs commands of all types; each gets the context that its own specification was inferred for.
  const kind = forgetTypes<CommandKind>(specification)
  return Object.assign(
    (input: StandardSchemaV1.InferInput<Input>): Command<Name, RejectionOf<Result>> => ({
      kind,
      commandName: name,
      input,
    }),
    {
      commandName: name,
    },
  )
}
