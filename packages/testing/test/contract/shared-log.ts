import type { CheckpointStore, LeaseStore, SnapshotStore } from 'eventcore'
import { MemoryCheckpoints } from '../../../memory/src/checkpoints.ts'
import { EventLog } from '../../../memory/src/event-log.ts'
import { FeedWaiters } from '../../../memory/src/feed-waiters.ts'
import { MemoryLeases } from '../../../memory/src/leases.ts'
import { MemorySnapshots } from '../../../memory/src/snapshots.ts'

/** What several handles on one store share, and what outlives them: the "disk" of the stores that the suite is tried on. */
export interface SharedLog {
  readonly log: EventLog
  readonly waiters: FeedWaiters
  readonly snapshots: SnapshotStore
  readonly checkpoints: CheckpointStore
  readonly leases: LeaseStore
}

export function createSharedLog(now: () => number): SharedLog {
  const leases = new MemoryLeases(() => undefined, now)
  return {
    log: new EventLog(),
    waiters: new FeedWaiters(),
    snapshots: new MemorySnapshots(() => undefined),
    checkpoints: new MemoryCheckpoints(() => undefined, leases),
    leases,
  }
}
