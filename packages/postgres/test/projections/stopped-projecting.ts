import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { deposit, type KillSite, type ProjectingProcesses } from '@eventcore/testing/contract'
import { ProjectionRunner } from 'eventcore'
import { isStopped, WatchedWriters } from '../support/stopped.ts'

export interface Stop {
  readonly site: KillSite
  /** When it gets there for the how-manieth time. Default 3. */
  readonly visit?: number
  /** `undefined`: until another has taken over, however long that takes. */
  readonly stoppedMs?: number
}

/** In the middle of a batch of which the first statements have been sent, so that its rows are locked. */
export const WITH_LOCKS: Stop = { site: 'after-handler', visit: 400 }

export interface StoppedRound extends Stop {
  /** The longest append of others from then on until it went on. */
  readonly longestAppendMs: number
  /** Until an event was handled that was appended after the stop. */
  readonly takenOverMs: number
  /** Whether the process that had been stopped works again when it is the only one. */
  readonly worksAgain: boolean
  /** Whether the read model was the fold of the log then: nothing applied twice, nothing left out. */
  readonly right: boolean
}

/** A process that projects stops (SIGSTOP) at a place within its batch. Another one takes over, here, and others append meanwhile. */
export async function stopProjecting<Tx>(
  { store, ledger, start }: ProjectingProcesses<Tx>,
  isFold: () => Promise<boolean>,
  stops: readonly Stop[],
): Promise<readonly StoppedRound[]> {
  const watcher = new ProjectionRunner(store, ledger({}))
  const rounds: StoppedRound[] = []
  const applied = async (): Promise<void> => {
    await watcher.waitFor({ events: await deposit(store, [{ key: 'awaited' }]) }, { timeoutMs: 60_000 })
  }
  for (const [round, stop] of stops.entries()) {
    const { site, visit = 3 } = stop
    const options = { batchSize: Math.max(20, 2 * visit), leaseMs: 300 }
    const death = { site, visit, signal: 'SIGSTOP' } as const
    // In one page, so that it gets that far within one batch.
    await deposit(
      store,
      Array.from({ length: 2 * visit }, (_, i) => ({ key: `shared-${i % 3}` })),
    )
    const victim = await start({ ...options, owner: `victim-${round}`, death })
    const writers = new WatchedWriters(store)
    try {
      while (!isStopped(victim)) await sleep(5)
      const begun = performance.now()
      writers.takeLongest()
      const goesOn = stop.stoppedMs === undefined ? undefined : sleep(stop.stoppedMs).then(() => victim.kill('SIGCONT'))
      const standby = new ProjectionRunner(store, ledger({}), options)
      standby.start()
      await applied()
      const takenOverMs = Math.round(performance.now() - begun)
      await (goesOn ?? victim.kill('SIGCONT'))
      const longestAppendMs = writers.takeLongest()
      await standby.stop()
      const worksAgain = await applied().then(
        () => true,
        () => false,
      )
      await writers.stop()
      victim.kill('SIGKILL')
      await once(victim, 'exit')
      rounds.push({ ...stop, longestAppendMs, takenOverMs, worksAgain, right: await isFold() })
    } finally {
      await writers.stop()
      victim.kill('SIGKILL')
    }
  }
  return rounds
}
