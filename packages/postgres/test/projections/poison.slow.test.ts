import { poisonContract } from '@eventcore/testing/contract'
import { afterAll, describe, it } from 'vitest'
import { dropDatabases } from '../support/postgres-database.ts'
import { openLedger } from './open-ledger.ts'

const seed = Number.parseInt(process.env.EVENTCORE_TEST_SEED ?? '', 10) || Math.floor(Math.random() * 2 ** 31)
const load = { streams: 800, eventsPerStream: 25, always: 60, sometimes: 60, late: 40, seed }
const report = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

poisonContract('postgres', openLedger, { ...load, timeoutMs: 1_200_000, report }, { describe, it })

afterAll(dropDatabases)
