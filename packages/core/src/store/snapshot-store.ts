/** A folded state at one version of one stream. A cache: deleting it loses nothing. */
export interface Snapshot {
  readonly stream: string
  /** Which fold made it, version of the fold included: another fold's snapshot is never found. */
  readonly fold: string
  readonly version: number
  /** Id of the event at {@link version}. */
  readonly headId: string
  /** JSON text. */
  readonly state: string
}

export interface SnapshotStore {
  /** The newest snapshot of each stream and fold asked for; those without one are left out. */
  load(keys: readonly { readonly stream: string; readonly fold: string }[]): Promise<readonly Snapshot[]>
  /** Keeps it unless one at the same or a later version is there. */
  save(snapshot: Snapshot): Promise<void>
  /** In the byte order of stream, then fold; `after` is exclusive. */
  list(options: {
    readonly stream?: string
    readonly after?: { readonly stream: string; readonly fold: string }
    readonly limit: number
  }): Promise<readonly Omit<Snapshot, 'state'>[]>
  /** Deletes the snapshots of a stream, or those of one fold of it. Answers how many there were. */
  delete(key: { readonly stream: string; readonly fold?: string }): Promise<number>
}
