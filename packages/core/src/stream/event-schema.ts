import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Converted } from './event-payloads.ts'

/** Anything that implements Standard Schema: Zod, Valibot, ArkType, or {@link unchecked}. Must validate synchronously. */
export type EventSchema = StandardSchemaV1

/** The schemas of a stream's events, by event type. */
export interface EventSchemas {
  readonly [type: string]: EventSchema
}

/**
 * The payload of a schema as a stream's type holds it: the plain type, so that errors, hovers and declarations show
 * `{ amount: number }` and not what the schema library made of it.
 */
export type PayloadOf<Schema extends EventSchema> =
  NonNullable<Schema['~standard']['types']> extends { readonly input: infer Stored; readonly output: infer Seen }
    ? Identical<Stored, Seen> extends true
      ? Stored
      : Converted<Stored, Seen>
    : never

/** Assignable both ways is not enough: `{}` and `{ note?: string }` are, and a fold would not see the note. */
type Identical<A, B> = (<Any>() => Any extends A ? 1 : 2) extends <Any>() => Any extends B ? 1 : 2 ? true : false

/** Marks a schema that only states a type. */
const UNCHECKED_VENDOR = 'eventcore/unchecked'

/**
 * A schema for those who want no validation at run time: the type is believed. That a payload is JSON is still checked.
 *
 * @example
 * ```ts
 * const Counter = defineStream('counter', {
 *   events: { Counted: unchecked<{ by: number }>() },
 *   initial: () => 0,
 *   apply: { Counted: (count, { by }) => count + by },
 * })
 * ```
 */
export function unchecked<Type>(): StandardSchemaV1<Type> {
  return {
    // The one place where a type is believed: that is what the caller asked for.
    '~standard': { version: 1, vendor: UNCHECKED_VENDOR, validate: (value) => ({ value: value as Type }) },
  }
}
