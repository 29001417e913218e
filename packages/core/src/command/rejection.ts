declare const rejectionBrand: unique symbol

/** A command's "no", for a reason that the caller can act on. A result, not an error. Made by {@link reject} or {@link ensure}. */
export interface Rejection<Code extends string, Detail> {
  readonly [rejectionBrand]?: true
  readonly kind: 'rejection'
  readonly code: Code
  readonly detail: Detail
}

export type AnyRejection = Rejection<string, unknown>

/**
 * Refuses a command: `return reject('InsufficientFunds', { balance })`. Nothing is written; the decision is checked against
 * the streams that it was based on before the caller hears of it.
 */
export function reject<const Code extends string>(code: Code): Rejection<Code, undefined>
// An overload of its own: an optional `detail` would be inferred without `undefined`, which it may well be.
export function reject<const Code extends string, Detail>(code: Code, detail: Detail): Rejection<Code, Detail>
export function reject(code: string, detail?: unknown): AnyRejection {
  rejectionsMade++
  lastCode = code
  return Object.freeze({ kind: 'rejection', code, detail })
}

/** What remains of a value once it is known to be truthy. */
type Truthy<Value> = Exclude<Value, false | 0 | 0n | '' | null | undefined>

/**
 * A guard for handlers that are generators: `yield* ensure(account.open, 'AccountClosed')` goes on when the value is truthy,
 * giving it back narrowed, and rejects the command otherwise.
 */
export function ensure<Value, const Code extends string>(
  value: Value,
  code: Code,
): Generator<Rejection<Code, undefined>, Truthy<Value>, unknown>
export function ensure<Value, const Code extends string, Detail>(
  value: Value,
  code: Code,
  detail: Detail,
): Generator<Rejection<Code, Detail>, Truthy<Value>, unknown>
export function ensure<Value>(
  value: Value,
  code: string,
  detail?: unknown,
): Generator<AnyRejection, Truthy<Value>, unknown> {
  idleGuards++
  return guard(value, code, detail)
}

function* guard<Value>(value: Value, code: string, detail: unknown): Generator<AnyRejection, Truthy<Value>, unknown> {
  idleGuards--
  // A generator that yields a rejection is not resumed: what follows never runs with a falsy value.
  if (!value) yield reject(code, detail)
  return value as Truthy<Value>
}

/** Guards that were made and never asked. */
let idleGuards = 0

/**
 * How many guards were made so far and never asked. Without its `yield*` a guard does nothing, and no type can say so: what
 * runs a handler compares this before and after.
 */
export function countIdleGuards(): number {
  return idleGuards
}

let rejectionsMade = 0
let lastCode = ''

/**
 * How many rejections were made so far, and the code of the last. One that is not returned refuses nothing, and no type can
 * say so: what runs a handler compares this before and after.
 */
export const countRejections = (): number => rejectionsMade
export const codeOfLastRejection = (): string => lastCode
