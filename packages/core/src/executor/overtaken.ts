import type { StreamConflict } from '../store/commit.ts'
import type { StreamEntry } from './stream-entry.ts'

/** A stream at the version at which a decision, or a timeline, saw it. */
export interface SeenStream {
  readonly stream: string
  readonly version: number
  readonly headId: string | null
  /** What is known of it now. */
  readonly entry: StreamEntry
}

/** The conflicts that a decision on these versions would meet at the store, by what is known already. */
export function conflictsWith(seen: readonly SeenStream[]): StreamConflict[] {
  const conflicts: StreamConflict[] = []
  for (const { entry, stream, version, headId } of seen) {
    const { currentVersion, currentHeadId } = entry
    if (currentVersion < 0 || (currentVersion === version && currentHeadId === headId)) continue
    conflicts.push({
      stream,
      expectedVersion: version,
      expectedHeadId: headId,
      actualVersion: currentVersion,
      actualHeadId: currentHeadId,
      missed: [],
      missedComplete: false,
    })
  }
  return conflicts
}
