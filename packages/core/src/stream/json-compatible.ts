import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { EventSchemas } from './event-schema.ts'

/** What stands where a type is not JSON, so that the type is not assignable to its {@link JsonCompatible}. */
interface NotJson {
  readonly eventcore: 'not JSON'
}

/**
 * `Type` itself where it survives a trip through JSON text, something it is not assignable to where it does not: dates,
 * maps, sets, bigints, symbols, functions, class instances with methods. Mapped, so that recursive types end.
 */
export type JsonCompatible<Type> = unknown extends Type
  ? Type
  : Type extends string | number | boolean | null | undefined
    ? Type
    : Type extends bigint | symbol | ((...args: never) => unknown)
      ? NotJson
      : { [Key in keyof Type]: JsonCompatible<Type[Key]> }

/**
 * Intersected with the events of a definition: nothing where all is well, a message where a payload is not JSON. The
 * message is a literal written in place: TypeScript prints it in its error, where it would print only the name of an alias.
 */
export type RefuseWhatIsNotJson<Events extends EventSchemas> = {
  readonly [Type in keyof Events]: StandardSchemaV1.InferInput<Events[Type]> extends JsonCompatible<
    StandardSchemaV1.InferInput<Events[Type]>
  >
    ? unknown
    : {
        readonly eventcore: 'The payload of this event is not JSON: it takes a date, bigint, map, set, function or class instance. Store a string or number and convert it with a transform.'
      }
}
