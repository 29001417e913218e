import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { FoldedEvent } from './fold.ts'
import type { SnapshotRule } from './snapshot-policy.ts'

/** One step of a fold, its types forgotten. */
export type UntypedStep = (state: unknown, data: unknown, event: FoldedEvent) => unknown

/**
 * A stream definition with one of its folds, as the engine sees it: types forgotten, lookups by `Map`, so that an event
 * type called `constructor` or `__proto__` is nothing special. States in the cache are kept per fold, so the identity of
 * this object names the fold.
 */
export interface StreamKind {
  readonly name: string
  readonly schemas: ReadonlyMap<string, StandardSchemaV1>
  readonly initial: () => unknown
  readonly steps: ReadonlyMap<string, UntypedStep>
  readonly snapshot: SnapshotRule | undefined
}
