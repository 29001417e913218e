import { type DefineProjection, defineProjectionFor } from 'eventcore'
import type { MemoryTransaction } from './read-models.ts'

export { MemoryEventStore, type MemoryEventStoreOptions } from './memory-event-store.ts'
export { MemoryProjections } from './projections.ts'
export type { MemoryTable, MemoryTransaction } from './read-models.ts'

/** Defines a projection whose handlers write to tables of the memory store, in the step in which the checkpoint moves. */
export const defineProjection: DefineProjection<MemoryTransaction, unknown> = defineProjectionFor()
