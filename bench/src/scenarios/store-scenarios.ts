// What the original library measures of its stores: appends of so many events, reads of so many events, one at a time.
import type { Commit, EventStore } from 'eventcore'
import { addTallies, NOTHING } from '../harness/audit.ts'
import { closedLoop } from '../harness/closed-loop.ts'
import type { Measured } from '../harness/task.ts'
import { fill, openingBalances } from '../workloads/fill.ts'
import { auditStore } from './audit-store.ts'
import type { Scenario } from './scenario.ts'

const READ_STREAMS = 20

/** Straight to the store, without the executor: one commit of so many events to one new stream. */
const append: Scenario = {
  name: 'append',
  title: 'append N events to a new stream, without the executor',
  unit: 'appends',
  prepare: async (store, { parameter: events = 1, seconds, inFlight, seed }) => {
    let stream = 0
    let acknowledged = NOTHING
    const call = async (): Promise<void> => {
      const commit = commitOf(store, `account/${seed}-${stream++}`, events)
      const [result] = await store.append([commit])
      if (result?.status !== 'committed') throw new Error(`The append ended as ${result?.status}.`)
      acknowledged = addTallies(acknowledged, { entries: events, money: events })
    }
    await closedLoop(inFlight, seconds * 0.3, call)
    const opened = acknowledged
    return {
      opened,
      measure: async () => {
        acknowledged = NOTHING
        const phase = await closedLoop(inFlight, seconds, call)
        return measuredOf(phase, { acknowledged, roundTrips: phase.latencies.length })
      },
      check: (all) => auditStore(store, all),
    }
  },
}

/** One stream, whole, by the snapshot read that commands use. */
const read: Scenario = {
  name: 'read',
  title: 'read a stream of N events',
  unit: 'reads',
  prepare: async (store, { parameter: events = 1, seconds, inFlight }) => {
    const opened = await fill(store, history(events), Math.min(events, 100))
    let next = 0
    const call = async (): Promise<void> => {
      const [slice] = await store.read([{ stream: `account/${next++ % READ_STREAMS}`, after: 0 }], { limit: events })
      if (slice?.events.length !== events) throw new Error(`${slice?.events.length} of ${events} events were read.`)
    }
    await closedLoop(inFlight, seconds * 0.3, call)
    return {
      opened,
      measure: async () => {
        const phase = await closedLoop(inFlight, seconds, call)
        return measuredOf(phase, { acknowledged: NOTHING, roundTrips: phase.latencies.length })
      },
      check: (all) => auditStore(store, all),
    }
  },
}

function* history(events: number) {
  for (let stream = 0; stream < READ_STREAMS; stream++)
    for (let version = 0; version < events; version++)
      for (const { type, data } of openingBalances(1, 1)) yield { stream: `account/${stream}`, type, data }
}

function commitOf(store: EventStore, stream: string, events: number): Commit {
  const commandId = store.newId()
  return {
    commandId,
    commandName: 'Deposit',
    inputHash: '',
    checks: [{ stream, version: 0, headId: null, base: 0 }],
    events: Array.from({ length: events }, () => ({
      id: store.newId(),
      stream,
      type: 'MoneyDeposited',
      data: '{"amount":1}',
    })),
    recordedAt: Date.now(),
    correlationId: commandId,
    causationId: null,
    metadata: '{}',
  }
}

function measuredOf(
  phase: Pick<Measured, 'seconds' | 'cpu' | 'latencies'>,
  rest: Pick<Measured, 'acknowledged' | 'roundTrips'>,
): Measured {
  return { ...phase, ...rest, operations: phase.latencies.length, rejected: 0, retries: 0, gaveUp: 0 }
}

export const STORE_SCENARIOS: readonly Scenario[] = [append, read]
