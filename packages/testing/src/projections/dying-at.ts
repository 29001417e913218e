import type { LeaseStore, ProjectingStore, ProjectionTarget } from 'eventcore'
import { wrapMembers } from '../wrapping/wrap-store.ts'
import type { LedgerOptions } from './open-projections.ts'

/** The places between which a process that projects may be killed. */
export const KILL_SITES = [
  'lease-taken',
  'page-read',
  'before-handler',
  'after-handler',
  'before-checkpoint',
  'after-commit',
] as const
export type KillSite = (typeof KILL_SITES)[number]

/** At the handler of each event with a certain amount, which so ends whichever process handles it. */
export const POISONED_EVENT = 'poisoned-event'

/** Where, and when it gets there for the how-manieth time; at a poisoned event, which amount it is. */
export interface Death {
  readonly site: KillSite | typeof POISONED_EVENT
  readonly visit: number
  /** Default `SIGKILL`. With `SIGSTOP` it stands still there, once, until somebody lets it go on. */
  readonly signal?: 'SIGKILL' | 'SIGSTOP'
}

/** What a process is made of that kills or stops itself there, in the middle of whatever else it is doing. */
export interface Mortal<Tx> {
  readonly store: ProjectingStore<Tx>
  readonly hooks: Pick<LedgerOptions, 'before' | 'after'>
}

export function dyingAt<Tx>(store: ProjectingStore<Tx>, death: Death): Mortal<Tx> {
  const { signal = 'SIGKILL' } = death
  let visits = 0
  const pass = (site: KillSite): void => {
    if (site === death.site && ++visits === death.visit) process.kill(process.pid, signal)
  }
  const { leases, projections } = store
  const mortal: Partial<ProjectingStore<Tx>> = {
    readFeed: async (query) => {
      const page = await store.readFeed(query)
      if (page.events.length > 0) pass('page-read')
      return page
    },
    leases: wrapMembers<LeaseStore, LeaseStore>(leases, {
      acquire: async (name, owner, durationMs) => {
        const lease = await leases.acquire(name, owner, durationMs)
        if (lease !== undefined) pass('lease-taken')
        return lease
      },
    }),
    projections: wrapMembers<ProjectionTarget<Tx>, ProjectionTarget<Tx>>(projections, {
      commit: async (batch) => {
        await projections.commit({
          ...batch,
          apply: (tx, blocked) => {
            const letters = batch.apply(tx, blocked)
            if (letters instanceof Promise) return letters.finally(() => pass('before-checkpoint'))
            pass('before-checkpoint')
            return letters
          },
        })
        if (batch.checkpoint !== undefined) pass('after-commit')
      },
    }),
  }
  return {
    store: wrapMembers(store, mortal),
    hooks: {
      before: ({ data }) => {
        if (death.site === POISONED_EVENT && data.amount === death.visit) process.kill(process.pid, 'SIGKILL')
        pass('before-handler')
      },
      after: () => pass('after-handler'),
    },
  }
}

/** As it was given to the process, in words; `undefined`: it lives until it is killed. */
export function deathOf(site?: string, visit?: string, signal?: string): Death | undefined {
  const known = ([...KILL_SITES, POISONED_EVENT] as const).find((one) => one === site)
  if (known === undefined) return undefined
  return { site: known, visit: Number(visit), signal: signal === 'SIGSTOP' ? 'SIGSTOP' : 'SIGKILL' }
}
