import type { StandardSchemaV1 } from '@standard-schema/spec'

/** What survives a trip through JSON text. A property may be `undefined`, which is to say absent; nothing else may. */
type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined }

/** What stands where a type is not JSON, so that the type is not assignable to its {@link JsonCompatible}. */
interface NotJson {
  readonly eventcore: 'not JSON'
}

/**
 * `Type` itself where it survives a trip through JSON text, something it is not assignable to where it does not: dates,
 * maps, sets, bigints, symbols, functions, class instances with methods. Mapped, so that recursive types end, and
 * interfaces pass, which are not assignable to {@link Json} itself.
 */
export type JsonCompatible<Type> = unknown extends Type
  ? Type
  : Type extends string | number | boolean | null
    ? Type
    : Type extends bigint | symbol | undefined | ((...args: never) => unknown)
      ? NotJson
      : Type extends readonly unknown[]
        ? { [Key in keyof Type]: JsonCompatible<Type[Key]> }
        : { [Key in keyof Type]: JsonCompatible<Type[Key]> | undefined }

/** Nearly every payload is assignable to {@link Json}, which costs half of what mapping it costs. */
export type IsJson<Type> = [Type] extends [Json] ? true : [Type] extends [JsonCompatible<Type>] ? true : false

/**
 * The schema itself where its input, which is what the log stores, is JSON, and what is wrong where it is not. The message
 * is a literal written in place: TypeScript prints it in its error, where it would print only the name of an alias.
 */
export type JsonOnly<Schema extends StandardSchemaV1> =
  IsJson<StandardSchemaV1.InferInput<Schema>> extends true
    ? Schema
    : `This payload is not JSON${WhereNotJson<StandardSchemaV1.InferInput<Schema>, ''>}. Store a string or a number, and let the schema convert it with a transform.`

/** Where to look, down to a depth that ends for recursive types too. Only worked out for the error. */
type WhereNotJson<Type, Path extends string, Depth extends readonly unknown[] = []> =
  IsJson<Type> extends true
    ? never
    : Type extends readonly (infer Item)[]
      ? WhereNotJson<Item, `${Path}[]`, [...Depth, 0]>
      : IsPlain<Type> extends false
        ? Path extends ''
          ? ''
          : ` at '${Path}'`
        : Depth['length'] extends 6
          ? ` at '${Path}'`
          : {
              [Key in keyof Type & string]: WhereNotJson<
                Exclude<Type[Key], undefined>,
                Path extends '' ? Key : `${Path}.${Key}`,
                [...Depth, 0]
              >
            }[keyof Type & string]

/** An object without methods: what is not JSON about it lies deeper. */
type IsPlain<Type> = Type extends object
  ? [Extract<Type[keyof Type], (...args: never) => unknown>] extends [never]
    ? Type extends (...args: never) => unknown
      ? false
      : true
    : false
  : false
