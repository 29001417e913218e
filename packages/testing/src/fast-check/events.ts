import type { EventData, EventInput, StreamReference } from 'eventcore'
import fc from 'fast-check'
import { event, type SpecifiedEvent } from '../specification/expectations.ts'
import { fromSchema } from './from-schema.ts'

/** Payloads of your own, by event type, in the place of those that are made from the schemas. */
export type PayloadArbitraries<Events> = {
  readonly [Type in keyof Events]?: fc.Arbitrary<EventInput<Events[Type]>>
}

/** A stream to write to. */
export type WritableStreamReference<Events, State> = StreamReference<string, Events, State, 'read-write'>

/**
 * Any event of a stream: of any of its types, with any payload that the type's schema accepts. Zod and ArkType say what their
 * schemas accept; for others (Valibot, `unchecked`) give an arbitrary per event type.
 *
 * @example
 * ```ts
 * import fc from 'fast-check'
 *
 * anyEvent(Account('alice'), { AccountOpened: fc.record({ owner: fc.constantFrom('Alice', 'Bob') }) })
 * ```
 * @throws NoArbitrary (`NO_ARBITRARY`) for an event type that has no arbitrary, and whose schema does not describe itself
 */
export function anyEvent<Events>(
  stream: WritableStreamReference<Events, unknown>,
  payloads: PayloadArbitraries<Events> = {},
): fc.Arbitrary<SpecifiedEvent> {
  const given: ReadonlyMap<string, unknown> = new Map(Object.entries(payloads))
  const choices = Array.from(stream.definition.schemas, ([type, schema]) => {
    const own = given.get(type)
    const payload =
      own === undefined ? fromSchema(schema, `${type} of ${stream.definition.name}`) : (own as fc.Arbitrary<unknown>) // of PayloadArbitraries
    // The types of the stream are the keys of its schemas.
    return payload.map((data) => printed(event(stream, type as keyof Events & string, data as never)))
  })
  return fc.oneof(...choices)
}

/** An event as a fold sees it. */
export type SeenEvent<Events> = {
  readonly [Type in keyof Events & string]: { readonly type: Type; readonly data: EventData<Events[Type]> }
}[keyof Events & string]

export interface HistoryOptions<Events, State> {
  /** Whether an event may come next, in this state. Default: every event may. */
  readonly isValid?: (state: Readonly<State>, event: SeenEvent<Events>) => boolean
  /** How many events are tried. Those that may not come are left out. Default 30. */
  readonly maxLength?: number
  readonly payloads?: PayloadArbitraries<Events>
}

/**
 * Any history of a stream in which every event was valid when it came: `given(...history)`.
 *
 * @example
 * ```ts
 * anyHistory(Account('alice'), {
 *   isValid: (state, event) => event.type === 'AccountOpened' ? !state.open : state.open,
 * })
 * ```
 * @throws NoArbitrary (`NO_ARBITRARY`)
 */
export function anyHistory<Events, State>(
  stream: WritableStreamReference<Events, State>,
  { isValid = () => true, maxLength = 30, payloads = {} }: HistoryOptions<Events, State> = {},
): fc.Arbitrary<readonly SpecifiedEvent[]> {
  const { schemas, initial, steps } = stream.definition
  return fc.array(anyEvent(stream, payloads), { maxLength }).map((events) => {
    // The fold of the reference, whose types it carries.
    let state = initial() as State
    const history: SpecifiedEvent[] = []
    for (const one of events) {
      const result = schemas.get(one.type)?.['~standard'].validate(one.data)
      if (result === undefined || result instanceof Promise || result.issues !== undefined) continue
      const data = result.value
      if (!isValid(state, { type: one.type, data } as SeenEvent<Events>)) continue
      history.push(one)
      const folded = { id: '', stream: one.stream, type: one.type, version: history.length }
      state = steps.get(one.type)?.(state, data, folded) as State
    }
    return history
  })
}

/** With a text for counterexamples: an event refers to its whole definition. */
function printed(specified: SpecifiedEvent): SpecifiedEvent {
  const { stream, type, data } = specified
  return Object.assign(specified, {
    [fc.toStringMethod]: () => `event(${JSON.stringify(stream)}, ${JSON.stringify(type)}, ${JSON.stringify(data)})`,
  })
}
