import { setTimeout as sleep } from 'node:timers/promises'
import { deposit, type OwnerFault, type TakeOverReport, takeOverProjecting } from '@eventcore/testing/contract'
import type { EventStore } from 'eventcore'
import { Client } from 'pg'
import { TcpProxy } from '../support/tcp-proxy.ts'
import { withProcesses } from './processes.ts'

/** What the owner of a read model is struck by. */
export const SESSIONS_ENDED = 'its sessions ended'
export const CUT_OFF = 'cut off'

/**
 * The owner of a read model among three processes loses all its sessions, or its network for some seconds, in turn. What it has
 * sent into a network that is cut comes to the server later, when another has gone on.
 */
export async function disconnectOwners(options: {
  readonly rounds: number
  readonly leaseMs: number
  readonly seed: number
}): Promise<TakeOverReport> {
  const proxies = new Map<string, TcpProxy>()
  try {
    return await withProcesses(
      (processes, url) =>
        takeOverProjecting(processes, { ...options, faults: [sessionsEnded(url), cutOff(proxies, processes.store)] }),
      async (url, owner) => {
        const proxy = await TcpProxy.before(url)
        proxies.set(owner, proxy)
        return proxy.through(url)
      },
    )
  } finally {
    for (const proxy of proxies.values()) await proxy.close()
  }
}

const sessionsEnded = (url: string): OwnerFault => ({
  name: SESSIONS_ENDED,
  async strike({ id }) {
    const client = new Client({ connectionString: url })
    await client.connect()
    try {
      const at = performance.now()
      const { rowCount } = await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name = $1`,
        [id],
      )
      return rowCount === 0 ? undefined : { at, passes: () => undefined }
    } finally {
      await client.end()
    }
  },
})

/** In whose request the network is cut, and an event that leads to it; otherwise at any moment. */
const MOMENTS = [
  // Its whole batch comes late.
  { request: 'begin isolation', kind: 'account' },
  // On events that do not concern the projection: only its checkpoint moves.
  { request: 'begin isolation', kind: 'other' },
  undefined,
] as const

/** For how long an owner may take to come to one of these. */
const PATIENCE_MS = 5_000
/** How much longer the network stays cut when another has gone on. */
const CUT_MS = 1_000

function cutOff(proxies: ReadonlyMap<string, TcpProxy>, store: EventStore): OwnerFault {
  let strikes = 0
  return {
    name: CUT_OFF,
    async strike({ id }) {
      const proxy = proxies.get(id)
      if (proxy === undefined) throw new RangeError(`"${id}" has no proxy`)
      const moment = MOMENTS[strikes % MOMENTS.length]
      if (moment === undefined) proxy.hold()
      else {
        const held = proxy.holdAt((request) => request.includes(moment.request)).then(() => true)
        await deposit(store, [{ key: 'cut', kind: moment.kind }])
        if (!(await Promise.race([held, sleep(PATIENCE_MS, false)]))) {
          proxy.letThrough()
          return undefined
        }
      }
      strikes++
      const passes = async (): Promise<void> => {
        await sleep(CUT_MS)
        proxy.letThrough()
      }
      return { at: performance.now(), passes }
    },
  }
}
