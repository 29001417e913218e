import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EventStore } from 'eventcore'
import { untilItWorks } from '../torture/workers/until-it-works.ts'
import { deposit } from './open-projections.ts'
import { killed } from './projecting-processes.ts'

/** What befalls the process that owns a read model, while others stand by. */
export interface OwnerFault {
  readonly name: string
  /** @returns `undefined` where it struck nobody who was the owner at work, and has passed */
  strike(owner: { readonly id: string; readonly process: ChildProcess }): Promise<Strike | undefined>
}

export interface Strike {
  /** Since when the owner cannot work, as `performance.now()` counts. */
  readonly at: number
  /** Lets the process go on, when somebody has; absent where it is gone. */
  readonly passes?: () => void | Promise<void>
}

/** SIGKILL. */
export const ownerKilled: OwnerFault = {
  name: 'killed',
  async strike({ process }) {
    const at = performance.now()
    await killed(process)
    return { at }
  },
}

/** How long a write may take before it is taken for blocked. */
const PROBE_MS = 500

/**
 * SIGSTOP. On SQLite, a process that is suspended within a write transaction keeps the file locked for everybody, until it goes
 * on: nobody could take over. Then it goes on, and it may have lost its lease meanwhile.
 */
export const ownerSuspended = (store: EventStore): OwnerFault => ({
  name: 'suspended',
  async strike({ process }) {
    process.kill('SIGSTOP')
    const at = performance.now()
    const passes = (): void => {
      process.kill('SIGCONT')
    }
    const probing = untilItWorks(() => deposit(store, [{ key: 'probe' }])).then(() => true)
    if (await Promise.race([probing, sleep(PROBE_MS, false)])) return { at, passes }
    passes()
    await probing
    return undefined
  },
})
