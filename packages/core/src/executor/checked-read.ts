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
  for (let i = 0; i < reads.length; i++) assertNoGap(reads[i] as StreamRead, slices[i] as StreamSlice)
  return slices
}

/**
 * An event that is missing in the middle of a stream would be looked for again and again, or be left out of a decision.
 * @throws StoreFailure (`STORE_FAILURE`)
 */
function assertNoGap({ stream, after, upTo }: StreamRead, { events, version, complete }: StreamSlice): void {
  let expected = after
  for (const event of events) if (event.version !== ++expected) throw missing(stream, expected)
  if (complete && expected < Math.min(version, upTo ?? version)) throw missing(stream, expected + 1)
}

const missing = (stream: string, version: number): StoreFailure =>
  new StoreFailure(
    `Event ${version} of ${stream} is missing, and the stream goes on behind it. The data was changed by hand, or is damaged: restore it.`,
    'read',
  )
