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

/** Call it with the command's input to get a {@link Command}. */
export interface CommandDefinition<Name extends string, Input, Rejections extends AnyRejection> {
  (input: Input): Command<Name, Rejections>
  readonly commandName: Name
}
