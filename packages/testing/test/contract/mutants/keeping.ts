import type { CheckpointStore, Commit, CommitResult, LeaseStore, SnapshotStore } from 'eventcore'
import { CommandIdIndex } from '../../../../memory/src/command-id-index.ts'
import type { SharedLog } from '../shared-log.ts'
import { SharedLogStore } from '../shared-log-store.ts'
import type { Mutant } from './mutant.ts'

class RewritesPayloads extends SharedLogStore {
  override async append(commits: readonly Commit[]): Promise<readonly CommitResult[]> {
    return await super.append(
      commits.map((commit) => ({
        ...commit,
        events: commit.events.map((event) => ({ ...event, data: JSON.stringify(JSON.parse(event.data)) })),
      })),
    )
  }
}

class NormalisesStreamIds extends SharedLogStore {
  override async append(commits: readonly Commit[]): Promise<readonly CommitResult[]> {
    return await super.append(
      commits.map((commit) => ({
        ...commit,
        checks: commit.checks.map((check) => ({ ...check, stream: check.stream.normalize() })),
        events: commit.events.map((event) => ({ ...event, stream: event.stream.normalize() })),
      })),
    )
  }
}

class ForgetsWhenItIsOpenedAgain extends SharedLogStore {
  override async close(): Promise<void> {
    await super.close()
    Object.assign(this.log, { commandIds: new CommandIdIndex((commit) => this.log.commandIdAt(commit)) })
  }
}

class AppendsAfterClosing extends SharedLogStore {
  protected override assertOpen(operation: string): void {
    if (operation !== 'append') super.assertOpen(operation)
  }
}

/** The store with one of its small stores changed. */
const withPart = (shared: SharedLog, part: Partial<Pick<SharedLog, 'snapshots' | 'checkpoints' | 'leases'>>) =>
  new SharedLogStore({ ...shared, ...part })

const snapshotsThatAlwaysReplace = (snapshots: SnapshotStore): SnapshotStore => ({
  load: (keys) => snapshots.load(keys),
  list: (options) => snapshots.list(options),
  delete: (key) => snapshots.delete(key),
  save: async (snapshot) => {
    await snapshots.delete({ stream: snapshot.stream, fold: snapshot.fold })
    await snapshots.save(snapshot)
  },
})

const checkpointsWithoutFencing = (checkpoints: CheckpointStore): CheckpointStore => ({
  load: (name) => checkpoints.load(name),
  list: (options) => checkpoints.list(options),
  delete: (name) => checkpoints.delete(name),
  save: async (checkpoint) => {
    const kept = await checkpoints.load(checkpoint.name)
    await checkpoints.save({ ...checkpoint, epoch: Math.max(checkpoint.epoch, kept?.epoch ?? 0, 1_000) })
  },
})

const checkpointsFencedByCheckpointsOnly = (shared: SharedLog): SharedLogStore => {
  const saved = new Map<string, number>()
  return withPart(shared, {
    checkpoints: {
      load: (name) => shared.checkpoints.load(name),
      list: (options) => shared.checkpoints.list(options),
      delete: (name) => shared.checkpoints.delete(name),
      save: async (checkpoint) => {
        const known = saved.get(checkpoint.name) ?? 0
        if (checkpoint.epoch >= known) saved.set(checkpoint.name, checkpoint.epoch)
        await shared.checkpoints.save({ ...checkpoint, epoch: checkpoint.epoch >= known ? 1_000_000 : 0 })
      },
    },
  })
}

const leasesThatAreNeverExclusive = (leases: LeaseStore): LeaseStore => ({
  acquire: async (name, owner, durationMs) =>
    (await leases.acquire(name, 'everybody', durationMs)) && { name, owner, epoch: 1, expiresAt: 0 },
  renew: async (lease) => lease,
  holder: (name) => leases.holder(name),
  release: async () => undefined,
})

const leasesWithoutEpochs = (leases: LeaseStore): LeaseStore => ({
  acquire: async (name, owner, durationMs) => {
    const lease = await leases.acquire(name, owner, durationMs)
    return lease && { ...lease, epoch: 1 }
  },
  renew: (lease, durationMs) => leases.renew(lease, durationMs),
  holder: (name) => leases.holder(name),
  release: (lease) => leases.release(lease),
})

export const keepingMutants: readonly Mutant[] = [
  {
    fault: 'payloads are parsed and written anew',
    open: (shared) => new RewritesPayloads(shared),
    killedBy: ['payloads are kept byte for byte'],
  },
  {
    fault: 'stream ids are normalised',
    open: (shared) => new NormalisesStreamIds(shared),
    killedBy: ['ids are compared byte by byte: nothing is folded, trimmed, normalised or read as a number'],
  },
  {
    fault: 'command ids are forgotten when the store is closed',
    open: (shared) => new ForgetsWhenItIsOpenedAgain(shared),
    killedBy: ['a command id that was committed before is a duplicate'],
  },
  {
    fault: 'a closed store still appends',
    open: (shared) => new AppendsAfterClosing(shared),
    killedBy: ['every call on a closed store rejects with STORE_CLOSED'],
  },
  {
    fault: 'a snapshot of an earlier version replaces a later one',
    open: (shared) => withPart(shared, { snapshots: snapshotsThatAlwaysReplace(shared.snapshots) }),
    killedBy: ['a later version replaces, the same or an earlier one does not'],
  },
  {
    fault: 'a checkpoint can be moved under any epoch',
    open: (shared) => withPart(shared, { checkpoints: checkpointsWithoutFencing(shared.checkpoints) }),
    killedBy: ['a lower epoch than that of the checkpoint is refused and changes nothing'],
  },
  {
    fault: 'a checkpoint is fenced by checkpoints, not by leases',
    open: checkpointsFencedByCheckpointsOnly,
    killedBy: [
      'an owner that lost its lease cannot move the checkpoint, even before the new owner has saved',
      'an owner that lost its lease cannot make the first checkpoint either',
    ],
  },
  {
    fault: 'a lease is given to everybody who asks',
    open: (shared) => withPart(shared, { leases: leasesThatAreNeverExclusive(shared.leases) }),
    killedBy: ['another owner does not get a lease that is held', 'of 20 owners at once exactly one gets it'],
  },
  {
    fault: 'the epoch of a lease never rises',
    open: (shared) => withPart(shared, { leases: leasesWithoutEpochs(shared.leases) }),
    killedBy: [
      'a released lease is free at once, and the next owner has a higher epoch',
      'an expired lease can be taken over with a higher epoch, and the late owner is refused',
    ],
  },
]
