import type { ProjectionKind } from './projection-kind.ts'
import type { ProjectingStore } from './projection-target.ts'

/** Creates what a projection writes to, in a transaction that moves no checkpoint: the owner of the lease is not needed for it. */
export async function setUpProjection<Tx>(
  store: ProjectingStore<Tx>,
  { setUp, delivery }: ProjectionKind<Tx>,
  id: string,
): Promise<void> {
  if (setUp === undefined || delivery !== 'inside') return
  await store.projections.commit({ projection: id, exclusive: true, streams: [], apply: (tx) => done(setUp(tx)) })
}

/** A set-up writes no letters. It may be asynchronous where the store is. */
function done(result: unknown): readonly never[] | Promise<readonly never[]> {
  return result instanceof Promise ? result.then(() => []) : []
}
