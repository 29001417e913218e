import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { FoldedEvent } from '../stream/fold.ts'
import type { References } from '../stream/stream-reference.ts'

/** One step of a timeline, its types forgotten. */
export type UntypedTimelineStep = (state: unknown, data: unknown, event: FoldedEvent) => unknown

/** A command's specification as the engine sees it, its types forgotten. */
export interface CommandKind {
  readonly name: string
  readonly input: StandardSchemaV1
  readonly streams: (input: unknown) => References
  readonly discover?: (context: Readonly<Record<string, unknown>>) => References
  readonly timeline?: {
    readonly initial: () => unknown
    readonly apply: Readonly<Record<string, Readonly<Record<string, UntypedTimelineStep>>>>
  }
  readonly handle: (context: Readonly<Record<string, unknown>>) => unknown
}
