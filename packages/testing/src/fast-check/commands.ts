import type { AnyRejection, Command, CommandDefinition } from 'eventcore'
import fc from 'fast-check'
import { fromSchema } from './from-schema.ts'

/**
 * Any command of a kind, with any input that its schema accepts, or with inputs of your own: names that meet, above all.
 *
 * @example
 * ```ts
 * import fc from 'fast-check'
 *
 * const name = fc.constantFrom('alice', 'bob')
 * anyCommand(TransferMoney, fc.record({ from: name, to: name, amount: fc.integer({ min: 1, max: 100 }) }))
 * ```
 * @throws NoArbitrary (`NO_ARBITRARY`) when there is no arbitrary, and the schema does not describe itself
 */
export function anyCommand<Name extends string, Input, Rejections extends AnyRejection>(
  definition: CommandDefinition<Name, Input, Rejections>,
  input?: fc.Arbitrary<Input>,
): fc.Arbitrary<Command<Name, Rejections>> {
  return inputs(definition, input).map((one) => printed(definition(one)))
}

/** Any input of a command. */
export function inputs<Name extends string, Input, Rejections extends AnyRejection>(
  definition: CommandDefinition<Name, Input, Rejections>,
  input: fc.Arbitrary<Input> | undefined,
): fc.Arbitrary<Input> {
  if (input !== undefined) return input
  // A command is made without looking at its input, and knows its schema; what the schema accepts is its input.
  const { kind } = definition(undefined as Input)
  return fromSchema(kind.input, `the input of ${definition.commandName}`) as fc.Arbitrary<Input>
}

/** With a text for counterexamples: a command refers to its whole definition. */
export function printed<Name extends string, Rejections extends AnyRejection>(
  command: Command<Name, Rejections>,
): Command<Name, Rejections> {
  const { commandName, input } = command
  return Object.assign(command, { [fc.toStringMethod]: () => `${commandName}(${JSON.stringify(input)})` })
}
