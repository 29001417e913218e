import type { Cursor } from './position.ts'

/** How far a reader of the feed has come, and under which lease. */
export interface Checkpoint {
  readonly name: string
  readonly cursor: Cursor
  /** The fencing epoch of the lease under which it was saved. */
  readonly epoch: number
}

export interface CheckpointStore {
  load(name: string): Promise<Checkpoint | undefined>
  /**
   * Keeps the cursor, atomically, unless a higher epoch was seen for this name, by a lease or by a checkpoint: an owner
   * that lost its lease cannot move the checkpoint.
   * @throws LeaseLost (`LEASE_LOST`) when it is fenced off.
   */
  save(checkpoint: Checkpoint): Promise<void>
  /** In byte order of the name; `after` is exclusive. */
  list(options: { readonly after?: string; readonly limit: number }): Promise<readonly Checkpoint[]>
  /** Answers whether there was one. */
  delete(name: string): Promise<boolean>
}
