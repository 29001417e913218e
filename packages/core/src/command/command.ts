import type { CommandKind } from './command-kind.ts'
import type { AnyRejection } from './rejection.ts'

declare const rejectionsBrand: unique symbol

/** A command with its input, ready to be executed. The input is validated by the executor, not here. */
export interface Command<Name extends string, Rejections extends AnyRejection> {
  readonly commandName: Name
  readonly input: unknown
  /** @internal */
  readonly kind: CommandKind
  /** Never there at run time: carries the rejections that the handler can return. */
  readonly [rejectionsBrand]?: Rejections
}

/** Any command. */
export type AnyCommand = Command<string, AnyRejection>

/** The rejections of a command, or of one of several. */
export type RejectionsOf<Given extends AnyCommand> =
  Given extends Command<string, infer Rejections> ? Rejections : never

/** Call it with the command's input to get a {@link Command}. */
export interface CommandDefinition<Name extends string, Input, Rejections extends AnyRejection> {
  (input: Input): Command<Name, Rejections>
  readonly commandName: Name
}
