import type { StandardSchemaV1 } from '@standard-schema/spec'

/** Anything that implements Standard Schema: Zod, Valibot, ArkType, or {@link unchecked}. Must validate synchronously. */
export type EventSchema = StandardSchemaV1

/** The events of a stream: the schema of each event type. */
export interface EventSchemas {
  readonly [type: string]: EventSchema
}

/** What `emit` takes and the log stores: a schema's *input*. */
export type EventInput<Schema extends EventSchema> = StandardSchemaV1.InferInput<Schema>

/** What folds and projections see: a schema's *output*, transforms and defaults applied. */
export type EventData<Schema extends EventSchema> = StandardSchemaV1.InferOutput<Schema>

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
