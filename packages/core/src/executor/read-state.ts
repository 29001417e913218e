import type { ReadOnlyStream } from '../command/command-stream.ts'
import type { EventStore } from '../store/event-store.ts'
import { keyOf } from '../stream/stream-id.ts'
import type { Access, StreamReference } from '../stream/stream-reference.ts'
import { checkedRead } from './checked-read.ts'
import { Snapshots } from './snapshots.ts'
import { FoldState } from './stream-entry.ts'

/**
 * Reads one stream and folds it: its state at one version, as a command would see it. For showing something, not for deciding
 * something: what a decision is based on is to be read by a command, which checks it. Nothing is cached; a long stream is read in
 * pages, all up to the version that it had when the first was read.
 *
 * @example
 * ```ts
 * declare const store: EventStore
 * const { state, version } = await readState(store, Account('alice'))
 * ```
 * @throws EventDecodeError (`EVENT_DECODE_ERROR`) when an event cannot be decoded or folded, and the errors of the store
 */
export async function readState<Name extends string, Events, State, Mode extends Access>(
  store: EventStore,
  reference: StreamReference<Name, Events, State, Mode>,
): Promise<ReadOnlyStream<State>> {
  const { stream, definition } = reference
  const fold = new FoldState(definition)
  await new Snapshots(store).offerTo([{ stream, fold }])
  let upTo: number | undefined
  for (;;) {
    const after = fold.missingAfter
    const [slice] = await checkedRead(store, [{ stream, after, ...(upTo === undefined ? {} : { upTo }) }], {})
    if (slice === undefined) throw new TypeError('checkedRead answers with a slice for each stream')
    upTo ??= slice.version
    for (const event of slice.events) fold.advance(event)
    if (!slice.complete) continue
    // Behind what was read: the snapshot that it began at is of another history.
    if (after <= fold.version) break
    fold.dropOffer()
  }
  // The reference carries the type of what its own fold makes.
  return { stream, key: keyOf(stream), state: fold.state as Readonly<State>, version: upTo, exists: upTo > 0 }
}
