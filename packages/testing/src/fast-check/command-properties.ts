import { isDeepStrictEqual } from 'node:util'
import type { Access, AnyRejection, Command, CommandDefinition, EventStore, Outcome, StreamReference } from 'eventcore'
import fc from 'fast-check'
import type { ExpectedRejection, ExpectedRejectionOf } from '../specification/expectations.ts'
import type { GivenItem } from '../specification/given-when-then.ts'
import { renderEvent, renderValue } from '../specification/render.ts'
import { type Execution, type SpecificationOptions, Stage } from '../specification/stage.ts'
import { giveAll } from '../specification/step.ts'
import { inputs, printed } from './commands.ts'

/** Where commands of a property are executed. */
export interface PropertyOptions extends SpecificationOptions {
  /** How many commands are executed one after another at most. Default 20. */
  readonly maxLength?: number
  /** What is there before the first one. */
  readonly given?: readonly GivenItem[]
}

/** What has come of the commands so far. */
export interface CommandWorld {
  readonly store: EventStore
  /** The last one executed. */
  readonly command: Command<string, AnyRejection>
  /** Absent when it threw. */
  readonly outcome: Outcome<AnyRejection> | undefined
  readonly error: unknown
  /** What a stream folds into now. */
  state<State>(stream: StreamReference<string, unknown, State, Access>): Promise<Readonly<State>>
}

/**
 * The property that something holds after every command of any sequence: `await fc.assert(afterCommands(…))`. Each sequence runs
 * on a new store. Commands may be rejected; one that throws fails the property, unless `holds` bears it.
 *
 * @example
 * ```ts
 * afterCommands([anyCommand(TransferMoney)], async ({ state }) => {
 *   const { balance } = await state(Account('alice'))
 *   if (balance < 0) throw new Error(`alice is overdrawn to ${balance}`)
 * })
 * ```
 */
export function afterCommands(
  commands: readonly fc.Arbitrary<Command<string, AnyRejection>>[],
  holds: (world: CommandWorld) => void | Promise<void>,
  { maxLength = 20, given = [], ...options }: PropertyOptions = {},
): fc.IAsyncProperty<[readonly Command<string, AnyRejection>[]]> {
  return fc.asyncProperty(fc.array(fc.oneof(...commands), { maxLength }), async (sequence) => {
    const stage = await Stage.open(options)
    await giveAll(stage, given, [])
    for (const command of sequence) {
      const { outcome, error } = await stage.execute(command)
      await holds({
        store: stage.store,
        command,
        outcome,
        error,
        // The state is that of the reference's fold.
        state: async <State>(stream: StreamReference<string, unknown, State, Access>) =>
          (await stage.stateOf({ reference: stream })) as Readonly<State>,
      })
    }
  })
}

/** A kind of command, and what a model says of it. */
export interface ModelCommand<Model> {
  readonly steps: fc.Arbitrary<ModelStep<Model>>
}

/** One command, and what the model says of it. */
export interface ModelStep<Model> {
  readonly command: Command<string, AnyRejection>
  /** The model after the command, or the rejection that it must end with. */
  predict(model: Model): { readonly model: Model } | { readonly rejected: ExpectedRejection<string, unknown> }
}

/**
 * Says what a command does in a model: it gives the model as it is afterwards, or `rejected(…)`.
 *
 * @example
 * ```ts
 * const transferring = modelCommand<ReadonlyMap<string, number>>()(TransferMoney, undefined, (balances, { from, to, amount }) => {
 *   const balance = balances.get(from) ?? 0
 *   if (balance < amount) return rejected('InsufficientFunds', { balance })
 *   const left = new Map(balances).set(from, balance - amount)
 *   return left.set(to, (left.get(to) ?? 0) + amount)
 * })
 * ```
 */
export function modelCommand<Model>(): <Name extends string, Input, Rejections extends AnyRejection>(
  definition: CommandDefinition<Name, Input, Rejections>,
  input: fc.Arbitrary<Input> | undefined,
  predict: (model: Model, input: Input) => Model | ExpectedRejectionOf<Rejections>,
) => ModelCommand<Model> {
  return (definition, input, predict) => ({
    steps: inputs(definition, input).map((one) => ({
      command: printed(definition(one)),
      predict: (model) => {
        const predicted = predict(model, one)
        return isRejection(predicted) ? { rejected: predicted } : { model: predicted }
      },
      [fc.toStringMethod]: () => `${definition.commandName}(${JSON.stringify(one)})`,
    })),
  })
}

/** The property that commands do what the model says, in any sequence: `await fc.assert(followsModel(…))`. */
export function followsModel<Model>(
  initial: () => Model,
  commands: readonly ModelCommand<Model>[],
  { maxLength = 20, given = [], ...options }: PropertyOptions = {},
): fc.IAsyncProperty<[readonly ModelStep<Model>[]]> {
  const step = fc.oneof(...commands.map(({ steps }) => steps))
  return fc.asyncProperty(fc.array(step, { maxLength }), async (sequence) => {
    const stage = await Stage.open(options)
    await giveAll(stage, given, [])
    let model = initial()
    for (const { command, predict } of sequence) {
      const predicted = predict(model)
      const execution = await stage.execute(command)
      if (!agrees(predicted, execution)) throw disagreement(command, model, predicted, execution)
      if ('model' in predicted) model = predicted.model
    }
  })
}

type Prediction = ReturnType<ModelStep<unknown>['predict']>

function agrees(predicted: Prediction, { outcome }: Execution): boolean {
  if ('model' in predicted) return outcome?.status === 'committed'
  const { code, detail } = predicted.rejected
  if (outcome?.status !== 'rejected' || outcome.code !== code) return false
  return detail === undefined || isDeepStrictEqual(outcome.detail, detail.value)
}

function disagreement(
  { commandName, input }: Command<string, AnyRejection>,
  model: unknown,
  predicted: Prediction,
  { outcome, error }: Execution,
): Error {
  const wanted =
    'model' in predicted
      ? 'commits'
      : `is rejected: ${renderEvent(predicted.rejected.code, predicted.rejected.detail?.value ?? {})}`
  const happened =
    outcome === undefined
      ? `threw ${error instanceof Error ? error.message : renderValue(error)}`
      : outcome.status === 'rejected'
        ? `was rejected: ${renderEvent(outcome.code, outcome.detail ?? {})}`
        : 'committed'
  return new Error(
    `The model says that ${renderEvent(commandName, input)} ${wanted}, and it ${happened}. The model before it: ${renderValue(model)}`,
    error === undefined ? {} : { cause: error },
  )
}

const isRejection = (value: unknown): value is ExpectedRejection<string, unknown> =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'rejected' && 'code' in value
