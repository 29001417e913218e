import type { Access, AnyRejection, EventInput, Rejection, StreamReference } from 'eventcore'

/** A stream to write to, its types forgotten. */
export type WritableReference = StreamReference<string, Readonly<Record<string, unknown>>, unknown, 'read-write'>

/** An event of a stream: one that was given, or one that is expected. */
export interface SpecifiedEvent {
  readonly kind: 'event'
  /** @internal */
  readonly reference: WritableReference
  readonly stream: string
  readonly type: string
  /** As `emit` takes it: the schema's input. */
  readonly data: unknown
}

/**
 * An event of a stream, for `given` and for `then`: `event(Account('alice'), 'MoneyDeposited', { amount: 100 })`. An event that
 * the stream does not have, or a payload of another shape, does not compile.
 */
export function event<Events, Type extends keyof Events & string>(
  stream: StreamReference<string, Events, unknown, 'read-write'>,
  type: Type,
  data: EventInput<Events[Type]>,
): SpecifiedEvent {
  // That the stream has this event, of this shape, is what the parameters say.
  const reference = stream as unknown as WritableReference
  return { kind: 'event', reference, stream: stream.stream, type, data }
}

/** The rejection that a command is expected to end with. */
export interface ExpectedRejection<Code extends string, Detail> {
  readonly kind: 'rejected'
  readonly code: Code
  /** Absent: whatever it is. */
  readonly detail?: { readonly value: Detail }
}

/** The command refuses with this code, whatever the detail, and writes nothing. */
export function rejected<const Code extends string>(code: Code): ExpectedRejection<Code, never>
/** The command refuses with this code and this detail, and writes nothing. */
export function rejected<const Code extends string, Detail>(code: Code, detail: Detail): ExpectedRejection<Code, Detail>
export function rejected(code: string, ...detail: readonly unknown[]): ExpectedRejection<string, unknown> {
  return detail.length === 0 ? { kind: 'rejected', code } : { kind: 'rejected', code, detail: { value: detail[0] } }
}

/** The command commits, and writes no event: it decided on none, or was committed under the same command id before. */
export interface ExpectedNothing {
  readonly kind: 'nothing'
}

/** {@link ExpectedNothing}. */
export const nothing = (): ExpectedNothing => ({ kind: 'nothing' })

/** The state that a stream folds into afterwards. */
export interface ExpectedState {
  readonly kind: 'state'
  /** @internal */
  readonly reference: StreamReference<string, unknown, unknown, Access>
  readonly stream: string
  readonly state: unknown
}

/** What the stream folds into afterwards, by the fold that the reference names: `state(Account('alice'), { balance: 90 })`. */
export function state<State>(
  stream: StreamReference<string, unknown, State, Access>,
  expected: NoInfer<Readonly<State>>,
): ExpectedState {
  return { kind: 'state', reference: stream, stream: stream.stream, state: expected }
}

/** A class of errors. */
export type ErrorClass = abstract new (...parameters: never) => Error

/** The error that a command is expected to end with. */
export interface ExpectedError {
  readonly kind: 'throws'
  readonly error: string | ErrorClass
  readonly message: string | RegExp | undefined
}

/**
 * The command throws, and writes nothing: an error with this `code`, or of this class. It may be the cause of the error thrown,
 * as the errors of your own handlers are: `throws('INVALID_INPUT')`, `throws(OutOfPaper, /page 3/)`.
 */
export function throws(error: string | ErrorClass, message?: string | RegExp): ExpectedError {
  return { kind: 'throws', error, message }
}

/** What `then` takes for a command with these rejections. */
export type Expectation<Rejections extends AnyRejection> =
  | SpecifiedEvent
  | ExpectedNothing
  | ExpectedState
  | ExpectedError
  | ExpectedRejectionOf<Rejections>

/** The rejections that can be expected of a command: those that its handler returns. */
export type ExpectedRejectionOf<Rejections extends AnyRejection> =
  Rejections extends Rejection<infer Code, infer Detail> ? ExpectedRejection<Code, Detail> : never

/** An expectation of any command. */
export type AnyExpectation = Expectation<AnyRejection>
