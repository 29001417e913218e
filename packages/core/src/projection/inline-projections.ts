import { InvalidDefinition } from '../errors/definition-errors.ts'
import { EventCoreError } from '../errors/event-core-error.ts'
import { InlineProjectionFailed } from '../errors/store-errors.ts'
import type { FeedEvent } from '../store/feed.ts'
import { applyNow } from './apply-inside.ts'
import type { Projection } from './define-projection.ts'
import { WorkPlanner } from './event-work.ts'
import { type ProjectionKind, projectionId } from './projection-kind.ts'

/** One projection that a store keeps within its appends. */
export interface InlineProjection<Tx> {
  /** Name of its checkpoint. */
  readonly id: string
  readonly setUp: ((tx: Tx) => unknown) | undefined
  /**
   * Handles events, synchronously, in the transaction of the append.
   * @throws InlineProjectionFailed (`INLINE_PROJECTION_FAILED`) with the handler's error as its cause. What was written is the caller's to undo.
   */
  apply(events: readonly FeedEvent[], tx: Tx): void
}

/**
 * Projections as a store runs them inside its appends: an event is readable if and only if the read model contains it. A handler
 * that fails fails its commit. For stores with synchronous transactions.
 * @internal for stores
 * @throws InvalidDefinition (`INVALID_DEFINITION`) when one is named twice, or runs outside of transactions
 */
export function inlineProjections<Tx>(projections: readonly Projection<Tx>[]): readonly InlineProjection<Tx>[] {
  const names = new Set<string>()
  return projections.map(({ name, kind }) => {
    if (names.has(name)) throw new InvalidDefinition(`The inline projection "${name}" is named twice.`)
    names.add(name)
    if (kind.delivery !== 'inside')
      throw new InvalidDefinition(
        `Projection "${name}" writes outside of the store's transactions, so it cannot be kept inline. Use the defineProjection of the store.`,
      )
    return inlineProjection(kind)
  })
}

function inlineProjection<Tx>(kind: ProjectionKind<Tx>): InlineProjection<Tx> {
  const planner = new WorkPlanner(kind, undefined)
  const id = projectionId(kind)
  return {
    id,
    setUp: kind.setUp,
    apply: (events, tx) => {
      try {
        const { work, undecodable } = planner.plan(events)
        if (undecodable !== undefined) throw undecodable.error
        applyNow(kind, work, tx)
      } catch (error) {
        if (!(error instanceof EventCoreError)) throw error
        throw new InlineProjectionFailed(id, error)
      }
    },
  }
}
