import { EventCoreError } from '../errors/event-core-error.ts'
import { StoreFailure } from '../errors/store-errors.ts'
import type { EventStore, ReadOptions, StreamRead, StreamSlice } from '../store/event-store.ts'
import { reasonOf } from './reason-of.ts'

/**
 * Reads from the store. Whatever it throws beside its own errors, or answers beside one slice per stream, is a failure of it.
 * @throws StoreFailure (`STORE_FAILURE`), and what the store throws
 */
export async function checkedRead(
  store: EventStore,
  reads: readonly StreamRead[],
  options: ReadOptions,
): Promise<readonly StreamSlice[]> {
  let slices: readonly StreamSlice[]
  try {
    slices = await store.read(reads, options)
  } catch (cause) {
    if (cause instanceof EventCoreError) throw cause
    const reason = reasonOf(cause)
    throw new StoreFailure(`The store failed to read: ${reason}`, 'read', { cause })
  }
  if (slices?.length !== reads.length)
    throw new StoreFailure(`The store gave ${slices?.length ?? 'no'} slices for ${reads.length} streams.`, 'read')
  return slices
}
