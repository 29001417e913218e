import type { StreamKind } from './stream-kind.ts'

declare const referenceTypes: unique symbol

/** Whether a command may write to a stream that it reads. Either way the stream is checked when the command commits. */
export type Access = 'read-write' | 'read-only'

/** One stream that a command wants to read, whatever its kind. */
export interface AnyStreamReference {
  readonly kind: 'stream'
  readonly access: Access
  /** The whole stream id: `account/alice`. */
  readonly stream: string
  /** @internal */
  readonly definition: StreamKind
}

/** One stream that a command wants to read, and with which fold. Made by calling a stream definition: `Account('alice')`. */
export interface StreamReference<Name extends string, Events, State, Mode extends Access> extends AnyStreamReference {
  readonly access: Mode
  /** Never there at run time: carries the types. */
  readonly [referenceTypes]?: { readonly name: Name; readonly events: Events; readonly state: State }
}

/** Several streams of one kind that a command wants to read, whatever the kind. */
export interface AnyStreamsReference {
  readonly kind: 'streams'
  readonly access: Access
  /** The ids as given, without the stream's name, each once, in the order given. */
  readonly ids: readonly string[]
  /** The whole stream ids, in the order of {@link ids}. */
  readonly streams: readonly string[]
  /** @internal */
  readonly definition: StreamKind
}

/** Several streams of one kind. Made by `Stock.many(skus)`; duplicates are merged. */
export interface StreamsReference<Name extends string, Events, State, Mode extends Access> extends AnyStreamsReference {
  readonly access: Mode
  /** Never there at run time: carries the types. */
  readonly [referenceTypes]?: { readonly name: Name; readonly events: Events; readonly state: State }
}

/**
 * Anything that a command can read. Without type parameters on purpose: whether `Account('alice')` is one is then decided
 * without looking at the payloads of all its events.
 */
export type AnyReference = AnyStreamReference | AnyStreamsReference

/** References by the names that `handle` knows them by. */
export interface References {
  readonly [name: string]: AnyReference
}

/** Of a command without `discover`. Has a name since it stands in the compiler's messages. */
export type NoStreams = { readonly [Name in never]: AnyReference }
