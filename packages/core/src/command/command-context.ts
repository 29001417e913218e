import type { References } from '../stream/stream-reference.ts'
import type { CommandStream, DiscoveryStream } from './command-stream.ts'
import type { Metadata } from './metadata.ts'
import type { Read } from './pending-read.ts'

/** What every handler gets beside its streams. */
export interface CommandContext<CommandName extends string, Input, TimelineState> {
  /**
   * The command's input, as its schema put it out: once, for all attempts. A copy, and frozen, dates, maps and sets too, so that no
   * attempt changes what the next one is decided on. Bytes and instances of classes cannot be frozen: change nothing in them.
   */
  readonly input: Input
  /** Reads more streams; they join the consistency boundary. Each is read once per attempt: a second `read` gives the same. */
  readonly read: Read<CommandName>
  /** When this attempt began, by the executor's clock. The time to decide by: asking the clock itself makes a decision that cannot be repeated. */
  readonly now: Date
  /** The same in every attempt. */
  readonly commandId: string
  readonly metadata: Metadata
  /** What the `timeline` of the definition folded to. */
  readonly timeline: Readonly<TimelineState>
}

/** Names that a stream of a command cannot take. */
export type ReservedName = keyof CommandContext<string, unknown, unknown>

/** Fails to compile when the list and the context disagree. */
const RESERVED: Record<ReservedName, true> = {
  input: true,
  read: true,
  now: true,
  commandId: true,
  metadata: true,
  timeline: true,
}

/** The same names at run time, for callers without types. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set(Object.keys(RESERVED))

type Named<CommandName extends string, Streams extends References> = {
  readonly [Key in keyof Streams]: CommandStream<Streams[Key], CommandName>
}

/** Stands for the streams where none could be inferred. TypeScript infers the properties of a definition in their order. */
interface UnknownStreams {
  readonly [name: string]: {
    readonly eventcore: 'The streams are not known here: write handle after streams and discover, and mend the errors in those first.'
  }
}

/** What `handle` gets. */
export type HandlerContext<
  CommandName extends string,
  Input,
  Streams extends References,
  Discovered extends References,
  TimelineState,
> = (References extends Streams ? UnknownStreams : Named<CommandName, Streams>) &
  (string extends keyof Discovered ? unknown : Named<CommandName, Discovered>) &
  CommandContext<CommandName, Input, TimelineState>

/** What `discover` gets: states, not the right to write. */
export type DiscoveryContext<Input, Streams extends References> = {
  readonly input: Input
} & { readonly [Key in keyof Streams]: DiscoveryStream<Streams[Key]> }
