import { once } from '../harness/closed-loop.ts'
import { depositHistory, fill } from '../workloads/fill.ts'
import { type Statement, statementOn } from '../workloads/statement.ts'
import { auditStore } from './audit-store.ts'
import { measuredOf } from './feed.ts'
import type { Scenario } from './scenario.ts'

const STREAMS = 1_000

const fromTheStart: Scenario = {
  name: 'projection',
  title: 'projection, from the first event to the head, row and checkpoint in one transaction',
  unit: 'events',
  prepare: async (store, { url, parameter: events = 20_000 }) => {
    const opened = await fill(store, depositHistory(STREAMS, Math.ceil(events / STREAMS)))
    const statement = statementOn(store, url)
    return {
      opened,
      measure: async () => {
        const phase = await once(async () => {
          statement.start()
          await statement.caughtUp()
        })
        await assertRows(statement, opened.entries)
        return measuredOf(phase, opened.entries)
      },
      check: async (all) => {
        await statement.stop()
        return await auditStore(store, all)
      },
    }
  },
}

const rebuilding: Scenario = {
  name: 'rebuild',
  title: 'rebuild of a projection, in place',
  unit: 'events',
  prepare: async (store, { url, parameter: events = 20_000 }) => {
    const opened = await fill(store, depositHistory(STREAMS, Math.ceil(events / STREAMS)))
    const statement = statementOn(store, url)
    statement.start()
    await statement.caughtUp()
    return {
      opened,
      measure: async () => {
        const phase = await once(async () => {
          await statement.rebuild()
          await statement.caughtUp()
        })
        await assertRows(statement, opened.entries)
        return measuredOf(phase, opened.entries)
      },
      check: async (all) => {
        await statement.stop()
        return await auditStore(store, all)
      },
    }
  },
}

async function assertRows(statement: Statement, expected: number): Promise<void> {
  const rows = await statement.rows()
  if (rows !== expected) throw new Error(`The read model has ${rows} rows for ${expected} events.`)
}

export const PROJECTION_SCENARIOS: readonly Scenario[] = [fromTheStart, rebuilding]
