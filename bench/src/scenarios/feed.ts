import { CommandExecutor, readEvents, subscribe } from 'eventcore'
import { NOTHING } from '../harness/audit.ts'
import { LatencyRecorder, once, type Phase } from '../harness/closed-loop.ts'
import type { Measured } from '../harness/task.ts'
import { Account, Deposit } from '../workloads/bank.ts'
import { depositHistory, fill, openingBalances } from '../workloads/fill.ts'
import { auditStore } from './audit-store.ts'
import type { Scenario } from './scenario.ts'

/** Streams that the events of a feed are spread over. */
const STREAMS = 1_000

/** Commits of one event, straight to the store, in batches of 500: what an import or a migration does. */
const importing: Scenario = {
  name: 'import',
  title: 'bulk import, one event for each commit',
  unit: 'events',
  prepare: async (store, { parameter: events = 20_000 }) => ({
    opened: NOTHING,
    measure: async () => {
      let acknowledged = NOTHING
      const phase = await once(async () => {
        acknowledged = await fill(store, depositHistory(STREAMS, Math.ceil(events / STREAMS)))
      })
      return measuredOf(phase, acknowledged.entries, { acknowledged })
    },
    check: (all) => auditStore(store, all),
  }),
}

/** From the first event to the head, decoded and validated. */
const catchUp: Scenario = {
  name: 'catch-up',
  title: 'feed, from the first event to the head, typed',
  unit: 'events',
  prepare: async (store, { parameter: events = 20_000 }) => {
    const opened = await fill(store, depositHistory(STREAMS, Math.ceil(events / STREAMS)))
    const readAll = async (): Promise<number> => {
      let seen = 0
      for await (const _ of readEvents(store, { streams: [Account] })) seen++
      return seen
    }
    await readAll()
    return {
      opened,
      measure: async () => {
        let seen = 0
        const phase = await once(async () => {
          seen = await readAll()
        })
        if (seen !== opened.entries) throw new Error(`The feed had ${seen} of ${opened.entries} events.`)
        return measuredOf(phase, seen)
      },
      check: (all) => auditStore(store, all),
    }
  },
}

/** A subscriber that is idle at the head, and a command now and then: from the call of `execute` to the event's arrival. */
const delivery: Scenario = {
  name: 'delivery',
  title: 'live delivery, from the call of the command to the arrival of its event',
  unit: 'deliveries',
  prepare: async (store, { parameter: deliveries = 60 }) => {
    const opened = await fill(store, openingBalances(100, 1))
    const executor = new CommandExecutor(store)
    return {
      opened,
      measure: async () => {
        const latencies = new LatencyRecorder()
        const stop = new AbortController()
        const after = await store.headCursor()
        let arrived: ((time: number) => void) | undefined
        const follow = async (): Promise<void> => {
          for await (const _ of subscribe(store, { streams: [Account], after, signal: stop.signal }))
            arrived?.(performance.now())
        }
        const following = follow()
        const phase = await once(async () => {
          for (let i = 0; i < deliveries; i++) {
            // Idle, so that it is woken up, and not found awake.
            await new Promise((resolve) => setTimeout(resolve, 20))
            const arrival = new Promise<number>((resolve) => {
              arrived = resolve
            })
            const called = performance.now()
            await executor.execute(Deposit({ account: String(i % 100), amount: 1 }))
            latencies.add((await arrival) - called)
          }
        })
        stop.abort()
        await following
        return {
          ...measuredOf(phase, deliveries, { acknowledged: { entries: deliveries, money: deliveries } }),
          latencies: latencies.values(),
        }
      },
      check: async (all) => {
        await executor.close()
        return await auditStore(store, all)
      },
    }
  },
}

export function measuredOf(phase: Phase, operations: number, rest: Partial<Measured> = {}): Measured {
  return {
    ...phase,
    operations,
    rejected: 0,
    retries: 0,
    gaveUp: 0,
    acknowledged: NOTHING,
    roundTrips: undefined,
    ...rest,
  }
}

export const FEED_SCENARIOS: readonly Scenario[] = [importing, catchUp, delivery]
